"""What can be wrong before a start is said in words that name it and the way out."""

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from citybrain.embedded import EmbeddedError, checks, local
from citybrain.embedded.instance import CHECKOUT
from citybrain.embedded.services import Running


def test_an_old_python_is_named_and_so_is_the_way_to_another() -> None:
    checks.python_version((3, 11, 0))
    checks.python_version((3, 13, 1))
    with pytest.raises(EmbeddedError, match=r"Python 3\.10\.9 is too old.*3\.11.*PYTHON="):
        checks.python_version((3, 10, 9))


def test_make_says_which_python_it_found_too_old(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.9.2\nexit 1\n')
    old.chmod(0o755)
    result = subprocess.run(
        ["make", "base", f"PYTHON={old}"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert result.returncode != 0
    assert "Python 3.11 or newer is needed. Found: Python 3.9.2." in result.stderr


def test_a_taken_port_is_named_with_one_that_is_free() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(EmbeddedError) as refusal:
            checks.port_free("127.0.0.1", port)
    assert f"Port {port} is taken by process {os.getpid()}" in str(refusal.value)
    suggestion = re.search(r"make run PORT=(\d+)", str(refusal.value))
    assert suggestion
    checks.port_free("127.0.0.1", int(suggestion[1]))


@pytest.mark.parametrize("text", ["", "http", "-1", "0", "65536", "80 00", "8000.0"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(EmbeddedError, match="from 1 to 65535"):
        checks.port_number(text)


def test_a_host_of_another_machine_is_refused() -> None:
    with pytest.raises(EmbeddedError, match=r"HOST=192\.0\.2\.1"):
        checks.port_free("192.0.2.1", 8000)


def test_a_full_disk_is_refused_before_it_hurts(tmp_path: Path) -> None:
    checks.disk_space(tmp_path, first=True, free=1024 * checks.MEGABYTE)
    checks.disk_space(tmp_path, first=False, free=300 * checks.MEGABYTE)
    with pytest.raises(EmbeddedError, match=r"300 MB are free .* 1024 MB are needed"):
        checks.disk_space(tmp_path, first=True, free=300 * checks.MEGABYTE)
    with pytest.raises(EmbeddedError, match="CITYBRAIN_VAR_DIR"):
        checks.disk_space(tmp_path, first=False, free=100 * checks.MEGABYTE)


def test_a_failure_shows_the_end_of_the_log_and_recognises_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "server.log"
    log.write_text("one\n" * 500 + "something odd\n")
    plain = str(checks.failure("It failed.", log))
    assert plain.startswith(f"It failed. {log} ends:\none\n")
    assert plain.endswith("something odd")
    assert len(plain.splitlines()) == 21
    assert "(empty)" in str(checks.failure("It failed.", tmp_path / "none.log"))

    told = str(checks.failure("It failed.", log, "PANIC: No space left on device"))
    assert told.splitlines()[-1].startswith("The disk is full")
    with monkeypatch.context() as patch:
        usage = type(shutil.disk_usage(tmp_path))(10**9, 10**9, 0)
        patch.setattr(shutil, "disk_usage", lambda path: usage)
        assert "The disk is full" in str(checks.failure("It failed.", log))


def test_secrets_are_made_once_and_kept_closed(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(local.local_secrets, [path] * 8))
    assert all(secrets == made[0] for secrets in made)
    assert set(made[0]) == set(local.SECRETS)
    assert all(len(value) >= 32 for value in made[0].values())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text(f"CITYBRAIN_SECRET_KEY={made[0]['CITYBRAIN_SECRET_KEY']}\n")
    again = local.local_secrets(path)
    assert again["CITYBRAIN_SECRET_KEY"] == made[0]["CITYBRAIN_SECRET_KEY"]
    assert again["CITYBRAIN_CODE_PEPPER"] != made[0]["CITYBRAIN_CODE_PEPPER"]


def test_a_local_run_is_production_without_tls_and_what_the_caller_sets_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in os.environ:
        if name.startswith("CITYBRAIN_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CITYBRAIN_VAR_DIR", str(tmp_path))
    running = Running("postgresql://here/db", "unix:///here", None, None)
    made = local.environment(running, mode="production", host="0.0.0.0", port=8010)  # noqa: S104
    assert made["CITYBRAIN_ENV"] == "production"
    assert made["CITYBRAIN_PLAIN_HTTP"] == "1"
    assert "CITYBRAIN_DEBUG" not in made
    assert made["CITYBRAIN_PUBLIC_URL"] == "http://127.0.0.1:8010"
    assert made["DATABASE_URL"] == "postgresql://here/db"
    assert socket.gethostname() in made["CITYBRAIN_ALLOWED_HOSTS"].split(",")
    assert "0.0.0.0" not in made["CITYBRAIN_ALLOWED_HOSTS"]  # noqa: S104

    monkeypatch.setenv("CITYBRAIN_ALLOWED_HOSTS", "portal.example")
    monkeypatch.setenv("CITYBRAIN_ENV", "development")
    made = local.environment(running, mode="production")
    assert made["CITYBRAIN_ALLOWED_HOSTS"] == "portal.example"
    assert made["CITYBRAIN_ENV"] == "production"


def embedded(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command of the package as make does."""
    return subprocess.run(
        [sys.executable, "-m", "citybrain.embedded", *arguments],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_exec_hands_on_the_services_the_mode_and_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYBRAIN_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    shown = embedded(
        "exec", "--instance", "test", "--", "sh", "-c",
        'echo "$CITYBRAIN_ENV $DATABASE_URL $REDIS_URL"; exit 7',
    )  # fmt: skip
    assert shown.returncode == 7
    assert shown.stdout == "test postgresql://elsewhere/db redis://elsewhere/0\n"

    missing = embedded("exec", "--", "no-such-program-here")
    assert missing.returncode == 1
    assert "no-such-program-here cannot be run" in missing.stderr
    assert "Traceback" not in missing.stderr


def test_a_foreign_database_is_emptied_only_when_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    refused = embedded("reset")
    assert refused.returncode == 1
    assert "YES=1" in refused.stderr
