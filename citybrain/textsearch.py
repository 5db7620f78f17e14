"""Full-text search in Chinese on plain PostgreSQL: no extension, parser, dictionary or locale.

PostgreSQL has no parser that splits Chinese, and trigrams cannot serve words of one or two
characters. So the text is split here, and ``tsvector`` and ``tsquery`` are written as literals:

* A run of Chinese characters becomes its overlapping pairs, and its last character alone:
  居民证 is ``居民 民证 证``. A word of two or more characters is a chain of neighbouring pairs, which
  is exactly "contains this text"; a single character is a prefix, since each character of a run
  begins a pair or ends the run.
* Letters and digits stay whole words. The last word of a search matches as a prefix. A code such as
  ``3074601000015/000001`` is its parts next to each other, so it is found whole, by a part, and
  while it is being typed.
* Words in a search that are separated by a space or a punctuation mark must all occur.

Text is compared without case and width (NFKC). Within one text, PostgreSQL keeps 256 positions of a
word and positions up to 16,383; past them a text is still found by words of up to two characters.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from string import ascii_lowercase
from typing import Literal, NamedTuple

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorField
from django.db.models import F, Func, Value

from citybrain import soundsearch

Weight = Literal["A", "B", "C", "D"]

WEIGHTS = [0.1, 0.2, 0.4, 1.0]  # of D, C, B, A: the order in which ts_rank wants them
MAX_QUERY_CHARACTERS = 200
MAX_QUERY_PHRASES = 16
MAX_WORD_CHARACTERS = 64
SHORTEST_APART, LONGEST_APART = 4, 12  # characters of what may be two words run together
MAX_POSITION = 16_383  # PostgreSQL knows no higher one
# PostgreSQL refuses a tsvector over 1 MiB; this leaves room for its alignment bytes.
MAX_VECTOR_BYTES = 900_000

# Scripts written without spaces: Han with its extensions, 々〇, kana, bopomofo, hangul.
_UNSPACED = (
    r"\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
    r"\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[^\W_{_UNSPACED}]+")
_TOKEN = re.compile(rf"(?P<run>[{_UNSPACED}]+)|{_WORD.pattern}(?:[-/_.:@]{_WORD.pattern})*")


class _Token(NamedTuple):
    """A run of unspaced characters, or a word; ``offset`` counts from the start of its phrase."""

    text: str
    offset: int
    is_run: bool

    @property
    def end(self) -> int:
        return self.offset + (len(self.text) if self.is_run else 1)


def normalise(text: str) -> str:
    """Return ``text`` as it is compared: NFKC (full width made half width) and without case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def to_tsvector_literal(
    parts: Sequence[tuple[str, Weight]], spoken: Sequence[tuple[str, Weight]] = ()
) -> str:
    """Return the text of a ``tsvector`` of several texts, each with its weight (A counts most).

    Put the most important first: what exceeds PostgreSQL's limits is dropped from the end. Of the
    texts in ``spoken`` the sound is stored, too.
    """
    positions: dict[str, list[str]] = {}
    size = 0
    start = 1
    read = [(*part, _lexemes) for part in parts] + [(*part, _sounds) for part in spoken]
    for text, weight, lexemes_of in read:
        for phrase in _phrases(text):
            for lexeme, offset in lexemes_of(phrase):
                found = positions.get(lexeme)
                if found is None:
                    size += len(lexeme.encode()) + 4
                    if size > MAX_VECTOR_BYTES:
                        return _vector_text(positions)
                    found = positions[lexeme] = []
                position = start + offset
                if position <= MAX_POSITION:
                    size += 2
                    found.append(f"{position}{weight}")
            # One position stays empty, so that no search finds a word across a gap.
            start += phrase[-1].end + 1
    return _vector_text(positions)


def to_tsquery_literal(
    query: str, weights: str = "", *, spoken: bool = False, loose: bool = False
) -> str | None:
    """Return the text of a ``tsquery`` for what somebody typed, ``None`` if nothing can be searched.

    Only the first 200 characters and the first 16 words of it count. With ``weights`` only texts
    that were stored with one of them are looked at. With ``spoken`` Latin words may be pinyin or
    initials. ``loose`` also takes what was run together apart, and Latin words that are mistyped.
    """
    phrases = islice(_phrases(query[:MAX_QUERY_CHARACTERS]), MAX_QUERY_PHRASES)
    written = (_alternatives(phrase, weights, spoken, loose) for phrase in phrases)
    return " & ".join(dict.fromkeys(written)) or None


def can_be_loosened(query: str) -> bool:
    """Whether taking ``query`` loosely can find more than taking it by the word."""
    phrases = islice(_phrases(query[:MAX_QUERY_CHARACTERS]), MAX_QUERY_PHRASES)
    return any(
        phrase[-1].end >= SHORTEST_APART or len(phrase) > 1 or len(phrase[0].text) >= SHORTEST_APART
        for phrase in phrases
    )


class SearchVectorValue(Func):
    """The search vector of some texts, to be stored in a ``SearchVectorField``."""

    template = "%(expressions)s::tsvector"
    arity = 1

    def __init__(
        self, parts: Sequence[tuple[str, Weight]], spoken: Sequence[tuple[str, Weight]] = ()
    ) -> None:
        self.literal = to_tsvector_literal(parts, spoken)
        super().__init__(Value(self.literal), output_field=SearchVectorField())


class SearchQueryLiteral(SearchQuery):
    """A ``tsquery`` written by ``to_tsquery_literal``; PostgreSQL does not parse words again."""

    template = "%(expressions)s::tsquery"

    def __init__(self, literal: str) -> None:
        super().__init__(Value(literal))


def search_query(query: str, weights: str = "") -> SearchQueryLiteral:
    """Return the expression of ``filter(search_vector=search_query(text))``.

    A query without a letter, digit or character in it finds nothing.
    """
    return SearchQueryLiteral(to_tsquery_literal(query, weights) or "")


def rank(query: str, vector: str = "search_vector") -> SearchRank:
    """Return the relevance of the field ``vector`` for ``query``, to sort by, highest first."""
    return SearchRank(F(vector), search_query(query), weights=WEIGHTS)


def _phrases(text: str) -> Iterator[list[_Token]]:
    """Yield the stretches of ``text`` without a space or a punctuation mark in them."""
    phrase: list[_Token] = []
    end = -1
    for match in _TOKEN.finditer(normalise(text)):
        if match.start() != end and phrase:
            yield phrase
            phrase = []
        end = match.end()
        if match["run"]:
            phrase.append(_Token(match["run"], phrase[-1].end if phrase else 0, True))
            continue
        for word in _WORD.findall(match[0]):
            offset = phrase[-1].end if phrase else 0
            phrase.append(_Token(word[:MAX_WORD_CHARACTERS], offset, False))
    if phrase:
        yield phrase


def _lexemes(phrase: list[_Token]) -> Iterator[tuple[str, int]]:
    for text, offset, is_run in phrase:
        if is_run:
            for index in range(len(text)):
                yield text[index : index + 2], offset + index
        else:
            yield text, offset


def _sounds(phrase: list[_Token]) -> Iterator[tuple[str, int]]:
    for text, offset, is_run in phrase:
        if is_run:
            for lexeme, place in soundsearch.lexemes(text):
                yield lexeme, offset + place


def _alternatives(phrase: list[_Token], weights: str, spoken: bool, loose: bool) -> str:
    """The phrase by the word, or in any other way in which it may be meant."""
    found = [_phrase_query(phrase, weights)]
    word = phrase[0].text if len(phrase) == 1 and not phrase[0].is_run else ""
    if spoken and word:
        found += [_chain(one, weights) for one in soundsearch.readings(word)]
    if loose:
        found += [
            " & ".join(_phrase_query(part, weights) for part in parts) for parts in _apart(phrase)
        ]
        if word and spoken:
            found += [_chain(one, weights) for one in soundsearch.mistyped(word)]
        if all(not token.is_run for token in phrase):
            found.append(" & ".join(_near(token.text, weights) for token in phrase))
    different = list(dict.fromkeys(found))
    return (
        different[0] if len(different) == 1 else f"({' | '.join(f'({one})' for one in different)})"
    )


def _chain(lexemes: Sequence[str], weights: str) -> str:
    """Neighbours; the last may be the beginning of a longer one."""
    marks = [weights] * (len(lexemes) - 1) + [f"*{weights}"]
    return " <-> ".join(
        _quoted(lexeme) + (f":{mark}" if mark else "")
        for lexeme, mark in zip(lexemes, marks, strict=True)
    )


def _apart(phrase: list[_Token]) -> Iterator[list[list[_Token]]]:
    """The ways to take a phrase for two words or three that were run together."""
    units: list[tuple[str, bool]] = []
    for token in phrase:
        units += [(char, True) for char in token.text] if token.is_run else [(token.text, False)]
    if len(units) > LONGEST_APART or (len(phrase) == 1 and len(units) < SHORTEST_APART):
        return
    for first in range(1, len(units)):
        if _stands(units[:first]) and _stands(units[first:]):
            yield [_tokens(units[:first]), _tokens(units[first:])]
        for second in range(first + 1, len(units)):
            parts = (units[:first], units[first:second], units[second:])
            if all(map(_stands, parts)):
                yield [_tokens(part) for part in parts]


def _stands(units: Sequence[tuple[str, bool]]) -> bool:
    """Whether the units can be a word: two characters, or one that is Latin."""
    return len(units) >= 2 or not units[0][1]


def _tokens(units: Sequence[tuple[str, bool]]) -> list[_Token]:
    made: list[_Token] = []
    for text, is_run in units:
        if is_run and made and made[-1].is_run:
            made[-1] = made[-1]._replace(text=made[-1].text + text)
        else:
            made.append(_Token(text, made[-1].end if made else 0, is_run))
    return made


def _near(word: str, weights: str) -> str:
    """Words that begin as ``word`` does but for one letter; what follows the beginning is open.

    A letter too few, too many, another one or two changed over: within the first six tenths of the
    word each is tried, behind them anything goes.
    """
    if len(word) < SHORTEST_APART or not (word.isascii() and word.isalpha()):
        return _quoted(word) + f":*{weights}"
    length = max(3, -(-len(word) * 6 // 10))
    begun = {word[:length]}
    for at in range(length):
        begun.add((word[:at] + word[at + 1 :])[:length])
        begun.add((word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :])[:length])
        for letter in ascii_lowercase:
            begun.add((word[:at] + letter + word[at + 1 :])[:length])
            begun.add((word[:at] + letter + word[at:])[:length])
    return f"({' | '.join(f'{_quoted(one)}:*{weights}' for one in sorted(begun))})"


def _phrase_query(phrase: list[_Token], weights: str) -> str:
    terms: list[tuple[str, int]] = []
    for token in phrase:
        pairs = list(_lexemes([token]))
        # The last character of a longer run is in the pair before it, and need not end a run there.
        terms += pairs[:-1] if len(pairs) > 1 else pairs
    last = phrase[-1]
    is_prefix = not last.is_run or len(last.text) == 1
    query, previous = "", 0
    for index, (lexeme, offset) in enumerate(terms):
        if index:
            query += f" <{offset - previous}> "
        marks = "*" * (is_prefix and index == len(terms) - 1) + weights
        query += _quoted(lexeme) + (f":{marks}" if marks else "")
        previous = offset
    return query


def _vector_text(positions: dict[str, list[str]]) -> str:
    return " ".join(
        f"{_quoted(lexeme)}:{','.join(found)}" if found else _quoted(lexeme)
        for lexeme, found in positions.items()
    )


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
