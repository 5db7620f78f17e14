"""The environment of local runs: what a deployment sets by hand, set here for one machine."""

import fcntl
import os
import secrets
import socket
from pathlib import Path

import psutil

from citybrain.embedded.instance import var_directory
from citybrain.embedded.services import Running

SECRETS = ("CITYBRAIN_SECRET_KEY", "CITYBRAIN_CODE_PEPPER", "CITYBRAIN_METRICS_TOKEN")
SECOND_FACTOR_OFF = "CITYBRAIN_SECOND_FACTOR_OFF"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - recognised, not bound


def environment(
    running: Running, *, mode: str, host: str = "127.0.0.1", port: int = 8000
) -> dict[str, str]:
    """The whole environment for manage.py, gunicorn and Celery.

    What the caller has set wins, except the mode. Secrets are made once and kept in
    var/secrets.env (0600); tests have fixed, public ones instead.
    """
    address = f"http://{url_host(host)}:{port}"
    defaults = {
        "CITYBRAIN_PLAIN_HTTP": "1",
        "CITYBRAIN_PUBLIC_URL": address,
        "CITYBRAIN_ALLOWED_HOSTS": ",".join(host_names(host)),
        "CITYBRAIN_VAR_DIR": str(var_directory()),
        "DJANGO_SETTINGS_MODULE": "citybrain.settings",
        "PYTHONUNBUFFERED": "1",
    }
    if mode != "test":
        defaults |= local_secrets(var_directory() / "secrets.env")
    set_by_caller = {name: value for name, value in os.environ.items() if value}
    return defaults | set_by_caller | running.environment() | {"CITYBRAIN_ENV": mode}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what is bound to `host`."""
    return url_host(host) in LOOPBACK and host not in WILDCARDS


def url_host(host: str) -> str:
    """How a browser on this machine writes the address that the web server binds."""
    if host in WILDCARDS:
        return LOOPBACK[0]
    return f"[{host}]" if ":" in host else host


def host_names(host: str) -> list[str]:
    """Names under which requests may ask for the portal: loopback, `host`, or all when it is any."""
    names = [*LOOPBACK, url_host(host)]
    if host in WILDCARDS:
        name = socket.gethostname()
        names += [name, socket.getfqdn()]
        for addresses in psutil.net_if_addrs().values():
            names += [
                url_host(address.address)
                for address in addresses
                if address.family in (socket.AF_INET, socket.AF_INET6)
                and "%" not in address.address
            ]
    return list(dict.fromkeys(names))


def local_secrets(path: Path) -> dict[str, str]:
    """Reads the secrets of this machine's portal, making the missing ones; safe in parallel."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        pairs = (line.strip().partition("=") for line in file)
        known = {name: value for name, equals, value in pairs if equals}
        missing = [name for name in SECRETS if not known.get(name)]
        known |= {name: secrets.token_urlsafe(48) for name in missing}
        file.writelines(f"{name}={known[name]}\n" for name in missing)
    return known
