"""Asked for upward, answered, come down, split by area, received: each district its own rows alone."""

import csv

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from citybrain.crypto import sm3_hex
from citybrain.duties.models import Duty
from citybrain.organizations.models import User
from citybrain.refusals import Conflict
from sharing.models import ReturnPackage, ReturnReceipt
from sharing.returnflow import checking, tasks, worklist
from sharing.returnflow.choices import NeedState, PackageState
from sharing.returnflow.forms import recipients
from sharing.returnflow.policies import need_policy
from sharing.returnflow.services import needs, packages
from tests.personas import World, actor_of
from tests.sharing.attachments.test_attachments import PDF
from tests.sharing.returnflow.flowing import (
    ITEMS,
    NEED,
    ROWS,
    a_district,
    a_need,
    a_package,
    an_entry,
    filed,
)

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def waits_for(person: User) -> list[str]:
    return [str(item.action) for item in worklist.items(actor_of(person))]


def test_a_district_asks_the_province_and_gets_its_own_rows_alone(world: World) -> None:
    xiuying = a_district("460105", "海口市秀英区民政局")
    longhua = a_district("460106", "海口市龙华区民政局")
    bureau = actor_of(world.coordinator)
    client = signed_in(xiuying["cataloguer"])
    made = client.post(reverse("sharing:need_new"), NEED)
    need = need_policy.queryset(actor_of(xiuying["cataloguer"])).get()
    assert made["Location"] == reverse("sharing:need", args=[need.pk])
    assert not need_policy.queryset(bureau).exists(), "not signed: nobody else's business"
    changed = client.post(
        reverse("sharing:need_edit", args=[need.pk]), {**NEED, "holder": "", "version": 0}
    )
    assert changed.status_code == 302
    again = client.post(reverse("sharing:need_edit", args=[need.pk]), {**NEED, "version": 0})
    assert again.status_code == 409
    page = reverse("sharing:need", args=[need.pk])
    attach = reverse("sharing:attachment_add", args=["need", need.pk])
    client.post(attach, {"file": SimpleUploadedFile("申请函.pdf", PDF)})
    assert "申请函.pdf" in client.get(page).content.decode()
    needs.move("submit", actor=actor_of(xiuying["cataloguer"]), need=need)
    assert client.post(attach, {"file": SimpleUploadedFile("b.pdf", PDF)}).status_code == 403
    assert waits_for(xiuying["head"]) == ["签发"]
    needs.move("sign", actor=actor_of(xiuying["head"]), need=need)
    assert waits_for(world.coordinator) == ["报省级"]
    with pytest.raises(ValidationError):
        needs.move("file", actor=bureau, need=need, inputs={"filed_on": "2026-01-01"})
    filed(world, need)
    office = signed_in(world.coordinator)
    assert "申请函.pdf" in office.get(page).content.decode(), "the bureau files it with its papers"
    office.post(attach, {"file": SimpleUploadedFile("省级受理回执.pdf", PDF + b"%")})
    assert "省级受理回执.pdf" in client.get(page).content.decode()
    need.refresh_from_db()
    assert (need.provincial_number, need.state) == ("琼数共〔2026〕0317", NeedState.FILED)
    assert need.reply_by is not None
    assert need.reply_by > timezone.localdate()
    with pytest.raises(ValidationError):
        needs.move(
            "grant", actor=bureau, need=need, inputs={"answered_on": "2999-01-01", "reason": "同意"}
        )
    given = {"answered_on": timezone.localdate().isoformat(), "reason": "同意，按季度回流"}
    needs.move("grant", actor=bureau, need=need, inputs=given)

    entry = an_entry(world)
    need.refresh_from_db()
    with pytest.raises(ValidationError):
        a_package(world, entry, digest="0" * 64)
    package = a_package(world, entry, need)
    with pytest.raises(ValidationError):
        a_package(world, entry)
    tasks.resume_returned()
    package.refresh_from_db()
    assert (package.state, package.rows, package.strays) == (PackageState.CHECKED, 4, 1)
    assert dict(package.parts.values_list("region_code", "rows")) == {
        "460105": 2, "460106": 1, "460100": 4,
    }  # fmt: skip
    assert waits_for(world.coordinator) == ["下发"]
    districts = list(recipients(package))
    assert districts[0] == xiuying["head"].department, "who asked comes first"
    page = signed_in(world.coordinator).post(
        reverse("sharing:return_package_distribute", args=[package.pk]),
        {"version": package.version, "departments": [one.pk for one in districts]},
    )
    assert page["Location"] == reverse("sharing:return_package", args=[package.pk])
    need.refresh_from_db()
    package.refresh_from_db()
    assert (need.state, package.state) == (NeedState.DELIVERED, PackageState.DISTRIBUTED)
    assert package.content is None

    mine = ReturnReceipt.objects.get(department=xiuying["head"].department)
    theirs = ReturnReceipt.objects.get(department=longhua["head"].department)
    assert client.get(reverse("sharing:return_receipt", args=[theirs.pk])).status_code == 404
    shown = client.get(reverse("sharing:returnflow")).content.decode()
    assert str(mine.part) in shown
    assert str(theirs.part) not in shown
    content = b"".join(client.post(reverse("sharing:return_receipt_file", args=[mine.pk])))
    lines = csv.reader(content.decode("utf-8-sig").splitlines())
    assert [line[0] for line in lines] == [
        ITEMS[0]["name"], ROWS[0][0], ROWS[2][0],
    ]  # fmt: skip
    with pytest.raises(Http404):
        packages.fetch(actor=actor_of(longhua["cataloguer"]), receipt=mine)
    with pytest.raises(ValidationError):
        packages.receive(actor=actor_of(xiuying["head"]), receipt=mine, digest="0" * 64)
    signing = reverse("sharing:return_receipt_sign", args=[mine.pk])
    changed = SimpleUploadedFile("part.csv", content.replace(b"\r\n", b"\n"))
    client.post(signing, {"file": changed})
    mine.refresh_from_db()
    assert mine.received_by is None, "saved by another program, it is another file"
    client.post(signing, {"file": SimpleUploadedFile("part.csv", content)})
    mine.refresh_from_db()
    assert mine.received_by == xiuying["cataloguer"]
    assert waits_for(longhua["head"]) == ["签收回流数据"]
    assert waits_for(xiuying["head"]) == []
    with pytest.raises(Conflict):
        packages.receive(actor=actor_of(xiuying["head"]), receipt=mine, digest=sm3_hex(content))
    open_rules = Duty.objects.filter(fulfilled_at=None, cancelled_at=None).values_list(
        "rule", flat=True
    )
    assert set(open_rules) & {"file_need", "distribute_return", "sign_return"} == {"sign_return"}


def test_what_is_wrong_is_said_by_cell_and_what_has_no_area_goes_to_no_district(
    world: World,
) -> None:
    people = a_district()
    entry = an_entry(world)
    wrong = a_package(world, entry, rows=[["460105199001010018", "46010500100000"]])
    checking.check(wrong.pk)
    wrong.refresh_from_db()
    assert wrong.state == PackageState.FAILED
    assert wrong.content is None
    client = signed_in(world.coordinator)
    shown = client.get(reverse("sharing:return_package", args=[wrong.pk])).content.decode()
    assert "行政区划代码" in shown
    packages.discard(actor=actor_of(world.coordinator), package=wrong, version=None, reason="重报")
    whole = a_package(world, entry, area_item="")
    checking.check(whole.pk)
    whole.refresh_from_db()
    assert list(whole.parts.values_list("region_code", flat=True)) == ["460100"]
    district = people["head"].department
    with pytest.raises(ValidationError) as refused:
        packages.distribute(
            actor=actor_of(world.coordinator), package=whole, departments=[district]
        )
    assert "没有这些单位所在区的数据" in str(refused.value)
    assert ReturnPackage.objects.get(pk=whole.pk).state == PackageState.CHECKED


def test_the_page_costs_the_same_for_many_needs(
    world: World, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    people = a_district()
    need = a_need(people)
    client = signed_in(world.coordinator)
    address = reverse("sharing:returnflow")
    client.get(address)
    with django_assert_max_num_queries(40) as few:  # type: ignore[operator]
        client.get(address)
    type(need).objects.bulk_create(
        type(need)(department=need.department, number=f"HX-{n}", state="filing", **NEED)
        for n in range(200)
    )
    with django_assert_max_num_queries(len(few)):  # type: ignore[operator]
        assert client.get(address).status_code == 200
