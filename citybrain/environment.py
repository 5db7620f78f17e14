"""Typed reading of the process environment, for settings.py alone."""

import ipaddress
import os
import urllib.parse
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
MODES = ("production", "development", "test")


def text(name: str, default: str = "") -> str:
    """The variable's value, stripped; `default` when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    """1/true/yes/on mean True; raises ImproperlyConfigured for anything unclear."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int) -> int:
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def items(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty members."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def networks(name: str) -> list[str]:
    """A comma-separated list of addresses and networks, such as 10.20.0.0/16."""
    found = items(name)
    for network in found:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {network!r} is no network.") from error
    return found


def origins(name: str) -> list[str]:
    """The origin (scheme, host and port) of the address in `name`; empty when it is not set."""
    parts = urllib.parse.urlsplit(text(name))
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def mode() -> str:
    """production unless CITYBRAIN_ENV says otherwise: forgetting it must not open anything."""
    value = text("CITYBRAIN_ENV", "production")
    if value not in MODES:
        raise ImproperlyConfigured(f"CITYBRAIN_ENV must be one of {', '.join(MODES)}.")
    return value


def secret(name: str, *, minimum: int = 32) -> str:
    """A secret that production must be given; other modes get a fixed, public stand-in.

    Raises ImproperlyConfigured naming the variable when production lacks it or it is short
    (`minimum` characters), so that a forgotten secret stops the start.
    """
    value = text(name)
    if mode() == "production":
        if not value:
            raise ImproperlyConfigured(f"{name} is not set. Production does not start without it.")
        if len(value) < minimum:
            raise ImproperlyConfigured(f"{name} must have at least {minimum} characters.")
        return value
    return value or f"not-a-secret-{name.lower()}-for-development-and-tests"


def database(name: str = "DATABASE_URL") -> dict[str, Any]:
    """Django's DATABASES entry from postgresql://user:password@host:port/name?host=/socket/dir."""
    url = text(name)
    if not url:
        raise ImproperlyConfigured(f"{name} is not set. `make run` sets it to the embedded server.")
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql://")
    query = dict(urllib.parse.parse_qsl(parts.query))
    host = query.pop("host", "") or (parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": urllib.parse.unquote(parts.path.lstrip("/")),
        "USER": urllib.parse.unquote(parts.username or ""),
        "PASSWORD": urllib.parse.unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
    }


def celery_redis(url: str) -> str:
    """Celery's spelling of a Redis address: kombu wants redis+socket:// where redis-py has unix://."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    number_of_db = dict(urllib.parse.parse_qsl(query)).get("db", "0")
    return f"redis+socket://{path}?virtual_host={number_of_db}"


def mail(name: str, var_dir: Path) -> tuple[str, dict[str, Any]]:
    """Django's mail backend and its EMAIL_* settings from smtp[s]://user:password@host:port.

    Without a mail server, messages are written as files below `var_dir`, never lost silently.
    """
    url = text(name)
    if mode() == "test":
        return "django.core.mail.backends.locmem.EmailBackend", {}
    if not url:
        folder = {"EMAIL_FILE_PATH": str(var_dir / "mail")}
        return "django.core.mail.backends.filebased.EmailBackend", folder
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must look like smtp://user:password@host:port")
    return "django.core.mail.backends.smtp.EmailBackend", {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": urllib.parse.unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": urllib.parse.unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_TIMEOUT": 20,
    }
