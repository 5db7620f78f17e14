"""What makes the record of an information system acceptable, and what it still lacks."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import InformationSystem
from catalog.rules import title_key
from catalog.systems.choices import (
    ASSESSED_EVERY_DAYS,
    CRYPTOGRAPHY_DAYS,
    CRYPTOGRAPHY_FROM,
    FILED_FROM,
    Cryptography,
    Entrance,
    Hosting,
    Platform,
)

DERIVED = ("department", "name_key", "pinyin", "created_by", "submitted_by")


def check(system: InformationSystem) -> None:
    """Raises ValidationError with every field that is wrong, without asking the database."""
    errors = {}
    try:
        system.clean_fields(exclude=DERIVED)
    except ValidationError as error:
        errors.update(error.message_dict)
    for name, message in _errors(system):
        errors.setdefault(name, [message])
    if errors:
        raise ValidationError(errors)


# What a value of one field asks of another, and the sentence that says so.
ASKS: tuple[tuple[str, Any, str, Any], ...] = (
    (
        "hosting",
        Hosting.ELSEWHERE,
        "migration_plan",
        gettext_lazy("未上云的系统，须写明向电子政务云迁移的计划。"),
    ),
    (
        "hosting",
        Hosting.ELSEWHERE,
        "migrates_by",
        gettext_lazy("未上云的系统，须写明计划迁移完成的日期。"),
    ),
    (
        "entrance",
        Entrance.SEPARATE,
        "entrance_plan",
        gettext_lazy("单独设置入口的系统，须写明集成到市统一入口的计划。"),
    ),
    (
        "entrance",
        Entrance.SEPARATE,
        "integrates_by",
        gettext_lazy("单独设置入口的系统，须写明计划集成完成的日期。"),
    ),
    (
        "cryptography",
        Cryptography.ASSESSED,
        "cryptography_assessed_on",
        gettext_lazy("已通过评估的，须填写评估日期。"),
    ),
    (
        "holds_no_data",
        True,
        "no_data_reason",
        gettext_lazy("声明系统没有数据资源的，须写明理由，验收时由大数据局核对。"),
    ),
)


def _errors(system: InformationSystem) -> Iterator[tuple[str, Any]]:
    if not title_key(system.name or ""):
        yield "name", _("请填写系统名称，不能只有标点或空格。")
    for name, value, wanted, message in ASKS:
        if getattr(system, name) == value and not getattr(system, wanted):
            yield wanted, message
    today = timezone.localdate()
    for name in ("protection_assessed_on", "cryptography_assessed_on"):
        done = getattr(system, name)
        if done and done > today:
            yield name, _("日期不能晚于今天。")
    begins, ends = system.maintained_from, system.maintained_to
    if begins and ends and ends < begins:
        yield "maintained_to", _("运维结束日期不能早于开始日期。")


def lacks(system: InformationSystem, today: date | None = None) -> list[str]:
    """What the law or the city's rules ask of the system and it does not have today."""
    return list(_lacks(system, today or timezone.localdate()))


def _lacks(system: InformationSystem, today: date) -> Iterator[str]:
    if system.hosting == Hosting.ELSEWHERE and system.migrates_by and system.migrates_by < today:
        yield _("计划的上云日期已过，系统仍未迁移。")
    if (
        system.entrance == Entrance.SEPARATE
        and system.integrates_by
        and system.integrates_by < today
    ):
        yield _("计划的入口集成日期已过，入口仍单独设置。")
    if system.protection_level >= FILED_FROM and not system.protection_filing:
        yield _("第二级以上的系统须向公安机关备案，尚未填写备案号。")
    every = ASSESSED_EVERY_DAYS.get(system.protection_level)
    if every and _is_old(system.protection_assessed_on, every, today):
        yield _("等级测评没有记录，或者已超过测评周期。")
    if system.protection_level >= CRYPTOGRAPHY_FROM and (
        system.cryptography in (Cryptography.NONE, Cryptography.PLANNED)
        or (
            system.cryptography == Cryptography.ASSESSED
            and _is_old(system.cryptography_assessed_on, CRYPTOGRAPHY_DAYS, today)
        )
    ):
        yield _("第三级以上的系统每年应通过密码应用安全性评估，没有有效的评估。")
    if system.platform == Platform.NONE and not system.holds_no_data:
        yield _("系统未与共享交换平台对接，也没有对接计划。")
    if system.maintained_to and system.maintained_to < today:
        yield _("运维期已过，数据的治理、维护和更新由谁负责须另行明确。")


def _is_old(done: date | None, days: int, today: date) -> bool:
    return done is None or done < today - timedelta(days=days)
