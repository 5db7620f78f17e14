"""The one settings module: everything from the environment, safe by default.

A deployment sets variables (docs/deployment.md), never edits this file.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from citybrain import environment, jobs, logs

BASE_DIR = environment.BASE_DIR
MODE = environment.mode()
VAR_DIR = Path(environment.text("CITYBRAIN_VAR_DIR", str(BASE_DIR / "var")))

DEBUG = environment.flag("CITYBRAIN_DEBUG") and MODE == "development"
SECRET_KEY = environment.secret("CITYBRAIN_SECRET_KEY")
# Keyed hashes of authorization codes and API tokens: changing it invalidates them all (HK-38).
CODE_PEPPER = environment.secret("CITYBRAIN_CODE_PEPPER")
METRICS_TOKEN = environment.secret("CITYBRAIN_METRICS_TOKEN", minimum=16)

# --- who may reach it -----------------------------------------------------------------------
ALLOWED_HOSTS = environment.items("CITYBRAIN_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
if MODE == "test":
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
CSRF_TRUSTED_ORIGINS = environment.items("CITYBRAIN_CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = environment.items("CITYBRAIN_TRUSTED_PROXIES")
# Networks inside which other portals may be asked for their catalogs, such as 10.20.0.0/16.
OUTGOING_NETWORKS = environment.networks("CITYBRAIN_OUTGOING_NETWORKS")
PUBLIC_URL = environment.text("CITYBRAIN_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

# --- the authority: data, not code, so that another city can install it -------------------------
CITY_NAME = environment.text("CITYBRAIN_CITY_NAME", "海口市")
CITY_GOVERNMENT = environment.text("CITYBRAIN_CITY_GOVERNMENT", "海口市人民政府")
AUTHORITY_NAME = environment.text("CITYBRAIN_AUTHORITY_NAME", "海口市大数据发展局")
SITE_NAME = environment.text("CITYBRAIN_SITE_NAME", "海口城市大脑数据资源管理门户")
# The articles that ask for the annual report, and who receives a copy of it.
REPORT_BASES = environment.items(
    "CITYBRAIN_REPORT_BASES",
    "《政务数据共享条例》第三十八条,《海口市智慧城市促进条例（草案）》第四十条",
)
REPORT_COPIED_TO = environment.items("CITYBRAIN_REPORT_COPIED_TO")
# The open catalog and its licence: code, name, address, address in the EU's authority table or none.
OPEN_CATALOG_TITLE = environment.text("CITYBRAIN_OPEN_TITLE", f"{CITY_NAME}公共数据开放目录")
OPEN_CATALOG_TITLE_EN = environment.text("CITYBRAIN_OPEN_TITLE_EN", "Haikou Open Public Data")
AUTHORITY_NAME_EN = environment.text("CITYBRAIN_AUTHORITY_NAME_EN", "Haikou Big Data Bureau")
OPEN_LICENCE = environment.items(
    "CITYBRAIN_OPEN_LICENCE",
    "CC-BY-4.0,Creative Commons Attribution 4.0,https://creativecommons.org/licenses/by/4.0/,"
    "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0",
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_htmx",
    "template_partials",
    "import_export",
    "citybrain.organizations",
    "citybrain.audit",
    "citybrain.parameters",
    "citybrain.duties",
    "citybrain.notices",
    "catalog",
    "security",
    "sharing",
    "evaluation",
    "citybrain.demo",
    "citybrain",  # last: its ready() freezes the registry
]

MIDDLEWARE = [
    # First: whether a request came by TLS is told by a header that only named proxies may set.
    "citybrain.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "citybrain.entrance.GatewayEntrance",
    "django_structlog.middlewares.RequestMiddleware",
    "citybrain.middleware.MetricsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "citybrain.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "citybrain.middleware.PlainTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "citybrain.middleware.SessionActivityMiddleware",
    "citybrain.middleware.ActorMiddleware",
    "citybrain.middleware.AccountSetupMiddleware",
    "citybrain.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "citybrain.urls"
WSGI_APPLICATION = "citybrain.wsgi.application"
APPEND_SLASH = True

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
                "citybrain.shell.context",
            ],
        },
    },
]

# --- data -------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **environment.database(),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0 if MODE == "test" else 300,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": environment.text("CITYBRAIN_TEST_DATABASE") or None},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = environment.text("REDIS_URL")
if not REDIS_URL:
    raise ImproperlyConfigured("REDIS_URL is not set. `make run` sets it to the embedded server.")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"citybrain-{MODE}",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "files", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if MODE == "production"
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = MODE != "production"
# Files are looked up when asked for; listing them all first costs every test client as long again.
WHITENOISE_AUTOREFRESH = MODE != "production"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TRANSLATED_PATHS = ("/open/", "/api/")  # in the reader's language, all others in the staff's
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- accounts -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = [
    "citybrain.organizations.backends.AccountBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "citybrain.organizations.passwords.UnlikePersonValidator"},
    {
        "NAME": "citybrain.organizations.passwords.LengthValidator",
        "OPTIONS": {"min_length": environment.number("CITYBRAIN_PASSWORD_LENGTH", 10)},
    },
    {"NAME": "citybrain.organizations.passwords.UncommonValidator"},
    {"NAME": "citybrain.organizations.passwords.CharacterKindsValidator"},
]
if MODE == "test":
    PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # one-time passwords
    ]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "citybrain.organizations.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "citybrain.organizations.adapters.OfficeSystemAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# Lockout by account and address together (the adapter makes the key): a whole bureau sits behind
# one address, and an account that anybody could lock from anywhere would be locked out of its work:
# one address alone does not use up in an hour what an account has from all of them.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key,20/h/key,100/5m/ip",
    "login_failed_anywhere": "50/h/key",
    "login": "300/m/ip",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
MFA_PASSKEY_LOGIN_ENABLED = False
USERSESSIONS_TRACK_ACTIVITY = True
# Roles whose holders must have a second factor before anything else opens; empty turns it off.
SECOND_FACTOR_ROLES = environment.items(
    "CITYBRAIN_SECOND_FACTOR_ROLES",
    "bureau_approver,bureau_coordinator,bureau_evaluator,bureau_admin",
)
if environment.flag("CITYBRAIN_SECOND_FACTOR_OFF"):
    SECOND_FACTOR_ROLES = []
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": (
            [
                {
                    "provider_id": "office",
                    "name": environment.text("CITYBRAIN_OIDC_NAME", "政务办公系统"),
                    "client_id": environment.text("CITYBRAIN_OIDC_CLIENT_ID"),
                    "secret": environment.text("CITYBRAIN_OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": environment.text("CITYBRAIN_OIDC_SERVER_URL")},
                }
            ]
            if environment.text("CITYBRAIN_OIDC_SERVER_URL")
            else []
        ),
        "OAUTH_PKCE_ENABLED": True,
    }
}
ANONYMOUS_USER_NAME = None  # guardian: the public holds no object permissions

# --- transport and headers ----------------------------------------------------------------------
PLAIN_HTTP = environment.flag("CITYBRAIN_PLAIN_HTTP", default=MODE != "production")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = environment.number("CITYBRAIN_SESSION_HOURS", 9) * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    # The middleware drops this header from anyone who is not a named proxy.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        # Browsers hold the redirect after a form to this list too: the office system is on it.
        "form-action": [SELF, *environment.origins("CITYBRAIN_OIDC_SERVER_URL")],
        "frame-ancestors": [NONE],
    }
}
if PLAIN_HTTP:
    # Deploy checks about TLS: the plain-HTTP mode is for loopback and behind no network.
    SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]

# --- mail ---------------------------------------------------------------------------------------
EMAIL_BACKEND, EMAIL_CONFIG = environment.mail("CITYBRAIN_EMAIL_URL", VAR_DIR)
globals().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = environment.text("CITYBRAIN_EMAIL_FROM", "noreply@example.com")

# --- background work ----------------------------------------------------------------------------
CELERY_BROKER_URL = CELERY_RESULT_BACKEND = environment.celery_redis(REDIS_URL)
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_ALWAYS_EAGER = MODE == "test" and not environment.flag("CITYBRAIN_REAL_WORKER")
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 3600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_BEAT_SCHEDULER = "citybrain.schedule:KeptScheduler"
CELERY_BEAT_SCHEDULE = jobs.SCHEDULE

# --- REST API -----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "citybrain.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["citybrain.api.permissions.ScopedToken"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["citybrain.api.parsing.PlainJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "citybrain.api.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": ["citybrain.api.filtering.KnownFilters"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["citybrain.api.throttling.Writes"],
    "DEFAULT_THROTTLE_RATES": {"writes": "120/min"},
    "EXCEPTION_HANDLER": "citybrain.api.errors.handle",
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"City Brain API · {SITE_NAME}",
    "DESCRIPTION": _("目录、共享申请、授权、法定时限与年度报告的接口，权限与页面相同。"),
    "TAGS": [
        {"name": "entries", "description": "信息资源目录 · Catalog"},
        {"name": "applications", "description": "共享申请 · Applications"},
        {"name": "authorizations", "description": "授权与授权码 · Authorizations and their codes"},
        {"name": "corrections", "description": "数据校核 · Corrections by row and item"},
        {"name": "packages", "description": "交换包 · Packages of batch exchange"},
        {"name": "duties", "description": "法定时限 · Statutory deadlines"},
        {"name": "reports", "description": "年度报告 · Annual reports"},
        {"name": "scorecards", "description": "评价结果 · Scorecards"},
        {"name": "departments", "description": "部门 · Departments"},
        {"name": "me", "description": "当前身份 · Who is calling"},
    ],
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["citybrain.api.permissions.ScopedToken"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "defaultModelsExpandDepth": 0},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "EntryState": "catalog.choices.EntryState",
        "SharingMethod": "catalog.choices.SharingMethod",
        "ApplicationState": "sharing.choices.ApplicationState",
        "CorrectionState": "sharing.corrections.choices.CorrectionState",
        "ExtensionState": "sharing.choices.ExtensionState",
        "AuthorizationState": "sharing.choices.AuthorizationState",
        "DutyState": "citybrain.duties.choices.DutyState",
        "LineKind": "sharing.corrections.choices.LineKind",
        "ReportState": "evaluation.choices.ReportState",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "citybrain.api.schema.describe_refusals",
    ],
}

IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# --- logs ---------------------------------------------------------------------------------------
logs.configure()
LOGGING = logs.dictionary(json=MODE == "production", quiet=MODE == "test")
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True  # ClientAddressMiddleware lets only ids through
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
