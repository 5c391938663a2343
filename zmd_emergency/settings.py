"""The one settings file: what differs between places comes from the environment.

`DATABASE_URL` and `REDIS_URL` name the engines; `manage.py` fills them in for the embedded ones.
`ZMD_ENV=production` demands a secret, host names and TLS, and refuses the demo.
"""

import os
from datetime import timedelta
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from zmd_emergency.policy import origins_of

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("ZMD_VAR", BASE_DIR / "var"))
PRODUCTION = os.environ.get("ZMD_ENV") == "production"
DEBUG = False


def _secret_key() -> str:
    """The environment's secret; outside production one kept in `var/`, made on first use."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    if PRODUCTION:
        raise ImproperlyConfigured("Set SECRET_KEY: 50 random characters or more.")
    from django.core.management.utils import get_random_secret_key

    path = VAR_DIR / "secret_key"
    try:
        return path.read_text()
    except FileNotFoundError:
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(get_random_secret_key())
        except FileExistsError:
            pass
        return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if PRODUCTION]

INSTALLED_APPS = [
    "incidents",
    "alerts",
    "zmd_emergency.apps.EmergencyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_fsm",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "js_lib_bootstrap5",
    "js_lib_leaflet",
    "csp",
]

MIDDLEWARE = [
    "incidents.web.middleware.ServerTimeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "incidents.web.middleware.ActivityMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "zmd_emergency.urls"
WSGI_APPLICATION = "zmd_emergency.wsgi.application"
ASGI_APPLICATION = "zmd_emergency.asgi.application"

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
                "incidents.web.context.frame",
            ]
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "postgres://zmd@127.0.0.1:5432/zmd"),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    "options", "-c statement_timeout=30000 -c lock_timeout=10000 -c timezone=UTC"
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "incidents.User"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ROUTES = {
    "alerts.tasks.drain": {"queue": "outbox"},
    "alerts.tasks.send": {"queue": "outbox"},
    "alerts.tasks.send_webhook": {"queue": "outbox"},
    "incidents.tasks.fetch_cap_feeds": {"queue": "outbox"},
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "alerts.tasks.tick", "schedule": 1.0, "options": {"expires": 10}},
    "watch-roster": {"task": "alerts.tasks.watch_roster", "schedule": 60.0, "options": {"expires": 60}},
    "drain": {"task": "alerts.tasks.drain", "schedule": 5.0, "options": {"expires": 5}},
    "forget-answers": {"task": "incidents.tasks.forget_answers", "schedule": 3600.0},
    "forget-signatures": {"task": "incidents.tasks.forget_signatures", "schedule": 600.0},
    "forget-sessions": {"task": "incidents.tasks.forget_sessions", "schedule": 3600.0},
    "prune-webhooks": {"task": "alerts.tasks.prune_webhooks", "schedule": 86400.0},
    "export-ledger-heads": {"task": "incidents.tasks.export_ledger_heads", "schedule": 86400.0},
}

# Other services' warnings (CAP 1.2 or Atom) that are fetched, parted by blanks; none: they are imported by hand.
CAP_FEEDS = os.environ.get("ZMD_CAP_FEEDS", "").split()
if CAP_FEEDS:
    CELERY_BEAT_SCHEDULE["fetch-cap-feeds"] = {
        "task": "incidents.tasks.fetch_cap_feeds",
        "schedule": 300.0,
        "options": {"expires": 300},
    }

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "zmd_emergency" / "static", ("geo", BASE_DIR / "fixtures" / "geo")]
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "incidents.api.authentication.KeyAuthentication",
        "incidents.api.authentication.BrowserSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["incidents.api.parsers.StrictJSONParser"],
    "EXCEPTION_HANDLER": "incidents.api.problems.handle_exception",
    "DEFAULT_SCHEMA_CLASS": "incidents.api.description.openapi.Described",
}

SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "驻马店市邮政业突发事件应急指挥系统：企业接口",
    "VERSION": "1",
    "CONTACT": {"name": "驻马店市邮政业应急办（驻马店市邮政管理局）"},
    "SERVERS": [{"url": "/", "description": "The host that serves this page"}],
    "PREPROCESSING_HOOKS": ["incidents.api.description.openapi.with_whole_paths"],
    "POSTPROCESSING_HOOKS": ["incidents.api.description.openapi.with_what_is_told"],
    "SORT_OPERATIONS": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None, "defaultModelsExpandDepth": 0},
}

# How many requests a minute a firm's system may send (`incidents/api/throttling.py` says what each budget is for).
API_LIMITS = {"read": 600, "write": 300, "filing": 1500, "browser": 1200, "refused": 60} | {
    name: int(number)
    for name, number in (each.split("=") for each in os.environ.get("ZMD_API_LIMITS", "").split())
}

# Tiles behind the map of the counties, e.g. https://tiles.example.org/{z}/{x}/{y}.png; none by default.
MAP_TILES_URL = os.environ.get("MAP_TILES_URL", "")
MAP_TILES_ATTRIBUTION = os.environ.get("MAP_TILES_ATTRIBUTION", "")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *origins_of(MAP_TILES_URL)],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# Without a hand on it a session ends after this long, and with the browser.
SESSION_COOKIE_AGE = 60 * int(os.environ.get("ZMD_IDLE_MINUTES", "30"))
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = os.environ.get("ZMD_TLS_REDIRECT", "1") == "1"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# Attachments: where they are kept (never below the web root), and how large one, and all of an incident, may be.
MEDIA_ROOT = Path(os.environ.get("ZMD_MEDIA", VAR_DIR / "media"))
ATTACHMENT_MOST = int(os.environ.get("ZMD_ATTACHMENT_MB", "20")) * 2**20
ATTACHMENTS_MOST = int(os.environ.get("ZMD_ATTACHMENTS_MB", "200")) * 2**20
UPLOAD_MOST = 3 * ATTACHMENT_MOST + 2**20
"""What one request with files may weigh: a form sends several."""
FILE_UPLOAD_PERMISSIONS = 0o600

METRICS_TOKEN = os.environ.get("ZMD_METRICS_TOKEN", "")
SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz|healthz|metrics)$"]
LEDGER_HEADS_DIR = Path(os.environ.get("ZMD_LEDGER_HEADS", VAR_DIR / "ledger-heads"))

# Outside channels: what seals their secrets, the system's own address in messages, and whether an
# enterprise may name an address of the inner network (other posts may).
CHANNEL_KEYS = [key for key in os.environ.get("ZMD_CHANNEL_KEY", "").split(",") if key]
BASE_URL = os.environ.get("ZMD_BASE_URL", "").rstrip("/")
PRIVATE_TARGETS = os.environ.get("ZMD_PRIVATE_TARGETS") == "1"
WEBHOOK_PAYLOADS_KEPT = timedelta(days=int(os.environ.get("ZMD_WEBHOOK_DAYS", "30")))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "urllib3": {"level": "ERROR"}
    },  # below that it tells addresses, and our channels' are secrets
    "root": {"handlers": ["console"], "level": "INFO"},
}
LIVE_BEAT = int(os.environ.get("ZMD_LIVE_BEAT", "15"))
LIVE_ROUND = int(os.environ.get("ZMD_LIVE_ROUND", "10"))
