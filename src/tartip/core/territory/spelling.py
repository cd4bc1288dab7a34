"""How names are ordered and found: alphabets, generic words, sort keys, folding for search. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final, Literal

Language = Literal["kk", "ru", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("kk", "ru", "en")

# The 42 letters of Kazakh in their order; Ы stands before І.
KAZAKH: Final = "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"
# Russian with Ё after Е; official Russian names keep some Kazakh letters (область Жетісу): each after its Russian kin.
RUSSIAN: Final = "АӘБВГҒДЕЁЖЗИІЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫЬЭЮЯ"
LATIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS: Final = "0123456789"

GENERIC: Final[dict[Language, tuple[str, ...]]] = {
    "kk": ("облысы", "ауданы", "қаласы"),
    "ru": ("область", "район", "город", "г."),
    "en": ("Region", "District"),
}

# A key is printable ASCII, so that bytes compare as the alphabet does: gap < digits < letters < anything else.
_GAP: Final = "!"
_FIRST: Final = 0x23
_LETTERS: Final[dict[Language, str]] = {"kk": KAZAKH + LATIN, "ru": RUSSIAN + LATIN, "en": LATIN}
_ORDER: Final = {
    language: {letter: chr(_FIRST + rank) for rank, letter in enumerate(DIGITS + letters)}
    for language, letters in _LETTERS.items()
}

# What is merged when looking for a name. І, Ы and И fall together on purpose: Жетісу is typed «Жетысу» as often as
# «Жетису». The last row drops soft and hard signs and marks.
_FOLD: Final = str.maketrans(
    {
        **dict(zip("әғқңөұүһіыё", "агкноуухиие", strict=True)),
        "ş": "sh",
        "ı": "i",
        "-": " ",
        **dict.fromkeys("ьъ'ʼ’`\"«».,()", ""),
    }
)
_TO_LATIN: Final[dict[str, str]] = {
    **dict(zip("абвгдезийклмнопрстуфхэ", "abvgdeziiklmnoprstufhe", strict=True)),
    "ж": "zh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "sh",
    "ю": "iu",
    "я": "ia",
}
# Kazakh in Latin letters (Qyzylorda, Jambyl, Túrkistan) and English letters for the same sounds.
_FOLD_LATIN: Final = (("kh", "h"), ("q", "k"), ("w", "u"), ("y", "i"), ("j", "zh"))


def bare(name: str, language: Language) -> str:
    """The name without its generic word: «город Алматы» → «Алматы», "Abay District" → "Abay"."""
    words = name.split()
    if len(words) > 1 and words[0] in GENERIC[language]:
        words = words[1:]
    if len(words) > 1 and words[-1] in GENERIC[language]:
        words = words[:-1]
    return " ".join(words)


def sort_key(name: str, language: Language) -> str:
    """A key of ASCII characters; comparing keys as bytes orders the bare names as a dictionary of the language does.

    Word by word (a gap or a hyphen is less than any letter), case aside, marks such as the apostrophe left out. The
    generic word decides only between equal names: Алматы қаласы, Алматы облысы.
    """
    name, short = " ".join(name.split()), bare(name, language)
    if short == name:
        return _key(name, language)
    return f"{_key(short, language)} {_key(name.replace(short, '', 1).strip(), language)}"


def _key(name: str, language: Language) -> str:
    order = _ORDER[language]
    text = name.upper()
    if language == "en":
        text = _without_marks(text)
    key = []
    for letter in text:
        if letter in order:
            key.append(order[letter])
        elif letter.isspace() or letter == "-":
            key.append(_GAP)
        elif letter.isalnum():
            key.append(f"~{ord(letter):06x}")
    return "".join(key)


def fold(text: str) -> str:
    """The form in which names and what is typed are compared: small letters, look-alikes merged, single gaps."""
    text = unicodedata.normalize("NFC", text).lower().translate(_FOLD)
    # й is a letter, not an и with a mark: only other alphabets lose their marks.
    text = "".join(c if "а" <= c <= "я" else _without_marks(c) for c in text)
    for written, plain in _FOLD_LATIN:
        text = text.replace(written, plain)
    return " ".join(text.split())


def latin(folded: str) -> str:
    """A folded Cyrillic name in folded Latin letters, so that a Latin keyboard finds it: «кизилорда» → "kizilorda"."""
    return "".join(_TO_LATIN.get(letter, letter) for letter in folded)


def _without_marks(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
