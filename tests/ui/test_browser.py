"""In a real Chromium: nothing breaks the Content-Security-Policy, and the behaviours behave."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
NAMELESS = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea")]
  .filter((e) => e.offsetParent !== null)
  .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || (e.labels && e.labels.length)
    || e.getAttribute("aria-labelledby") || e.title)).map((e) => e.outerHTML.slice(0, 120))"""
SMALL = """() => [...document.querySelectorAll("button, .btn, .side-link, .bar-button, input.form-control, select")]
  .filter((e) => e.offsetParent !== null).map((e) => [e.getBoundingClientRect().height, e.outerHTML.slice(0, 90)])
  .filter(([height]) => height > 0 && height < 43.5)"""


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console said that it should not; empty at the end of every test."""
    return []


def visit(
    browser: Browser,
    server: LiveServer,
    path: str,
    complaints: list[str],
    size: dict[str, int],
    *,
    scale: str = "",
) -> Page:
    context = browser.new_context(
        viewport=size, locale="zh-CN", has_touch=size is PHONE, is_mobile=size is PHONE
    )  # type: ignore[arg-type]
    context.set_default_timeout(60_000)  # patience costs nothing where things work
    if scale:
        context.add_cookies([{"name": "scale", "value": scale, "url": server.url}])
    page = context.new_page()
    page.on(
        "console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}{path}")
    page.wait_for_selector("html.js")
    return page


@pytest.mark.parametrize(
    ("size", "scale"), [(DESK, ""), (DESK, "large"), (PHONE, ""), (PHONE, "large")]
)
@pytest.mark.parametrize("path", ["/styleguide/?wrong=1", "/accounts/login/"])
def test_page_fits_is_silent_and_names_its_controls(  # noqa: PLR0917 - fixtures and parameters
    chromium: Browser,
    live_server: LiveServer,
    complaints: list[str],
    path: str,
    size: dict[str, int],
    scale: str,
) -> None:
    page = visit(chromium, live_server, path, complaints, size, scale=scale)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.evaluate(NAMELESS) == []
    assert complaints == []
    base = page.evaluate("getComputedStyle(document.documentElement).fontSize")
    assert base == ("20px" if scale else "16px")
    if size is PHONE:
        assert page.evaluate(SMALL) == []


def test_charts_are_drawn_and_their_tables_agree(
    chromium: Browser, live_server: LiveServer, complaints: list[str]
) -> None:
    page = visit(chromium, live_server, "/styleguide/", complaints, DESK)
    page.wait_for_selector("#calls canvas")
    assert page.locator("figure canvas").count() == 5
    page.hover("#calls canvas")
    page.wait_for_timeout(300)
    assert complaints == []


def test_rows_are_added_and_removed_and_numbered(
    chromium: Browser, live_server: LiveServer, complaints: list[str]
) -> None:
    page = visit(chromium, live_server, "/styleguide/", complaints, DESK)
    page.click("[data-formset-add]")
    assert page.evaluate("document.activeElement.name") == "items-3-name"
    assert page.input_value("[name=items-TOTAL_FORMS]") == "4"
    page.click("[data-formset-row] >> nth=0 >> button")
    shown = page.locator("[data-formset-row]:not(.row-removed)")
    assert shown.locator("[data-formset-number]").all_inner_texts() == ["1", "2", "3"]
    assert (
        shown.nth(0).locator("input[name$=-name]").get_attribute("aria-label")
        == "信息项名称，第 1 行"
    )
    assert page.is_checked("[name=items-0-DELETE]")
    assert complaints == []


def searched(page: Page, words: str) -> dict[str, list[str]]:
    """What the address holds after a search by the filter bar."""
    page.fill(".filter-bar [name=q]", words)
    page.click(".filter-bar button")
    page.wait_for_url(lambda url: words in parse_qs(urlsplit(url).query).get("q", []))
    return parse_qs(urlsplit(page.url).query)


def test_a_facet_swaps_the_results_and_is_announced(
    chromium: Browser, live_server: LiveServer, complaints: list[str]
) -> None:
    page = visit(chromium, live_server, "/styleguide/", complaints, DESK)
    page.evaluate("window.stayed = true")
    page.click(".facet-link:has-text('市公安局')")
    page.wait_for_selector(".chip:has-text('市公安局')")
    assert page.url.endswith("?department=gaj")
    assert page.evaluate("window.stayed")
    page.wait_for_selector("#announcer:text-is('共 242 条')", state="attached")
    # A search keeps the facet and takes the place of the search before, page and all.
    assert searched(page, "医疗") == {"q": ["医疗"], "department": ["gaj"]}
    assert searched(page, "公安") == {"q": ["公安"], "department": ["gaj"]}
    page.click(".chip:has-text('市公安局')")
    page.wait_for_url(lambda url: "department" not in url)
    assert searched(page, "民政") == {"q": ["民政"]}
    assert page.evaluate("window.stayed")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert complaints == []


def test_progress_polls_until_it_is_done(
    chromium: Browser, live_server: LiveServer, complaints: list[str]
) -> None:
    page = visit(chromium, live_server, "/styleguide/", complaints, DESK)
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "step=" in request.url else None
    )
    page.wait_for_selector("#report-progress:has-text('已完成')")
    count = len(asked)
    assert count >= 4
    page.wait_for_timeout(2500)
    assert len(asked) == count
    assert complaints == []


def test_drafts_are_saved_and_leaving_with_changes_asks(
    chromium: Browser, live_server: LiveServer, complaints: list[str]
) -> None:
    page = visit(chromium, live_server, "/styleguide/", complaints, DESK)
    # The period is read when the behaviour starts: set it on a fresh copy of the form.
    page.evaluate(
        """() => { const old = document.querySelector("form[data-autosave-url]"); const form = old.cloneNode(true);
        form.dataset.autosaveEvery = "300"; delete form.dataset.autosaveOn; old.replaceWith(form);
        document.dispatchEvent(new CustomEvent("htmx:afterSettle", {detail: {elt: form.parentElement}})); }"""
    )
    leaving: list[str] = []
    page.on("dialog", lambda dialog: (leaving.append(dialog.type), dialog.dismiss()))
    page.fill("#id_name", "医疗机构执业登记信息")
    page.wait_for_selector("[data-autosave-status]:has-text('已保存草稿')")
    page.evaluate("document.querySelector('form[data-autosave-url]').dataset.dirty = '1'")
    page.evaluate("setTimeout(() => { location.href = '/accounts/login/' }, 0)")
    page.wait_for_timeout(600)
    assert leaving == ["beforeunload"]
    assert "/styleguide/" in page.url


def test_a_move_opens_with_focus_and_dialogs_close_with_escape(
    chromium: Browser, live_server: LiveServer, complaints: list[str]
) -> None:
    page = visit(chromium, live_server, "/styleguide/", complaints, DESK)
    page.click("summary:has-text('不予共享')")
    page.wait_for_selector("#move-refuse-reason:focus")
    assert page.locator("details[data-move][open]").count() == 1
    page.click("[data-dialog-open]")
    assert page.is_visible("#sample-dialog")
    page.keyboard.press("Escape")
    assert not page.is_visible("#sample-dialog")
    assert complaints == []


def test_the_menu_opens_on_a_phone_and_the_bar_stays(
    chromium: Browser, live_server: LiveServer, complaints: list[str]
) -> None:
    page = visit(chromium, live_server, "/styleguide/", complaints, PHONE)
    assert not page.is_visible("#site-menu")
    page.click(".menu-toggle")
    page.wait_for_selector("#site-menu", state="visible")
    page.click(".side-close")
    page.wait_for_selector("#site-menu", state="hidden")
    page.evaluate("scrollTo(0, 4000)")
    assert page.evaluate("document.querySelector('.bar').getBoundingClientRect().top") == 0
    assert complaints == []
