"""Chapters one and two of the annual report: the whole city in numbers, and how it was done."""

from collections.abc import Callable, Sequence

from citybrain.documents.official import OfficialDocument
from citybrain.documents.tables import Column
from citybrain.documents.text import chinese_date
from evaluation.report.charts import monthly_chart, services_chart, sharing_types_chart
from evaluation.report.facts_schema import AnnualReportFacts, NamedCount
from evaluation.report.wording import (
    amount,
    basis_points,
    change,
    ordinal,
    percent,
    plain,
    signed,
    signed_points,
)

PICTURE_MM = 150
LEADING_THEMES = 5
CHARTED_SERVICES = 10


def opening(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    """Append why the report is made, its period and where its numbers come from (HK-40, SC-38)."""
    bases = f"根据{'、'.join(facts.legal_bases)}的规定，" if facts.legal_bases else ""
    compiled = facts.compiled_at.date()
    later = (
        f"；此前收到的事项，办理情况统计至{chinese_date(compiled)}"
        if facts.cutoff < compiled
        else ""
    )
    document.paragraph(
        f"{bases}现将{facts.year}年度{facts.city_name}政务信息资源共享情况报告如下。"
        f"统计期限为{facts.year}年1月1日至{facts.cutoff.month}月{facts.cutoff.day}日，"
        f"数据取自{facts.platform_name}的记录{later}。"
    )


def overall(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    """Append chapter one: catalog, applications, calls, duties, comparison with last year."""
    document.heading(1, "一、总体情况")
    parts: list[tuple[str, Callable[[OfficialDocument, AnnualReportFacts], None]]] = [
        ("目录编制情况", _catalog),
        ("申请答复情况", _applications),
        ("授权和调用情况", _calls),
        ("法定时限履行情况", _duties),
    ]
    if facts.previous is not None:
        parts.append(("与上年比较", _comparison))
    for number, (title, write) in enumerate(parts, start=1):
        document.heading(2, f"（{ordinal(number)}）{title}")
        write(document, facts)


def measures(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    """Append chapter two: the process as the portal enforces it, and how often it ran."""
    document.heading(1, "二、主要做法")
    steps = (
        _catalog_process,
        _application_process,
        _clock_process,
        _authorization_process,
        _evaluation_process,
    )
    for number, step in enumerate(steps, start=1):
        lead, text = step(facts)
        document.paragraph(text, lead=f"（{ordinal(number)}）{lead}")


def _catalog(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    catalog, whole = facts.catalog, len(facts.departments)
    day = chinese_date(facts.cutoff)
    if not catalog.entries:
        document.paragraph(f"截至{day}，纳入统计的{whole}个部门（单位）尚未发布信息资源目录。")
        return
    document.paragraph(
        f"截至{day}，纳入统计的部门（单位）共{whole}个，"
        f"其中{catalog.departments_with_entries}个已发布信息资源目录，"
        f"共有目录{amount(catalog.entries)}条、信息项{amount(catalog.items)}个，"
        f"本年度新发布目录{amount(catalog.entries_new)}条。"
    )
    sentences = [f"按共享类型分，{_shares(catalog.by_sharing_type, catalog.entries)}"]
    sentences[0] += f"（见{document.next_figure}）。"
    themes = sorted(catalog.by_theme, key=lambda row: -row.count)[:LEADING_THEMES]
    if themes:
        listed = "、".join(f"{row.name}{amount(row.count)}条" for row in themes if row.count)
        sentences.append(f"按主题分，数量居前的是{listed}。")
    if catalog.by_grade:
        sentences.append(f"按所含数据的最高级别分，{_shares(catalog.by_grade, catalog.entries)}。")
    document.paragraph("".join(sentences))
    document.picture(
        sharing_types_chart(catalog.by_sharing_type),
        caption="已发布目录按共享类型分布",
        description=f"条形图：{_listed(catalog.by_sharing_type)}。",
        width_mm=PICTURE_MM,
    )


def _applications(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    counts = facts.applications
    if not counts.received:
        document.paragraph("本年度未收到共享申请。")
        return
    answered = f"已答复{amount(counts.answered)}件，其中不予共享{amount(counts.refused)}件"
    if counts.refused:
        answered += "（清单见附件3）"
    text = f"本年度共收到共享申请{amount(counts.received)}件，{answered}；"
    text += f"退回补正{amount(counts.returned)}件，尚在办理{amount(counts.pending)}件。"
    if counts.due:
        text += (
            f"应答复的{amount(counts.due)}件中，在法定期限内答复{amount(counts.answered_in_time)}"
            f"件，答复及时率{percent(counts.answered_in_time, counts.due)}"
        )
        if counts.average_working_days_centi is not None:
            text += f"，平均用时{plain(counts.average_working_days_centi)}个工作日"
        text += "。"
    document.paragraph(text)


def _calls(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    grants, calls = facts.authorizations, facts.calls
    services = facts.catalog.hosted_services
    document.paragraph(
        f"本年度新增授权{amount(grants.granted)}项，期末有效授权{amount(grants.active)}项；"
        f"运行接口服务{amount(services)}个。"
        if grants.granted or grants.active or services
        else "本年度没有新增授权，期末没有有效授权和运行中的接口服务。"
    )
    if not calls.total:
        document.paragraph("本年度没有接口调用记录。")
    else:
        failed = f"、因故障失败{amount(calls.failed)}次" if calls.failed else ""
        document.paragraph(
            f"本年度接口服务共被调用{amount(calls.total)}次，其中成功{amount(calls.ok)}次、"
            f"拒绝{amount(calls.refused)}次{failed}，提供数据{amount(calls.rows_served)}行，"
            f"有{calls.consumer_departments}个部门通过接口使用了其他部门的数据。"
            f"各月申请和调用情况见{document.next_figure}。"
        )
    if calls.total or facts.applications.received:
        document.picture(
            monthly_chart(facts.months),
            caption=f"{facts.year}年各月共享申请和接口调用情况",
            description="柱线图："
            + "；".join(
                f"{row.month}月申请{row.applications}件、调用{row.calls}次" for row in facts.months
            )
            + "。",
            width_mm=PICTURE_MM,
        )
    top = [row for row in facts.services if row.calls][:CHARTED_SERVICES]
    if top:
        document.paragraph(f"调用量居前的{len(top)}个接口服务见{document.next_figure}。")
        document.picture(
            services_chart(top),
            caption="调用量居前的接口服务",
            description="条形图："
            + "；".join(f"{row.name}（{row.department}）{row.calls}次" for row in top)
            + "。",
            width_mm=PICTURE_MM,
        )


def _duties(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    counts = facts.duties
    if not counts.opened:
        document.paragraph("本年度没有产生法定时限事项。")
        return
    text = f"本年度产生法定时限事项{amount(counts.opened)}项，"
    if counts.judged:
        text += (
            f"按时完成{amount(counts.in_time)}项，逾期完成{amount(counts.late)}项，"
            f"逾期未完成{amount(counts.overdue)}项，尚未到期{amount(counts.running)}项，"
            f"法定时限履行率{percent(counts.in_time, counts.judged)}。"
        )
    else:
        text += "均尚未到期。"
    if counts.breached:
        text += "逾期事项清单见附件2。"
    document.paragraph(f"{text}分类情况见{document.next_table}。")
    document.table(
        "法定时限事项履行情况",
        (
            Column("事项", 35, "left"), Column("法定时限", 23), Column("产生", 10),
            Column("按时完成", 17), Column("逾期完成", 17), Column("逾期未完成", 21),
            Column("尚未到期", 17), Column("履行率", 16),
        ),
        [
            (
                row.title, row.limit, str(row.counts.opened), str(row.counts.in_time),
                str(row.counts.late), str(row.counts.overdue), str(row.counts.running),
                percent(row.counts.in_time, row.counts.judged),
            )
            for row in facts.duty_rules
        ],
        note="注：履行率为按时完成数占已到期（含提前完成）事项数的比例。",
    )  # fmt: skip


def _comparison(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    before = facts.previous
    if before is None:
        return
    document.paragraph(
        f"与{before.year}年度相比，目录{change(facts.catalog.entries, before.entries, '条')}；"
        f"收到共享申请{change(facts.applications.received, before.applications_received, '件')}；"
        f"接口调用{change(facts.calls.total, before.calls, '次')}；"
        f"法定时限逾期事项{change(facts.duties.breached, before.duties_breached, '项')}。"
        f"主要数据对比见{document.next_table}。"
    )
    pairs = (
        ("已发布目录（条）", facts.catalog.entries, before.entries),
        ("信息项（个）", facts.catalog.items, before.items),
        ("接口服务（个）", facts.catalog.hosted_services, before.hosted_services),
        ("收到共享申请（件）", facts.applications.received, before.applications_received),
        ("期末有效授权（项）", facts.authorizations.active, before.authorizations_active),
        ("接口调用（次）", facts.calls.total, before.calls),
        ("提供数据（行）", facts.calls.rows_served, before.rows_served),
        ("法定时限逾期事项（项）", facts.duties.breached, before.duties_breached),
    )
    rows = [(name, str(now), str(then), signed(now - then)) for name, now, then in pairs]
    in_time = (
        percent(facts.applications.answered_in_time, facts.applications.due),
        percent(before.applications_in_time, before.applications_due),
    )
    ratios = (
        basis_points(facts.applications.answered_in_time, facts.applications.due),
        basis_points(before.applications_in_time, before.applications_due),
    )
    rows.insert(4, ("申请答复及时率", *in_time, signed_points(*ratios)))
    document.table(
        "主要数据与上年对比",
        (
            Column("项目", 40, "left"), Column(f"{facts.year}年度", 20),
            Column(f"{before.year}年度", 20), Column("增减", 20),
        ),
        rows,
    )  # fmt: skip


def _catalog_process(facts: AnnualReportFacts) -> tuple[str, str]:
    new = facts.catalog.entries_new
    count = f"本年度经此程序新发布目录{amount(new)}条。" if new else ""
    return "规范目录编制和发布。", (
        "信息资源目录由各部门编制，经本部门共享工作机构负责人签核后报送，审核通过后统一发布。"
        f"信息项逐个登记数据级别和类别，尚未分级的目录不予发布。{count}"
    )


def _application_process(facts: AnnualReportFacts) -> tuple[str, str]:
    counts = facts.applications
    by_rule = f"，本年度共{amount(counts.answered_by_rule)}件" if counts.answered_by_rule else ""
    returned = f"，本年度共退回补正{amount(counts.returned)}件" if counts.returned else ""
    return "依法受理和答复共享申请。", (
        "共享申请写明使用依据、使用场景、使用范围、共享方式和使用时限，"
        "经需求部门共享工作机构负责人签核后提出。"
        f"对无条件共享的目录，由门户按照规则当即答复{by_rule}；"
        "对有条件共享的目录，由提供部门在法定期限内答复，不予共享的应当说明理由和依据；"
        f"申请材料不全的，一次性告知需要补正的全部内容{returned}。"
    )


def _clock_process(facts: AnnualReportFacts) -> tuple[str, str]:
    rules = len(facts.duty_rules)
    scope = f"对{rules}类法定时限事项" if rules else "对法定时限事项"
    return "统一计算法定时限。", (
        f"{scope}统一登记、统一计时，按照国家公布的节假日和调休安排计算工作日；"
        "延期须经批准并记录理由，到期前提醒责任部门，逾期即作记录。"
    )


def _authorization_process(facts: AnnualReportFacts) -> tuple[str, str]:
    total = facts.calls.total
    count = f"，本年度共记录{amount(total)}次" if total else ""
    return "按照授权提供数据。", (
        "同意共享的，固定授权的信息项、用途、范围和期限。接口服务凭接口授权码调用，"
        "只返回授权范围内的信息项，级别较高的个人信息默认作遮蔽处理。"
        f"成功和被拒绝的调用均逐次留存记录{count}。"
    )


def _evaluation_process(facts: AnnualReportFacts) -> tuple[str, str]:
    scored = sum(1 for row in facts.departments if row.total_centi is not None)
    result = (
        f"本年度对{scored}个部门作出评价，结果见附件1，指标说明见附件4。"
        if scored
        else "本年度没有可供评价的记录，指标说明见附件4。"
    )
    return "依据实际记录开展评价。", (
        f"设置{len(facts.indicators)}项评价指标，全部由门户的实际记录计算得出，不另行填报。{result}"
    )


def _shares(counts: Sequence[NamedCount], whole: int) -> str:
    return "，".join(
        f"{row.name}{amount(row.count)}条、占{percent(row.count, whole)}"
        for row in counts
        if row.count
    )


def _listed(counts: Sequence[NamedCount]) -> str:
    return "，".join(f"{row.name}{row.count}条" for row in counts)
