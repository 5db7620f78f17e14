"""A dispute goes from the two sides to the bureau and to the city government, with its effect (SC-28)."""

import io
import json
import zipfile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from citybrain.administration.services.departments import merge_departments
from citybrain.audit.models import AuditRecord
from citybrain.crypto import sm3_hex
from citybrain.duties.services import open_duties_of
from citybrain.organizations.models import User
from citybrain.refusals import Conflict
from sharing.attachments import services as attachments
from sharing.choices import AuthorizationState
from sharing.disputes import bundle, services
from sharing.disputes.choices import DisputeState
from sharing.models import Attachment, Dispute
from tests import scenes
from tests.evaluation.years import answer, call
from tests.personas import World, actor_of
from tests.sharing.applying import client_of
from tests.sharing.attachments.test_attachments import PDF

pytestmark = pytest.mark.django_db
CLAIM = {"claim": "拒绝理由与目录载明的共享条件不符", "basis": "共享条例第十四条"}


def move(world: World, dispute: Dispute, name: str, person: User, **inputs: str) -> Dispute:
    return services.move(name, actor=actor_of(person), dispute=dispute, inputs=inputs)


def owed(dispute: Dispute) -> list[tuple[str, str]]:
    return [(duty.rule, duty.department.short_name) for duty in open_duties_of(dispute)]


def test_from_negotiation_to_a_decision_that_ends_the_use(world: World, client: Client) -> None:
    grant = scenes.an_authorization(world, scenes.a_hosted_entry(world))
    code = scenes.a_code(world, grant)
    application = grant.application
    raised = services.raise_dispute(
        actor=actor_of(world.police_head), application=application, **CLAIM
    )
    assert (raised.department, raised.respondent) == (world.police, world.health)
    with pytest.raises(Conflict, match="已有在办"):
        services.raise_dispute(actor=actor_of(world.health_head), application=application, **CLAIM)
    with pytest.raises(PermissionDenied):
        services.raise_dispute(
            actor=actor_of(world.health_cataloguer), application=application, **CLAIM
        )
    assert owed(raised) == [("negotiate_dispute", "市卫健委")]
    raised = move(world, raised, "reply", world.health_head, reply="按授权范围使用，没有扩大")
    assert owed(raised) == []
    raised = move(world, raised, "escalate", world.police_head, reason="不认可对方说明")
    assert owed(raised) == [("mediate_dispute", "市大数据局")]

    bureau = actor_of(world.coordinator)
    asked = services.ask_expert(
        actor=bureau, dispute=raised, expert="符教授", institution="海南大学 法学院",
        question="预防接种登记是否属于授权载明的场景",
    )  # fmt: skip
    services.note_opinion(actor=bureau, opinion=asked, answer="不属于，应另行申请")
    with pytest.raises(Conflict, match="已记录"):
        services.note_opinion(actor=bureau, opinion=asked, answer="改口")
    assert AuditRecord.objects.filter(verb__startswith="sharing.dispute.expert").count() == 2

    raised = move(world, raised, "refer", world.coordinator, opinion="建议终止授权")
    assert owed(raised) == [("decide_dispute", "市政府")]
    client.force_login(world.city_reader)
    url = reverse("sharing:dispute_move", args=[raised.pk, "decide"])
    words = {"outcome": "终止授权，十日内另行申请", "document_number": "海府函〔2026〕7号"}
    wrong = client.post(url, {**words, "effect": "free", "version": raised.version})
    assert wrong.status_code == 422
    assert "终止授权，十日内另行申请" in wrong.content.decode()
    assert client.post(url, {**words, "effect": "revoke"}).status_code == 302
    raised.refresh_from_db()
    grant.refresh_from_db()
    assert (raised.state, grant.state) == (DisputeState.DECIDED, AuthorizationState.REVOKED)
    assert call(code, grant) == 403
    assert owed(raised) == [("execute_dispute", "市公安局")]

    # Merged meanwhile, the provider's successor carries the decision out.
    merge_departments(
        actor=actor_of(world.admin), source=world.police, target=world.water,
        basis="海机编〔2026〕9号", effective_on=raised.raised_at.date(),
    )  # fmt: skip
    raised.refresh_from_db()
    raised = move(world, raised, "execute", world.water_head, execution="已终止并核对处置证明")
    assert (raised.state, owed(raised)) == (DisputeState.EXECUTED, [])


def test_two_sides_that_agree_need_nobody_else(world: World) -> None:
    refused = answer(
        world, scenes.a_delivered_application(world, scenes.a_hosted_entry(world)), "refuse"
    )
    raised = services.raise_dispute(actor=actor_of(world.health_head), application=refused, **CLAIM)
    with pytest.raises(ValidationError, match="4000"):
        move(world, raised, "reply", world.police_head, reply="长" * 4001)
    raised = move(world, raised, "reply", world.police_head, reply="补充场景后可以同意")
    raised = move(
        world, raised, "settle", world.health_head, outcome="补充后重新申请", effect="apply"
    )
    assert (raised.state, owed(raised)) == (DisputeState.SETTLED, [])
    assert services.raise_dispute(
        actor=actor_of(world.police_head), application=refused, **CLAIM
    ).number.endswith("2")


def test_papers_are_kept_from_the_other_side_and_everybody_takes_the_same_bundle(
    world: World,
) -> None:
    grant = scenes.an_authorization(world, scenes.a_hosted_entry(world))
    found = services.raise_dispute(
        actor=actor_of(world.police_head), application=grant.application, **CLAIM
    )
    paper = attachments.add(
        actor=actor_of(world.police_head), subject=found, name="调取日志.pdf", data=PDF
    )
    page, other = reverse("sharing:dispute", args=[found.pk]), client_of(world.health_head)
    out = reverse("sharing:attachment_take_out", args=[paper.pk])
    assert out not in other.get(page).content.decode()
    assert other.post(out).status_code == 403, "what the other side relies on"
    move(world, found, "reply", world.health_head, reply="没有扩大")
    move(world, found, "escalate", world.police_head, reason="不认可")
    move(world, found, "refer", world.coordinator, opinion="建议限流")
    answer = client_of(world.city_reader).post(
        reverse("sharing:attachment_add", args=["dispute", found.pk]),
        {"file": SimpleUploadedFile("决定.pdf", PDF + b"%")},
    )
    assert answer.status_code == 302
    assert Attachment.objects.filter(name="决定.pdf").exists(), (
        "the decision itself is a paper, too"
    )

    taken = [
        b"".join(client_of(one).post(reverse("sharing:dispute_bundle", args=[found.pk])))
        for one in (world.police_head, world.health_head, world.coordinator)
    ]
    assert taken[0] == taken[1] == taken[2]
    with zipfile.ZipFile(io.BytesIO(taken[0])) as archive:
        names = archive.namelist()
        listed = archive.read("目录.csv").decode("utf-8-sig")
        said = json.loads(archive.read("争议记录.json"))
        assert archive.read("争议材料/01 调取日志.pdf") == PDF
    assert {"争议记录.docx", "争议材料/02 决定.pdf"} < set(names)
    assert any(name.startswith("文书/授权书") for name in names)
    assert paper.digest in listed
    assert [one["move"] for one in said["moves"]] == [
        "提出协商意见", "提请大数据主管部门协调", "报请市政府决定",
    ]  # fmt: skip
    digests = {one.data["digest"] for one in bundle.exports_of(found)}
    assert digests == {sm3_hex(taken[0])}
    assert digests.pop() in other.get(page).content.decode()


def test_an_outcome_does_only_what_the_authorization_allows(world: World) -> None:
    """Nobody decides to resume what has ended, and then nothing happens."""
    grant = scenes.an_authorization(world, scenes.a_hosted_entry(world))
    found = services.raise_dispute(
        actor=actor_of(world.police_head), application=grant.application, **CLAIM
    )
    found = move(world, found, "reply", world.health_head, reply="没有扩大")
    assert [one for one, _label in services.effects_of(found)] == [
        "none", "suspend", "revoke", "apply",
    ]  # fmt: skip
    with pytest.raises(ValidationError, match="不能这样办理"):
        move(world, found, "settle", world.police_head, outcome="恢复", effect="resume")
    found = move(world, found, "settle", world.police_head, outcome="先停", effect="suspend")
    grant.refresh_from_db()
    assert grant.state == AuthorizationState.SUSPENDED
