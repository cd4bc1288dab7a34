"""How numbers are written by people, chats, telephones and switches: down to digits, or to what stands for no number.

Pasted numbers carry marks that nobody sees, dashes of all kinds, full-width digits; signalling carries URIs (RFC 3261,
RFC 3966), service URNs (RFC 5031) and words for a caller who does not show a number (RFC 3323, and what networks made
of it). Nothing here guesses a country.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

SEPARATORS: Final = " -()./~\t\r\n"
MAX_LENGTH: Final = 512  # no header field that holds a number is longer
DROP: Final = str.maketrans("", "", SEPARATORS)
_SPACES_AND_HYPHENS: Final = {"Zs", "Zl", "Zp", "Cf", "Pd", "Mn", "Me"}
_HYPHENS_BY_OTHER_NAMES: Final = "\N{MINUS SIGN}\N{HYPHEN BULLET}\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}"

# RFC 5031 and its registry: the sub-services that have a number of their own in Kazakhstan; all others are 112.
_SERVICES: Final = {"fire": 101, "police": 102, "ambulance": 103, "gas": 104}
# What nearly every text is: digits and plain separators (1), or a URI of nothing but a number and a host (2).
COMMON: Final = re.compile(
    r"(\+?[0-9 ()./~\t\r\n-]{1,40})\Z|(?:sips?|tel):(\+?[0-9]{1,20})(?:@[A-Za-z0-9.:-]+)?(?:;user=phone)?\Z"
)
# A number that a table took for a decimal one: 77011234567.0. Read as a separator, the point would add a digit.
DECIMAL: Final = re.compile(r"\+?[0-9]{3,15}\.0\Z")
_SOS: Final = re.compile(r"urn:service:sos((?:\.[a-z0-9-]+)*)\Z")
# An address of the same service: RFC 5031 in the place of a user, NENA's own name, and sip:sos@host of earlier drafts.
_SOS_ANYWHERE: Final = re.compile(
    r"(?:(?:sips?|tel):(?://)?(?:urn:(?:nena:)?service:)?|urn:(?:nena:)?service:|(?=sos[.a-z0-9-]*@))"
    r"sos((?:\.[a-z0-9-]+)*)(?=[@:;?]|\Z)"
)
# A code of a supplementary service may stand before it; no number of any country is as short as what follows.
_HELP: Final = re.compile(
    r"(?:[*#]{1,2}(?:[0-9]{2,3}[*#]|[0-9]{2})?)?\+?"
    r"(?:(?:(?:00?|810)?7?|8)|(?:(?:00?)?7|8)7[0-9]{2})(10[1-4]|112|911)[*#]{0,2}\Z"
)
_SCHEME: Final = re.compile(r"(sips?|tel):(?://)?")
_NUMBER_AS_HOST: Final = re.compile(r"\+?[0-9]{1,20}(?=[:;?]|\Z)")  # sip:112;transport=udp: a number, never a host
_CONTEXT: Final = re.compile(r";phone-context=\+([1-9][0-9().-]{0,14})(?=[;?]|\Z)")

_AROUND: Final = " ,!\"'«»“”„‘’"  # quotation marks, and what ends a pasted sentence; a full stop is a separator

# What networks and switches send in the place of a number that is not shown, folded to lower case and letters alone.
HIDDEN: Final = frozenset((
    "anonymous", "anonym", "anon", "restricted", "unavailable", "private", "withheld", "unknown", "blocked", "hidden",
    "nonumber", "numberwithheld", "privatenumber", "privatecaller", "unknowncaller", "unknownnumber",
    "withheldnumber", "hiddennumber", "blockednumber", "idunavailable", "calleridunavailable", "outofarea",
    "notavailable", "notpresent", "noname", "nocallerid", "none", "null", "presentationrestricted", "coinline",
    "payphone", "coin", "asterisk", "p", "o", "u", "anonymouscaller", "restrictednumber", "unavailableid",
    "unavailablenumber", "calleridblocked", "calleridwithheld", "nocaller", "na", "неопределен", "неопределён",
    "номернеопределен", "номернеопределён", "номерскрытабонентом", "абонентскрылномер",
    "скрыт", "скрытый", "скрытыйномер", "неизвестен", "неизвестный", "неизвестныйномер",
    "номерскрыт", "анонимный", "аноним", "жасырын", "жасырыннөмір", "белгісіз", "белгісізнөмір", "nan", "undefined",
))  # fmt: skip
# The same said in a phrase, in any order: at least one word that hides, and none that says something else.
_HIDES: Final = HIDDEN | frozenset((
    "no", "not", "nobody", "unidentified", "undisclosed", "unlisted", "disabled", "out", "не", "нет", "без", "скрыл",
    "скрыто", "скрытно", "анонимно", "анонимная", "неизвестно", "закрыт", "закрытый", "засекречен", "приватный", "жоқ",
    "жасырылған", "жасырынды", "анықталмаған", "анықталмады", "белгілісіз", "жабық",
))  # fmt: skip
_AROUND_HIDES: Final = frozenset((
    "number", "caller", "call", "calls", "id", "name", "presentation", "present", "available", "shown", "is", "the",
    "of", "area", "line", "by", "user", "subscriber", "identity", "information", "address", "callerid",
    "номер", "номера", "абонент", "абонента", "абонентом", "определен", "определён", "определить", "удалось", "указан",
    "звонок", "вызов", "нөмір", "нөмірі", "абоненті", "абоненттің", "қоңырау",
))  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """`digits` ASCII, "" if none; `plus`: written in international form; `withheld`: a word for no number.

    `country`: digits of the phone-context of a tel URI (a country code, or with an area code), "" without.
    `emergency`: number of the service, 0 for none. `garbage`: something else than a number stands there.
    """

    digits: str = ""
    plus: bool = False
    withheld: bool = False
    country: str = ""
    emergency: int = 0
    garbage: bool = False


def clean(text: str) -> str:
    """The text without spaces, hyphens, brackets and marks that nobody sees, full-width signs as ASCII. Never raises.

    Digits of other scripts stay as they are: who reads a person's number by them refuses it.
    """
    if text.isascii():
        return text.translate(DROP)
    return "".join(map(_clean_sign, text))


def _clean_sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign in SEPARATORS or category in _SPACES_AND_HYPHENS or sign in _HYPHENS_BY_OTHER_NAMES:
        return ""
    plain = unicodedata.normalize("NFKC", sign)  # full-width and small forms; a superscript digit is no digit
    if len(plain) != 1 or (plain.isdigit() and category != "Nd"):
        return sign
    return "" if plain in SEPARATORS else plain


def _to_ascii(digits: str) -> str:
    """Digits of all scripts as ASCII ones; anything else stays."""
    return digits if digits.isascii() else "".join(str(unicodedata.decimal(sign, sign)) for sign in digits)


def read_spelling(text: str) -> Spelling:
    """What a text in the place of a number says. Never raises; a text without anything is withheld."""
    if len(text) > MAX_LENGTH:
        return Spelling(garbage=True)
    uri = _inner(text)
    if uri.startswith("urn:"):
        return _read_service(unquote(uri))
    raw, host, context = _split(uri)
    user = _without_parameters(raw)
    cleaned = clean(user)
    plus = cleaned.startswith("+")
    digits = _to_ascii(cleaned.removeprefix("+"))
    if digits.isascii() and digits.isdigit():
        return Spelling(digits, plus, country=context if not plus else "")
    words = _WORD.findall(unicodedata.normalize("NFKC", user).casefold())
    if not digits and not plus:
        return Spelling(withheld=True)
    if (_says_hidden(words) and not any(sign.isdigit() for sign in user)) or _hides(host):
        return Spelling(withheld=True)
    return Spelling(garbage=True)


def called_for_help(text: str) -> int:
    """The emergency number that a called text means in spellings which only a call for help can have, 0 for none.

    Service codes around it (*112, *31#112), an area code before it (+7 727 112), 911, `sip:sos@host`. For the number
    that is called alone: whoever shows such a thing as his own number shows nothing that could be one.
    """
    if len(text) > MAX_LENGTH:
        return 0
    uri = unquote(_inner(text))
    if service := _SOS_ANYWHERE.match(uri):
        return _service_number(service[1])
    found = _HELP.match(_to_ascii(clean(_split(uri)[0])))
    code = int(found[1]) if found else 0
    return 112 if code == 911 else code


def _inner(text: str) -> str:
    """The address without the name shown beside it; URIs without spaces and in small letters."""
    inner = text.rpartition("<")[2].partition(">")[0] if "<" in text else text  # "Name" <sip:…>
    return "".join(inner.split()).strip("\"'").lower() if ":" in inner or "@" in inner else inner


def _split(uri: str) -> tuple[str, str, str]:
    """User, host and digits of the phone-context of a URI; of a text that is none, the text alone."""
    scheme = _SCHEME.match(uri)
    rest = uri[scheme.end() :] if scheme else uri
    user, at, host = rest.partition("@")
    if scheme and scheme[1] != "tel" and not at and not _NUMBER_AS_HOST.match(rest):
        user, host = "", rest
    context = _CONTEXT.search(user)
    if scheme or at:
        user = re.split("[;?]", unquote(user))[0].partition(":")[0]
    return user.strip(_AROUND), host, clean(context[1]) if context else ""


def _without_parameters(text: str) -> str:
    """A short code or a word with parameters, but without a scheme: "112;phone-context=kz", "anonymous;tag=1", "112#".

    What follows a whole number stays: an extension is not to be lost.
    """
    bare = re.split("[;?#\\x00]", text)[0]
    if text.startswith("#"):  # a service code, as #31#: no sign that nothing is shown
        return text
    return bare if len(clean(bare)) <= 8 or clean(bare).isalpha() else text


def _read_service(uri: str) -> Spelling:
    found = _SOS.match(re.split("[;?]", uri)[0])
    return Spelling(emergency=_service_number(found[1])) if found else Spelling(garbage=True)


def _service_number(names: str) -> int:
    """ ".police.x" is 102; a service without a number of its own, and none at all, is 112."""
    return _SERVICES.get(names.split(".")[1], 112) if names else 112


def _says_hidden(words: list[str]) -> bool:
    """Do these words say that no number is shown, and nothing else?"""
    return "".join(words) in HIDDEN or (
        not _HIDES.isdisjoint(words) and all(word in _HIDES or word in _AROUND_HIDES for word in words)
    )


def _hides(host: str) -> bool:
    """RFC 3323: the host of a caller who is not shown ends in `.invalid`."""
    name = re.split("[;:?>]", host)[0].rstrip(".")
    return name == "invalid" or name.endswith(".invalid")
