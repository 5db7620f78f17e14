"""Fields, forms, formsets and moves: labels, descriptions, errors, and what is POSTed."""

import pytest
from django import forms
from django.http import QueryDict
from lxml import html

from citybrain import ui
from citybrain.components import samples
from citybrain.components.fields import error_links, field_groups
from tests.ui.drawing import draw, tree, words

NAMES = [name for name in samples.SampleForm().fields if name not in ("sharing", "formats")]


def described(control: html.HtmlElement, root: html.HtmlElement) -> list[str]:
    """The texts that aria-describedby names, in its order."""
    ids = (control.get("aria-describedby") or "").split()
    return [words(root.get_element_by_id(one)) for one in ids]


@pytest.mark.parametrize("name", NAMES)
def test_each_control_has_its_label(name: str) -> None:
    root = tree("{% field f %}", f=samples.SampleForm()[name])
    control = root.get_element_by_id(f"id_{name}")
    labels = root.xpath(f'.//label[@for="{control.get("id")}"]')
    assert len(labels) == 1
    assert words(labels[0]).startswith(str(samples.SampleForm().fields[name].label))


def test_error_help_and_basis_describe_the_control_in_that_order() -> None:
    form = samples.SampleForm({"basis": "x" * 3})
    form.add_error("basis", "请写明条款。")
    root = tree("{% field f %}", f=form["basis"])
    control = root.get_element_by_id("id_basis")
    assert described(control, root) == [
        "请写明条款。",
        "选择“不予共享”时必填。",
        "依据：共享条例第十条",
    ]
    assert control.get("aria-invalid") == "true"
    assert "is-invalid" in control.get("class")


def test_a_field_without_error_is_not_marked_wrong() -> None:
    control = tree("{% field f %}", f=samples.SampleForm()["name"]).get_element_by_id("id_name")
    assert control.get("aria-invalid") is None
    assert "is-invalid" not in control.get("class")


def test_required_is_said_not_only_starred() -> None:
    assert "（必填）" in draw("{% field f %}", f=samples.SampleForm()["name"])
    assert "（必填）" not in draw("{% field f %}", f=samples.SampleForm()["rows"])


def test_basis_may_come_from_the_template() -> None:
    assert "依据：SC-20" in draw('{% field f basis="SC-20" %}', f=samples.SampleForm()["rows"])


@pytest.mark.parametrize("name", ["sharing", "formats"])
def test_choices_form_a_group_with_a_legend_and_labels(name: str) -> None:
    form = samples.SampleForm({})
    root = tree("{% field f %}", f=form[name])
    group = root.xpath(".//fieldset")[0]
    assert words(group.xpath("./legend")[0]).startswith(str(form.fields[name].label))
    inputs = group.xpath(".//input")
    assert len(inputs) == len(form.fields[name].choices)
    for control in inputs:
        assert group.xpath(f'.//label[@for="{control.get("id")}"]')


def test_the_error_summary_leads_to_every_wrong_control() -> None:
    form = samples.SampleForm({"rows": "-5"})
    root = tree("{% form_body f %}", f=form)
    targets = root.xpath('.//*[@role="alert"]//a/@href')
    assert len(targets) == len(form.errors)
    for target in targets:
        assert root.get_element_by_id(target.removeprefix("#")) is not None


def test_form_wide_and_hidden_errors_are_listed_too() -> None:
    class Odd(forms.Form):
        token = forms.CharField(widget=forms.HiddenInput, label="令牌")

        def clean(self) -> None:
            raise forms.ValidationError("起止日期前后矛盾。")

    labels = [(label, target) for label, _message, target in error_links(Odd({}))]
    assert labels == [("", ""), ("令牌", "")]
    assert "起止日期前后矛盾。" in draw("{% form_body f %}", f=Odd({}))
    assert "起止日期前后矛盾。" in draw("{% form_body f summary=False %}", f=Odd({}))


def test_fields_outside_the_fieldsets_come_last_and_none_is_lost() -> None:
    form = samples.SampleForm()
    groups = list(field_groups(form))
    assert [str(group.legend) for group in groups] == ["基本信息", "共享属性", ""]
    assert sorted(bound.name for group in groups for bound in group.fields) == sorted(form.fields)


def test_a_fieldset_naming_an_unknown_field_raises() -> None:
    form = samples.SampleForm()
    form.fieldsets = (("甲", ["nothing"]),)
    with pytest.raises(KeyError):
        list(field_groups(form))


def test_form_attributes_follow_the_form() -> None:
    text = draw('<form {% form_attrs f autosave="/save" %}></form>', f=samples.SampleForm())
    for part in ("novalidate", "multipart/form-data", 'data-autosave-url="/save"', "data-unsaved"):
        assert part in text
    assert "multipart" not in draw("<form {% form_attrs f %}></form>", f=forms.Form())


def test_cells_of_a_formset_are_named_by_column_and_row() -> None:
    formset = samples.SampleItems(prefix="items", initial=samples.ITEM_ROWS)
    root = tree('{% formset_table f caption="信息项" %}', f=formset)
    assert root.get_element_by_id("id_items-1-name").get("aria-label") == "信息项名称，第 2 行"
    assert root.xpath('.//button[@name="add_row"]/@value') == ["items"]
    blank = root.xpath(".//template//tr")[0]
    assert blank.xpath(".//input/@name")[0] == "items-__prefix__-name"


def test_an_error_in_a_cell_is_shown_in_it() -> None:
    formset = samples.SampleItems(samples.BAD_ITEMS, prefix="bad")
    root = tree('{% formset_table f caption="信息项" %}', f=formset)
    control = root.get_element_by_id("id_bad-1-name")
    assert described(control, root) == [str(formset.forms[1].errors["name"][0])]


def test_a_row_is_added_without_script() -> None:
    data = QueryDict(mutable=True)
    data.update({**samples.BAD_ITEMS, "add_row": "bad"})
    grown = ui.with_added_row(data, "bad")
    formset = samples.SampleItems(grown, prefix="bad")
    assert [form["name"].value() for form in formset.forms] == ["机构名称", "", None]
    assert data["bad-TOTAL_FORMS"] == "2"


def test_a_move_without_words_is_one_button_with_token_and_version() -> None:
    form = tree("{% moves m version=7 %}", m=samples.moves()).xpath(".//form")[0]
    assert form.get("method") == "post"
    sent = {one.get("name"): one.get("value") for one in form.xpath(".//input")}
    assert sent["version"] == "7"
    assert words(form) == "同意"


def test_a_move_that_asks_opens_in_place() -> None:
    root = tree("{% moves m %}", m=samples.moves())
    refuse = root.xpath('.//details[contains(., "不予共享")]')[0]
    assert refuse.get("open") is None
    names = [one.get("name") for one in refuse.xpath(".//textarea | .//input[@type='text']")]
    assert names == ["reason", "refusal_basis"]
    for control in refuse.xpath(".//textarea"):
        assert refuse.xpath(f'.//label[@for="{control.get("id")}"]')


def test_a_dangerous_move_asks_even_without_words() -> None:
    move = ui.Move("revoke", "撤销", "/r", "danger")
    assert tree("{% moves m %}", m=[move]).xpath(".//details//button[contains(., '确认撤销')]")


def test_a_refused_move_stays_open_with_what_was_typed() -> None:
    failed = ui.FailedMove("return", {"reason": "请写明理由。"}, {"reason": "再看"})
    opened = tree("{% moves m failed=f %}", m=samples.moves(), f=failed).xpath(".//details[@open]")
    assert len(opened) == 1
    box = opened[0].xpath(".//textarea")[0]
    assert box.text == "再看"
    assert described(box, opened[0]) == ["请写明理由。"]


def test_moves_of_a_transition_table_get_their_address_from_a_pattern() -> None:
    class Line:
        name, label, requires, tone, basis = "sign", "签发", (), "primary", ""

    form = tree('{% moves m action="/entries/5/__move__/" %}', m=[Line]).xpath(".//form")[0]
    assert form.get("action") == "/entries/5/sign/"


def test_only_the_first_primary_move_is_filled() -> None:
    two = [ui.Move("a", "甲", "/a", "primary"), ui.Move("b", "乙", "/b", "primary")]
    buttons = tree("{% moves m %}", m=two).xpath(".//button")
    assert ["btn-primary" in button.get("class") for button in buttons] == [True, False]


def test_a_field_of_a_move_can_be_a_list() -> None:
    choices = {"refusal_basis": [("SC-10", "法律法规禁止")]}
    root = tree("{% moves m choices=c %}", m=samples.moves(), c=choices)
    assert root.xpath('.//select[@name="refusal_basis"]/option/@value') == ["", "SC-10"]


def test_a_move_asking_for_an_unknown_field_raises() -> None:
    with pytest.raises(KeyError):
        draw("{% moves m %}", m=[ui.Move("x", "某", "/x", requires=["colour"])])
