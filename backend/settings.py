"""Settings, read from the environment; every default is the embedded, single-machine one.

`docs/operations.md` lists each variable. A wrong value stops the start with its name and what is allowed.
"""

import logging
import re
import secrets
from importlib.util import find_spec
from pathlib import Path

from environs import Env, ValidationError, validate

from backend.manifests import InvalidManifest, read_manifests

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env(eager=False)

ENVIRONMENT: str = env.str("ENVIRONMENT", "development", validate=validate.OneOf(["development", "production"]))
DEVELOPMENT = ENVIRONMENT == "development"
DEBUG = DEVELOPMENT
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))
# Development shows sign-in codes to whoever opens the page, so it listens to this machine alone.
_LOCAL_ONLY = "In development only 127.0.0.1, ::1 or localhost; set ENVIRONMENT=production to be reached from outside."
HOST: str = env.str(
    "HOST",
    "127.0.0.1",
    validate=validate.OneOf(["127.0.0.1", "::1", "localhost"], error=_LOCAL_ONLY) if DEVELOPMENT else [],
)
PORT: int = env.int("PORT", 8000, validate=validate.Range(1, 65535))
PUBLIC_URL: str = env.str("PUBLIC_URL", f"http://{HOST}:{PORT}", validate=validate.URL(require_tld=False))
# Production says how many proxies are its own: with a wrong count a whole province would share one address.
TRUSTED_PROXY_COUNT: int = (
    env.int("TRUSTED_PROXY_COUNT", 0, validate=validate.Range(0, 5))
    if DEVELOPMENT
    else env.int("TRUSTED_PROXY_COUNT", validate=validate.Range(0, 5))
)
DATABASE_THREADS: int = env.int("DATABASE_THREADS", 8, validate=validate.Range(1, 64))
# An operation is stopped after so long, waiting for a thread included; more than so many waiting are refused at once.
OPERATION_SECONDS: float = env.float("OPERATION_SECONDS", 10.0, validate=validate.Range(0.1, 600))
# Answers of public content that a process keeps until the next publication; 0 keeps none.
RESPONSE_CACHE_ENTRIES: int = env.int("RESPONSE_CACHE_ENTRIES", 2_000, validate=validate.Range(0, 1_000_000))
OPERATIONS_WAITING: int = env.int("OPERATIONS_WAITING", 500, validate=validate.Range(1, 100_000))
# Sockets of a web process. A carrier puts a whole county's phones behind a few addresses, so one address may hold a
# fifth of them; see docs/decisions/0012.
SOCKETS_PER_PROCESS: int = env.int("SOCKETS_PER_PROCESS", 10_000, validate=validate.Range(1, 1_000_000))
SOCKETS_PER_ADDRESS: int = env.int("SOCKETS_PER_ADDRESS", 2_000, validate=validate.Range(1, 1_000_000))
SOCKET_IDLE_SECONDS: float = env.float("SOCKET_IDLE_SECONDS", 300.0, validate=validate.Range(1, 86_400))
SOCKET_PING_SECONDS: float = env.float("SOCKET_PING_SECONDS", 40.0, validate=validate.Range(1, 3_600))
SOCKET_WARNING_SECONDS: float = env.float("SOCKET_WARNING_SECONDS", 600.0, validate=validate.Range(1, 86_400))


def _development_key() -> str:
    """A key made on first use and kept beside the data, so that restarts do not sign everyone out."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY: str = (
    env.str("SECRET_KEY", "") or _development_key()
    if DEVELOPMENT
    else env.str("SECRET_KEY", validate=validate.Length(min=50))
)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["*"] if DEVELOPMENT else ["localhost"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list(
    "CSRF_TRUSTED_ORIGINS",
    [],
    validate=lambda origins: [validate.URL(schemes={"http", "https"}, require_tld=False)(origin) for origin in origins],
)

INSTALLED_APPS = [
    "backend.operations",
    "backend.console",
    "backend.editions",
    "backend.regions",
    "backend.accounts",
    "backend.notifications",
    "backend.search",
    "backend.screening",
    "media",
    "backend.statutes",
    "backend.content",
    "backend.advisors",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "django_q",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "backend.urls"
ASGI_APPLICATION = "backend.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_SQLITE_URL = f"sqlite:///{DATA_DIR / 'village-law.sqlite3'}"
# Only these two: the constraints and locks are tested on both.
_DATABASE_FORM = "Must be sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME."
env.str(
    "DATABASE_URL",
    _SQLITE_URL,
    validate=validate.Regexp(r"sqlite:///.+|postgres(ql)?://[^/]*/.+", error=_DATABASE_FORM),
)
# A refused value is None here, and `env.seal` below tells it together with all the others.
_database = env.dj_db_url("DATABASE_URL", _SQLITE_URL, conn_max_age=60) or {}
DATABASES = {"default": _database}
if _database.get("ENGINE") == "django.db.backends.sqlite3":
    # FULL: a commit that was acknowledged survives a power cut as well as a killed process.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;",
    }
    # A file, as in life: connections to a database in memory share a cache and fail where these would wait.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}

REDIS_URL: str = env.str(
    "REDIS_URL",
    "",
    validate=validate.Regexp(r"(rediss?|unix)://.+|^$", error="Must be redis://HOST:PORT/NUMBER, or empty."),
)
CACHES: dict[str, dict[str, object]]
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "village-law"},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},  # counters that limit sign-in must not be pushed out
        }
    }
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
SERVESTATIC_USE_FINDERS = DEVELOPMENT
SERVESTATIC_AUTOREFRESH = DEVELOPMENT

# People.
AUTH_USER_MODEL = "accounts.User"
# Without allauth's own backend, a phone number is never half of a password sign-in.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"
TOKEN_DAYS: int = env.int("TOKEN_DAYS", 90, validate=validate.Range(1, 365))
# Demo phones (+86 100 0000 xxxx) belong to nobody: no Chinese mobile number begins with 100.
DEMO_PHONES: bool = env.bool("DEMO_PHONES", DEVELOPMENT)
# The console sender shows codes to whoever reads the log, so production does not offer it.
SMS_SENDER: str = env.str(
    "SMS_SENDER",
    "console" if DEVELOPMENT else "http",
    validate=validate.OneOf(["console", "http"] if DEVELOPMENT else ["http"]),
)
_BY_HTTP = SMS_SENDER == "http" or not DEVELOPMENT
_SMS_SCHEMES = {"https", "http"} if DEVELOPMENT else {"https"}
SMS_URL: str = env.str("SMS_URL", validate=validate.URL(schemes=_SMS_SCHEMES, require_tld=False)) if _BY_HTTP else ""
SMS_TOKEN: str = env.str("SMS_TOKEN", validate=validate.Length(min=1)) if _BY_HTTP else ""
# Sign-in codes: how long one holds, how often it may be guessed, and how many one address may ask for. A village's
# phones share the address of their carrier or of the meeting room, so that limit is wide; see docs/decisions/0003.
CODE_SECONDS = 300
CODE_TRIES = 5
CODES_PER_ADDRESS_HOUR: int = env.int("CODES_PER_ADDRESS_HOUR", 60, validate=validate.Range(1, 100_000))

# django-allauth is asked in process (backend.accounts.headless); none of its addresses is served.
ACCOUNT_ADAPTER = "backend.accounts.allauth.Adapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = CODE_SECONDS
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = CODE_TRIES
ACCOUNT_RATE_LIMITS = False  # backend.accounts.limits does it: per day as well, and with the seconds left to wait
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "backend.accounts.allauth.TokenStrategy"  # noqa: S105 - a class

# Console.
WAGTAIL_SITE_NAME = "乡村普法与法律顾问管理平台"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_FINISH_WORKFLOW_ACTION = "backend.content.finish.publish_approved"
WAGTAILADMIN_USER_LOGIN_FORM = "backend.console.login.StaffLoginForm"
# Off: each save in the background would upload the chosen cover again.
WAGTAIL_AUTOSAVE_INTERVAL = 0
# Off: they ask other people's servers, or send mail that nobody set up.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# An article of 200 blocks is one form of about 1,000 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000


# GraphQL: manifests of the documents that clients were built with, and what becomes of all others. In production they
# are refused; without a manifest that would be everything, so there somebody has to say what strangers may have.
def _manifests_or_nothing(path: str) -> None:
    try:
        read_manifests(path)
    except InvalidManifest as error:
        raise ValidationError(f"{error}. Name a manifest that `make documents` wrote, or a folder of them.") from error


TRUSTED_DOCUMENTS: str = env.str("TRUSTED_DOCUMENTS", "", validate=_manifests_or_nothing)
_UNKNOWN_DOCUMENTS = validate.OneOf(["refuse", "limited", "open"])
UNKNOWN_DOCUMENTS: str = (
    env.str("UNKNOWN_DOCUMENTS", "open" if DEVELOPMENT else "refuse", validate=_UNKNOWN_DOCUMENTS)
    if DEVELOPMENT or TRUSTED_DOCUMENTS
    else env.str("UNKNOWN_DOCUMENTS", validate=_UNKNOWN_DOCUMENTS)
)

# Media: local disk unless a bucket is named.
MEDIA_BUCKET: str = env.str(
    "MEDIA_BUCKET",
    "",
    validate=validate.Regexp(
        r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$|^$", error="Must be a bucket's name: 3 to 63 of a-z, 0-9, - and ."
    ),
)
_ADDRESS = validate.Regexp(r"https?://[^/\s]+.*|^$", error="Must be an address like https://HOST, or empty.")
S3_ENDPOINT_URL: str = env.str("S3_ENDPOINT_URL", "", validate=_ADDRESS)
S3_REGION: str = env.str("S3_REGION", "")
# Where a CDN serves the public files; left out: the bucket's, or this server's, own address.
MEDIA_BASE_URL: str = env.str("MEDIA_BASE_URL", "", validate=_ADDRESS)
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"


# Push: kept in the outbox viewer unless credentials are named.
def _file_or_nothing(path: str) -> None:
    if path and not Path(path).is_file():
        raise ValidationError("No such file: name the JSON file of a Firebase service account, or leave it out.")


FIREBASE_CREDENTIALS: str = env.str("FIREBASE_CREDENTIALS", "", validate=_file_or_nothing)
# Hours of the day in China in which only urgent notices are pushed.
QUIET_HOURS: str = env.str(
    "QUIET_HOURS",
    "22-7",
    validate=validate.Regexp(
        r"^$|^([01]?\d|2[0-3])-([01]?\d|2[0-3])$",
        error='Not hours of the day: write "22-7" for 22:00 to 07:00, or nothing for none.',
    ),
)

# Jobs: rows in the same database, so that enqueueing commits or rolls back with the change. `retry` is the lease: so
# many seconds after it began, the job of a worker that was killed is taken over.
JOB_WORKERS: int = env.int("JOB_WORKERS", 1, validate=validate.Range(1, 32))
JOB_TIMEOUT_SECONDS: int = env.int("JOB_TIMEOUT_SECONDS", 40, validate=validate.Range(1, 3600))
JOB_RETRY_SECONDS: int = env.int("JOB_RETRY_SECONDS", 10, validate=validate.Range(1, 3600))
Q_CLUSTER = {
    "name": "village-law",
    "orm": "default",
    "timeout": JOB_TIMEOUT_SECONDS,
    "retry": JOB_TIMEOUT_SECONDS + 5,
    "max_attempts": 5,
    "poll": 0.25,
    "catch_up": False,
    "save_limit": -1,  # successes leave no row
    "label": "后台任务",
}


# What operators see. Without a token nobody reads the metrics of production; development's show to this machine alone.
def _token_or_nothing(token: str) -> None:
    if token and not re.fullmatch(r"[A-Za-z0-9._~+/=-]{20,200}", token):
        raise ValidationError("Must be 20 to 200 letters, digits or ._~+/=-, or empty: then nobody may read /metrics.")


def _collector_or_nothing(address: str) -> None:
    _ADDRESS(address)
    if address and not _installed("opentelemetry.exporter.otlp.proto.http"):
        raise ValidationError("Spans need packages of their own: pip install -r requirements/tracing.txt")


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even what it is part of
        return False


METRICS_TOKEN: str = env.str("METRICS_TOKEN", "", validate=_token_or_nothing)
SLOW_OPERATION_MS: float = env.float("SLOW_OPERATION_MS", 500.0, validate=validate.Range(0, 600_000))
OTEL_EXPORTER_OTLP_ENDPOINT: str = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "", validate=_collector_or_nothing)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "backend.logs.JsonLines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line" if DEVELOPMENT else "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},  # else each line comes twice
        "django.channels.server": {"level": "WARNING"},
        "django-q": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "uvicorn": {"level": "WARNING"},
    },
}
logging.captureWarnings(not DEVELOPMENT)  # so that those of Python are JSON as well
SILENCED_SYSTEM_CHECKS: list[str] = []

if not DEVELOPMENT:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    if TRUSTED_PROXY_COUNT:  # without a proxy of ours the header is the client's own claim
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

env.seal()
