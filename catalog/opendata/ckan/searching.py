"""package_search: q, fq, sort, start, rows and facets."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Count, QuerySet

from catalog.opendata import licence, queries
from catalog.opendata.ckan import packages
from catalog.opendata.ckan.errors import Invalid, UnknownField
from catalog.opendata.ckan.fields import RELEVANCE, SORTS
from catalog.opendata.ckan.grammar import condition_of, names_a_field
from citybrain.organizations.models import Department

MOST_ROWS = 1_000
LARGEST = 2**31 - 1
NEWEST = ("-changed_at", "pk")
Facets = dict[str, tuple[int, str]]


def search(given: Mapping[str, Any]) -> dict[str, Any]:
    """The result of the action. Raises the errors of catalog.opendata.ckan.errors."""
    rows = queries.described()
    q = str(given.get("q") or "").strip()
    if q:
        rows = rows.filter(condition_of(q) if names_a_field(q) else queries.openly(q))
    for one in (given.get("fq"), *_texts(given.get("fq_list"))):
        rows = rows.filter(condition_of(str(one))) if one else rows
    start = number(given, "start", 0)
    limit = min(number(given, "rows", 10), MOST_ROWS)
    sort = str(given.get("sort") or "score desc, metadata_modified desc")
    ordered = rows.order_by(*_order(sort))
    counted = _facets(rows, given) if truth(given, "facet", default=True) else {}
    return {
        "count": rows.count(),
        "sort": sort,
        "results": [packages.package(one) for one in ordered[start : start + limit]],
        "facets": {
            field: {name: count for name, (count, _label) in found.items()}
            for field, found in counted.items()
        },
        "search_facets": {
            field: {
                "title": field,
                "items": [
                    {"name": name, "display_name": label, "count": count}
                    for name, (count, label) in found.items()
                ],
            }
            for field, found in counted.items()
        },
    }


def number(given: Mapping[str, Any], name: str, default: int) -> int:
    """A natural number. Raises Invalid for anything else."""
    text = str(given.get(name, default)).strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > LARGEST:
        raise Invalid(**{name: "Invalid integer"})
    return int(text)


def truth(given: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    return str(given.get(name, default)).lower() in {"true", "1", "yes", "t", "y"}


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _order(sort: str) -> list[str]:
    order = []
    for part in sort.split(","):
        name, _space, way = part.strip().partition(" ")
        descending = way.strip().lower()
        if descending not in ("", "asc", "desc"):
            raise UnknownField(part.strip())
        if name in RELEVANCE:
            continue
        if name not in SORTS:
            raise UnknownField(name)
        order.append(f"-{SORTS[name]}" if descending == "desc" else SORTS[name])
    return [*order, "pk"] if order else list(NEWEST)


def _facets(rows: QuerySet[Any], given: Mapping[str, Any]) -> dict[str, Facets]:
    limit = str(given.get("facet.limit", 50))
    least = number(given, "facet.mincount", 1)
    most = None if limit == "-1" else number(given, "facet.limit", 50)
    wanted = _texts(given.get("facet.field"))
    found = {}
    for field in dict.fromkeys(wanted):
        if field not in FACETS:
            raise UnknownField(field)
        counts = FACETS[field](rows)
        kept = [pair for pair in counts.items() if pair[1][0] >= least]
        kept.sort(key=lambda pair: (-pair[1][0], pair[0]))
        found[field] = dict(kept[:most])
    return found


def count_by(rows: QuerySet[Any], column: str) -> dict[Any, int]:
    plain = rows.select_related(None).prefetch_related(None).order_by()
    return dict(
        plain.values_list(column).annotate(number=Count("pk")).values_list(column, "number")
    )


def _organizations(rows: QuerySet[Any]) -> Facets:
    counts = count_by(rows, "department")
    departments = Department.objects.filter(pk__in=counts)
    return {one.code: (counts[one.pk], one.name) for one in departments}


def _groups(rows: QuerySet[Any]) -> Facets:
    counts = count_by(rows, "theme")
    return {f"theme-{n}": (count, packages.THEME_LABELS[n]) for n, count in counts.items()}


def _tags(rows: QuerySet[Any]) -> Facets:
    themes = {packages.THEME_LABELS[n]: count for n, count in count_by(rows, "theme").items()}
    return {
        name: (count, name)
        for name, count in [*themes.items(), *count_by(rows, "format_type").items()]
    }


def _formats(rows: QuerySet[Any]) -> Facets:
    count = rows.filter(has_rows=True).order_by().count()
    return {kind: (count, kind) for kind in ("CSV", "JSON", "XLSX")}


def _licences(rows: QuerySet[Any]) -> Facets:
    terms = licence.default()
    return {terms.code: (rows.order_by().count(), terms.title)}


FACETS: dict[str, Callable[[QuerySet[Any]], Facets]] = {
    "organization": _organizations,
    "groups": _groups,
    "tags": _tags,
    "res_format": _formats,
    "license_id": _licences,
}


def tag_names() -> Sequence[str]:
    """Every tag of an open dataset."""
    return sorted(_tags(queries.described()))
