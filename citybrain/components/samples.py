"""Sample records for the styleguide and its tests: fictional, in the field's own words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain import ui
from citybrain.components.fields import arrange

AT = timezone.make_aware(datetime(2026, 11, 23, 9, 5))  # noqa: DTZ001 - made aware right here
SHARING = [
    ("unconditional", _("无条件共享")),
    ("conditional", _("有条件共享")),
    ("withheld", _("不予共享")),
]


class SampleForm(forms.Form):
    """Every kind of control, grouped, with help and legal basis."""

    name = forms.CharField(
        label=_("信息资源名称"),
        max_length=60,
        help_text=_("写明内容，不得只写系统名称；不超过 60 字。"),
    )
    department = forms.ChoiceField(
        label=_("提供方"),
        choices=[("", _("请选择")), ("a", _("市卫生健康委员会")), ("b", _("市公安局"))],
    )
    cycle = forms.ChoiceField(
        label=_("更新周期"), choices=[("d", _("每日")), ("m", _("每月")), ("y", _("每年"))]
    )
    summary = forms.CharField(label=_("摘要"), widget=forms.Textarea(attrs={"rows": 3}))
    sharing = forms.ChoiceField(label=_("共享类型"), choices=SHARING, widget=forms.RadioSelect)
    basis = forms.CharField(
        label=_("不予共享的依据"), required=False, help_text=_("选择“不予共享”时必填。")
    )
    formats = forms.MultipleChoiceField(
        label=_("资源格式"),
        choices=[("db", _("数据库")), ("xls", "XLSX"), ("csv", "CSV"), ("api", _("接口"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    published = forms.DateField(
        label=_("发布日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    rows = forms.IntegerField(label=_("数据量（行）"), required=False, min_value=0)
    personal = forms.BooleanField(label=_("含个人信息"), required=False)
    attachment = forms.FileField(label=_("数据文件"), required=False)

    fieldsets = (
        (_("基本信息"), ["name", "department", "cycle", "summary"]),
        (
            _("共享属性"),
            _("共享类型决定他人申请时由谁答复、几个工作日内答复。"),
            ["sharing", "basis", "formats", "published", "rows", "personal"],
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arrange(
            self,
            basis={"basis": _("共享条例第十条"), "sharing": "SC-10"},
            half=["department", "cycle", "published", "rows"],
        )


class SampleItemForm(forms.Form):
    """A row of the data items table."""

    name = forms.CharField(label=_("信息项名称"), max_length=60)
    kind = forms.ChoiceField(
        label=_("数据类型"),
        choices=[("C", _("字符型 C")), ("N", _("数值型 N")), ("D", _("日期型 D"))],
    )
    length = forms.IntegerField(label=_("长度"), required=False, min_value=1)
    note = forms.CharField(label=_("说明"), required=False)


SampleItems = forms.formset_factory(SampleItemForm, extra=0, can_delete=True)
ITEM_ROWS: list[dict[str, Any]] = [
    {"name": "机构名称", "kind": "C", "length": 128, "note": "登记的全称"},
    {"name": "统一社会信用代码", "kind": "C", "length": 18, "note": "GB 32100"},
    {"name": "核定床位数", "kind": "N", "length": 6, "note": ""},
]
BAD_ITEMS: dict[str, str] = {
    "bad-TOTAL_FORMS": "2",
    "bad-INITIAL_FORMS": "0",
    "bad-0-name": "机构名称",
    "bad-0-kind": "C",
    "bad-1-name": "",
    "bad-1-kind": "N",
    "bad-1-length": "0",
}


def deadlines() -> list[ui.Deadline]:
    """Return a statutory clock in each state."""
    label = _("答复共享申请")
    return [
        ui.Deadline(label, date(2026, 12, 2), 7, "due", rule_label=label, basis="SC-21"),
        ui.Deadline(label, date(2026, 11, 26), 3, "soon", rule_label=label, basis="SC-21"),
        ui.Deadline(
            _("目录审核"), date(2026, 11, 23), 0, "today", rule_label=_("目录审核"), basis="SC-17"
        ),
        ui.Deadline(label, date(2026, 11, 19), -2, "overdue", rule_label=label, basis="SC-21"),
        ui.Deadline(label, date(2026, 12, 9), 12, "paused", rule_label=label, basis="SC-21"),
        ui.Deadline(label, date(2027, 1, 8), 32, "due", True, label, "SC-21"),
        ui.Deadline(label, date(2026, 11, 12), 0, "done", rule_label=label, basis="SC-21"),
        ui.Deadline(_("报告安全事件"), AT, 0, "soon", basis="HK-41", hours_left=3),
    ]


def attributes() -> list[ui.Attribute]:
    """Return the panel of an entry with the codes of the compilation guide."""
    return [
        ui.Attribute(_("信息资源名称"), "医疗机构执业登记信息", "2"),
        ui.Attribute(_("信息资源代码"), "306003012/000128", "3"),
        ui.Attribute(_("提供方"), "海口市卫生健康委员会", "4", "#"),
        ui.Attribute(_("提供方代码"), "11460100MB1234567X", "5"),
        ui.Attribute(_("共享类型"), _("有条件共享"), "9.1"),
        ui.Attribute(_("更新周期"), _("每月"), "11"),
        ui.Attribute(_("关联资源代码"), "", "13"),
        ui.Attribute(_("发布日期"), "2026年3月18日", "12"),
        ui.Attribute(
            _("信息资源摘要"),
            "全市医疗机构的名称、地址、等级、诊疗科目、核定床位数与执业许可有效期，由执业登记业务产生。",
            "6",
            wide=True,
        ),
    ]


def steps() -> list[ui.Step]:
    """Return the progress of an entry under review."""
    return [
        ui.Step(_("编目员起草"), "done", "11月16日"),
        ui.Step(_("负责人签发"), "done", "11月19日"),
        ui.Step(_("目录审核"), "current", _("2 个工作日内")),
        ui.Step(_("发布")),
    ]


def timeline() -> list[ui.TimelineEntry]:
    """Return the history of an entry that was returned once."""
    return [
        ui.TimelineEntry(
            _("提交签发"),
            AT - timedelta(days=7),
            "林编目",
            "市卫生健康委员会",
            _("待签发"),
            tone="info",
        ),
        ui.TimelineEntry(
            _("退回修改"),
            AT - timedelta(days=5),
            "郑签发",
            "市卫生健康委员会",
            _("草稿"),
            "更新周期与业务实际不符，应为每月；“机构等级”缺少代码说明。",
            tone="warning",
        ),
        ui.TimelineEntry(
            _("同意发布"),
            AT,
            "王审核",
            "市大数据发展局",
            _("已发布"),
            basis="SC-17",
            tone="success",
        ),
    ]


def moves() -> list[ui.Move]:
    """Return moves with and without words to fill in."""
    return [
        ui.Move("approve", _("同意"), "#", "primary"),
        ui.Move(
            "ask_supplement",
            _("一次性告知补正"),
            "#",
            "neutral",
            [("reason", _("需要补正的全部内容"))],
            basis="SC-21",
        ),
        ui.Move("return", _("退回修改"), "#", "warning", ["reason"]),
        ui.Move(
            "refuse",
            _("不予共享"),
            "#",
            "danger",
            ["reason", "refusal_basis"],
            _("须说明理由并引用依据，申请单位可提出争议。"),
            "SC-21",
        ),
    ]


def cards() -> list[ui.Card]:
    """Return figures of a home page."""
    return [
        ui.Card(_("待我办理"), 5, _("项"), "list-check", "info", "#", _("其中今日到期 1 项")),
        ui.Card(_("即将到期"), 3, _("项"), "hourglass", "warning", "#", _("3 个工作日内")),
        ui.Card(_("已超期"), 1, _("项"), "alert-circle", "danger", "#"),
        ui.Card(_("已发布目录"), 1286, _("条"), "database", "neutral", "#"),
        ui.Card(_("按时答复率"), "97.4", "%", "gauge", "success"),
    ]


def facets() -> list[ui.FacetGroup]:
    """Return facets of the catalog."""
    return [
        ui.FacetGroup(
            "department",
            _("提供方"),
            [
                ui.FacetOption("wjw", "市卫生健康委员会", 18),
                ui.FacetOption("gaj", "市公安局", 12),
                ui.FacetOption("mzj", "市民政局", 7),
            ],
            multiple=True,
        ),
        ui.FacetGroup(
            "sharing",
            _("共享类型"),
            [ui.FacetOption(code, label, 20 - at * 7) for at, (code, label) in enumerate(SHARING)],
        ),
    ]


def diff() -> list[ui.DiffRow]:
    """Return one field of every kind of change."""
    return [
        ui.DiffRow(_("更新周期"), "每年", "每月", "11"),
        ui.DiffRow(_("共享条件"), "", "仅用于行政审批核验", "9.2"),
        ui.DiffRow(_("关联资源代码"), "306003012/000077", "", "13"),
        ui.DiffRow(_("共享类型"), "有条件共享", "有条件共享", "9.1"),
    ]


def charts() -> list[ui.ChartSpec]:
    """Return a chart of each kind."""
    months = [f"{n}月" for n in range(1, 12)]
    names = [
        "市公安局",
        "市民政局",
        "市卫生健康委员会",
        "市自然资源和规划局",
        "市市场监督管理局",
        "龙华区",
    ]
    return [
        ui.ChartSpec(
            "calls",
            _("接口服务调用量"),
            "line",
            months,
            [
                ui.ChartSeries(
                    _("成功"), [820, 932, 1101, 1340, 1290, 1530, 1720, 1610, 1890, 2103, 1764]
                ),
                ui.ChartSeries(_("拒绝"), [32, 21, 44, 18, 25, 60, 41, 22, 19, 35, None]),
            ],
            _("次"),
            _("2026年1月至11月，成功调用由每月820次升至1764次，被拒绝的调用每月不超过60次。"),
        ),
        ui.ChartSpec(
            "answers",
            _("共享申请答复情况"),
            "stacked",
            months,
            [
                ui.ChartSeries(_("按时答复"), [8, 6, 11, 9, 14, 12, 10, 13, 15, 11, 9]),
                ui.ChartSeries(_("延期答复"), [1, 0, 2, 1, 1, 2, 0, 1, 2, 1, 0], "warning"),
                ui.ChartSeries(_("超期"), [0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0], "danger"),
            ],
            _("件"),
        ),
        ui.ChartSpec(
            "entries",
            _("各部门已发布目录"),
            "hbar",
            names,
            [ui.ChartSeries(_("目录"), [42, 38, 31, 27, 22, 9])],
            _("条"),
        ),
        ui.ChartSpec(
            "sharing",
            _("共享类型构成"),
            "pie",
            [label for _code, label in SHARING],
            [ui.ChartSeries(_("目录"), [512, 689, 85])],
            _("条"),
        ),
        ui.ChartSpec(
            "items",
            _("数据项分级"),
            "bar",
            [_("一般1级"), _("一般2级"), _("一般3级"), _("一般4级"), _("重要"), _("核心")],
            [ui.ChartSeries(_("数据项"), [2310, 1822, 940, 311, 42, 0])],
            _("项"),
        ),
        ui.ChartSpec(
            "heat",
            _("各部门每月新增申请"),
            "heatmap",
            months,
            [
                ui.ChartSeries("市公安局", [3, 5, 8, 4, 6, 9, 12, 7, 8, 10, 6]),
                ui.ChartSeries("市民政局", [1, 0, 2, 3, 1, 4, 2, 5, 3, 2, 1]),
                ui.ChartSeries("龙华区", [0, 1, 1, 0, 2, 1, 3, 0, 1, 2, 0]),
            ],
            _("件"),
        ),
    ]


def page(number: int = 3) -> Any:
    """Return a page of a long list."""
    return Paginator(range(1, 243), 20).page(number)
