"""The four attachments of the annual report."""

from citybrain.documents.official import OfficialDocument
from citybrain.documents.tables import Column
from citybrain.documents.text import chinese_date
from evaluation.report.facts_schema import AnnualReportFacts
from evaluation.report.wording import plain, points

RESULTS = "各部门评价结果表"
BREACHES = "法定时限逾期清单"
REFUSALS = "不予共享清单"
INDICATORS = "指标说明"
TITLES = (RESULTS, BREACHES, REFUSALS, INDICATORS)


def results(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    """Append attachment 1: every department with its points in each indicator (HK-16)."""
    document.attachment("附件1", RESULTS)
    if all(row.total_centi is None for row in facts.departments):
        document.paragraph("本年度各部门均没有可供评价的记录，不作评价。")
        return
    share = 66 // max(1, len(facts.indicators))
    document.table(
        RESULTS,
        (
            Column("名次", 9), Column("部门", 48, "left"),
            *(Column(f"{row.short_name}（{row.weight}）", share) for row in facts.indicators),
            Column("总分", 14), Column("等级", 13),
        ),
        [
            (
                str(row.rank) if row.rank else "—", row.name,
                *(points(score.points_centi) for score in row.scores),
                points(row.total_centi), row.level or "—",
            )
            for row in facts.departments
        ],
        numbered=False,
        note="注：括号内为该项指标的满分；“—”表示该项指标对该部门不适用，其权重由其他指标分担；"
        "适用的指标不足40分的，不计总分，不定等级和名次。",
    )  # fmt: skip


def breaches(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    """Append attachment 2: every duty not fulfilled within its limit (HK-47, SC-39)."""
    document.attachment("附件2", BREACHES)
    if not facts.breaches:
        document.paragraph("本年度没有法定时限逾期事项。")
        return
    document.table(
        BREACHES,
        (
            Column("序号", 10), Column("责任部门", 24, "left"), Column("事项和依据", 39, "left"),
            Column("办理对象", 27, "left"), Column("期限届满日", 22), Column("完成日期", 22),
            Column("逾期工作日", 12),
        ),
        [
            (
                str(number), row.department, f"{row.rule}（{row.article}）", row.subject,
                row.due_on, row.fulfilled_on or "未完成", str(row.days_late),
            )
            for number, row in enumerate(facts.breaches, start=1)
        ],
        numbered=False,
        note=f"注：未完成事项的逾期工作日计算至{chinese_date(facts.compiled_at.date())}。",
    )  # fmt: skip


def refusals(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    """Append attachment 3: refused applications with reason and basis (SC-14, SC-21)."""
    document.attachment("附件3", REFUSALS)
    if not facts.refusals:
        document.paragraph("本年度没有答复不予共享的申请。")
        return
    document.table(
        REFUSALS,
        (
            Column("序号", 10), Column("申请编号", 25), Column("信息资源", 23, "left"),
            Column("申请部门", 19), Column("提供部门", 19), Column("答复日期", 22),
            Column("理由和依据", 38, "left"),
        ),
        [
            (
                str(number), row.number, row.entry, row.applicant, row.provider, row.decided_on,
                f"{row.reason}（{row.basis}）" if row.basis else row.reason,
            )
            for number, row in enumerate(facts.refusals, start=1)
        ],
        numbered=False,
    )  # fmt: skip


def indicators(document: OfficialDocument, facts: AnnualReportFacts, digest: str) -> None:
    """Append attachment 4: how it was computed, and how to verify it."""
    document.attachment("附件4", INDICATORS)
    document.heading(1, "一、评价指标")
    document.paragraph(
        f"评价设置下列{len(facts.indicators)}项指标，"
        f"满分合计{sum(row.weight for row in facts.indicators)}分。"
    )
    document.table(
        "评价指标",
        (
            Column("指标", 30), Column("满分", 11), Column("计算方法", 58, "left"),
            Column("依据", 40, "left"), Column("规则版本", 17),
        ),
        [
            (row.name, str(row.weight), row.formula, row.basis, row.rule_version)
            for row in facts.indicators
        ],
        numbered=False,
        note="注：分母为零的指标对该部门不适用，其权重按比例由其他指标分担。",
    )  # fmt: skip
    document.heading(1, "二、评价等级")
    document.paragraph(_levels(facts))
    document.heading(1, "三、统计口径")
    document.paragraph(
        "申请、校核申请和法定时限事项按收到或者产生的日期归入年度，"
        f"其办理情况统计至{chinese_date(facts.compiled_at.date())}。"
        "应答复、应反馈的事项，是指在此之前已经办理或者法定期限已经届满的事项；"
        "法定期限届满前撤销的事项不计。"
        "法定时限的长短以工作日计算。可用授权，是指年度内有效并且提供部门已经提供数据的授权。"
        "年度内并入其他单位的，其记录计入承接单位。各部门的调用次数只计成功的调用。"
    )
    document.heading(1, "四、数据摘要与核验")
    document.paragraph(
        "本报告的全部数字和由数字得出的结论，均由一份固定的事实数据生成。"
        "该数据的SM3摘要（GB/T 32905）为："
    )
    document.small(digest)
    document.paragraph(
        f"核验时，从{facts.platform_name}取得本年度报告的事实数据文件（JSON格式、UTF-8编码），"
        "用任何支持SM3算法的工具计算该文件的摘要，例如执行“openssl dgst -sm3 文件名”。"
        "结果与上列摘要一致的，说明本报告所依据的数据没有改动。"
    )


def _levels(facts: AnnualReportFacts) -> str:
    sentences = []
    for place, level in enumerate(facts.levels):
        lower = f"{plain(level.minimum_centi)}分以上"
        upper = f"不满{plain(facts.levels[place - 1].minimum_centi)}分"
        if place == 0:
            span = f"{lower}（含本数，下同）"
        else:
            span = f"{lower}、{upper}" if level.minimum_centi else upper
        sentences.append(f"{span}的为{level.name}")
    return f"总分满分为100分。{'；'.join(sentences)}。" if sentences else "总分满分为100分。"
