"""The layout of GB/T 9704-2012, read back with python-docx."""

import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from citybrain.documents import styles
from citybrain.documents.official import OfficialDocument, title_lines
from citybrain.documents.tables import Column
from evaluation.report.charts import sharing_types_chart
from evaluation.report.facts_schema import NamedCount

ISSUER = "海口市大数据发展局"
CREATED = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)


def start() -> OfficialDocument:
    return OfficialDocument(title="报告", author=ISSUER, created=CREATED)


def whole() -> bytes:
    document = start()
    document.mark(ISSUER, number="海数报〔2026〕1号", year=2026)
    document.title(title_lines("2025年度政务信息资源共享情况", issuer=ISSUER, kind="报告"))
    document.addressee("海口市人民政府")
    document.heading(1, "一、总体情况")
    document.heading(2, "（一）目录")
    document.heading(3, "1.编制")
    document.paragraph("正文。", lead="领句。")
    document.table(
        "测试表",
        [Column("部门", 3, "left"), Column("数", 1)],
        [["市公安局", "1"]] * 60,
        note="注：无。",
    )
    document.picture(
        sharing_types_chart([NamedCount(code="a", name="无条件共享", count=3)]),
        caption="测试图",
        description="条形图：无条件共享3条。",
        width_mm=150,
    )
    document.closing("特此报告。")
    document.attachment_note(["各部门评价结果表", "指标说明"])
    document.signature(ISSUER, date(2026, 1, 5))
    document.attachment("附件1", "各部门评价结果表")
    document.paragraph("附件正文。")
    document.imprint(copied_to=["市审计局", "市财政局"], issuer=ISSUER, day=date(2026, 1, 5))
    return document.to_bytes()


def reopen(content: bytes) -> Document:
    return docx.Document(BytesIO(content))


@pytest.fixture(scope="module")
def document() -> Document:
    return reopen(whole())


def text_of(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def find(document: Document, text: str) -> BaseOxmlElement:
    return next(p._p for p in document.paragraphs if p.text.startswith(text))


def parts(document: Document) -> Iterator[BaseOxmlElement]:
    yield document.element
    section = document.sections[0]
    yield section.footer._element
    yield section.even_page_footer._element


def test_the_text_area_is_156_by_225_mm_on_a4(document: Document) -> None:
    for section in document.sections:
        millimetres = [
            round(length.mm, 1)
            for length in (
                section.page_width, section.page_height, section.top_margin,
                section.bottom_margin, section.left_margin, section.right_margin,
            )
        ]  # fmt: skip
        assert millimetres == [210.0, 297.0, 37.0, 35.0, 28.0, 26.0]


def test_22_lines_of_28_characters_fit_the_text_area_and_not_one_more() -> None:
    assert 22 * styles.LINE_PITCH <= styles.TEXT_HEIGHT < 23 * styles.LINE_PITCH
    assert 28 * styles.CHARACTER_PITCH <= styles.TEXT_WIDTH < 29 * styles.CHARACTER_PITCH


@pytest.mark.parametrize(
    ("style", "chinese", "size", "indent"),
    [
        ("Title", "方正小标宋简体", 22, None),
        ("Body Text", "仿宋_GB2312", 16, "200"),
        ("Heading 1", "黑体", 16, "200"),
        ("Heading 2", "楷体_GB2312", 16, "200"),
        ("Heading 3", "仿宋_GB2312", 16, "200"),
        ("Footer", "宋体", 14, None),
        ("版记", "仿宋_GB2312", 14, None),
    ],
)
def test_each_part_has_its_typeface_and_size(
    document: Document, style: str, chinese: str, size: int, indent: str | None
) -> None:
    element = document.styles[style]
    assert element.font.size.pt == size
    assert element.element.rPr.rFonts.get(qn("w:eastAsia")) == chinese
    first = element.element.pPr.find(qn("w:ind"))
    assert (None if first is None else first.get(qn("w:firstLineChars"))) == indent


def test_lines_of_the_body_have_the_exact_height_of_the_grid(document: Document) -> None:
    for name in ("Normal", "Body Text", "Heading 1", "Heading 2"):
        spacing = document.styles[name].element.pPr.spacing
        assert spacing.get(qn("w:line")) == "579"
        assert spacing.get(qn("w:lineRule")) == "exact"


def test_every_run_names_a_chinese_typeface_with_the_hint_for_quotation_marks(
    document: Document,
) -> None:
    runs = [run for part in parts(document) for run in part.iter(qn("w:r"))]
    assert len(runs) > 100
    for run in runs:
        if run.find(qn("w:t")) is None:
            continue
        fonts = run.find(qn("w:rPr")).find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia")) in {face.chinese for face in styles.FACES}
        assert fonts.get(qn("w:hint")) == "eastAsia"


def test_a_missing_typeface_has_a_named_substitute() -> None:
    with zipfile.ZipFile(BytesIO(whole())) as archive:
        table = archive.read("word/fontTable.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in table


def test_the_mark_is_red_and_the_number_left_of_the_signer(document: Document) -> None:
    mark = next(p for p in document.paragraphs if p.style.name == "发文机关标志")
    assert mark.text == "海口市大数据发展局文件"
    colour = document.styles["发文机关标志"].element.rPr.find(qn("w:color"))
    assert colour.get(qn("w:val")) == "FF0000"
    assert mark.runs[0].font.size.pt * len(mark.text) <= styles.TEXT_WIDTH / 20
    line = find(document, "　海数报〔2026〕1号\t签发人：")
    border = line.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert border.get(qn("w:color")) == "FF0000"


def test_a_number_not_given_yet_leaves_its_place_blank() -> None:
    draft = start()
    draft.mark(ISSUER, number=None, year=2026)
    assert "　　　〔2026〕　号\t签发人：　　　　" in text_of(reopen(draft.to_bytes()))


def test_the_title_breaks_between_issuer_and_subject_and_keeps_a_blank_line(
    document: Document,
) -> None:
    texts = text_of(document)
    place = texts.index("海口市大数据发展局\n关于2025年度政务信息资源共享情况的报告")
    assert texts[place + 1 : place + 3] == ["", "海口市人民政府："]
    assert title_lines("考核", issuer="市局", kind="报告") == ("市局关于考核的报告",)


def test_page_numbers_stand_outside_between_dashes(document: Document) -> None:
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, side, indent in (
        (section.footer, "right", "rightChars"),
        (section.even_page_footer, "left", "leftChars"),
    ):
        paragraph = footer.paragraphs[0]
        assert paragraph._p.pPr.jc.get(qn("w:val")) == side
        assert paragraph._p.pPr.ind.get(qn(f"w:{indent}")) == "100"
        assert paragraph._p.find(qn("w:fldSimple")).get(qn("w:instr")).strip() == "PAGE"
        assert "".join(node.text for node in paragraph._p.iter(qn("w:t"))) == "— 1 —"


def test_the_page_number_lies_seven_millimetres_below_the_text(document: Document) -> None:
    section = document.sections[0]
    middle = section.bottom_margin.mm - section.footer_distance.mm - 14 * 25.4 / 72 / 2
    assert middle == pytest.approx(7, abs=0.2)


def test_a_lead_is_set_in_kaiti_and_the_rest_in_fangsong(document: Document) -> None:
    paragraph = next(p for p in document.paragraphs if p.text == "领句。正文。")
    faces = [run._r.rPr.rFonts.get(qn("w:eastAsia")) for run in paragraph.runs]
    assert faces == ["楷体_GB2312", "仿宋_GB2312"]


def test_the_heading_row_of_a_table_repeats_and_rows_do_not_break(document: Document) -> None:
    table = document.tables[0]._tbl
    rows = table.findall(qn("w:tr"))
    assert len(rows) == 61
    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows[:2]] == [True, False]
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    widths = [int(column.get(qn("w:w"))) for column in table.tblGrid]
    assert sum(widths) == styles.TEXT_WIDTH
    assert widths[0] > 2 * widths[1]
    assert table.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "测试表"
    assert "表1　测试表" in text_of(document)
    assert "注：无。" in text_of(document)


def test_a_row_with_a_missing_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="row 1 has 1 cells for 2 columns"):
        start().table("表", [Column("甲", 1), Column("乙", 1)], [["只有一格"]])


def test_a_picture_is_inline_and_described(document: Document) -> None:
    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == "条形图：无条件共享3条。"
    assert shape.width.mm == pytest.approx(150)
    assert "图1　测试图" in text_of(document)


def test_attachments_are_listed_without_end_punctuation_and_start_on_new_pages(
    document: Document,
) -> None:
    texts = text_of(document)
    assert "附件：1.各部门评价结果表" in texts
    assert "　　　2.指标说明" in texts
    label = texts.index("附件1")
    assert texts[label + 1 : label + 3] == ["", "各部门评价结果表"]
    style = document.styles["附件顺序号"].element
    assert style.pPr.find(qn("w:pageBreakBefore")) is not None
    assert style.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"


def test_the_date_stands_four_characters_in_with_the_issuer_centred_over_it(
    document: Document,
) -> None:
    day = find(document, "2026年1月5日")
    issuer = next(p._p for p in document.paragraphs if p.text == ISSUER)
    assert day.pPr.ind.get(qn("w:rightChars")) == "400"
    # 9 characters over a date as wide as 6.
    assert issuer.pPr.ind.get(qn("w:rightChars")) == "250"


def test_the_date_is_centred_under_a_long_issuer() -> None:
    draft = start()
    draft.signature("海口市某某某某某某某某某领导小组办公室", date(2026, 12, 31))
    paragraphs = reopen(draft.to_bytes()).paragraphs[-2:]
    indents = [p._p.pPr.ind.get(qn("w:rightChars")) for p in paragraphs]
    assert indents == ["200", "800"]


def test_the_signature_is_kept_with_the_closing(document: Document) -> None:
    texts = text_of(document)
    first, last = texts.index("特此报告。"), texts.index("2026年1月5日")
    kept = [p.paragraph_format.keep_with_next for p in document.paragraphs[first:last]]
    assert all(kept)


def test_the_imprint_closes_the_document_on_an_even_page_without_a_number(
    document: Document,
) -> None:
    last = document.sections[-1]
    assert last._sectPr.find(qn("w:type")).get(qn("w:val")) == "evenPage"
    assert not last.footer.is_linked_to_previous
    assert [p.text for p in last.footer.paragraphs] == [""]
    assert [p.text for p in last.even_page_footer.paragraphs] == [""]
    rows = [row.cells[0].text for row in document.tables[-1].rows]
    assert rows == ["抄送：市审计局，市财政局。", "海口市大数据发展局\t2026年1月5日印发"]
    edges = [
        [border.get(qn("w:sz")) for border in borders]
        for borders in document.tables[-1]._tbl.iter(qn("w:tcBorders"))
    ]
    assert edges == [["8", "6"], ["6", "8"]]


def test_an_imprint_without_copies_names_only_who_prints() -> None:
    draft = start()
    draft.paragraph("正文。")
    draft.imprint(copied_to=(), issuer=ISSUER, day=date(2026, 1, 5))
    table = reopen(draft.to_bytes()).tables[-1]
    assert [row.cells[0].text for row in table.rows] == ["海口市大数据发展局\t2026年1月5日印发"]


def test_the_section_break_takes_no_line_of_its_own(document: Document) -> None:
    carrier = next(
        p
        for p in document.paragraphs
        if p._p.pPr is not None and p._p.pPr.find(qn("w:sectPr")) is not None
    )
    assert carrier.text == "附件正文。"


def test_the_properties_name_the_authority_and_no_clock(document: Document) -> None:
    properties = document.core_properties
    assert properties.author == properties.last_modified_by == ISSUER
    assert properties.created == properties.modified == CREATED
    assert properties.language == "zh-CN"


def test_the_archive_holds_only_what_is_needed_with_fixed_times() -> None:
    with zipfile.ZipFile(BytesIO(whole())) as archive:
        members = archive.infolist()
        styles_xml = archive.read("word/styles.xml").decode()
    names = [member.filename for member in members]
    assert names[0] == "[Content_Types].xml"
    assert names[1:] == sorted(names[1:])
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert not [name for name in names if "thumbnail" in name or "customXml" in name]
    assert "asciiTheme" not in styles_xml


def test_the_same_parts_give_the_same_bytes() -> None:
    assert whole() == whole()


def test_text_that_xml_cannot_hold_or_reads_as_markup_does_no_harm() -> None:
    draft = start()
    draft.paragraph("甲\x00乙<w:p/>&\x0b丙")
    draft.table("表", [Column("一", 1)], [["第一行\n第二行\x07<b>&"]])
    reopened = reopen(draft.to_bytes())
    assert "甲乙<w:p/>&丙" in text_of(reopened)
    assert reopened.tables[0].rows[1].cells[0].text == "第一行 第二行<b>&"
