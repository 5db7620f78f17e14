"""What the negative list asks of people on the worklist."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.models import NegativeListEntry
from catalog.negative_list.choices import NegativeState
from catalog.negative_list.services import RULE
from catalog.negative_list.transitions import NEGATIVE
from citybrain.duties import queries as duty_queries
from citybrain.duties.worklist import lines
from citybrain.organizations.actors import Actor
from citybrain.registry import WorkItem
from citybrain.workflow import of_others


def items(actor: Actor) -> list[WorkItem]:
    """Proposals to sign, to review or to mend, and lines to re-examine."""
    return [*_moves(actor), *_examinations(actor)]


def _moves(actor: Actor) -> Iterable[WorkItem]:
    for state, move, permission, action in (
        (NegativeState.SIGNING, "sign", "sign_negative_list", _("签发")),
        (NegativeState.REVIEWING, "accept", "review_negative_list", _("审核")),
        (NegativeState.DRAFT, "submit", "propose_negative_list", _("完善后提交签发")),
    ):
        scope = actor.scope(permission)
        if scope:
            rows = NegativeListEntry.objects.filter(
                scope.q(), of_others(NEGATIVE.moves[move], actor), state=state
            )
            yield from _lines(rows, action)


def _examinations(actor: Actor) -> Iterable[WorkItem]:
    """Lines whose yearly re-examination is owed."""
    scope = actor.scope("sign_negative_list")
    if not scope:
        return []
    owed = duty_queries.open_duties().filter(
        scope.q(), rule=RULE, subject_type=NegativeListEntry._meta.label
    )
    rows = NegativeListEntry.objects.filter(
        pk__in=owed.values("subject_id"), state=NegativeState.LISTED
    )
    return _lines(rows, _("年度复核"))


def _lines(rows: QuerySet[NegativeListEntry], action: str) -> list[WorkItem]:
    return lines(
        rows.select_related("department"),
        action=action,
        url_name="catalog:negative_entry",
        department=lambda line: line.department.short_name,
        since=lambda line: line.updated_at,
        title=lambda line: _("负面清单 %s") % line,
    )
