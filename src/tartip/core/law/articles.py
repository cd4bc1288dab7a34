"""Articles, parts, orders and laws by key: the grounds of acts and the names of offences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tartip.core.law.edition import Edition, Timeline, edition_of
from tartip.core.law.tables import LANGUAGES, STATUSES, Row, by_key, read

COLUMNS = "key valid_from valid_to law article part kk ru en official status source note"
LAW_COLUMNS = "law short_kk short_ru short_en kk ru en official number adopted status source"


@dataclass(frozen=True, slots=True)
class Law:
    """A code, law or class of orders; `short` is how it is cited, by language."""

    code: str
    short: dict[str, str]
    names: dict[str, str]
    number: str
    adopted: str
    status: str
    source: str


@cache
def laws() -> dict[str, Law]:
    return {key: _law(row) for key, row in by_key(read("laws", LAW_COLUMNS), "law").items()}


def _law(row: Row) -> Law:
    return Law(
        code=row.text("law"),
        short={x: row.text(f"short_{x}") for x in LANGUAGES},
        names={x: row.text(x) for x in LANGUAGES},
        number=row.maybe("number"),
        adopted=row.maybe("adopted"),
        status=row.one_of("status", STATUSES),
        source=row.text("source"),
    )


@cache
def articles() -> Timeline[Edition]:
    return Timeline((edition.key, edition) for edition in map(_article, read("articles", COLUMNS)))


def _article(row: Row) -> Edition:
    official = tuple(row.maybe("official").split())
    if not set(official) <= set(LANGUAGES):
        raise row.wrong("official", "names languages: kk, ru, en")
    code, article, part = row.one_of("law", laws()), row.maybe("article"), row.maybe("part")
    spelled = "-".join(filter(None, (code, article.replace("-", "."), part.replace("-", "."))))
    if row.text("key") != spelled:
        raise row.wrong("key", f"law, article and part spell {spelled}")
    return edition_of(row, law=code, article=article, part=part, official=official)


def citation(edition: Edition, language: str = "ru") -> str:
    """How a document names the norm: «КоАП, ст. 592, ч. 3-1», «ӘҚБтК, 592-бап, 3-1-бөлік»."""
    if edition.law in ("", "order", "resolution", "house", "ops"):
        return edition.name(language)
    short = laws()[edition.law].short[language]
    if not edition.article:
        return short
    forms = {"kk": ("{}-бап", "{}-бөлік"), "ru": ("ст. {}", "ч. {}"), "en": ("art. {}", "part {}")}
    article, part = forms[language]
    words = [short, article.format(edition.article)]
    if edition.part[:1].isdigit():
        words.append(part.format(edition.part))
    return ", ".join(words)
