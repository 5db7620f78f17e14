"""What the portal needs before it can serve, in one Django process: tables, static files, demo.

Run by the supervisor as `python -m citybrain.embedded.prepare LOG`, with the services' environment.
Prints one line a step; what the commands say goes into the log.
"""

import hashlib
import os
import sys
from io import StringIO
from pathlib import Path
from time import monotonic
from typing import TextIO

import django
from django.conf import settings
from django.core.management import call_command, get_commands

from citybrain.embedded import say
from citybrain.embedded.instance import CHECKOUT


def main(log_path: str) -> None:
    django.setup()
    with Path(log_path).open("a", encoding="utf-8") as log:
        _step("Database tables", "migrate", log, interactive=False)
        _collect_static(log)
        _step("Demo (loaded once)", "load_demo", log, if_empty=True)
    accounts = Path(settings.VAR_DIR) / "run" / "accounts.txt"
    accounts.write_text(_demo_accounts(), encoding="utf-8")


def _step(title: str, command: str, log: TextIO, **options: object) -> None:
    say(f"  {title} ...", end=" ")
    begun = monotonic()
    call_command(command, stdout=log, stderr=log, no_color=True, **options)
    log.flush()
    say(f"{monotonic() - begun:.1f} s")


def _collect_static(log: TextIO) -> None:
    """Gathers and compresses static files, unless nothing has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    wanted = _static_fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    _step("Static files", "collectstatic", log, interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted, encoding="ascii")


def _static_fingerprint() -> str:
    """Changes when a file of ours or a pinned package does."""
    digest = hashlib.sha256((CHECKOUT / "requirements" / "base.txt").read_bytes())
    for directory in map(Path, settings.STATICFILES_DIRS):
        for path in sorted(directory.rglob("*")):
            status = path.stat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _demo_accounts() -> str:
    """The table of `manage.py demo_accounts`; empty where the demo is not installed."""
    if "demo_accounts" not in get_commands():
        return ""
    table = StringIO()
    call_command("demo_accounts", stdout=table, no_color=True)
    return table.getvalue()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citybrain.settings")
    main(sys.argv[1])
