"""Layouts, error pages, the large-print switch and the styleguide."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.http import Http404
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from lxml import html

from citybrain.components.texts import SCRIPT_TEXTS
from citybrain.ui import MenuGroup, MenuLink
from citybrain.views.appearance import scale
from citybrain.views.styleguide import styleguide
from tests.ui.drawing import get, words

ERRORS = ("400", "403", "404", "409", "413", "429", "500", "csrf")
REQUEST_ID = "0a1b2c3d-0000-4000-8000-000000000000"
MENU = [
    MenuGroup(
        "工作台", [MenuLink("待办", "/", "list-check", True, 5), MenuLink("消息", "/n/", "bell")]
    )
]


class Person:
    is_authenticated = True
    name = "林编目"
    department = "市卫生健康委员会"


def page(name: str, **context: object) -> html.HtmlElement:
    request = get()
    request.COOKIES.update(context.pop("cookies", {}))  # type: ignore[call-overload]
    text = render_to_string(name, {"request": request, "csrf_token": "t", **context})
    return html.document_fromstring(text)


@pytest.mark.parametrize("code", ERRORS)
def test_error_page_renders_without_context_and_database(code: str) -> None:
    # No database is allowed in this test, so a query would fail it.
    root = html.document_fromstring(render_to_string(f"errors/{code}.html"))
    assert len(root.xpath("//h1")) == 1
    assert root.xpath("//main//a/@href") == ["/"]
    assert words(root.xpath("//h1")[0]) in words(root.xpath("//title")[0])


@pytest.mark.parametrize("code", ERRORS)
def test_error_page_shows_the_request_id(code: str) -> None:
    text = render_to_string(f"errors/{code}.html", {"request_id": REQUEST_ID})
    assert REQUEST_ID in text
    assert REQUEST_ID not in render_to_string(f"errors/{code}.html")


def test_conflict_page_says_the_present_state() -> None:
    text = render_to_string("errors/409.html", {"message": "刚刚由他人办理。", "state": "已发布"})
    assert "刚刚由他人办理。" in text
    assert "已发布" in text


def test_error_of_the_server_runs_no_scripts() -> None:
    assert "<script src" not in render_to_string("errors/500.html")


def test_signed_in_layout_shows_who_where_and_what_waits() -> None:
    root = page("layouts/app.html", user=Person(), menu=MENU, inbox_url="/n/", unread_count=120)
    assert root.get("lang") == "zh-Hans"
    bar = words(root.xpath("//header")[0])
    for part in (
        settings.SITE_NAME,
        settings.AUTHORITY_NAME,
        "林编目",
        "市卫生健康委员会",
        "99+",
        "120 条未读",
    ):
        assert part in bar
    assert [words(one) for one in root.xpath('//nav//a[@aria-current="page"]')] == ["待办5项"]
    assert root.xpath('//a[@class="skip"]/@href') == ["#main"]
    assert root.get_element_by_id("main").tag == "main"


def test_layout_without_inbox_or_search_leaves_them_out() -> None:
    root = page("layouts/app.html", user=Person(), menu=[])
    assert not root.xpath('//form[@role="search"]')
    assert "条未读" not in words(root)


def test_messages_are_announced_with_their_tone() -> None:
    messages = [Message(40, "未能保存。"), Message(25, "已保存。")]
    root = page("layouts/app.html", user=Person(), menu=[], messages=messages)
    region = root.get_element_by_id("messages")
    assert region.get("aria-live") == "polite"
    assert [one.get("class").split()[-1] for one in region] == ["tone-danger", "tone-success"]


@pytest.mark.parametrize("cookies", [{"scale": "large"}, {"scale": "normal"}, {}])
def test_large_print_follows_the_cookie(cookies: dict[str, str]) -> None:
    root = page("layouts/plain.html", cookies=cookies)
    assert root.get("data-scale") == ("large" if cookies.get("scale") == "large" else None)


def test_only_translated_languages_are_offered(tmp_path: Path) -> None:
    languages = [("zh-hans", "简体中文"), ("en", "English"), ("ru", "Русский")]
    catalogue = tmp_path / "en" / "LC_MESSAGES" / "django.mo"
    with override_settings(LANGUAGES=languages, LOCALE_PATHS=[tmp_path]):
        assert not page("layouts/open.html").xpath('//button[@name="language"]')
        catalogue.parent.mkdir(parents=True)
        catalogue.touch()
        offered = page("layouts/open.html").xpath('//button[@name="language"]/@value')
    assert offered == ["en"]


def test_htmx_is_kept_from_eval_and_from_storing_pages() -> None:
    config = page("layouts/plain.html").xpath('//meta[@name="htmx-config"]/@content')[0]
    for part in ('"allowEval": false', '"historyCacheSize": 0', '"includeIndicatorStyles": false'):
        assert part in config


def test_scripts_find_every_sentence_they_show() -> None:
    scripts = settings.BASE_DIR / "static/js/behaviours"
    sources = "".join(path.read_text() for path in scripts.glob("*.js"))
    used = set(re.findall(r'text\("(\w+)"', sources)) | set(
        re.findall(r'\? "(\w+)" : "\w+"\)', sources)
    )
    assert used <= set(SCRIPT_TEXTS)
    assert '"autosave_saved"' in page("layouts/plain.html").get_element_by_id("texts").text


@pytest.mark.parametrize(
    ("wanted", "kept"), [("large", "large"), ("normal", "normal"), ("9", "normal")]
)
def test_the_switch_keeps_the_scale_for_a_year(wanted: str, kept: str) -> None:
    response = scale(RequestFactory().post("/", {"scale": wanted, "next": "/catalog/?q=a"}))
    assert (response.status_code, response["Location"]) == (302, "/catalog/?q=a")
    cookie = response.cookies["scale"]
    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == (kept, 31_536_000, "Lax")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""]
)
def test_the_switch_never_leads_off_the_site(target: str) -> None:
    response = scale(RequestFactory().post("/", {"scale": "large", "next": target}))
    assert response["Location"] == "/"


def test_the_switch_only_takes_posts() -> None:
    assert scale(RequestFactory().get("/")).status_code == 405


def test_styleguide_shows_every_component() -> None:
    response = styleguide(RequestFactory().get("/styleguide/?wrong=1"))
    root = html.document_fromstring(response.content.decode())
    assert response.status_code == 200
    for css in ("moves", "history", "steps-bar", "heat", "formset", "error-summary", "secret-box"):
        assert root.find_class(css), css


def test_styleguide_answers_a_wrong_form_with_422_and_an_autosave_with_204() -> None:
    factory = RequestFactory()
    assert styleguide(factory.post("/styleguide/", {})).status_code == 422
    assert styleguide(factory.post("/styleguide/", headers={"X-Autosave": "1"})).status_code == 204


@override_settings(MODE="production")
def test_styleguide_is_hidden_from_the_public_in_production() -> None:
    with pytest.raises(Http404):
        styleguide(RequestFactory().get("/styleguide/"))


def test_ids_are_unique_on_the_styleguide() -> None:
    root = html.document_fromstring(
        styleguide(RequestFactory().get("/styleguide/")).content.decode()
    )
    for template in root.xpath("//template"):
        template.drop_tree()
    ids = root.xpath("//@id")
    assert sorted(set(ids)) == sorted(ids)
