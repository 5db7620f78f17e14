"""`make reset-demo`: an empty database, then the demo once more."""

# ruff: noqa: S603 - only programs of ours are run

import shutil
import subprocess
import sys

import psycopg

from citybrain.embedded import EmbeddedError, checks, local, say
from citybrain.embedded.instance import CHECKOUT, Instance, var_directory
from citybrain.embedded.services import EXTERNAL_DATABASE, alone, external


def reset(*, sure: bool) -> int:
    """Empties the portal's database, queue and files, and loads the demo again; the exit code.

    Asks first. A database that DATABASE_URL names is touched only when `sure`. Raises EmbeddedError then,
    and while another command uses the services.
    """
    outside = external(EXTERNAL_DATABASE)
    if outside and not sure:
        raise EmbeddedError(
            "DATABASE_URL names a database that is not the embedded one. If everything in it may "
            "go, say so: make reset-demo YES=1"
        )
    if not sure and not _agreed():
        say("Nothing was changed.")
        return 1
    with alone(Instance.named("main")) as running:
        if running.postgres:
            running.postgres.empty()
        else:
            _empty_schema(outside)
        if running.redis:
            running.redis.empty()
        shutil.rmtree(var_directory() / "files", ignore_errors=True)
        log = Instance.named("main").log / "prepare.log"
        code = subprocess.run(
            [sys.executable, "-m", "citybrain.embedded.prepare", str(log)],
            check=False,
            cwd=CHECKOUT,
            env=local.environment(running, mode="production"),
        ).returncode
    if code != 0:
        raise checks.failure("Loading failed.", log)
    return code


def _agreed() -> bool:
    say("Everything in the portal's database and its uploaded files will go.")
    try:
        return input("Type yes to go on: ").strip().lower() == "yes"
    except EOFError:
        return False


def _empty_schema(url: str) -> None:
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
    except psycopg.Error as error:
        raise EmbeddedError(
            f"The database of DATABASE_URL could not be emptied: {error}"
        ) from error
