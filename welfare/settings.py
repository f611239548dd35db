"""Every setting, from the environment through one typed helper.

With no environment at all the product runs embedded: its own PostgreSQL and keys it makes itself,
under ``var/`` (see ``embedded.py``). With ``LEDGER_DEBUG=0`` it is in production and a missing
setting stops the start with its name and a hint. README.md lists them.
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from welfare import embedded
from welfare.env import Environment, database_from_url, parse_flag

BASE_DIR = Path(__file__).resolve().parent.parent
DEVELOPMENT = parse_flag("LEDGER_DEBUG", os.environ.get("LEDGER_DEBUG", ""), True)
env = Environment(production=not DEVELOPMENT)
# quickstart turns this off: whoever tries the ledger out meets our own error pages.
DEBUG = DEVELOPMENT and env.flag("LEDGER_TECHNICAL_ERRORS", True)

# -- keys ---------------------------------------------------------------------------------------
SECRET_KEY = env.text(
    "LEDGER_SECRET_KEY",
    lambda: embedded.own_secret("secret_key"),
    hint="Signs sessions and links: 50 or more random characters.",
)
# Comma-separated, newest first: base64 of 32 random bytes each. Old keys stay until all values are re-encrypted.
ENCRYPTION_KEYS = env.names(
    "LEDGER_ENCRYPTION_KEY",
    lambda: [embedded.own_secret("encryption_key")],
    hint="Encrypts ID, phone and bank numbers: base64 of 32 random bytes; keep a copy apart from the backups.",
)
INDEX_KEY = env.text(
    "LEDGER_INDEX_KEY",
    lambda: embedded.own_secret("index_key"),
    hint="Keys the blind indexes of encrypted numbers: base64 of 32 random bytes, never changed.",
)

# -- where we are -------------------------------------------------------------------------------
ALLOWED_HOSTS = env.names(
    "LEDGER_ALLOWED_HOSTS",
    lambda: ["localhost", "127.0.0.1", "[::1]", "testserver"],
    hint="Host names this site answers to, separated by commas.",
)
PUBLIC_BASE_URL = env.text(
    "LEDGER_PUBLIC_BASE_URL",
    "http://127.0.0.1:8000",
    hint="Address residents see, printed on notices and in QR codes, such as https://nuance.example.gov.cn.",
).rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
# Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; "none" for no proxy.
TRUSTED_PROXIES = [
    name
    for name in env.names(
        "LEDGER_TRUSTED_PROXIES", list, hint='Addresses of your reverse proxies, or "none" if there are none.'
    )
    if name != "none"
]

INSTALLED_APPS = [
    "welfare",
    "beneficiaries",
    "visits",
    "disbursements",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_tables2",
    "django_htmx",
    "import_export",
    "django_tasks",
    "django_tasks_db",
    "pgtrigger",
    "pghistory",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "welfare.middleware.AuditSource",
    "welfare.middleware.PlainText",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "welfare.urls"
WSGI_APPLICATION = "welfare.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "welfare.menu.context",
            ],
            "builtins": ["welfare.templatetags.ledger"],
        },
    }
]
FORM_RENDERER = "welfare.forms.LedgerFormRenderer"

# -- database -----------------------------------------------------------------------------------
DATABASES = {
    "default": database_from_url(
        env.text("DATABASE_URL", embedded.url, hint="postgresql://user:password@host/name")
    )
    | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- people -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "welfare.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "todo"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "welfare/locked_out.html"
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "welfare.middleware.client_address"
AXES_USERNAME_CALLABLE = "welfare.middleware.given_username"
SESSION_COOKIE_AGE = 12 * 3600

# -- language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# -- files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEVELOPMENT
MEDIA_ROOT = Path(
    env.text(
        "LEDGER_MEDIA_ROOT",
        lambda: str(embedded.data_root() / "media"),
        hint="Folder for photos, signatures and uploads; part of the backup; served by no web server.",
    )
)
# Public pages kept ready; may be emptied at any time. With several hosts it must be the same folder on all.
PAGES_ROOT = Path(env.text("LEDGER_PAGES_ROOT", str(MEDIA_ROOT / "pages")))
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# -- mail ---------------------------------------------------------------------------------------
EMAIL_HOST = env.text("LEDGER_MAIL_HOST", "localhost", hint="Mail server for notices to staff.")
EMAIL_PORT = env.number("LEDGER_MAIL_PORT", 25)
EMAIL_HOST_USER = env.text("LEDGER_MAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("LEDGER_MAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("LEDGER_MAIL_TLS", False)
DEFAULT_FROM_EMAIL = env.text("LEDGER_MAIL_FROM", "ledger@localhost", hint="Sender address of mails.")
if DEVELOPMENT:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# -- background work ----------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# -- earlier states of rows (welfare/history.py) ------------------------------------------------
PGHISTORY_CREATED_AT_FUNCTION = "CLOCK_TIMESTAMP()"

# -- security -----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "welfare.views.csrf_failure"
if not DEVELOPMENT:
    SECURE_SSL_REDIRECT = env.flag("LEDGER_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = env.number("LEDGER_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DJANGO_TABLES2_TEMPLATE = "components/table.html"
DJANGO_TABLES2_TABLE_ATTRS = {"class": "ledger-table"}
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LEDGER_LOG_LEVEL", "WARNING")},
}
