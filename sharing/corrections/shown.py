"""What pages and programs are shown of a correction: its lines as far as one may read their values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from citybrain.labels import article_label
from citybrain.organizations.actors import Actor
from citybrain.ui import Attribute, TimelineEntry, Tone
from security.masking import mask
from sharing.corrections.choices import CorrectionState, Finding, LineKind
from sharing.corrections.policies import correction_policy
from sharing.corrections.scope import Scope, scope_of_provider
from sharing.models import CorrectionLine, CorrectionRequest
from sharing.queries import treatments_of
from sharing.services.matching import Matching

STATES = dict(CorrectionState.choices)
TONES: dict[str, Tone] = {
    CorrectionState.OPEN: "warning",
    CorrectionState.CORRECTED: "success",
    CorrectionState.PARTLY: "info",
    CorrectionState.UPHELD: "neutral",
}
FINDING_TONES: dict[str, Tone] = {
    "": "muted",
    Finding.CONFIRMED: "success",
    Finding.UPHELD: "neutral",
}
Typed = Mapping[str, str]


@dataclass(frozen=True)
class ShownLine:
    """One line for somebody. `now` and `value` are there for those who read rows as they are."""

    line: CorrectionLine
    key: str
    seen: str
    expected: str
    tone: Tone
    now: str = ""
    value: str = ""
    typed: Typed | None = None
    errors: Typed | None = None
    fields: tuple[tuple[str, str, str], ...] = ()  # of a missing row: form name, item, value

    @property
    def is_value(self) -> bool:
        return self.line.kind == LineKind.VALUE

    @property
    def is_open(self) -> bool:
        """Whether it may still be found otherwise."""
        return self.line.dataset_id is None


class Masks:
    """Hides values of items that are personal or masked, from whoever may not read them."""

    def __init__(self, correction: CorrectionRequest, *, reads: bool) -> None:
        self.reads = reads
        self.hidden: dict[str, str] = {}
        if reads:
            return
        for one in treatments_of(correction.entry.items.all()):
            if one.masked or one.category.startswith("personal"):
                self.hidden[one.item.name] = one.category
        grant = correction.authorization
        for item in grant.terms["items"] if grant else ():
            if item["masked"] or item["category"].startswith("personal"):
                self.hidden[item["name"]] = item["category"]

    def of(self, name: str, value: str) -> str:
        if name not in self.hidden:
            return value
        return mask(value, name=name, category=self.hidden[name])

    def words(self, correction: CorrectionRequest) -> str:
        """What was written of it: whole, or not at all, for a text that may name people has no mask.

        What the public wrote is read with its demand.
        """
        if not self.hidden or correction.is_public or not correction.problem:
            return correction.problem
        return _("涉及的数据含个人信息或者脱敏的信息项，说明只给双方经办人员和审计人员看。")


def lines_of(
    actor: Actor,
    correction: CorrectionRequest,
    *,
    typed: Typed | None = None,
    errors: Typed | None = None,
) -> list[ShownLine]:
    """The lines as the actor may read them; `typed` is a form that came back with `errors`."""
    reads_rows = correction_policy.reads_rows(actor, correction)
    masks = Masks(correction, reads=correction_policy.reads_reported(actor, correction))
    lines = list(correction.lines.all())
    scope = scope_of_provider(correction.entry) if reads_rows else None
    rows = Matching(scope.dataset_id if scope else None, (line.row for line in lines))
    return [
        ShownLine(
            line=line,
            key="，".join(f"{name} {masks.of(name, text)}" for name, text in line.key.items()),
            seen=masks.of(line.item, line.seen),
            expected=masks.of(line.item, line.expected),
            tone=FINDING_TONES[line.finding],
            now=_now(line, rows) if scope and scope.dataset_id else "",
            value=_value(line) if scope else "",
            typed=_own(typed, line),
            errors=_own(errors, line),
            fields=_fields(line, scope, typed) if scope else (),
        )
        for line in lines
    ]


def _own(given: Typed | None, line: CorrectionLine) -> dict[str, str] | None:
    """What of a form is of this line: finding-3 is `finding` of the third."""
    if given is None:
        return None
    end = f"-{line.number}"
    return {name.removesuffix(end): text for name, text in given.items() if name.endswith(end)}


def _now(line: CorrectionLine, rows: Matching) -> str:
    """What the rows that are served say at this moment."""
    row = rows.one(line.row)
    if line.kind != LineKind.VALUE:
        return _("有这一行") if row else _("没有这一行")
    return row.values.get(line.item, "") if row else _("找不到这一行")


def _value(line: CorrectionLine) -> str:
    return line.value if line.finding == Finding.CONFIRMED else line.expected


def _fields(
    line: CorrectionLine, scope: Scope, typed: Typed | None
) -> tuple[tuple[str, str, str], ...]:
    """The items of a row that is missing, to be filled in."""
    if line.kind != LineKind.MISSING:
        return ()
    names = [name for name in scope.items if name not in line.row]
    return tuple(
        (field, name, (typed or {}).get(field, line.added.get(name, "")))
        for place, name in enumerate(names)
        if (field := f"item{place}-{line.number}")
    )


def attributes_of(actor: Actor, found: CorrectionRequest) -> list[Attribute]:
    masks = Masks(found, reads=correction_policy.reads_reported(actor, found))
    answered = found.answered_at
    return [
        Attribute(_("校核编号"), found.number),
        Attribute(
            _("信息资源"),
            found.entry.title,
            url=reverse("catalog:entry", args=[found.entry_id]),
        ),
        Attribute(_("来源"), found.origin.label),
        Attribute(_("提供单位"), found.provider.name),
        *_came_from(found),
        Attribute(_("涉及信息项"), found.items, wide=True),
        Attribute(_("问题说明"), masks.words(found), wide=True),
        Attribute(_("核实结果"), found.answer, wide=True),
        Attribute(_("反馈时间"), moment(answered) if answered else ""),
    ]


def _came_from(found: CorrectionRequest) -> list[Attribute]:
    if found.demand is not None:
        url = reverse("catalog:demand", args=[found.demand_id])
        return [Attribute(_("社会需求"), found.demand.number, url=url)]
    shown = [Attribute(_("提出单位"), found.department.name if found.department else "")]
    if found.authorization is not None:
        url = reverse("sharing:authorization", args=[found.authorization_id])
        shown.append(Attribute(_("授权"), found.authorization.number, url=url))
    return shown


def reported_entry(found: CorrectionRequest) -> TimelineEntry:
    """How it began."""
    return TimelineEntry(
        label=_("社会公众纠错，转入校核") if found.is_public else _("提出校核"),
        at=found.created_at,
        who=found.submitted_by.name if found.submitted_by else "",
        department=found.reporter,
        to_label=STATES[CorrectionState.OPEN],
        basis=article_label("HK-14" if found.is_public else "SC-26"),
    )


def moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "Y年n月j日 H:i")
