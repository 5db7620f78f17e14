"""Every component renders with exactly the inputs that docs/ui.md gives it."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.template.context import Context
from django.test.signals import template_rendered

from citybrain import ui
from citybrain.components import samples
from citybrain.components.furniture import number
from citybrain.components.records import heat_level
from tests.ui.drawing import draw, strict_engine, tree, words

ROOT = settings.BASE_DIR / "templates" / "components"
# Drawn by the layouts and error pages, which test_pages.py renders.
PARTS_OF_PAGES = {"account_menu", "brand", "error_page", "language_switch", "scale_switch"}
SNIPPETS = {
    "icon": ('{% icon "bell" label="消息" %}', {}, "消息"),
    "breadcrumbs": ("{% breadcrumbs c %}", {"c": [("首页", "/"), ("目录", "")]}, "目录"),
    "page_header": (
        '{% page_header title="标题" subtitle="副" eyebrow="上" status="草稿" tone="muted" %}<a>去</a>{% endpage_header %}',
        {},
        "<a>去</a>",
    ),
    "tabs": ("{% tabs t %}", {"t": [ui.Tab("概况", "/a", True, 3)]}, 'aria-current="page"'),
    "alert": ('{% alert tone="danger" title="停" %}正文{% endalert %}', {}, 'role="alert"'),
    "empty": ('{% empty title="无" text="说明" action_url="/n" action_label="新建" %}', {}, "新建"),
    "panel": (
        '{% panel title="题" id="p" count=0 icon="key" subtitle="副" %}体{% endpanel %}',
        {},
        "体",
    ),
    "disclosure": ('{% disclosure title="题" open=True %}体{% enddisclosure %}', {}, "<details"),
    "dialog": ('{% dialog id="d" title="题" %}体{% enddialog %}', {}, 'aria-labelledby="d-title"'),
    "status": ('{% status "已发布" tone="success" %}', {}, "已发布"),
    "attributes": ("{% attributes a columns=3 %}", {"a": samples.attributes()}, "9.1"),
    "panels": (
        "{% panels p %}",
        {
            "p": [
                ui.Panel("甲", attributes=[ui.Attribute("名称", None)]),
                ui.Panel(
                    "乙",
                    template="components/alert.html",
                    context={"body": "在用", "tone": "info", "icon": "key"},
                ),
            ]
        },
        "未填写",
    ),
    "steps": (
        "{% steps s %}",
        {"s": [*samples.steps(), ui.Step("停", "failed")]},
        'aria-current="step"',
    ),
    "timeline": ("{% timeline t %}", {"t": samples.timeline()}, "SC-17"),
    "timeline without entries": ("{% timeline t %}", {"t": []}, "暂无办理记录"),
    "diff": ("{% diff d %}", {"d": samples.diff()}, "<del>每年</del>"),
    "diff without rows": ("{% diff d %}", {"d": []}, "没有差异"),
    "stat_cards": ("{% stat_cards c %}", {"c": samples.cards()}, "1,286"),
    "progress": ('{% progress url="/p" value=2 max=9 message="第 2 步" %}', {}, "2 / 9"),
    "secret_box": ('{% secret_box "s3cret" %}', {}, "仅显示这一次"),
    "table": (
        '{% table caption="表" cards=True %}<tbody></tbody>{% endtable %}',
        {},
        "table-cards",
    ),
    "form_actions": (
        '{% form_actions submit="存" cancel_url="/b" name="n" value="v" %}<i></i>{% endform_actions %}',
        {},
        "<i></i>",
    ),
    "form_errors": ("{% form_errors f %}", {"f": samples.SampleForm({})}, "尚未保存"),
    "upload": (
        '{% upload f.attachment accept=".csv" hint="20 MB" %}',
        {"f": samples.SampleForm()},
        'accept=".csv"',
    ),
    "pager": ("{% pager p %}", {"p": samples.page()}, "共 242 条"),
    "facets": ("{% facets g %}", {"g": samples.facets()}, "市公安局"),
    "chips": ("{% chips g %}", {"g": samples.facets()}, ""),
    "filter_bar": ('{% filter_bar placeholder="词" %}{% endfilter_bar %}', {}, 'placeholder="词"'),
    "sort_header": ('{% sort_header "name" label="名称" %}', {}, "sort=name"),
    "moves": ("{% moves m version=4 %}", {"m": samples.moves()}, "csrf-of-the-test"),
    "form_body": ("{% form_body f %}", {"f": samples.SampleForm()}, "共享属性"),
    "formset_table": (
        '{% formset_table f caption="信息项" %}',
        {"f": samples.SampleItems(prefix="items")},
        "增加一行",
    ),
    "formset with rows": (
        '{% formset_table f caption="信息项" %}',
        {"f": samples.SampleItems(samples.BAD_ITEMS, prefix="bad")},
        "field-error",
    ),
    "page_messages": ("{% page_messages %}", {}, 'aria-live="polite"'),
    **{f"deadline {d.state}": ("{% deadline d %}", {"d": d}, d.basis) for d in samples.deadlines()},
    **{f"chart {s.kind}": ("{% chart s %}", {"s": s}, str(s.title)) for s in samples.charts()},
}


@pytest.mark.parametrize("name", SNIPPETS)
def test_component_renders_with_its_documented_inputs(name: str) -> None:
    snippet, values, expected = SNIPPETS[name]
    assert expected in draw(snippet, **values)


def test_every_component_is_among_them() -> None:
    seen: set[str] = set()

    def note(template: object, **_kwargs: object) -> None:
        seen.add(str(getattr(template, "name", "")))

    template_rendered.connect(note)
    try:
        for snippet, values, _expected in SNIPPETS.values():
            draw(snippet, **values)
    finally:
        template_rendered.disconnect(note)
    drawn = {name.removeprefix("components/").removesuffix(".html") for name in seen}
    with_form = {"filter_fields"}  # of administration's filter forms
    assert {p.stem for p in ROOT.glob("*.html")} - drawn - PARTS_OF_PAGES - with_form == set()


def test_every_tag_is_in_the_guide_for_page_authors() -> None:
    guide = (settings.BASE_DIR / "docs" / "ui.md").read_text()
    of_the_layouts = {"menu_links", "page_messages", "script_texts", "translated_languages"}
    for tag in set(strict_engine().template_libraries["ui"].tags) - of_the_layouts:
        assert re.search(rf"{{% {tag}\b", guide), f"docs/ui.md does not show {tag}"


def test_an_unknown_tone_is_refused() -> None:
    with pytest.raises(ValueError, match="Unknown tone"):
        draw('{% status "x" tone="pink" %}')


def test_what_people_typed_is_escaped() -> None:
    attack = "<script>alert(1)</script>"
    entry = ui.TimelineEntry(attack, samples.AT, attack, attack, attack, attack, attack)
    spec = ui.ChartSpec("c", attack, "bar", [attack], [ui.ChartSeries(attack, [1])], attack)
    text = draw(
        "{% status a %}{% attributes i %}{% timeline t %}{% diff d %}{% chart s %}{% secret_box a %}"
        "{% page_header title=a subtitle=a %}{% endpage_header %}{% breadcrumbs c %}",
        a=attack,
        i=[ui.Attribute(attack, attack, attack)],
        t=[entry],
        d=[ui.DiffRow(attack, attack, "")],
        s=spec,
        c=[(attack, "/"), (attack, "")],
    )
    assert "<script>alert" not in text


def test_a_status_says_its_word_and_shows_an_icon() -> None:
    badge = tree('{% status "已退回" tone="warning" %}')
    assert words(badge) == "已退回"
    assert badge.xpath(".//use/@href")[0].endswith("#alert-triangle")


def test_chart_carries_its_numbers_twice() -> None:
    spec = samples.charts()[0]
    figure = tree("{% chart s %}", s=spec)
    block = figure.xpath('.//script[@type="application/json"]')[0].text
    assert "2103" in block
    cells = [words(cell) for cell in figure.xpath(".//tbody/tr[10]/*")]
    assert cells == ["10月", "2,103", "35"]
    assert words(figure.xpath(".//tbody/tr[11]/td[2]")[0]) == "—"
    assert figure.xpath('.//*[@role="img"]/@aria-label') == [str(spec.summary)]


@pytest.mark.parametrize(("value", "level"), [(0, 0), (None, 0), (1, 1), (5, 3), (10, 5)])
def test_heat_levels_run_from_nothing_to_the_highest(value: float | None, level: int) -> None:
    assert heat_level(value, 10) == level


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1286, "1,286"), (97.40, "97.4"), (2.0, "2"), (-1234.567, "-1,234.57"), (None, "—")],
)
def test_numbers_are_grouped_by_thousands(value: float | None, text: str) -> None:
    assert number(value) == text


def test_progress_asks_again_only_while_it_runs() -> None:
    running = tree('{% progress url="/p" value=1 max=3 %}').xpath("./div")[0]
    assert (running.get("hx-get"), running.get("hx-trigger")) == ("/p", "every 2s")
    for state in ("done", "failed"):
        ended = tree('{% progress url="/p" state=state %}', state=state).xpath("./div")[0]
        assert ended.get("hx-get") is None
    assert tree('{% progress url="/p" state="done" %}').xpath(".//progress/@value") == ["100"]


def test_diff_names_the_kind_of_change() -> None:
    rows = tree("{% diff d %}", d=samples.diff()).xpath(".//tbody/tr")
    assert [words(row.xpath("./td[1]")[0]) for row in rows] == ["修改", "新增", "删除", "未变"]


def test_tags_work_without_a_request() -> None:
    engine = strict_engine()
    text = engine.from_string("{% load ui %}{% pager p %}{% facets g %}{% chips g %}").render(
        Context({"p": samples.page(), "g": samples.facets()})
    )
    assert "?page=4" in text


def test_duck_typed_records_are_drawn_too() -> None:
    class Bare:
        label, due_on, days_left, state = "答复", date(2026, 3, 2), 2, "soon"

    assert re.search(r"剩余 2 个工作日.*2026年3月2日前", words(tree("{% deadline d %}", d=Bare())))
