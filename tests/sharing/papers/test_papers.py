"""An answer item by item, the documents that it is put into, and whether they are genuine."""

import io

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from citybrain.crypto import sm3_hex
from citybrain.notices.models import Notice
from sharing.choices import ApplicationState
from sharing.models import AnswerPaper, PaperKind
from sharing.papers.rendering import render
from sharing.papers.services import is_genuine
from sharing.services import applications
from tests import scenes
from tests.personas import actor_of
from tests.sharing.applying import client_of, page_of, press
from tests.sharing.conftest import Published

pytestmark = pytest.mark.django_db
WHY = "与预防接种核验无关"


def text_of(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_an_answer_in_part_and_its_documents(publishing: Published) -> None:
    """Refused without reasons, agreed to but for one item, put into two documents, verified."""
    world, entry = publishing
    names = ("登记编号", "姓名", "联系电话")
    application = scenes.a_delivered_application(world, entry, names=names)
    items = dict(application.items.values_list("item__name", "item_id"))
    phone = str(items["联系电话"])
    assert "逐项答复" in page_of(world.police_head, application)
    assert "逐项答复" not in page_of(world.health_head, application)

    refused = press(world.police_head, application, "agree", left_out=[phone])
    assert refused.status_code == 422
    assert "请写明不同意共享“联系电话”的理由" in refused.content.decode()
    everything = {"left_out": list(items.values()), **{f"why-{pk}": WHY for pk in items.values()}}
    refused = press(world.police_head, application, "agree", **everything)
    assert "全部信息项都不同意的，请办理“不予共享”" in refused.content.decode()
    assert WHY in refused.content.decode(), "what was typed is still there"
    assert application.state == ApplicationState.ANSWERING
    assert not AnswerPaper.objects.exists()

    press(world.police_head, application, "agree", **{"left_out": [phone], f"why-{phone}": WHY})
    told = Notice.objects.get(recipient=world.health_cataloguer, kind="sharing.application.agree")
    assert "部分信息项不予共享" in told.body, "the applicant hears at once that it is not the whole"
    assert application.state == ApplicationState.AGREED
    grant = application.authorization
    assert set(grant.items.values_list("item__name", flat=True)) == {"登记编号", "姓名"}
    page = page_of(world.health_cataloguer, application)
    assert "申请与答复逐项对照" in page
    assert "部分同意" in page
    assert (
        "部分同意"
        in client_of(world.health_head).get(reverse("sharing:applications")).content.decode()
    )
    assert WHY in page
    assert "0 / 10" in page, "working days used of those allowed"

    reply, letter = application.papers.order_by("id")
    assert (reply.kind, letter.kind) == (PaperKind.REPLY, PaperKind.AUTHORIZATION)
    assert reply.number.startswith("市公安局数复〔")
    assert reply.number in page
    url = reverse("sharing:paper", args=[application.pk, PaperKind.REPLY])
    first = client_of(world.health_cataloguer).get(url)
    assert client_of(world.police_head).get(url).content == first.content
    assert render(reply.facts, seal=reply.seal) == first.content, "the facts alone make the file"
    words = text_of(first.content)
    assert WHY in words
    assert reply.seal in words
    letter_url = reverse("sharing:paper", args=[application.pk, PaperKind.AUTHORIZATION])
    words = text_of(client_of(world.health_head).get(letter_url).content)
    assert grant.number in words
    assert "联系电话" not in words

    verify, public = reverse("papers:verify"), Client()
    asked = {"number": reply.number.replace("〔", "[").replace("〕", "] "), "code": reply.seal}
    answer = public.get(verify, asked)
    assert answer.context["result"] is True
    assert "居住证" not in answer.content.decode()
    assert public.get(verify, {**asked, "code": letter.seal}).context["result"] is False
    assert is_genuine(reply.number, sm3_hex(first.content))
    for data, expected in ((first.content, True), (first.content + b" ", False)):
        sent = SimpleUploadedFile("复函.docx", data)
        assert public.post(verify, {"file": sent}).context["result"] is expected
    reply.facts["answer"] = "改过的"
    reply.save()
    assert not is_genuine(reply.number, reply.seal), "facts that were tampered with prove nothing"


def test_a_refusal_is_put_into_one_document(publishing: Published) -> None:
    world, entry = publishing
    application = scenes.a_delivered_application(world, entry)
    press(world.police_head, application, "refuse", reason=WHY, refusal_basis="共享条例第二十条")
    (reply,) = application.papers.all()
    assert WHY in text_of(render(reply.facts, seal=reply.seal))
    assert (
        client_of(world.health_head)
        .get(reverse("sharing:paper", args=[application.pk, "authorization"]))
        .status_code
        == 404
    )


def test_whoever_answers_sees_earlier_answers_on_the_same_items(publishing: Published) -> None:
    world, entry = publishing
    earlier = scenes.a_delivered_application(world, entry, names=("姓名", "登记日期"))
    press(world.police_head, earlier, "refuse", reason=WHY, refusal_basis="共享条例第二十条")
    other = applications.draft(
        actor=actor_of(world.water_cataloguer),
        entry=entry,
        values=scenes.application_values(legal_basis="《城镇排水与污水处理条例》"),
        item_ids=[item.pk for item in entry.items.filter(name__in=("姓名", "登记编号"))],
    )
    for name, person in (("submit", world.water_cataloguer), ("sign", world.water_head)):
        other = applications.move(name, actor=actor_of(person), application=other)
    page = page_of(world.police_head, other)
    assert "同一信息资源以往的答复" in page
    assert earlier.number in page
    assert WHY in page
    seen_by_applicant = page_of(world.water_head, other)
    assert "同一信息资源以往的答复" not in seen_by_applicant
    assert earlier.number not in seen_by_applicant
