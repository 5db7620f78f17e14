"""The lines of the register of what allows data to leave the country."""

from typing import Any

from security.abroad import services
from security.abroad.choices import ExportWay
from security.models import ExportAssessment
from tests.permissions.catalog import PEOPLE
from tests.permissions.rows import HEALTH, SUPERVISORS, Row, only
from tests.personas import World, actor_of

READERS = PEOPLE | SUPERVISORS | {"cyberspace_officer"}
SEEN = HEALTH | SUPERVISORS | {"cyberspace_officer"}
SECRET = "粤港澳某研究所"
UNSEEN = {"refused_with": 404, "secret": SECRET}


def an_assessment(world: World, **changes: Any) -> ExportAssessment:
    """Health may give data to an institute abroad, once the cyberspace office has checked it."""
    today = services.timezone.localdate()
    values = {
        "way": ExportWay.ASSESSMENT,
        "number": "国信办评字〔2026〕9号",
        "authority": "国家互联网信息办公室",
        "recipient": SECRET,
        "region": "香港",
        "scope": "疫苗接种研究数据，去标识化，十万人以内",
        "concluded_on": today,
        "valid_until": today.replace(year=today.year + 3, day=1),
        **changes,
    }
    return services.register(actor=actor_of(world.health_security), values=values)


def scene(world: World) -> dict[str, Any]:
    return {"pk": an_assessment(world).pk}


ROWS = [
    Row("security:exports", allowed=READERS),
    Row(
        "security:export_new",
        allowed=only("police_security", "health_security", "water_security"),
    ),
    Row("security:export", allowed=SEEN, scene=scene, **UNSEEN),
    *(
        Row(
            "security:export_move",
            allowed=only("cyberspace_officer"),
            seen_by=SEEN - {"cyberspace_officer"},
            method="post",
            scene=lambda world, name=name: {**scene(world), "name": name},
            data={"reason": "编号与结论通知书不符"},
            note=f"-{name}",
            **UNSEEN,
        )
        for name in ("confirm", "return")
    ),
]
