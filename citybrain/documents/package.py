"""An empty .docx of our own, and the same bytes for the same content.

python-docx starts from a template made for English with a hundred unused styles, a thumbnail and
the clock in the archive. What is not needed is dropped, and the archive is written again with
fixed times and order.
"""

import zipfile
from datetime import UTC, datetime
from io import BytesIO

import docx
from docx.document import Document
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement

from citybrain.documents import styles

KEPT_RELATIONSHIPS = ("officeDocument", "core-properties", "styles", "settings", "fontTable")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip archive can express
CONTENT_TYPES = "[Content_Types].xml"


def empty_document() -> Document:
    """Return a python-docx document with the styles and settings of GB/T 9704 and no content."""
    document = docx.Document()
    for relations in (document.part.package.rels, document.part.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.rpartition("/")[2] not in KEPT_RELATIONSHIPS:
                del relations[key]
            elif relation.reltype.endswith("/fontTable"):
                _replace_font_table(relation.target_part)
    _replace_children(document.styles.element, styles.styles_xml())
    _replace_children(document.settings.element, styles.settings_xml())
    return document


def set_properties(document: Document, *, title: str, author: str, created: datetime) -> None:
    """Fix the core properties, so that neither the clock nor the machine shows in the file."""
    moment = created.astimezone(UTC).replace(tzinfo=None)
    properties = document.core_properties
    properties.title = title
    properties.author = properties.last_modified_by = author
    properties.created = properties.modified = moment
    properties.language = "zh-CN"
    properties.revision = 1
    properties.comments = ""
    properties.keywords = ""


def document_bytes(document: Document) -> bytes:
    """Return the .docx with fixed times and a fixed order of its members."""
    raw = BytesIO()
    document.save(raw)
    target = BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(target, "w") as archive:
        for name in sorted(source.namelist(), key=lambda name: (name != CONTENT_TYPES, name)):
            member = zipfile.ZipInfo(name, EARLIEST)
            member.create_system = 0
            packed = not name.endswith(".png")
            member.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            archive.writestr(member, source.read(name))
    return target.getvalue()


def _replace_font_table(part: Part) -> None:
    part._blob = styles.font_table_xml().encode()  # python-docx has no interface for this part


def _replace_children(element: BaseOxmlElement, xml: str) -> None:
    for child in list(element):
        element.remove(child)
    for child in list(parse_xml(xml)):
        element.append(child)
