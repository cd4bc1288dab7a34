from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tartip.core.people"
    label = "people"

    def ready(self) -> None:
        """Log-ins, refusals and log-outs reach the journal however they come."""
        from allauth.account.signals import password_changed
        from allauth.mfa.signals import (
            authentication_failed,
            authenticator_added,
            authenticator_removed,
            authenticator_reset,
        )
        from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

        from tartip.core.people import accounts, sessions
        from tartip.core.people.models import password_rehashed

        user_logged_in.connect(sessions.on_open)
        user_logged_out.connect(sessions.on_close)
        user_login_failed.connect(sessions.on_wrong_password)
        authentication_failed.connect(sessions.on_wrong_factor)
        password_changed.connect(accounts.on_own_password)
        password_rehashed.connect(accounts.on_rehash)
        for changed in (authenticator_added, authenticator_removed, authenticator_reset):
            changed.connect(accounts.on_factors)
