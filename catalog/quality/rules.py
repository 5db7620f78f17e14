"""Which rules hold for an entry: those that follow from its items and standards, and those added."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from catalog.choices import JUDGED_DAYS, DataType
from catalog.models import CatalogEntry, Code, DataElement, DataItem, QualityRule
from catalog.quality.choices import DIMENSION_OF, LEAST_FILLED, Dimension, RuleKind
from catalog.standards.checkers import CHECKERS
from catalog.standards.following import elements_of
from catalog.standards.queries import suggestions

KINDS = dict(DataType.choices)


@dataclass(frozen=True)
class Rule:
    """One rule. `params` are JSON values; `params` and items make up its key."""

    kind: str
    items: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    added: bool = False
    enabled: bool = True

    @property
    def key(self) -> str:
        """Which rule it is: a default stays the same rule when a length or a standard changes."""
        words = [self.kind, *self.items]
        if self.added:
            words += [f"{name}={self.params[name]}" for name in sorted(self.params)]
        return "|".join(words)[:300]

    @property
    def dimension(self) -> Dimension:
        return DIMENSION_OF[self.kind]

    @property
    def label(self) -> str:
        """The rule as a sentence."""
        first, *more = [*(f"“{name}”" for name in self.items), "", ""]
        words = {"first": first, "second": more[0], "all": "、".join(self.items), **self.params}
        if self.kind == RuleKind.CHECKER:
            words["checker"] = str(CHECKERS[self.params["checker"]].label)
        if self.kind == RuleKind.RANGE:
            words["low"], words["high"] = (self.params[one] or "…" for one in ("low", "high"))
        return SENTENCES()[self.kind] % words


def SENTENCES() -> dict[str, str]:  # noqa: N802 - a table that is translated when it is asked
    return {
        RuleKind.REQUIRED: _("%(first)s须有值"),
        RuleKind.FILLED: _("%(first)s填充率不低于%(least)s%%"),
        RuleKind.TYPE: _("%(first)s符合类型和长度（%(kind)s）"),
        RuleKind.CHECKER: _("%(first)s符合格式：%(checker)s"),
        RuleKind.CODES: _("%(first)s的取值在代码集%(list)s内"),
        RuleKind.RANGE: _("%(first)s在%(low)s到%(high)s之间"),
        RuleKind.KEY: _("主键（%(all)s）不重复"),
        RuleKind.UNIQUE: _("%(first)s的取值不重复"),
        RuleKind.ORDER: _("%(first)s不大于（不晚于）%(second)s"),
        RuleKind.TOGETHER: _("%(first)s有值时%(second)s也须有值"),
        RuleKind.AGE: _("数据在更新周期（%(days)s天）内更新"),
    }


def rules_of(entry: CatalogEntry) -> list[Rule]:
    """Every rule of the entry, those switched off included; four queries.

    Rules about items that the entry no longer has are left out.
    """
    items = list(entry.items.all())
    names = {item.name for item in items}
    decided = {row.key: row for row in QualityRule.objects.filter(entry=entry)}
    rules = [
        replace(rule, enabled=decided[rule.key].enabled) if rule.key in decided else rule
        for rule in defaults(
            entry, items, elements_of(item.standard_id for item in items), _named_alike(items)
        )
    ]
    rules += [
        Rule(row.kind, tuple(row.items), row.params, added=True, enabled=row.enabled)
        for row in decided.values()
        if row.added and set(row.items) <= names
    ]
    return rules


def _named_alike(items: Sequence[DataItem]) -> dict[str, DataElement]:
    """By name the items that follow no standard, with the one that has their name and kind."""
    return {
        one.item.name: one.standard
        for one in suggestions(items)
        if one.item.data_type == one.standard.data_type
    }


def defaults(
    entry: CatalogEntry,
    items: Sequence[DataItem],
    standards: Mapping[str, DataElement],
    alike: Mapping[str, DataElement],
) -> Iterable[Rule]:
    """What follows from the items, their standards and the update cycle, configured by nobody.

    A number with a check digit has one whether or not its item was said to follow a standard: what
    is called as the standard is judged by its format, and by nothing else of it.
    """
    for item in items:
        name = (item.name,)
        if item.is_required or item.is_key:
            yield Rule(RuleKind.REQUIRED, name)
        else:
            yield Rule(RuleKind.FILLED, name, {"least": LEAST_FILLED})
        yield Rule(RuleKind.TYPE, name, _type_of(item))
        standard = standards.get(item.standard_id or "")
        written_as = standard or alike.get(item.name)
        if written_as is not None and written_as.checker:
            yield Rule(RuleKind.CHECKER, name, {"checker": written_as.checker})
        if standard is not None and standard.code_list_id:
            params = {"code_list": standard.code_list_id, "list": str(standard.code_list)}
            yield Rule(RuleKind.CODES, name, params)
    keys = tuple(item.name for item in items if item.is_key)
    if keys:
        yield Rule(RuleKind.KEY, keys)
    days = JUDGED_DAYS.get(entry.update_cycle)
    if days is not None:
        yield Rule(RuleKind.AGE, (), {"days": days})


def _type_of(item: DataItem) -> dict[str, Any]:
    label = str(KINDS[item.data_type])
    kind = f"{label}，{item.length}" if item.length else label
    return {"data_type": item.data_type, "length": item.length, "kind": kind}


def codes_of(rules: Iterable[Rule]) -> dict[int, frozenset[str]]:
    """The codes that the rules ask for, by code list; one query when there are any."""
    wanted = {rule.params["code_list"] for rule in rules if rule.kind == RuleKind.CODES}
    found: dict[int, set[str]] = {pk: set() for pk in wanted}
    if wanted:
        rows = Code.objects.filter(code_list__in=wanted).values_list("code_list", "code")
        for pk, code in rows:
            found[pk].add(code)
    return {pk: frozenset(codes) for pk, codes in found.items()}
