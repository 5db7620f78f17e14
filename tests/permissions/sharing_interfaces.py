"""Descriptions of services, and who may try a grant out."""

from tests.permissions.rows import EVERYBODY, Row
from tests.permissions.sharing_use import SIDES, UNSEEN, USERS, a_grant, a_service

TRIED = {"items": ["姓名"], "page_size": "2", "after": "0"}
ROWS = [
    Row("sharing:service_openapi", allowed=EVERYBODY, scene=a_service),
    Row("sharing:console", allowed=USERS, scene=a_grant, seen_by=SIDES - USERS, **UNSEEN),
    Row(
        "sharing:console",
        allowed=USERS,
        scene=a_grant,
        seen_by=SIDES - USERS,
        method="post",
        data=TRIED,
        note=" sent",
        **UNSEEN,
    ),
]
