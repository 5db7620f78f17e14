"""Receiving demands, supporting them, and what the moves change."""

from collections.abc import Callable, Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.demand.choices import DemandKind, Outcome
from catalog.demand.transitions import DEMAND
from catalog.models import CatalogEntry, Demand, DemandSupport
from catalog.opendata.policies import open_entries
from catalog.services.codes import next_numbers
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from citybrain.organizations.choices import Competence
from citybrain.organizations.models import Department
from citybrain.spreadsheets import cell_text, line_text
from citybrain.typed import whole_number


@transaction.atomic
def receive(
    *, actor: Actor, entry: CatalogEntry | None, title: str, text: str, contact: str = ""
) -> Demand:
    """Keeps what somebody asks for, or reports of an open entry. Nothing of it is public yet.

    Raises ValidationError by field.
    """
    words = {"title": line_text(title), "text": cell_text(text)}
    missing = [name for name, value in words.items() if not value]
    if missing:
        raise ValidationError({name: _("请填写。") for name in missing})
    if entry is not None and not open_entries().filter(pk=entry.pk).exists():
        raise ValidationError(_("这一数据集已不在开放目录中。"))
    demand = Demand(
        kind=DemandKind.REQUEST if entry is None else DemandKind.ERROR,
        entry=entry,
        contact=line_text(contact),
        **words,
    )
    demand.clean_fields(exclude=["number", "entry", "department", "answered_by", "result_entry"])
    series = f"XQ{timezone.localdate().year}"
    demand.number = f"{series}-{next_numbers(series)[0]:06}"
    demand.save(force_insert=True)
    bureau = _bureau()
    # How to reach whoever asked stays out of the trail, which is kept for years.
    record(
        "catalog.demand.received",
        actor=actor,
        subject=demand,
        department=bureau,
        data={"kind": demand.kind, "entry": entry.code if entry else "", **words},
    )
    notices.tell(
        people=notices.people_to_tell("moderate_demands", bureau),
        kind="catalog.demand.received",
        title=_("收到社会需求%s") % demand,
        body=words["text"][:200],
        subject=demand,
        actor=actor,
    )
    return demand


@transaction.atomic
def support(*, demand: Demand, browser: str, address: str) -> bool:
    """Counts a supporter; False for one that has been counted. Both are keyed hashes."""
    try:
        with transaction.atomic():
            DemandSupport.objects.create(demand=demand, browser=browser, address=address)
    except IntegrityError:
        return False
    Demand.objects.filter(pk=demand.pk).update(supports=F("supports") + 1)
    return True


def move(
    name: str,
    *,
    actor: Actor,
    demand: Demand,
    version: int | None = None,
    inputs: Mapping[str, str] | None = None,
) -> Demand:
    """Makes a move of transitions.DEMAND; raises as citybrain.workflow.perform does."""
    given = {key: value.strip() for key, value in (inputs or {}).items()}
    change = CHANGES.get(name)
    return workflow.perform(
        DEMAND,
        name,
        obj=demand,
        actor=actor,
        version=version,
        inputs=given,
        change=None if change is None else lambda current: change(current, given),
    )


def _assign(demand: Demand, given: Mapping[str, str]) -> None:
    found = Department.objects.owners().filter(pk=whole_number(given["department"]) or 0).first()
    if found is None:
        raise ValidationError({"department": _("请选择承办部门。")})
    demand.department = found
    demand.save(update_fields=["department"])


def _answer(demand: Demand, given: Mapping[str, str]) -> None:
    if given["outcome"] not in Outcome.values:
        raise ValidationError({"outcome": _("请选择结果。")})
    demand.outcome = given["outcome"]
    demand.answer = cell_text(given["answer"])
    demand.answered_at = timezone.now()
    demand.save(update_fields=["outcome", "answer", "answered_at"])


def _decline(demand: Demand, given: Mapping[str, str]) -> None:
    demand.contact = ""
    demand.save(update_fields=["contact"])


def _publish(demand: Demand, given: Mapping[str, str]) -> None:
    demand.published_at = timezone.now()
    demand.contact = ""
    demand.save(update_fields=["published_at", "contact"])


def _trace(demand: Demand, given: Mapping[str, str]) -> None:
    entries = CatalogEntry.objects.filter(department=demand.department_id, revises=None)
    found = entries.filter(pk=whole_number(given["result_entry"]) or 0).first()
    if found is None:
        raise ValidationError({"result_entry": _("请选择本部门的信息资源。")})
    demand.result_entry = found
    demand.save(update_fields=["result_entry"])


def _bureau() -> Department:
    return Department.objects.active().get(competences__contains=[Competence.BIG_DATA])


CHANGES: dict[str, Callable[[Demand, Mapping[str, str]], None]] = {
    "assign": _assign,
    "reassign": _assign,
    "answer": _answer,
    "decline": _decline,
    "publish": _publish,
    "trace": _trace,
}
