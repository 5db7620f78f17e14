"""What the apps plug into the kernel: a closed set of named stores.

An app imports downward plainly; whatever a lower floor needs from a higher one comes through a
store here, filled by the higher app's wiring.py. A new store is a decision about the house
(docs/architecture.md), so stores cannot be added at run time; all are frozen once the apps are
ready, and an unknown, duplicate or late entry raises.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from django.db.models import Model, Q, QuerySet
    from django.http import HttpRequest

    from citybrain.policies import Policy


T = TypeVar("T")


class UnknownName(LookupError):
    """A name that nobody registered: always a mistake in code, never in input."""


class Store(Generic[T]):
    """Entries by unique name, in order of registration."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, T] = {}
        self._frozen = False

    def add(self, name: str, entry: T) -> T:
        if self._frozen:
            raise ImproperlyConfigured(f"{self.what}: {name!r} comes after the apps are ready.")
        if name in self._entries:
            raise ImproperlyConfigured(f"{self.what}: {name!r} is registered twice.")
        self._entries[name] = entry
        return entry

    def get(self, name: str) -> T:
        try:
            return self._entries[name]
        except KeyError:
            raise UnknownName(f"{self.what}: nobody registered {name!r}.") from None

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries.values())

    def names(self) -> list[str]:
        return list(self._entries)

    def freeze(self) -> None:
        self._frozen = True

    @contextmanager
    def override(self, name: str, entry: T) -> Iterator[None]:
        """For tests: puts `entry` under `name` for the length of the block."""
        before = dict(self._entries)
        self._entries[name] = entry
        try:
            yield
        finally:
            self._entries = before


class Listeners(Generic[T]):
    """Lists of entries by the name of what they listen to, in order of registration."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, list[T]] = {}
        self._frozen = False

    def add(self, name: str, entry: T) -> T:
        if self._frozen:
            raise ImproperlyConfigured(f"{self.what}: {name!r} comes after the apps are ready.")
        self._entries.setdefault(name, []).append(entry)
        return entry

    def on(self, name: str) -> tuple[T, ...]:
        return tuple(self._entries.get(name, ()))

    def names(self) -> list[str]:
        return list(self._entries)

    def freeze(self) -> None:
        self._frozen = True

    @contextmanager
    def override(self, name: str, *entries: T) -> Iterator[None]:
        """For tests: exactly `entries` listen to `name` for the length of the block."""
        before = self._entries
        self._entries = {**before, name: list(entries)}
        try:
            yield
        finally:
            self._entries = before


@dataclass(frozen=True)
class Permission:
    """What a role may do for a department; granted as an object permission on that Department.

    With `past` it is also held for the departments that were merged into that one: what is closed
    keeps their name, and their successor reads it.
    """

    code: str
    label: Any
    roles: tuple[str, ...]
    basis: str = ""
    past: bool = False


@dataclass(frozen=True)
class AuditVerb:
    """One kind of audit record: its sentence, and what must be known about what it keeps."""

    code: str
    sentence: Any
    retention_years: int = 3
    personal_data: str = ""
    is_move: bool = False  # a state change is written with it


@dataclass(frozen=True)
class MenuItem:
    """One line of the side menu; shown to actors who hold any of `permissions` anywhere."""

    code: str
    group: Any
    label: Any
    url_name: str
    icon: str
    permissions: tuple[str, ...] = ()
    badge: Callable[[Any], int] | None = None


@dataclass(frozen=True)
class Subject:
    """How a kind of record is named and linked to in worklists, notices and the audit trail.

    `policy` says who may see it; without one only those who supervise the city may see who was
    told of it. `doers` names, by duty rule, the permissions whose holders can fulfil the duty.
    """

    label: Any
    url: "Callable[[Model], str]"
    policy: "Policy[Any] | None" = None
    doers: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkItem:
    """One line of the worklist 待办: what is to be done, for whom, since and until when.

    `department_name` is whose matter it is, `since` the time it came here, `duty` the open duty
    that runs on it, if any. The worklist itself sets `deputised` on what is done for somebody who
    is away (AB角).
    """

    title: str
    action: Any
    url: str
    department_name: str
    since: Any
    duty: Any = None
    deputised: bool = False


@dataclass(frozen=True)
class Holding:
    """The rows that the portal keeps of an entry, as they are served now.

    `count` rows of item name -> text. `read(start, stop)` gives those from place `start` (from 0)
    up to, not including, `stop` (None: to the end), in the order of the upload, without holding
    them all; `digest` is the SM3 of the file that they came from.
    """

    number: int
    count: int
    uploaded_at: Any
    digest: str
    read: "Callable[[int, int | None], Iterator[dict[str, str]]]"


@dataclass(frozen=True)
class Parameter:
    """A term that the bureau sets itself (citybrain/parameters): a whole number between limits.

    It is in force for what begins after it was set.
    """

    code: str
    label: Any
    unit: Any
    default: int
    least: int
    most: int
    article: str = ""


@dataclass(frozen=True)
class Clash:
    """What cannot simply go over in a merger: what becomes of it, in a sentence, and the act."""

    text: str
    settle: "Callable[[Any], None]" = lambda actor: None


@dataclass(frozen=True)
class Takeover:
    """One kind of thing that a successor takes over when a department is merged into it.

    `rows(source)` are those that go over, by a change of their `field`. `clashes(source, target)`
    are settled before that. `after` is called with what has gone over. Each row that goes over is
    on the audit trail under `verb`, as a matter of `subject(row)`; without a verb it is nobody's
    business but its owner's.
    """

    label: Any
    rows: "Callable[[Any], QuerySet[Any]]"
    field: str = "department"
    clashes: "Callable[[Any, Any], list[Clash]]" = lambda source, target: []
    after: "Callable[[list[Any]], None]" = lambda rows: None
    subject: "Callable[[Any], Model]" = lambda row: row
    verb: str = "organizations.taken_over"


@dataclass(frozen=True)
class RowAct:
    """What can be done with rows chosen in a list: `ids` are posted to `url`, and `next`."""

    label: Any
    url: str
    icon: str


# name -> stores, all of them
permissions: Store[Permission] = Store("permissions")
audit_verbs: Store[AuditVerb] = Store("audit verbs")
parameters: Store[Parameter] = Store("parameters")
menu: Store[MenuItem] = Store("menu")
subjects: Store[Subject] = Store("subjects")
worklist_sources: Store[Callable[[Any], list[WorkItem]]] = Store("worklist sources")
home_cards: Store[Callable[[Any], list[Any]]] = Store("home cards")
panels: Listeners["Callable[[HttpRequest, Any], dict[str, Any] | None]"] = Listeners("panels")
guards: Listeners[Callable[[Any, Any], list[str]]] = Listeners("guards")
reactions: Listeners[Callable[[Any, Any], None]] = Listeners("reactions")
merges: Store[Takeover] = Store("merges")
# What apps offer to do with rows of a list, named like catalog.search; asked with the actor.
row_acts: Listeners[Callable[[Any], RowAct | None]] = Listeners("row acts")
# Who keeps rows of entries: asked with an entry, answers None when it keeps none of it.
holdings: Store[Callable[[Any], Holding | None]] = Store("holdings")
# What a guard says of one object, said of a queryset: conditions that must all hold.
conditions: "Listeners[Callable[[], Q]]" = Listeners("conditions")

STORES: tuple[Store[Any] | Listeners[Any], ...] = (
    permissions,
    audit_verbs,
    parameters,
    menu,
    subjects,
    worklist_sources,
    home_cards,
    panels,
    guards,
    reactions,
    merges,
    row_acts,
    holdings,
    conditions,
)


def freeze() -> None:
    """Called once, when every app is ready."""
    for store in STORES:
        store.freeze()
