"""PostgreSQL refuses to run as root. When root starts the portal, the server gets an account of
its own, and its files a place which that account can reach.

Permissions of directories that are already there are never widened: a checkout under a closed home
directory stays closed, and the database then lives under /var/lib/citybrain instead.
"""

# ruff: noqa: S603 - only programs of ours are run

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citybrain.embedded import EmbeddedError

NAME = "citybrain-db"
SHARED = Path("/var/lib/citybrain")


@dataclass(frozen=True)
class Account:
    """Whom a program runs as; `switch` is False when that is whom we are already."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen(self) -> dict[str, Any]:
        """Keyword arguments for subprocess: the account, a neutral directory and a plain locale."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        # A group of its own: the terminal's Ctrl-C must not break off what is being started.
        arguments: dict[str, Any] = {"cwd": "/", "env": environment, "process_group": 0}
        if self.switch:
            arguments |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return arguments

    def reaches(self, path: Path) -> bool:
        """Whether this account may enter the directory `path`."""
        if not self.switch:
            return os.access(path, os.X_OK)
        probe = ["/bin/sh", "-c", 'cd "$1"', "sh", str(path)]
        return (
            subprocess.run(probe, check=False, capture_output=True, **self.popen()).returncode == 0
        )

    def own(self, path: Path) -> None:
        """Makes the directory `path` this account's, closed to everybody else."""
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
        if self.switch:
            os.chown(path, self.uid, self.gid)


def current() -> Account:
    return Account(name_of(os.geteuid()), os.geteuid(), os.getegid(), switch=False)


def name_of(uid: int) -> str:
    """The account's name, or its number where the system knows no name for it."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def for_database(existing_data: Path | None) -> Account:
    """The account that PostgreSQL runs as.

    An ordinary user runs it as himself. Under root it is the owner of data that is already there,
    else the account `citybrain-db`, which is created when missing. Raises EmbeddedError when it cannot be.
    """
    if os.geteuid() != 0:
        return current()
    if existing_data is not None:
        owner = existing_data.stat()
        if owner.st_uid != 0:
            return Account(name_of(owner.st_uid), owner.st_uid, owner.st_gid, switch=True)
    entry = _find(NAME) or _create()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    commands = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
         "--shell", "/usr/sbin/nologin", NAME],
        ["adduser", "-S", "-D", "-H", NAME],
    )  # fmt: skip
    search = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
    for command in commands:
        program = shutil.which(command[0], path=search)
        if program:
            subprocess.run([program, *command[1:]], check=False, capture_output=True)
            entry = _find(NAME)
            if entry:
                return entry
    raise EmbeddedError(
        f"PostgreSQL does not run as root, and the account {NAME} could not be created. Start the "
        "portal as an ordinary user, create that account, or set DATABASE_URL."
    )
