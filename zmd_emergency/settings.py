"""The one settings file: what differs between places comes from the environment.

`DATABASE_URL`, `DATABASE_OWNER_URL` and `REDIS_URL` name the engines; `manage.py` fills them in for the embedded ones.
`ZMD_ENV=production` demands a secret, host names and TLS, and refuses the demo.
"""

import os
from datetime import timedelta
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django_guid.integrations import CeleryIntegration

from zmd_emergency import sign_on
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
    "zmd_emergency.apps.MachineRoomConfig",
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
    "django_guid",
    "django_otp",
    "django_otp_webauthn",
    "axes",
]

MIDDLEWARE = [
    "zmd_emergency.access.AccessMiddleware",
    "django_guid.middleware.guid_middleware",
    "incidents.web.middleware.ServerTimeMiddleware",
    "incidents.web.middleware.HardeningMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "incidents.web.drill.drill_door.DrillMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "incidents.web.middleware.ActivityMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "incidents.web.identity.factor_duty.FactorDuty",
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
            "builtins": ["incidents.templatetags.said_where"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "incidents.web.context.frame",
            ],
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
DATABASE_ROLE = DATABASES["default"]["USER"]
"""Whom the product connects as. `migrate` connects as the owner of the tables instead (`incidents.owner`)."""
DATABASE_OWNER = {}
if owner_url := os.environ.get("DATABASE_OWNER_URL"):
    owner = dj_database_url.parse(owner_url)
    DATABASE_OWNER = {name: owner[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
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
    "zmd_emergency.tasks.back_up": {"queue": "outbox"},
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "alerts.tasks.tick", "schedule": 1.0, "options": {"expires": 10}},
    "watch-roster": {"task": "alerts.tasks.watch_roster", "schedule": 60.0, "options": {"expires": 60}},
    "drain": {"task": "alerts.tasks.drain", "schedule": 5.0, "options": {"expires": 5}},
    "note-plan-in-force": {
        "task": "incidents.tasks.note_plan_in_force",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget-answers": {"task": "incidents.tasks.forget_answers", "schedule": 3600.0},
    "forget-signatures": {"task": "incidents.tasks.forget_signatures", "schedule": 600.0},
    "forget-sessions": {"task": "incidents.tasks.forget_sessions", "schedule": 3600.0},
    "open-drill-debts": {"task": "incidents.tasks.open_drill_debts", "schedule": 3600.0},
    "end-abandoned-drills": {"task": "incidents.tasks.end_abandoned_drills", "schedule": 300.0},
    "prune-webhooks": {"task": "alerts.tasks.prune_webhooks", "schedule": 86400.0},
    "export-ledger-heads": {"task": "incidents.tasks.export_ledger_heads", "schedule": 86400.0},
    "fold-tallies": {"task": "incidents.tasks.fold_tallies", "schedule": 86400.0},
    "erase-personal-data": {"task": "incidents.tasks.erase_personal_data", "schedule": 86400.0},
}

# For how many days after an incident is closed (or dismissed) what is personal is kept, by kind (`incidents/personal.py`;
# why so long: docs/personal-data.md); 0: for ever. From the environment as `reporter=1095 casualty=3650`.
RETENTION = {"reporter": 1095, "casualty": 3650, "owner": 1825, "verdict": 3650}
for _kind, _days in (each.split("=") for each in os.environ.get("ZMD_RETENTION", "").split()):
    if _kind not in RETENTION or not _days.isdecimal():
        raise ImproperlyConfigured(
            f"ZMD_RETENTION: {_kind}={_days} is not one of {', '.join(RETENTION)}=days"
        )
    RETENTION[_kind] = int(_days)

# Other services' warnings (CAP 1.2 or Atom) that are fetched, parted by blanks; none: they are imported by hand.
CAP_FEEDS = os.environ.get("ZMD_CAP_FEEDS", "").split()
if CAP_FEEDS:
    CELERY_BEAT_SCHEDULE["fetch-cap-feeds"] = {
        "task": "incidents.tasks.fetch_cap_feeds",
        "schedule": 300.0,
        "options": {"expires": 300},
    }

# Backups: where, when (city time; empty: by hand alone), sealed with what, and how many are kept.
BACKUP_DIR = Path(os.environ.get("ZMD_BACKUP_DIR", VAR_DIR / "backups"))
BACKUP_AT = os.environ.get("ZMD_BACKUP_AT", "03:40")
BACKUP_PASSPHRASE_FILE = os.environ.get("ZMD_BACKUP_PASSPHRASE_FILE", "")
BACKUPS_KEPT = {"daily": 14, "weekly": 8, "monthly": 12} | {
    period: int(number)
    for period, number in (each.split("=") for each in os.environ.get("ZMD_BACKUPS_KEPT", "").split())
}
if BACKUP_AT:
    CELERY_BEAT_SCHEDULE["back-up"] = {
        "task": "zmd_emergency.tasks.back_up",
        "schedule": crontab(minute=int(BACKUP_AT.split(":")[1])),
        "options": {"expires": 1800},
    }

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static" if PRODUCTION else None
STATICFILES_DIRS = [("geo", BASE_DIR / "fixtures" / "geo")]
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
_VALIDATE = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATE}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": f"{_VALIDATE}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "phone")},
    },
    {"NAME": f"{_VALIDATE}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATE}.NumericPasswordValidator"},
]

# The second factor: a duty of some posts (`MUST_HAVE_SECOND_FACTOR`); demo and tests do without.
SECOND_FACTOR_DUTY = os.environ.get("ZMD_SECOND_FACTOR", "1" if PRODUCTION else "0") == "1"
if PRODUCTION and not SECOND_FACTOR_DUTY:
    raise ImproperlyConfigured("ZMD_SECOND_FACTOR can't be switched off in production.")
OTP_WEBAUTHN_RP_NAME = "驻马店市邮政业应急指挥系统"
OTP_WEBAUTHN_HELPER_CLASS = "incidents.web.identity.passkeys.Helper"
OTP_WEBAUTHN_EXCEPTION_LOGGER_NAME = ""

# Wrong passwords (`services/identity/lockouts.py`): counted by name and address, the name only as a hash.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    *sign_on.BACKENDS,
]
AXES_HANDLER = "incidents.services.identity.lockouts.Handler"
AXES_USERNAME_CALLABLE = "incidents.services.identity.lockouts.name_of"
AXES_CLIENT_IP_CALLABLE = "incidents.services.identity.lockouts.address_of"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "proof", "code", "new", "again", "next"]
AXES_SENSITIVE_PARAMETERS += ["csrfmiddlewaretoken"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = [
    "axes.W002",  # its middleware would answer in place of the sign-in page, which says what to do
    "otp_webauthn.E010",  # the host that a passkey is bound to is the one that the page was asked from,
    "otp_webauthn.E030",  # which ALLOWED_HOSTS admits (`web/identity/passkeys.py`)
]
globals().update(sign_on.SETTINGS)

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
    # A browser takes a cookie of these names only over TLS and from this very host, not from a neighbour below its domain
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
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

# Each request's number, in log, ledger and answers; what a request sets going in a worker bears the same.
DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "EXPOSE_HEADER": False,
    "INTEGRATIONS": [CeleryIntegration(use_django_logging=True)],
}
QUIET = {
    "urllib3": "ERROR",  # below that it tells addresses, and our channels' are secrets
    "django.request": "ERROR",  # what was refused stands in the line of `zmd.access`
    "axes": "ERROR",  # the ledger says it
    "django_guid": "ERROR",
    "celery": "WARNING",
    "kombu": "WARNING",
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"facts": {"()": "zmd_emergency.log_lines.Facts"}},
    "formatters": {"line": {"()": f"zmd_emergency.log_lines.{'Json' if PRODUCTION else 'Human'}Line"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["facts"]}},
    "loggers": {name: {"level": level} for name, level in QUIET.items()},
    "root": {"handlers": ["console"], "level": "INFO"},
}
LIVE_BEAT = int(os.environ.get("ZMD_LIVE_BEAT", "15"))
LIVE_ROUND = int(os.environ.get("ZMD_LIVE_ROUND", "10"))
