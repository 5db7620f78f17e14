"""What a line of the permission matrix says, and the words that the tables use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.personas import World

Scene = Callable[[World], dict[str, Any]]

EVERYBODY = frozenset(
    {
        "police_cataloguer", "police_head", "police_security",
        "health_cataloguer", "health_head", "health_security",
        "water_cataloguer", "water_head", "water_security",
        "approver", "coordinator", "evaluator", "admin",
        "cyberspace_officer", "city_reader", "auditor",
    }
)  # fmt: skip
POLICE = frozenset({"police_cataloguer", "police_head", "police_security"})
HEALTH = frozenset({"health_cataloguer", "health_head", "health_security"})
SUPERVISORS = frozenset({"approver", "coordinator", "evaluator", "city_reader", "auditor"})


@dataclass(frozen=True)
class Row:
    """One address in one state of its object.

    `allowed` get an answer that is neither 403 nor 404; `refused_with` is what everybody else
    gets: 404 for what they may not know of, 403 for what they may not do; `seen_by` see the object
    but are refused with 403 although the others get 404. `public` is the answer without sign-in:
    302 leads to the sign-in page. `scene` makes the object and returns the address's arguments;
    `secret` is text of the object that no refusal may contain.
    """

    name: str
    allowed: frozenset[str] = EVERYBODY
    refused_with: int = 403
    seen_by: frozenset[str] = frozenset()
    public: int = 302
    method: str = "get"
    scene: Scene = field(default=lambda world: {})
    data: dict[str, Any] = field(default_factory=dict)
    secret: str = ""
    note: str = ""

    @property
    def is_api(self) -> bool:
        """Whether the address takes JSON instead of a form."""
        return self.name.partition(":")[0].endswith("api")


def only(*people: str) -> frozenset[str]:
    return frozenset(people)
