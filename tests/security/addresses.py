"""Every address of the portal with made-up arguments: what is refused before anything is looked up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

# Arguments that are a choice of few.
KNOWN = {"app_label": "duties", "name": "submit"}


@dataclass(frozen=True)
class Address:
    name: str
    path: str
    view: Callable[..., Any]

    @property
    def is_for_machines(self) -> bool:
        """Whether tokens and codes open it instead of a form."""
        space = self.name.partition(":")[0]
        return space == "gateway" or space.endswith("api")


def addresses() -> list[Address]:
    """All named addresses; those of libraries included."""
    found = {
        name: Address(name, reverse(name, kwargs=arguments), view)
        for name, arguments, view in _walk(get_resolver(), "", {})
    }
    return sorted(found.values(), key=lambda address: address.name)


def _walk(
    resolver: URLResolver, namespace: str, outer: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any], Callable[..., Any]]]:
    for pattern in resolver.url_patterns:
        arguments = {**outer, **_arguments(pattern.pattern)}
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, inner, arguments)
        elif pattern.name and "format" not in arguments:
            yield namespace + pattern.name, arguments, pattern.callback


def _arguments(pattern: Any) -> dict[str, Any]:
    named = dict.fromkeys(pattern.regex.groupindex, "1")
    numbers = {
        name: 2027
        for name, converter in pattern.converters.items()
        if isinstance(converter, IntConverter)
    }
    return {name: KNOWN.get(name, value) for name, value in (named | numbers).items()}
