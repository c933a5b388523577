"""A case on paper for a class that has read it: card, rooms, stops with room to write, figures, questions, sources, help.

Two files say the same. The DOCX is there to be changed and has each figure's numbers as a table; the PDF has the figures drawn.
Neither a teaching note nor a quiz is read.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from markupsafe import Markup

from .. import evidence
from ..case import Case
from ..claims import VERDICTS, named
from ..errors import TwoRoomsError
from ..evidence import Reference
from ..extension.dates import reader_date
from ..extension.figure import native_controls
from ..extension.help_block import help_places
from ..extension.parts import THEME, render, script_json
from ..extension.places import ROOM_NAMES, place_name
from ..figures import table_html
from ..files import write_whole
from . import chromium
from .package import LANGUAGES, LICENCE, authors, credit, legal, write_zip
from .pieces import Claims, Figure, Question, Rooms, Stop, pieces
from .prose import blocks, inline

#: Lines to write on below a stop, and the share of its height that a drawing has in the PDF: two figures fit a page.
LINES, _SHARE = 5, 0.68
_PAGE = {"format": "A4", "margin": {"top": "15mm", "bottom": "17mm", "left": "18mm", "right": "18mm"}}
_FOOTER = (
    '<div style="width:100%;font:8px sans-serif;color:#444;padding:0 18mm;display:flex;justify-content:space-between">'
    '<span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>'
)


def export(cases: list[Case], root: Path, target: Path, note: Callable[[str], None]) -> list[Path]:
    """Write `SLUG-handout.docx` and, where the machine has a Chromium, `SLUG-handout.pdf`.

    The same case gives the same DOCX, byte for byte; into a PDF Chromium writes the time.

    Parameters
    ----------
    cases
        The cases.
    root
        The collection's folder.
    target
        Folder of the files.
    note
        Told in one line when there can be no PDF, and why.

    Returns
    -------
    The files written.

    Raises
    ------
    TwoRoomsError
        When a notebook is at fault, links to an unknown finding, or a figure could not be drawn.
    """
    target.mkdir(parents=True, exist_ok=True)
    sheets = [(case, _Sheet(case, root)) for case in cases]
    written = []
    for case, sheet in sheets:
        path = target / f"{case.slug}-handout.docx"
        with zipfile.ZipFile(io.BytesIO(_docx(sheet))) as made:
            write_zip(path, {name: made.read(name) for name in made.namelist()})
        written.append(path)
    try:
        chromium.required()
    except TwoRoomsError as error:
        note(f"the handout's PDF is left out: {error}")
        return written
    with chromium.launched() as browser, tempfile.TemporaryDirectory() as folder:
        for case, sheet in sheets:
            path = target / f"{case.slug}-handout.pdf"
            write_whole(path, _pdf(browser, sheet, Path(folder) / "handout.html"))
            written.append(path)
    return sorted(written)


class _Sheet:
    """What stands on the paper, as HTML of a few plain tags; a number of a work stands where a finding is cited."""

    def __init__(self, case: Case, root: Path):
        self.case, self.root, self.meta = case, root, case.metadata
        self._works: dict[str, tuple[int, Reference]] = {}
        try:
            self.dilemma = inline(self.meta.dilemma, self._cite)
            self.parts = list(self._read())
        except TwoRoomsError as error:
            known = str(error).startswith("cases/")
            raise error if known else TwoRoomsError(f"cases/{case.slug}/case.ipynb: {error}") from None
        self.places, self.checked = help_places(root, tuple(self.meta.crisis_locales))

    def _cite(self, fact_id: str) -> str:
        work = evidence.fact(fact_id, self.root).reference
        number, _ = self._works.setdefault(work.key, (len(self._works) + 1, work))
        return f"<sup>{number}</sup>"

    def _read(self) -> Iterator[dict[str, Any]]:
        for piece in pieces(self.case):
            if isinstance(piece, Stop):
                yield {
                    "kind": "stop",
                    "title": f"Stop {piece.number}. {inline(piece.title, self._cite)}",
                    "lead": blocks(piece.lead, self._cite),
                    "choices": [inline(choice, self._cite) for choice in piece.choices],
                }
            elif isinstance(piece, Rooms):
                names = [ROOM_NAMES.get(setting, setting) for setting in piece.bodies]
                rows = [(inline(label, self._cite), [blocks(row.get(setting, "–"), self._cite) for setting in piece.bodies]) for label, row in piece.rows().items()]
                yield {"kind": "rooms", "names": names, "rows": rows}
            elif isinstance(piece, Figure):
                finding, rest = piece.finding
                yield {
                    "kind": "figure",
                    "number": piece.number,
                    "about": piece.about,
                    "bundle": piece.bundle,
                    "finding": inline(finding, self._cite),
                    "rest": inline(rest, self._cite),
                    "cannot": inline(piece.about["cannot_show"], self._cite),
                }
            elif isinstance(piece, Claims):
                yield {"kind": "claims", "lead": blocks(piece.lead, self._cite), "claims": named(piece.option, self.root), "verdicts": list(VERDICTS.values())}
            elif isinstance(piece, Question):
                yield {"kind": "question", "number": piece.number, "text": blocks(piece.text, self._cite)}

    @property
    def questions(self) -> list[dict[str, Any]]:
        return [part for part in self.parts if part["kind"] == "question"]

    @property
    def card(self) -> dict[str, str]:
        return {
            "Time": f"{self.meta.minutes.reading} min reading, {self.meta.minutes.class_} min class",
            "Where, level": f"{', '.join(map(place_name, self.meta.jurisdictions))} · {self.meta.level}",
            "Contains": self.meta.content_notes,
        }

    @property
    def about(self) -> str:
        return f"{self.meta.fiction} Version {self.meta.version}, reviewed {reader_date(self.meta.date_reviewed)}. The reading itself is in the book."

    @property
    def works(self) -> list[str]:
        """Every work cited on the paper, in the order of its number."""
        listed = []
        for _, work in self._works.values():
            said = [part if part.endswith((".", "?", "!", "…")) else f"{part}." for part in (work.authors, work.title, work.container, work.year) if part]
            listed.append(" ".join([*said, *([work.href] if work.href else [])]))
        return listed

    @property
    def help(self) -> list[str]:
        return [f"{place['name']}: " + "; ".join(f"{line['service']}: {''.join(c['text'] for c in line['contacts'])}" for line in place["lines"]) + "." for place in self.places]


# The PDF --------------------------------------------------------------------------------------------


def _pdf(browser: Any, sheet: _Sheet, file: Path) -> bytes:
    file.write_text(_html(sheet), encoding="utf-8")
    page = browser.new_page(color_scheme="light", reduced_motion="reduce", viewport={"width": 658, "height": 1000})
    try:
        page.goto(file.as_uri())
        return chromium.printed(page, f"cases/{sheet.case.slug}", footer_template=_FOOTER, **_PAGE)
    finally:
        page.close()


def _html(sheet: _Sheet) -> str:
    parts = []
    for part in sheet.parts:
        shown = {name: Markup(value) if name in ("title", "lead", "finding", "rest", "cannot", "text") else value for name, value in part.items()}
        if part["kind"] == "figure":
            spec, _ = native_controls(part["bundle"])
            # Paper has no controls.
            shown |= {"spec": script_json(spec | {"controls": []}), "height": round(_SHARE * int(part["bundle"]["layout"].get("height") or 420))}
        elif part["kind"] == "stop":
            shown["choices"] = [Markup(choice) for choice in part["choices"]]
        elif part["kind"] == "rooms":
            shown["rows"] = [(Markup(label), [Markup(cell) for cell in cells]) for label, cells in part["rows"]]
        parts.append(shown)
    return render(
        "handout",
        language=LANGUAGES[sheet.meta.spelling],
        sheet=sheet,
        meta=sheet.meta,
        dilemma=Markup(sheet.dilemma),
        parts=parts,
        lines=LINES,
        authors=authors(sheet.case),
        credit=credit(sheet.case),
        licence=LICENCE,
        style=Markup((THEME / "parts/handout.css").read_text(encoding="utf-8")),
        plotly=Markup((THEME / "static/vendor/plotly/plotly-basic.min.js").read_text(encoding="utf-8")),
        figures=Markup((THEME / "static/figures.js").read_text(encoding="utf-8")),
    )


# The DOCX -------------------------------------------------------------------------------------------


class _Words(HTMLParser):
    """Writes HTML of `prose` into a document or a cell: paragraphs, list items, and letters bold, slanted or raised."""

    def __init__(self, place: Any, paragraph: Any = None):
        super().__init__(convert_charrefs=True)
        self.place, self.paragraph = place, paragraph
        self._marks: list[str] = []

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        if tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "pre") and "li" not in self._marks:
            self.paragraph = self.place.add_paragraph()
        elif tag == "li":
            self.paragraph = self.place.add_paragraph(style="List Bullet")
        if tag not in ("br", "hr"):
            self._marks.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._marks and self._marks.pop() != tag:
            pass
        if tag in ("p", "li"):
            self.paragraph = None

    def handle_data(self, data: str) -> None:
        if not data.strip() and self.paragraph is None:
            return
        if self.paragraph is None:
            self.paragraph = self.place.add_paragraph()
        if not data.strip() and not self.paragraph.runs:
            return
        run = self.paragraph.add_run(legal(" ".join(data.split("\n"))))
        run.bold = True if {"strong", "th"} & set(self._marks) else None
        run.italic = True if "em" in self._marks else None
        run.font.superscript = True if "sup" in self._marks else None


def _write(html: str, place: Any = None, paragraph: Any = None) -> None:
    words = _Words(place, paragraph)
    words.feed(html)
    words.close()


def _docx(sheet: _Sheet) -> bytes:
    from docx import Document
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    meta, document = sheet.meta, Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(16)
    for style, size in (("Normal", 10), ("Title", 22), ("Heading 1", 14), ("Heading 2", 12), ("List Bullet", 10)):
        document.styles[style].font.size = Pt(size)
        document.styles[style].paragraph_format.space_after = Pt(4)
    document.styles["Normal"].font.name = "Calibri"
    language = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    language.set(qn("w:val"), LANGUAGES[meta.spelling])
    moment = datetime.combine(meta.date_reviewed, datetime.min.time())
    properties = document.core_properties
    properties.title, properties.author = legal(meta.title)[:255], legal(authors(sheet.case))[:255]
    properties.last_modified_by, properties.language = properties.author, LANGUAGES[meta.spelling]
    properties.comments, properties.version = legal(credit(sheet.case))[:255], meta.version
    properties.created = properties.modified = moment

    def paragraph(html: str = "", style: str | None = None, size: float | None = None, **form: Any) -> Any:
        made = document.add_paragraph(style=style)
        _write(html, document, made)
        for run in made.runs if size else ():
            run.font.size = Pt(size)
        for name, value in form.items():
            setattr(made.paragraph_format, name, value)
        return made

    def ruled() -> None:
        line = paragraph(space_after=Pt(0), space_before=Pt(8))
        border, below = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "808080")):
            below.set(qn(f"w:{name}"), value)
        # Word joins paragraphs that have the same border; this one draws it between them too.
        between = OxmlElement("w:between")
        for name, value in below.attrib.items():
            between.set(name, value)
        border.extend([below, between])
        # Word minds the order inside.
        line._p.get_or_add_pPr().insert_element_before(border, "w:spacing", "w:ind", "w:jc", "w:rPr")

    def table(head: list[str], rows: list[list[str]], size: float) -> None:
        made = document.add_table(rows=1, cols=len(head), style="Table Grid")
        repeated = OxmlElement("w:tblHeader")
        made.rows[0]._tr.get_or_add_trPr().append(repeated)
        for cells, texts, bold in [(made.rows[0].cells, head, True), *((made.add_row().cells, row, False) for row in rows)]:
            for cell, text in zip(cells, texts):
                _write(f"<strong>{text}</strong>" if bold else text, cell, cell.paragraphs[0])
                # A cell begins with a paragraph; what has paragraphs of its own leaves it empty.
                if not cell.paragraphs[0].text and len(cell.paragraphs) > 1:
                    cell._tc.remove(cell.paragraphs[0]._p)
                for each in cell.paragraphs:
                    each.paragraph_format.space_after = Pt(1)
                    for run in each.runs:
                        run.font.size = Pt(size)
        for row in made.rows:
            whole = OxmlElement("w:cantSplit")
            row._tr.get_or_add_trPr().append(whole)
        paragraph(space_after=Pt(2))

    paragraph(escape(meta.title), "Title")
    paragraph(f"<strong>{sheet.dilemma}</strong>")
    for name, value in sheet.card.items():
        paragraph(f"<strong>{name}:</strong> {escape(value)}", space_after=Pt(0))
    paragraph(escape(sheet.about), size=8.5, space_before=Pt(4))
    for part in sheet.parts:
        if part["kind"] == "stop":
            paragraph(part["title"], "Heading 1")
            _write(part["lead"], document)
            for choice in part["choices"]:
                paragraph(f"☐  {choice}", space_after=Pt(2), left_indent=Mm(8), first_line_indent=Mm(-6), keep_with_next=True)
            paragraph("How sure are you?  ☐ low  ☐ medium  ☐ high    Because…", space_before=Pt(4))
            for _ in range(LINES):
                ruled()
            paragraph()
        elif part["kind"] == "claims":
            paragraph("Judge the claims", "Heading 1")
            _write(part["lead"], document)
            for verdict in part["verdicts"]:
                paragraph(f"<strong>{verdict.name}:</strong> {escape(verdict.meaning)}", size=8.5, space_after=Pt(0))
            boxes = "   ".join(f"☐\u00a0{verdict.name.replace(' ', chr(0xA0))}" for verdict in part["verdicts"])
            for number, claim in enumerate(part["claims"], 1):
                said = f"{number}.  {escape(claim.text)} ({escape(claim.place)})"
                paragraph(said, left_indent=Mm(7), first_line_indent=Mm(-7), space_before=Pt(5), space_after=Pt(1), keep_with_next=True)
                paragraph(boxes, left_indent=Mm(7), size=8.5, space_after=Pt(0))
            paragraph()
        elif part["kind"] == "rooms":
            paragraph("The rooms", "Heading 1")
            labelled = any(label for label, _ in part["rows"])
            head = [*([""] if labelled else []), *part["names"]]
            table(head, [[*([f"<strong>{label}</strong>"] if labelled else []), *cells] for label, cells in part["rows"]], 8.5)
        elif part["kind"] == "figure":
            about = part["about"]
            paragraph(f"Figure {part['number']} · {escape(about['provenance'])}", "Heading 1")
            paragraph(f"<strong>{part['finding']}</strong> {part['rest']}", keep_with_next=True)
            paragraph(f"<strong>Cannot show:</strong> {part['cannot']}", size=8.5, keep_with_next=True)
            numbers = _Cells(table_html(about["table"]))
            table(numbers.head, numbers.rows, 7.5)
    if sheet.questions:
        paragraph("Questions for discussion", "Heading 1")
    for part in sheet.questions:
        inner = part["text"].removeprefix("<p>").strip().removesuffix("</p>")
        paragraph(f"{part['number']}.  {inner}", left_indent=Mm(7), first_line_indent=Mm(-7))
    paragraph("If this is close to home", "Heading 1")
    for line in sheet.help:
        paragraph(escape(line))
    paragraph(f"Checked {sheet.checked}.", size=8.5)
    if sheet.works:
        paragraph("Sources", "Heading 1")
    for number, work in enumerate(sheet.works, 1):
        paragraph(f"{number}.  {escape(work)}", size=8, left_indent=Mm(7), first_line_indent=Mm(-7), space_after=Pt(1))
    paragraph(escape(credit(sheet.case)), size=8, space_before=Pt(8))
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


class _Cells(HTMLParser):
    """Head and rows of a table of HTML, each cell as HTML again."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.head: list[str] = []
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self.feed(html)
        self.close()
        self.head, *self.rows = self.rows

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.rows[-1].append(escape("".join(self._cell)))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)
