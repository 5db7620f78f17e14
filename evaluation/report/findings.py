"""Problems and next steps, derived from the numbers of the year by explicit rules.

Each rule looks at the facts and gives one ``Finding`` or nothing. The wording says only what the
numbers say; nothing is judged by hand. The findings are part of the frozen facts, so a later
change of a rule never changes what an earlier report said.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from evaluation.report.facts_schema import AnnualReportFacts, DepartmentRow, Finding
from evaluation.report.wording import amount, basis_points, names, percent, ranked

LOW_RATIO_BP = 6_000
"""Below 60% a department is named."""
HIGH_REFUSAL_BP = 500
"""From 5% refused calls on, the share is a problem."""

Rule = Callable[[AnnualReportFacts], Finding | None]


def with_findings(facts: AnnualReportFacts) -> AnnualReportFacts:
    """Return the facts with ``findings`` computed from the rest of them."""
    return replace(facts, findings=find(facts))


def find(facts: AnnualReportFacts) -> tuple[Finding, ...]:
    """Return the findings of all rules, in the fixed order of the rules."""
    return tuple(finding for rule in RULES if (finding := rule(facts)) is not None)


def without_catalog(facts: AnnualReportFacts) -> Finding | None:
    """Departments without a published entry (SC-13, SC-39)."""
    affected = [row.short_name for row in facts.departments if row.entries == 0]
    if not affected:
        return None
    everyone = len(affected) == len(facts.departments)
    who = f"全部{len(affected)}个部门" if everyone else f"{len(affected)}个部门"
    named = "" if everyone else f"：{names(affected)}"
    return Finding(
        code="without_catalog",
        title="目录编制尚未全面覆盖。",
        text=f"{who}没有已发布的信息资源目录{named}。",
        step_title="补齐信息资源目录。",
        step=f"督促尚未发布目录的{len(affected)}个部门梳理本部门掌握的信息资源，编制目录并报送审核。",
    )


def low_attachment(facts: AnnualReportFacts) -> Finding | None:
    """Departments with less than 60% of their entries carrying data."""
    affected = _below(facts.departments, lambda row: (row.entries_with_data, row.entries_sharable))
    if not affected:
        return None
    catalog = facts.catalog
    return Finding(
        code="low_attachment",
        title="部分目录没有挂接数据。",
        text=f"可以共享的{amount(catalog.entries_sharable)}条目录中，"
        f"{amount(catalog.entries_sharable - catalog.entries_with_data)}条没有挂接数据，"
        f"挂接率低于60%的部门有{len(affected)}个：{names(affected)}。",
        step_title="提高目录挂接率。",
        step=f"对挂接率低于60%的{len(affected)}个部门逐条核对未挂接目录，"
        "具备条件的完成数据或者接口挂接，不具备条件的说明原因。",
    )


def stale_entries(facts: AnnualReportFacts) -> Finding | None:
    """Departments with less than 60% of the due updates done in time (SC-18)."""
    affected = _below(
        facts.departments, lambda row: (row.entries_updated_in_time, row.entries_update_due)
    )
    if not affected:
        return None
    catalog = facts.catalog
    missed = catalog.entries_update_due - catalog.entries_updated_in_time
    return Finding(
        code="stale_entries",
        title="部分数据更新不及时。",
        text=f"按更新周期应更新的{amount(catalog.entries_update_due)}条目录中，"
        f"{amount(missed)}条未按时更新，"
        f"更新及时率低于60%的部门有{len(affected)}个：{names(affected)}。",
        step_title="落实数据更新责任。",
        step=f"要求更新及时率低于60%的{len(affected)}个部门按照登记的更新周期更新数据；"
        "更新周期与实际不符的，依照规定变更目录。",
    )


def late_answers(facts: AnnualReportFacts) -> Finding | None:
    """Applications not answered within the statutory limit (SC-21, SC-39)."""
    counts = facts.applications
    missed = counts.due - counts.answered_in_time
    if missed <= 0:
        return None
    affected = [
        row.short_name for row in facts.departments if row.answers_in_time < row.answers_due
    ]
    named = f"，涉及{names(affected)}" if affected else ""
    return Finding(
        code="late_answers",
        title="部分申请未在法定期限内答复。",
        text=f"应答复的{amount(counts.due)}件共享申请中，{amount(missed)}件未在法定期限内答复，"
        f"占{percent(missed, counts.due)}{named}。",
        step_title="严格执行答复时限。",
        step="对未在法定期限内答复的申请逐件查明原因，尚未答复的限期答复；"
        "到期前的提醒落实到具体承办人。",
    )


def unused_authorizations(facts: AnnualReportFacts) -> Finding | None:
    """Departments that called less than 60% of what they were granted (SC-38)."""
    affected = _below(
        facts.departments, lambda row: (row.authorizations_used, row.authorizations_granted)
    )
    if not affected:
        return None
    counts = facts.authorizations
    return Finding(
        code="unused_authorizations",
        title="部分授权没有得到使用。",
        text=f"本年度可用的{amount(counts.usable)}项授权中，"
        f"{amount(counts.usable - counts.in_use)}项没有调用记录，"
        f"授权使用率低于60%的部门有{len(affected)}个：{names(affected)}。",
        step_title="清理长期不用的授权。",
        step=f"会同授权使用率低于60%的{len(affected)}个部门核对授权的使用场景，"
        "仍有需要的推动接入使用，不再需要的依照规定终止。",
    )


def breached_duties(facts: AnnualReportFacts) -> Finding | None:
    """Duties not fulfilled within their limit (HK-47, SC-39)."""
    counts = facts.duties
    if not counts.breached:
        return None
    affected = sorted(
        (row for row in facts.departments if row.duties.breached),
        key=lambda row: -row.duties.breached,
    )
    repeated = [row for row in affected if row.duties.breached > 1][:5]
    if repeated:
        named = ranked(
            "逾期较多的部门",
            [f"{row.short_name}（{row.duties.breached}项）" for row in repeated],
        )
    else:
        named = f"涉及{names([row.short_name for row in affected])}。" if affected else ""
    overdue = f"，其中{amount(counts.overdue)}项仍未完成" if counts.overdue else "，现均已完成"
    return Finding(
        code="breached_duties",
        title="法定时限逾期仍有发生。",
        text=f"本年度到期的{amount(counts.judged)}项法定时限事项中，"
        f"{amount(counts.breached)}项逾期{overdue}。{named}",
        step_title="督办逾期事项。",
        step=f"对{amount(counts.overdue)}项仍未完成的逾期事项逐项督办，"
        "办理结果计入下一年度评价；对重复发生逾期的部门提出改进意见。"
        if counts.overdue
        else "对发生逾期的部门提出改进意见，并跟踪改进情况。",
    )


def late_corrections(facts: AnnualReportFacts) -> Finding | None:
    """Correction requests not answered within ten working days (SC-26, SC-39)."""
    counts = facts.corrections
    if counts is None or counts.due <= counts.answered_in_time:
        return None
    missed = counts.due - counts.answered_in_time
    return Finding(
        code="late_corrections",
        title="部分校核申请未按时反馈。",
        text=f"应反馈的{amount(counts.due)}件校核申请中，{amount(missed)}件未在法定期限内反馈，"
        f"占{percent(missed, counts.due)}。",
        step_title="加快校核反馈。",
        step="对未按时反馈的校核申请逐件督促提供部门核实、更正并反馈。",
    )


def refused_calls(facts: AnnualReportFacts) -> Finding | None:
    """A share of refused calls of 5% or more, with the most frequent reason."""
    counts = facts.calls
    share = basis_points(counts.refused, counts.total)
    if share is None or share < HIGH_REFUSAL_BP:
        return None
    reasons = sorted(counts.refused_by_reason, key=lambda row: -row.count)
    main = f"，最主要的原因是{reasons[0].name}" if reasons else ""
    return Finding(
        code="refused_calls",
        title="接口调用被拒绝的比例偏高。",
        text=f"本年度{amount(counts.total)}次接口调用中，{amount(counts.refused)}次被拒绝，"
        f"占{percent(counts.refused, counts.total)}{main}。",
        step_title="规范接口调用。",
        step="向被拒绝调用较多的使用部门反馈原因，督促其检查授权期限、调用额度和授权码管理。",
    )


def ungraded_items(facts: AnnualReportFacts) -> Finding | None:
    """Published data items without a confirmed grade (HK-37)."""
    missing = facts.catalog.items - facts.security.items_graded
    if missing <= 0:
        return None
    return Finding(
        code="ungraded_items",
        title="数据分级尚未全部完成。",
        text=f"已发布目录的{amount(facts.catalog.items)}个信息项中，"
        f"{amount(missing)}个尚未确认数据级别。",
        step_title="完成数据分级。",
        step=f"督促有关部门对尚未确认级别的{amount(missing)}个信息项完成分级。",
    )


def lowest_level(facts: AnnualReportFacts) -> Finding | None:
    """Departments in the lowest level of the result (HK-16)."""
    if not facts.levels:
        return None
    level = facts.levels[-1].name
    affected = [row.short_name for row in facts.departments if row.level == level]
    if not affected:
        return None
    return Finding(
        code="lowest_level",
        title=f"部分部门评价结果为{level}。",
        text=f"评价结果为{level}的部门有{len(affected)}个：{names(affected)}。",
        step_title="推动整改提高。",
        step=f"向评价结果为{level}的{len(affected)}个部门逐一反馈评价结果和改进意见，跟踪整改情况。",
    )


RULES: tuple[Rule, ...] = (
    without_catalog,
    low_attachment,
    stale_entries,
    late_answers,
    late_corrections,
    unused_authorizations,
    breached_duties,
    refused_calls,
    ungraded_items,
    lowest_level,
)


def _below(
    departments: Iterable[DepartmentRow], ratio: Callable[[DepartmentRow], tuple[int, int]]
) -> list[str]:
    """Return the short names of the departments whose ratio is known and low."""
    found = []
    for row in departments:
        share = basis_points(*ratio(row))
        if share is not None and share < LOW_RATIO_BP:
            found.append(row.short_name)
    return found
