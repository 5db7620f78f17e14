"""Lists: the address is the state. Paging, sorting and filtering keep each other."""

from urllib.parse import parse_qs, urlsplit

from citybrain.components import samples
from tests.ui.drawing import tree, words


def query_of(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


def test_pages_keep_the_query_string() -> None:
    links = tree("{% pager p %}", "q=医疗&page=3&sharing=conditional", p=samples.page()).xpath(
        ".//a/@href"
    )
    assert query_of(links[0]) == {"q": ["医疗"], "sharing": ["conditional"], "page": ["2"]}
    assert query_of(links[-1])["page"] == ["4"]


def test_the_present_page_is_marked_and_no_link() -> None:
    here = tree("{% pager p %}", p=samples.page()).xpath('.//*[@aria-current="page"]')
    assert [(one.tag, words(one)) for one in here] == [("span", "3")]


def test_a_single_page_has_a_count_and_no_links() -> None:
    page = samples.Paginator([1, 2], 20).page(1)
    root = tree("{% pager p %}", p=page)
    assert words(root) == "共 2 条，第 1 / 1 页"


def test_another_parameter_pages_a_second_list() -> None:
    links = tree('{% pager p param="calls" %}', "calls=3&page=2", p=samples.page()).xpath(
        ".//a/@href"
    )
    assert query_of(links[0])["calls"] == ["2"]


def test_with_a_target_links_swap_it_and_still_are_links() -> None:
    link = tree('{% pager p target="#results" %}', p=samples.page()).xpath(".//a")[0]
    assert link.get("href") == link.get("hx-get")
    assert (link.get("hx-target"), link.get("hx-push-url")) == ("#results", "true")


def test_a_search_asks_the_path_alone_or_the_last_one_would_stay_in_the_address() -> None:
    bar = '{% filter_bar target="#results" %}{% endfilter_bar %}'
    form = tree(bar, "q=医疗&page=3&sharing=conditional").xpath(".//form")[0]
    assert form.get("hx-get") == "/list/"
    assert dict(form.form_values()) == {"q": "医疗", "sharing": "conditional"}


def test_a_facet_adds_itself_and_goes_back_to_page_one() -> None:
    root = tree("{% facets g %}", "q=医疗&page=5", g=samples.facets())
    link = root.xpath('.//a[contains(., "市公安局")]/@href')[0]
    assert query_of(link) == {"q": ["医疗"], "department": ["gaj"]}


def test_a_chosen_facet_takes_itself_away() -> None:
    root = tree("{% facets g %}", "sharing=conditional&q=a", g=samples.facets())
    chosen = root.xpath('.//a[@aria-current="true"]')
    assert [query_of(one.get("href")) for one in chosen] == [{"q": ["a"]}]


def test_a_multiple_facet_keeps_the_others_and_a_single_one_replaces() -> None:
    root = tree("{% facets g %}", "department=wjw&sharing=withheld", g=samples.facets())
    added = root.xpath('.//a[contains(., "市公安局")]/@href')[0]
    assert query_of(added)["department"] == ["wjw", "gaj"]
    replaced = root.xpath('.//a[contains(., "无条件共享")]/@href')[0]
    assert query_of(replaced)["sharing"] == ["unconditional"]


def test_chips_name_the_choice_and_clear_all() -> None:
    root = tree("{% chips g %}", "department=wjw&q=a", g=samples.facets())
    texts = [words(one) for one in root.xpath(".//a")]
    assert texts == ["提供方：市卫生健康委员会移除此条件", "清除全部"]
    assert query_of(root.xpath(".//a/@href")[1]) == {"q": ["a"]}


def test_nothing_chosen_draws_no_chips() -> None:
    assert not tree("{% chips g %}", g=samples.facets()).xpath(".//a")


def test_a_column_sorts_up_then_down_and_says_so() -> None:
    snippet = '<table><tr>{% sort_header "name" label="名称" %}</tr></table>'
    first = tree(snippet).xpath(".//th")[0]
    assert first.get("aria-sort") is None
    up = tree(snippet, "sort=name").xpath(".//th")[0]
    assert up.get("aria-sort") == "ascending"
    assert query_of(up.xpath(".//a/@href")[0]) == {"sort": ["-name"]}


def test_the_search_form_keeps_what_it_does_not_hold_itself() -> None:
    snippet = '{% filter_bar %}<select name="state"></select>{% endfilter_bar %}'
    root = tree(snippet, "q=病&state=p&department=wjw&department=gaj&page=4")
    hidden = [(one.get("name"), one.get("value")) for one in root.xpath('.//input[@type="hidden"]')]
    assert hidden == [("department", "wjw"), ("department", "gaj")]
    assert root.xpath('.//input[@type="search"]/@value') == ["病"]
