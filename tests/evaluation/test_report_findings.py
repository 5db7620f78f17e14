"""Problems and next steps follow from the numbers, by rules that can be checked by hand."""

from dataclasses import replace

import pytest

from evaluation.report.facts_schema import AnnualReportFacts, CorrectionCounts, Finding
from evaluation.report.findings import find, with_findings
from evaluation.report.wording import names
from tests.evaluation.sample_facts import empty_facts, sample_facts

FACTS = sample_facts()


def finding(facts: AnnualReportFacts, code: str) -> Finding | None:
    return next((row for row in find(facts) if row.code == code), None)


def faultless() -> AnnualReportFacts:
    """The sample with everything done, everywhere and in time."""
    departments = tuple(
        replace(
            row, entries=row.entries or 1, entries_sharable=row.entries or 1, entries_with_data=row.entries or 1,
            entries_updated_in_time=row.entries_update_due, answers_in_time=row.answers_due,
            authorizations_used=row.authorizations_granted, level="优秀",
            duties=replace(row.duties, late=0, overdue=0),
        )
        for row in FACTS.departments
    )  # fmt: skip
    return replace(
        FACTS,
        departments=departments,
        applications=replace(FACTS.applications, answered_in_time=FACTS.applications.due),
        corrections=CorrectionCounts(received=3, due=3, answered=3, answered_in_time=3),
        duties=replace(FACTS.duties, late=0, overdue=0),
    )


def test_a_year_without_fault_has_no_finding() -> None:
    assert find(faultless()) == ()


def test_a_year_without_records_only_lacks_its_catalog() -> None:
    (only,) = find(empty_facts())
    assert only.code == "without_catalog"
    assert only.text == "全部28个部门没有已发布的信息资源目录。"


def test_findings_are_part_of_the_facts_and_computed_once() -> None:
    assert with_findings(FACTS) == FACTS
    assert FACTS.findings == find(FACTS)


def test_departments_without_a_catalog_are_named() -> None:
    found = finding(FACTS, "without_catalog")
    assert found is not None
    assert found.text == "1个部门没有已发布的信息资源目录：市林业局。"
    assert "1个部门" in found.step


@pytest.mark.parametrize(
    ("code", "part", "whole"),
    [
        ("low_attachment", "entries_with_data", "entries_sharable"),
        ("stale_entries", "entries_updated_in_time", "entries_update_due"),
        ("unused_authorizations", "authorizations_used", "authorizations_granted"),
    ],
)
def test_exactly_the_departments_below_60_percent_are_named(
    code: str, part: str, whole: str
) -> None:
    low = [
        row.short_name
        for row in FACTS.departments
        if getattr(row, whole) and getattr(row, part) / getattr(row, whole) < 0.6
    ]
    found = finding(FACTS, code)
    assert found is not None
    assert found.text.endswith(f"低于60%的部门有{len(low)}个：{names(low)}。")


def test_60_percent_itself_is_not_low() -> None:
    def with_ratio(part: int) -> AnnualReportFacts:
        first, *others = faultless().departments
        first = replace(first, entries=1000, entries_sharable=1000, entries_with_data=part)
        return replace(faultless(), departments=(first, *others))

    assert finding(with_ratio(600), "low_attachment") is None
    assert finding(with_ratio(599), "low_attachment") is not None


def test_late_answers_count_what_was_due_and_not_in_time() -> None:
    counts = replace(FACTS.applications, due=40, answered_in_time=37)
    found = finding(replace(faultless(), applications=counts), "late_answers")
    assert found is not None
    assert found.text == "应答复的40件共享申请中，3件未在法定期限内答复，占7.5%。"


def test_breaches_still_open_are_to_be_followed_up_and_closed_ones_are_not() -> None:
    first, second, *others = faultless().departments
    first = replace(first, duties=replace(first.duties, late=2, overdue=1))
    second = replace(second, duties=replace(second.duties, late=1))
    departments = (first, second, *others)
    duties = replace(FACTS.duties, in_time=96, late=3, overdue=1)
    found = finding(replace(faultless(), departments=departments, duties=duties), "breached_duties")
    assert found is not None
    assert found.text == (
        "本年度到期的100项法定时限事项中，4项逾期，其中1项仍未完成。"
        f"逾期较多的部门为{first.short_name}（3项）。"
    )
    assert "1项仍未完成的逾期事项逐项督办" in found.step

    first = replace(first, duties=replace(first.duties, late=1, overdue=0))
    duties = replace(duties, in_time=98, late=2, overdue=0)
    closed = replace(faultless(), departments=(first, second, *others), duties=duties)
    found = finding(closed, "breached_duties")
    assert found is not None
    assert found.text.endswith(
        f"2项逾期，现均已完成。涉及{first.short_name}、{second.short_name}。"
    )
    assert "督办" not in found.step


def test_refused_calls_matter_from_5_percent_on() -> None:
    def with_refused(count: int) -> AnnualReportFacts:
        return replace(faultless(), calls=replace(FACTS.calls, total=1000, refused=count))

    assert finding(with_refused(49), "refused_calls") is None
    found = finding(with_refused(50), "refused_calls")
    assert found is not None
    assert found.text == ("本年度1000次接口调用中，50次被拒绝，占5%，最主要的原因是超出调用额度。")


def test_late_corrections_are_a_problem_only_where_corrections_are_handled() -> None:
    counts = CorrectionCounts(received=9, due=8, answered=8, answered_in_time=6)
    found = finding(replace(faultless(), corrections=counts), "late_corrections")
    assert found is not None
    assert "应反馈的8件校核申请中，2件未在法定期限内反馈，占25%。" in found.text
    assert finding(replace(faultless(), corrections=None), "late_corrections") is None


def test_ungraded_items_are_counted() -> None:
    security = replace(FACTS.security, items_graded=FACTS.catalog.items - 12)
    found = finding(replace(faultless(), security=security), "ungraded_items")
    assert found is not None
    assert "12个尚未确认数据级别" in found.text


def test_the_lowest_level_is_the_last_of_the_definition() -> None:
    found = finding(FACTS, "lowest_level")
    assert found is not None
    assert found.text == "评价结果为不合格的部门有1个：市市场监管局。"
    renamed = tuple(replace(level, name=f"{level.name}级") for level in FACTS.levels)
    assert finding(replace(FACTS, levels=renamed), "lowest_level") is None
    assert finding(replace(FACTS, levels=()), "lowest_level") is None
