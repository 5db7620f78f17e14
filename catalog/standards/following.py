"""Whether an item fits the data element standard that it follows."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from catalog.choices import DataType
from catalog.models import DataElement, DataItem
from catalog.standards.choices import StandardState

KINDS = dict(DataType.choices)


def standard_errors(items: Sequence[DataItem]) -> dict[str, str]:
    """What does not fit, named and numbered as in catalog/rules.py; one query when any follows one."""
    standards = elements_of(item.standard_id for item in items)
    errors: dict[str, str] = {}
    for index, item in enumerate(items):
        if not item.standard_id:
            continue
        for field, message in misfits(item, standards.get(item.standard_id)):
            errors.setdefault(f"items-{index}-{field}", message)
    return errors


def elements_of(identifiers: Iterable[str | None]) -> dict[str, DataElement]:
    """The standards by identifier, with their code lists; no query when none is named."""
    wanted = {one for one in identifiers if one}
    if not wanted:
        return {}
    found = DataElement.objects.filter(identifier__in=wanted).select_related("code_list")
    return {one.identifier: one for one in found}


def misfits(item: DataItem, standard: DataElement | None) -> Iterator[tuple[str, str]]:
    """(field, sentence) of each thing in which the item differs from the standard."""
    if standard is None or standard.state in (StandardState.DRAFT, StandardState.DISCARDED):
        yield "standard", _("没有标识符为“%s”的现行数据元标准。") % (item.standard_id or "")[:30]
        return
    if standard.state == StandardState.REPLACED:
        yield "standard", _("数据元标准%s已不再施行，请改用现行标准或留空。") % standard
        return
    if item.data_type != standard.data_type:
        yield (
            "data_type",
            _("数据元标准%(standard)s规定为“%(kind)s”，请修改数据类型，或者不遵循该标准。")
            % {"standard": standard, "kind": KINDS[standard.data_type]},
        )
    if not standard.length:
        return
    words = {"standard": standard, "length": standard.length}
    if standard.fixed_length and item.length != standard.length:
        yield "length", _("数据元标准%(standard)s规定长度为%(length)d，请修改。") % words
    elif not item.length or item.length > standard.length:
        yield "length", _("数据元标准%(standard)s规定长度不超过%(length)d，请修改。") % words
