"""People from an Excel workbook: read, rehearsed row by row, then imported whole or not at all.

The preview is a rehearsal: the same services run on the same rows and everything is rolled back,
so what it says is what will happen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citybrain.administration.services.changes import changed
from citybrain.administration.services.people import (
    CHANGEABLE_FIELDS,
    Issued,
    change_person,
    create_person,
)
from citybrain.administration.services.roles import role_codes_of, set_roles
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department, User
from citybrain.organizations.roles import ROLES
from citybrain.policies import require_anywhere
from citybrain.refusals import Refused
from citybrain.spreadsheets import Column, Limits, OutSheet, SheetSpec, read_workbook, write_xlsx

MOST_PEOPLE = 500
PREVIEW_SECONDS = 3600
LIMITS = Limits(max_file_bytes=2 * 1024 * 1024, max_rows=MOST_PEOPLE, max_columns=30)
COLUMNS = (
    Column("username", gettext_lazy("用户名"), hint=gettext_lazy("登录名，建立后不再变更"), width=18),
    Column("name", gettext_lazy("姓名"), width=12),
    Column("department", gettext_lazy("单位简称或编号"), width=24),
    Column(
        "post", gettext_lazy("职务"), required=False,
        hint=gettext_lazy("已有人员的单元格留空，表示不变更"), width=20,
    ),
    Column(
        "roles", gettext_lazy("角色"), required=False,
        hint=gettext_lazy("可填多个，用顿号分开，如：编目员、数据安全员"), width=28,
    ),
    Column("email", gettext_lazy("邮箱"), required=False, width=26),
    Column("phone", gettext_lazy("电话"), required=False, width=16),
)  # fmt: skip
PEOPLE = SheetSpec("", COLUMNS)
HEADINGS = {column.key: column.heading for column in COLUMNS}


class Action(models.TextChoices):
    ADD = "add", gettext_lazy("新增")
    CHANGE = "change", gettext_lazy("变更")
    SAME = "same", gettext_lazy("无变化")
    REFUSED = "refused", gettext_lazy("不予导入")


TONES = {"add": "success", "change": "info", "same": "muted", "refused": "danger"}


@dataclass(frozen=True)
class Line:
    """One row of the workbook as it stands in the file: JSON values only, so that it can travel."""

    number: int
    values: dict[str, str]
    issues: list[str]


@dataclass(frozen=True)
class Outcome:
    """What importing one line does: `notes` say what changes, or why it is refused."""

    line: Line
    action: Action
    notes: tuple[str, ...] = ()
    issued: Issued | None = None

    @property
    def tone(self) -> str:
        return TONES[self.action.value]


class _Rehearsed(Exception):
    """Ends a rehearsal, rolling back what it did."""


def template() -> bytes:
    """An empty workbook with the headings, hints and the list of roles."""
    return write_xlsx([OutSheet(_("人员名单"), COLUMNS)])


def read(file: BinaryIO) -> list[Line]:
    """The lines of an uploaded workbook. Raises SpreadsheetError for a file that is unusable."""
    sheet = read_workbook(file, sheets=(PEOPLE,), limits=LIMITS)[""]
    return [
        Line(row.number, dict(row.values), [str(issue) for issue in row.issues]) for row in sheet
    ]


def sign(lines: Sequence[Line], actor: Actor) -> str:
    """The lines as a text that the preview carries to its confirmation; nobody can alter it."""
    rows = [[line.number, line.values, line.issues] for line in lines]
    return signing.dumps(rows, salt=_salt(actor), compress=True)


def unsign(text: str, actor: Actor) -> list[Line]:
    """The lines again. Raises ValidationError when the text is old, altered or another person's."""
    try:
        rows = signing.loads(text, salt=_salt(actor), max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        raise ValidationError(_("预览已失效，请重新上传文件。")) from None
    return [Line(*row) for row in rows]


def preview(lines: Sequence[Line], actor: Actor) -> list[Outcome]:
    """What importing would do, line by line; nothing is saved."""
    outcomes: list[Outcome] = []
    try:
        with transaction.atomic():
            outcomes = _run(lines, actor)
            raise _Rehearsed
    except _Rehearsed:
        return outcomes


@transaction.atomic
def import_people(lines: Sequence[Line], actor: Actor) -> list[Outcome]:
    """Imports all lines. Raises Refused, with nothing saved, when any of them is not acceptable."""
    outcomes = _run(lines, actor)
    refused = [one for one in outcomes if one.action == Action.REFUSED]
    if refused:
        raise Refused(
            [
                _("第 %(row)d 行：%(notes)s")
                % {"row": one.line.number, "notes": "；".join(one.notes)}
                for one in refused
            ]
        )
    return outcomes


def _salt(actor: Actor) -> str:
    return f"people-import:{actor.user_id}"


def _run(lines: Sequence[Line], actor: Actor) -> list[Outcome]:
    require_anywhere(actor, "manage_people")
    if not lines:
        raise ValidationError(_("文件中没有人员，请在列名下方逐行填写后再上传。"))
    seen: dict[str, int] = {}
    outcomes = []
    for line in lines:
        key = line.values.get("username", "").lower()
        if key in seen:
            note = _("用户名与第 %d 行重复。") % seen[key]
            outcomes.append(Outcome(line, Action.REFUSED, (note,)))
            continue
        if key:
            seen[key] = line.number
        outcomes.append(_import_line(line, actor))
    return outcomes


def _import_line(line: Line, actor: Actor) -> Outcome:
    """Runs one line in a savepoint: a refused one leaves no trace."""
    if line.issues:
        return Outcome(line, Action.REFUSED, tuple(line.issues))
    try:
        with transaction.atomic():
            user = User.objects.filter(username__iexact=line.values["username"]).first()
            return _add(line, actor) if user is None else _change(line, user, actor)
    except ValidationError as error:
        return Outcome(line, Action.REFUSED, _sentences(error))


def _add(line: Line, actor: Actor) -> Outcome:
    department = _department(line.values["department"])
    values = {**line.values, "department": department}
    values.pop("roles", None)
    roles = _roles(line.values.get("roles", ""))
    issued = create_person(actor=actor, values=values, roles=roles)
    return Outcome(line, Action.ADD, issued=issued)


def _change(line: Line, user: User, actor: Actor) -> Outcome:
    if not user.is_active:
        raise ValidationError({"username": _("该账号已停用，请先在人员管理中恢复。")})
    wanted: dict[str, Any] = {
        name: line.values[name]
        for name in CHANGEABLE_FIELDS
        if name != "department" and line.values.get(name)
    }
    wanted["department"] = _department(line.values["department"])
    before = {name: getattr(user, name) for name in wanted}
    before_roles = role_codes_of(user)
    user = change_person(actor=actor, user=user, values=wanted)
    roles = _roles(line.values.get("roles", ""))
    if roles:
        set_roles(actor=actor, user=user, role_codes=roles)
    differences = changed(
        {**before, "roles": _labels(before_roles)},
        {**wanted, "roles": _labels(role_codes_of(user))},
    )
    if not differences:
        return Outcome(line, Action.SAME)
    notes = [
        _("%(field)s：%(before)s → %(after)s")
        % {
            "field": HEADINGS[name],
            "before": change["before"] or "—",
            "after": change["after"] or "—",
        }
        for name, change in differences.items()
    ]
    return Outcome(line, Action.CHANGE, tuple(notes))


def _department(text: str) -> Department:
    if not text:
        raise ValidationError({"department": _("请填写单位简称或编号。")})
    active = Department.objects.active()
    found = list(active.filter(models.Q(code=text) | models.Q(name=text)))
    found = found or list(active.filter(short_name=text)[:2])
    if not found:
        raise ValidationError({"department": _("没有单位“%s”，请核对简称或编号。") % text[:40]})
    if len(found) > 1:
        raise ValidationError(
            {"department": _("有多个单位叫“%s”，请改填单位编号或全称。") % text[:40]}
        )
    return found[0]


def _roles(text: str) -> list[str]:
    """Codes of the roles named in a cell, separated by 、 or any comma, semicolon or space."""
    codes = {str(role.label): code for code, role in ROLES.items()} | {code: code for code in ROLES}
    for mark in "，,；;/ \n":
        text = text.replace(mark, "、")
    names = [name for name in text.split("、") if name]
    unknown = [name for name in names if name not in codes]
    if unknown:
        raise ValidationError(
            {
                "roles": _("没有角色“%(name)s”。可填：%(known)s。")
                % {
                    "name": "、".join(unknown)[:60],
                    "known": "、".join(str(role.label) for role in ROLES.values()),
                }
            }
        )
    return [codes[name] for name in names]


def _labels(codes: Sequence[str]) -> str:
    return "、".join(str(ROLES[code].label) for code in codes)


def _sentences(error: ValidationError) -> tuple[str, ...]:
    """Each message with the heading of its column before it."""
    if not hasattr(error, "error_dict"):
        return tuple(error.messages)
    return tuple(
        f"{HEADINGS[name]}：{message}" if name in HEADINGS else message
        for name, found in error.message_dict.items()
        for message in found
    )
