"""What of allauth is ours: nobody signs up, refusals leave a trace, secrets of second factors are encrypted."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa import adapter as mfa
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from django.http import HttpRequest
from django.urls import reverse

from tartip.core.people import brakes, identifiers, sessions
from tartip.core.people.addresses import is_address
from tartip.core.people.clients import address_of
from tartip.core.people.models import Account
from tartip.core.time import now

QUIET = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    # Too many wrong ones for this name from addresses that do not know it.
    _slowed = False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *a: Any, **k: Any
    ) -> None:
        """The page that follows says as much as “you have signed in”."""
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *a, **k)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count this attempt as a wrong one; `authenticate` takes it back when the password is right."""
        name = str(credentials.get("username", ""))
        source = brakes.source_of(request, name)
        used = self._count(request, "login_failed", source.rates, f"{name.lower()}|{source.key}")
        if used and not source.known:
            elsewhere = self._count(request, "login_elsewhere", brakes.ELSEWHERE, name.lower())
            self._slowed = elsewhere is None
            used = ratelimit.RateLimitUsage([*used.usage, *elsewhere.usage]) if elsewhere else used
        self._login_failed_rl_usage = used
        if used is None:
            sessions.refused(request, name, "too many attempts")
            raise self.validation_error("too_many_login_attempts")

    @staticmethod
    def _count(request: HttpRequest, action: str, rates: str, key: str) -> ratelimit.RateLimitUsage | None:
        found: ratelimit.RateLimitUsage | None = ratelimit.consume(
            request, app="allauth.account", action=action, config={action: rates}, key=key
        )
        return found

    def is_safe_url(self, url: str) -> bool:
        """As usual; what is no address at all is not safe either, whereas allauth would fail on it."""
        return is_address(url or "") and bool(super().is_safe_url(url))

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address allauth's own brakes count by."""
        return address_of(request) or "unknown"

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """As usual, but a one-time password that ran out is a wrong one, and so is any where the name is slowed down.

        Whoever has a second factor is not: strangers who type his name must not keep him out of a desk that is new to
        him, and a guessed password alone opens nothing. Every name gets the same answer after the same work, so that
        nobody learns which names exist.
        """
        account = cast("Account | None", super().authenticate(request, **credentials))
        if self._slowed and (account is None or not mfa.get_adapter().is_mfa_enabled(account)):
            sessions.refused(request, str(credentials.get("username", "")), "too many attempts")
            raise self.validation_error("too_many_login_attempts")
        if account is not None and account.one_time_until is not None and account.one_time_until < now():
            sessions.refused(request, account.username, "one-time password ran out")
            return None
        return account

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:account")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return identifiers.encrypt(text).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return identifiers.decrypt(bytes.fromhex(encrypted_text))


class EnrolForm(ActivateTOTPForm):  # type: ignore[misc]
    """A code is used once: the one that enrolled a device does not log in as well (ASVS 6.5.1)."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code
