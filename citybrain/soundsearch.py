"""Chinese by its sound: what of a text is stored, and how what somebody typed in Latin is read.

Of each run of Chinese characters the syllables are stored (``~ting``), and the first letters of each
two neighbours (``#tc``), at the places of their characters. So pinyin is found as any part of a name
("tingchechang" in 公共停车场), and initials as well ("tcc"). Neither mark occurs in other lexemes.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

SYLLABLE, INITIALS = "~", "#"
MOST_LETTERS = 40
MOST_READINGS = 6
LONGEST_SYLLABLE = 6


@lru_cache(maxsize=50_000)
def syllables(run: str) -> tuple[str, ...]:
    """One for each character of a run; "" for a character without a known reading.

    Readings are taken from words, as in citybrain/pinyin.py. Names repeat, so they are kept.
    """
    from pypinyin import lazy_pinyin

    found = lazy_pinyin(run, errors=_unread)
    return tuple(found) if len(found) == len(run) else ("",) * len(run)


def _unread(run: str) -> Any:
    """Nothing for each character that the library cannot read; it takes lists, too."""
    return [""] * len(run)


def lexemes(run: str) -> Iterator[tuple[str, int]]:
    """What is stored of a run, each with its place in it."""
    spoken = syllables(run)
    for place, syllable in enumerate(spoken):
        if not syllable:
            continue
        yield f"{SYLLABLE}{syllable}", place
        following = spoken[place + 1] if place + 1 < len(spoken) else ""
        yield f"{INITIALS}{syllable[0]}{following[:1]}", place


def readings(typed: str) -> list[list[str]]:
    """As which chains of lexemes a Latin word can be read; the last of each may be cut short."""
    if not (typed.isascii() and typed.isalpha() and 2 <= len(typed) <= MOST_LETTERS):
        return []
    chains = [[f"{SYLLABLE}{one}" for one in spoken] for spoken in _spoken(typed)]
    pairs = [f"{INITIALS}{typed[at : at + 2]}" for at in range(len(typed) - 1)]
    return [*chains, pairs]


def mistyped(typed: str) -> list[list[str]]:
    """The same for pinyin in which two letters changed places or one is too many."""
    if not (typed.isascii() and typed.isalpha() and 5 <= len(typed) <= MOST_LETTERS):
        return []
    meant = dict.fromkeys(
        [typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :] for at in range(len(typed) - 1)]
        + [typed[:at] + typed[at + 1 :] for at in range(len(typed))]
    )
    return [
        [f"{SYLLABLE}{one}" for one in spoken]
        for word in meant
        for spoken in _spoken(word, whole=True)[:2]
    ]


def _spoken(typed: str, *, whole: bool = False) -> list[list[str]]:
    """The ways to read letters as syllables, the longest first; the last may be a beginning."""
    known, beginnings = _known()
    found: list[list[str]] = []

    def read(at: int, before: list[str]) -> None:
        if len(found) >= MOST_READINGS:
            return
        if at == len(typed):
            found.append(before)
            return
        for end in range(min(len(typed), at + LONGEST_SYLLABLE), at, -1):
            piece = typed[at:end]
            if piece in known or (not whole and end == len(typed) and piece in beginnings):
                read(end, [*before, piece])

    read(0, [])
    return found


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """All syllables, and what they begin with, from the dictionary of the library."""
    from pypinyin.pinyin_dict import pinyin_dict

    toned = {one for readings_of in pinyin_dict.values() for one in readings_of.split(",")}
    apart = (unicodedata.normalize("NFD", one).replace("u\u0308", "v") for one in toned)
    plain = {"".join(filter(str.isascii, one)) for one in apart}
    # Interjections such as m and ng are read as nothing else than letters.
    known = {one for one in plain if one.isalpha() and any(char in "aeiouv" for char in one)}
    return frozenset(known), frozenset(one[:end] for one in known for end in range(1, len(one)))
