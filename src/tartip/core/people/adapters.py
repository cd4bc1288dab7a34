"""What of allauth is ours: nobody signs up, refusals leave a trace, secrets of second factors are encrypted."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from tartip.core.people import sealed, sessions
from tartip.core.people.models import Account
from tartip.core.time import now

QUIET = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *a: Any, **k: Any
    ) -> None:
        """The page that follows says as much as “you have signed in”."""
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *a, **k)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            sessions.refused(request, str(credentials.get("username", "")), "too many attempts")
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """As usual, but a one-time password that ran out is a wrong one."""
        account = cast("Account | None", super().authenticate(request, **credentials))
        if account is not None and account.one_time_until is not None and account.one_time_until < now():
            sessions.refused(request, account.username, "one-time password ran out")
            return None
        return account

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:account")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return sealed.seal(text).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return sealed.unseal(bytes.fromhex(encrypted_text))


class EnrolForm(ActivateTOTPForm):  # type: ignore[misc]
    """A code is used once: the one that enrolled a device does not log in as well (ASVS 6.5.1)."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code
