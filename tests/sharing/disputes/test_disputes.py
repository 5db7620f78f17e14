"""A dispute goes from the two sides to the bureau and to the city government, with its effect (SC-28)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from citybrain.administration.services.departments import merge_departments
from citybrain.audit.models import AuditRecord
from citybrain.duties.services import open_duties_of
from citybrain.organizations.models import User
from citybrain.refusals import Conflict
from sharing.choices import AuthorizationState
from sharing.disputes import services
from sharing.disputes.choices import DisputeState
from sharing.models import Dispute
from tests import scenes
from tests.evaluation.years import answer, call
from tests.personas import World, actor_of

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
