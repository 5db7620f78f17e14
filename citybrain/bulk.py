"""Inserting thousands of rows: one statement and one parameter, whatever their number.

`bulk_create` makes a parameter of every value, or an array of every column; both cost more than the
rows do. Here the rows are one JSON text, which the C library writes and PostgreSQL reads.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def insert_many(objects: Sequence[models.Model], *, keys: bool = False) -> None:
    """Inserts new objects of one model. With `keys` they get their primary keys, otherwise not.

    What `save` would set by itself (`auto_now`) is set; signals are not sent. Raises what the
    database says, IntegrityError among others; nothing is inserted then.
    """
    if not objects:
        return
    model = type(objects[0])
    table = model._meta.db_table
    fields = [field for field in model._meta.concrete_fields if keys or not field.primary_key]
    with connection.cursor() as cursor:
        if keys:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                (table, model._meta.pk.column, len(objects)),
            )
            for one, (key,) in zip(objects, cursor.fetchall(), strict=True):
                one.pk = key
        rows = [{field.column: _plain(field, one) for field in fields} for one in objects]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        types = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in fields)
        # Only names of the model stand in the text.
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) '  # noqa: S608
            f"SELECT {columns} FROM jsonb_to_recordset(%s::jsonb) AS given ({types})",
            (json.dumps(rows, ensure_ascii=False, default=str),),
        )
    for one in objects if keys else ():
        one._state.adding = False
        one._state.db = connection.alias


def _plain(field: Any, one: models.Model) -> Any:
    """The value as JSON has it; an expression that stands for a text says it as `literal`."""
    value = field.pre_save(one, add=True)
    return getattr(value, "literal", value)
