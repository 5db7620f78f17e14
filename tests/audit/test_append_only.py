"""The database itself refuses to change, remove or empty the trail, whatever the code says."""

import pytest
from django.db import IntegrityError, connection, transaction

from citybrain.audit import sealing
from citybrain.audit.models import AuditRecord, Seal, SealedRecord, StateChange
from citybrain.audit.services import record
from citybrain.organizations.actors import system_actor

pytestmark = pytest.mark.django_db
MODELS = [AuditRecord, StateChange, Seal, SealedRecord]


@pytest.fixture(autouse=True)
def one_row_in_each_table(db: None) -> None:
    record("access.exported", actor=system_actor())
    sealing.seal()
    StateChange.objects.create(
        subject_type="x.Y",
        subject_id=1,
        move="m",
        label="l",
        old="a",
        new="b",
        actor_name="n",
        version=1,
    )


@pytest.mark.parametrize("model", MODELS)
def test_a_row_is_neither_changed_nor_removed(model: type) -> None:
    row = model.objects.get()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        row.save(force_update=True)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model.objects.filter(pk=row.pk)._raw_delete("default")
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", MODELS)
def test_a_table_is_not_emptied(model: type) -> None:
    """Test runs switch this one trigger off (tests/conftest.py), so it is switched on here."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only_truncate")
    with (
        pytest.raises(IntegrityError, match="TRUNCATE"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")
    assert model.objects.exists()
