"""The record of calls by month: made ahead, found wherever a call is, as append-only as before."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from citybrain.organizations.models import Department
from sharing import calls, months, tallying
from sharing.models import (
    Authorization,
    AuthorizationCode,
    DailyUse,
    InterfaceService,
    ServiceCall,
)
from tests import scenes
from tests.sharing.conftest import Granted
from tests.sharing.using import call_record

pytestmark = pytest.mark.django_db


def tables() -> dict[str, int]:
    """In which table how many calls are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text, count(*) FROM sharing_servicecall GROUP BY 1"
        )
        return dict(cursor.fetchall())


def test_calls_find_their_month_and_early_ones_move_into_it(granting: Granted) -> None:
    granted = granting[1]
    now = timezone.localtime()
    early = timezone.make_aware(datetime(2031, 5, 1)) - timedelta(microseconds=1)
    for at in (now, early, early + timedelta(microseconds=1), early - timedelta(days=400)):
        call_record(granted, at).save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as after a commit
    this_month = f"sharing_servicecall_{now:%Y_%m}"
    assert tables() == {this_month: 1, "sharing_servicecall_rest": 3}
    assert months.make_ahead() == 2 + 3
    assert months.make_ahead() == 0
    assert tables() == {
        this_month: 1,
        "sharing_servicecall_2031_04": 1,
        "sharing_servicecall_2031_05": 1,
        "sharing_servicecall_2030_03": 1,
    }
    listed = calls.portion(calls.with_names(ServiceCall.objects.all())).calls
    assert [call.at for call in listed] == sorted((call.at for call in listed), reverse=True)
    assert len(listed) == 4
    for statement in (
        "UPDATE sharing_servicecall SET rows = 0",
        "DELETE FROM sharing_servicecall_2031_04",
        "UPDATE sharing_servicecall_rest SET rows = 0",
    ):
        if "rest" in statement:
            call_record(granted, early.replace(year=2040)).save(force_insert=True)
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    tallying.SHARED.tally_day(timezone.localdate(early))
    assert DailyUse.objects.get().calls == 1


@pytest.mark.parametrize("model", [Authorization, AuthorizationCode, InterfaceService, Department])
def test_what_calls_refer_to_can_never_be_deleted(granting: Granted, model: type[Model]) -> None:
    """Calls have no foreign keys: this is what is left of them."""
    scenes.a_code(*granting)
    table = model._meta.db_table
    with (
        pytest.raises(DatabaseError, match="records of calls refer to them"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table}")
    assert model._default_manager.exists()
