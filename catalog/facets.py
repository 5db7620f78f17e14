"""By what a list of entries can be narrowed, and how many entries each choice would leave."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, DateTimeField, QuerySet, TextChoices, Value, When
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy
from redis.exceptions import RedisError

from catalog.choices import (
    JUDGED_DAYS,
    THEMES,
    EntryState,
    FormatClass,
    Grade,
    OpenType,
    SharingType,
    UpdateCycle,
)
from catalog.models import CatalogEntry

# Counting reads every hit. Above so many, whoever asks the same within a minute is told the same.
KEPT_FROM, KEPT_SECONDS = 5_000, 60


@dataclass(frozen=True)
class Facet:
    """`name` is the parameter of the address, `column` the field behind it.

    What is behind none is computed: `expression` gives it, under the name of `column`.
    """

    name: str
    label: Any
    column: str
    read: Callable[[str], Any]
    choices: Mapping[Any, Any] | None = None
    expression: Callable[[], Any] | None = None


@dataclass
class Counts:
    """The entries that fit all choices, and by facet and value those that fit all the others'."""

    total: int = 0
    by_facet: dict[str, Counter[Any]] = field(default_factory=dict)


def _among(values: Iterable[Any]) -> Callable[[str], Any]:
    return {str(value): value for value in values}.get


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


class Freshness(TextChoices):
    """How an entry's data stands against its declared cycle, since its publication if need be."""

    WITHIN = "within", gettext_lazy("在更新周期内")
    LATE = "late", gettext_lazy("已超过更新周期")
    OPEN = "irregular", gettext_lazy("不定期更新")


def _freshness() -> Case:
    """The same all day long, so that counts can be kept."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    updated = Coalesce("data_updated_at", Cast("published_on", DateTimeField()))
    latest = Case(
        *(
            When(update_cycle=cycle, then=Value(today - timedelta(days=days)))
            for cycle, days in JUDGED_DAYS.items()
        ),
        output_field=DateTimeField(null=True),
    )
    return Case(
        When(update_cycle=UpdateCycle.IRREGULAR, then=Value(Freshness.OPEN.value)),
        When(LessThan(updated, latest), then=Value(Freshness.LATE.value)),
        default=Value(Freshness.WITHIN.value),
        output_field=CharField(),
    )


def with_computed(rows: QuerySet[CatalogEntry], facets: Iterable[str]) -> QuerySet[CatalogEntry]:
    """The rows with what those of `facets` are computed from."""
    computed = {
        facet.column: facet.expression()
        for facet in (FACETS[name] for name in facets)
        if facet.expression is not None
    }
    return rows.annotate(**computed) if computed else rows


THEME_LABELS = {number: gettext_lazy(label) for number, label in THEMES}
FACETS: dict[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet("department", gettext_lazy("信息资源提供方"), "department_id", _number),
        Facet("theme", gettext_lazy("主题"), "theme", _among(THEME_LABELS), THEME_LABELS),
        Facet(
            "sharing", gettext_lazy("共享类型"), "sharing_type", _among(SharingType.values),
            dict(SharingType.choices),
        ),
        Facet(
            "cycle", gettext_lazy("更新周期"), "update_cycle", _among(UpdateCycle.values),
            dict(UpdateCycle.choices),
        ),
        Facet(
            "format", gettext_lazy("格式分类"), "format_class", _among(FormatClass.values),
            dict(FormatClass.choices),
        ),
        Facet(
            "grade", gettext_lazy("数据级别"), "grade", _among(Grade.values), dict(Grade.choices),
        ),
        Facet(
            "freshness", gettext_lazy("更新情况"), "freshness", _among(Freshness.values),
            dict(Freshness.choices), _freshness,
        ),
        Facet(
            "open", gettext_lazy("开放属性"), "open_type", _among(OpenType.values),
            dict(OpenType.choices),
        ),
        Facet(
            "state", gettext_lazy("状态"), "state", _among(EntryState.values),
            dict(EntryState.choices),
        ),
    )
}  # fmt: skip
PUBLISHED_FACETS = ("theme", "sharing", "grade", "format", "cycle", "freshness", "department")
OPEN_FACETS = ("theme", "open", "format", "cycle", "freshness", "department")
OWN_FACETS = ("state", "theme", "sharing", "grade", "format", "cycle")
SEEN_FACETS = (*OWN_FACETS, "department")


def count(
    matching: QuerySet[CatalogEntry],
    facets: Sequence[str],
    chosen: Mapping[str, Sequence[Any]],
) -> Counts:
    """Counts `matching` by each of `facets`, with the choices of all the other facets applied.

    One statement that reads each entry once, whatever is chosen, and answers with a row a value.
    """
    try:
        statement, values = _statement(matching, facets, chosen)
    except EmptyResultSet:
        return Counts(0, {name: Counter() for name in facets})
    database = connection.settings_dict["NAME"]
    asked = hashlib.sha256(repr((database, statement, values)).encode()).hexdigest()
    key = f"catalog-counts-{asked}"
    with suppress(RedisError):
        kept: Counts | None = cache.get(key)
        if kept is not None:
            return kept
    counts, read = _counted(statement, values, facets)
    if read >= KEPT_FROM:
        with suppress(RedisError):
            cache.set(key, counts, KEPT_SECONDS)
    return counts


def _statement(
    matching: QuerySet[CatalogEntry],
    facets: Sequence[str],
    chosen: Mapping[str, Sequence[Any]],
) -> tuple[str, tuple[Any, ...]]:
    """Groups by each facet alone, and by which choices an entry misses: one bit a facet.

    An entry that misses two choices counts nowhere.
    """
    columns = [FACETS[name].column for name in facets]
    rows = with_computed(matching, facets)
    inner, inner_values = rows.order_by().values_list(*columns).query.sql_with_params()
    names = [f"facet_{place}" for place in range(len(facets))]
    bits, bit_values = ["0"], []
    for place, name in enumerate(facets):
        if name in chosen:
            bits.append(f"CASE WHEN {names[place]} = ANY(%s) THEN 0 ELSE {1 << place} END")
            bit_values.append(list(chosen[name]))
    sets = ", ".join(["(missed)", *(f"(missed, {name})" for name in names)])
    # Only names made here stand in the text; whatever somebody sent is among the values.
    statement = f"""
        SELECT missed, GROUPING({", ".join(names)}), {", ".join(names)}, count(*)
        FROM (SELECT *, {" + ".join(bits)} AS missed
              FROM ({inner}) AS matching ({", ".join(names)})) AS judged
        WHERE missed = ANY(%s)
        GROUP BY GROUPING SETS ({sets})
    """  # noqa: S608
    singles = [0, *(1 << place for place, name in enumerate(facets) if name in chosen)]
    return statement, (*bit_values, *inner_values, singles)


def _counted(statement: str, values: tuple[Any, ...], facets: Sequence[str]) -> tuple[Counts, int]:
    """The counts, and how many entries were read for them."""
    counts, read = Counts(0, {name: Counter() for name in facets}), 0
    every = (1 << len(facets)) - 1
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for missed, left_out, *groups, entries in cursor.fetchall():
            if left_out == every:
                read += entries
                counts.total += 0 if missed else entries
                continue
            # GROUPING has a bit for each column that was left out, the first the highest.
            place = len(facets) - (every ^ left_out).bit_length()
            if missed in (0, 1 << place):
                counts.by_facet[facets[place]][groups[place]] += entries
    return counts, read
