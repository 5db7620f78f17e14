"""The actions by name; each takes the parameters and answers the result. All of them read."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings

from catalog.choices import THEMES
from catalog.opendata import addresses, files, licence, queries
from catalog.opendata.ckan import ids, packages
from catalog.opendata.ckan.errors import Invalid, NotFound
from catalog.opendata.ckan.fields import name as named
from catalog.opendata.ckan.fields import package as identified
from catalog.opendata.ckan.ids import Kind
from catalog.opendata.ckan.searching import (
    LARGEST,
    MOST_ROWS,
    count_by,
    number,
    search,
    tag_names,
    truth,
)
from citybrain.organizations.models import Department

Given = Mapping[str, Any]
Action = Callable[[Given], Any]
CKAN_VERSION = "2.11.0"  # whose answers these are
SHOWN_IN_ORGANIZATION = 10


def site_read(given: Given) -> bool:
    """Return true: whoever can ask may read the open catalog."""
    return True


def status_show(given: Given) -> dict[str, Any]:
    """Return the name and the version of the site."""
    return {
        "site_title": settings.OPEN_CATALOG_TITLE,
        "site_description": settings.OPEN_CATALOG_TITLE_EN,
        "site_url": settings.PUBLIC_URL,
        "ckan_version": CKAN_VERSION,
        "error_emails_to": None,
        "locale_default": "zh_Hans_CN",
        "extensions": ["dcat"],
    }


def help_show(given: Given) -> str:
    """Return what an action does. Parameter: name."""
    action = ACTIONS.get(_wanted(given, "name"))
    if action is None:
        raise NotFound("Not found: Action name not known")
    return " ".join((action.__doc__ or "").split())


def package_list(given: Given) -> list[str]:
    """Return the names of all datasets. Parameters: limit, offset."""
    codes = (
        queries.described().prefetch_related(None).order_by("code").values_list("code", flat=True)
    )
    return [code.replace("/", "-") for code in _part(given, codes)]


def package_show(given: Given) -> dict[str, Any]:
    """Return one dataset with its resources. Parameter: id (or name)."""
    wanted = _wanted(given, "id")
    found = queries.described().filter(identified(wanted) | named(wanted)).first()
    if found is None:
        raise NotFound
    return packages.package(found)


def package_search(given: Given) -> dict[str, Any]:
    """Return datasets that fit. Parameters: q, fq, fq_list, sort, rows (at most 1000), start,
    facet, facet.field, facet.limit, facet.mincount."""
    return search(given)


def current_package_list_with_resources(given: Given) -> list[dict[str, Any]]:
    """Return datasets with their resources, the last changed first. Parameters: limit, offset."""
    limit = min(number(given, "limit", MOST_ROWS), MOST_ROWS)
    start = number(given, "offset", 0)
    return [packages.package(one) for one in queries.newest_first()[start : start + limit]]


def resource_show(given: Given) -> dict[str, Any]:
    """Return one resource. Parameter: id."""
    found = ids.read(_wanted(given, "id"), Kind.RESOURCE)
    if found is None or found[1] >= len(files.TYPES):
        raise NotFound
    entry: Any = queries.described().filter(pk=min(found[0], LARGEST)).first()
    if entry is None or not entry.has_rows:
        raise NotFound
    resources: list[dict[str, Any]] = packages.package(entry)["resources"]
    return resources[found[1]]


def organization_list(given: Given) -> list[Any]:
    """Return the departments that have open datasets. Parameters: all_fields, organizations,
    limit, offset."""
    counts = count_by(queries.described(), "department")
    departments = list(Department.objects.filter(pk__in=counts).order_by("code"))
    asked = _names(given.get("organizations"))
    if asked:
        departments = [one for one in departments if one.code in asked]
    chosen = _part(given, departments)
    if truth(given, "all_fields"):
        return [packages.organization(one, counts[one.pk]) for one in chosen]
    return [one.code for one in chosen]


def organization_show(given: Given) -> dict[str, Any]:
    """Return one department. Parameters: id (or name), include_datasets, include_dataset_count."""
    wanted = _wanted(given, "id")
    found = ids.read(wanted, Kind.ORGANIZATION)
    counts = count_by(queries.described(), "department")
    rows = Department.objects.filter(pk__in=counts)
    department = rows.filter(pk=found[0]).first() if found else rows.filter(code=wanted).first()
    if department is None:
        raise NotFound
    shown = {
        **packages.organization(department, counts[department.pk]),
        "users": [],
        "tags": [],
        "extras": [],
        "groups": [],
    }
    if truth(given, "include_datasets"):
        own = queries.newest_first().filter(department=department)[:SHOWN_IN_ORGANIZATION]
        shown["packages"] = [packages.package(one) for one in own]
    return shown


def group_list(given: Given) -> list[Any]:
    """Return the themes. Parameters: all_fields, groups, limit, offset."""
    asked = _names(given.get("groups"))
    names = [f"theme-{n}" for n, _label in THEMES if not asked or f"theme-{n}" in asked]
    chosen = _part(given, names)
    if not truth(given, "all_fields"):
        return chosen
    counts = count_by(queries.described(), "theme")
    return [packages.group(ids.GROUPS[name], counts.get(ids.GROUPS[name], 0)) for name in chosen]


def group_show(given: Given) -> dict[str, Any]:
    """Return one theme. Parameter: id (or name)."""
    theme = ids.group_named(_wanted(given, "id"))
    if theme is None:
        raise NotFound
    count = count_by(queries.described(), "theme").get(theme, 0)
    return {**packages.group(theme, count), "users": [], "tags": [], "extras": [], "groups": []}


def tag_list(given: Given) -> list[Any]:
    """Return the tags of datasets. Parameters: query, all_fields."""
    words = str(given.get("query") or "").lower()
    names = [name for name in tag_names() if words in name.lower()]
    return packages.tags(names) if truth(given, "all_fields") else names


def license_list(given: Given) -> list[dict[str, Any]]:
    """Return the licence of all open data."""
    terms = licence.default()
    return [
        {
            "id": terms.code,
            "title": terms.title,
            "url": terms.url,
            "status": "active",
            "is_generic": False,
            "domain_data": True,
            "domain_content": True,
            "domain_software": False,
        }
    ]


def _wanted(given: Given, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Invalid(**{name: "Missing value"})
    return value.strip()


def _names(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _part(given: Given, rows: Any) -> list[Any]:
    """What `limit` and `offset` leave of it; all, when they are not given."""
    start = number(given, "offset", 0)
    if given.get("limit") in (None, ""):
        return list(rows[start:])
    return list(rows[start : start + number(given, "limit", 0)])


ACTIONS: dict[str, Action] = {
    action.__name__: action
    for action in (
        site_read, status_show, help_show, package_list, package_show, package_search,
        current_package_list_with_resources, resource_show, organization_list, organization_show,
        group_list, group_show, tag_list, license_list,
    )
}  # fmt: skip


def help_url(name: str) -> str:
    return addresses.absolute(f"/api/3/action/help_show?name={name}")
