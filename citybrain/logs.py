"""Structured logs: one JSON object a line, with the request id and the acting department.

Personal data and secrets stay out: known field names are dropped, and what looks like an
authorization code or a bearer token is cut from messages wherever it appears.
"""

import re
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

SECRET_FIELDS = frozenset(
    {"password", "token", "secret", "code", "authorization", "cookie", "csrfmiddlewaretoken"}
)
PERSONAL_FIELDS = frozenset({"user", "username", "name", "email", "phone", "ip", "user_agent"})
SECRET_TEXT = re.compile(
    r"(?i)\b(bearer\s+\S+|cb[a-z]?_[0-9a-z]{4,}\.\S+)"
    r"|(?<=/link/)[^/\s]+|(?<=/links/)[^/\s]+"  # signed addresses open something by themselves
)
# PostgreSQL quotes the rows that break a constraint.
ROW_VALUES = re.compile(r"(Key \(.*?\)=\(|Failing row contains \()[^)]*\)")
LINE_BREAKS = re.compile(r"[\r\n\x00-\x08\x0b-\x1f\x7f\u2028\u2029]+")


def clean(value: Any) -> Any:
    """Text without line breaks (log injection) and without anything that reads like a secret."""
    if not isinstance(value, str):
        return value
    text = SECRET_TEXT.sub("[removed]", LINE_BREAKS.sub(" ", value))
    return ROW_VALUES.sub(r"\1[removed])", text)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """structlog processor: drops secret and personal fields and cleans the rest.

    Of the request line the query goes as well: people search for names.
    """
    return {
        key: clean(str(value).partition("?")[0] if key == "request" else value)
        for key, value in event.items()
        if key.lower() not in SECRET_FIELDS and key.lower() not in PERSONAL_FIELDS
    }


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
    structlog.processors.format_exc_info,
    redact,
]


def configure() -> None:
    """Wires structlog into the standard logging module, once per process."""
    structlog.configure(
        processors=[*SHARED[:-2], structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def dictionary(*, json: bool, quiet: bool) -> dict[str, Any]:
    """Django's LOGGING: JSON lines in production, readable lines elsewhere."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "portal": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *SHARED[-2:],
                    renderer,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "portal"}},
        "root": {"handlers": ["console"], "level": "ERROR" if quiet else "INFO"},
        "loggers": {
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        },
    }
