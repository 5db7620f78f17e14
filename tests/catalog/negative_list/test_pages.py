"""The pages of the negative list."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.choices import SharingType
from catalog.models import NegativeListEntry
from catalog.negative_list.choices import NegativeState
from citybrain.audit.models import AuditRecord
from tests import scenes
from tests.catalog import many
from tests.catalog.negative_list import lines
from tests.personas import World

pytestmark = pytest.mark.django_db


def typed(**changes: Any) -> dict[str, Any]:
    given = lines.values(**changes)
    given |= {name: given[name].isoformat() for name in ("effective_on", "expires_on")}
    return {"extent": "some", "items": ["公民身份号码"], **given, **changes}


def test_a_proposal_is_typed_in_kept_when_wrong_and_led_through(
    world: World, signed_in: Any
) -> None:
    entry = scenes.a_published_entry(world)
    client = signed_in(world.police_cataloguer)
    page = client.get(reverse("catalog:entry", args=[entry.pk])).content.decode()
    address = reverse("catalog:negative_new", args=[entry.pk])
    assert address in page
    for like in ("", "?like=7", f"?like={'9' * 5000}"):
        assert client.get(f"{address}{like}").status_code == 200
    answer = client.post(address, typed(basis="涉及隐私"))
    assert answer.status_code == 422
    assert "名称和条款" in answer.content.decode()
    assert "涉及防范恐怖活动" in answer.content.decode()
    assert client.post(address, typed(items=[])).status_code == 422
    answer = client.post(address, typed())
    line = NegativeListEntry.objects.get()
    assert answer.headers["Location"] == reverse("catalog:negative_entry", args=[line.pk])
    edit = reverse("catalog:negative_edit", args=[line.pk])
    assert client.get(edit).status_code == 200
    assert client.post(edit, typed(title="身份号码", version=line.version)).status_code == 302
    assert client.post(edit, typed(title="别的", version=line.version)).status_code == 409
    submit = reverse("catalog:negative_move", args=[line.pk, "submit"])
    assert client.post(submit, {"version": line.version + 1}).status_code == 302
    head = signed_in(world.police_head)
    assert line.number in head.get(reverse("home")).content.decode()
    back = reverse("catalog:negative_move", args=[line.pk, "send_back"])
    answer = head.post(back, {"version": line.version + 2, "reason": ""})
    assert answer.status_code == 422
    assert client.get(edit).status_code == 409


def test_who_submits_a_withheld_entry_is_led_to_the_list(world: World, signed_in: Any) -> None:
    entry = scenes.a_draft(world, sharing_type=SharingType.WITHHELD, sharing_condition=lines.LAW)
    scenes.grade_all(entry, world.police_security)
    client = signed_in(world.police_cataloguer)
    address = reverse("catalog:move", args=[entry.pk, "submit"])
    page = client.post(address, {"version": entry.version}, follow=True).content.decode()
    assert "还没有列入负面清单，请一并提出" in page
    assert reverse("catalog:negative_new", args=[entry.pk]) in page


def test_the_list_is_public_and_what_is_proposed_is_not(world: World, signed_in: Any) -> None:
    entry = scenes.a_published_entry(world)
    listed = lines.a_listed(world, entry)
    signed = lines.a_signed(world, entry, title="另一条目")
    water = signed_in(world.water_head)
    page = water.get(reverse("catalog:negative_list")).content.decode()
    assert listed.number in page
    assert listed.basis in page
    proposed = reverse("catalog:negative_list") + "?side=proposed"
    assert signed.number not in water.get(proposed).content.decode()
    assert signed.number in signed_in(world.approver).get(proposed).content.decode()
    assert (
        listed.number
        not in water.get(reverse("catalog:negative_list") + "?q=无此词").content.decode()
    )


def test_the_list_is_exported_as_filtered_and_that_is_on_record(
    world: World, signed_in: Any
) -> None:
    entry = scenes.a_published_entry(world)
    line = lines.a_listed(world, entry)
    client = signed_in(world.water_head)
    address = reverse("catalog:negative_export")
    csv = b"".join(client.post(address, {"format": "csv"}).streaming_content).decode()  # type: ignore[arg-type]
    assert line.number in csv
    assert line.reason not in csv
    xlsx = client.post(address + "?q=无此词", {"format": "xlsx"})
    assert xlsx.content.startswith(b"PK")
    rows = [
        one.data["rows"]
        for one in AuditRecord.objects.filter(verb="access.exported").order_by("id")
    ]
    assert rows == [1, 0]


def test_lists_and_the_entry_cost_the_same_with_2_and_with_200_lines(
    world: World, signed_in: Any
) -> None:
    approver, head = signed_in(world.approver), signed_in(world.police_head)
    entry = scenes.a_published_entry(world)
    pages = {
        "in force": (approver, reverse("catalog:negative_list")),
        "proposed": (approver, reverse("catalog:negative_list") + "?side=proposed"),
        "search": (approver, reverse("catalog:search")),
        "unlisted": (approver, reverse("catalog:negative_unlisted")),
        "entry": (head, reverse("catalog:entry", args=[entry.pk])),
        "worklist": (head, reverse("home")),
    }
    counts: dict[str, list[int]] = {name: [] for name in pages}
    today, made = timezone.localdate(), 0
    for size in (2, 200):
        entries = many.police(
            world,
            size,
            made,
            state="published",
        )
        NegativeListEntry.objects.bulk_create(
            NegativeListEntry(
                number=f"FM2026-{size}-{place}-{state}",
                department=world.police,
                entry=one,
                title=one.title,
                bars="both",
                basis=lines.LAW,
                reason="依法",
                state=state,
                effective_on=today,
                expires_on=today + timedelta(days=30),
            )
            for place, one in enumerate([*entries, entry])
            for state in (NegativeState.LISTED, NegativeState.SIGNING)
        )
        made = size
        for name, (client, url) in pages.items():
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts[name].append(len(captured))
    assert not {name: pair for name, pair in counts.items() if pair[0] != pair[1]}
    assert max(pair[1] for pair in counts.values()) <= 30
