"""Delivery in batches: packed by the worker, encrypted, resumed, received; and links that expire."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pyarrow import parquet

from catalog.choices import SharingMethod
from catalog.models import NegativeListEntry
from catalog.negative_list.choices import NegativeState
from citybrain import claims
from citybrain.audit.models import AuditRecord
from citybrain.crypto import sm3_hex
from citybrain.duties.models import Duty
from citybrain.notices.models import Notice
from citybrain.sealing import decrypt
from sharing.choices import Method, Outcome
from sharing.delivery import building, tasks
from sharing.delivery.choices import Extent, PackageState
from sharing.models import (
    Authorization,
    ExchangePackage,
    HostedDataset,
    InterfaceService,
    ServiceCall,
    Undertaking,
)
from sharing.services import hosting
from tests import scenes
from tests.catalog.negative_list import lines
from tests.personas import World, actor_of
from tests.sharing.using import SignedIn, a_file_authorization

pytestmark = pytest.mark.django_db
NAMES = ("登记编号", "姓名", "登记日期")


class Killed(BaseException):
    """What happens to a worker: nothing of its own runs afterwards."""


@pytest.fixture(autouse=True)
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(building, "folder", lambda: tmp_path)
    return tmp_path


def a_grant_in_batches(world: World) -> Authorization:
    entry = scenes.a_published_entry(world, sharing_method=SharingMethod.BATCH)
    return scenes.an_authorization(world, entry, names=NAMES, method=Method.BATCH)


def host(world: World, grant: Authorization, rows: list[list[str]]) -> None:
    file = scenes.csv_file(rows)
    upload = hosting.check_upload(entry=grant.entry, file=file, file_name="居住证.csv")
    hosting.host(actor=actor_of(world.police_cataloguer), entry=grant.entry, upload=upload)


def content(package: ExchangePackage, packages: Path, key: str) -> list[str]:
    plain = decrypt((packages / package.file).read_bytes(), bytes.fromhex(key))
    return plain.decode("utf-8-sig").replace('"', "").split()


def test_a_grant_in_batches_from_the_first_package_to_its_receipt(
    world: World, signed_in: SignedIn, packages: Path
) -> None:
    grant = a_grant_in_batches(world)
    duty = Duty.objects.get(rule="deliver")
    assert tasks.exchange() == 0, "there are no rows yet"
    host(world, grant, scenes.ROWS)
    duty.refresh_from_db()
    assert duty.fulfilled_at is None, "rows alone are no batch"
    tasks.exchange()
    first = ExchangePackage.objects.get()
    duty.refresh_from_db()
    assert duty.fulfilled_at is not None
    assert (first.state, first.extent, first.rows) == (PackageState.READY, Extent.FULL, 3)
    call = ServiceCall.objects.get()
    assert (call.way, call.outcome, call.rows) == (Method.BATCH, Outcome.SERVED, 3)
    assert Notice.objects.filter(kind="sharing.package.built").exists()
    tasks.exchange()
    assert ExchangePackage.objects.count() == 1, "the same rows are not packed twice"

    client = signed_in(world.health_cataloguer)
    page = client.get(reverse("sharing:exchange", args=[grant.pk])).content.decode()
    assert first.digest not in page, "who receives it says the digest"
    key = client.post(reverse("sharing:exchange_key", args=[grant.pk])).context["key"]
    assert (
        AuditRecord.objects.get(verb="sharing.exchange.key_read").actor == world.health_cataloguer
    )
    assert content(first, packages, key) == [
        "登记编号,姓名,登记日期",
        "DJ0001,陈**,2025-03-01",
        "DJ0002,符**,2025-03-02",
        "DJ0003,王**,2025-03-03",
    ]
    _fetched_in_two_parts(client, first)
    receive = reverse("sharing:package_receive", args=[first.pk])
    client.post(receive, {"digest": "0" * 64})
    assert ExchangePackage.objects.get().state == PackageState.READY
    client.post(receive, {"digest": first.digest.upper()})
    first.refresh_from_db()
    assert (first.state, first.received_by) == (PackageState.RECEIVED, world.health_cataloguer)
    page = client.get(reverse("sharing:exchange", args=[grant.pk])).content.decode()
    assert first.digest in page
    _kept_back_while_an_item_is_barred(world, client, first)

    answer = client.post(
        reverse("sharing:exchange", args=[grant.pk]),
        {"cycle": "daily", "extent": "changes", "format": "csv"},
    )
    assert answer.status_code == 302
    changed = [scenes.ROWS[0], [*scenes.ROWS[1][:5], "2025-04-01"]]
    host(world, grant, [*changed, ["DJ0009", "林海", "", "", "", ""]])
    tasks.exchange()
    assert ExchangePackage.objects.count() == 1, "once a day"
    ExchangePackage.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    tasks.exchange()
    second = ExchangePackage.objects.latest("number")
    assert content(second, packages, key) == [
        "变化,登记编号,姓名,登记日期",
        "变更,DJ0002,符**,2025-04-01",
        "新增,DJ0009,林*,",
        "删除,DJ0003,王**,2025-03-03",
    ]
    _as_parquet(client, grant, packages, key)
    Authorization.objects.update(state="suspended")
    refused = client.get(reverse("sharing:package_file", args=[second.pk]))
    assert refused.status_code == 409


def _kept_back_while_an_item_is_barred(
    world: World, client: Client, package: ExchangePackage
) -> None:
    """A package that was made before an item came to be on the negative list (HK-13)."""
    url = reverse("sharing:package_file", args=[package.pk])
    line = lines.a_listed(world, package.plan.authorization.entry, ("登记日期",))
    refused = client.get(url)
    assert (refused.status_code, "登记日期" in refused.content.decode()) == (409, True)
    ExchangePackage.objects.update(items=None)
    assert client.get(url).status_code == 409, "nobody knows what it holds"
    ExchangePackage.objects.update(items=["登记编号", "姓名"])
    assert client.get(url).status_code == 200, "made without it"
    ExchangePackage.objects.update(items=package.items)
    NegativeListEntry.objects.filter(pk=line.pk).update(state=NegativeState.WITHDRAWN)


def _as_parquet(client: Client, grant: Authorization, packages: Path, key: str) -> None:
    """The next package, whole, in groups of two rows, with the key that the consumer has."""
    arranged = {"cycle": "update", "extent": "full", "format": "parquet"}
    client.post(reverse("sharing:exchange", args=[grant.pk]), arranged)
    HostedDataset.objects.create(
        entry=grant.entry, number=9, file_name="x", rows=0, digest="0" * 64,
        uploaded_at=timezone.now(),
    )  # fmt: skip
    newest = HostedDataset.objects.latest("number")
    hosting.copy_rows(
        newest, ({"登记编号": f"DJ{n}", "姓名": "陈明", "登记日期": "-1"} for n in range(5))
    )
    InterfaceService.objects.update(dataset=newest)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sharing.delivery.parquet.IN_A_GROUP", 2)
        tasks.exchange()
    package = ExchangePackage.objects.latest("number")
    assert (package.file_name[-16:], package.rows) == ("full.parquet.sm4", 5)
    hidden = (packages / package.file).read_bytes()
    assert (package.size, package.digest) == (len(hidden), sm3_hex(hidden))
    table = parquet.read_table(io.BytesIO(decrypt(hidden, bytes.fromhex(key))))
    assert table.column_names == list(NAMES)
    assert table.slice(4).to_pylist() == [{"登记编号": "DJ4", "姓名": "陈*", "登记日期": "-1"}]


def _fetched_in_two_parts(client: Client, package: ExchangePackage) -> None:
    url = reverse("sharing:package_file", args=[package.pk])
    whole = client.get(url)
    body = b"".join(whole)
    assert sm3_hex(body) == package.digest
    assert whole["Content-Length"] == str(len(body)) == str(package.size)
    half = {"Range": "bytes=100-", "If-Range": whole["ETag"]}
    rest = client.get(url, headers=half)
    assert (rest.status_code, body[:100] + b"".join(rest)) == (206, body)
    assert rest["Content-Range"] == f"bytes 100-{len(body) - 1}/{len(body)}"
    assert b"".join(client.get(url, headers={"Range": "bytes=-7"})) == body[-7:]
    assert client.get(url, headers={"Range": "bytes=999999-"}).status_code == 416
    other = client.get(url, headers={**half, "If-Range": '"other"'})
    assert (other.status_code, b"".join(other)) == (200, body)
    fetched = AuditRecord.objects.filter(verb="sharing.package.fetched")
    assert list(fetched.order_by("pk").values_list("data__from", flat=True))[:2] == [0, 100]


@pytest.mark.parametrize("where", ["while it is written", "before it is on record"])
def test_a_worker_killed_while_it_packs_loses_nothing(
    world: World, packages: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    grant = a_grant_in_batches(world)
    host(world, grant, scenes.ROWS)

    def killed(*_arguments: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        at = (os, "fsync") if where.startswith("while") else (building, "record_call")
        patch.setattr(*at, killed)
        with pytest.raises(Killed):
            tasks.exchange()
    package = ExchangePackage.objects.get()
    assert (package.state, package.file) == (PackageState.WAITING, "")
    assert Duty.objects.get(rule="deliver").fulfilled_at is None
    assert not ServiceCall.objects.exists()
    assert tasks.exchange() == 0, "its claim still holds"
    ExchangePackage.objects.update(claimed_at=timezone.now() - claims.CLAIM - timedelta(seconds=1))
    assert tasks.exchange() == 1
    package.refresh_from_db()
    assert (package.state, package.attempts) == (PackageState.READY, 2)
    assert sm3_hex((packages / package.file).read_bytes()) == package.digest
    assert ServiceCall.objects.count() == 1
    assert len(list(packages.iterdir())) == 2
    for path in packages.iterdir():
        os.utime(path, (0, 0))
    building.clear()
    assert [path.name for path in packages.iterdir()] == [package.file]


def test_links_are_of_one_person_and_end(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = a_file_authorization(world)
    client = signed_in(world.health_cataloguer)
    page = client.post(reverse("sharing:file_link", args=[grant.pk])).content.decode()
    (path,) = {
        word for word in page.replace('"', " ").replace("<", " ").split() if "/links/" in word
    }
    path = path[path.index("/sharing/") :]
    file = b"".join(Client().get(path)).decode("utf-8-sig").splitlines()
    mark = f"{grant.number} {world.health.short_name} {timezone.localdate():%Y-%m-%d}"
    assert file[0].endswith('"授权标识"')
    assert all(line.endswith(f'"{mark}"') for line in file[1:])
    noted = AuditRecord.objects.get(verb="sharing.file.downloaded")
    assert noted.actor == world.health_cataloguer
    kept = Undertaking.objects.values().get()
    Undertaking.objects.all().delete()  # as where nobody has accepted it yet
    refused = client.post(reverse("sharing:file_link", args=[grant.pk]))
    assert refused["Location"] == reverse("sharing:authorization", args=[grant.pk])
    early = Client().get(path)
    assert early.status_code == 409, "a link that was made before is told why, and fails nobody"
    assert "数据使用承诺" in early.content.decode()
    Undertaking.objects.create(**kept)
    assert Client().get(path[:-3] + "x/").status_code == 404
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", lambda: timezone.now().timestamp() + 660)
        assert Client().get(path).status_code == 404
    world.health_cataloguer.groups.clear()
    assert Client().get(path).status_code == 404
