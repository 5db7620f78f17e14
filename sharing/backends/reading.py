"""What backends have in common: rows are picked, checked against filters and limits, and masked here.

A backend is asked for as little as it can give, and not believed: whatever it sends, only the wanted
items leave, only rows that match, and masked items masked. A page may therefore hold fewer rows than
were asked for and still have a next one.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from security.masking import mask
from sharing.backends.choices import BackendState
from sharing.gateway.grants import Grant
from sharing.gateway.records import Page, Wanted
from sharing.models import ServiceBackend

LONGEST_VALUE = 10_000  # characters of one value that are passed on


def backend_of(grant: Grant) -> ServiceBackend | None:
    """The backend in force of the service that the grant is used for."""
    return ServiceBackend.objects.filter(
        service=grant.service_id, state=BackendState.IN_FORCE
    ).first()


def page_of(
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    wanted: Wanted,
    fields: Mapping[str, str],
    *,
    more: int | None,
) -> Page:
    """A page of `rows`, which are key and values by field; `more` is the key after the page."""
    records = []
    for _key, values in rows:
        if _matches(values, wanted, fields):
            records.append(
                {
                    item["name"]: _shown(values.get(fields.get(item["name"], "")), item)
                    for item in wanted.items
                }
            )
    return Page(records=records, next_after=more)


def _matches(values: Mapping[str, Any], wanted: Wanted, fields: Mapping[str, str]) -> bool:
    def value(name: str) -> str:
        return text_of(values.get(fields.get(name, "")))

    return all(value(name) == given for name, given in wanted.filters.items()) and all(
        value(name) in allowed for name, allowed in wanted.limits.items()
    )


def _shown(value: Any, item: Mapping[str, Any]) -> str:
    text = text_of(value)
    return mask(text, name=item["name"], category=item["category"]) if item["masked"] else text


def text_of(value: Any) -> str:
    """A value as hosted rows have it: text, empty for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:LONGEST_VALUE]


@lru_cache(maxsize=256)
def steps_of(path: str) -> tuple[str, ...]:
    """`data.list` as the names that lead from the answer to what is meant."""
    return tuple(step for step in path.split(".") if step)
