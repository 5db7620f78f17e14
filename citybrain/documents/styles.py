"""Page, typefaces and paragraph styles of GB/T 9704-2012, 党政机关公文格式.

The text area is 156 mm x 225 mm and holds 22 lines of 28 characters (5.2.1, 5.2.3). 225 mm are
12756 twips: 22 lines of 579 twips (28.95 pt) fit, of 580 they would not. 28 characters of 3号
(16 pt) are wider than 156 mm, so 0.25 pt is taken off each. That is done in the styles and not by
a character grid: LibreOffice gives two cells of such a grid to each character.
"""

from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from docx.oxml.ns import nsdecls

TWIPS_PER_MM = 1440 / 25.4

PAGE_WIDTH = 11906
PAGE_HEIGHT = 16838
MARGIN_TOP = 2098  # 37 mm, 天头
MARGIN_BOTTOM = 1984  # 35 mm
MARGIN_LEFT = 1587  # 28 mm, 订口
MARGIN_RIGHT = 1474  # 26 mm
TEXT_WIDTH = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT
TEXT_HEIGHT = PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM

LINE_PITCH = 579
BODY_SIZE = 32  # half-points: 3号
CHARACTER_SPACE = -5  # twips, added to every character of the body
CHARACTER_PITCH = BODY_SIZE * 10 + CHARACTER_SPACE  # twips

# The dash beside the page number lies 7 mm below the text area (7.5): the line of 14 pt around it
# starts 2.5 mm higher, which leaves 25.5 mm between its foot and the edge of the paper.
FOOTER_LINE = 280
FOOTER_DISTANCE = round((35 - 7 - 2.47) * TWIPS_PER_MM)
# The upper edge of the issuer's mark lies 35 mm below the upper edge of the text area (7.2.4).
MARK_DISTANCE = round(35 * TWIPS_PER_MM)

CELL_LINE = 280
IMPRINT_LINE = 440

RED = "FF0000"


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface for Chinese with the one for Latin letters and digits beside it."""

    chinese: str
    latin: str
    fallback: str
    """What may stand in where the named typeface is not installed, separated by commas."""


SONG_TITLE = Face("方正小标宋简体", "方正小标宋简体", "方正小标宋_GBK,宋体")
FANGSONG = Face("仿宋_GB2312", "Times New Roman", "仿宋")
KAITI = Face("楷体_GB2312", "Times New Roman", "楷体")
HEITI = Face("黑体", "黑体", "SimHei")
SONGTI = Face("宋体", "宋体", "SimSun")
FACES = (SONG_TITLE, FANGSONG, KAITI, HEITI, SONGTI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One paragraph style; sizes in half-points, distances in twips."""

    name: str
    """English built-in name where Word has one, so that its navigation works."""
    face: Face = FANGSONG
    size: int = BODY_SIZE
    align: str = "both"
    indent_characters: int = 0
    """Indent of the first line in hundredths of a character."""
    before: int = 0
    after: int = 0
    line: int | None = LINE_PITCH
    """Exact height of a line; None for as high as the content."""
    outline: int | None = None
    keep_next: bool = False
    page_break_before: bool = False
    colour: str | None = None

    @property
    def style_id(self) -> str:
        """Identifier inside the file, as Word forms it: ``heading 1`` is ``Heading1``."""
        return self.name.title().replace(" ", "")


BODY = Style(name="Body Text", indent_characters=200)
PLAIN = Style(name="Normal")
MARK = Style(
    name="发文机关标志",
    face=SONG_TITLE,
    align="center",
    line=None,
    colour=RED,
)
NUMBER = Style(name="发文字号", align="left")
TITLE = Style(name="Title", face=SONG_TITLE, size=44, align="center", line=680)
ADDRESSEE = Style(name="主送机关", align="left")
HEADING_1 = Style(name="heading 1", face=HEITI, indent_characters=200, outline=0, keep_next=True)
HEADING_2 = Style(name="heading 2", face=KAITI, indent_characters=200, outline=1, keep_next=True)
HEADING_3 = Style(name="heading 3", indent_characters=200, outline=2, keep_next=True)
SIGNATURE = Style(name="Signature", align="right")
ANNEX_LABEL = Style(
    name="附件顺序号", face=HEITI, align="left", page_break_before=True, keep_next=True
)
ANNEX_TITLE = Style(
    name="附件标题", face=SONG_TITLE, size=44, align="center", line=680, outline=0, keep_next=True
)
CAPTION_ABOVE = Style(
    name="表题", face=HEITI, size=24, align="center", before=120, after=60, line=360, keep_next=True
)
CAPTION_BELOW = Style(name="caption", face=HEITI, size=24, align="center", after=160, line=360)
PICTURE = Style(name="图片", align="center", before=120, line=None, keep_next=True)
CELL = Style(name="表格文字", size=21, align="left", line=CELL_LINE)
CELL_HEAD = Style(name="表格标题行", face=HEITI, size=21, align="center", line=CELL_LINE)
TABLE_NOTE = Style(name="表注", size=21, align="left", before=60, after=160, line=320)
PAGE_NUMBER = Style(name="footer", face=SONGTI, size=28, align="right", line=FOOTER_LINE)
IMPRINT = Style(name="版记", size=28, align="left", line=IMPRINT_LINE)
FILLER = Style(name="版记前空白", size=2, align="left", line=20)

STYLES = (
    PLAIN, BODY, MARK, NUMBER, TITLE, ADDRESSEE, HEADING_1, HEADING_2, HEADING_3, SIGNATURE,
    ANNEX_LABEL, ANNEX_TITLE, CAPTION_ABOVE, CAPTION_BELOW, PICTURE, CELL, CELL_HEAD, TABLE_NOTE,
    PAGE_NUMBER, IMPRINT, FILLER,
)  # fmt: skip


def fonts_xml(face: Face) -> str:
    """Return ``w:rFonts`` of a face; the hint keeps “ ” — … in the Chinese typeface."""
    chinese, latin = quoteattr(face.chinese), quoteattr(face.latin)
    return (
        f'<w:rFonts w:hint="eastAsia" w:ascii={latin} w:hAnsi={latin} '
        f"w:eastAsia={chinese} w:cs={latin}/>"
    )


def styles_xml() -> str:
    """Return the whole ``word/styles.xml``."""
    defaults = (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f'{fonts_xml(FANGSONG)}<w:sz w:val="{BODY_SIZE}"/><w:szCs w:val="{BODY_SIZE}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    )
    table = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="57" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )
    character = (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/>'
        "</w:style>"
    )
    body = "".join(map(_style_xml, STYLES))
    return f"<w:styles {nsdecls('w')}>{defaults}{body}{character}{table}</w:styles>"


def settings_xml() -> str:
    """Return ``word/settings.xml``: odd and even footers, the Chinese line-breaking options."""
    switches = (
        "spaceForUL", "balanceSingleByteDoubleByteWidth", "doNotLeaveBackslashAlone",
        "ulTrailSpace", "doNotExpandShiftReturn", "adjustLineHeightInTable", "useFELayout",
    )  # fmt: skip
    compatibility = "".join(f"<w:{switch}/>" for switch in switches)
    return (
        f'<w:settings {nsdecls("w")}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/>'
        '<w:evenAndOddHeaders/><w:drawingGridVerticalSpacing w:val="579"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        f"<w:compat>{compatibility}"
        '<w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def font_table_xml() -> str:
    """Return ``word/fontTable.xml``, which names what may stand in for a missing typeface."""
    fonts = "".join(
        f"<w:font w:name={quoteattr(face.chinese)}><w:altName w:val={quoteattr(face.fallback)}/>"
        '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for face in FACES
    )
    return (
        "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
        f'<w:fonts {nsdecls("w")}>{fonts}<w:font w:name="Times New Roman">'
        '<w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>'
        "</w:fonts>"
    )


def _style_xml(style: Style) -> str:
    default = ' w:default="1"' if style is PLAIN else ""
    based = "" if style is PLAIN else f'<w:basedOn w:val="{PLAIN.style_id}"/>'
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{style.style_id}">'
        f'<w:name w:val="{style.name}"/>{based}<w:qFormat/>'
        f"<w:pPr>{_paragraph_xml(style)}</w:pPr><w:rPr>{_run_xml(style)}</w:rPr></w:style>"
    )


def _paragraph_xml(style: Style) -> str:
    """Return the paragraph properties in the order that the schema demands."""
    line = (
        f'w:line="{style.line}" w:lineRule="exact"'
        if style.line
        else 'w:line="240" w:lineRule="auto"'
    )
    on_grid = style.line == LINE_PITCH
    characters = style.indent_characters
    return "".join(
        (
            "<w:keepNext/>" if style.keep_next else "",
            "<w:pageBreakBefore/>" if style.page_break_before else "",
            '<w:widowControl w:val="0"/>',
            "" if on_grid else '<w:snapToGrid w:val="0"/>',
            f'<w:spacing w:before="{style.before}" w:after="{style.after}" {line}/>',
            f'<w:ind w:firstLineChars="{characters}" '
            f'w:firstLine="{round(characters * CHARACTER_PITCH / 100)}"/>'
            if characters
            else "",
            f'<w:jc w:val="{style.align}"/>',
            "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>',
        )
    )


def _run_xml(style: Style) -> str:
    colour = f'<w:color w:val="{style.colour}"/>' if style.colour else ""
    narrow = f'<w:spacing w:val="{CHARACTER_SPACE}"/>' if style.size == BODY_SIZE else ""
    size = f'<w:sz w:val="{style.size}"/><w:szCs w:val="{style.size}"/>'
    return f"{fonts_xml(style.face)}{colour}{narrow}{size}"
