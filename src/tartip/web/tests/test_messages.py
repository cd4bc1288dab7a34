"""The catalogues of this room, and the tool that keeps all of them."""

from __future__ import annotations

import gettext
import io
import re
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from tools import messages, po

PO = """
msgid ""
msgstr "Language: ru\\n"

#. from Django
msgctxt "month"
msgid "May"
msgstr "май"

#, fuzzy
msgid "Old"
msgstr "Старое"

msgid "%(n)s unit"
msgid_plural "%(n)s units"
msgstr[0] "%(n)s экипаж"
msgstr[1] "%(n)s экипажа"
msgstr[2] "%(n)s экипажей"

msgid ""
"long "
"\\"text\\""
msgstr ""
"""


def test_a_catalogue_is_read_and_written_back() -> None:
    entries = po.parse(PO, 3)
    assert [entry.empty for entry in entries.values()] == [False, False, False, True]
    assert entries[po.Key('long "text"')].texts == [""]
    assert entries[po.Key("Old")].fuzzy
    assert po.parse(po.render(entries, "ru"), 3) == entries


def test_the_compiled_file_is_read_by_pythons_own_gettext() -> None:
    read = gettext.GNUTranslations(io.BytesIO(po.compiled(po.parse(PO, 3), "ru")))
    assert read.pgettext("month", "May") == "май"
    assert read.gettext("Old") == "Old"  # fuzzy is left out
    assert [read.ngettext("%(n)s unit", "%(n)s units", n) % {"n": n} for n in (1, 2, 5, 11, 21)] == [
        "1 экипаж", "2 экипажа", "5 экипажей", "11 экипажей", "21 экипаж",
    ]  # fmt: skip


def test_a_broken_line_is_named() -> None:
    with pytest.raises(po.BadCatalogue, match="line 3"):
        po.parse('msgid "a"\nmsgstr "b"\nnonsense\n', 2)
    with pytest.raises(po.BadCatalogue, match="stands twice"):
        po.parse('msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"\n', 2)


def test_messages_are_found_in_python_templates_and_errors() -> None:
    source = (
        "from django.utils.translation import gettext_lazy as _, ngettext\n"
        "_('One'); ngettext('a', 'b', n); _(name)\n"
        "class Busy(TartipError):\n    code: ClassVar[str] = 'busy'\n    text = 'It is busy.'\n"
    )
    assert {key for _line, key in messages.in_python(source)} == {
        po.Key("One"), po.Key("a", plural="b"), po.Key("It is busy."),
    }  # fmt: skip
    template = (
        "{% load i18n %}{% translate 'Two' %}{{ x|default:_('Three') }}{% translate 'May' context 'month' %}\n"
        "{% blocktranslate count n=n %}{{ n }} unit{% plural %}{{ n }} units{% endblocktranslate %}"
    )
    assert {key for _line, key in messages.in_template(template)} == {
        po.Key("Two"), po.Key("Three"), po.Key("May", context="month"), po.Key("%(n)s unit", plural="%(n)s units"),
    }  # fmt: skip


def test_the_check_finds_every_kind_of_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = tmp_path / "src" / "tartip"
    room = house / "web"
    room.mkdir(parents=True)
    (room / "apps.py").write_text("")
    (room / "pages.py").write_text(
        "from django.utils.translation import gettext as _\n_('Yes %(n)s'); _('No'); _('Later')\n"
    )
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "HOUSE", house)
    monkeypatch.setattr(messages, "COMMON", room)
    messages.extract([])
    for language, yes in (("kk", "Иә %(n)s"), ("ru", "Да %(m)s")):
        path = messages.catalogue(room, language)
        entries = messages.read(path, language)
        entries[po.Key("Yes %(n)s")].texts = [yes]
        entries[po.Key("No")] = po.Entry(po.Key("No"), ["Жоқ"], fuzzy=language == "kk")
        if language == "ru":
            del entries[po.Key("Later")]
        path.write_text(po.render(entries, language))
    messages.compile_all()
    messages.catalogue(room, "ru").with_suffix(".mo").write_bytes(b"old")
    where = "src/tartip/web/locale"
    assert sorted(messages.problems()) == [
        f"{where}/kk/LC_MESSAGES/django.po: fuzzy 'No'",
        f"{where}/kk/LC_MESSAGES/django.po: no text for 'Later'",
        f"{where}/ru/LC_MESSAGES/django.mo: is not compiled from its .po",
        f"{where}/ru/LC_MESSAGES/django.po: 'Yes %(n)s' has other places to fill: %(m)s, %(n)s",
        "src/tartip/web/pages.py:2: 'Later' is in no ru catalogue",
    ]


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_this_room_is_translated_and_compiled(language: str) -> None:
    path = messages.catalogue(messages.COMMON, language)
    entries = messages.read(path, language)
    assert [entry.key.msgid for entry in entries.values() if entry.empty or entry.fuzzy] == []
    assert path.with_suffix(".mo").read_bytes() == po.compiled(entries, language)
    here = {key for room, found in messages.used().items() if room == messages.COMMON for key in found}
    ours = {key for key in here if key in entries}
    assert len(ours) > 150  # the pages of this room; messages of engines may be on their way


def test_kazakh_words_of_django_and_allauth_are_ours() -> None:
    from django.utils.translation import gettext as translate, override

    with override("kk"):
        assert translate("Enter a valid email address.") == "Дұрыс электрондық пошта мекенжайын енгізіңіз."
        assert translate("Two-Factor Authentication") == "Екі сатылы тексеру"


def test_what_is_wrong_with_a_password_is_said_in_kazakh() -> None:
    """Django's own words: a borrowed message whose English changed there translates nothing any more."""
    with translation.override("kk"), pytest.raises(ValidationError) as refused:
        validate_password("7")
    assert len(refused.value.messages) > 1
    assert not [text for text in refused.value.messages if re.search("[A-Za-z]{3}", text)]
