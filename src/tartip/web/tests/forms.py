"""The forms of a page as a browser reads them: what stands in which form, and what a refusal says about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "br", "link", "meta", "img", "hr", "use", "source", "track", "col", "wbr"}


@dataclass
class Element:
    tag: str
    attrs: dict[str, str]
    form: dict[str, str] = field(default_factory=dict)
    text: str = ""


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        around = next((one.attrs for one in reversed(self.open) if one.tag == "form"), {})
        element = Element(tag, {name: value or "" for name, value in attrs}, around)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(one.tag == tag for one in self.open):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def by_id(self, id: str) -> Element:
        (found,) = [element for element in self.elements if element.attrs.get("id") == id]
        return found

    def fields(self) -> set[tuple[str, str]]:
        """(address of the form, name) of every field that a person fills in."""
        return {
            (one.form["action"], one.attrs["name"])
            for one in self.elements
            if one.tag in ("input", "select", "textarea") and one.form.get("method") == "post"
            if one.attrs.get("name") and one.attrs.get("type") != "hidden" and "disabled" not in one.attrs
        }

    def said_at_its_field(self, rule: str, address: str, name: str) -> bool:
        """The top leads to the field by a link; the words stand at it, are tied to it, and it alone has the focus."""
        links = {one.attrs["href"][1:] for one in self.elements if one.tag == "a" and rule in one.text.lower()}
        (target,) = [self.by_id(id) for id in links]
        words = self.by_id(f"{target.attrs['id']}-error")
        focused = [one for one in self.elements if "autofocus" in one.attrs]
        return (
            words.attrs["id"] in target.attrs["aria-describedby"].split()
            and rule in words.text.lower()
            and focused == [target]
            and target.form["action"] == address
            and (target.tag in ("fieldset", "div") or target.attrs["name"] == name)
            and (target.tag in ("fieldset", "div")) == ("aria-invalid" not in target.attrs)
        )
