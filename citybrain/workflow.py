"""The engine behind every transition 流转, and no more than that.

An object's states and moves are a table in `<app>/transitions.py`. `perform` makes one move in
seven steps, always the same: fetch visible, authorise, claim the row by conditional update on state
and version, ask the guards, change, record (state change, audit record and duties in the same
transaction), and after commit tell people and queue work.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citybrain import registry
from citybrain.audit.models import StateChange
from citybrain.audit.services import record
from citybrain.duties import services as duties
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department, User
from citybrain.policies import Policy
from citybrain.refusals import Conflict, Refused
from citybrain.registry import AuditVerb, Subject
from citybrain.stateful import StatefulModel

S = TypeVar("S", bound=StatefulModel)
OTHER_PERSON = gettext_lazy("不能办理本人编制、提交或者签发的事项，请由其他人员办理。")


@dataclass(frozen=True)
class Opens:
    """A duty that a move opens: which rule, and the department that owes it.

    `owed_by` is the path of a department on the object, or "competence:big_data" for the
    department of the city that has that competence. `rule` may depend on the object.
    """

    rule: str | Callable[[Any], str]
    owed_by: str
    owed_to: str = ""

    def rule_for(self, obj: Any) -> str:
        return self.rule if isinstance(self.rule, str) else self.rule(obj)


@dataclass(frozen=True)
class Tells:
    """Whom a move is told to: holders of `permission` in the department found at `department`.

    With `person` instead, the one user found at that path, for example the submitter.
    """

    permission: str = ""
    department: str = ""
    person: str = ""


@dataclass(frozen=True)
class Move:
    """One line of a transition table.

    `permission` is a verb of the noun's policy. `requires` are names of inputs that must not be
    empty, `labels` what some of them are called in this move alone. `stamps` is the field that keeps
    who made the move. `other_than` are fields of users who may not make it: nobody approves what
    they wrote, submitted or signed, not even as somebody's deputy. `applies` says whether the move
    exists for the object at all.
    """

    name: str
    label: Any
    sources: tuple[str, ...]
    target: str
    permission: str
    basis: str = ""
    requires: tuple[str, ...] = ()
    labels: Mapping[str, Any] = field(default_factory=dict)
    opens: tuple[Opens, ...] = ()
    fulfils: tuple[str, ...] = ()
    cancels: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    tells: tuple[Tells, ...] = ()
    other_than: tuple[str, ...] = ()
    applies: Callable[[Any], bool] | None = None
    stamps: str = ""
    tone: str = "primary"  # or neutral, success, warning, danger
    automatic: bool = False


@dataclass(frozen=True)
class Machine:
    """The transition table of one noun, with its policy and its place in the registry."""

    noun: str
    label: Any
    policy: Policy[Any]
    moves: Mapping[str, Move]
    department: str = "department"
    state_field: str = field(default="state")

    def key(self, move: str) -> str:
        """The name under which guards and reactions listen, e.g. catalog.entry.publish."""
        return f"{self.noun}.{move}"

    def move(self, name: str) -> Move:
        try:
            return self.moves[name]
        except KeyError:
            raise registry.UnknownName(f"{self.noun}: no move {name!r}.") from None


def table(*moves: Move) -> dict[str, Move]:
    """Moves by name; a name used twice raises."""
    found = {move.name: move for move in moves}
    if len(found) != len(moves):
        raise ValueError("a transition table names a move twice")
    return found


def register(machine: Machine, *, url: Callable[[Any], str]) -> None:
    """Registers the audit verbs of the moves, and how the noun is named, linked to and seen."""
    for move in machine.moves.values():
        code = machine.key(move.name)
        sentence = f"{machine.label}：{move.label}"
        registry.audit_verbs.add(code, AuditVerb(code, sentence, 10, is_move=True))
    registry.subjects.add(
        machine.policy.model._meta.label,
        Subject(machine.label, url, machine.policy, _doers(machine)),
    )


def _doers(machine: Machine) -> dict[str, frozenset[str]]:
    """By duty rule, the permissions with which somebody can make a move that fulfils it."""
    found: dict[str, set[str]] = {}
    for move in machine.moves.values():
        for rule in () if move.automatic else move.fulfils:
            verb = machine.policy.verbs[move.permission]
            found.setdefault(rule, set()).add(verb.permission)
    return {rule: frozenset(permissions) for rule, permissions in found.items()}


def available(machine: Machine, obj: StatefulModel, actor: Actor) -> list[Move]:
    """The moves that this actor may make on the object now, in table order, for buttons.

    Guards are not asked: a button that would be refused explains itself when it is pressed.
    """
    state = getattr(obj, machine.state_field)
    return [
        move
        for move in machine.moves.values()
        if state in move.sources
        and not move.automatic
        and (move.applies is None or move.applies(obj))
        and machine.policy.allows(actor, move.permission, obj)
        and not is_own(move, obj, actor)
    ]


@transaction.atomic
def perform(
    machine: Machine,
    name: str,
    *,
    obj: S,
    actor: Actor,
    version: int | None = None,
    inputs: Mapping[str, Any] | None = None,
    change: Callable[[S], None] | None = None,
    data: Mapping[str, Any] | None = None,
) -> S:
    """Makes the move `name` on `obj` and returns the object in its new state.

    `version` is what the person had before their eyes; None means the present one. `inputs` are
    the move's required words (reason and the like, text). `change` alters further fields of the
    claimed object and saves them. `data` goes into the audit record.

    Raises Http404 when the object is not visible, PermissionDenied when the actor may not,
    Conflict when the state or version has moved on, ValidationError when an input is missing, and
    Refused when guards object; in every case nothing has changed.
    """
    current = machine.policy.fetch(actor, pk=obj.pk)
    given = {key: str(value).strip() for key, value in (inputs or {}).items()}
    step = _Step(machine, machine.move(name), current, actor, given)
    step.authorise()
    step.require_inputs()
    step.claim(version)
    step.ask_guards()
    step.change(change)
    step.record(dict(data or {}))
    step.move_duties()
    step.react()
    step.tell()
    return current


def is_own(move: Move, obj: StatefulModel, actor: Actor) -> bool:
    """Whether the move is closed to this actor because the matter passed through their hands."""
    if actor.is_system:
        return False
    return any(getattr(obj, f"{field}_id") == actor.user_id for field in move.other_than)


def of_others(move: Move, actor: Actor) -> Q:
    """The condition on the noun's rows that the move is not closed to this actor by `is_own`."""
    condition = Q()
    for name in move.other_than:
        condition &= ~Q(**{name: actor.user_id})
    return condition


@dataclass
class _Step:
    """One move under way; `perform` calls the parts in their order."""

    machine: Machine
    move: Move
    obj: Any
    actor: Actor
    given: dict[str, str]
    old: str = ""

    def authorise(self) -> None:
        self.machine.policy.require(self.actor, self.move.permission, self.obj)
        if is_own(self.move, self.obj, self.actor):
            raise PermissionDenied(str(OTHER_PERSON))
        if self.move.applies is not None and not self.move.applies(self.obj):
            label = getattr(self.obj, f"get_{self.machine.state_field}_display")()
            raise Conflict(_("这一事项不能这样办理。"), state_label=label)

    def require_inputs(self) -> None:
        missing = [name for name in self.move.requires if not self.given.get(name)]
        if missing:
            raise ValidationError({name: _("请填写后再办理。") for name in missing})

    def claim(self, version: int | None) -> None:
        """Takes the row for this move: one row counted up, or somebody else was quicker.

        The state itself is written by `change`, so that guards speak before a constraint does.
        """
        state_field = self.machine.state_field
        expected = self.obj.version if version is None else version
        won = (
            type(self.obj)
            ._default_manager.filter(
                pk=self.obj.pk, version=expected, **{f"{state_field}__in": self.move.sources}
            )
            .update(version=F("version") + 1)
        )
        self.obj.refresh_from_db()
        self.old = getattr(self.obj, state_field)
        if not won:
            label = getattr(self.obj, f"get_{state_field}_display")()
            raise Conflict(
                _("这一事项当前状态为“%(state)s”，或刚刚由他人办理，请查看最新内容后再办理。")
                % {"state": label},
                state_label=label,
            )

    def ask_guards(self) -> None:
        guards = registry.guards.on(self.machine.key(self.move.name))
        reasons = [reason for guard in guards for reason in guard(self.obj, self.actor)]
        if reasons:
            raise Refused(reasons)

    def change(self, change: Callable[[Any], None] | None) -> None:
        """Lets the service write its fields, then moves the state, so that constraints hold."""
        changed = [self.machine.state_field]
        setattr(self.obj, self.machine.state_field, self.move.target)
        if self.move.stamps:
            setattr(self.obj, self.move.stamps, self.actor.user)
            changed.append(self.move.stamps)
        if change is not None:
            change(self.obj)
        self.obj.save(update_fields=changed)

    def record(self, data: dict[str, Any]) -> None:
        StateChange.objects.create(
            at=timezone.now(),
            subject_type=self.obj._meta.label,
            subject_id=self.obj.pk,
            move=self.move.name,
            label=str(self.move.label),
            old=self.old,
            new=self.move.target,
            actor=self.actor.user,
            actor_name=self.actor.name,
            department=self.actor.department,
            reason=self.given.get("reason", ""),
            basis=self.move.basis,
            version=self.obj.version,
        )
        record(
            self.machine.key(self.move.name),
            actor=self.actor,
            subject=self.obj,
            department=department_at(self.obj, self.machine.department),
            data={"old": self.old, "new": self.move.target, **self.given, **data},
        )

    def move_duties(self) -> None:
        move, actor = self.move, self.actor
        reason = self.given.get("reason") or str(move.label)
        touched = {*move.fulfils, *move.cancels, *move.pauses, *move.resumes}
        for duty in duties.open_duties_of(self.obj) if touched else ():
            if duty.rule in move.fulfils:
                duties.fulfil(duty=duty, actor=actor)
            elif duty.rule in move.cancels:
                duties.cancel(duty=duty, actor=actor, reason=reason)
            elif duty.rule in move.pauses:
                duties.pause(duty=duty, actor=actor, reason=reason)
            elif duty.rule in move.resumes:
                duties.resume(duty=duty, actor=actor)
        for opens in move.opens:
            duties.open_duty(
                rule=opens.rule_for(self.obj),
                subject=self.obj,
                department=department_at(self.obj, opens.owed_by),
                for_department=department_at(self.obj, opens.owed_to) if opens.owed_to else None,
                actor=actor,
            )

    def react(self) -> None:
        for reaction in registry.reactions.on(self.machine.key(self.move.name)):
            reaction(self.obj, self.actor)

    def tell(self) -> None:
        for recipient in self.move.tells:
            notices.tell(
                people=self._people(recipient),
                kind=self.machine.key(self.move.name),
                title=f"{self.machine.label}{self.obj}：{self.move.label}",
                body=self.given.get("reason", ""),
                subject=self.obj,
                actor=self.actor,
            )

    def _people(self, recipient: Tells) -> list[User]:
        if recipient.person:
            person = getattr(self.obj, recipient.person)
            return [person] if person is not None else []
        department = department_at(self.obj, recipient.department)
        return notices.people_to_tell(recipient.permission, department)


def department_at(obj: Any, path: str) -> Department:
    """The department found at a dotted path on the object, or by "competence:<name>"."""
    if path.startswith("competence:"):
        competence = path.removeprefix("competence:")
        return Department.objects.active().get(competences__contains=[competence])
    found = obj
    for step in path.split("."):
        found = getattr(found, step)
    return found
