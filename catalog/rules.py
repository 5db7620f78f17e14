"""What makes an entry and its items acceptable: one place for form, API and workbook.

A draft may still lack what only the guards of its moves ask for (catalog/guards.py); what is there
must be right. Errors are named like the fields of the form: `title` of the entry, `items` for the
items as a whole, `items-2-length` for the length of the third item, `items-2` for that item whole.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalog.choices import (
    CLASS_ITEMS,
    FORMAT_METHODS,
    FORMAT_TYPES,
    OPENNESS,
    FormatClass,
    OpenType,
    SharingChannel,
    SharingMethod,
    SharingType,
)
from catalog.models import CatalogEntry, DataItem
from catalog.models.entry import GONE
from catalog.models.item import item_key
from catalog.standards.following import standard_errors
from citybrain.organizations.models import Department

MAX_ITEMS = 300
# Set by services, not by people.
DERIVED = (
    "code", "title_key", "title_pinyin", "search", "created_by", "submitted_by", "signed_by",
    "department", "revises",
)  # fmt: skip

# A resource code as the guide's validators have it; several stand in one field.
CODE = re.compile(r"[A-Za-z0-9/_~-]{1,64}")
SEPARATORS = re.compile(r"[、，,;；\s]+")

Errors = dict[str, list[str]]


def title_key(title: str) -> str:
    """What two titles have in common when only punctuation, spaces or width differ."""
    folded = unicodedata.normalize("NFKC", title).lower()
    return "".join(char for char in folded if char.isalnum())[:128]


def check(
    entry: CatalogEntry, items: Sequence[DataItem], rows: Sequence[int] | None = None
) -> None:
    """Judges an entry and its items; the database is asked only for standards that items follow.

    `rows` are the numbers under which the person sees the items, in a table or on a sheet. Raises
    ValidationError with every error found, by name as said above.
    """
    errors: Errors = {}
    try:
        entry.clean_fields(exclude=DERIVED)
    except ValidationError as error:
        errors.update(error.message_dict)
    for name, message in _entry_errors(entry):
        if name not in errors:
            errors[name] = [message]
    errors.update(item_errors(items, rows))
    for name, message in _terms_errors(entry, items):
        errors.setdefault(name, [message])
    if errors:
        raise ValidationError(errors)


def _title_errors(entry: CatalogEntry) -> Iterable[tuple[str, str]]:
    if not title_key(entry.title or ""):
        yield "title", _("请填写信息资源名称，不能只有标点或空格。")
    elif entry.system_name and title_key(entry.title) == title_key(entry.system_name):
        yield "title", _("信息资源名称不能只写信息系统的名称，请写明资源的内容。")


def _entry_errors(entry: CatalogEntry) -> Iterable[tuple[str, str]]:
    yield from _title_errors(entry)
    if (entry.resource_class, entry.class_item) not in CLASS_ITEMS:
        yield "class_item", _("所选的“项”不属于所选的“类”，请重新选择。")
    if entry.format_class != FormatClass.OTHER and (
        entry.format_type not in FORMAT_TYPES.get(entry.format_class, ())
    ):
        yield "format_type", _("所选的格式类型不属于所选的格式分类，请重新选择。")
    allowed = FORMAT_METHODS.get(entry.format_class, ())
    if entry.sharing_channel != SharingChannel.PLATFORM:
        if entry.sharing_method != SharingMethod.FILE:
            yield "sharing_method", _("以邮件或者介质交换的，共享方式须为“文件下载”。")
    elif allowed and entry.sharing_method not in allowed:
        yield (
            "sharing_method",
            _("格式为“%(format)s”的信息资源，共享方式须为“%(methods)s”。")
            % {
                "format": FormatClass(entry.format_class).label,
                "methods": _("”或“").join(str(SharingMethod(one).label) for one in allowed),
            },
        )
    wrong = [code for code in related_codes(entry.related_code) if not CODE.fullmatch(code)]
    if wrong:
        yield (
            "related_code",
            _("“%s”不是信息资源代码，请核对；有多个代码时用顿号或者逗号分开。") % wrong[0][:64],
        )
    if entry.sharing_type == SharingType.WITHHELD and entry.open_type != OpenType.CLOSED:
        yield "open_type", _("不予共享的信息资源，开放属性须为“不予开放”。")


def related_codes(text: str) -> list[str]:
    """The resource codes that element 13 names, each once, in their order."""
    return list(dict.fromkeys(code for code in SEPARATORS.split(text) if code))


def _terms_errors(entry: CatalogEntry, items: Sequence[DataItem]) -> Iterable[tuple[str, str]]:
    """An item's own terms may be stricter than its entry's, never wider (SC-14)."""
    for index, item in enumerate(items):
        own, whole = item.sharing_type, entry.sharing_type
        if own in SharingType.values and whole in SharingType.values and own < whole:
            yield (
                f"items-{index}-sharing_type",
                _("不能比信息资源的共享类型更宽，请改选，或者调整信息资源的共享类型。"),
            )
        if item.open_type not in OPENNESS or entry.open_type not in OPENNESS:
            continue
        if OPENNESS.index(item.open_type) > OPENNESS.index(entry.open_type):
            yield (
                f"items-{index}-open_type",
                _("不能比信息资源的开放属性更宽，请改选，或者调整信息资源的开放属性。"),
            )
        elif item.sharing_type == SharingType.WITHHELD and item.open_type != OpenType.CLOSED:
            yield f"items-{index}-open_type", _("不予共享的信息项，开放属性须为“不予开放”。")


def item_errors(items: Sequence[DataItem], rows: Sequence[int] | None = None) -> Errors:
    """What is wrong with the items, named and numbered as in `check`."""
    errors: Errors = {}
    if len(items) > MAX_ITEMS:
        errors["items"] = [_("一个信息资源最多编制 %d 个信息项，请拆分。") % MAX_ITEMS]
    names: dict[str, int] = {}
    fields: dict[str, int] = {}
    for index, item in enumerate(items):
        try:
            item.clean_fields(exclude=("entry", "standard"))
        except ValidationError as error:
            errors.update(
                {f"items-{index}-{name}": found for name, found in error.message_dict.items()}
            )
        if item.length is not None and item.length < 1:
            errors[f"items-{index}-length"] = [_("数据长度须为正整数。")]
        for name, seen, folded in (
            ("name", names, item_key(item.name or "")),
            ("field", fields, (item.field or "").lower()),
        ):
            if not folded:
                continue
            if folded in seen:
                first = seen[folded]
                errors[f"items-{index}-{name}"] = [
                    _("与第 %d 行重复，同一信息资源内不能重复。") % rows[first]
                    if rows
                    else _("与第 %d 个信息项重复，同一信息资源内不能重复。") % (first + 1)
                ]
            seen.setdefault(folded, index)
    for name, message in standard_errors(items).items():
        errors.setdefault(name, [message])
    return errors


def entries_called(
    department: Department, titles: Iterable[str], *, except_pk: int | None = None
) -> dict[str, CatalogEntry]:
    """The department's entries that already have one of `titles`, by title_key; one query."""
    keys = {title_key(title) for title in titles}
    found = CatalogEntry.objects.filter(department=department, title_key__in=keys, revises=None)
    if except_pk is not None:
        found = found.exclude(pk=except_pk)
    return {entry.title_key: entry for entry in found.exclude(state__in=GONE).defer("search")}


def title_taken() -> ValidationError:
    return ValidationError(
        {"title": _("本单位已有同名的信息资源（标点和空格的差别不计），请更改名称。")}
    )


def prefixed(error: ValidationError, prefix: str) -> dict[str, Any]:
    """The messages of `error`, their names behind `prefix`: for one of many."""
    return {f"{prefix}{name}": found for name, found in error.message_dict.items()}
