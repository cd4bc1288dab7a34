"""What the figures engine refuses."""

from __future__ import annotations

from typing import ClassVar

from tartip.engines.errors import BadInput, EngineError


class BadIndicator(BadInput):
    """A declaration that cannot give a published figure: an unknown word, a float, a column that is not sealed."""

    code: ClassVar[str] = "figures.bad_indicator"


class NotCounted(BadIndicator):
    """A column that some of the sealed months do not have: they were sealed before the register had it."""

    code: ClassVar[str] = "figures.not_counted"


class BadPeriod(BadInput):
    """A period that ends before it begins, or one that the question does not allow."""

    code: ClassVar[str] = "figures.bad_period"


class OtherRegister(BadInput):
    """Sealed months of another register than the indicator counts, or dated by another date."""

    code: ClassVar[str] = "figures.other_register"


class NotAdditive(EngineError):
    """A count of different values cannot be added up over territories or months."""

    code: ClassVar[str] = "figures.not_additive"
    text: ClassVar[str] = "%(indicator)s counts different values, which cannot be added up"

    def __init__(self, indicator: str) -> None:
        super().__init__(indicator=indicator)


class TooLarge(EngineError):
    """A result beyond what can be published exactly (2^53 - 1 in JSON, 64 bits in a cube)."""

    code: ClassVar[str] = "figures.too_large"
    text: ClassVar[str] = "%(indicator)s is too large to be published exactly: %(value)s"

    def __init__(self, indicator: str, value: int) -> None:
        super().__init__(indicator=indicator, value=value)


class RecountDiffers(EngineError):
    """Two engines do not agree on a figure: it must not be published."""

    code: ClassVar[str] = "figures.recount_differs"
    text: ClassVar[str] = "%(indicator)s: %(value)s, recounted %(recounted)s"
    http_status: ClassVar[int] = 500

    def __init__(self, indicator: str, value: int, recounted: int) -> None:
        super().__init__(indicator=indicator, value=value, recounted=recounted)


class QueryFailed(EngineError):
    """The engine could not answer: an overflow of 64 bits inside a row, a broken file, no memory."""

    code: ClassVar[str] = "figures.query_failed"
    text: ClassVar[str] = "%(indicator)s could not be computed: %(why)s"

    def __init__(self, indicator: str, why: str) -> None:
        super().__init__(indicator=indicator, why=why)


class NotInCube(EngineError):
    """The cube does not hold this month, territory or indicator; compute the figure from the sealed months."""

    code: ClassVar[str] = "figures.not_in_cube"
    text: ClassVar[str] = "The cube does not hold %(what)s"

    def __init__(self, what: str) -> None:
        super().__init__(what=what)


class BadCube(EngineError):
    """A saved cube that cannot be used; `why` says what is wrong."""

    code: ClassVar[str] = "figures.bad_cube"
    text: ClassVar[str] = "The saved cube cannot be used: %(why)s"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)


class CubeDiffers(EngineError):
    """A cell of a cube is not what the sealed files give: the cube must be built again."""

    code: ClassVar[str] = "figures.cube_differs"
    text: ClassVar[str] = "%(indicator)s, %(territory)s, %(month)s: the cube says %(value)s, the files %(recounted)s"
    http_status: ClassVar[int] = 500

    def __init__(self, indicator: str, territory: object, month: str, value: int, recounted: int) -> None:
        super().__init__(indicator=indicator, territory=territory, month=month, value=value, recounted=recounted)


class BadReceipt(BadInput):
    """A text that is not a receipt of format tartip-figure/2 or /1."""

    code: ClassVar[str] = "figures.bad_receipt"


class BadSum(EngineError):
    """A proof of a sum that does not hold."""

    code: ClassVar[str] = "figures.bad_sum"
    text: ClassVar[str] = "The proof of the sum does not hold: %(why)s"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)
