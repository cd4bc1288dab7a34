"""A QR code as an inline drawing: no file, no style attribute, readable in both themes and on paper."""

from __future__ import annotations

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString


def svg(content: str, label: str) -> SafeString:
    """Error correction M: a receipt is printed and folded. Raises segno.DataOverflowError past about 2,300 bytes."""
    rows = list(segno.make_qr(content, error="m", boost_error=False).matrix)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg class="t-qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<path d="{2}"/></svg>',
        len(rows),
        label,
        path,
    )
