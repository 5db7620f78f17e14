"""The transition table against a model of its own: no way into a state that should not be."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from catalog.services import entries
from catalog.transitions import ENTRY
from citybrain.crypto import digest_of
from citybrain.duties.models import Duty
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict, Refused
from tests import scenes
from tests.factories.organizations import UserFactory
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db

# The rules once more, written down without looking at the table:
# (move, from) -> (to, who may, whether a reason is wanted, whether own submissions are closed).
RULES: dict[tuple[str, str], tuple[str, str, bool, bool]] = {
    ("submit", "draft"): ("signing", "cataloguer", False, False),
    ("discard", "draft"): ("discarded", "cataloguer", True, False),
    ("recall", "signing"): ("draft", "cataloguer", False, False),
    ("sign", "signing"): ("reviewing", "head", False, True),
    ("send_back", "signing"): ("draft", "head", True, False),
    ("publish", "reviewing"): ("published", "approver", False, True),
    ("reject", "reviewing"): ("draft", "approver", True, False),
    ("retire", "published"): ("retired", "approver", True, False),
    ("revise", "published"): ("published", "cataloguer", True, False),
    ("revise_by_law", "published"): ("published", "cataloguer", True, False),
    # Of the machine itself, when a revision is approved; `merge` is for revisions alone.
    ("renew", "published"): ("published", "approver", False, False),
    ("merge", "reviewing"): ("merged", "approver", False, True),
}
MOVES = sorted({move for move, _state in RULES})
WHO = {move: rule[1] for (move, _state), rule in RULES.items()}
REASONED = {move for (move, _state), rule in RULES.items() if rule[2]}
CLOSED_TO_SUBMITTER = {move for (move, _state), rule in RULES.items() if rule[3]}
# `all` compiles, signs and approves: only what is their own is closed to them.
ROLES = {
    "cataloguer": {"cataloguer"},
    "head": {"head"},
    "approver": {"approver"},
    "all": {"cataloguer", "head", "approver"},
    "stranger": set(),
}
CLOCKS = {"signing": ["internal_signoff"], "reviewing": ["review_catalog"]}


@dataclass(frozen=True)
class Model:
    state: str = "draft"
    submitter: str = ""
    signer: str = ""
    kind: str = "C"  # of the entry's one item
    graded_for: str = ""
    revisions: int = 0
    revised: bool = False

    @property
    def graded(self) -> bool:
        return self.graded_for == self.kind

    def sees(self, person: str) -> bool:
        if person == "stranger":
            return self.state == "published"
        return person != "approver" or self.state not in ("draft", "discarded")

    def after(self, person: str, move: str, reason: str) -> "Model | type[Exception]":
        """What the move makes of it, or how it is refused."""
        if not self.sees(person):
            return Http404
        if WHO[move] not in ROLES[person]:
            return PermissionDenied
        if move in CLOSED_TO_SUBMITTER and self.submitter == person:
            return PermissionDenied
        if move == "publish" and self.signer == person:
            return PermissionDenied
        if move == "merge":
            return Conflict
        if move in REASONED and not reason:
            return ValidationError
        if (move, self.state) not in RULES:
            return Conflict
        if move in ("submit", "sign", "publish") and not self.graded:
            return Refused
        if move in ("revise", "revise_by_law", "retire") and self.revised:
            return Refused
        return replace(
            self,
            state=RULES[move, self.state][0],
            submitter=person if move == "submit" else self.submitter,
            signer=person if move == "sign" else self.signer,
            revisions=self.revisions + (move == "publish"),
            revised=self.revised or move in ("revise", "revise_by_law"),
        )


@dataclass
class Play:
    """One entry, moved by people, compared with the model after each step."""

    world: World
    actors: dict[str, Actor]
    entry: CatalogEntry
    model: Model = Model()

    def move(self, person: str, name: str, reason: str) -> None:
        expected = self.model.after(person, name, reason)
        before = self._now()
        raised: type[Exception] | None = None
        try:
            with transaction.atomic():
                entries.move(name, actor=self.actors[person], entry=self.entry, reason=reason)
        except (Http404, PermissionDenied, ValidationError, Conflict, Refused) as error:
            raised = type(error)
        if isinstance(expected, Model):
            assert raised is None, f"{person} {name} in {self.model.state}: {raised}"
            self.model = expected
        else:
            assert raised is expected, f"{person} {name} in {self.model.state}: {raised}"
            assert self._now() == before
        self.check()

    def grade(self) -> None:
        if self.model.state in ("draft", "signing"):
            scenes.grade_all(self.entry, self.world.police_security)
            self.model = replace(self.model, graded_for=self.model.kind)

    def retype_an_item(self) -> None:
        """Changes an item, so that its grade no longer holds; only drafts can be changed."""
        item = self.entry.items.get()
        changed = [{"name": item.name, "data_type": "N" if item.data_type == "C" else "C"}]
        change: Callable[[], Any] = lambda: entries.change_entry(  # noqa: E731
            actor=self.actors["cataloguer"], entry=self.entry, values={}, items=changed
        )
        if self.model.state == "draft":
            change()
            self.model = replace(self.model, kind=changed[0]["data_type"])
        else:
            with pytest.raises(Conflict):
                change()

    def check(self) -> None:
        state, version, revisions = self._now()
        assert (state, revisions) == (self.model.state, self.model.revisions)
        assert state in EntryState.values
        open_rules = list(Duty.objects.open().of(self.entry).values_list("rule", flat=True))
        assert open_rules == CLOCKS.get(state, [])
        frozen = self.entry.revisions.last()
        assert (frozen is not None) == (state in ("published", "retired"))
        if frozen is not None:
            assert frozen.digest == digest_of(frozen.content)
        assert version >= revisions

    def _now(self) -> tuple[str, int, int]:
        found = CatalogEntry.objects.values_list("state", "version").get(pk=self.entry.pk)
        return (*found, self.entry.revisions.count())


@pytest.fixture
def play(world: World) -> Callable[[], Play]:
    everything = UserFactory(department=world.bureau, roles=["bureau_approver"])
    for person in (world.police_cataloguer, world.police_head):
        everything.groups.add(*person.groups.all())
    people = {
        "cataloguer": world.police_cataloguer,
        "head": world.police_head,
        "approver": world.approver,
        "all": everything,
        "stranger": world.water_head,
    }
    actors = {name: actor_of(person) for name, person in people.items()}
    return lambda: Play(world, actors, scenes.a_draft(world, items=scenes.ITEMS[:1]))


step = st.one_of(
    st.tuples(
        st.sampled_from(sorted(ROLES)), st.sampled_from(MOVES), st.sampled_from(["", "须修改"])
    ),
    # What is likely to go through, so that the far states are reached often.
    st.sampled_from(
        [
            ("cataloguer", "submit", ""),
            ("all", "submit", ""),
            ("head", "sign", ""),
            ("approver", "publish", ""),
        ]
    ),
    st.just("grade"),
    st.just("retype"),
)


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(step, max_size=10))
def test_whatever_people_press_the_entry_is_where_the_rules_put_it(
    play: Callable[[], Play], steps: list[Any]
) -> None:
    with transaction.atomic():
        one = play()
        for pressed in steps:
            if pressed == "grade":
                one.grade()
            elif pressed == "retype":
                one.retype_an_item()
            else:
                one.move(*pressed)
        transaction.set_rollback(True)


def test_every_move_of_the_table_can_be_made_and_is_in_the_rules(
    play: Callable[[], Play],
) -> None:
    table = {
        (name, source): move.target for name, move in ENTRY.moves.items() for source in move.sources
    }
    assert table == {key: rule[0] for key, rule in RULES.items()}
    made = set()

    def walk(one: Play, *steps: tuple[str, str]) -> None:
        one.grade()
        for person, name in steps:
            one.move(person, name, "须修改" if name in REASONED else "")
            made.add(name)

    to_the_bureau = (("cataloguer", "submit"), ("head", "sign"))
    walk(
        play(),
        ("cataloguer", "submit"),
        ("cataloguer", "recall"),
        ("cataloguer", "submit"),
        ("head", "send_back"),
        *to_the_bureau,
        ("approver", "reject"),
        *to_the_bureau,
        ("approver", "publish"),
        ("approver", "renew"),
        ("approver", "retire"),
    )
    walk(play(), ("cataloguer", "discard"))
    to_publication = (*to_the_bureau, ("approver", "publish"))
    revised = play()
    walk(revised, *to_publication, ("cataloguer", "revise"), ("approver", "retire"))
    copy = CatalogEntry.objects.get(revises=revised.entry)
    entries.move("discard", actor=revised.actors["cataloguer"], entry=copy, reason="不修订了")
    revised.model = replace(revised.model, revised=False)
    walk(revised, ("cataloguer", "revise_by_law"))
    copy = CatalogEntry.objects.get(revises=revised.entry, state="draft")
    for person, name in (*to_the_bureau, ("approver", "merge")):
        copy = entries.move(name, actor=revised.actors[person], entry=copy)
        made.add(name)
    with pytest.raises(Conflict):
        entries.move("publish", actor=revised.actors["approver"], entry=copy)
    assert made == set(ENTRY.moves)
    reached = set(CatalogEntry.objects.values_list("state", flat=True)) | {
        source for _name, source in table
    }
    assert reached == set(EntryState.values)
