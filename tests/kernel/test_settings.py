"""Production starts safe or not at all, and says which variable is missing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SECRETS = {
    "CITYBRAIN_SECRET_KEY": "k" * 50,
    "CITYBRAIN_CODE_PEPPER": "p" * 50,
    "CITYBRAIN_METRICS_TOKEN": "m" * 20,
}
SERVICES = {
    "DATABASE_URL": "postgresql://user@127.0.0.1/portal",
    "REDIS_URL": "redis://127.0.0.1/0",
}


def start(
    environment: dict[str, str], expression: str = "'started'"
) -> subprocess.CompletedProcess[str]:
    """Loads the settings in a process of its own, with nothing else from this one's environment."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", f"from citybrain import settings; print({expression})"],
        env={**inherited, **environment},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def production(expression: str, **changes: str) -> str:
    done = start({**SECRETS, **SERVICES, **changes}, expression)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_mode_is_production_unless_it_is_said_otherwise() -> None:
    assert production("(settings.MODE, settings.DEBUG)") == "('production', False)"


def test_debug_cannot_be_switched_on_in_production() -> None:
    assert production("settings.DEBUG", CITYBRAIN_DEBUG="1") == "False"


@pytest.mark.parametrize("name", [*SECRETS, *SERVICES])
def test_a_missing_variable_stops_the_start_and_is_named(name: str) -> None:
    rest = {key: value for key, value in {**SECRETS, **SERVICES}.items() if key != name}
    done = start(rest)
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr
    assert name in done.stderr


@pytest.mark.parametrize("name", SECRETS)
def test_a_short_secret_stops_the_start_and_is_not_repeated(name: str) -> None:
    done = start({**SECRETS, **SERVICES, name: "too-short"})
    assert done.returncode != 0
    assert name in done.stderr
    assert "too-short" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CITYBRAIN_ENV", "prod"),
        ("CITYBRAIN_PLAIN_HTTP", "maybe"),
        ("CITYBRAIN_SESSION_HOURS", "nine"),
        ("DATABASE_URL", "mysql://user@127.0.0.1/portal"),
        ("CITYBRAIN_EMAIL_URL", "mail.example.com"),
    ],
)
def test_an_unclear_value_stops_the_start(name: str, value: str) -> None:
    done = start({**SECRETS, **SERVICES, name: value})
    assert done.returncode != 0
    assert name in done.stderr


def test_production_is_behind_tls() -> None:
    names = (
        "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
        "SECURE_SSL_REDIRECT", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    )  # fmt: skip
    expression = (
        f"(all(getattr(settings, name) for name in {names!r}), settings.SECURE_HSTS_SECONDS)"
    )
    assert production(expression) == "(True, 31536000)"


def test_the_content_security_policy_has_no_exception() -> None:
    policy = production("settings.CONTENT_SECURITY_POLICY['DIRECTIVES']")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_forwarding_headers_count_only_when_proxies_are_named() -> None:
    expression = "(hasattr(settings, 'SECURE_PROXY_SSL_HEADER'), settings.TRUSTED_PROXIES)"
    assert production(expression) == "(False, [])"
    named = production(expression, CITYBRAIN_TRUSTED_PROXIES="10.0.0.1, 10.0.1.0/24")
    assert named == "(True, ['10.0.0.1', '10.0.1.0/24'])"


def test_every_variable_is_documented() -> None:
    root = Path(__file__).parents[2]
    sources = [root / "citybrain/settings.py", root / "deploy/gunicorn.conf.py"]
    read = {
        name
        for source in sources
        for name in re.findall(r'"((?:CITYBRAIN_[A-Z_]+)|[A-Z]+_URL)"', source.read_text())
    }
    assert len(read) > 25
    documented = (root / "docs/deployment.md").read_text()
    assert sorted(name for name in read if f"`{name}" not in documented) == []
