"""The base of every policy: one object per noun answers who may and who sees.

`visible(actor)` is a condition for querysets, `allows(actor, verb, obj)` a decision on one object.
Lists, detail pages, API, search, export, history, bulk work and notices all start from the same
`visible`. Unseen is 404, seen but not allowed is 403, allowed but in the wrong state is 409.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from citybrain import registry

if TYPE_CHECKING:
    from citybrain.organizations.actors import Actor

M = TypeVar("M", bound=Model)
NOTHING = Q(pk__in=[])
# Not Q(): that one vanishes beside another condition, and "everything or mine" became "mine".
EVERYTHING = ~NOTHING


@dataclass(frozen=True)
class Holds:
    """Allows whoever holds `permission` for the department found at `path` on the object."""

    permission: str
    path: str = "department"

    def __call__(self, actor: "Actor", obj: Any) -> bool:
        owner = obj
        *steps, last = self.path.split(".")
        for step in steps:
            owner = getattr(owner, step)
        return actor.may(self.permission, getattr(owner, f"{last}_id"))

    def q(self, actor: "Actor") -> Q:
        return actor.scope(self.permission).q(self.path.replace(".", "__"))


class Policy(Generic[M]):
    """Subclass per noun: fill `verbs` and `visible`, and name the instance in the app's policies.py."""

    model: type[M]
    verbs: Mapping[str, Holds]

    def visible(self, actor: "Actor") -> Q:
        """The rows that the actor may know of."""
        raise TypeError(f"{type(self).__name__} does not say what is visible.")

    def allows(self, actor: "Actor", verb: str, obj: M) -> bool:
        """Whether the actor may do `verb` to this object, whatever its state.

        Raises UnknownName for a verb that the policy does not list.
        """
        try:
            rule = self.verbs[verb]
        except KeyError:
            raise registry.UnknownName(f"{type(self).__name__}: no verb {verb!r}.") from None
        return rule(actor, obj)

    def queryset(self, actor: "Actor") -> QuerySet[M]:
        """Everything of this noun that the actor may see."""
        return self.model._default_manager.filter(self.visible(actor))

    def fetch(self, actor: "Actor", queryset: QuerySet[M] | None = None, **lookup: Any) -> M:
        """The visible object that `lookup` names. Raises Http404 alike for missing and unseen ones."""
        rows = self.queryset(actor) if queryset is None else queryset.filter(self.visible(actor))
        found = rows.filter(**lookup).order_by("pk").first()
        if found is None:
            raise Http404(_("没有找到您要办理的内容，或者您无权查看。"))
        return found

    def require(self, actor: "Actor", verb: str, obj: M) -> None:
        """Raises PermissionDenied, saying nothing of the object, when `allows` is False."""
        if not self.allows(actor, verb, obj):
            raise PermissionDenied(_("您的角色不能办理这一事项。"))


def require_anywhere(actor: "Actor", *permissions: str) -> None:
    """Raises PermissionDenied unless one of `permissions` is held for some department."""
    if not actor.holds(*permissions):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
