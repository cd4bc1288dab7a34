"""Settings, from the environment only. docs/settings.md lists every variable."""

from __future__ import annotations

import pathlib
from typing import cast

import psycopg
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from tartip.server import env, in_use, keys

in_use.hold_environment()

ROOT = pathlib.Path(__file__).resolve().parents[3]
VAR = pathlib.Path(env.text("TARTIP_VAR", str(ROOT / "var"))).resolve()
KEYS = VAR / "keys"

DEMO = env.flag("TARTIP_DEMO")
DEBUG = env.flag("TARTIP_DEBUG")
SECRET_KEY = keys.key("TARTIP_SECRET_KEY", KEYS, digits="")
# Personal identifiers are encrypted with the first and looked up by a hash keyed with the second.
PEOPLE_KEY = keys.key("TARTIP_PEOPLE_KEY", KEYS)
LOOKUP_KEY = keys.key("TARTIP_LOOKUP_KEY", KEYS)
# Signs checkpoints of the journal (Ed25519 seed). Only the process that seals asks for it; the others need the public
# half, which the sealing process writes to the database. Keys given here are believed instead of those.
JOURNAL_KEY = keys.later("TARTIP_JOURNAL_KEY", KEYS)
JOURNAL_PUBLIC_KEY = env.words("TARTIP_JOURNAL_PUBLIC_KEY")
# The name of the node is the log's origin line.
NODE_NAME = env.matching(
    "TARTIP_NODE_NAME", "tartip.local/journal", r"[^\s+]{1,200}", "must be 1 to 200 characters without space and plus"
)
NODE = env.integer("TARTIP_NODE", 1, 1, 32767)

HOST = env.text("TARTIP_HOST", "127.0.0.1")
PORT = env.integer("TARTIP_PORT", 8000, 1, 65535)
ALLOWED_HOSTS = env.words("TARTIP_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.words("TARTIP_TRUSTED_ORIGINS")
if any(not origin.startswith(("https://", "http://")) for origin in CSRF_TRUSTED_ORIGINS):
    raise env.BadSetting("TARTIP_TRUSTED_ORIGINS", "each origin must begin with https:// (or http://)")
HTTPS = env.flag("TARTIP_HTTPS")
# Where people reach the pages: links in text messages begin so.
PUBLIC_URL = env.matching(
    "TARTIP_PUBLIC_URL", f"http://{HOST}:{PORT}", r"https?://[^\s/]+", "must look like https://name, without a path"
)
STREAM_URL = env.text("TARTIP_STREAM_URL", "/stream")

INSTALLED_APPS = [
    # First: its templates and its Kazakh words come before Django's and allauth's.
    "tartip.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "tartip.core.territory",
    "tartip.core.people",
    "tartip.core.journal",
    "tartip.core.clocks",
    "tartip.core.registers",
    "tartip.core.batches",
    "tartip.core.gaps",
    "tartip.core.receipts",
    "tartip.core.sms",
    "tartip.operations.calls",
    "tartip.operations.units",
    "tartip.operations.incidents",
    "tartip.operations.dispatch",
    "tartip.operations.callers",
    "tartip.operations.console",
    "tartip.cases",
    "tartip.appeals",
    "tartip.registers",
    "tartip.statistics",
    "tartip.simulation",
    "tartip.server",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before the first that reads a cookie; its look at what was sent comes before that of the views and of CSRF.
    "tartip.server.text.StorableText",
    # Outside of the sessions, so that the answer that begins one is seen as well.
    "tartip.server.storing.NotStored",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tartip.web.language.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tartip.core.people.guard.SessionGuard",
    "tartip.server.pages.ErrorPages",
]
ROOT_URLCONF = "tartip.server.urls"
WSGI_APPLICATION = "tartip.server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "tartip.core.people.menu.bar",
            ],
        },
    }
]


def _database_name(default: str) -> str:
    return env.matching("TARTIP_DB_NAME", default, r'[^"\0/]{1,63}', 'must be 1 to 63 characters without " and /')


def database(url: str | None, setting: str = "TARTIP_DATABASE_URL") -> dict[str, object]:
    common: dict[str, object] = {
        "ENGINE": "tartip.server.database",
        "APP_ROLE": "tartip_app",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        # Bound and prepared at the server: an act runs the same few statements again and again.
        "OPTIONS": {"application_name": "tartip", "server_side_binding": True, "prepare_threshold": 3},
    }
    if not url:
        data = VAR / env.matching(
            "TARTIP_PG_FOLDER", "postgres", r"[\w.-]*\w", "must be the name of a folder in TARTIP_VAR"
        )
        return {**common, "NAME": _database_name("tartip"), "EMBEDDED_DATA": str(data)}
    if not url.startswith(("postgres://", "postgresql://")):
        raise env.BadSetting(setting, "must look like postgresql://user:password@host:5432/name?sslmode=verify-full")
    try:
        given = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except psycopg.Error as error:
        raise env.BadSetting(setting, f"cannot be read: {str(error).splitlines()[0]}") from error
    if not set(given.get("port", "")) <= set("0123456789,"):
        raise env.BadSetting(setting, f"cannot be read: {given['port']} is no port")
    if not given.get("dbname"):
        raise env.BadSetting(setting, "must look like postgresql://user:password@host:5432/name?sslmode=verify-full")
    options = cast("dict[str, object]", common["OPTIONS"])
    return {
        **common,
        "NAME": _database_name(given.pop("dbname")),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": given.pop("port", ""),
        # All else the URL says, TLS above all, goes to libpq as it stands.
        "OPTIONS": {**options, **given},
    }


# Connections of one page server; server/budget.py adds up what all processes may hold.
DB_POOL = env.integer("TARTIP_DB_POOL", 10, 2, 200)
# How many page servers run on this database: one, unless an operator starts more behind a proxy.
PAGE_SERVERS = env.integer("TARTIP_PAGE_SERVERS", 1, 1, 99)
# The first month of calls: older ones come from a wrong clock and are refused, and statistics begin here.
CALLS_SINCE = env.matching(
    "TARTIP_CALLS_SINCE", "2020-01", r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", "must be a month such as 2026-01"
)
# The class that hands text messages to an operator, `package.module:Class`; the local catcher sends nothing.
SMS_PORT = env.matching(
    "TARTIP_SMS_PORT",
    "tartip.core.sms.port:LocalCatcher",
    r"[\w.]+:\w+",
    "must look like package.module:Class",
)
# Seconds without a sign of life after which a worker is taken for dead and its jobs are run by another.
WORKER_LOST = env.integer("TARTIP_WORKER_LOST", 12, 2, 3600)
# Two log-ins: the application's, which cannot become the owner of the tables, and the owner's for `migrate` alone.
DATABASE_URL, OWNER_URL = env.secret("TARTIP_DATABASE_URL"), env.secret("TARTIP_DATABASE_OWNER_URL")
DATABASES = {"default": database(DATABASE_URL or OWNER_URL)}
DATABASE_OWNER = database(OWNER_URL, "TARTIP_DATABASE_OWNER_URL") if OWNER_URL else None
# What `migrate` sets as the passwords of the two roles; without one the role's password stays as it is.
APP_PASSWORD = env.secret("TARTIP_APP_PASSWORD")
SEALER_PASSWORD = env.secret("TARTIP_SEALER_PASSWORD")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Kazakh first: the language a visitor gets who asks for nothing.
LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", _("Kazakh")), ("ru", _("Russian")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
FORMAT_MODULE_PATH = ["tartip.web.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Almaty"  # only how times are shown when a page knows no territory; stored times are UTC

STATIC_URL = "/static/"
STATIC_ROOT = env.folder("TARTIP_VAR", VAR / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    "jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "tgz", "bz2", "tbz", "xz", "br",
    "woff", "woff2", "pmtiles", "pbf",
)  # fmt: skip

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# Length is what counts: no rules of composition, no forced change (ASVS 6.2); the list holds 20,000 common ones.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": env.integer("TARTIP_PASSWORD_LENGTH", 12, 12, 64)},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
CSRF_FAILURE_VIEW = "tartip.web.errors.csrf_failure"

CACHES = {
    # Counts attempts and remembers used codes (allauth knows this one alone). Every process must see the same, and no
    # visitor may push anything out of it.
    "default": {"BACKEND": "tartip.core.people.security.SecurityCache", "LOCATION": "tartip_security"},
    # Public figures, counted again when they are pushed out.
    "figures": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "tartip_cache",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
}

ACCOUNT_ADAPTER = "tartip.core.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# A whole operations centre may come from one address. Wrong passwords are counted in core/people/brakes.py; what stands
# here under login_failed counts the second factor.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/m/ip,5/5m/key"}
# How many proxies of ours stand in front: the client's address is taken from X-Forwarded-For only then.
PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TARTIP_PROXIES", 0, 0, 9)
# Networks of the desks: log-ins from there are not counted with those of strangers (core/people/brakes.py).
TRUSTED_NETWORKS = env.networks("TARTIP_TRUSTED_NETWORKS")

MFA_ADAPTER = "tartip.core.people.adapters.SecondFactorAdapter"
MFA_FORMS = {"activate_totp": "tartip.core.people.adapters.EnrolForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Tártip"
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

SESSION_ENGINE = "tartip.core.people.session_store"
# The longest a session of any role may last; the limits of each role are in core/people/sessions.py.
SESSION_COOKIE_AGE = 13 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Seconds in which the head of a request must arrive, and its body after that.
RECEIVE_SECONDS = env.integer("TARTIP_RECEIVE_SECONDS", 10, 1, 60)
# One JSON body or form: an upload has its own door in evidence.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# A file that is imported into a register is larger; it stays in memory, so that no copy of it lies on a disk.
IMPORT_MOST_BYTES = 50 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = IMPORT_MOST_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "worker-src": ["'self'"],
        "style-src": ["'self'"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

SILENCED_SYSTEM_CHECKS = ["security.W019"]
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"refusals": {"()": "tartip.server.lines.RefusalsInOneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": env.choice("TARTIP_LOG_LEVEL", "WARNING", LEVELS)},
}
