from __future__ import annotations

from tartip.errors import TartipError


class BadFile(TartipError):
    """The file as a whole cannot be taken; `rule` says why and how to mend it."""

    code = "import.bad_file"
    text = "file: %(rule)s."
    http_status = 422


class FileTooLarge(TartipError):
    code = "import.too_large"
    text = "file: it is larger than %(most)s MB; split it."
    http_status = 413


class FileEntered(TartipError):
    code = "import.entered_already"
    text = "file: this very file was entered already, on %(day)s."
    http_status = 409
