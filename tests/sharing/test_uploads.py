"""Uploads behind the screen: what is left of a dead worker, of forgotten files, of old rows."""

from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import OperationalError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from catalog.models import CatalogEntry
from citybrain import claims
from sharing import tasks
from sharing.comparing import Comparison, compare
from sharing.models import DataUpload, HostedDataset, HostedRow
from sharing.models.upload import UploadState
from sharing.services import hosting, uploads
from tests import scenes
from tests.personas import World, actor_of
from tests.sharing.conftest import Published
from tests.sharing.using import SignedIn, service_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(publishing: Published) -> World:
    return publishing[0]


@pytest.fixture
def published(publishing: Published) -> CatalogEntry:
    return publishing[1]


@pytest.fixture
def received(world: World, published: CatalogEntry) -> DataUpload:
    """A file that nobody has looked at yet."""
    return uploads.upload(
        actor=actor_of(world.police_cataloguer),
        entry=published,
        file_name="数据.csv",
        file=scenes.csv_file(),
    )


def test_a_dead_workers_upload_is_taken_up_when_its_claim_has_expired(
    received: DataUpload,
) -> None:
    rows = DataUpload.objects.filter(pk=received.pk)
    rows.update(claimed_at=timezone.now(), uploaded_at=timezone.now() - timedelta(minutes=9))
    assert tasks.resume_uploads() == 0
    uploads.check(received.pk)
    assert rows.get().state == UploadState.UPLOADED
    rows.update(claimed_at=timezone.now() - claims.CLAIM - timedelta(seconds=1))
    assert tasks.resume_uploads() == 1
    assert rows.get().state == UploadState.CHECKED


def test_a_file_on_which_workers_die_fails_in_the_end(received: DataUpload) -> None:
    DataUpload.objects.update(attempts=claims.MOST_ATTEMPTS)
    uploads.check(received.pk)
    received.refresh_from_db()
    assert received.state == UploadState.FAILED
    assert "多次处理都没有完成" in received.issues[0]["message"]


def test_without_the_queue_nothing_is_lost(
    world: World,
    signed_in: SignedIn,
    published: CatalogEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_arguments: Any) -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(tasks.check_upload, "delay", away)
        answer = signed_in(world.police_cataloguer).post(
            reverse("sharing:data", args=[published.pk]),
            {"file": SimpleUploadedFile("数据.csv", scenes.csv_file().getvalue())},
            follow=True,
        )
    assert "恢复后会自动继续" in text_of(answer)
    assert "hx-get" in text_of(answer)
    DataUpload.objects.update(uploaded_at=timezone.now() - timedelta(minutes=2))
    tasks.resume_uploads()
    upload = DataUpload.objects.get()
    assert upload.state == UploadState.CHECKED
    progress = signed_in(world.police_cataloguer).get(
        reverse("sharing:upload_progress", args=[upload.pk])
    )
    assert progress["HX-Refresh"] == "true"


def test_who_has_lost_the_role_since_confirming_changes_nothing(
    world: World, received: DataUpload
) -> None:
    uploads.check(received.pk)
    received.refresh_from_db()
    uploads.confirm(actor=actor_of(world.police_cataloguer), upload=received)
    world.police_cataloguer.groups.clear()
    uploads.apply(received.pk)
    received.refresh_from_db()
    assert received.state == UploadState.FAILED
    assert "没有提供数据的权限" in received.issues[0]["message"]
    assert not HostedDataset.objects.exists()


def test_items_that_changed_since_the_check_are_checked_again(
    world: World, received: DataUpload
) -> None:
    uploads.check(received.pk)
    received.refresh_from_db()
    uploads.confirm(actor=actor_of(world.police_cataloguer), upload=received)
    received.entry.items.filter(name="行政区划").update(length=2)
    uploads.apply(received.pk)
    received.refresh_from_db()
    assert received.state == UploadState.FAILED
    assert received.issues[0]["heading"] == "行政区划"
    assert not HostedDataset.objects.exists()


def test_files_that_nobody_confirms_are_not_kept(received: DataUpload) -> None:
    uploads.check(received.pk)
    assert tasks.clear_rows() == 0
    DataUpload.objects.update(uploaded_at=timezone.now() - timedelta(days=8))
    assert tasks.clear_rows() == 1
    received.refresh_from_db()
    assert (received.state, received.content) == (UploadState.CANCELLED, None)


def test_rows_are_kept_of_what_is_served_and_of_the_last_before(
    world: World, published: CatalogEntry
) -> None:
    entry = published
    for _time in range(4):
        read = hosting.check_upload(entry=entry, file=scenes.csv_file(), file_name="x.csv")
        hosting.host(actor=actor_of(world.police_cataloguer), entry=entry, upload=read)
    assert hosting.clear_superseded() == 6
    kept = HostedRow.objects.order_by("dataset__number").values_list("dataset__number", flat=True)
    assert set(kept) == {3, 4}
    assert service_of(entry).dataset.number == 4
    assert HostedDataset.objects.count() == 4
    assert hosting.clear_superseded() == 0


def test_rows_are_compared_by_key_or_else_as_they_are() -> None:
    served = [{"号": "1", "名": "甲"}, {"号": "2", "名": "乙"}, {"号": "3", "名": "丙"}]
    rows = [{"号": "1", "名": "甲"}, {"号": "2", "名": "丁"}, {"号": "4", "名": "丙"}]
    names = ["号", "名"]
    assert compare(served, rows, names=names, keys=["号"]) == Comparison(1, 1, 1, 1)
    assert compare(served, rows, names=names, keys=[]) == Comparison(2, 0, 2, 1)
    assert compare([], rows, names=names, keys=["号"]) == Comparison(added=3)
    assert compare([{"号": "1"}], [{"号": "1", "名": ""}], names=names, keys=[]).unchanged == 1
