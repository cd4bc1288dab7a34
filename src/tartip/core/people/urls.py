"""Of allauth's pages only those we use: no sign-up, no e-mail, no password reset by mail."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import URLPattern, URLResolver, include, path

from tartip.core.people import login, pages, rights

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
