"""A paper as a DOCX file that Word and WPS open, with lines to sign on."""

import io
import zipfile
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from api.language import Language
from api.papers.contents import Contents, Section, Table

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT_ZH, _FONT_EN = "宋体", "Times New Roman"
_BODY, _SMALL = Pt(11), Pt(9)
_WRITING_LINES = 5
_NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))


def as_docx(paper: Contents, made_at: datetime, spoken: Language) -> bytes:
    """The paper's bytes, the same for the same paper; `made_at` stands in its properties."""
    document = Document()
    _prepare(document, paper, made_at)
    heading = document.add_heading(_plain(paper.title), level=0)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _table(document, Table(("", ""), [*paper.facts]), headed=False)
    for section in paper.sections:
        _section(document, section)
    _sign(document, paper.signing, spoken)
    buffer = io.BytesIO()
    document.save(buffer)
    return _undated(buffer)


def _undated(buffer: io.BytesIO) -> bytes:
    """The file without the times at which its parts were put together."""
    undated = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(undated, "w") as new:
        for part in old.infolist():
            plain = zipfile.ZipInfo(part.filename)
            plain.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(plain, old.read(part))
    return undated.getvalue()


def _prepare(document: Any, paper: Contents, made_at: datetime) -> None:
    """Margins for binding, fonts that exist in offices, and properties that say what it is."""
    for section in document.sections:
        section.left_margin, section.right_margin = Cm(2.8), Cm(2.2)
        section.page_width, section.page_height = Cm(21), Cm(29.7)
    for name in ("Normal", "Heading 1", "Title"):
        style = document.styles[name]
        style.font.name = _FONT_EN
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT_ZH)
    document.styles["Normal"].font.size = _BODY
    properties = document.core_properties
    properties.title, properties.author = paper.title, "zhiheng"
    properties.created = properties.modified = made_at.replace(tzinfo=None)


def _section(document: Any, section: Section) -> None:
    document.add_heading(_plain(section.heading), level=1)
    for line in section.text.split("\n") if section.text else ():
        document.add_paragraph(_plain(line))
    if section.table is not None:
        _table(document, section.table)
    if section.space:
        for _ in range(_WRITING_LINES):
            document.add_paragraph()


def _table(document: Any, table: Table, *, headed: bool = True) -> None:
    made = document.add_table(rows=0, cols=len(table.titles))
    made.style = "Table Grid"
    for row in ([table.titles] if headed else []) + [tuple(row) for row in table.rows]:
        cells = made.add_row().cells
        for place, text in enumerate(row):
            paragraph = cells[place].paragraphs[0]
            run = paragraph.add_run(_plain(text))
            run.font.size = _SMALL
            run.bold = headed and row is table.titles
            if place in table.numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if headed and made.rows:
        _repeat_on_every_page(made.rows[0])


def _repeat_on_every_page(row: Any) -> None:
    properties = row._tr.get_or_add_trPr()
    mark = properties.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"})
    properties.append(mark)


def _sign(document: Any, signing: tuple[str, ...], spoken: Language) -> None:
    """A line for each hand, with the day."""
    day = "日期：      年    月    日" if spoken == "zh" else "Date: ____________"
    document.add_paragraph()
    for who in signing:
        document.add_paragraph(f"{who}：____________________    {day}")


def _plain(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return text.translate(_NOT_IN_XML)
