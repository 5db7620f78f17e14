"""Build the chart font: a subset of Noto Sans CJK SC that comes along with the project.

Usage (needs fontTools, which comes with matplotlib, and Debian's fonts-noto-cjk)::

    python evaluation/report/fonts/build_subset.py [NotoSansCJK-Regular.ttc] [output.otf]

The same input and the same fontTools give the same bytes, because no clock is read.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
TARGET = Path(__file__).with_name("CityBrainSansSC-Regular.otf")
FACE_IN_COLLECTION = 2  # "Noto Sans CJK SC": the glyph shapes used on the mainland.
FAMILY = "City Brain Sans SC"
POSTSCRIPT_NAME = "CityBrainSansSC-Regular"
FAMILY_RECORDS = (1, 3, 4, 6, 16)  # name ids that carry the family or the full name

# Hanzi outside GB 2312 that the names of townships and streets anywhere in China need, and some
# that are common in personal names.
PLACE_NAMES = (
    "垟垱堌濛洺堽洸碶埇菉洑磻瀼塅酂滘塚桲泃墕虒弶澥峃漈旸浬沚汭岞堎瀍汈洣崀鮀埌脿漷邨俵浭倴嘡獏鄚咇圐圙畖磑"
    "窊勍垯髙鴜鷺牤㳇垞甪栟氾甽垵垾烔瀂堨鲖䃥琯筼筜萩㙦蔴垇璪玕旴昄鄌郚滍伾垕禇浉嵖奓淯漋涴洈塝涢澴剅埫㮾舲"
    "鲊筸漖碁磜礐㙍巺墘鮜廻浰篢浛埗汫輋簕榃硍蔈䢺荄郪椑漹荍僰鲹牂牁㯊磏骔燊祐㵲竜耈砲洩邽崄坬朳蔵巉枹癿尓垌塱"
)
PERSONAL_NAMES = "玥堃喆镕赟昇珺垚燚翀祎瑄璟頔昉晞玮珑翊甯頫彧晟淏玹琎琦瑀璠"
PUNCTUATION = "–—―‘’“”…‰′″※℃℅№™←↑→↓≈≠≤≥±×÷°·•²³㎡㎞〇〈〉《》「」『』【】〔〕〓①②③④⑤⑥⑦⑧⑨⑩■□▲△●○◆◇★☆"


def gb2312() -> set[int]:
    """Return the code points of GB 2312-1980: 6763 hanzi and 682 other characters."""
    points: set[int] = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                points.add(ord(bytes((row, cell)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return points


def wanted() -> set[int]:
    """Return every code point that the subset should have."""
    latin = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100))
    full_width = set(range(0xFF01, 0xFF5F)) | set(range(0x3000, 0x3020))
    extra = {ord(character) for character in PLACE_NAMES + PERSONAL_NAMES + PUNCTUATION}
    return gb2312() | latin | full_width | extra


def build(source: Path, target: Path) -> None:
    """Write the subset of ``source`` to ``target`` under a name of its own (OFL, condition 3)."""
    options = subset.Options(
        layout_features=[],
        name_IDs=["*"],
        name_languages=[0x409],
        hinting=False,
        drop_tables=["BASE", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "DSIG"],
        recalc_timestamp=False,
    )
    font = TTFont(source, fontNumber=FACE_IN_COLLECTION, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in FAMILY_RECORDS:
            record.string = POSTSCRIPT_NAME if record.nameID == 6 else FAMILY
    cff = font["CFF "].cff
    cff.fontNames = [POSTSCRIPT_NAME]
    cff.topDictIndex[0].FullName = FAMILY
    cff.topDictIndex[0].FamilyName = FAMILY
    font.save(target)


if __name__ == "__main__":
    arguments = [Path(argument) for argument in sys.argv[1:]]
    build(*(arguments + [SOURCE, TARGET][len(arguments) :]))
