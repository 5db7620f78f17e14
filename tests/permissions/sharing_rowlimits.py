"""Limits of rows in the matrix: set by the provider's head alone."""

from tests.permissions.rows import HEALTH, POLICE, SUPERVISORS, Row, only
from tests.permissions.sharing_applications import a_delivered

ROWS = [
    Row(
        "sharing:row_limit",
        allowed=only("police_head"),
        seen_by=(HEALTH | POLICE | SUPERVISORS) - {"police_head"},
        refused_with=404,
        scene=a_delivered,
        secret="预防接种登记时核验居住情况",
    ),
]
