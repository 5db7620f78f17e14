"""Chapters three and four: what each department provides and uses, quality and updating."""

from collections.abc import Callable, Sequence

from citybrain.documents.official import OfficialDocument
from citybrain.documents.tables import Column
from evaluation.report.chapters_general import PICTURE_MM
from evaluation.report.charts import scores_chart, timeliness_chart
from evaluation.report.facts_schema import AnnualReportFacts, DepartmentRow
from evaluation.report.wording import amount, ordinal, percent, points, ranked

LEADING_DEPARTMENTS = 5
NOTE = "注：“—”表示没有对应的事项。"


def departments(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    """Append chapter three: providing, using and the result of the evaluation (HK-16, SC-38)."""
    document.heading(1, "三、各部门提供与使用情况")
    for number, (title, write) in enumerate(
        (("提供情况", _providing), ("使用情况", _using), ("评价结果", _results)), start=1
    ):
        document.heading(2, f"（{ordinal(number)}）{title}")
        write(document, facts)


def quality(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    """Append chapter four: attachment, updating and corrections (HK-11, SC-18, SC-26)."""
    document.heading(1, "四、数据质量与更新")
    catalog = facts.catalog
    document.heading(2, "（一）目录挂接")
    document.paragraph(
        f"已发布的{amount(catalog.entries)}条目录中，可以共享的{amount(catalog.entries_sharable)}条，"
        f"其中{amount(catalog.entries_with_data)}条已挂接数据或者接口，"
        f"挂接率{percent(catalog.entries_with_data, catalog.entries_sharable)}。"
        if catalog.entries
        else "尚无已发布的目录，没有需要挂接的数据。"
    )
    document.heading(2, "（二）数据更新")
    _updating(document, facts)
    if facts.corrections is not None:
        document.heading(2, "（三）校核纠错")
        _corrections(document, facts)


def _providing(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    active = [row for row in facts.departments if row.entries or row.answers_due]
    if not active:
        document.paragraph("本年度没有部门发布目录或者提供数据。")
        return
    sentences = [
        _leaders(facts.departments, lambda row: row.entries, "条", "发布目录较多的部门"),
        _leaders(
            facts.departments,
            lambda row: row.calls_served,
            "次",
            "通过接口向其他部门提供数据较多的部门",
        ),
    ]
    document.paragraph(f"{''.join(sentences)}各部门提供情况见{document.next_table}。")
    document.table(
        "各部门提供信息资源情况",
        (
            Column("部门", 35, "left"), Column("发布目录", 18), Column("已挂接", 15),
            Column("挂接率", 17), Column("应答复", 15), Column("按时答复", 18),
            Column("及时率", 17), Column("被调用次数", 21),
        ),
        [
            (
                row.short_name, str(row.entries), str(row.entries_with_data),
                percent(row.entries_with_data, row.entries_sharable), str(row.answers_due),
                str(row.answers_in_time), percent(row.answers_in_time, row.answers_due),
                str(row.calls_served),
            )
            for row in facts.departments
        ],
        note="注：挂接率按可以共享的目录计算，不予共享的不计；应答复、按时答复为共享申请件数；"
        "“—”表示没有对应的事项。",
    )  # fmt: skip


def _using(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    active = [row for row in facts.departments if row.applications_made or row.calls_made]
    if not active and not facts.authorizations.usable:
        document.paragraph("本年度没有部门提出共享申请或者使用共享数据。")
        return
    sentences = [
        _leaders(
            facts.departments,
            lambda row: row.applications_made,
            "件",
            "提出共享申请较多的部门",
        ),
        _leaders(
            facts.departments,
            lambda row: row.calls_made,
            "次",
            "通过接口使用数据较多的部门",
        ),
    ]
    if facts.authorizations.usable:
        counts = facts.authorizations
        sentences.append(
            f"全市可用的{amount(counts.usable)}项授权中，{amount(counts.in_use)}项有调用记录，"
            f"授权使用率{percent(counts.in_use, counts.usable)}。"
        )
    document.paragraph(f"{''.join(sentences)}各部门使用情况见{document.next_table}。")
    document.table(
        "各部门使用信息资源情况",
        (
            Column("部门", 34, "left"), Column("提出申请", 20), Column("可用授权", 20),
            Column("已使用授权", 22), Column("授权使用率", 22), Column("调用次数", 24),
        ),
        [
            (
                row.short_name, str(row.applications_made), str(row.authorizations_granted),
                str(row.authorizations_used),
                percent(row.authorizations_used, row.authorizations_granted), str(row.calls_made),
            )
            for row in facts.departments
        ],
        note=NOTE,
    )  # fmt: skip


def _results(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    scored = [row for row in facts.departments if row.total_centi is not None]
    if not scored:
        document.paragraph("本年度各部门均没有可供评价的记录，不作评价。")
        return
    by_level = "、".join(
        f"{level.name}{sum(1 for row in scored if row.level == level.name)}个"
        for level in facts.levels
    )
    unscored = len(facts.departments) - len(scored)
    rest = f"另有{unscored}个部门没有足够的可供评价的记录，不作评价。" if unscored else ""
    first = ranked(
        "总分居前的部门",
        [
            f"{row.short_name}（{points(row.total_centi)}分）"
            for row in scored[:LEADING_DEPARTMENTS]
        ],
    )
    document.paragraph(
        f"对{len(scored)}个部门提供和使用信息资源的情况作出评价，结果为{by_level}。{rest}"
        f"{first}各部门总分见{document.next_figure}，分项得分见附件1。"
    )
    document.picture(
        scores_chart(scored, facts.levels),
        caption="各部门评价总分",
        description="条形图："
        + "；".join(f"{row.short_name}{points(row.total_centi)}分，{row.level}" for row in scored)
        + "。",
        width_mm=PICTURE_MM,
    )


def _updating(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    catalog = facts.catalog
    due, in_time = catalog.entries_update_due, catalog.entries_updated_in_time
    if not due:
        document.paragraph("本年度没有按更新周期应当更新的目录。")
        return
    judged = [row for row in facts.departments if row.entries_update_due]
    complete = sum(1 for row in judged if row.entries_updated_in_time == row.entries_update_due)
    document.paragraph(
        f"按登记的更新周期，本年度应更新目录{amount(due)}条，按时更新{amount(in_time)}条，"
        f"更新及时率{percent(in_time, due)}。有更新任务的{len(judged)}个部门中，"
        f"{complete}个全部按时更新。各部门更新及时率见{document.next_figure}。"
    )
    document.picture(
        timeliness_chart(judged),
        caption="各部门数据更新及时率",
        description="条形图："
        + "；".join(
            f"{row.short_name}应更新{row.entries_update_due}条、"
            f"按时更新{row.entries_updated_in_time}条"
            for row in judged
        )
        + "。",
        width_mm=PICTURE_MM,
    )


def _corrections(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    counts = facts.corrections
    if counts is None or not counts.received:
        document.paragraph("本年度未收到校核申请。")
        return
    text = f"本年度收到校核申请{amount(counts.received)}件，已反馈{amount(counts.answered)}件。"
    if counts.due:
        text += (
            f"应反馈的{amount(counts.due)}件中，在法定期限内反馈{amount(counts.answered_in_time)}件，"
            f"反馈及时率{percent(counts.answered_in_time, counts.due)}。"
        )
    document.paragraph(text)


def _leaders(
    rows: Sequence[DepartmentRow], value: Callable[[DepartmentRow], int], unit: str, words: str
) -> str:
    """Return ``<words>依次为甲（12条）、乙（9条）。`` of the five largest, empty if all are zero."""
    ordered = sorted((row for row in rows if value(row)), key=lambda row: -value(row))
    return ranked(
        words,
        [
            f"{row.short_name}（{amount(value(row))}{unit}）"
            for row in ordered[:LEADING_DEPARTMENTS]
        ],
    )
