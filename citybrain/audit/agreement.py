"""Do the state changes say what the sealed records say?

Reports and histories read StateChange, which no seal covers. Every move also writes an audit record
in the same transaction, and that one is sealed: here each is held against the other, by subject,
move, both states, who moved it, why, and when.
"""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from citybrain import registry
from citybrain.audit.models import AuditRecord, StateChange
from citybrain.audit.sealing import Break

# A move writes the one right after the other; the clock may be set meanwhile.
AGREES = """
    record.subject_type = change.subject_type AND record.subject_id = change.subject_id
    AND substring(record.verb from '[^.]+$') = change.move
    AND record.data->>'old' = change.old AND record.data->>'new' = change.new
    AND record.actor_id IS NOT DISTINCT FROM change.actor_id
    AND coalesce(record.data->>'reason', '') = change.reason
    AND record.at - change.at BETWEEN interval '-1 minute' AND interval '1 minute'
"""
CHANGES, RECORDS = StateChange._meta.db_table, AuditRecord._meta.db_table
CHANGE_ALONE = f"""
SELECT change.id FROM {CHANGES} change
WHERE NOT EXISTS (SELECT FROM {RECORDS} record WHERE {AGREES})
ORDER BY change.id LIMIT 1
"""  # noqa: S608 - names of tables only
RECORD_ALONE = f"""
SELECT record.id FROM {RECORDS} record
WHERE record.verb = ANY(%s)
AND NOT EXISTS (SELECT FROM {CHANGES} change WHERE {AGREES})
ORDER BY record.id LIMIT 1
"""  # noqa: S608 - names of tables only


def verify() -> Break | None:
    """The first state change without its record, or record of a move without its change."""
    alone = _first(CHANGE_ALONE, [])
    if alone is not None:
        return Break(None, None, _("状态变更 %d 没有与之相符的审计记录。") % alone)
    moves = [verb.code for verb in registry.audit_verbs if verb.is_move]
    alone = _first(RECORD_ALONE, [moves])
    if alone is not None:
        return Break(None, alone, _("记录所述的状态变更已不存在或被改动。"))
    return None


def _first(statement: str, values: list[Any]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else None
