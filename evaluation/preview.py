"""The report's facts as the pages show them: figures and charts, the same numbers as the document."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from citybrain.ui import Card, ChartSeries, ChartSpec, Tone
from evaluation.report.facts_schema import AnnualReportFacts, DepartmentRow
from evaluation.report.wording import amount, percent, plain

CHARTED_SERVICES = 10
# From the best level down.
LEVEL_TONES: Sequence[Tone] = ("success", "info", "warning", "danger")


def level_tones(levels: Sequence[str]) -> dict[str, Tone]:
    """How each level of a report is coloured; nothing for a department that is not evaluated."""
    return {"": "muted", **dict(zip(levels, LEVEL_TONES, strict=False))}


def cards(facts: AnnualReportFacts) -> list[Card]:
    """The year in eight figures."""
    catalog, applications = facts.catalog, facts.applications
    grants, duties = facts.authorizations, facts.duties
    return [
        Card(
            _("已发布目录"),
            catalog.entries,
            _("条"),
            "folders",
            hint=_("本年新增%d条") % catalog.entries_new,
        ),
        Card(
            _("目录挂接率"),
            percent(catalog.entries_with_data, catalog.entries_sharable),
            icon="plug-connected",
            hint=_("已挂接%d条") % catalog.entries_with_data,
        ),
        Card(
            _("更新及时率"),
            percent(catalog.entries_updated_in_time, catalog.entries_update_due),
            icon="refresh",
            hint=_("应更新%d条") % catalog.entries_update_due,
        ),
        Card(
            _("收到共享申请"),
            applications.received,
            _("件"),
            "file-text",
            hint=_("不予共享%d件") % applications.refused,
        ),
        Card(
            _("答复及时率"),
            percent(applications.answered_in_time, applications.due),
            icon="gauge",
            hint=_("平均%s个工作日") % plain(applications.average_working_days_centi)
            if applications.average_working_days_centi is not None
            else "",
        ),
        Card(
            _("接口调用"),
            amount(facts.calls.total),
            _("次"),
            "activity",
            hint=_("提供数据%s行") % amount(facts.calls.rows_served),
        ),
        Card(
            _("授权使用率"),
            percent(grants.in_use, grants.usable),
            icon="key",
            hint=_("可用授权%d项") % grants.usable,
        ),
        Card(
            _("法定时限逾期"),
            duties.breached,
            _("项"),
            "alert-circle",
            "danger" if duties.breached else "success",
            hint=_("履行率%s") % percent(duties.in_time, duties.judged),
        ),
    ]


def charts(facts: AnnualReportFacts) -> list[ChartSpec]:
    """The charts of the document, those of which there is something to draw."""
    drawn = [_months(facts, "applications"), _months(facts, "calls")]
    if facts.catalog.entries:
        drawn.append(_sharing_types(facts))
    if facts.calls.ok:
        drawn.append(_services(facts))
    return drawn


def scores_chart(facts: AnnualReportFacts) -> ChartSpec | None:
    """Totals by department, by rank; None when nobody was evaluated."""
    scored = [row for row in facts.departments if row.total_centi is not None]
    if not scored:
        return None
    return _bars(
        "scores",
        _("各部门评价总分"),
        _("分"),
        scored,
        [(row.total_centi or 0) / 100 for row in scored],
    )


def updates_chart(facts: AnnualReportFacts) -> ChartSpec | None:
    """The share of entries updated in time by department, the best first."""
    judged = [row for row in facts.departments if row.entries_update_due]
    if not judged:
        return None
    judged.sort(key=lambda row: -row.entries_updated_in_time / row.entries_update_due)
    shares = [
        round(100 * row.entries_updated_in_time / row.entries_update_due, 2) for row in judged
    ]
    return _bars("updates", _("各部门数据更新及时率"), "%", judged, shares)


def _bars(
    key: str, title: str, unit: str, rows: Sequence[DepartmentRow], values: Sequence[float]
) -> ChartSpec:
    names = [row.short_name for row in rows]
    listed = "；".join(f"{name}{value:g}{unit}" for name, value in zip(names, values, strict=True))
    return ChartSpec(
        key, title, "hbar", names, [ChartSeries(title, list(values))], unit, f"{title}：{listed}。"
    )


def _months(facts: AnnualReportFacts, what: str) -> ChartSpec:
    applications = what == "applications"
    title = _("各月共享申请") if applications else _("各月接口调用")
    unit = _("件") if applications else _("次")
    values = [getattr(row, what) for row in facts.months]
    listed = "；".join(
        f"{row.month}月{value}{unit}" for row, value in zip(facts.months, values, strict=True)
    )
    return ChartSpec(
        f"months-{what}",
        title,
        "bar" if applications else "line",
        [_("%d月") % row.month for row in facts.months],
        [ChartSeries(title, values)],
        unit,
        f"{title}：{listed}。",
    )


def _sharing_types(facts: AnnualReportFacts) -> ChartSpec:
    rows = facts.catalog.by_sharing_type
    listed = "；".join(f"{row.name}{row.count}条" for row in rows)
    return ChartSpec(
        "sharing-types",
        _("已发布目录按共享类型分布"),
        "pie",
        [row.name for row in rows],
        [ChartSeries(_("目录"), [row.count for row in rows])],
        _("条"),
        f"{listed}。",
    )


def _services(facts: AnnualReportFacts) -> ChartSpec:
    rows = facts.services[:CHARTED_SERVICES]
    listed = "；".join(f"{row.name}（{row.department}）{row.calls}次" for row in rows)
    return ChartSpec(
        "services",
        _("调用量居前的接口服务"),
        "hbar",
        [row.name for row in rows],
        [ChartSeries(_("成功调用"), [row.calls for row in rows])],
        _("次"),
        f"{listed}。",
    )
