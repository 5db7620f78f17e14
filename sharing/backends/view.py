"""A view in a PostgreSQL database of the department, read in transactions that cannot write."""

from typing import Any

import psycopg
from django.utils.translation import gettext as _
from psycopg import sql

from citybrain.outgoing import OutgoingError
from citybrain.sealing import CannotOpen, unseal
from sharing.backends.breaking import breaker_of
from sharing.backends.guarding import database_of, guard_of
from sharing.backends.reading import backend_of, page_of
from sharing.backends.upstream import USE
from sharing.gateway.grants import Grant
from sharing.gateway.objections import Objection
from sharing.gateway.records import Page, Wanted
from sharing.gateway.sources import Source, Unreadable
from sharing.models import ServiceBackend

READ_ONLY = "-c default_transaction_read_only=on -c statement_timeout={milliseconds}"


class View(Source):
    """Reads a page by one SELECT, in the order of the key column."""

    def objection(self, grant: Grant) -> Objection | None:
        return None

    def read_page(self, grant: Grant, wanted: Wanted) -> Page:
        backend = backend_of(grant)
        if backend is None:
            raise Unreadable(_("提供单位尚未设置服务后端。"))
        statement, values = statement_of(backend, wanted)
        with breaker_of(backend.pk).attempt():
            rows = _run(backend, statement, values)
        columns = list(_columns(backend, wanted).values())
        page = [(row[0], dict(zip(columns, row[1:], strict=True))) for row in rows]
        more = len(page) > wanted.page_size
        page = page[: wanted.page_size]
        return page_of(page, wanted, backend.fields, more=page[-1][0] if more else None)


def statement_of(backend: ServiceBackend, wanted: Wanted) -> tuple[sql.Composed, list[Any]]:
    """SELECT of the wanted columns as text, one row more than the page holds, and its values."""
    columns = _columns(backend, wanted)
    key = sql.Identifier(backend.key_column)
    conditions = [sql.SQL("{} > %s").format(key)]
    values: list[Any] = [wanted.after]
    for name, value in wanted.filters.items():
        conditions.append(sql.SQL("{}::text = %s").format(sql.Identifier(columns[name])))
        values.append(value)
    for name, allowed in wanted.limits.items():
        conditions.append(sql.SQL("{}::text = ANY(%s)").format(sql.Identifier(columns[name])))
        values.append(list(allowed))
    picked = [sql.SQL("{}::text").format(sql.Identifier(one)) for one in columns.values()]
    statement = sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT %s").format(
        sql.SQL(", ").join([key, *picked]),
        sql.Identifier(*backend.view.split(".")),
        sql.SQL(" AND ").join(conditions),
        key,
    )
    return statement, [*values, wanted.page_size + 1]


def _columns(backend: ServiceBackend, wanted: Wanted) -> dict[str, str]:
    """The columns of everything that is wanted, filtered by or limited, by item."""
    names = dict.fromkeys((*wanted.names, *wanted.filters, *wanted.limits))
    missing = [name for name in names if name not in backend.fields]
    if missing:
        raise Unreadable(_("信息项“%s”没有对应的列，请联系提供单位。") % missing[0])
    return {name: backend.fields[name] for name in names}


def _run(backend: ServiceBackend, statement: sql.Composed, values: list[Any]) -> list[Any]:
    try:
        host, port, name = database_of(backend.address)
        address = guard_of(backend.networks).resolve(host, port)[0]
        with psycopg.connect(
            host=host,
            hostaddr=address,
            port=port,
            dbname=name,
            user=backend.account,
            password=unseal(backend.secret, USE) if backend.secret else None,
            connect_timeout=max(2, backend.seconds),
            options=READ_ONLY.format(milliseconds=backend.seconds * 1000),
        ) as connection:
            return connection.execute(statement, values).fetchall()
    except OutgoingError as error:
        raise Unreadable(error.outside, inside=str(error)) from None
    except (CannotOpen, ValueError):
        raise Unreadable(_("服务后端的设置不能读取，请重新设置。")) from None
    except psycopg.errors.QueryCanceled:
        raise Unreadable(_("提供单位的数据库在 %d 秒内没有答复。") % backend.seconds) from None
    except psycopg.Error:
        raise Unreadable(_("提供单位的数据库没有应答或者拒绝了查询。")) from None


def probe(backend: ServiceBackend) -> None:
    """Raises Unreadable unless the view can be read."""
    statement, values = statement_of(backend, Wanted(items=[], filters={}, page_size=1, after=0))
    _run(backend, statement, values)
