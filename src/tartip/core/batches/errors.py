from __future__ import annotations

from tartip.errors import TartipError


class NothingToEnter(TartipError):
    code = "batch.empty"
    text = "No row can be entered."
    http_status = 422


class TooManyRows(TartipError):
    code = "batch.too_many_rows"
    text = "There are more than %(most)s rows; split the file."
    http_status = 413


class NotImported(TartipError):
    """The register takes no files, or the act of its rows does more than a batch can tell."""

    code = "batch.not_imported"
    text = "The register %(register)s takes no files."
    http_status = 422
