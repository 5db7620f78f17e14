"""Who sees and who keeps standards."""

from typing import TypeVar

from django.db.models import Q

from catalog.models import CodeList, DataElement
from catalog.models.standard import Standard
from catalog.standards.choices import PUBLIC
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.policies import EVERYTHING, NOTHING, Holds, Policy

M = TypeVar("M", bound=Standard)


class Keeps(Holds):
    """The register is the city's: whoever keeps it for the city keeps all of it."""

    def __call__(self, actor: Actor, obj: object) -> bool:
        return actor.scope(self.permission).everywhere

    def q(self, actor: Actor) -> Q:
        return EVERYTHING if actor.scope(self.permission).everywhere else NOTHING


class StandardPolicy(Policy[M]):
    """What is or was in force is seen by everyone with an account, drafts by those who keep them."""

    verbs = {"keep": Keeps("keep_standards")}

    def visible(self, actor: Actor) -> Q:
        if actor.is_public:
            return NOTHING
        if actor.is_system or any(
            actor.scope(name).everywhere for name in ("keep_standards", "read_everything")
        ):
            return EVERYTHING
        return Q(state__in=PUBLIC)


class ElementPolicy(StandardPolicy[DataElement]):
    model = DataElement


class CodeListPolicy(StandardPolicy[CodeList]):
    model = CodeList


element_policy = ElementPolicy()
code_list_policy = CodeListPolicy()


def the_city() -> Department:
    """Whose the register is, for the audit trail."""
    return Department.objects.get(parent=None)
