"""Text of an official document: every run names its Chinese typeface, every indent its characters.

``w:rFonts`` is written on every run with the hint for East Asian text: without it Word sets “ ” — …
between Chinese characters in the Latin typeface.
"""

import re
from datetime import date

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from citybrain.documents import styles

FACE_OF_STYLE = {style.style_id: style.face for style in styles.STYLES}
# What XML 1.0 cannot carry, and what would break a line inside a cell or a sentence.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def chinese_date(day: date) -> str:
    """Return ``2026年1月5日``: Arabic digits without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def printable(text: str) -> str:
    """Return ``text`` without the characters that a .docx cannot hold."""
    return UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """Return ``text`` printable and on one line, for a table cell."""
    return " ".join(printable(text).split())


def style_paragraph(paragraph: Paragraph, style: styles.Style) -> None:
    """Give the paragraph its style; the default style is not named."""
    if style is not styles.PLAIN:
        paragraph._p.get_or_add_pPr().get_or_add_pStyle().val = style.style_id


def add_text(paragraph: Paragraph, text: str, face: styles.Face | None = None) -> None:
    """Append ``text`` as one run in ``face``, by default the typeface of the paragraph's style.

    ``\\n`` becomes a line break and ``\\t`` a tab stop.
    """
    if not text:
        return
    run = paragraph.add_run(printable(text))
    run._r.get_or_add_rPr().insert(0, _fonts(face or _face_of(paragraph)))


def set_indents(
    paragraph: Paragraph,
    *,
    left: float = 0,
    right: float = 0,
    first: float = 0,
    size: int = styles.BODY_SIZE,
) -> None:
    """Indent the paragraph by characters of ``size`` half-points; a negative ``first`` hangs."""
    pitch = styles.CHARACTER_PITCH * size / styles.BODY_SIZE
    indents = {"left": left, "right": right, "hanging" if first < 0 else "firstLine": abs(first)}
    element = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for side, characters in indents.items():
        if characters:
            element.set(qn(f"w:{side}Chars"), str(round(characters * 100)))
            element.set(qn(f"w:{side}"), str(round(characters * pitch)))


def _face_of(paragraph: Paragraph) -> styles.Face:
    properties = paragraph._p.pPr
    style = None if properties is None else properties.style
    return styles.FANGSONG if style is None else FACE_OF_STYLE[style]


def _fonts(face: styles.Face) -> object:
    xml = styles.fonts_xml(face).replace("<w:rFonts", f"<w:rFonts {nsdecls('w')}", 1)
    return parse_xml(xml)
