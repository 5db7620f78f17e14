"""The fields that q, fq, sort and facets may name, and what each means for an open entry."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from catalog.opendata import addresses, licence
from catalog.opendata.ckan import ids
from catalog.opendata.ckan.errors import UnreadableQuery
from catalog.opendata.ckan.ids import Kind
from catalog.opendata.ckan.packages import THEME_LABELS
from catalog.opendata.queries import openly

EVERYTHING, NOTHING = ~Q(pk__in=[]), Q(pk__in=[])
_FROM_NOW = re.compile(r"NOW(?:(/DAY)|-(\d{1,5})(MINUTE|HOUR|DAY|MONTH|YEAR)S?(?:/DAY)?)?")
_UNITS = {
    "MINUTE": timedelta(minutes=1),
    "HOUR": timedelta(hours=1),
    "DAY": timedelta(days=1),
    "MONTH": timedelta(days=30),
    "YEAR": timedelta(days=365),
}


def organization(value: str) -> Q:
    found = ids.read(value, Kind.ORGANIZATION)
    return Q(department=found[0]) if found else Q(department__code=value)


def group(value: str) -> Q:
    number = ids.group_named(value)
    return Q(theme=number) if number else NOTHING


def tag(value: str) -> Q:
    themes = [number for number, label in THEME_LABELS.items() if label == value]
    return Q(theme__in=themes) | Q(format_type=value)


def resource_format(value: str) -> Q:
    return Q(has_rows=True) if value.upper() in {"CSV", "JSON", "XLSX"} else NOTHING


def name(value: str) -> Q:
    return addresses.called(value)


def package(value: str) -> Q:
    found = ids.read(value, Kind.PACKAGE)
    return Q(pk=found[0]) if found else NOTHING


def licensed(value: str) -> Q:
    return EVERYTHING if value == licence.default().code else NOTHING


def one_of(*values: str) -> Callable[[str], Q]:
    """What is the same for every dataset here."""
    return lambda value: EVERYTHING if value.lower() in values else NOTHING


TERMS: dict[str, Callable[[str], Q]] = {
    "organization": organization,
    "owner_org": organization,
    "groups": group,
    "tags": tag,
    "res_format": resource_format,
    "license_id": licensed,
    "name": name,
    "id": package,
    "identifier": lambda value: Q(code=value),
    "title": lambda value: Q(title__icontains=value),
    "notes": lambda value: Q(summary__icontains=value),
    "text": openly,
    "frequency": lambda value: Q(update_cycle=value),
    "access_rights": lambda value: Q(open_type=value),
    "state": one_of("active"),
    "dataset_type": one_of("dataset"),
    "type": one_of("dataset"),
    "entity_type": one_of("package"),
    "capacity": one_of("public"),
    "private": one_of("false"),
}
TIMES = {"metadata_modified": "changed_at", "metadata_created": "opened_at"}
SORTS = {
    "metadata_modified": "changed_at",
    "metadata_created": "opened_at",
    "name": "code",
    "id": "pk",
    "title": "title_pinyin",
    "title_string": "title_pinyin",
}
# As relevance there is the newest first: what is found by words is few enough to be read.
RELEVANCE = ("score", "relevance")


def time_of(text: str) -> datetime | None:
    """A moment of a range; None for its open end."""
    if text == "*":
        return None
    match = _FROM_NOW.fullmatch(text)
    if match is not None:
        back = _UNITS[match[3]] * int(match[2]) if match[3] else timedelta()
        return timezone.now() - back
    try:
        found: Any = parse_datetime(text) or parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise UnreadableQuery(f"not a date: {text}")
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day, tzinfo=UTC)
    return found if timezone.is_aware(found) else found.replace(tzinfo=UTC)
