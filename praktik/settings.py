"""Settings of Praktik. Everything that differs between installations comes from the environment.

A variable that is missing or cannot be read does not raise here: it is collected in
``CONFIGURATION_PROBLEMS`` and reported by a system check (praktik/checks.py) with what to set.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvValidationError

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env(eager=False)

# --- The environment, in one place -------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY")
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
SITE_URL = env.url("SITE_URL", require_tld=False)
DATABASE = env.dj_db_url(
    "DATABASE_URL", conn_max_age=env.int("CONN_MAX_AGE", 60), conn_health_checks=True
)
REDIS_URL = env.str("REDIS_URL")
EMAIL = env.dj_email_url("EMAIL_URL")
MAIL_FROM = env.str("MAIL_FROM")
MAIL_BOUNCE_ADDRESS = env.str("MAIL_BOUNCE_ADDRESS", "")
BOUNCE_MAILBOX = env.url("BOUNCE_MAILBOX_URL", None, schemes={"imap", "imaps"}, require_tld=False)
MAIL_CATCHER_URL = env.str("MAIL_CATCHER_URL", "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [getattr(SITE_URL, "hostname", ""), "localhost", "127.0.0.1"])
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
SWEEP_SECONDS = env.int("SWEEP_SECONDS", 60)
MAIL_UNSURE_AFTER_SECONDS = env.int("MAIL_UNSURE_AFTER_SECONDS", 600)
MAIL_PER_MINUTE = env.int("MAIL_PER_MINUTE", 0)
MAIL_PER_DAY = env.int("MAIL_PER_DAY", 5_000)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 30)
SOLVE_SECONDS = env.int("SOLVE_SECONDS", 300)
RETENTION_DAYS = env.int("RETENTION_DAYS", 365)
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "staticfiles")

try:
    env.seal()
    CONFIGURATION_PROBLEMS = {}
except EnvValidationError as error:
    CONFIGURATION_PROBLEMS = error.error_messages
    SECRET_KEY = SECRET_KEY if isinstance(SECRET_KEY, str) else "unset"
    REDIS_URL = REDIS_URL if isinstance(REDIS_URL, str) else "redis://unset.invalid"
    DATABASE = DATABASE if isinstance(DATABASE, dict) else {}
    EMAIL = EMAIL if isinstance(EMAIL, dict) else {}
    MAIL_FROM = MAIL_FROM if isinstance(MAIL_FROM, str) else ""

# --- What Praktik is made of -------------------------------------------------------------------
INSTALLED_APPS = [
    "praktik.apps.PraktikConfig",
    "praktik.apps.PraktikAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "csp",
    "crispy_forms",
    "allauth",
    "allauth.account",
    "mail",
    "employees",
    "hosts",
    "placements",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "employees.middleware.PersonLanguageMiddleware",
    "praktik.middleware.LastResortMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "praktik.urls"
WSGI_APPLICATION = "praktik.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "praktik.context_processors.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["dkfds"]
CRISPY_TEMPLATE_PACK = "dkfds"

# --- Data --------------------------------------------------------------------------------------
DATABASES = {"default": DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Sign-in: a code by mail, for people who are known; no passwords -----------------------------
AUTH_USER_MODEL = "employees.Employee"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
ACCOUNT_ADAPTER = "employees.sign_in.SignInAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "own_page"
ACCOUNT_LOGOUT_REDIRECT_URL = "start"

# --- Work in the background ----------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # A page must not hang because the broker is away: the minute sweep finds what was not queued.
    "socket_connect_timeout": 2,
    "max_retries": 1,
    "interval_start": 0,
    "interval_max": 0.2,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_TASK_IGNORE_RESULT = True
# The puzzle may take minutes: it has a worker of its own, so that no mail waits for it.
CELERY_TASK_ROUTES = {"placements.tasks.solve_round": {"queue": "puzzle"}}
CELERY_TIMEZONE = "Europe/Copenhagen"
CELERY_BEAT_SCHEDULER = "praktik.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    # A sweep that was not begun before the next one is due is not worth beginning.
    "send-what-is-due": {
        "task": "placements.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "deliver-waiting-letters": {
        "task": "mail.tasks.deliver_waiting",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "read-what-came-back": {
        "task": "mail.tasks.read_bounces",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},
    },
    "take-up-waiting-solves": {
        "task": "placements.tasks.take_up_waiting_solves",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "erase-what-is-old": {"task": "placements.tasks.erase_old_data", "schedule": 6 * 3600},
}

# --- Mail ----------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = MAIL_FROM
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = EMAIL.get("EMAIL_HOST", "")
EMAIL_PORT = EMAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_SSL", False)

# --- Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "da"
LANGUAGES = [("da", _("Danish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["praktik.formats"]
TIME_ZONE = "Europe/Copenhagen"
USE_TZ = True

# --- Pages ---------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *[
        (f"dkfds/{part}", BASE_DIR / "node_modules/dkfds/dist" / part)
        for part in ("css", "js", "fonts", "img")
    ],
]
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Safety --------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SERVED_OVER_HTTPS = getattr(SITE_URL, "scheme", "") == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_OVER_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SERVED_OVER_HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SERVED_OVER_HTTPS else 0
CSRF_TRUSTED_ORIGINS = [f"{SITE_URL.scheme}://{SITE_URL.netloc}"] if SERVED_OVER_HTTPS else []
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = [
    "praktik.tables.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
