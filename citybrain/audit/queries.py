"""Reading the audit trail: the list with its filters, and how a record is shown."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citybrain import registry
from citybrain.audit.models import AuditRecord, Seal, SealedRecord
from citybrain.audit.policies import records as policy
from citybrain.audit.services import digest_of_record
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department, User
from citybrain.registry import Subject
from citybrain.ui import Attribute, DiffRow

EXPORT_LIMIT = 100_000
# Words for what records keep beside the fields of their subjects.
KEYS = {
    "old": gettext_lazy("原状态"),
    "new": gettext_lazy("新状态"),
    "reason": gettext_lazy("理由"),
    "opinion": gettext_lazy("意见"),
    "basis": gettext_lazy("依据"),
    "before": gettext_lazy("变更前"),
    "after": gettext_lazy("变更后"),
    "source": gettext_lazy("原单位"),
    "target": gettext_lazy("承接单位"),
    "people": gettext_lazy("人数"),
    "roles_lost": gettext_lazy("取消的角色"),
    "tokens_revoked": gettext_lazy("停用的令牌"),
    "method": gettext_lazy("请求方法"),
    "rows": gettext_lazy("行数"),
    "filters": gettext_lazy("筛选条件"),
    "effective_on": gettext_lazy("生效日期"),
    "is_active": gettext_lazy("账号在用"),
    "one_time": gettext_lazy("一次性密码"),
    "known_account": gettext_lazy("账号存在"),
}


@dataclass(frozen=True)
class Proof:
    """What vouches for one record: its own digest, and the seal over it (None: not sealed yet)."""

    digest_holds: bool
    seal: Seal | None


def records(
    actor: Actor,
    *,
    start: date | None = None,
    end: date | None = None,
    verb: str = "",
    department: Department | None = None,
    person: str = "",
    q: str = "",
    subject: tuple[str, int] | None = None,
) -> QuerySet[AuditRecord]:
    """Visible records, newest first. `person` is a name or user name, `q` part of the subject's.

    `subject` is a model label and an id, such as ("organizations.User", 7). Days are those of
    Asia/Shanghai, both included.
    """
    rows = policy.queryset(actor).select_related("department", "actor")
    if start is not None:
        rows = rows.filter(at__gte=_midnight(start))
    if end is not None:
        rows = rows.filter(at__lt=_midnight(end + timedelta(days=1)))
    if verb:
        rows = rows.filter(verb=verb)
    if department is not None:
        rows = rows.filter(department=department)
    if person:
        people = User.objects.filter(Q(name=person) | Q(username__iexact=person))
        rows = rows.filter(Q(actor__in=people) | Q(actor=None, actor_name=person))
    if q:
        rows = rows.filter(subject_text__icontains=q)
    if subject is not None:
        rows = rows.filter(subject_type=subject[0], subject_id=subject[1])
    return rows.order_by("-id")


def sentence_of(verb: str) -> str:
    """The verb in Chinese; the bare code for one that the portal no longer has."""
    return str(registry.audit_verbs.get(verb).sentence) if verb in registry.audit_verbs else verb


def subject_label(record: AuditRecord) -> str:
    kind = _subject_kind(record)
    return str(kind.label) if kind else ""


def subject_url(record: AuditRecord, actor: Actor) -> str:
    """Where the subject is shown, "" when it has no page or the actor may not see it."""
    kind = _subject_kind(record)
    if kind is None or kind.policy is None:
        return ""
    model = apps.get_model(record.subject_type)
    found = model._default_manager.filter(kind.policy.visible(actor), pk=record.subject_id).first()
    return kind.url(found) if found is not None else ""


def details_of(record: AuditRecord) -> tuple[list[Attribute], list[DiffRow]]:
    """What the record keeps, in two parts: plain facts, and fields before and after."""
    facts, differences = [], []
    for name, value in record.data.items():
        label = _label_of(record, name)
        if isinstance(value, dict) and set(value) == {"before", "after"}:
            row = DiffRow(label, _shown(value["before"]), _shown(value["after"]))
            differences.append(row)
        else:
            facts.append(Attribute(label, _shown(value)))
    return facts, differences


def _label_of(record: AuditRecord, name: str) -> str:
    """The Chinese name of a field of the subject; otherwise the key as it was recorded."""
    try:
        field = apps.get_model(record.subject_type)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return str(KEYS.get(name, name))
    return str(getattr(field, "verbose_name", name))


def _shown(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list) and all(not isinstance(item, dict | list) for item in value):
        return "、".join(str(item) for item in value)
    return str(value) if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)


def _subject_kind(record: AuditRecord) -> Subject | None:
    kind = record.subject_type
    return registry.subjects.get(kind) if kind in registry.subjects else None


def proof_of(record: AuditRecord) -> Proof:
    member = SealedRecord.objects.filter(record_id=record.pk).select_related("seal").first()
    return Proof(digest_of_record(record) == record.digest, member.seal if member else None)


def verb_choices() -> list[tuple[str, str]]:
    return [(verb.code, str(verb.sentence)) for verb in registry.audit_verbs]


def export_headings() -> Sequence[str]:
    return [
        _("编号"), _("时间"), _("事项"), _("办理人"), _("单位"), _("对象类别"), _("对象"),
        _("内容"), _("来源地址"), _("请求编号"), _("摘要"),
    ]  # fmt: skip


def export_rows(records: QuerySet[AuditRecord]) -> Iterator[Sequence[object]]:
    """Headings, then at most EXPORT_LIMIT records, fetched in portions."""
    yield export_headings()
    for one in records[:EXPORT_LIMIT].iterator(chunk_size=2000):
        yield [
            one.pk,
            timezone.localtime(one.at).strftime("%Y-%m-%d %H:%M:%S"),
            sentence_of(one.verb),
            one.actor_name,
            one.department.name if one.department else "",
            subject_label(one),
            one.subject_text,
            json.dumps(one.data, ensure_ascii=False) if one.data else "",
            one.ip,
            one.request_id,
            one.digest,
        ]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
