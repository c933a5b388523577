"""The reading of a case as one page that needs nothing else, and what it asks as topics for a discussion board.

Only the notebook is read: no teaching note, no quiz.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from .. import evidence
from ..case import Case, markdown_cells
from ..checks.passages import said_of
from ..claims import VERDICTS, named
from ..errors import TwoRoomsError
from ..evidence import Reference
from ..extension.dates import reader_date
from ..extension.places import ROOM_NAMES, place_name
from ..figures import MIME_TYPE, table_html
from .package import LANGUAGES, LICENCE, authors, credit
from .prose import MARKDOWN, Sourced, blocks, inline, lines_of

_STYLE = (
    "body{font:1.05rem/1.6 Georgia,serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1c1b19;background:#fff}"
    "h1,h2,h3,table,figcaption,.stop,.help{font-family:system-ui,sans-serif}h2{margin-top:2.5rem}"
    ".stop,.help{border:2px solid #6b6862;padding:.2rem 1rem;margin:1.5rem 0}figure{margin:1.5rem 0}.wide{overflow-x:auto}"
    "figcaption{font-size:.95rem}table{border-collapse:collapse;font-size:.85rem}th,td{border:1px solid #6b6862;padding:.2rem .5rem;text-align:left}"
    "sup a{padding:0 .15em}.notes{font-size:.9rem}a{color:#004b7a}"
)
_PRIVATE = (
    "<p><em>In the reading your own choice stays with you. What you write here the class can read: give reasons for the person "
    "in the case, and leave out anything about yourself.</em></p>"
)


@dataclass(frozen=True)
class Topic:
    """Something to discuss. id: stable name. title: plain text. html: what is asked."""

    id: str
    title: str
    html: str


class _Notes:
    """Numbers the findings of a page in the order they are cited; each has one note at its end."""

    def __init__(self, root: Path):
        self.root = root
        self.facts: dict[str, evidence.Fact] = {}

    def __call__(self, fact_id: str) -> str:
        self.facts.setdefault(fact_id, evidence.fact(fact_id, self.root))
        number = list(self.facts).index(fact_id) + 1
        return f'<sup><a href="#note-{number}" aria-label="note {number}">{number}</a></sup>'

    def html(self) -> str:
        notes = []
        for number, fact in enumerate(self.facts.values(), 1):
            people = " ".join(filter(None, [f"{fact.n:,.0f}" if fact.n is not None else "", fact.population]))
            parts = [_sentence(fact.claim), f"People: {_sentence(people)}", f"Limits: {_sentence(fact.caveat)}" if fact.caveat else ""]
            said = escape(" ".join(filter(None, parts)))
            notes.append(f'<li id="note-{number}">{said} {_linked(fact.reference, fact.reference.label)}</li>')
        return f'<section class="notes"><h2>Notes</h2><ol>{"".join(notes)}</ol></section>' if notes else ""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def _linked(work: Reference, text: str) -> str:
    return f'<a href="{escape(work.href)}">{escape(text)}</a>' if work.href else escape(text)


def page(case: Case, root: Path) -> str:
    """The reading as an HTML document: a figure is its description and its table, a number has a note at the end.

    Raises
    ------
    TwoRoomsError
        When the notebook is at fault, or links to an unknown finding (names the cell).
    """
    return _Page(case, root).html()


def section(case: Case, root: Path) -> str:
    """The same without the document around it, for a page of another format; every element is closed, as in XML.

    Raises
    ------
    TwoRoomsError
        As :func:`page` does.
    """
    return _Page(case, root, "The practice questions are in the book on the web.").section()


def works(case: Case, root: Path) -> list[Reference]:
    """Every work that the reading cites, by its short name."""
    made = _Page(case, root)
    made.body()
    return made.works()


class _Page:
    def __init__(self, case: Case, root: Path, practice: str = "The practice questions stand beside this page as a quiz."):
        self.case, self.root, self.practice = case, root, practice
        self.notes = _Notes(root)
        self.figures = self.stops = 0

    def section(self) -> str:
        # The list of sources stands before the notes, but is known only once the whole page is read.
        body = self.body().replace(_SOURCES, self._sources())
        return f"{body}\n{self.notes.html()}"

    def html(self) -> str:
        meta = self.case.metadata
        return (
            f'<!DOCTYPE html>\n<html lang="{LANGUAGES[meta.spelling]}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(meta.title)}</title>\n'
            f'<meta name="author" content="{escape(authors(self.case))}">\n<link rel="license" href="{LICENCE}">\n'
            f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{self.section()}\n</main>\n"
            f"<footer><p>{escape(credit(self.case))}</p></footer>\n</body>\n</html>\n"
        )

    def body(self) -> str:
        return "\n".join(self._cells())

    def works(self) -> list[Reference]:
        found = {fact.reference.key: fact.reference for fact in self.notes.facts.values()}
        return sorted(found.values(), key=lambda work: (work.label.lower(), work.year, work.key))

    def _cells(self) -> Iterator[str]:
        for number, cell in enumerate(self.case.notebook.cells, 1):
            try:
                if cell.cell_type == "markdown":
                    yield blocks(cell.source, self.notes, directive=self._directive, anchored=True)
                for output in cell.get("outputs", ()):
                    about = said_of(output.get("data", {}).get(MIME_TYPE))
                    if about:
                        yield self._figure(about)
            except TwoRoomsError as error:
                raise TwoRoomsError(f"cases/{self.case.slug}/case.ipynb: cell {number}: {error}") from None

    def _figure(self, about: dict[str, Any]) -> str:
        self.figures += 1
        caption = f"{escape(about['provenance'])}. {inline(about['caption'], self.notes)}"
        return (
            f'<figure id="figure-{escape(about["name"])}"><figcaption><p><strong>Figure {self.figures}.</strong> {caption} '
            f"Cannot show: {inline(about['cannot_show'], self.notes)}</p></figcaption>"
            f"<p>The drawing in words: {escape(about['alt'])}</p>"
            f'<div class="wide" role="region" tabindex="0" aria-label="Data table of figure {self.figures}">'
            f"{table_html(about['table'])}</div></figure>"
        )

    def _directive(self, name: str, argument: str, options: dict[str, str], body: str) -> str:
        if name == "case-card":
            return self._card()
        if name == "quiz":
            return f"<p>{escape(self.practice)}</p>"
        if name == "decisions":
            # What the book keeps in the reader's browser has no counterpart here.
            return ""
        if name == "terms":
            return self._terms(argument)
        if name == "sources":
            return _SOURCES
        if name == "claims-exercise":
            return self._claims(options.get("claims"), body)
        head, tag = "", "div"
        if name == "room":
            head, tag = f"<h3>{escape(ROOM_NAMES.get(argument, argument))}</h3>", "section"
        elif name == "stop":
            self.stops += 1
            head, tag = f"<h3>Stop {self.stops}. {inline(options.get('title', ''), self.notes)}</h3>", "section"
        inner = blocks(body, self.notes, directive=self._directive, anchored=True)
        return f'<{tag} class="{escape(name)}">{head}{inner}</{tag}>'

    def _card(self) -> str:
        meta = self.case.metadata
        facts = {
            "Time": f"{meta.minutes.reading} min reading, {meta.minutes.class_} min class",
            "Class format": meta.class_format,
            "Where, level": f"{', '.join(map(place_name, meta.jurisdictions))} · {meta.level}",
            "Contains": meta.content_notes,
        }
        rows = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
        # No abstract: it tells a student how the story goes on.
        return (
            f"<p><strong>{inline(meta.dilemma, self.notes)}</strong></p><dl>{rows}</dl>"
            f"<p>{inline(meta.fiction, self.notes)} Version {meta.version}, reviewed {reader_date(meta.date_reviewed)}; "
            f"{escape(meta.review_status)}. By {escape(authors(self.case))}. The figures stand here as words and tables; "
            "in the book they are drawn and can be moved.</p>"
        )

    def _claims(self, option: str | None, body: str) -> str:
        """The claims that the class judges, each with the choices to tick; our verdicts are in the book on the web."""
        choices = "<br/>".join(f"☐ {escape(verdict.name)}" for verdict in VERDICTS.values())
        meanings = "".join(f"<dt>{escape(verdict.name)}</dt><dd>{escape(verdict.meaning)}</dd>" for verdict in VERDICTS.values())
        listed = "".join(f"<li><p>{escape(claim.text)} <small>({escape(claim.place)})</small></p><p>{choices}</p></li>" for claim in named(option, self.root))
        lead = blocks(body, self.notes, directive=self._directive, anchored=True)
        return (
            f'<section class="claims-exercise"><h3>Judge the claims</h3>{lead}<dl>{meanings}</dl><ol>{listed}</ol>'
            "<p>In the book on the web you can compare your verdicts with ours.</p></section>"
        )

    def _terms(self, argument: str) -> str:
        wanted = {evidence.slug(word) for word in argument.split(",")}
        table = evidence.glossary(self.root).sort_values("term", key=lambda column: column.str.lower())
        rows = table[table["slug"].isin(wanted)]
        return "<dl>" + "".join(f"<dt>{escape(row.term)}</dt><dd>{escape(row.definition)}</dd>" for row in rows.itertuples()) + "</dl>"

    def _sources(self) -> str:
        listed = []
        for work in self.works():
            said = " ".join(_sentence(part) for part in (work.authors, work.title, work.container, work.year) if part)
            listed.append(f"<li>{escape(said)}{' ' + _linked(work, work.doi or 'Read it') if work.href else ''}</li>")
        return f"<ul>{''.join(listed)}</ul>"


#: Stands where the list of sources will. No reading can hold it: Markdown has no NUL.
_SOURCES = "\x00sources\x00"


def topics(case: Case, root: Path) -> list[Topic]:
    """Each stop, then each numbered question under the heading that holds the word "discussion"."""
    stops, questions = [], []

    def stop(name: str, argument: str, options: dict[str, str], body: str) -> str:
        inner = blocks(body, Sourced(root), directive=stop)
        if name == "stop":
            title = _plain(options.get("title", ""))
            private = _PRIVATE if options.get("form", "private") == "private" else ""
            html = f"<p><strong>{inline(options.get('title', ''), Sourced(root))}</strong></p>{inner}{private}"
            stops.append(Topic(f"stop-{argument}", f"Stop {len(stops) + 1}: {title}", html))
        return inner

    for number, source in markdown_cells(case.notebook):
        try:
            blocks(source, Sourced(root), directive=stop)
            questions += [Topic(f"question-{n}", f"Question {n}: {_opening(text)}", blocks(text, Sourced(root))) for n, text in asked(source)]
        except TwoRoomsError as error:
            raise TwoRoomsError(f"cases/{case.slug}/case.ipynb: cell {number}: {error}") from None
    return stops + questions


def asked(source: str) -> Iterator[tuple[int, str]]:
    """(number, Markdown) of each item of the numbered lists under a heading with "discussion"."""
    lines = lines_of(source)
    tokens = MARKDOWN.parse(source)
    inside, level, number = False, 9, 0
    for token, following in zip(tokens, [*tokens[1:], Token("end", "", 0)]):
        if token.type == "heading_open":
            depth = int(token.tag[1])
            if "discussion" in following.content.lower():
                inside, level = True, depth
            elif depth <= level:
                inside, level = False, 9
        elif token.type == "ordered_list_open" and token.level == 0 and inside:
            number = int(token.attrGet("start") or 1) - 1
        elif token.type == "list_item_open" and token.level == 1 and token.markup in ".)" and inside and token.map:
            number += 1
            first, *rest = lines[token.map[0] : token.map[1]]
            marker = re.match(r"\s*\d+[.)]\s+", first)
            indent = len(marker[0]) if marker else 0
            yield number, "\n".join([first[indent:], *(line[indent:] if not line[:indent].strip() else line for line in rest)]).strip()


def _plain(text: str) -> str:
    """Markdown as its words alone."""
    return " ".join(
        "".join(token.content for token in inner.children or [] if token.type in ("text", "code_inline", "softbreak"))
        for inner in MARKDOWN.parseInline(" ".join(text.split()))
    ).strip()


def _opening(text: str, most: int = 60) -> str:
    """The first words of a question, as a title that a board can list."""
    words, title = _plain(text).split(), ""
    for word in words:
        if len(f"{title} {word}") > most:
            return f"{title} …"
        title = f"{title} {word}".strip()
    return title
