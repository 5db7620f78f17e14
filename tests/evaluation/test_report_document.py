"""The annual report as a document: what it says, that it says it twice alike, and nothing else."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from evaluation.report.charts import covered_characters
from evaluation.report.document import render_annual_report
from evaluation.report.facts_json import facts_digest
from evaluation.report.facts_schema import AnnualReportFacts, CorrectionCounts
from evaluation.report.findings import with_findings
from tests.evaluation.sample_facts import empty_facts, sample_facts

ROOT = Path(__file__).parents[2]
CHAPTERS = [
    "一、总体情况", "二、主要做法", "三、各部门提供与使用情况", "四、数据质量与更新",
    "五、安全管理情况", "六、存在问题", "七、下一步工作安排",
]  # fmt: skip
RENDER = """
import hashlib
from tests.evaluation.test_report_document import render
from tests.evaluation.sample_facts import sample_facts
print(hashlib.sha256(render(sample_facts())).hexdigest())
"""


def render(facts: AnnualReportFacts, number: str | None = "海数报〔2026〕1号") -> bytes:
    return render_annual_report(facts, document_number=number, digest=facts_digest(facts))


def reopened(facts: AnnualReportFacts) -> Document:
    return docx.Document(BytesIO(render(facts)))


def body_text(document: Document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def every_text(document: Document) -> str:
    descriptions = "".join(
        properties.get("descr", "") for properties in document.element.iter(qn("wp:docPr"))
    )
    return "".join(node.text or "" for node in document.element.iter(qn("w:t"))) + descriptions


def table_of(document: Document, caption: str) -> list[list[str]]:
    for table in document.tables:
        if table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == caption:
            return [[cell.text for cell in row.cells] for row in table.rows]
    raise AssertionError("no such table")


@pytest.fixture(scope="module")
def facts() -> AnnualReportFacts:
    return sample_facts()


@pytest.fixture(scope="module")
def document(facts: AnnualReportFacts) -> Document:
    return reopened(facts)


@pytest.fixture(scope="module")
def empty() -> Document:
    return reopened(empty_facts())


def test_the_same_facts_give_the_same_bytes(facts: AnnualReportFacts) -> None:
    assert render(facts) == render(sample_facts())


def test_two_processes_with_different_hash_seeds_give_the_same_bytes(
    facts: AnnualReportFacts,
) -> None:
    digests = {hashlib.sha256(render(facts)).hexdigest()}
    for seed in ("0", "4711"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "TZ": "UTC"}
        digests.add(
            subprocess.run(
                [sys.executable, "-c", RENDER],
                env=environment, check=True, capture_output=True, text=True,
            ).stdout.strip()
        )  # fmt: skip
    assert len(digests) == 1


def test_another_number_gives_another_document_and_another_digest(
    facts: AnnualReportFacts,
) -> None:
    other = replace(facts, calls=replace(facts.calls, total=facts.calls.total + 1))
    assert facts_digest(other) != facts_digest(facts)
    assert render(other) != render(facts)


def test_a_digest_of_other_facts_is_refused(facts: AnnualReportFacts) -> None:
    with pytest.raises(ValueError, match="the digest of the facts is"):
        render_annual_report(facts, document_number=None, digest="0" * 64)


def test_it_is_written_by_the_authority_to_the_city_government(document: Document) -> None:
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "海口市大数据发展局\n关于2025年度政务信息资源共享情况的报告" in texts
    assert "海口市人民政府：" in texts
    assert "特此报告。" in texts
    assert texts.index("海口市大数据发展局") + 1 == texts.index("2026年1月5日")
    assert document.core_properties.author == "海口市大数据发展局"
    assert document.core_properties.created.isoformat() == "2026-01-04T16:00:00+00:00"


def test_the_chapters_come_in_order_and_then_the_four_attachments(document: Document) -> None:
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[:7] == CHAPTERS
    labels = [p.text for p in document.paragraphs if p.style.name == "附件顺序号"]
    titles = [p.text for p in document.paragraphs if p.style.name == "附件标题"]
    assert labels == ["附件1", "附件2", "附件3", "附件4"]
    listed = [p.text for p in document.paragraphs if re.match(r"(附件：|　　　)\d\.", p.text)]
    assert [line.split(".")[1] for line in listed] == titles


def test_the_opening_names_basis_period_and_state_of_the_records(document: Document) -> None:
    assert (
        "根据《政务数据共享条例》第三十八条、《海口市智慧城市促进条例（草案）》第四十条的规定，"
        "现将2025年度海口市政务信息资源共享情况报告如下。统计期限为2025年1月1日至12月31日，"
        "数据取自海口城市大脑数据资源管理门户的记录；此前收到的事项，办理情况统计至2026年1月5日。"
    ) in body_text(document)


def test_the_numbers_of_the_text_are_those_of_the_facts(
    document: Document, facts: AnnualReportFacts
) -> None:
    text, counts = body_text(document), facts.applications
    assert f"共有目录{facts.catalog.entries}条" in text
    assert f"共收到共享申请{counts.received}件，已答复{counts.answered}件" in text
    assert "平均用时4.65个工作日" in text
    assert "共被调用30.57万次，其中成功29.63万次、拒绝9180次、因故障失败132次" in text
    assert "接口调用增加15.75万次，增长106.29%" in text


def test_every_department_stands_in_the_tables_with_its_numbers(
    document: Document, facts: AnnualReportFacts
) -> None:
    providing = table_of(document, "各部门提供信息资源情况")
    using = table_of(document, "各部门使用信息资源情况")
    assert providing[0][0] == "部门"
    for row, provided, used in zip(facts.departments, providing[1:], using[1:], strict=True):
        assert provided[:3] == [row.short_name, str(row.entries), str(row.entries_with_data)]
        assert provided[-1] == str(row.calls_served)
        assert [used[0], used[-1]] == [row.short_name, str(row.calls_made)]


def test_duties_are_counted_by_rule_and_compared_with_the_year_before(
    document: Document, facts: AnnualReportFacts
) -> None:
    duties = table_of(document, "法定时限事项履行情况")
    assert [row[0] for row in duties[1:]] == [rule.title for rule in facts.duty_rules]
    assert sum(int(row[2]) for row in duties[1:]) == facts.duties.opened
    compared = {row[0]: row[1:] for row in table_of(document, "主要数据与上年对比")}
    assert compared["项目"] == ["2025年度", "2024年度", "增减"]
    assert compared["已发布目录（条）"] == ["369", "308", "+61"]
    assert compared["申请答复及时率"][2].endswith("个百分点")


def test_attachment_1_lists_all_results(document: Document, facts: AnnualReportFacts) -> None:
    rows = table_of(document, "各部门评价结果表")
    assert rows[0] == [
        "名次", "部门", "挂接（20）", "更新（20）", "答复（25）", "使用（15）", "时限（20）", "总分",
        "等级",
    ]  # fmt: skip
    assert [row[1] for row in rows[1:]] == [row.name for row in facts.departments]
    idle = next(row for row in rows if row[1] == "海口市林业局")
    assert idle[2:5] == ["—", "—", "—"]
    assert {row[-1] for row in rows[1:]} == {"优秀", "良好", "合格", "不合格"}


def test_attachments_2_and_3_list_breaches_and_refusals(
    document: Document, facts: AnnualReportFacts
) -> None:
    breaches = table_of(document, "法定时限逾期清单")
    assert len(breaches) == len(facts.breaches) + 1 == facts.duties.breached + 1
    assert "未完成" in {row[5] for row in breaches}
    refusals = table_of(document, "不予共享清单")
    assert len(refusals) == len(facts.refusals) + 1
    assert refusals[1][-1] == "申请的信息项超出所述使用场景的必要范围（《个人信息保护法》第六条）"


def test_attachment_4_explains_the_indicators_and_how_to_verify(
    document: Document, facts: AnnualReportFacts
) -> None:
    rows = table_of(document, "评价指标")
    assert [row[0] for row in rows[1:]] == [row.name for row in facts.indicators]
    text = body_text(document)
    assert facts_digest(facts) in text.splitlines()
    assert "openssl dgst -sm3" in text
    assert "90分以上（含本数，下同）的为优秀；80分以上、不满90分的为良好" in text
    assert "不满60分的为不合格。" in text


def test_problems_and_steps_are_those_of_the_facts_in_their_order(
    document: Document, facts: AnnualReportFacts
) -> None:
    text = body_text(document)
    problems = text[text.index(CHAPTERS[5]) : text.index(CHAPTERS[6])].splitlines()[1:]
    steps = text[text.index(CHAPTERS[6]) : text.index("特此报告。")].splitlines()[1:]
    assert len(facts.findings) >= 7
    assert [line.split("）", 1)[1] for line in problems] == [
        row.title + row.text for row in facts.findings
    ]
    assert [line.split("）", 1)[1] for line in steps] == [
        row.step_title + row.step for row in facts.findings
    ]


def test_five_charts_are_described_for_those_who_cannot_see_them(document: Document) -> None:
    descriptions = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert len(descriptions) == 5
    assert descriptions[0] == "条形图：无条件共享184条，有条件共享155条，不予共享30条。"
    assert all(description.endswith("。") for description in descriptions)
    for number in range(1, 6):
        assert f"见图{number}" in body_text(document)


def test_references_to_tables_lead_to_their_captions(document: Document) -> None:
    text = body_text(document)
    captions = re.findall(r"^(表\d)　", text, re.MULTILINE)
    assert captions == ["表1", "表2", "表3", "表4"]
    assert sorted(set(re.findall(r"见(表\d)", text))) == captions


def test_a_year_without_any_record_reads_naturally(empty: Document) -> None:
    text = body_text(empty)
    for sentence in (
        "截至2025年12月31日，纳入统计的28个部门（单位）尚未发布信息资源目录。",
        "本年度未收到共享申请。",
        "本年度没有接口调用记录。",
        "本年度没有产生法定时限事项。",
        "本年度各部门均没有可供评价的记录，不作评价。",
        "本年度没有法定时限逾期事项。",
        "本年度没有答复不予共享的申请。",
        "（一）目录编制尚未全面覆盖。全部28个部门没有已发布的信息资源目录。",
    ):
        assert sentence in text
    assert not empty.inline_shapes
    assert not re.search(r"[^\d]0(个|件|次|项|条|%)|None|—%|图1|表1", text)


def test_a_perfect_year_has_no_problem_to_report(facts: AnnualReportFacts) -> None:
    text = body_text(reopened(replace(facts, findings=())))
    assert "未发现需要专门报告的问题。" in text
    assert "继续按照法定职责和时限做好" in text


def test_what_the_portal_does_not_record_is_not_mentioned(facts: AnnualReportFacts) -> None:
    silent = with_findings(replace(facts, corrections=None, previous=None))
    text = body_text(reopened(silent))
    assert "校核纠错" not in text
    assert "与上年比较" not in text
    assert "安全事件" not in text
    known = replace(
        facts,
        corrections=CorrectionCounts(received=0, due=0, answered=0, answered_in_time=0),
        security=replace(facts.security, incidents_reported=0),
    )
    text = body_text(reopened(known))
    assert "本年度未收到校核申请。" in text
    assert "本年度没有数据安全事件报告。" in text


def test_a_year_that_still_runs_says_so(facts: AnnualReportFacts) -> None:
    text = body_text(reopened(replace(facts, compiled_from="2025-09-01T00:00:00+08:00")))
    assert "统计期限为2025年1月1日至8月31日" in text
    assert "截至2025年8月31日，纳入统计的部门" in text
    assert "2025年9月1日" in text


def test_every_character_can_be_drawn_by_the_font_that_comes_along(
    document: Document, empty: Document
) -> None:
    used = {ord(character) for character in every_text(document) + every_text(empty)} - {0x0A}
    assert {chr(point) for point in used - covered_characters()} == set()
