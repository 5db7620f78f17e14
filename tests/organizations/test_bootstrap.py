"""A new installation gets its first departments and administrator from the shell."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from citybrain.audit.models import AuditRecord
from citybrain.organizations.models import Department, User
from tests.accounts.signing_in import attempt, is_signed_in

pytestmark = pytest.mark.django_db
OPTIONS = {
    "region_code": "460100",
    "city_credit_code": "11460100XN0000012J",
    "bureau_credit_code": "11460100XN0000020D",
    "username": "first.admin",
    "name": "管仁禾",
}


def test_the_first_administrator_signs_in_and_must_set_everything_up() -> None:
    out = StringIO()
    call_command("bootstrap", **OPTIONS, stdout=out)
    (password,) = re.findall(r"[a-zA-Z2-9]{4}(?:-[a-zA-Z2-9]{4}){3}", out.getvalue())
    client = Client()
    attempt(client, "first.admin", password)
    assert is_signed_in(client)
    assert client.get("/administration/people/")["Location"] == "/accounts/password/change/"
    bureau = Department.objects.get(competences=["big_data"])
    assert bureau.parent is not None
    assert bureau.parent.is_city
    verbs = list(AuditRecord.objects.order_by("id").values_list("verb", flat=True))
    assert verbs[:4] == [
        "organizations.department_created",
        "organizations.department_created",
        "organizations.person_created",
        "organizations.roles_changed",
    ]


def test_bad_input_leaves_nothing_behind() -> None:
    with pytest.raises(CommandError, match="统一社会信用代码"):
        call_command("bootstrap", **{**OPTIONS, "bureau_credit_code": "123"}, stdout=StringIO())
    assert not Department.objects.exists()
    assert not User.objects.exists()


def test_it_runs_once() -> None:
    call_command("bootstrap", **OPTIONS, stdout=StringIO())
    with pytest.raises(CommandError, match="只用于全新安装"):
        call_command("bootstrap", **OPTIONS, stdout=StringIO())
