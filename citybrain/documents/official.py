"""An official document in the layout of GB/T 9704-2012, built on python-docx.

``OfficialDocument`` takes the parts of the document in their order: mark, title, addressee, body,
attachment note, signature, attachments, imprint. The same calls give the same bytes. Texts are
Chinese and not marked for translation: the standard and the language of the document go together,
and its bytes must not depend on the language of whoever has it compiled.
"""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO

from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.text.paragraph import CT_P
from docx.section import Section
from docx.shared import Mm, Pt, Twips
from docx.text.paragraph import Paragraph

from citybrain.documents import styles
from citybrain.documents.package import document_bytes, empty_document, set_properties
from citybrain.documents.tables import (
    Column,
    append_imprint,
    append_table,
    imprint_height,
)
from citybrain.documents.text import add_text, chinese_date, set_indents, style_paragraph

TITLE_CHARACTERS = 20  # 2号 characters in a line of the text area
MARK_SIZES = (20, 62)  # points: the smallest still legible, the largest in use
HEADINGS = (styles.HEADING_1, styles.HEADING_2, styles.HEADING_3)
SIGNATURE_INDENT = 4  # characters between the date and the right edge (7.3.5.1)
SPACE = "　"


class OfficialDocument:
    """The document being written; every method appends one part."""

    def __init__(self, *, title: str, author: str, created: datetime) -> None:
        """Start a document; ``created`` (aware) is its only date, no clock is read."""
        self._document = empty_document()
        self._tables = 0
        self._figures = 0
        set_properties(self._document, title=title, author=author, created=created)
        section = self._document.sections[0]
        _set_page(section)
        _number_pages(section)

    # --- head ---------------------------------------------------------------------------------
    def mark(self, issuer: str, *, number: str | None, year: int) -> None:
        """Append the red mark ``<issuer>文件``, the number and the place of the signer (7.2).

        A document that goes upward has its number at the left and 签发人 at the right (7.2.5,
        7.2.6); the signer is left blank, and so is a ``number`` that is not given yet.
        """
        text = f"{issuer}文件"
        smallest, largest = MARK_SIZES
        fitting = int(styles.TEXT_WIDTH / 20 / len(text) * 0.96)
        size = max(smallest, min(largest, fitting))
        mark = self._paragraph(text, styles.MARK)
        mark.runs[0].font.size = Pt(size)
        # A line a fifth higher than the characters has half of that above them.
        mark.paragraph_format.line_spacing = Pt(size * 1.2)
        mark.paragraph_format.space_before = Twips(styles.MARK_DISTANCE - size * 2)
        self._blank(2)
        line = self._paragraph("", styles.NUMBER)
        line.paragraph_format.tab_stops.add_tab_stop(
            Twips(styles.TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT
        )
        add_text(line, f"{SPACE}{number or f'{SPACE * 2}〔{year}〕{SPACE}号'}\t签发人：{SPACE * 4}")
        _red_line(line)
        self._blank(2)

    def letter_mark(self, issuer: str, *, number: str) -> None:
        """Append the head of a letter 函 (10.1): the issuer in red, a double red line, the number.

        The upper edge of the mark lies 30 mm below the edge of the paper, above the text area; the
        number stands under the line at the right.
        """
        smallest, largest = MARK_SIZES
        fitting = int(styles.TEXT_WIDTH / 20 / len(issuer) * 0.96)
        size = max(smallest, min(largest, fitting))
        mark = self._paragraph(issuer, styles.MARK)
        mark.runs[0].font.size = Pt(size)
        mark.paragraph_format.line_spacing = Pt(size * 1.2)
        _red_line(mark, kind="thickThinSmallGap", weight=24)
        self._paragraph(number, styles.NUMBER).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self._blank(2)

    def title(self, lines: Sequence[str]) -> None:
        """Append the title, one paragraph with the line breaks given, and a blank line (7.3.1)."""
        self._paragraph("\n".join(lines), styles.TITLE)
        self._blank(1)

    def addressee(self, name: str) -> None:
        """Append the addressee 主送机关, flush left with a colon (7.3.2)."""
        self._paragraph(f"{name}：", styles.ADDRESSEE)

    # --- body ---------------------------------------------------------------------------------
    def heading(self, level: int, text: str) -> None:
        """Append a heading of level 1 ``一、``, 2 ``（一）`` or 3 ``1.`` (7.3.3)."""
        self._paragraph(text, HEADINGS[level - 1])

    def paragraph(self, text: str, *, lead: str = "") -> None:
        """Append a paragraph of the body; ``lead`` is its first sentence, set in 楷体."""
        paragraph = self._paragraph("", styles.BODY)
        add_text(paragraph, lead, styles.KAITI)
        add_text(paragraph, text)

    def small(self, text: str) -> None:
        """Append a line of small type, centred, such as a digest that must not be broken."""
        self._paragraph(text, styles.TABLE_NOTE).alignment = WD_ALIGN_PARAGRAPH.CENTER

    @property
    def next_table(self) -> str:
        """How the text refers to the table that comes next: ``表3``."""
        return f"表{self._tables + 1}"

    @property
    def next_figure(self) -> str:
        """How the text refers to the picture that comes next: ``图3``."""
        return f"图{self._figures + 1}"

    def table(
        self,
        caption: str,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        *,
        numbered: bool = True,
        note: str = "",
    ) -> None:
        """Append a table with its caption above; the heading row repeats on every page.

        ``note`` is set in small type under it. Without ``numbered`` there is no caption line and
        ``caption`` is only its description for those who cannot see it.
        """
        if numbered:
            self._tables += 1
            self._paragraph(f"表{self._tables}{SPACE}{caption}", styles.CAPTION_ABOVE)
        append_table(self._document, caption, columns, rows)
        self._paragraph(note, styles.TABLE_NOTE)

    def picture(self, png: bytes, *, caption: str, description: str, width_mm: float) -> None:
        """Append an inline picture with its caption below and ``description`` as its alt text."""
        self._figures += 1
        paragraph = self._paragraph("", styles.PICTURE)
        shape = paragraph.add_run().add_picture(BytesIO(png), width=Mm(width_mm))
        properties = shape._inline.docPr
        properties.set("name", f"图{self._figures}")
        properties.set("title", caption)
        properties.set("descr", description)
        self._paragraph(f"图{self._figures}{SPACE}{caption}", styles.CAPTION_BELOW)

    def mark_for_machines(self, png: bytes, *, description: str, width_mm: float) -> None:
        """Append a small picture without caption or number, such as a code to be scanned."""
        paragraph = self._paragraph("", styles.PICTURE)
        shape = paragraph.add_run().add_picture(BytesIO(png), width=Mm(width_mm))
        shape._inline.docPr.set("descr", description)

    # --- end of the text ------------------------------------------------------------------------
    def closing(self, text: str) -> None:
        """Append the closing phrase, such as ``特此报告。``, kept together with the signature."""
        self._paragraph(text, styles.BODY).paragraph_format.keep_with_next = True

    def attachment_note(self, names: Sequence[str]) -> None:
        """Append a blank line and the list of attachments, without end punctuation (7.3.4)."""
        self._blank(1, keep=True)
        for number, name in enumerate(names, start=1):
            label = "附件：" if number == 1 else SPACE * 3
            paragraph = self._paragraph(f"{label}{number}.{name}", styles.ADDRESSEE)
            # A name that runs over continues under its own first character.
            set_indents(paragraph, left=5.75, first=-3.75)
            paragraph.paragraph_format.keep_with_next = True

    def signature(self, issuer: str, day: date) -> None:
        """Append issuer and date for a sealed document (7.3.5.1).

        The date keeps four characters from the right edge, the issuer is centred over it; where
        the issuer is so long that this would leave less than two, the date is centred under it.
        """
        self._blank(2, keep=True)
        text = chinese_date(day)
        width = sum(0.5 if character.isascii() else 1.0 for character in text)
        date_indent = float(SIGNATURE_INDENT)
        issuer_indent = date_indent + (width - len(issuer)) / 2
        if issuer_indent < 2:
            issuer_indent, date_indent = 2.0, 2.0 + (len(issuer) - width) / 2
        for line, indent in ((issuer, issuer_indent), (text, date_indent)):
            paragraph = self._paragraph(line, styles.SIGNATURE)
            set_indents(paragraph, right=indent)
            paragraph.paragraph_format.keep_with_next = line is issuer

    def attachment(self, label: str, title: str) -> None:
        """Start an attachment on a new page: ``附件1`` in the first line, its title in the third."""
        self._paragraph(label, styles.ANNEX_LABEL)
        self._blank(1)
        self._paragraph(title, styles.ANNEX_TITLE)
        self._blank(1)

    def imprint(self, *, copied_to: Sequence[str], issuer: str, day: date) -> None:
        """Append the imprint 版记 at the foot of the last page, an even one (7.4).

        The page holds nothing else; like the blank page that may come before it, it carries no
        page number (7.5).
        """
        section = self._document.add_section(WD_SECTION.EVEN_PAGE)
        self._join_section_break()
        for footer in (section.footer, section.even_page_footer):
            footer.is_linked_to_previous = False
        # Word and WPS move the content of the section to the foot of the page and keep it there
        # when copies are added; the blank paragraph does the same, less one line, elsewhere.
        section._sectPr.find(qn("w:docGrid")).addprevious(
            parse_xml(f'<w:vAlign {nsdecls("w")} w:val="bottom"/>')
        )
        blank = styles.TEXT_HEIGHT - imprint_height(copied_to) - styles.IMPRINT_LINE
        filler = self._paragraph("", styles.FILLER)
        filler.paragraph_format.line_spacing = Twips(blank)
        append_imprint(
            self._document, copied_to=copied_to, issuer=issuer, printed_on=chinese_date(day)
        )
        self._paragraph("", styles.FILLER)

    def to_bytes(self) -> bytes:
        """Return the .docx; the same parts give the same bytes."""
        return document_bytes(self._document)

    # --- parts of parts -------------------------------------------------------------------------
    def _paragraph(self, text: str, style: styles.Style) -> Paragraph:
        paragraph = self._document.add_paragraph()
        style_paragraph(paragraph, style)
        add_text(paragraph, text)
        return paragraph

    def _blank(self, lines: int, *, keep: bool = False) -> None:
        for _number in range(lines):
            self._paragraph("", styles.PLAIN).paragraph_format.keep_with_next = keep or None

    def _join_section_break(self) -> None:
        """Move the section break into the last paragraph, lest it takes a line, or a page."""
        carrier = self._document.paragraphs[-1]._p
        before = carrier.getprevious()
        if isinstance(before, CT_P):
            before.get_or_add_pPr().append(carrier.get_or_add_pPr().get_or_add_sectPr())
            self._document.element.body.remove(carrier)


def title_lines(subject: str, *, issuer: str, kind: str) -> tuple[str, ...]:
    """Return ``<issuer>关于<subject>的<kind>`` in lines broken between words (7.3.1)."""
    rest = f"关于{subject}的{kind}"
    if len(issuer) + len(rest) <= TITLE_CHARACTERS:
        return (issuer + rest,)
    return (issuer, rest)


def _set_page(section: Section) -> None:
    section.page_width, section.page_height = Twips(styles.PAGE_WIDTH), Twips(styles.PAGE_HEIGHT)
    section.top_margin = Twips(styles.MARGIN_TOP)
    section.bottom_margin = Twips(styles.MARGIN_BOTTOM)
    section.left_margin = Twips(styles.MARGIN_LEFT)
    section.right_margin = Twips(styles.MARGIN_RIGHT)
    section.header_distance = Mm(15)
    section.footer_distance = Twips(styles.FOOTER_DISTANCE)
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(styles.LINE_PITCH))
    properties.append(grid)


def _number_pages(section: Section) -> None:
    """Put ``— 1 —`` outside: odd pages right, even pages left, one character in (7.5)."""
    right, left = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
    for footer, side in ((section.footer, right), (section.even_page_footer, left)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        style_paragraph(paragraph, styles.PAGE_NUMBER)
        set_indents(paragraph, left=side == left, right=side == right, size=styles.PAGE_NUMBER.size)
        paragraph.paragraph_format.alignment = side
        add_text(paragraph, "— ")
        fonts = styles.fonts_xml(styles.SONGTI)
        paragraph._p.append(
            parse_xml(
                f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:rPr>{fonts}</w:rPr>'
                "<w:t>1</w:t></w:r></w:fldSimple>"
            )
        )
        add_text(paragraph, " —")


def _red_line(paragraph: Paragraph, *, kind: str = "single", weight: int = 12) -> None:
    """Draw the red line, as wide as the text area, 4 mm below the number (7.2.7)."""
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="{kind}" w:sz="{weight}" w:space="11" '
        f'w:color="{styles.RED}"/></w:pBdr>'
    )
    paragraph._p.get_or_add_pPr().insert_element_before(border, "w:tabs", "w:ind")
