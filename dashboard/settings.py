"""Settings, read from the environment through django-environ; docs/settings.md describes every one.

A missing or wrong value stops the start with one line that names it (``dashboard.config.reader.SettingError``).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from dashboard.config import parts, rules
from dashboard.config.reader import Reader, SettingError, load_file
from dashboard.jobs.queue_settings import q_cluster

BASE_DIR = Path(__file__).resolve().parent.parent
load_file(os.environ)
settings_read = Reader(os.environ)
_read = settings_read.read

# What it is and who may reach it
DEBUG = _read("DEBUG", rules.boolean, "false")
SECRET_KEY = _read("SECRET_KEY", rules.secret_key)
SECRET_KEY_FALLBACKS = _read("SECRET_KEY_FALLBACKS", rules.list_of(rules.secret_key), "")
ALLOWED_HOSTS = _read("ALLOWED_HOSTS", rules.list_of(rules.host), "localhost,127.0.0.1,[::1]")
INSECURE_HTTP = _read("INSECURE_HTTP", rules.boolean, "false")
if not ALLOWED_HOSTS:
    raise SettingError("ALLOWED_HOSTS", "must list at least one host name")
if INSECURE_HTTP and set(ALLOWED_HOSTS) - parts.LOOPBACK:
    raise SettingError(
        "INSECURE_HTTP",
        f"may be true only while ALLOWED_HOSTS names {', '.join(sorted(parts.LOOPBACK))} alone",
    )
CSRF_TRUSTED_ORIGINS = _read("CSRF_TRUSTED_ORIGINS", rules.list_of(rules.origin), "")
TRUSTED_PROXIES = tuple(_read("TRUSTED_PROXIES", rules.list_of(rules.proxy), ""))

# The web server (gunicorn_conf.py)
BIND = _read("BIND", rules.bind, "127.0.0.1:8000")
WEB_WORKERS = _read("WEB_WORKERS", rules.whole(1, 32), "1")
WEB_THREADS = _read("WEB_THREADS", rules.whole(1, 128), "8")

INSTALLED_APPS = [
    "dashboard.console",
    "dashboard.accounts",
    "dashboard.history",
    "dashboard.jobs",
    "dashboard.tables",
    "apiconfig",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_q",
]
MIDDLEWARE = [
    "dashboard.console.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "dashboard.urls"
WSGI_APPLICATION = "dashboard.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "dashboard" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.console.context.frame",
            ]
        },
    }
]

# Data. No transaction is open across a call to AWS, so requests are not atomic.
_var = BASE_DIR / "var"
if not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")):
    try:
        _var.mkdir(exist_ok=True)
    except OSError:
        raise SettingError("DATABASE_URL", f"is not set, and {_var} cannot be made for its default") from None
_database = _read("DATABASE_URL", rules.database_url, f"sqlite:///{_var / 'gatehouse.sqlite3'}")
DATABASES = {
    "default": parts.database(_database, _read("DATABASE_MAX_AGE", rules.whole(0, 3600, "seconds"), "60"))
}
CACHES = {"default": parts.cache(_read("CACHE_URL", rules.cache_url, "database"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
Q_CLUSTER = q_cluster(
    _read("JOBS_BROKER", rules.broker_url, "database"), _read("JOBS_WORKERS", rules.whole(1, 32), "1")
)
JOBS_SLICE = _read("JOBS_SLICE", rules.whole(1, 60, "seconds"), "45")
JOBS_LEASE = _read("JOBS_LEASE", rules.whole(1, 600, "seconds"), "30")

# Calls to AWS, handed to the door once at start
AWS_CONNECT_TIMEOUT = _read("AWS_CONNECT_TIMEOUT", rules.whole(1, 60, "seconds"), "3")
AWS_READ_TIMEOUT = _read("AWS_READ_TIMEOUT", rules.whole(1, 60, "seconds"), "10")
AWS_ATTEMPTS = _read("AWS_ATTEMPTS", rules.whole(1, 5), "3")
AWS_MAX_CONNECTIONS = _read("AWS_MAX_CONNECTIONS", rules.whole(1, 256), "32")

# What a search may read before it asks; groups can have numbers of their own
READ_BUDGET_UNITS = _read("READ_BUDGET_UNITS", rules.whole(1, 1_000_000, "units"), "100")

# Sign-in and sessions
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["dashboard.accounts.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "dashboard.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
SESSION_ENGINE = "dashboard.accounts.sessions"
SESSION_COOKIE_NAME = "gatehouse_session"
SESSION_COOKIE_AGE = _read("SESSION_AGE", rules.whole(300, 2_592_000, "seconds"), "28800")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "gatehouse_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "dashboard.console.failures.csrf_failure"

# The browser's rules. INSECURE_HTTP lifts what needs TLS, for a demo on this machine.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_HSTS_SECONDS = (
    0 if INSECURE_HTTP else _read("HSTS_SECONDS", rules.whole(1, 63_072_000, "seconds"), "31536000")
)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not INSECURE_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
# Safe because RequestMiddleware removes this header from whatever does not come through TRUSTED_PROXIES.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = parts.POLICY

# A draft holds an item of up to 400 KB several times over (yours, theirs, original), escaped.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

LANGUAGE_CODE = "en-us"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

# Static files: collected, hashed and compressed in production; straight from the packages in the demo and the tests.
STATIC_URL = "/static/"
STATIC_ROOT = _read("STATIC_ROOT", rules.folder, str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "dashboard" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "dashboard.console.finders.PackageFinder",
]
STATIC_COLLECTED = _read("STATIC_COLLECTED", rules.boolean, "false" if INSECURE_HTTP or DEBUG else "true")
STORAGES = parts.storages(STATIC_COLLECTED)
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_COLLECTED

LOGGING = parts.logging(
    _read("LOG_LEVEL", rules.one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    _read("LOG_FORMAT", rules.one_of("json", "text"), "json"),
)
