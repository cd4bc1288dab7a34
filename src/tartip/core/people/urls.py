"""Of allauth's pages only those we use: no sign-up, no e-mail, no password reset by mail."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import URLPattern, URLResolver, include, path

from tartip.core.people import login, pages, rights
from tartip.core.people.administration import pages as administration

prefix = ""
Paths = list[URLPattern | URLResolver]

ours: Paths = [
    path("", pages.home, name="home"),
    path("start/", pages.start, name="start"),
    path("login/", login.Login.as_view(), name="login"),
    path("login/as/", login.log_in_as, name="login_as"),
    path("logout/", allauth.logout, name="logout"),
    path("account/", pages.account, name="account"),
    path("account/language/", pages.language, name="language"),
    path("account/appointment/", pages.appointment, name="appointment"),
    path("account/token/revoke/", pages.revoke_token, name="revoke_token"),
    path("account/shift/", pages.shift, name="shift"),
    path("rights/", rights.page, name="rights"),
    path("people/", administration.index, name="administration"),
    path("people/open/", administration.open_account, name="open_account"),
    path("people/requests/<uuid:request_id>/", administration.one_request, name="request"),
    path("people/requests/<uuid:request_id>/decide/", administration.decide, name="decide"),
    path("people/<uuid:account_id>/", administration.card, name="person"),
    path("people/<uuid:account_id>/ask/<slug:kind>/", administration.ask_for, name="ask"),
    path("people/<uuid:account_id>/end/<uuid:appointment_id>/", administration.end, name="end_appointment"),
    path("people/<uuid:account_id>/token/", administration.token, name="issue_token"),
    path("people/<uuid:account_id>/token/revoke/", administration.revoke, name="revoke_theirs"),
    path("people/<uuid:account_id>/session/end/", administration.end_session, name="end_session"),
    path("people/<uuid:account_id>/shift/end/", administration.end_shift, name="end_shift"),
    path("people/<uuid:account_id>/holder/", administration.holder, name="holder"),
]
theirs: Paths = [
    path("login/", login.Login.as_view(), name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
]
urlpatterns: Paths = [path("", include((ours, "people"))), path("accounts/", include(theirs))]
