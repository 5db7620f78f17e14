"""Papers of an application: sound files only, for those who see it, as files to be saved."""

import io
import zipfile

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from citybrain.audit.models import AuditRecord
from sharing.attachments.checking import examine
from sharing.models import Attachment, FileKind
from sharing.services import applications
from tests import scenes
from tests.personas import actor_of
from tests.sharing.applying import client_of
from tests.sharing.conftest import Published

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82"


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def workbook() -> bytes:
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


NAMED = (
    b'<r:Relationships xmlns:r="urn:r"><r:Relationship Type="x/hyperlink/oleObject" Target="//e/"'
    b' TargetMode="External"/></r:Relationships>'
)
DOCX = packed(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})


def test_a_file_is_what_its_bytes_say() -> None:
    for name, data, kind in (
        ("依据.PDF", PDF, FileKind.PDF),
        ("a.docx", DOCX, FileKind.DOCX),
        ("a.xlsx", workbook(), FileKind.XLSX),
        ("a.ofd", packed(**{"OFD.xml": b"<ofd/>"}), FileKind.OFD),
        ("a.png", PNG, FileKind.PNG),
        ("a.jpeg", b"\xff\xd8\xff..\xff\xd9", FileKind.JPEG),
    ):
        assert examine(name, data) == kind
    remote = b'<Relationship Type="x/attachedTemplate" Target="http://e/" TargetMode="External"/>'
    document = {"word/document.xml": b""}
    for name, data, why in (
        ("a.exe", b"MZ", "只能上传"),
        ("a.pdf", b"", "文件是空的"),
        ("a.pdf", b"MZ" + PDF, "不是PDF格式"),
        ("a.pdf", b"%PDF-1.7 /OpenAction <</S /JavaScript>> %%EOF", "脚本"),
        ("a.pdf", b"%PDF-1.7 /OpenAction <</S /J#61vaScrip#74>> %%EOF", "脚本"),
        ("a.docx", workbook(), "不是Word格式"),
        ("a.docx", packed(**{"word/document.xml": b"", "word/vbaProject.bin": b""}), "宏"),
        ("a.docx", packed(**{"word/document.xml": b"", "w/_rels/s.rels": remote}), "外部的模板"),
        (
            "a.docx",
            packed(**{**document, "w/s.RELS": remote.replace(b"E", b"&#69;")}),
            "外部的模板",
        ),
        ("a.docx", packed(**{**document, "w/s.rels": NAMED}), "外部的模板"),
        ("a.docx", packed(**{**document, "w/s.rels": remote + b" " * 5_000_000}), "引用的部分过多"),
        (
            "a.docx",
            packed(**{**document, "w/s.rels": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}),
            "损坏",
        ),
        ("a.docx", packed(**{"word/document.xml": b"0" * 130 * 1024 * 1024}), "没有通过检查"),
        ("a.xlsx", DOCX, "不是 Excel 工作簿"),
        ("a.png", PDF, "不是PNG格式"),
    ):
        with pytest.raises(ValidationError, match=why):
            examine(name, data)


@pytest.mark.django_db
def test_papers_go_with_the_application(publishing: Published) -> None:
    """Added to the draft, seen by nobody else before the signature, fixed after it, on record."""
    world, entry = publishing
    application = scenes.a_draft_application(world, entry)
    add = reverse("sharing:attachment_add", args=["application", application.pk])
    cataloguer = client_of(world.health_cataloguer)
    for name in ("../../三定\\规定\u202e<script>.pdf", "same.pdf"):
        sent = SimpleUploadedFile("x", PDF)
        sent._name = name  # what a browser would not send
        shown = cataloguer.post(add, {"file": sent}, follow=True).content.decode()
    (paper,) = Attachment.objects.all()
    assert paper.name == "规定script.pdf"
    assert "这个文件已经上传过" in shown
    broken = {"file": SimpleUploadedFile("坏.docx", PDF)}
    shown = cataloguer.post(add, broken, follow=True).content.decode()
    assert "文件内容不是Word格式" in shown

    url = reverse("sharing:attachment", args=[paper.pk])
    assert client_of(world.police_head).get(url).status_code == 404
    for name, person in (("submit", world.health_cataloguer), ("sign", world.health_head)):
        applications.move(name, actor=actor_of(person), application=application)
    answer = client_of(world.police_head).get(url)
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert AuditRecord.objects.filter(verb="sharing.attachment.opened").count() == 1
    assert (
        cataloguer.post(add, {"file": SimpleUploadedFile("又.pdf", PDF + b"\n")}).status_code == 403
    )
    take_out = reverse("sharing:attachment_take_out", args=[paper.pk])
    assert cataloguer.post(take_out).status_code == 403
