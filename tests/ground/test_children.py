"""Programs that are watched: their group, their log, their end, and one portal a checkout."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

from citybrain.embedded import EmbeddedError, children, supervisor
from citybrain.embedded.checks import ends_within
from citybrain.embedded.children import Child
from citybrain.embedded.instance import CHECKOUT, Instance


def shell(tmp_path: Path, script: str, name: str = "program") -> Child:
    return Child(name, ["sh", "-c", script], tmp_path / f"{name}.log", dict(os.environ))


def wait_for(path: Path) -> str:
    deadline = monotonic() + 10
    while monotonic() < deadline:
        if path.exists() and path.read_text().strip():
            return path.read_text().strip()
        sleep(0.02)
    raise AssertionError(f"{path} stayed empty")


def test_stopping_takes_the_programs_own_children_along(tmp_path: Path) -> None:
    child = shell(tmp_path, f"sleep 60 & echo $! > {tmp_path}/grandchild; wait")
    grandchild = psutil.Process(int(wait_for(tmp_path / "grandchild")))
    assert os.getpgid(child.process.pid) != os.getpgid(0)
    children.stop([child])
    assert child.ended
    assert ends_within(grandchild, 5)


def test_what_does_not_end_is_killed_at_the_second_request(tmp_path: Path) -> None:
    child = shell(
        tmp_path, f"trap '' TERM; echo ready > {tmp_path}/ready; while :; do sleep 1; done"
    )
    wait_for(tmp_path / "ready")
    begun = monotonic()
    children.stop([child], hurry=lambda: monotonic() - begun > 0.3)
    assert child.process.returncode == -signal.SIGKILL
    assert monotonic() - begun < 5


def test_a_death_is_told_with_name_exit_code_and_the_end_of_the_log(tmp_path: Path) -> None:
    child = shell(tmp_path, "echo started; echo broken pipe in the cellar >&2; exit 3", "worker")
    child.process.wait(timeout=10)
    told = str(supervisor.death(child))
    assert told.startswith("worker ended with exit code 3.")
    assert told.endswith("started\nbroken pipe in the cellar")
    killed = shell(tmp_path, "kill -9 $$")
    assert "ended by SIGKILL" in str(supervisor.death(killed))


def test_the_log_of_the_run_before_is_kept_beside_the_new_one(tmp_path: Path) -> None:
    for word in ("first", "second"):
        shell(tmp_path, f"echo {word}").process.wait(timeout=10)
    assert (tmp_path / "program.log").read_text() == "second\n"
    assert (tmp_path / "program.log.1").read_text() == "first\n"


def test_programs_end_when_their_starter_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time; from citybrain.embedded.children import launch; "
        "child = launch(['sleep', '60']); "
        "open(sys.argv[1], 'w').write(str(child.pid)); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "pid")], cwd=CHECKOUT)
    orphan = psutil.Process(int(wait_for(tmp_path / "pid")))
    starter.kill()
    starter.wait(timeout=10)
    assert ends_within(orphan, 5)


def test_a_second_portal_of_the_same_checkout_is_refused_with_the_first_ones_address(
    tmp_path: Path,
) -> None:
    instance = Instance(tmp_path)
    instance.create()
    with supervisor.only_portal(instance, "http://127.0.0.1:8000"):
        facts = json.loads((instance.run / "portal.lock").read_text())
        assert facts == {"pid": os.getpid(), "address": "http://127.0.0.1:8000"}
        with (
            pytest.raises(
                EmbeddedError, match=rf"http://127\.0\.0\.1:8000 \(process {os.getpid()}\)"
            ),
            supervisor.only_portal(instance, "http://127.0.0.1:8001"),
        ):
            pass
    assert supervisor.stop_portal(instance) is False


def test_stop_ends_the_portal_that_runs_and_waits_for_it(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    instance.create()
    script = (
        "import sys, time; from pathlib import Path\n"
        "from citybrain.embedded import supervisor; from citybrain.embedded.instance import Instance\n"
        "with supervisor.only_portal(Instance(Path(sys.argv[1])), 'here'):\n"
        "    Path(sys.argv[1], 'up').write_text('up'); time.sleep(60)\n"
    )
    portal = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=CHECKOUT)
    wait_for(tmp_path / "up")
    assert supervisor.stop_portal(instance) is True
    assert portal.wait(timeout=5) == -signal.SIGTERM
