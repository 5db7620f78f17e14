"""Reaching a state the way people reach it: every step goes through the real services."""

import io
from datetime import timedelta
from typing import Any

from django.utils import timezone

from catalog.choices import (
    DataType,
    EntryState,
    FormatClass,
    OpenType,
    Privacy,
    ResourceClass,
    Secrecy,
    SharingMethod,
    SharingType,
    UpdateCycle,
)
from catalog.models import CatalogEntry
from catalog.services import content, entries
from citybrain.organizations.models import User
from security.services.grading import Decision, confirm_grades
from security.suggestions import suggest
from sharing.choices import Method, UseBasis
from sharing.models import Authorization, ShareApplication
from sharing.rights import undertakings
from sharing.services import applications, codes, hosting
from tests.personas import World, actor_of
from tests.remembered import remembered

ITEMS: list[dict[str, Any]] = [
    {"name": "登记编号", "data_type": DataType.CHARACTER, "length": 20, "is_key": True},
    {"name": "姓名", "data_type": DataType.CHARACTER, "length": 40, "is_required": True},
    {"name": "公民身份号码", "data_type": DataType.CHARACTER, "length": 18},
    {"name": "联系电话", "data_type": DataType.CHARACTER, "length": 20},
    {"name": "行政区划", "data_type": DataType.CHARACTER, "length": 20},
    {"name": "登记日期", "data_type": DataType.DATE},
]
ROWS = [
    ["DJ0001", "陈琼生", "460199199001010015", "19900001001", "秀英区", "2025-03-01"],
    ["DJ0002", "符海燕", "460199198502020023", "19900001002", "龙华区", "2025-03-02"],
    ["DJ0003", "王椰林", "460199197803030031", "19900001003", "琼山区", "2025-03-03"],
]


def entry_values(**changes: Any) -> dict[str, Any]:
    """The fields of a complete conditional entry, with `changes`."""
    return {
        "office": "户政管理处",
        "title": "居住证登记信息",
        "summary": "全市居住证申领、签注登记信息，包括持证人基本情况、登记日期和所在行政区划。",
        "resource_class": ResourceClass.DEPARTMENT,
        "class_item": "07",
        "theme": "01",
        "format_class": FormatClass.DATABASE,
        "format_type": "mysql",
        "sharing_type": SharingType.CONDITIONAL,
        "sharing_condition": "仅限依法办理公共服务事项时核验持证情况。",
        "sharing_method": SharingMethod.INTERFACE,
        "open_type": OpenType.CLOSED,
        "update_cycle": UpdateCycle.MONTHLY,
        "use_scope": "用于公共服务事项办理中的身份和居住情况核验。",
        "secrecy": Secrecy.NONE,
        "privacy": Privacy.SENSITIVE,
        "assessment": "含身份证件号码等敏感个人信息，按最小必要提供，返回时遮蔽，调用全程留痕。",
        "system_name": "居住证管理系统",
        **changes,
    }


@remembered
def a_draft(
    world: World, *, items: list[dict[str, Any]] | None = None, **values: Any
) -> CatalogEntry:
    """A draft entry of the police."""
    return entries.compile_entry(
        actor=actor_of(world.police_cataloguer),
        department=world.police,
        values=entry_values(**values),
        items=ITEMS if items is None else items,
    )


def grade_all(entry: CatalogEntry, officer: User) -> None:
    """Confirms every item as suggested."""
    decisions = {}
    for item in entry.items.all():
        suggestion = suggest(item)
        decisions[item.pk] = Decision(suggestion.grade, suggestion.category)
    confirm_grades(actor=actor_of(officer), entry=entry, decisions=decisions)


@remembered
def a_submitted_entry(world: World, **values: Any) -> CatalogEntry:
    entry = a_draft(world, **values)
    grade_all(entry, world.police_security)
    return entries.move("submit", actor=actor_of(world.police_cataloguer), entry=entry)


@remembered
def a_signed_entry(world: World, **values: Any) -> CatalogEntry:
    entry = a_submitted_entry(world, **values)
    return entries.move("sign", actor=actor_of(world.police_head), entry=entry)


@remembered
def a_published_entry(world: World, **values: Any) -> CatalogEntry:
    entry = a_signed_entry(world, **values)
    return entries.move("publish", actor=actor_of(world.approver), entry=entry)


def a_revision(
    world: World,
    entry: CatalogEntry,
    *,
    move: str = "revise",
    items: list[dict[str, Any]] | None = None,
    **values: Any,
) -> CatalogEntry:
    """The draft of a revision of a published entry of the police, with `values` and `items`."""
    actor = actor_of(world.police_cataloguer)
    entries.move(move, actor=actor, entry=entry, reason="办法修订，增加登记事项")
    copy = CatalogEntry.objects.get(revises=entry, state=EntryState.DRAFT)
    return entries.change_entry(
        actor=actor,
        entry=copy,
        values=values,
        items=items or list(copy.items.values(*content.ITEM_FIELDS)),
    )


def a_signed_revision(world: World, entry: CatalogEntry, **changes: Any) -> CatalogEntry:
    """A revision that waits for the bureau, every item graded."""
    copy = a_revision(world, entry, **changes)
    grade_all(copy, world.police_security)
    copy = entries.move("submit", actor=actor_of(world.police_cataloguer), entry=copy)
    return entries.move("sign", actor=actor_of(world.police_head), entry=copy)


def csv_file(rows: list[list[str]] | None = None, headings: list[str] | None = None) -> io.BytesIO:
    lines = [headings or [item["name"] for item in ITEMS], *(ROWS if rows is None else rows)]
    return io.BytesIO("\n".join(",".join(line) for line in lines).encode("utf-8-sig"))


@remembered
def a_hosted_entry(world: World, **values: Any) -> CatalogEntry:
    entry = a_published_entry(world, **values)
    upload = hosting.check_upload(entry=entry, file=csv_file(), file_name="居住证登记.csv")
    hosting.host(actor=actor_of(world.police_cataloguer), entry=entry, upload=upload)
    return CatalogEntry.objects.get(pk=entry.pk)


def application_values(**changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "use_basis": UseBasis.ADMINISTRATIVE,
        "legal_basis": "《海口市居住证服务管理办法》第十二条",
        "scenario": "预防接种登记时核验居住情况",
        "usage_range": "仅限市卫生健康委员会预防接种业务人员使用",
        "method": Method.INTERFACE,
        "starts_on": today,
        "ends_on": today + timedelta(days=365),
        "daily_calls": 100,
        "contact": "卞卫录 0898-68700000",
        **changes,
    }


def a_draft_application(
    world: World, entry: CatalogEntry, *, names: tuple[str, ...] = (), **values: Any
) -> ShareApplication:
    """The health commission's draft for `names` of the entry's items (all when empty)."""
    items = entry.items.filter(name__in=names) if names else entry.items.all()
    return applications.draft(
        actor=actor_of(world.health_cataloguer),
        entry=entry,
        values=application_values(**values),
        item_ids=[item.pk for item in items],
    )


def a_delivered_application(world: World, entry: CatalogEntry, **values: Any) -> ShareApplication:
    """Signed by the applicant's head; unconditional data is granted by this alone."""
    application = a_draft_application(world, entry, **values)
    application = applications.move(
        "submit", actor=actor_of(world.health_cataloguer), application=application
    )
    return applications.move("sign", actor=actor_of(world.health_head), application=application)


@remembered
def an_authorization(world: World, entry: CatalogEntry, **values: Any) -> Authorization:
    application = a_delivered_application(world, entry, **values)
    application = applications.move(
        "agree", actor=actor_of(world.police_head), application=application
    )
    undertakings.accept(actor=actor_of(world.health_head), authorization=application.authorization)
    return application.authorization


def a_code(world: World, authorization: Authorization) -> str:
    return codes.issue(actor=actor_of(world.health_cataloguer), authorization=authorization)
