"""People before a real browser: each in a context of their own, and pictures of what they saw."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from citybrain.organizations.models import User

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 30_000  # milliseconds
# Pictures take longer than the walk: they are taken when somebody wants to look at them.
PICTURES_WANTED = os.environ.get("CITYBRAIN_PICTURES") == "1"
SCREENSHOTS = Path(settings.BASE_DIR) / "var" / "screenshots"


@dataclass
class Portal:
    """The portal at `url`, seen by `browser`. `complaints` is what its console said."""

    browser: Browser
    url: str
    complaints: list[str] = field(default_factory=list)
    _pages: dict[int, Page] = field(default_factory=dict)
    _number: int = 0

    def page_of(self, person: User) -> Page:
        """The person's page, signed in as after login and second factor."""
        if person.pk not in self._pages:
            self._pages[person.pk] = self._open(person)
        return self._pages[person.pk]

    def _open(self, person: User) -> Page:
        client = Client()
        client.force_login(person)
        context = self.browser.new_context(viewport=DESK, locale="zh-CN", accept_downloads=True)
        context.set_default_timeout(PATIENCE)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        return page

    def picture(self, page: Page, name: str) -> None:
        """Complains when the page does not fit the desk or the phone; draws it there when wanted."""
        self._number += 1
        for size in (PHONE, DESK):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            width = size["width"]
            shown = page.evaluate("document.documentElement.scrollWidth")
            if shown > width:
                self.complaints.append(f"{name}: {shown} px wide on a screen of {width}")
            if PICTURES_WANTED:
                SCREENSHOTS.mkdir(parents=True, exist_ok=True)
                page.evaluate("scrollTo(0, 0)")
                path = SCREENSHOTS / f"{self._number:02}-{name}-{width}.png"
                page.screenshot(path=path, full_page=True)


def press(page: Page, label: str) -> None:
    """Presses the button that says `label`, opening first what it is folded into."""
    button = page.get_by_role("button", name=label, exact=True)
    if not button.first.is_visible():
        page.locator("summary", has_text=label).first.click()
    button.first.click()
    page.wait_for_load_state("networkidle")
