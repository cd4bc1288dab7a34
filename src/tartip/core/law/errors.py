"""What the law tables answer when they cannot answer."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from tartip.errors import TartipError


class LawError(TartipError):
    code: ClassVar[str] = "law.error"
    http_status: ClassVar[int] = 422


class MissingEdition(LawError):
    """No row is in force: an unknown key, or a day before the first row, in a gap, after the last."""

    code = "law.missing_edition"
    text = "No edition of %(key)s is known for %(on)s. %(hint)s"

    def __init__(self, key: str, on: date, hint: str = "") -> None:
        super().__init__(key=key, on=on, year=on.year, hint=hint)


class MissingBaseRate(MissingEdition):
    """The МРП of a year is not in the table: a lawyer enters it from the budget law, until then no fine is priced."""

    code = "law.missing_base_rate"
    text = "The base rate (MCI) of %(year)s is not entered yet: no fine can be worked out for %(on)s."
    http_status = 409
    again = True


class UnknownWorkYear(LawError):
    """Which Saturdays were worked in that year is not in the table: a term in working days would be a guess."""

    code = "law.unknown_work_year"
    text = "Working days of %(year)s are not in the table, which begins with %(first)s: the term cannot be counted."

    def __init__(self, year: int, first: int) -> None:
        super().__init__(year=year, first=first)


class NoRepeatRule(LawError):
    """The Code punishes a repeat of this part no harder: the ordinary penalty applies."""

    code = "law.no_repeat_rule"
    text = "%(key)s has no heavier penalty for a repeat on %(on)s: the ordinary one applies."

    def __init__(self, key: str, on: date) -> None:
        super().__init__(key=key, on=on)


class NoPenaltyFor(LawError):
    """The part punishes other subjects, or only in a way that may not be used on this one."""

    code = "law.no_penalty_for"
    text = "%(key)s on %(on)s has no penalty for: %(subject)s. It has one for: %(known)s."

    def __init__(self, key: str, on: date, subject: str, known: str) -> None:
        super().__init__(key=key, on=on, subject=subject, known=known)


class NoFine(LawError):
    code = "law.no_fine"
    text = "The penalty of %(key)s is not a fine: there is no amount in tenge."

    def __init__(self, key: str) -> None:
        super().__init__(key=key)


class NotWholeTenge(LawError):
    """Tenths of МРП that leave a rest: how to round it is for a lawyer to say."""

    code = "law.not_whole_tenge"
    text = "%(key)s: %(tenths)s tenths of %(rate)s tenge are no whole tenge; the law must say how to round."

    def __init__(self, key: str, *, tenths: int, rate: int) -> None:
        super().__init__(key=key, tenths=tenths, rate=rate)


class BadTable(LawError):
    """A row a lawyer must mend: names the file, the line, the column and the rule."""

    code = "law.bad_table"
    text = "%(table)s.csv, line %(line)s, column %(column)s: %(rule)s."
    http_status = 500

    def __init__(self, table: str, line: int, column: str, rule: str) -> None:
        super().__init__(table=table, line=line, column=column, rule=rule)
