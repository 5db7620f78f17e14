"""Canonical JSON: one value, one byte sequence.

Whatever is sealed or frozen (audit records, snapshots, report facts) is digested over these bytes,
so anyone with the stored value and a JSON library can compute the same digest again:

* UTF-8, no spaces, object keys sorted by their UTF-8 bytes, text kept exactly as it is (neither
  normalised nor escaped beyond what JSON demands);
* numbers in plain decimal notation without exponent, an integral float like the integer, so that
  a value still has the same bytes after PostgreSQL stored it as ``jsonb``;
* ``datetime`` in UTC with six decimals and ``+00:00``; ``date`` as ``YYYY-MM-DD``; ``Decimal`` and
  ``UUID`` as text.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeAlias, TypeVar
from uuid import UUID

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
Number = TypeVar("Number", float, Decimal)


def canonical_bytes(value: object) -> bytes:
    """Return the canonical UTF-8 JSON of ``value``.

    Raises ``TypeError`` for a type without a canonical form (sets, bytes, lazy text, non-text keys)
    and ``ValueError`` for a value without one (NaN, infinity, a naive datetime, a lone surrogate);
    both name the place, such as ``$.items[3].name``.
    """
    return _serialise(canonical_value(value)).encode("utf-8")


def canonical_value(value: object) -> JsonValue:
    """Return ``value`` made of JSON types only, fit for a ``JSONField``.

    ``canonical_bytes(canonical_value(v)) == canonical_bytes(v)``. Raises as ``canonical_bytes``.
    """
    return _plain(value, "$")


def _plain(value: object, place: str) -> JsonValue:
    # Subclasses (TextChoices members among them) are reduced to the exact built-in type: their own
    # __str__ or __repr__ must not leak into what is sealed.
    match value:
        case None | bool():
            return value
        case str():
            return _plain_text(value, place)
        case int():
            return int.__int__(value)
        case float():
            return _finite(float.__float__(value), place)
        case list() | tuple():
            return [_plain(item, f"{place}[{index}]") for index, item in enumerate(value)]
        case Mapping():
            return _plain_mapping(value, place)
    return _as_text(value, place)


def _as_text(value: object, place: str) -> str:
    match value:
        case Decimal():
            return str(_finite(value, place))
        case UUID():
            return str(value)
        case datetime():
            if value.utcoffset() is None:
                raise ValueError(f"{place}: a datetime needs a time zone to have a canonical form")
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
    raise TypeError(f"{place}: {type(value).__name__} has no canonical form")


def _finite(value: Number, place: str) -> Number:
    if not math.isfinite(value):
        raise ValueError(f"{place}: {value!r} has no canonical form")
    return value


def _plain_text(value: str, place: str) -> str:
    text = str.__str__(value)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError(f"{place}: text holds a lone surrogate") from None
    return text


def _plain_mapping(value: Mapping[object, object], place: str) -> dict[str, JsonValue]:
    plain: dict[str, JsonValue] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise TypeError(f"{place}: key {key!r} is not text")
        name = _plain_text(key, place)
        plain[name] = _plain(item, f"{place}.{name}")
    return plain


def _serialise(value: JsonValue) -> str:
    match value:
        case float():
            return _decimal_notation(value)
        case list():
            return "[" + ",".join(map(_serialise, value)) + "]"
        case dict():
            # Sorting by code point is the same order as sorting by UTF-8 bytes.
            members = (f"{_serialise(key)}:{_serialise(value[key])}" for key in sorted(value))
            return "{" + ",".join(members) + "}"
    return json.dumps(value, ensure_ascii=False)


def _decimal_notation(value: float) -> str:
    """Shortest digits that read back as ``value``, written as jsonb writes them back."""
    if value == 0:
        return "0"
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
