"""One directory of embedded services, and the locks that let several commands share them.

Every command that needs the services holds a shared lock for as long as it lives. The kernel drops
that lock when the process ends, however it ends, so nobody has to count or to clean up: whoever
leaves last notices that no one else holds the lock, and stops what runs.
"""

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from citybrain.embedded import EmbeddedError
from citybrain.embedded.account import name_of

CHECKOUT = Path(__file__).resolve().parents[2]
# sockaddr_un holds 108 bytes on Linux and 104 on macOS, the closing zero included.
LONGEST_SOCKET_PATH = 103
# Socket paths travel in URLs and in PostgreSQL's comma-separated option: plain characters only.
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


def var_directory() -> Path:
    """CITYBRAIN_VAR_DIR, or var/ in the checkout; absolute, not necessarily existing."""
    named = os.environ.get("CITYBRAIN_VAR_DIR", "").strip()
    return (Path(named).expanduser() if named else CHECKOUT / "var").resolve()


@dataclass(frozen=True)
class Instance:
    """A directory with its own PostgreSQL and Redis.

    `durable` is what people's data needs; without it (the tests) nothing waits for the disk.
    """

    root: Path
    durable: bool = True

    @classmethod
    def named(cls, name: str) -> "Instance":
        """`main` is var/ itself; `test` and `bench` stand apart so that neither touches the demo."""
        root = var_directory()
        return cls(root) if name == "main" else cls(root / name, durable=name != "test")

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def log(self) -> Path:
        return self.root / "log"

    def create(self) -> None:
        """Makes the directories; raises EmbeddedError when this user may not."""
        try:
            for directory in (self.root, self.run, self.log):
                directory.mkdir(parents=True, exist_ok=True)
            for directory in (self.run, self.log):
                if not os.access(directory, os.W_OK | os.X_OK):
                    raise PermissionError(13, "Permission denied", str(directory))
        except PermissionError as error:
            path = Path(error.filename or self.root)
            there = next(place for place in (path, *path.parents) if place.exists())
            raise EmbeddedError(
                f"{path} cannot be written by this user ({there} belongs to {name_of(there.stat().st_uid)}). Run as "
                "that user, or choose another directory with CITYBRAIN_VAR_DIR=/path."
            ) from error
        except OSError as error:
            raise EmbeddedError(f"{self.root} cannot be created: {error.strerror}.") from error

    @property
    def identity(self) -> str:
        """A short name that no other directory on this machine has."""
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:10]
        name = re.sub(r"[^A-Za-z0-9-]+", "-", self.root.parent.name).strip("-")[:24]
        return f"{name or 'portal'}-{digest}"

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Held while services are started or stopped; waits for others who do so."""
        with _open(self.run / "services.lock") as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield

    def join(self) -> int:
        """Counts this process among the users of the services; returns the descriptor to leave with.

        Call it inside `changing()`.
        """
        descriptor = os.open(self.run / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        return descriptor

    def leave(self, descriptor: int) -> bool:
        """Ends what `join` began; True when nobody else uses the services. Inside `changing()`."""
        os.close(descriptor)
        return not self.in_use()

    def in_use(self) -> bool:
        """Whether any process, this one included, has joined."""
        with _open(self.run / "users.lock") as descriptor:
            return not try_exclusively(descriptor)


def try_exclusively(descriptor: int) -> bool:
    """Takes the file's exclusive lock unless somebody holds it; says whether it did."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _open(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def socket_directory(preferred: Path, record: Path, longest_name: str, owner: int) -> Path:
    """A private directory (0700, owned by uid `owner`) in which a socket can be bound.

    `preferred` when its path is short and plain enough, else a fresh one under the temporary
    directory, whose path is kept in the file `record` so that the next command finds it.
    """
    if _fits(preferred / longest_name):
        return _private(preferred, owner)
    if record.exists():
        known = Path(record.read_text(encoding="utf-8").strip())
        if known.is_dir() and not known.is_symlink() and known.stat().st_uid == owner:
            return known
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - a fresh 0700 name
        if parent.is_dir() and _fits(parent / "citybrain-xxxxxxxx" / longest_name):
            made = Path(tempfile.mkdtemp(prefix="citybrain-", dir=parent))
            record.write_text(str(made), encoding="utf-8")
            return _private(made, owner)
    raise EmbeddedError(
        "No directory with a short enough path for sockets was found; set TMPDIR=/tmp."
    )


def _fits(path: Path) -> bool:
    text = str(path)
    return len(os.fsencode(text)) <= LONGEST_SOCKET_PATH and bool(PLAIN_PATH.fullmatch(text))


def _private(directory: Path, owner: int) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    if directory.stat().st_uid != owner:
        os.chown(directory, owner, -1)
    return directory
