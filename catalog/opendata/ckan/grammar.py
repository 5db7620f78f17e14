"""The part of Solr's query language that clients of CKAN use, as a condition on open entries.

    organization:bureau AND tags:"公共服务" -res_format:CSV
    metadata_modified:[2026-01-01T00:00:00Z TO *]   groups:(theme-01 OR theme-02)   *:*

Terms beside each other must all hold, as CKAN sets it up.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from django.db.models import Q

from catalog.opendata.ckan.errors import UnknownField, UnreadableQuery
from catalog.opendata.ckan.fields import EVERYTHING, TERMS, TIMES, time_of
from catalog.opendata.queries import openly

MOST_CHARACTERS = 2_000
MOST_TERMS = 50
DEEPEST = 10
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<range>[\[{]\s*(?P<low>\S+)\s+TO\s+(?P<high>[^\s\]}]+)\s*[\]}])
      | (?P<quoted>"(?:\\.|[^"\\])*")
      | (?P<open>\() | (?P<close>\))
      | (?P<or>OR\b|\|\|) | (?P<and>AND\b|&&) | (?P<not>NOT\b|[-!](?=\S)) | (?P<plus>\+(?=\S))
      | (?P<field>(?:\*|[A-Za-z_][\w.]*)):(?=\S)
      | (?P<word>(?:\\.|[^\s()\[\]{}"\\])+)
    )""",
    re.VERBOSE,
)


class Token(NamedTuple):
    kind: str
    text: str
    low: str = ""
    high: str = ""


def condition_of(text: str) -> Q:
    """The condition that `text` states. Raises UnreadableQuery and UnknownField."""
    tokens = _tokens(text)
    if not tokens:
        return EVERYTHING
    reader = _Reader(tokens)
    found = reader.either(None)
    if reader.left:
        raise UnreadableQuery(f"nothing expected at {reader.left[0].text!r}")
    return found


def names_a_field(text: str) -> bool:
    """Whether a search is written in this language at all, and not as plain words."""
    fields = re.findall(r"(?<![\w\"])[-+]?([A-Za-z_*]\w*):\S", text)
    return any(field == "*" or field in TERMS or field in TIMES for field in fields)


def _tokens(text: str) -> list[Token]:
    if len(text) > MOST_CHARACTERS:
        raise UnreadableQuery(f"longer than {MOST_CHARACTERS} characters")
    found, place, text = [], 0, text.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise UnreadableQuery(f"cannot read {text[place : place + 20]!r}")
        kind = str(match.lastgroup if match.lastgroup not in ("low", "high") else "range")
        found.append(Token(kind, match[kind], match["low"] or "", match["high"] or ""))
        place = match.end()
        if len(found) > 4 * MOST_TERMS:
            raise UnreadableQuery("too many terms")
    return found


class _Reader:
    """Recursive descent; a field in front of parentheses holds for what is in them."""

    def __init__(self, tokens: list[Token]) -> None:
        self.left = tokens
        self.depth = 0
        self.terms = 0

    def _next(self, *kinds: str) -> Token | None:
        if self.left and self.left[0].kind in kinds:
            return self.left.pop(0)
        return None

    def either(self, field: str | None) -> Q:
        found = self.all(field)
        while self._next("or"):
            found |= self.all(field)
        return found

    def all(self, field: str | None) -> Q:
        found = self.one(field)
        while self.left and self.left[0].kind not in ("or", "close"):
            self._next("and")
            found &= self.one(field)
        return found

    def one(self, field: str | None) -> Q:
        if self._next("plus"):
            return self.one(field)
        if self._next("not"):
            return ~self.one(field)
        if self._next("open"):
            return self._inner(field)
        named = self._next("field")
        if named is not None:
            return self._named(named.text)
        return self._value(field)

    def _inner(self, field: str | None) -> Q:
        self.depth += 1
        if self.depth > DEEPEST:
            raise UnreadableQuery("too deep")
        found = self.either(field)
        if not self._next("close"):
            raise UnreadableQuery("a parenthesis is not closed")
        self.depth -= 1
        return found

    def _named(self, field: str) -> Q:
        if field != "*" and field not in TERMS and field not in TIMES:
            raise UnknownField(field)
        return self._inner(field) if self._next("open") else self._value(field)

    def _value(self, field: str | None) -> Q:
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise UnreadableQuery("too many terms")
        token = self._next("word", "quoted", "range")
        if token is None:
            raise UnreadableQuery("a value is missing")
        if token.kind == "range":
            return _range(field, token)
        text = token.text[1:-1] if token.kind == "quoted" else token.text
        text = re.sub(r"\\(.)", r"\1", text)
        if text == "*" and token.kind == "word":
            return EVERYTHING
        if field is None:
            return openly(text)
        if field in TIMES:
            return Q(**{TIMES[field]: time_of(text)})
        if field == "*":
            raise UnreadableQuery("only *:* begins with *")
        term: Callable[[str], Q] = TERMS[field]
        return term(text)


def _range(field: str | None, token: Token) -> Q:
    """Square brackets include the ends, braces leave them out."""
    if field not in TIMES:
        raise UnreadableQuery("ranges are for metadata_modified and metadata_created")
    column, condition = TIMES[field], EVERYTHING
    low, high = time_of(token.low), time_of(token.high)
    if low is not None:
        after = "gte" if token.text.startswith("[") else "gt"
        condition &= Q(**{f"{column}__{after}": low})
    if high is not None:
        before = "lte" if token.text.endswith("]") else "lt"
        condition &= Q(**{f"{column}__{before}": high})
    return condition
