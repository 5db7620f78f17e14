"""What papers can be attached to: each subject says who may add them, and where it is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from citybrain.organizations.actors import Actor
from citybrain.policies import Policy


@dataclass(frozen=True)
class Attachable:
    """`may_add` also decides who may take one out again; `url` is the page of the subject."""

    policy: Policy[Any]
    may_add: Callable[[Actor, Any], bool]
    url: Callable[[Any], str]

    @property
    def label(self) -> str:
        return self.policy.model._meta.label


# By the word that stands in the address.
ATTACHABLE: dict[str, Attachable] = {}


def register(word: str, attachable: Attachable) -> None:
    """For the wiring of a subject. Raises ValueError for a word that is taken."""
    if word in ATTACHABLE:
        raise ValueError(f"attachments: {word!r} is registered twice.")
    ATTACHABLE[word] = attachable


def of_type(label: str) -> tuple[str, Attachable]:
    """The word and the entry of a model's label. Raises KeyError for what nobody registered."""
    return next((word, one) for word, one in ATTACHABLE.items() if one.label == label)
