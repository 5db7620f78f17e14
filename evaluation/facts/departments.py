"""The departments as they stood: who was there, how they were called, who holds whose matters.

Departments are renamed and merged while the years go on. A report must not change with them, so
what was recorded after its instant is undone here, from the audit trail and the history kept of
every department.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from citybrain.audit.models import AuditRecord
from citybrain.organizations.choices import ChangeKind, Competence
from citybrain.organizations.models import Department, DepartmentChange
from citybrain.pinyin import sort_key
from evaluation.facts.period import Period

CHANGING = ("name", "short_name", "order", "competences")
SUBJECT = Department._meta.label
K = TypeVar("K")


@dataclass(frozen=True)
class DepartmentThen:
    """A department with the names that it had."""

    pk: int
    code: str
    name: str
    short_name: str


@dataclass(frozen=True)
class Departments:
    """Those that are evaluated, in the usual order, and where the matters of all others went."""

    evaluated: tuple[DepartmentThen, ...]
    known: Mapping[int, DepartmentThen]
    successors: Mapping[int, int | None]

    def holder(self, pk: int | None) -> int | None:
        """Who answers for the matters of the department: itself, or who it was merged into."""
        while pk is not None and pk in self.successors:
            pk = self.successors[pk]
        return pk

    def short_name(self, pk: int | None) -> str:
        """The short name of the department itself; empty for one that nobody knew then."""
        found = self.known.get(pk) if pk is not None else None
        return found.short_name if found else ""

    def by_holder(self, rows: Iterable[tuple[int | None, K]]) -> dict[int, list[K]]:
        """What belongs to each evaluated department, from (department, something) pairs."""
        found: dict[int, list[K]] = defaultdict(list)
        for pk, something in rows:
            holder = self.holder(pk)
            if holder is not None:
                found[holder].append(something)
        return found


def departments_at(period: Period) -> Departments:
    """The departments at the end of the period, as recorded by its instant."""
    successors = _successors(period)
    created_later = set(
        AuditRecord.objects.filter(
            verb="organizations.department_created", at__gte=period.end
        ).values_list("subject_id", flat=True)
    )
    values = {pk: found for pk, found in _values(period).items() if pk not in created_later}
    known = {
        pk: DepartmentThen(pk, row["code"], row["name"], row["short_name"])
        for pk, row in values.items()
    }
    there = [
        pk
        for pk, row in values.items()
        if pk not in successors and Competence.GOVERNMENT not in row["competences"]
    ]
    there.sort(key=lambda pk: (values[pk]["order"], sort_key(values[pk]["name"]), pk))
    return Departments(tuple(known[pk] for pk in there), known, successors)


def _successors(period: Period) -> dict[int, int | None]:
    gone = DepartmentChange.objects.filter(
        kind__in=(ChangeKind.MERGED, ChangeKind.RETIRED),
        recorded_at__lt=period.compiled_at,
        effective_on__lte=period.last_day,
    )
    return dict(gone.values_list("department_id", "successor_id"))


def _values(period: Period) -> dict[int, dict[str, Any]]:
    """Each department's fields as they were: later changes are undone, the latest first."""
    found = {row["pk"]: row for row in Department.objects.values("pk", "code", *CHANGING)}
    later = AuditRecord.objects.filter(
        verb="organizations.department_changed",
        subject_type=SUBJECT,
        at__gte=period.compiled_at,
    )
    for pk, data in later.order_by("-id").values_list("subject_id", "data"):
        for name in CHANGING:
            if isinstance(data.get(name), dict) and pk in found:
                found[pk][name] = data[name]["before"]
    return found
