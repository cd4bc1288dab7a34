"""The components as template tags. Each draws one file of templates/ui/; `/ui/` shows them all.

`{% load ui %}`, then `{% prio 1 %}`, `{% unit "free" "Барс-14" %}`, `{% clock 192 600 %}`,
`{% note "warn" %}…{% endnote %}`.
A component that takes many values is included: `{% include "ui/figure.html" with value=… %}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms.utils import flatatt
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext as _

from tartip.core.ids import new_id
from tartip.web import dates, numbers, qr

register = template.Library()

THEMES = ("light", "night")
SOON = 0.25  # the part of a deadline that is left when its clock turns yellow; the same number is in ui.js


# --- drawing


def component(template_name: str) -> Callable[[Callable[..., dict[str, Any]]], Callable[..., dict[str, Any]]]:
    """A tag that draws one file with the values that the function returns.

    It may stand next to a word, so the lines before its first element are left out: a reader would see them as a space.
    """

    def registered(values_of: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        @register.simple_tag(name=values_of.__name__)
        @wraps(values_of)
        def drawn(*args: Any, **kwargs: Any) -> SafeString:
            return SafeString(render_to_string(template_name, values_of(*args, **kwargs)).lstrip())

        return values_of

    return registered


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration and is not read aloud."""
    if label:
        return format_html('<svg class="i" role="img" aria-label="{}"><use href="#i-{}"/></svg>', label, name)
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@component("ui/prio.html")
def prio(n: int, size: str = "") -> dict[str, Any]:
    return {"n": n, "size": size}


@component("ui/unit.html")
def unit(state: str, name: str, word: str = "") -> dict[str, Any]:
    return {"state": state, "name": name, "word": word}


@component("ui/clock.html")
def clock(left: int, total: int, words: str = "", due: str = "") -> dict[str, Any]:
    """A running clock: seconds left (negative = breached) of how many. Another `words` replaces "left".

    `due` names the term: clocks of one term show one time, however far apart they were drawn.
    """
    return {"left": left, "total": total, "word": words, "due": due}


@component("ui/clock.html")
def still_clock(state: str, text: str, word: str, pct: int = 50) -> dict[str, Any]:
    """A clock in days that does not tick: state ok | soon | breached."""
    return {"state": state, "text": text, "word": word, "pct": pct}


@component("ui/badge.html")
def badge(text: str, kind: str = "", icon: str = "") -> dict[str, Any]:
    return {"text": text, "kind": kind, "icon": icon}


@component("ui/sealed.html")
def sealed(text: str = "") -> dict[str, Any]:
    return {"text": text}


@component("ui/plate.html")
def plate(main: str, region: str = "") -> dict[str, Any]:
    return {"main": main, "region": region}


@component("ui/key.html")
def key(name: str) -> dict[str, Any]:
    return {"name": name}


@register.simple_tag(name="qr")
def qr_code(content: str, label: str = "") -> SafeString:
    return qr.svg(content, label or _("QR code"))


# --- parts that hold other parts


@register.simple_block_tag
def note(content: str, kind: str = "", icon: str = "eye") -> str:
    """A message with an icon: kind "" | ok | warn | danger."""
    return render_to_string("ui/note.html", {"content": content, "kind": kind, "icon": icon})


@register.simple_block_tag
def act(content: str, state: str, icon: str, title: str, meta: str = "") -> str:
    """One entry of a history: state done | now | wait. What stands inside goes under it (seal, appeal)."""
    values = {"content": content, "state": state, "icon": icon, "title": title, "meta": meta}
    return render_to_string("ui/act.html", values)


@register.simple_block_tag
def dialog(content: str, id: str, title: str, drawer: bool = False) -> str:
    """A native dialog, opened by any button with data-open="id". Its body and foot stand inside."""
    values = {"content": content, "id": id, "title": title, "drawer": drawer}
    return render_to_string("ui/dialog.html", values)


# --- a refused form: what is wrong, at its field


@register.simple_tag(takes_context=True)
def wrong(context: Context, id: str, hint: str = "") -> SafeString:
    """The attributes that tie a control to its hint and, in a refused form, to what is wrong with it."""
    words = _wrong(context, id)
    if not words:
        return format_html(' aria-describedby="{}"', hint) if hint else SafeString("")
    told = f"{hint} {id}-error".strip()
    return format_html(' aria-invalid="true" aria-describedby="{}"{}', told, _focused(context, id))


@register.simple_tag(takes_context=True)
def wrong_group(context: Context, id: str) -> SafeString:
    """The same for a group of choices, which has no control of its own: the group gets the focus."""
    if not _wrong(context, id):
        return SafeString("")
    return format_html(' id="{0}" tabindex="-1" aria-describedby="{0}-error"{1}', id, _focused(context, id))


@register.simple_tag(takes_context=True)
def wrong_words(context: Context, id: str) -> SafeString:
    words = _wrong(context, id)
    if not words:
        return SafeString("")
    return format_html('<span class="t-error" id="{}-error">{}<span>{}</span></span>', id, icon("alert"), words)


def _wrong(context: Context, id: str) -> str:
    refused = context.get("refused")
    return str(refused.at.get(id, "")) if refused else ""


def _focused(context: Context, id: str) -> SafeString:
    return SafeString(" autofocus") if context["refused"].first == id else SafeString("")


# --- what the page itself needs


@register.simple_tag(takes_context=True)
def theme(context: Context, default: str = "light") -> str:
    """The theme this person chose, or the one of this page."""
    return _chosen(context, "theme", THEMES, default)


@register.simple_tag(takes_context=True)
def keys_state(context: Context) -> str:
    return _chosen(context, "keys", ("on", "off"), "on")


def _chosen(context: Context, name: str, allowed: tuple[str, ...], default: str) -> str:
    request = context.get("request")
    chosen = request.COOKIES.get(name, "") if request is not None else ""
    return chosen if chosen in allowed else default


@register.simple_tag
def ui_texts() -> SafeString:
    """The words ui.js and map.mjs say by themselves, in the language of the page."""
    return json_script(
        {
            "left": _("left"),
            "overdue": _("overdue"),
            "undo": _("Undo"),
            "undone": _("Undone. The undoing is in the journal too."),
            "km": _("km"),
            "m": _("m"),
            "not_sent_again": _("not sent, trying again"),
            "not_sent_session": _("not sent, it will go after the log-in"),
            "not_sent": _("not sent"),
            "do_not_send": _("Do not send"),
            "send_again": _("Send again"),
            "discard": _("Discard"),
            "refused": _("Refused. Nothing was done."),
            "understood": _("Understood"),
            "fill_in": _("Fill in this field."),
            "choose": _("Choose one."),
            "tick": _("Tick this to go on."),
            "too_short": _("Too short: at least {n} characters."),
            "too_long": _("Too long: at most {n} characters."),
            "between": _("From {min} to {max}."),
            "from": _("Not less than {min}."),
            "to": _("Not more than {max}."),
            "a_number": _("Write a number."),
            "a_date": _("Write the whole date."),
            "whole": _("Write a whole number."),
            "pattern": _("This is not in the form that is asked for."),
            "no_map": _("The map cannot be drawn on this machine. The list holds the same."),
        },
        "ui-texts",
    )


@register.simple_tag
def fresh_key() -> str:
    """The key under which a form is done once, however often it is sent."""
    return new_id().hex


# --- words


@register.filter
def typed(form: Mapping[str, str] | str, name: str) -> str:
    """What was typed into a field whose name is put together: a refused form is drawn again with it.

    `form` is the empty text where another form of the page was sent, or none.
    """
    return "" if isinstance(form, str) else form.get(name) or ""


@register.filter
def prio_word(n: int) -> str:
    return {1: _("immediate"), 2: _("urgent"), 3: _("planned"), 4: _("for information")}[int(n)]


@register.filter
def unit_word(state: str) -> str:
    return {
        "free": _("free"),
        "enroute": _("on the way"),
        "onscene": _("on scene"),
        "off": _("off shift"),
        "panic": _("alarm"),
    }[state]


@register.filter
def clock_state(left: int, total: int) -> str:
    if left < 0:
        return "breached"
    return "soon" if left < total * SOON else "ok"


@register.filter
def percent_of(part: int, whole: int) -> int:
    """0 to 100, for the classes w-0 … w-100."""
    return max(0, min(100, round(part * 100 / whole))) if whole else 0


@register.filter
def local_name(thing: Any) -> str:
    """The name in the language of the page, of an object with name_kk/ru/en or of a mapping kk/ru/en."""
    language = get_language() or "kk"
    if isinstance(thing, Mapping):
        return str(thing.get(language) or thing.get("kk") or thing["ru"])
    return str(getattr(thing, f"name_{language}", "") or thing.name_kk)


@register.filter
def attrs(values: Mapping[str, Any] | None) -> SafeString:
    """A mapping as HTML attributes, escaped: {"hx-post": "/x", "data-hold": True}."""
    return flatatt(dict(values)) if values else SafeString("")


@register.filter
def at(values: Sequence[Any] | None, index: int) -> Any:
    """One of a list, or nothing: templates cannot ask for a counted place."""
    return values[index] if values is not None and -len(values) <= index < len(values) else None


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.filter
def page_range(page: Page[Any]) -> list[int]:
    """Page numbers around this one; 0 stands for a gap."""
    return [n if isinstance(n, int) else 0 for n in page.paginator.get_elided_page_range(page.number, on_ends=1)]


FORMATS: dict[str, Callable[..., str]] = {
    "num": numbers.number,
    "scaled": numbers.scaled,
    "signed": numbers.signed,
    "tenge": numbers.tenge,
    "tiyn": numbers.tiyn,
    "mass": numbers.mass,
    "share": numbers.share,
    "day": dates.day,
    "when": dates.when,
    "when_short": dates.when_short,
    "clock_time": dates.clock_time,
    "digits": dates.digits,
    "duration": dates.duration,
}
for _name, _function in FORMATS.items():
    register.filter(_name, _function)
