"""The lines of open-data developers: the bureau and audit see them, their own pages open to nobody else."""

from typing import Any

from sharing.models import Developer
from tests.permissions.rows import Row, only
from tests.personas import World

SECRET = "海口椰风软件有限公司"
WATCHERS = only("coordinator", "auditor")
UNSEEN: dict[str, Any] = {"refused_with": 404, "secret": SECRET}


def scene(world: World) -> dict[str, Any]:
    made = Developer.objects.create(
        number="KF2026-000001", kind="company", name=SECRET, email="dev@example.com", purpose="应用"
    )
    return {"pk": made.pk}


def suspending(world: World) -> dict[str, Any]:
    return {**scene(world), "name": "suspend"}


def a_wrong_link(world: World) -> dict[str, Any]:
    return {"token": "x"}


def a_key(world: World) -> dict[str, Any]:
    return {"pk": 1}


ROWS = [
    Row("sharing:developers", allowed=WATCHERS),
    Row("sharing:developer", allowed=WATCHERS, scene=scene, **UNSEEN),
    Row(
        "sharing:developer_move",
        allowed=only("coordinator"),
        seen_by=only("auditor"),
        method="post",
        scene=suspending,
        data={"reason": "反复抓取"},
        **UNSEEN,
    ),
    *(Row(f"developers:{name}", public=200) for name in ("guide", "register", "enter", "sent")),
    Row("developers:link", allowed=only(), public=404, refused_with=404, scene=a_wrong_link),
    # An account of the staff is none of a developer's: everybody is sent to ask for a link.
    *(Row(f"developers:{name}") for name in ("mine", "withdraw")),
    *(Row(f"developers:{name}", method="post") for name in ("key_issue", "leave")),
    *(
        Row(f"developers:{name}", method="post", scene=a_key)
        for name in ("key_rotate", "key_revoke")
    ),
]
