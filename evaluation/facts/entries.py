"""The published catalog at the end of a period: its terms as approved, its data, its grades."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT, KeyTransform
from django.db.models.functions import Coalesce

from catalog.choices import THEMES, Grade, SharingType
from catalog.models import CatalogEntry, EntryRevision
from catalog.models.entry import GONE
from citybrain.audit.models import StateChange
from evaluation.facts.owners import owner_then
from evaluation.facts.period import Period
from evaluation.report.facts_schema import NamedCount, SecurityCounts
from security.choices import GRADE_ORDER, MASKED_FROM, PERSONAL, at_least
from security.models import RevisionGrade
from sharing.models import HostedDataset

# From the most to the least protected: the place of a grade in the report.
GRADES = tuple(reversed(GRADE_ORDER))
MASKED = tuple(grade for grade in GRADE_ORDER if at_least(grade, MASKED_FROM))
PLACES = Case(*(When(grade=grade, then=Value(place)) for place, grade in enumerate(GRADES)))
ITEM_COUNT = Func(
    KeyTransform("items", "content"),
    function="jsonb_array_length",
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class Holdings:
    """Published entries of one department, those that are not withheld, and of these with data."""

    entries: int
    sharable: int
    with_data: int


@dataclass(frozen=True)
class CatalogTotals:
    """The published entries of the whole city."""

    entries_new: int
    items: int
    by_sharing_type: tuple[NamedCount, ...]
    by_theme: tuple[NamedCount, ...]
    by_grade: tuple[NamedCount, ...]


def published(period: Period) -> QuerySet[EntryRevision]:
    """What was approved and in force at the end of the period: one revision an entry."""
    approved = EntryRevision.objects.filter(approved_at__lt=period.end)
    newer = approved.filter(entry=OuterRef("entry"), number__gt=OuterRef("number"))
    gone = StateChange.objects.filter(
        subject_type=CatalogEntry._meta.label,
        subject_id=OuterRef("entry_id"),
        new__in=GONE,
        at__lt=period.end,
    )
    return approved.filter(~Exists(newer), ~Exists(gone)).order_by()


def title_then(period: Period) -> Coalesce:
    """The title that the `entry` of a row had at the end of the period."""
    title = (
        EntryRevision.objects.filter(entry=OuterRef("entry"), approved_at__lt=period.end)
        .order_by("-number")
        .values_list(KT("content__title"))[:1]
    )
    return Coalesce(Subquery(title), "entry__title", output_field=TextField())


def has_data(period: Period) -> Exists:
    """That rows were attached to a revision's entry 已挂接 by the end of the period."""
    return Exists(HostedDataset.objects.filter(entry=OuterRef("entry"), uploaded_at__lt=period.end))


def sharable(period: Period) -> QuerySet[EntryRevision]:
    """Those published that may be shared at all: data can be attached to them."""
    kinds = published(period).annotate(kind=KT("content__sharing_type"))
    return kinds.exclude(kind=str(SharingType.WITHHELD.value))


def holdings(period: Period) -> list[tuple[int, Holdings]]:
    """Entries, sharable and attached ones by the department that holds them."""
    shared = Q(pk__in=sharable(period).values("pk"))
    rows = published(period).annotate(owner=owner_then(period, CatalogEntry, path="entry"))
    counted = rows.values("owner").annotate(
        entries=Count("pk"),
        sharable=Count("pk", filter=shared),
        attached=Count("pk", filter=shared & Q(has_data(period))),
    )
    return [
        (row["owner"], Holdings(row["entries"], row["sharable"], row["attached"]))
        for row in counted
    ]


def catalog_totals(period: Period) -> CatalogTotals:
    first = EntryRevision.objects.filter(
        entry=OuterRef("entry"), number=1, approved_at__gte=period.start
    )
    sums = published(period).aggregate(
        new=Count("pk", filter=Q(Exists(first))), items=Sum(ITEM_COUNT)
    )
    sharing = _counted(period, "sharing_type")
    themes = _counted(period, "theme")
    return CatalogTotals(
        entries_new=sums["new"],
        items=sums["items"] or 0,
        by_sharing_type=tuple(
            NamedCount(
                code=kind.name.lower(), name=str(kind.label), count=sharing.get(str(kind.value), 0)
            )
            for kind in SharingType
        )
        if sharing
        else (),
        by_theme=tuple(
            NamedCount(code=code, name=label, count=themes[code])
            for code, label in THEMES
            if code in themes
        ),
        by_grade=_by_grade(period),
    )


def security_counts(period: Period) -> SecurityCounts:
    personal = Q(category__in=PERSONAL)
    counts = _grades(period).aggregate(
        items_graded=Count("pk"),
        items_personal=Count("pk", filter=personal),
        items_masked=Count("pk", filter=personal & Q(grade__in=MASKED)),
    )
    return SecurityCounts(**counts, incidents_reported=None)


def _counted(period: Period, element: str) -> Mapping[str, int]:
    rows = published(period).values_list(KT(f"content__{element}"))
    return dict(rows.annotate(number=Count("pk")))


def _grades(period: Period) -> QuerySet[RevisionGrade]:
    """Grades of the items of published entries, as they were approved."""
    return RevisionGrade.objects.filter(revision__in=published(period).values("pk")).order_by()


def _by_grade(period: Period) -> tuple[NamedCount, ...]:
    """Entries by the highest grade among their items."""
    highest = _grades(period).values("revision").annotate(place=Min(PLACES))
    wanted: dict[str, Any] = {
        grade: Count("place", filter=Q(place=place)) for place, grade in enumerate(GRADES)
    }
    counts = highest.aggregate(**wanted)
    return tuple(
        NamedCount(code=grade, name=str(Grade(grade).label), count=counts[grade])
        for grade in GRADES
        if counts[grade]
    )
