"""Django's settings, made from the environment."""

import sys
from datetime import timedelta

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from okrproject import env
from okrproject.admin_menu import LOOKS
from okrproject.logs import log_settings

django_stubs_ext.monkeypatch()
FROM_RUNNING_STACK = env.load_files()

BASE_DIR = env.BASE_DIR
DATA_DIR = env.data_dir()
_secret = env.secret_key()
SECRET_KEY = _secret.value
SECRET_KEY_CHOSEN = _secret.chosen
SECRET_KEY_FALLBACKS = list(env.words("SECRET_KEY_FALLBACKS"))
ALLOWED_HOSTS = list(env.words("ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]")))
HTTPS = env.flag("HTTPS", default=False)
DEBUG = env.debug(ALLOWED_HOSTS, https=HTTPS)
OPS_ALLOWED_NETWORKS = env.networks("OPS_ALLOWED_CIDRS")
CSRF_TRUSTED_ORIGINS = list(env.words("CSRF_TRUSTED_ORIGINS"))
VERSION = "0.1.0"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    # The admin pages are found by okrproject.urls, so that only the web process pays for them.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "django_celery_beat",
    "axes",
    "pgtrigger",
    "pghistory",
    "knowledge",
    "profiling",
    "conversations",
    "okrproject",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "okrproject.guard.headers.BrowserRulesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "okrproject.guard.middleware.PaceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "okrproject.urls"
WSGI_APPLICATION = "okrproject.wsgi.application"
ASGI_APPLICATION = "okrproject.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [env.BASE_DIR / "okrproject" / "templates"],
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

DATABASE_URL = env.url("DATABASE_URL", ("postgres", "postgresql"), "postgres://okr:okr@127.0.0.1:5432/okr")
REDIS_URL = env.url("REDIS_URL", ("redis", "rediss"), "redis://127.0.0.1:6379/0")
CACHE_REDIS_URL = env.url("CACHE_REDIS_URL", ("redis", "rediss"), "redis://127.0.0.1:6379/1")
DATABASE_POOL_SIZE = env.whole("DATABASE_POOL_SIZE", 16, least=2, most=500)
DATABASES = {
    "default": {
        "ENGINE": "okrproject.database",
        **env.database(DATABASE_URL),
        # A pool per process: opening a connection per request costs 13 ms. Prepared statements halve
        # what planning costs the server; a pooler between us must keep them (PgBouncer 1.21 or newer).
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 3,
            # Whoever gives up on connecting lets the next who asks try at once; patience would double its
            # pauses, and after an outage of half a minute wait for another half.
            "pool": {
                "min_size": 2,
                "max_size": DATABASE_POOL_SIZE,
                "timeout": 10,
                "reconnect_timeout": 2,
            },
            "options": "-c statement_timeout=15000 -c lock_timeout=5000",
        },
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "knowledge.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
UNFOLD = LOOKS

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
# The prefix makes browsers refuse this cookie from anybody but this very host.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Probes come from within, past the proxy.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = env.whole("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# Preloading is a promise about a whole domain for years; whoever owns it makes it, not a default.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

TRUSTED_PROXY_HOPS = env.whole("TRUSTED_PROXY_HOPS", 0, most=10)
API_KEY_REQUESTS_PER_MINUTE = env.whole("API_KEY_REQUESTS_PER_MINUTE", 30_000, most=10_000_000)
ADDRESS_REQUESTS_PER_MINUTE = env.whole("ADDRESS_REQUESTS_PER_MINUTE", 60_000, most=10_000_000)
ADDRESS_REFUSALS_PER_MINUTE = env.whole("ADDRESS_REFUSALS_PER_MINUTE", 100, most=10_000_000)
AXES_FAILURE_LIMIT = env.whole("LOGIN_FAILURES", 10, least=1)
AXES_COOLOFF_TIME = timedelta(minutes=env.whole("LOGIN_LOCK_MINUTES", 15, least=1, most=1440))
# By address alone: a lock on an account would let anybody keep its owner out.
AXES_LOCKOUT_PARAMETERS = ["ip_address"]
AXES_CLIENT_IP_CALLABLE = "okrproject.guard.callers.storable_address_of"
AXES_LOCKOUT_CALLABLE = "okrproject.guard.middleware.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken", "token"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "conversations.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["conversations.api.renderers.QuickJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["conversations.api.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "conversations.api.pagination.NewestFirst",
    # `?format=` is the exports' own word; as a choice of renderer it made every other format 404.
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "okrproject.exception_handler.problem_response",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
}
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": timedelta(days=env.whole("API_KEY_TTL_DAYS", 90, least=1)),
    "TOKEN_LIMIT_PER_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "OKR coaching server",
    "DESCRIPTION": "Write Objectives and Key Results in a conversation with a coach.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "CycleStatusEnum": "knowledge.choices.CycleStatus",
        "ObjectiveStatusEnum": "knowledge.choices.ObjectiveStatus",
        "InitiativeStatusEnum": "knowledge.choices.InitiativeStatus",
        "KeyResultKindEnum": "knowledge.choices.Kind",
        "JobStatusEnum": "conversations.values.JobStatus",
        "PhaseEnum": "conversations.values.Phase",
    },
}

ANTHROPIC_API_KEY = env.text("ANTHROPIC_API_KEY")
ANTHROPIC_BASE_URL = env.url("ANTHROPIC_BASE_URL", ("http", "https"))
CLAUDE_MODE = "live" if ANTHROPIC_API_KEY and not env.flag("CLAUDE_SIMULATED", default=False) else "simulator"
CLAUDE_MODEL = env.text("CLAUDE_MODEL", "claude-sonnet-5-5")
CLAUDE_FAST_MODEL = env.text("CLAUDE_FAST_MODEL", "claude-haiku-5-5")
from okrproject.provider_limits import *  # noqa: E402, F403 - after the files are loaded.

JOB_DEADLINE = timedelta(seconds=env.number("JOB_DEADLINE_SECONDS", 120, least=1, most=3600))
JOB_LEASE = timedelta(seconds=env.number("JOB_LEASE_SECONDS", 15, least=1, most=600))
JOB_MAX_ATTEMPTS = env.whole("JOB_MAX_ATTEMPTS", 4, least=1, most=100)
JOB_RESEND_AFTER = timedelta(seconds=env.number("JOB_RESEND_SECONDS", 5, least=0.1, most=600))
# Whole seconds: beat's tables keep no fractions, and half a second became no wait at all.
REAP_INTERVAL = timedelta(seconds=env.whole("REAP_INTERVAL_SECONDS", 3, least=1, most=60))
RESPONSE_CACHE_TTL = timedelta(seconds=env.number("RESPONSE_CACHE_TTL_SECONDS", 1800, least=0))
RESPONSE_CACHE_MAX_ENTRIES = env.whole("RESPONSE_CACHE_MAX_ENTRIES", 1000, least=0)
KNOWLEDGE_CACHE_TTL = timedelta(seconds=env.number("KNOWLEDGE_CACHE_TTL_SECONDS", 3600, least=0))
PROFILING_ENABLED = env.flag("PROFILING_ENABLED", default=True)
# Where traces go, by OTLP over HTTP; nowhere without it.
OTEL_EXPORTER_OTLP_ENDPOINT = env.text("OTEL_EXPORTER_OTLP_ENDPOINT")
PROFILING_SLOW = timedelta(milliseconds=env.number("PROFILING_SLOW_MS", 1000, least=1))
PROFILING_SLOW_CLAUDE = timedelta(milliseconds=env.number("PROFILING_SLOW_CLAUDE_MS", 2000, least=1))
SESSION_RETENTION = timedelta(days=env.whole("SESSION_RETENTION_DAYS", 365, least=1))
DELETED_SESSION_RETENTION = timedelta(days=env.whole("DELETED_SESSION_RETENTION_DAYS", 30, least=0))
TIMINGS_RETENTION = timedelta(days=env.whole("TIMINGS_RETENTION_DAYS", 90, least=1))
RETENTION_INTERVAL = timedelta(seconds=env.whole("RETENTION_INTERVAL_SECONDS", 3600, least=60))
WEBHOOK_ALLOW_LOOPBACK = env.flag("WEBHOOK_ALLOW_LOOPBACK", default=False)
WEBHOOK_RETENTION = timedelta(days=env.whole("WEBHOOK_RETENTION_DAYS", 30, least=1))
TEST_CRASH_POINTS = env.flag("OKR_TEST_CRASH_POINTS", default=False)

LOGGING = log_settings(
    level=env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    readable=env.choice("LOG_FORMAT", ("json", "console"), "console" if DEBUG else "json") == "console",
)

SIMULATOR_PROFILE = env.choice("SIMULATOR_PROFILE", ("seed", "fast", "instant"), "seed")
WORKER_THREADS = env.whole("WORKER_THREADS", 100, least=1, most=2000)
# No organization holds more than WORKER_THREADS slots of a process; these are for whoever comes next.
WORKER_RESERVE = WORKER_THREADS // 10
_SEND_TIMEOUT_SECONDS = 1.0
CELERY = {
    "broker_url": REDIS_URL,
    "task_ignore_result": True,
    "result_backend": None,
    "task_acks_late": True,
    # A job whose worker dies is taken back by the reaper, with its attempts counted; redelivery
    # on worker loss would run a crashing job for ever.
    "task_reject_on_worker_lost": False,
    "worker_concurrency": WORKER_THREADS + WORKER_RESERVE,
    "worker_prefetch_multiplier": 1,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "worker_hijack_root_logger": False,
    "worker_send_task_events": False,
    "worker_enable_remote_control": False,
    "task_default_queue": "normal",
    "task_create_missing_queues": True,
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_publish_retry": False,
    "broker_connection_retry_on_startup": True,
    # A broker that refuses to write, its disk being full, comes back; workers would end for good.
    "broker_channel_error_retry": True,
    "broker_connection_max_retries": None,
    "broker_pool_limit": 16,
    "redis_max_connections": WORKER_THREADS + WORKER_RESERVE + 50,
    "broker_transport_options": {
        "visibility_timeout": int(JOB_DEADLINE.total_seconds()) * 2 + 60,
        "queue_order_strategy": "priority",
        "socket_timeout": _SEND_TIMEOUT_SECONDS * 5,
        "socket_connect_timeout": _SEND_TIMEOUT_SECONDS,
        "socket_keepalive": True,
        "max_connections": WORKER_THREADS + WORKER_RESERVE + 50,
    },
    "timezone": "UTC",
    "beat_scheduler": "django_celery_beat.schedulers:DatabaseScheduler",
}

if "pytest" not in sys.modules and not SECRET_KEY_CHOSEN and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("SECRET_KEY must be set when ALLOWED_HOSTS admits every host.")
