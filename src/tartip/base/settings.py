"""Settings, from the environment only. docs/settings.md lists every variable."""

from __future__ import annotations

import pathlib
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from tartip.base import env, keys

ROOT = pathlib.Path(__file__).resolve().parents[3]
VAR = pathlib.Path(env.text("TARTIP_VAR", str(ROOT / "var"))).resolve()
KEYS = VAR / "keys"

DEMO = env.flag("TARTIP_DEMO")
DEBUG = env.flag("TARTIP_DEBUG")
SECRET_KEY = keys.key("TARTIP_SECRET_KEY", KEYS)
# Personal identifiers are encrypted with the first and looked up by a hash keyed with the second.
PEOPLE_KEY = keys.key("TARTIP_PEOPLE_KEY", KEYS)
LOOKUP_KEY = keys.key("TARTIP_LOOKUP_KEY", KEYS)
# Signs checkpoints of the journal (Ed25519 seed); the name is the log's origin line.
JOURNAL_KEY = keys.key("TARTIP_JOURNAL_KEY", KEYS)
NODE_NAME = env.text("TARTIP_NODE_NAME", "tartip.local/journal")
NODE = env.integer("TARTIP_NODE", 1, 1, 32767)

HOST = env.text("TARTIP_HOST", "127.0.0.1")
PORT = env.integer("TARTIP_PORT", 8000, 1, 65535)
ALLOWED_HOSTS = env.words("TARTIP_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.words("TARTIP_TRUSTED_ORIGINS")
HTTPS = env.flag("TARTIP_HTTPS")
STREAM_URL = env.text("TARTIP_STREAM_URL", "/stream")

INSTALLED_APPS = [
    # First: its templates and its Kazakh words come before Django's and allauth's.
    "tartip.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
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
    "tartip.operations.calls",
    "tartip.operations.units",
    "tartip.operations.incidents",
    "tartip.operations.dispatch",
    "tartip.operations.console",
    "tartip.evidence",
    "tartip.cases",
    "tartip.appeals",
    "tartip.statistics",
    "tartip.simulation",
    "tartip.base",
]
INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS
    if not app.startswith("tartip.") or (ROOT / "src" / app.replace(".", "/") / "apps.py").exists()
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tartip.web.language.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tartip.core.people.guard.SessionGuard",
    "tartip.base.pages.ErrorPages",
]
ROOT_URLCONF = "tartip.base.urls"
WSGI_APPLICATION = "tartip.base.wsgi.application"
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
                "tartip.core.people.workplaces.bar",
            ],
        },
    }
]


def database(url: str | None) -> dict[str, object]:
    common: dict[str, object] = {
        "ENGINE": "tartip.base.database",
        "APP_ROLE": "tartip_app",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        # Bound and prepared at the server: an act runs the same few statements again and again.
        "OPTIONS": {"application_name": "tartip", "server_side_binding": True, "prepare_threshold": 3},
    }
    if not url:
        data = VAR / env.text("TARTIP_PG_FOLDER", "postgres")
        return {**common, "NAME": env.text("TARTIP_DB_NAME", "tartip"), "EMBEDDED_DATA": str(data)}
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise env.BadSetting("TARTIP_DATABASE_URL", "must look like postgresql://user:password@host:5432/name")
    return {
        **common,
        "NAME": env.text("TARTIP_DB_NAME", unquote(parts.path.strip("/"))),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


DATABASES = {"default": database(env.secret("TARTIP_DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Kazakh first: the language a visitor gets who asks for nothing.
LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", _("Kazakh")), ("ru", _("Russian")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
FORMAT_MODULE_PATH = ["tartip.web.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Almaty"  # only how times are shown when a page knows no territory; stored times are UTC

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
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

# Counts attempts and remembers used codes; every process must see the same.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "tartip_cache"}}

ACCOUNT_ADAPTER = "tartip.core.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# A whole operations centre may come from one address; a name is tried five times in five minutes.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/m/ip,5/5m/key"}
# How many proxies of ours stand in front: the client's address is taken from X-Forwarded-For only then.
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TARTIP_PROXIES", 0, 0, 9)

MFA_ADAPTER = "tartip.core.people.adapters.SecondFactorAdapter"
MFA_FORMS = {"activate_totp": "tartip.core.people.adapters.EnrolForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Tártip"
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

# The longest a session of any role may last; the limits of each role are in core/people/sessions.py.
SESSION_COOKIE_AGE = 13 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# One JSON body or form: an upload has its own door in evidence.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

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
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("TARTIP_LOG_LEVEL", "WARNING")},
}
