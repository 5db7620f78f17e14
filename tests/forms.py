"""Forms of a page as a browser sees them: what is in them, and what pressing a button would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

NOT_SENT = ("submit", "button", "file", "image", "reset")


@dataclass
class Form:
    """One `<form>`: where it goes, and the values of its controls by name."""

    action: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)

    def data(self, **changes: Any) -> dict[str, Any]:
        """What is sent, with `changes`; None leaves a control out."""
        sent: dict[str, Any] = {**self.values, **changes}
        return {name: value for name, value in sent.items() if value is not None}

    def value(self, name: str) -> str:
        return self.values[name][0]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._textarea = ""
        self._text = ""
        self._select: tuple[str, list[str], list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
        elif self._open is None or "disabled" in given:
            return
        elif tag == "input" and given.get("name") and given.get("type") not in NOT_SENT:
            chosen = given.get("type") in ("radio", "checkbox")
            if not chosen or "checked" in given:
                self._add(given["name"], given.get("value", "on" if chosen else ""))
        elif tag == "textarea":
            self._textarea, self._text = given.get("name", ""), ""
        elif tag == "select":
            self._select = (given.get("name", ""), [], [])
        elif tag == "option" and self._select is not None:
            self._select[1].append(given.get("value", ""))
            if "selected" in given:
                self._select[2].append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea" and self._textarea:
            # The parser leaves out the line break behind the tag, as browsers do.
            self._add(self._textarea, self._text.removeprefix("\r\n").removeprefix("\n"))
            self._textarea = ""
        elif tag == "select" and self._select is not None:
            name, offered, selected = self._select
            for value in selected or offered[:1]:
                self._add(name, value)
            self._select = None

    def _add(self, name: str, value: str) -> None:
        assert self._open is not None
        self._open.values.setdefault(name, []).append(value)


def forms_of(response: Any) -> list[Form]:
    parser = _Forms()
    parser.feed(response.content.decode())
    return parser.forms


def form_with(response: Any, control: str) -> Form:
    """The form of the page that has a control of this name."""
    found = [form for form in forms_of(response) if control in form.values]
    assert len(found) == 1, f"{len(found)} forms with {control!r}"
    return found[0]
