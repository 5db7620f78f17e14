"""The lines of the documents of an answer; whether one is genuine everybody may ask."""

from typing import Any

from sharing.models import PaperKind
from tests.permissions.rows import Row
from tests.permissions.sharing_applications import BOTH, UNSEEN, an_agreed
from tests.personas import World


def a_paper(world: World) -> dict[str, Any]:
    return {**an_agreed(world), "kind": PaperKind.REPLY}


ROWS = [
    Row("sharing:paper", allowed=BOTH, scene=a_paper, **UNSEEN),
    Row("papers:verify", public=200),
]
