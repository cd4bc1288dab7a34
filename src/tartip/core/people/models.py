"""Who works here, in which role and where; and the one table of personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models, transaction
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _, gettext_noop

from tartip.core.ids import new_id
from tartip.core.registers.imported import Imported
from tartip.core.registers.models import Record
from tartip.core.registers.register import register, years
from tartip.core.registers.sees import EVERYBODY, NOTHING, TERRITORY, Sees, relation

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

    from tartip.core.acts.actor import Actor

# Django stored the same password in a newer way; `apps.py` connects who writes the entry.
password_rehashed = Signal()


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> Account:
        account = self.model(username=self.model.normalize_username(username), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser, PermissionsMixin):
    """A log-in. Rights never hang on it directly: they come from the appointment it works under."""

    id = models.UUIDField(primary_key=True, default=new_id)
    username = models.CharField(_("user name"), max_length=64, unique=True)
    email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, blank=True, default="")  # empty until the person chooses one
    is_active = models.BooleanField(default=True)
    # Demo log-ins need no second factor; they exist only where TARTIP_DEMO is set.
    demo = models.BooleanField(default=False)
    # The password was handed over by somebody else: until then it logs in, once, to be replaced.
    one_time_until = models.DateTimeField(null=True)
    # The personnel number of who holds it, as `holders.checked_number` writes it: accounts with one number are one
    # person wherever a rule asks for two. Personal data: on no page and in no entry. Empty: stands for itself alone.
    holder = models.CharField(max_length=32, blank=True, default="")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    class Meta:
        indexes = [models.Index(fields=["holder"], condition=~models.Q(holder=""), name="account_holder")]

    def check_password(self, raw_password: str) -> bool:
        """As usual; Django may store a right one anew, in a stronger way, and an entry says so."""
        before = self.password
        with transaction.atomic():
            right = super().check_password(raw_password)
            if self.password != before:
                password_rehashed.send(type(self), account=self)
        return right

    def __str__(self) -> str:
        return self.username


class Role(models.TextChoices):
    """What a person may be appointed as. Rights of each: the declarations of acts, listed at /rights/."""

    OPERATOR = "operator", _("102 operator")
    DISPATCHER = "dispatcher", _("duty officer")
    SUPERVISOR = "supervisor", _("head of shift")
    PATROL = "patrol", _("patrol")
    INSPECTOR = "inspector", _("inspector")
    ANALYST = "analyst", _("analyst")
    PROSECUTOR = "prosecutor", _("prosecutor")
    JUDGE = "judge", _("judge")
    ADMINISTRATOR = "administrator", _("administrator")
    GATEWAY = "gateway", _("neighbouring system")
    CITIZEN = "citizen", _("citizen")


class Appointment(Record):
    """An account in a role over a territory and everything below it, for a time."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=16, choices=Role.choices)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Lifecycle:
        start = "in_force"
        moves: ClassVar = {"in_force": ["ended"]}


@relation("one's own")
def own_appointment(actor: Actor) -> models.Q:
    return models.Q(account=actor.account) if actor.account else NOTHING


register(
    Appointment,
    plural=_("Appointments"),
    columns=["account", "role", "territory"],
    may_see=[Sees("administrator supervisor", where=TERRITORY), Sees(EVERYBODY, where=own_appointment)],
)


class Token(models.Model):
    """A key by which a device or a neighbouring system calls the API under an appointment. Only its hash is kept."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Session(AbstractBaseSession):
    """A running log-in. The account stands beside it, so that an administrator finds and ends it."""

    account_id = models.UUIDField(null=True, db_index=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from tartip.core.people.session_store import SessionStore

        return SessionStore


class Shift(Record):
    """Time on duty under one appointment; some acts are open only to those on shift."""

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="shifts")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    clashes: ClassVar = {"one_shift_at_a_time": ("appointment", gettext_noop("the shift under it has begun already"))}

    class Lifecycle:
        start = "on"
        moves: ClassVar = {"on": ["off"]}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment"], condition=models.Q(state="on"), name="one_shift_at_a_time")
        ]


@relation("one's own")
def own_shift(actor: Actor) -> models.Q:
    return models.Q(appointment__account=actor.account) if actor.account else NOTHING


register(
    Shift,
    plural=_("Shifts"),
    columns=["appointment", "began_at", "ended_at"],
    retention=years(3),
    may_see=[Sees("administrator supervisor", where=TERRITORY), Sees(EVERYBODY, where=own_shift)],
)


class AccountRequest(Record):
    """What one administrator asks about an account and another one confirms (`requests.py`).

    It names the account and never its holder. The account that it is to open exists already, closed and without a
    password, so nothing can be changed between the asking and the confirming.
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("Open an account")
        APPOINT = "appoint", _("Appoint to a role")
        END = "end", _("End an appointment")
        PASSWORD = "password", _("New one-time password")
        CLOSE = "close", _("Close the account")
        REOPEN = "reopen", _("Open the account again")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    account = models.ForeignKey(Account, models.PROTECT, related_name="requests")
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=16, choices=Role.choices, blank=True, default="")
    valid_to = models.DateTimeField(null=True)
    order_number = models.CharField(max_length=60, blank=True, default="")
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    clashes: ClassVar = {"one_request_of_a_kind": ("account", gettext_noop("this is asked for already"))}

    class Lifecycle:
        start = "asked"
        moves: ClassVar = {"asked": ["confirmed", "refused", "withdrawn", "expired"]}
        names: ClassVar = {
            "asked": _("waits for the second person"),
            "confirmed": _("confirmed"),
            "refused": _("refused"),
            "withdrawn": _("withdrawn"),
            "expired": _("not confirmed in time"),
        }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"], condition=models.Q(state="asked"), name="one_request_of_a_kind"
            )
        ]
        indexes = [models.Index(fields=["territory"], condition=models.Q(state="asked"), name="request_waiting")]


register(
    AccountRequest,
    name="account_request",
    plural=_("Requests about accounts"),
    columns=["kind", "account", "role", "territory"],
    may_see=[Sees("administrator")],
)


class Person(Imported, Record):
    """The one table of personal data. Identifiers are encrypted; equality is asked by a keyed hash."""

    name_sealed = models.BinaryField(blank=True, default=b"")
    iin_sealed = models.BinaryField(blank=True, default=b"")
    iin_lookup = models.BinaryField(max_length=32, null=True, unique=True)
    phone_sealed = models.BinaryField(blank=True, default=b"")
    phone_lookup = models.BinaryField(max_length=32, null=True, db_index=True)

    erases: ClassVar = ("name_sealed", "iin_sealed", "iin_lookup", "phone_sealed", "phone_lookup")
    # A case or a call that is still kept needs the person it is about.
    kept_while_referred: ClassVar = True
    clashes: ClassVar = {"iin_lookup": ("iin", gettext_noop("a person with this number is entered already"))}

    class Lifecycle:
        start = "known"
        moves: ClassVar = {"known": ["known", "erased"]}


# Nobody lists persons: one is read through a record that names it, for a purpose (see `reading.py`).
register(Person, plural=_("Persons"), retention=years(10), may_see=[])
