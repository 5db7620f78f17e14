"""A file's name is a text to show and nothing else: no path, no header, no markup."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from catalog.importing.template import template
from catalog.models import ImportBatch
from citybrain.organizations.models import User
from tests.personas import World

pytestmark = pytest.mark.django_db
NEW = "/catalog/imports/new/"


def upload(client: Client, world: World, name: str, content: bytes) -> Any:
    """As a hostile client sends it: Django's test client would clean the name."""
    lines = [
        b"--cut",
        b'Content-Disposition: form-data; name="department"',
        b"",
        str(world.police.pk).encode(),
        b"--cut",
        f'Content-Disposition: form-data; name="file"; filename="{name}"'.encode(),
        b"Content-Type: application/octet-stream",
        b"",
        content,
        b"--cut--",
        b"",
    ]
    return client.post(NEW, b"\r\n".join(lines), content_type="multipart/form-data; boundary=cut")


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd.xlsx", "passwd.xlsx"),
        ("..\\..\\windows\\system.xlsx", "system.xlsx"),
        ("/etc/cron.d/job.xlsx", "job.xlsx"),
        ('a"; filename="evil.html.xlsx', None),
        ("<svg onload=alert(1)>.xlsx", None),
        ("目" * 250 + ".xlsx", None),
        ("x\r\nSet-Cookie: a=b.xlsx", None),
    ],
)
def test_an_uploaded_name_is_neither_path_nor_header_nor_markup(
    world: World, signed_in: Callable[[User], Client], name: str, shown: str | None
) -> None:
    before = files_below(settings.VAR_DIR / "files")
    client = signed_in(world.police_cataloguer)
    answer = upload(client, world, name, template())
    assert answer.status_code in (302, 422)
    assert files_below(settings.VAR_DIR / "files") == before
    batch = ImportBatch.objects.first()
    if batch is None:
        assert shown is None
        return
    assert "/" not in batch.file_name
    assert "\\" not in batch.file_name
    assert len(batch.file_name) <= 200
    if shown is not None:
        assert batch.file_name == shown
    page = client.get(f"/catalog/imports/{batch.pk}/")
    assert "<svg onload" not in page.content.decode()
    issues = client.get(f"/catalog/imports/{batch.pk}/issues/")
    assert "evil" not in issues["Content-Disposition"]
    assert "Set-Cookie" not in str(issues.headers.get("Content-Disposition"))


def test_what_is_no_workbook_is_refused_by_its_content(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(world.police_cataloguer)
    upload(client, world, "目录.xlsx", b"<html><script>alert(1)</script></html>")
    batch = ImportBatch.objects.first()
    assert batch is None or batch.state == "failed"


def test_downloads_are_files_to_save_and_never_pages(
    world: World, signed_in: Callable[[User], Client]
) -> None:
    cataloguer, auditor = signed_in(world.police_cataloguer), signed_in(world.auditor)
    for answer in (
        cataloguer.get("/catalog/imports/template/"),
        cataloguer.post("/catalog/export/", {"format": "csv"}),
        cataloguer.post("/catalog/export/", {"format": "xlsx"}),
        auditor.post("/audit/export/"),
        auditor.post("/audit/head/"),
    ):
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert not answer["Content-Type"].startswith("text/html")
