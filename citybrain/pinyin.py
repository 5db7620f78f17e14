"""Pinyin of Chinese names, stored beside them: the database may know no Chinese collation.

Readings of several characters are taken from words (重庆 is ``chong qing``). Both keys are made to
be stored when a name is saved; pypinyin takes a while to load and is imported at the first use.
"""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_NOT_LATIN = re.compile(r"[^0-9a-z]")


def sort_key(text: str) -> str:
    """Return what to sort ``text`` by: lower-case syllables, words and numbers, one space between.

    ``"海口市A1区"`` gives ``"hai kou shi a1 qu"``. Compare keys by bytes (collation ``C``), and the
    texts themselves where keys are equal. A character without a known reading stays as it is and
    sorts behind the others.
    """
    from pypinyin import lazy_pinyin

    return " ".join(" ".join(lazy_pinyin(_folded(text), errors=_words)).split())


def initials(text: str) -> str:
    """Return the first letters of the syllables of ``text``, and its Latin words and numbers whole.

    ``"居民身份证"`` gives ``"jmsfz"``, ``"A股 2025"`` gives ``"ag2025"``.
    """
    from pypinyin import Style, lazy_pinyin

    letters = lazy_pinyin(_folded(text), style=Style.FIRST_LETTER, errors=_words)
    return _NOT_LATIN.sub("", "".join(letters))


def _words(unread: str) -> str:
    return " ".join(_WORD.findall(unread))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()
