"""The facts of the annual report as canonical JSON, and back.

What is read back is checked strictly: a member that is missing, unknown or of another type is
refused, so a snapshot of another shape is never taken for this one.
"""

import json
from dataclasses import MISSING, asdict, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from citybrain.canonical import canonical_bytes, canonical_value
from citybrain.crypto import sm3_hex
from evaluation.report.facts_schema import AnnualReportFacts

JsonObject = dict[str, Any]


def to_value(facts: AnnualReportFacts) -> JsonObject:
    """Return the facts made of JSON types, fit for a ``JSONField``.

    Raises ``ValueError`` naming the place for a value of another type than the schema says: a
    ``float`` or ``Decimal`` that came out of a query must not reach the digest.
    """
    value = canonical_value(asdict(facts))
    from_value(value)
    return cast(JsonObject, value)


def to_json(facts: AnnualReportFacts) -> str:
    """Return the canonical JSON of the facts: the text whose SM3 digest the report prints.

    Raises ``ValueError`` as ``to_value`` does.
    """
    return canonical_bytes(to_value(facts)).decode()


def facts_digest(facts: AnnualReportFacts) -> str:
    """Return the SM3 digest of ``to_json(facts)`` in UTF-8 as 64 hexadecimal characters.

    Raises ``ValueError`` as ``to_value`` does.
    """
    return sm3_hex(canonical_bytes(to_value(facts)))


def from_value(value: object) -> AnnualReportFacts:
    """Return the facts that ``to_value`` gave.

    Raises ``ValueError`` naming the place for a missing, unknown or wrongly typed member, a float
    among them.
    """
    return cast(AnnualReportFacts, _decode(AnnualReportFacts, value, "$"))


def from_json(text: str | bytes) -> AnnualReportFacts:
    """Return the facts that ``to_json`` gave; raises ``ValueError`` as ``from_value`` does."""
    return from_value(json.loads(text))


def _decode(target: Any, value: object, place: str) -> object:
    if get_origin(target) is UnionType:
        return _decode_optional(target, value, place)
    if get_origin(target) is tuple:
        return _decode_tuple(get_args(target)[0], value, place)
    if is_dataclass(target):
        return _decode_dataclass(target, value, place)
    if type(value) is not target:
        raise ValueError(f"{place}: {type(value).__name__} instead of {target.__name__}")
    return value


def _decode_optional(target: Any, value: object, place: str) -> object:
    if value is None:
        return None
    (inner,) = (member for member in get_args(target) if member is not NoneType)
    return _decode(inner, value, place)


def _decode_tuple(inner: Any, value: object, place: str) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{place}: {type(value).__name__} instead of a list")
    return tuple(_decode(inner, item, f"{place}[{index}]") for index, item in enumerate(value))


def _decode_dataclass(target: Any, value: object, place: str) -> object:
    if not isinstance(value, dict):
        raise ValueError(f"{place}: {type(value).__name__} instead of an object")
    hints = _hints(target)
    if unknown := sorted(value.keys() - hints.keys()):
        raise ValueError(f"{place}: unknown member {unknown[0]}")
    required = {member.name for member in fields(target) if member.default is MISSING}
    if missing := sorted(required - value.keys()):
        raise ValueError(f"{place}: member {missing[0]} is missing")
    return target(
        **{name: _decode(hints[name], item, f"{place}.{name}") for name, item in value.items()}
    )


@cache
def _hints(target: Any) -> dict[str, Any]:
    return get_type_hints(target)
