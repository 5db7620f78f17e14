"""What people ask the catalog for, and the answer: one function for pages, API and exports.

The list and its facets cost two statements, whatever is chosen: one counts, the other fetches one
page.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from catalog.facets import (
    FACETS,
    OWN_FACETS,
    PUBLISHED_FACETS,
    SEEN_FACETS,
    Counts,
    Facet,
    count,
    with_computed,
)
from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.rules import title_key
from catalog.words import in_official_words, without_idle_words
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.textsearch import (
    WEIGHTS,
    SearchQueryLiteral,
    can_be_loosened,
    to_tsquery_literal,
)
from citybrain.ui import UNFOLD, FacetGroup, FacetOption

Newest = tuple[str, ...]
MAX_CHOSEN = 50
FOLDED_TO = 12  # values of one facet, of which the departments of a city are many more
# Up to here every hit is ranked; beyond, reading so many vectors takes seconds and orders nothing
# that anybody would page through, so hits in the title come first and then the newest.
RANKED = 3_000
LISTED = (
    "pk", "code", "title", "summary", "theme", "sharing_type", "update_cycle", "grade", "state", "version",
    "revises_id",
    "published_on", "updated_at", "data_updated_at", "department__name", "department__short_name",
    "department__code",
)  # fmt: skip


SORTS = {
    "relevance": gettext_lazy("相关程度"),
    "newest": gettext_lazy("最新"),
    "title": gettext_lazy("名称拼音"),
}


@dataclass(frozen=True)
class Wanted:
    """The words, the values chosen by facet (any of them), the order, and what is unfolded."""

    q: str = ""
    chosen: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    sort: str = ""
    unfolded: frozenset[str] = frozenset()

    @classmethod
    def read(cls, query: QueryDict, facets: Sequence[str]) -> "Wanted":
        """From an address; what makes no sense in it counts as not asked for."""
        chosen = {}
        for name in facets:
            given = (FACETS[name].read(text) for text in query.getlist(name)[:MAX_CHOSEN])
            values = tuple(dict.fromkeys(value for value in given if value is not None))
            if values:
                chosen[name] = values
        sort = query.get("sort", "")
        return cls(
            query.get("q", "").strip()[:200],
            chosen,
            sort if sort in SORTS else "",
            frozenset(query.getlist(UNFOLD)),
        )

    def address(self) -> str:
        """The words and choices as parameters: the same text for the same answer."""
        said = [("q", self.q)] if self.q else []
        return urlencode(
            [
                *said,
                *(
                    (name, value)
                    for name in sorted(self.chosen)
                    for value in sorted(self.chosen[name], key=str)
                ),
            ]
        )

    @property
    def order(self) -> str:
        """What the results are sorted by: relevance where there are words."""
        sort = self.sort or ("relevance" if self.q else "newest")
        return "newest" if sort == "relevance" and not self.q else sort


@dataclass(frozen=True)
class Found:
    """The answer. `entries` is ordered and fetches only what lists show.

    `is_loose` says that nothing had the words as they were typed, and `matching` what comes near.
    """

    wanted: Wanted
    matching: QuerySet[CatalogEntry]
    facets: tuple[str, ...]
    newest: Newest = ("-published_on", "-pk")
    columns: tuple[str, ...] = LISTED
    is_loose: bool = False

    @cached_property
    def _counts(self) -> Counts:
        return count(self.matching, self.facets, self.wanted.chosen)

    @property
    def total(self) -> int:
        return self._counts.total

    def counts(self, name: str) -> Counter[Any]:
        """By value of one facet, with the choices of all the others applied."""
        return self._counts.by_facet[name]

    @property
    def entries(self) -> QuerySet[CatalogEntry]:
        rows = with_computed(self.matching, self.wanted.chosen).filter(self._chosen())
        rows = rows.select_related("department").only(*self.columns)
        return _ordered(rows, self)

    def page(self, number: str | int | None, size: int) -> Any:
        return FoundPages(self, size).get_page(number)

    def groups(self) -> list[FacetGroup]:
        """The facets for the page; a value that was chosen stays, even with nothing left in it."""
        return [self._group(FACETS[name]) for name in self.facets]

    def _group(self, facet: Facet) -> FacetGroup:
        counts, chosen = self.counts(facet.name), self.wanted.chosen.get(facet.name, ())
        values = sorted({*counts, *chosen}, key=lambda value: (value not in chosen, -counts[value]))
        folded = 0
        if len(values) > FOLDED_TO and facet.name not in self.wanted.unfolded:
            shown = max(FOLDED_TO, len(chosen))
            values, folded = values[:shown], len(values[shown:])
        labels = facet.choices or _department_names(values)
        options = [
            FacetOption(str(value), label, counts[value])
            for value, label in labels.items()
            if value in values
        ]
        if facet.choices is None:
            options.sort(key=lambda option: -option.count)
        return FacetGroup(facet.name, facet.label, options, multiple=True, folded=folded)

    def _chosen(self) -> Q:
        condition = Q()
        for name, values in self.wanted.chosen.items():
            condition &= Q(**{f"{FACETS[name].column}__in": values})
        return condition


def published(actor: Actor, wanted: Wanted) -> Found:
    """Published entries, of all departments."""
    rows = CatalogEntry.objects.filter(entry_policy.published(actor))
    return _found(wanted, rows, PUBLISHED_FACETS)


def own(actor: Actor, wanted: Wanted) -> Found:
    """Entries of the departments that the actor works for, in every state."""
    rows = CatalogEntry.objects.filter(actor.scope("view_entries").q())
    return _found(wanted, rows, OWN_FACETS, ("-updated_at", "-pk"))


def seen(actor: Actor, wanted: Wanted) -> Found:
    """Everything that the actor may see, in every state."""
    return _found(wanted, entry_policy.queryset(actor), SEEN_FACETS, ("-updated_at", "-pk"))


def _found(
    wanted: Wanted,
    rows: QuerySet[CatalogEntry],
    facets: tuple[str, ...],
    newest: Newest = ("-published_on", "-pk"),
) -> Found:
    """Those of `rows` with the words in them; where nothing has them, those that come near."""
    if not wanted.q:
        return Found(wanted, rows, facets, newest)
    exact = rows.filter(words_in(wanted.q))
    if not can_be_loosened(wanted.q) or exact.exists():
        return Found(wanted, exact, facets, newest)
    near = rows.filter(words_in(wanted.q, loose=True))
    return Found(wanted, near, facets, newest, is_loose=True)


def words_in(q: str, weights: str = "", *, loose: bool = False) -> Q:
    """That the words occur, as they were typed, as they sound, or as officials say them.

    `weights` narrows it to parts of the entry (see search_value).
    """
    return Q(search=SearchQueryLiteral(_said(q, weights, loose)))


def _said(q: str, weights: str = "", loose: bool = False) -> str:
    """All that `q` may stand for, as one query."""
    asked = [q, *in_official_words(q)]
    if loose and (short := without_idle_words(q)) != q:
        asked.append(short)
    written = [to_tsquery_literal(one, weights, spoken=True, loose=loose) for one in asked]
    return " | ".join(f"({one})" for one in written if one)


def _ordered(rows: QuerySet[CatalogEntry], found: Found) -> Any:
    wanted, newest = found.wanted, found.newest
    if wanted.order == "title":
        return rows.order_by("title_pinyin", "pk")
    if wanted.order == "newest":
        return rows.order_by(*newest)
    if found.total > RANKED:
        return rows.order_by(_is(Q(title_key__contains=title_key(wanted.q))).desc(), *newest)
    relevance = SearchRank(
        F("search"), SearchQueryLiteral(_said(wanted.q, loose=found.is_loose)), weights=WEIGHTS
    )
    return rows.order_by(
        _is(Q(code__iexact=wanted.q)).desc(),
        _is(words_in(wanted.q, "A", loose=found.is_loose)).desc(),
        _is(words_in(wanted.q, "AB", loose=found.is_loose)).desc(),
        relevance.desc(),
        *newest,
    )


def _is(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _department_names(ids: Iterable[Any]) -> dict[Any, str]:
    rows = Department.objects.filter(pk__in=list(ids)).values_list("pk", "short_name")
    return dict(rows.order_by("order", "pinyin"))


class FoundPages(Paginator):
    """Pages of what was found; its length is known from the facets' counts."""

    def __init__(self, found: Found, per_page: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(found.entries, per_page, *args, **kwargs)
        self._total = found.total

    @property
    def count(self) -> int:
        return self._total
