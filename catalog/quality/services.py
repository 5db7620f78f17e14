"""Checking the quality of hosted data: asked for, done by a worker, and the rules that people set."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.choices import EntryState
from catalog.models import CatalogEntry, CheckResult, QualityCheck, QualityRule
from catalog.policies import entry_policy
from catalog.quality import engine
from catalog.quality.choices import (
    ADDABLE,
    EVERY,
    LOW,
    MOST_ADDED,
    CheckState,
    Occasion,
    RuleKind,
)
from catalog.quality.rules import Rule, codes_of, rules_of
from catalog.standards.checkers import CHECKERS
from citybrain import claims, progress, registry
from citybrain.audit.services import record
from citybrain.crypto import digest_of
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from citybrain.registry import Holding

PORTION = 5_000  # rows between two signs of life
HAS_ROWS = "catalog.quality.schedule"  # under which the condition of being held is registered


def holding_of(entry: CatalogEntry) -> Holding | None:
    """The rows that the portal keeps of the entry now, whoever keeps them."""
    for find in registry.holdings:
        found = find(entry)
        if found is not None:
            return found
    return None


def request(
    *, entry: CatalogEntry, occasion: Occasion, actor: Actor | None = None
) -> QualityCheck | None:
    """Puts a check of the entry in line; None when one is waiting there already.

    The caller queues it (catalog/tasks.py) when this has been committed; what is not queued is
    found by the schedule.
    """
    made = QualityCheck(entry=entry, occasion=occasion, requested_by=actor.user if actor else None)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "one_check_in_line_per_entry" not in str(error):
            raise
        return None
    return made


@transaction.atomic
def ask(*, actor: Actor, entry: CatalogEntry) -> QualityCheck:
    """A check that a person asks for. Raises PermissionDenied, Conflict when there is none to make."""
    current = entry_policy.fetch(actor, pk=entry.pk)
    entry_policy.require(actor, "compile", current)
    if holding_of(current) is None:
        raise Conflict(_("门户没有托管这一信息资源的数据，无从检查。"))
    made = request(entry=current, occasion=Occasion.PERSON, actor=actor)
    if made is None:
        raise Conflict(_("已有一次检查在等待，请稍后查看结果。"))
    record("catalog.quality.asked", actor=actor, subject=current, department=current.department)
    return made


def waiting(older_than: timedelta = timedelta(0)) -> QuerySet[QualityCheck]:
    """Checks that are to be done and in nobody's hands."""
    before = timezone.now() - older_than
    return QualityCheck.objects.filter(
        claims.free(), state=CheckState.WAITING, requested_at__lte=before
    )


def schedule() -> int:
    """Puts in line every entry with rows that was not checked lately; idempotent. Returns how many."""
    since = timezone.now() - EVERY
    recent = QualityCheck.objects.filter(
        Q(requested_at__gt=since) | Q(state=CheckState.WAITING), entry=OuterRef("pk")
    )
    entries = CatalogEntry.objects.filter(~Exists(recent), state=EntryState.PUBLISHED)
    for condition in registry.conditions.on(HAS_ROWS):
        entries = entries.filter(condition())
    count = 0
    for entry in entries.only("pk").order_by("pk"):
        count += request(entry=entry, occasion=Occasion.SCHEDULE) is not None
    return count


def run(check_id: int) -> None:
    """Makes the check; does nothing when somebody else has it or has done it."""
    rows = QualityCheck.objects.filter(pk=check_id, state=CheckState.WAITING)
    if not claims.take(rows):
        return
    checks = QualityCheck.objects.select_related("entry__department").defer("entry__search")
    check = checks.get(pk=check_id)
    holding = holding_of(check.entry)
    if holding is None or check.attempts > claims.MOST_ATTEMPTS:
        _end(check, CheckState.FAILED)
        return
    rules = [rule for rule in rules_of(check.entry) if rule.enabled]
    codes = codes_of(rules)
    check.digest = _digest(rules, codes, holding)
    check.dataset = holding.number
    age = (timezone.now() - holding.uploaded_at).days
    same = _same(check)
    if same is not None:
        check.rows, results = same.rows, _again(same, rules, age)
    else:
        check.rows, results = _look(check, rules, codes, holding, age)
    scores, check.score = engine.scores_of(results)
    check.scores = {name: str(score) for name, score in scores.items()}
    _end(check, CheckState.DONE, results)


def _digest(rules: Sequence[Rule], codes: Mapping[int, frozenset[str]], holding: Holding) -> str:
    """What the result depends on, the day aside."""
    return digest_of(
        {
            "dataset": holding.number,
            "rows": holding.digest,
            "rules": [[rule.key, dict(rule.params)] for rule in rules],
            "codes": {str(pk): sorted(found) for pk, found in codes.items()},
        }
    )


def _same(check: QualityCheck) -> QualityCheck | None:
    """The last check, when it held the same rows against the same rules."""
    last = QualityCheck.objects.filter(entry=check.entry_id, state=CheckState.DONE).first()
    return last if last is not None and last.digest == check.digest else None


def _again(before: QualityCheck, rules: Sequence[Rule], age: int) -> list[CheckResult]:
    """Its results, save for the age of the data, which is another one today."""
    aged, _rows = engine.run(
        [rule for rule in rules if rule.kind == RuleKind.AGE],
        (),
        codes={},
        age=age,
        advance=lambda number: None,
    )
    fresh = {tally.rule.key: tally for tally in aged}
    results = list(before.results.all())
    for one in results:
        one.pk = None
        if one.key in fresh:
            one.failed, one.score = fresh[one.key].failed, fresh[one.key].score
    return results


def _look(
    check: QualityCheck,
    rules: Sequence[Rule],
    codes: Mapping[int, frozenset[str]],
    holding: Holding,
    age: int,
) -> tuple[int, list[CheckResult]]:
    """Reads the rows; now and then a sign of life keeps the claim and moves the progress bar."""

    def advance(number: int) -> None:
        if number % PORTION == 0:
            QualityCheck.objects.filter(pk=check.pk).update(claimed_at=timezone.now())
            progress.report(job_of(check), number, holding.count)

    tallies, count = engine.run(rules, holding.read(0, None), codes=codes, age=age, advance=advance)
    return count, [
        CheckResult(
            position=place,
            key=tally.rule.key,
            dimension=tally.rule.dimension,
            label=tally.rule.label[:300],
            items=list(tally.rule.items),
            checked=tally.checked,
            failed=tally.failed,
            score=tally.score,
            row_numbers=tally.rows,
        )
        for place, tally in enumerate(tallies)
    ]


def job_of(check: QualityCheck) -> str:
    """The name of its background work."""
    return f"quality-check-{check.pk}"


@transaction.atomic
def _end(check: QualityCheck, state: CheckState, results: Sequence[CheckResult] = ()) -> None:
    """Writes the result once: who was thought dead and comes second changes nothing.

    What each rule found is kept of the last check alone, the scores of all.
    """
    won = QualityCheck.objects.filter(pk=check.pk, state=CheckState.WAITING).update(
        state=state,
        finished_at=timezone.now(),
        **{name: getattr(check, name) for name in ("dataset", "rows", "digest", "score", "scores")},
    )
    if not won or state != CheckState.DONE:
        return
    CheckResult.objects.filter(run__entry=check.entry_id).delete()
    for one in results:
        one.run = check
    CheckResult.objects.bulk_create(results)
    _tell_if_bad(check)


def _tell_if_bad(check: QualityCheck) -> None:
    """The provider hears of a result that is bad and was not before."""
    before = (
        QualityCheck.objects.filter(
            entry=check.entry_id, state=CheckState.DONE, score__isnull=False, pk__lt=check.pk
        )
        .values_list("score", flat=True)
        .first()
    )
    if check.score is None or check.score >= LOW or (before is not None and before < LOW):
        return
    notices.tell(
        people=notices.people_to_tell("compile_entries", check.entry.department),
        kind="catalog.quality.bad",
        title=_("%(entry)s的数据质量得分为%(score)s，低于%(low)d分")
        % {"entry": check.entry, "score": check.score, "low": LOW},
        body=_("请在“数据质量”页面查看问题所在的行，更正后重新提供数据。"),
        subject=check.entry,
    )


# --- rules that people set --------------------------------------------------------------------------
@transaction.atomic
def add_rule(
    *,
    actor: Actor,
    entry: CatalogEntry,
    kind: str,
    items: Sequence[str],
    params: Mapping[str, str],
) -> QualityRule:
    """Adds a rule of ADDABLE. Raises PermissionDenied, ValidationError by field."""
    current = entry_policy.fetch(actor, pk=entry.pk)
    entry_policy.require(actor, "compile", current)
    rule = Rule(kind, tuple(items), _checked_params(kind, params), added=True)
    _check_items(current, rule)
    rows = QualityRule.objects.filter(entry=current)
    if rows.filter(key=rule.key).exists():
        raise ValidationError(_("已有相同的规则。"))
    if rows.filter(added=True).count() >= MOST_ADDED:
        raise ValidationError(_("一个信息资源最多添加%d条规则。") % MOST_ADDED)
    made = QualityRule.objects.create(
        entry=current,
        key=rule.key,
        kind=kind,
        items=list(items),
        params=dict(rule.params),
        added=True,
        changed_by=actor.user,
    )
    _rules_changed("catalog.quality.rule_added", actor, current, rule)
    return made


def _checked_params(kind: str, params: Mapping[str, str]) -> dict[str, str]:
    if kind not in ADDABLE:
        raise ValidationError({"kind": _("请选择规则。")})
    if kind == RuleKind.CHECKER:
        if params.get("checker") not in CHECKERS:
            raise ValidationError({"checker": _("请选择格式。")})
        return {"checker": params["checker"]}
    if kind == RuleKind.RANGE:
        return _range(params)
    return {}


def _range(params: Mapping[str, str]) -> dict[str, str]:
    given = {name: str(params.get(name) or "").strip() for name in ("low", "high")}
    numbers = {}
    for name, text in given.items():
        try:
            numbers[name] = Decimal(text) if text else None
        except InvalidOperation:
            raise ValidationError({name: _("请填写数值。")}) from None
    low, high = numbers["low"], numbers["high"]
    if low is None and high is None:
        raise ValidationError({"low": _("下限和上限至少填写一个。")})
    if low is not None and high is not None and low > high:
        raise ValidationError({"high": _("上限不能小于下限。")})
    return given


def _check_items(entry: CatalogEntry, rule: Rule) -> None:
    known = set(entry.items.values_list("name", flat=True))
    wanted = ADDABLE[rule.kind]
    for place, field in enumerate(("first", "second")[:wanted]):
        if len(rule.items) <= place or rule.items[place] not in known:
            raise ValidationError({field: _("请选择信息项。")})
    if wanted > 1 and rule.items[0] == rule.items[1]:
        raise ValidationError({"second": _("请选择另一个信息项。")})


@transaction.atomic
def switch_rule(*, actor: Actor, entry: CatalogEntry, key: str, enabled: bool) -> None:
    """Switches a rule of the entry off or on. Raises PermissionDenied, Conflict when it is as wished."""
    current = entry_policy.fetch(
        actor, CatalogEntry.objects.select_for_update(of=("self",)), pk=entry.pk
    )
    entry_policy.require(actor, "compile", current)
    rule = next((one for one in rules_of(current) if one.key == key), None)
    if rule is None or rule.enabled == enabled:
        raise Conflict(_("这条规则刚刚有了变化，请刷新后查看。"))
    QualityRule.objects.update_or_create(
        entry=current,
        key=key,
        defaults={"enabled": enabled, "changed_by": actor.user},
        create_defaults={
            "kind": rule.kind,
            "items": list(rule.items),
            "params": dict(rule.params),
            "enabled": enabled,
            "changed_by": actor.user,
        },
    )
    _rules_changed("catalog.quality.rule_switched", actor, current, rule, enabled=enabled)


def _rules_changed(verb: str, actor: Actor, entry: CatalogEntry, rule: Rule, **data: Any) -> None:
    record(
        verb,
        actor=actor,
        subject=entry,
        department=entry.department,
        data={"rule": rule.label, "key": rule.key, **data},
    )
    if holding_of(entry) is not None:
        request(entry=entry, occasion=Occasion.RULES, actor=actor)
