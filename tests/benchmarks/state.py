"""A database for one benchmark: made anew, migrated, used by this process and those it starts."""

import os
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.cache import cache
from django.db import connection

from tests.benchmarks.runner import say
from tests.database import migrated_template

VARIABLE = "DATABASE_URL"
ADMINISTRATOR = "postgres"


@contextmanager
def fresh_database(name: str = "benchmark") -> Iterator[str]:
    """Makes the database and uses it in the block; afterwards it is gone. Yields its URL."""
    create(name)
    try:
        with using(name) as url:
            yield url
    finally:
        drop(name)


def create(name: str) -> None:
    template = migrated_template()
    drop(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def using(name: str) -> Iterator[str]:
    """Connects to the database of that name in the block. Yields its URL."""
    before, url = connection.settings_dict["NAME"], os.environ[VARIABLE]
    ours = urllib.parse.urlsplit(url)._replace(path=f"/{name}").geturl()
    _use(name, ours)
    try:
        yield ours
    finally:
        _use(before, url)


def _use(name: str, url: str) -> None:
    connection.close()
    cache.clear()
    connection.settings_dict["NAME"] = name
    os.environ[VARIABLE] = url


def settle() -> None:
    """What the server does in its own time: statistics, visible pages, what was written on disk."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    # The portal's own role may not; the embedded server's administrator is reached the same way.
    url = urllib.parse.urlsplit(os.environ[VARIABLE])
    host = url.netloc.rpartition("@")[2]
    administrator = url._replace(netloc=f"{ADMINISTRATOR}@{host}").geturl()
    try:
        with psycopg.connect(administrator, autocommit=True) as server:
            server.execute("CHECKPOINT")
    except psycopg.Error:
        say("   no checkpoint could be asked for; the disk may still be busy")
    os.sync()  # a commit waits for whatever else its file system has still to write
