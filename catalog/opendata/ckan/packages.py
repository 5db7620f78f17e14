"""Open entries, departments and themes in the shapes that CKAN gives them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.timezone import make_naive

from catalog.choices import THEMES
from catalog.opendata import addresses, files, licence
from catalog.opendata.ckan.ids import Kind, id_of
from catalog.opendata.policies import open_items
from citybrain.organizations.models import Department

THEME_LABELS = dict(THEMES)


def package(entry: Any) -> dict[str, Any]:
    """One dataset, described as `queries.described` fetches it."""
    terms = licence.default()
    own_id = id_of(Kind.PACKAGE, entry.pk)
    resources = [
        _resource(entry, own_id, position, kind)
        for position, kind in enumerate(files.TYPES if entry.has_rows else ())
    ]
    tags = [_tag(label) for label in tags_of(entry)]
    owner = organization(entry.department)
    return {
        "id": own_id,
        "name": addresses.slug_of(entry),
        "title": entry.title,
        "notes": entry.summary,
        "url": addresses.dataset_url(entry),
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": True,
        "author": entry.department.name,
        "author_email": None,
        "maintainer": entry.department.name,
        "maintainer_email": None,
        "license_id": terms.code,
        "license_title": terms.title,
        "license_url": terms.url,
        "creator_user_id": None,
        "version": str(entry.version),
        "metadata_created": stamp(entry.opened_at),
        "metadata_modified": stamp(entry.changed_at),
        "owner_org": owner["id"],
        "organization": owner,
        "groups": [group(entry.theme)],
        "tags": tags,
        "num_tags": len(tags),
        "resources": resources,
        "num_resources": len(resources),
        "extras": [
            {"key": key, "value": value} for key, value in sorted(_extras(entry).items()) if value
        ],
        "relationships_as_subject": [],
        "relationships_as_object": [],
    }


def _extras(entry: Any) -> dict[str, str]:
    return {
        "identifier": entry.code,
        "frequency": entry.update_cycle,
        "access_rights": entry.open_type,
        "open_condition": entry.open_condition,
        "data_updated": stamp(entry.data_updated_at) if entry.data_updated_at else "",
        "fields": "、".join(item.name for item in open_items(entry)),
    }


def resource_id(pk: int, kind: str) -> str:
    return id_of(Kind.RESOURCE, pk, list(files.TYPES).index(kind))


def _resource(entry: Any, package_id: str, position: int, kind: str) -> dict[str, Any]:
    return {
        "id": resource_id(entry.pk, kind),
        "package_id": package_id,
        "name": f"{entry.title} ({kind.upper()})",
        "description": "",
        "format": kind.upper(),
        "mimetype": files.TYPES[kind].partition(";")[0],
        "mimetype_inner": None,
        "url": addresses.rows_url(entry, kind),
        "url_type": None,
        "resource_type": None,
        "state": "active",
        "position": position,
        "hash": "",
        "size": None,
        "cache_url": None,
        "cache_last_updated": None,
        "created": stamp(entry.opened_at),
        "last_modified": stamp(entry.data_updated_at or entry.changed_at),
        "metadata_modified": stamp(entry.changed_at),
    }


def tags_of(entry: Any) -> list[str]:
    """What a dataset is tagged with: its theme, and the format in which its owner keeps it."""
    return [THEME_LABELS[entry.theme], entry.format_type]


def _tag(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "display_name": name,
        "state": "active",
        "vocabulary_id": None,
    }


def tags(names: Sequence[str]) -> list[dict[str, Any]]:
    return [_tag(name) for name in names]


def organization(department: Department, count: int | None = None) -> dict[str, Any]:
    """A department; `count` is the number of its datasets, where that is asked for."""
    found = {
        "id": id_of(Kind.ORGANIZATION, department.pk),
        "name": department.code,
        "title": department.name,
        "display_name": department.name,
        "description": "",
        "type": "organization",
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
        "image_url": "",
        "image_display_url": "",
    }
    return found if count is None else {**found, "package_count": count, "num_followers": 0}


def group(theme: str, count: int | None = None) -> dict[str, Any]:
    """A theme of the compilation guide."""
    label = THEME_LABELS[theme]
    found = {
        "id": id_of(Kind.GROUP, int(theme)),
        "name": f"theme-{theme}",
        "title": label,
        "display_name": label,
        "description": "",
        "type": "group",
        "is_organization": False,
        "state": "active",
        "image_url": "",
        "image_display_url": "",
    }
    return found if count is None else {**found, "package_count": count, "num_followers": 0}


def stamp(at: datetime) -> str:
    """A time as CKAN writes it: UTC, without saying so."""
    return make_naive(at, UTC).isoformat(timespec="microseconds")
