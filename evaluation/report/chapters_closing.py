"""Chapters five to seven: security, problems, next steps."""

from collections.abc import Callable

from citybrain.documents.official import OfficialDocument
from evaluation.report.facts_schema import AnnualReportFacts
from evaluation.report.wording import amount, ordinal, percent


def security(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    """Append chapter five: grading, authorizations, refused calls, incidents (HK-37 to HK-41)."""
    document.heading(1, "五、安全管理情况")
    parts: list[tuple[str, Callable[[AnnualReportFacts], str]]] = [
        ("数据分级和遮蔽", _grading),
        ("授权管理", _authorizations),
        ("调用监测", _refused_calls),
    ]
    if facts.security.incidents_reported is not None:
        parts.append(("安全事件", _incidents))
    for number, (title, text) in enumerate(parts, start=1):
        document.heading(2, f"（{ordinal(number)}）{title}")
        document.paragraph(text(facts))


def problems(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    """Append chapter six: the findings of the frozen facts."""
    document.heading(1, "六、存在问题")
    if not facts.findings:
        document.paragraph("对照附件4所列统计口径逐项核对，未发现需要专门报告的问题。")
    for number, finding in enumerate(facts.findings, start=1):
        document.paragraph(finding.text, lead=f"（{ordinal(number)}）{finding.title}")


def next_steps(document: OfficialDocument, facts: AnnualReportFacts) -> None:
    """Append chapter seven: the step that follows from each finding."""
    document.heading(1, "七、下一步工作安排")
    if not facts.findings:
        document.paragraph("继续按照法定职责和时限做好目录编制、申请答复、数据更新和安全管理工作。")
    for number, finding in enumerate(facts.findings, start=1):
        document.paragraph(finding.step, lead=f"（{ordinal(number)}）{finding.step_title}")


def _grading(facts: AnnualReportFacts) -> str:
    items, counts = facts.catalog.items, facts.security
    if not items:
        return "尚无已发布的信息项，没有需要分级的数据。"
    personal = (
        f"已分级的信息项中，属于个人信息的{amount(counts.items_personal)}个，"
        f"对外提供时默认遮蔽的{amount(counts.items_masked)}个。"
        if counts.items_personal or counts.items_masked
        else "已分级的信息项中没有个人信息。"
    )
    return (
        f"已发布目录的{amount(items)}个信息项中，{amount(counts.items_graded)}个已确认数据级别，"
        f"占{percent(counts.items_graded, items)}。{personal}"
    )


def _authorizations(facts: AnnualReportFacts) -> str:
    counts = facts.authorizations
    if not counts.usable and not counts.active:
        return "本年度没有有效授权。"
    stopped = (
        f"暂停授权{amount(counts.suspended)}项，撤销授权{amount(counts.revoked)}项"
        if counts.suspended or counts.revoked
        else "没有暂停或者撤销授权的情况"
    )
    return (
        f"本年度可用的授权{amount(counts.usable)}项，{stopped}；期末有效{amount(counts.active)}项。"
    )


def _refused_calls(facts: AnnualReportFacts) -> str:
    calls = facts.calls
    if not calls.total:
        return "本年度没有接口调用记录。"
    if not calls.refused:
        return f"本年度{amount(calls.total)}次接口调用中，没有被拒绝的调用。"
    reasons = sorted(calls.refused_by_reason, key=lambda row: -row.count)
    listed = "、".join(f"{row.name}{amount(row.count)}次" for row in reasons if row.count)
    because = f"，按原因分，{listed}" if listed else ""
    return (
        f"本年度{amount(calls.total)}次接口调用中，{amount(calls.refused)}次被拒绝，"
        f"占{percent(calls.refused, calls.total)}{because}。被拒绝的调用没有返回数据，均有记录。"
    )


def _incidents(facts: AnnualReportFacts) -> str:
    count = facts.security.incidents_reported
    return f"本年度报告数据安全事件{amount(count)}起。" if count else "本年度没有数据安全事件报告。"
