"""Forms of the administrator's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tartip.core.acts import Actor
from tartip.core.inputs import LAST_YEAR, is_in_range, is_storable
from tartip.core.people.models import Role
from tartip.core.problems import said, wrong_fields
from tartip.core.territory.choices import territories
from tartip.errors import TartipError

NO_CHOICE = ("", _("Choose"))


class Text(forms.CharField):
    """A text that can be stored."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if isinstance(found, str) and not is_storable(found):
            raise forms.ValidationError(_("Contains a character that cannot be stored."))
        return found


class OrderForm(forms.Form):
    """The order that stands behind the act: its number, and never a name."""

    order_number = Text(
        label=_("Number of the order"), max_length=60, required=False, help_text=_("Number and day, without names.")
    )

    def show(self, error: TartipError) -> None:
        """The error at the fields that it names; on top where it names none of them."""
        wrong = {name: words for name, words in wrong_fields(error).items() if name in self.fields}
        for name, words in wrong.items():
            self.add_error(name, words)
        if not wrong:
            self.add_error(None, said(error))


class AppointForm(OrderForm):
    """A role over a territory of the administrator's own."""

    field_order: tuple[str, ...] = ("role", "territory", "last_day", "order_number")
    role = forms.ChoiceField(label=_("Role"))
    territory = forms.ChoiceField(label=_("Where"))
    last_day = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Empty: until it is ended."),
        widget=forms.DateInput(attrs={"type": "date", "max": f"{LAST_YEAR - 1}-12-31"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        roles, places = self.fields["role"], self.fields["territory"]
        assert isinstance(roles, forms.ChoiceField)
        assert isinstance(places, forms.ChoiceField)
        roles.choices = [NO_CHOICE, *Role.choices]
        places.choices = territories(actor.territory)

    def clean_last_day(self) -> Any:
        day = self.cleaned_data["last_day"]
        if day is not None and not is_in_range(day):
            raise forms.ValidationError(_("Enter a valid date."))
        return day


class OpenForm(AppointForm):
    """A new account with its first appointment."""

    field_order: tuple[str, ...] = ("username", "display_name", "holder", *AppointForm.field_order)
    username = Text(
        label=_("User name"), max_length=64, help_text=_("Letters and digits without spaces."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    display_name = Text(label=_("Name shown to colleagues"), max_length=120)
    holder = Text(
        label=_("Personnel number"), max_length=64, required=False,
        help_text=_("Whose account it is. A tablet or a neighbouring system has none."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class TokenForm(OrderForm):
    """A key of the API for a tablet or a neighbouring system."""

    role = forms.ChoiceField(label=_("Role"))
    name = Text(label=_("What the key is for"), max_length=64, help_text=_("The device or the system."))

    def __init__(self, roles: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        del self.fields["order_number"]
        chosen = self.fields["role"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = roles
