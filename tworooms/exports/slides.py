"""A case as slides: one file that opens from a folder, with live figures, and the teaching note as speaker notes.

The slides are the instructor's: whoever has the file has the notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from .. import claims, policy
from ..case import Case, read_text
from ..errors import TwoRoomsError
from ..extension.dates import reader_date
from ..extension.figure import native_controls
from ..extension.help_block import help_places
from ..extension.parts import THEME, render, script_json
from ..extension.places import ROOM_NAMES
from ..files import write_whole
from .package import LANGUAGES, LICENCE, authors, credit
from .pieces import Claims, Figure, Question, Rooms, Stop, opening, pieces
from .prose import Sourced, blocks, inline

#: Words of the opening that a slide takes, and how many slides of it there may be.
_WORDS, _OPENINGS = 150, 2
_HEADING = re.compile(r"^##[ \t]+(.*)$", re.MULTILINE)


def export(case: Case, root: Path, target: Path, note: Callable[[str], None]) -> Path:
    """Write `SLUG-slides.html`; the same case gives the same bytes.

    Parameters
    ----------
    case
        The case.
    root
        The collection's folder.
    target
        Folder of the file.
    note
        Told when there is no teaching note to speak from.

    Returns
    -------
    The file written.

    Raises
    ------
    TwoRoomsError
        When the notebook or the teaching note is at fault, or links to an unknown finding.
    """
    if not case.note_path.is_file():
        note(f"cases/{case.slug}/teaching-note.md: is missing; its slides have no speaker notes")
    path = target / f"{case.slug}-slides.html"
    target.mkdir(parents=True, exist_ok=True)
    write_whole(path, f"{_page(case, root)}\n")
    return path


class _Spoken:
    """The parts of a teaching note that belong to one slide, as HTML."""

    def __init__(self, case: Case, root: Path):
        self.root, self.where = root, f"cases/{case.slug}/teaching-note.md"
        text = read_text(case.note_path, "the teaching note") if case.note_path.is_file() else ""
        parts = _HEADING.split(text)
        self.sections = {heading.strip().lower(): body.strip() for heading, body in zip(parts[1::2], parts[2::2])}

    def pre_brief(self) -> Markup:
        return self._html(self._section(r"pre-?brief"))

    def stop(self, number: int) -> Markup:
        return self._html(self._section(rf"analysis\b.*\bstop {number}\b"))

    def figure(self, number: int) -> Markup:
        return self._html(_numbered(self._section(r".*\bfigures\b"), r"\*\*(?:Figure\s+(?=\d+\b)|(?=\d+\.))(\d{1,4})\b", number))

    def question(self, number: int) -> Markup:
        return self._html(_numbered(self._section(r"(?:.*\b)?discussion questions\b"), r"\*\*(\d{1,4})\.", number))

    def _section(self, heading: str) -> str:
        """The first section whose heading begins so; nothing where no heading does, for authors may head theirs otherwise."""
        return next((body for name, body in self.sections.items() if re.match(heading, name)), "")

    def _html(self, text: str) -> Markup:
        try:
            return Markup(blocks(text, Sourced(self.root)))
        except TwoRoomsError as error:
            raise TwoRoomsError(f"{self.where}: {error}") from None


def _numbered(text: str, label: str, number: int) -> str:
    """What stands from a label in bold with a number to the next such label, in the same paragraph or a later one."""
    labels = list(re.finditer(rf"(?<!\S){label}", text))
    ends = [found.start() for found in labels[1:]] + [len(text)]
    return "\n\n".join(text[found.start() : end].strip() for found, end in zip(labels, ends) if int(found[1]) == number)


@dataclass(frozen=True)
class _Slide:
    """One slide. kind: the part of the template that draws it. notes: what the instructor sees beside it."""

    id: str
    kind: str
    title: Markup
    values: dict[str, Any]
    notes: Markup = Markup("")


def _page(case: Case, root: Path) -> str:
    meta = case.metadata
    try:
        slides = _slides(case, root)
    except TwoRoomsError as error:
        known = str(error).startswith("cases/")
        raise error if known else TwoRoomsError(f"cases/{case.slug}/case.ipynb: {error}") from None
    places, checked = help_places(root, tuple(meta.crisis_locales))
    plotly, notes = _theme("static/vendor/plotly/plotly-basic.min.js"), _theme("vendor/reveal/notes.js")
    reveal, scripts = [_theme("vendor/reveal/reveal.js"), notes], [_theme("static/figures.js"), _theme("parts/slides.js")]
    return render(
        "slides",
        language=LANGUAGES[meta.spelling],
        title=meta.title,
        authors=authors(case),
        credit=credit(case),
        licence=LICENCE,
        dilemma=Markup(inline(meta.dilemma, Sourced(root))),
        meta=meta,
        reviewed=reader_date(meta.date_reviewed),
        slides=slides,
        pre_brief=_Spoken(case, root).pre_brief(),
        places=places,
        checked=checked,
        sprite=_sprite(),
        # For the screen only: what it says of paper would undo the slides.
        reveal_style=_theme("vendor/reveal/reveal.css"),
        style=_theme("parts/slides.css"),
        reveal=reveal,
        reveal_licence=_theme("vendor/reveal/LICENSE"),
        plotly=plotly,
        plotly_licence=_theme("static/vendor/plotly/LICENSE"),
        scripts=scripts,
        policy=policy.one_file([plotly, *reveal, *scripts, _speaker_script(notes)]),
    )


def _speaker_script(notes: str) -> str:
    """The script of the window that reveal.js opens for the speaker: it runs under the policy of the slides."""
    (written,) = re.findall(r"<script>(.*?)<\\/script>", notes, re.DOTALL)
    return written.replace("\\\\", "\\")


def _theme(name: str) -> Markup:
    return Markup((THEME / name).read_text(encoding="utf-8").strip())


def _sprite() -> Markup:
    """The signs of the rooms, which the book keeps in its layout."""
    layout = (THEME / "layout.html").read_text(encoding="utf-8")
    return Markup("\n".join(re.findall(r"<symbol id=\"room-.*?</symbol>", layout)))


def _slides(case: Case, root: Path) -> list[_Slide]:
    spoken, made = _Spoken(case, root), []
    heading, paragraphs = opening(case)
    for number, text in enumerate(_shared(paragraphs), 1):
        title = inline(heading, Sourced(root)) + (f" ({number})" if number > 1 else "")
        made.append(_Slide(f"opening-{number}", "text", Markup(title), {"body": Markup(blocks(text, Sourced(root)))}))
    for piece in pieces(case):
        if isinstance(piece, Stop):
            cite = Sourced(root)
            values = {"lead": Markup(blocks(piece.lead, cite)), "choices": [Markup(inline(choice, cite)) for choice in piece.choices], "number": piece.number}
            made.append(_Slide(f"stop-{piece.number}", "stop", Markup(inline(piece.title, cite)), values, spoken.stop(piece.number)))
        elif isinstance(piece, Rooms):
            for number, (label, row) in enumerate(piece.rows().items(), 1):
                cite = Sourced(root)
                columns = [(setting, ROOM_NAMES.get(setting, setting), Markup(blocks(row.get(setting, "–"), cite))) for setting in piece.bodies]
                title = Markup(inline(label or "The rooms", cite))
                place = sum(slide.kind == "rooms" and slide.id.endswith("-1") for slide in made) + (number == 1)
                made.append(_Slide(f"rooms-{place}-{number}", "rooms", title, {"columns": columns}))
        elif isinstance(piece, Figure):
            made.append(_figure(piece, root, spoken))
        elif isinstance(piece, Claims):
            made.append(_claims(piece, root))
        elif isinstance(piece, Question):
            body = Markup(blocks(piece.text, Sourced(root)))
            made.append(_Slide(f"question-{piece.number}", "question", Markup(f"Question {piece.number}"), {"body": body}, spoken.question(piece.number)))
    return made


def _claims(piece: Claims, root: Path) -> _Slide:
    """One slide that names the claims; our verdicts are for the instructor's eyes."""
    named, verdicts = claims.named(piece.option, root), {claim.id: (verdict, reason) for claim, verdict, reason, *_ in claims.with_verdicts(root)}
    body = Markup("<ol>{}</ol>").format(Markup("").join(Markup("<li>{} <small>{}</small></li>").format(claim.text, claim.place) for claim in named))
    ours = ((claims.VERDICTS[verdict].name, reason) for verdict, reason in (verdicts[claim.id] for claim in named))
    notes = Markup("<p>Our verdicts:</p><ol>{}</ol>").format(Markup("").join(Markup("<li><strong>{}.</strong> {}</li>").format(*one) for one in ours))
    names = ", ".join(verdict.name.lower() for verdict in claims.VERDICTS.values())
    return _Slide("claims", "text", Markup("Judge the claims"), {"body": body + Markup("<p class=\"quiet\">{}</p>").format(f"Choose for each: {names}.")}, notes)


def _figure(piece: Figure, root: Path, spoken: _Spoken) -> _Slide:
    spec, controls = native_controls(piece.bundle)
    cite = Sourced(root)
    values = {
        "about": piece.about,
        "number": piece.number,
        "controls": controls,
        "spec": script_json(spec),
        "cannot": Markup(inline(piece.about["cannot_show"], cite)),
    }
    whole = blocks(piece.about["caption"], Sourced(root))
    return _Slide(f"figure-{piece.number}", "figure", Markup(inline(piece.finding[0], cite)), values, spoken.figure(piece.number) + Markup(whole))


def _shared(paragraphs: list[str]) -> list[str]:
    """Whole paragraphs on as many slides as the opening may have."""
    slides: list[list[str]] = []
    for paragraph in paragraphs:
        words = sum(len(text.split()) for text in [*(slides[-1] if slides else []), paragraph])
        if slides and words <= _WORDS:
            slides[-1].append(paragraph)
        elif len(slides) < _OPENINGS:
            slides.append([paragraph])
        else:
            break
    return ["\n\n".join(slide) for slide in slides]
