"""Directives of a case: card, rooms, stops, quiz, decisions, words, sources, and the help block's place.

Every one also reads acceptably as plain Markdown: in Jupyter its body is ordinary text and lists.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .. import evidence, paths
from ..case import Case
from ..errors import TwoRoomsError
from . import parts
from .dates import reader_date
from .help_block import help_places
from .links import inline_links, inline_markdown, page_facts
from .places import ROOM_NAMES, place_name

PROMISES = {
    "private": "Stays in this browser. Nobody else sees it unless you export or print it.",
    "4s": "Stays in this browser. In class, everybody shows a choice at the same moment.",
}
EYEBROWS = {"private": "Stop · before you read on", "4s": "Stop · one question, everyone at once"}


class CaseDirective(SphinxDirective):
    """What the directives share: the case they stand in, and inline Markdown inside HTML."""

    def case(self) -> Case:
        """The case whose folder holds the page; later builds follow its YAML files."""
        case = Case(Path(self.env.doc2path(self.env.docname)).parent)
        for name in ("case.yml", "quiz.yml"):
            self.env.note_dependency(str(case.folder / name))
        return case

    def inline(self, text: str) -> Markup:
        """A line of Markdown as HTML, its own links resolved and counted like those of the page."""
        env = self.env

        def relative(page: str) -> str:
            return env.app.builder.get_relative_uri(env.docname, page)

        html, uris = inline_markdown(" ".join(text.split()), relative)
        inline_links(env).setdefault(env.docname, []).extend(uris)
        return html

    def run(self) -> list[nodes.Node]:
        try:
            return self.build()
        except TwoRoomsError as error:
            raise self.error(str(error)) from None

    def build(self) -> list[nodes.Node]:
        """The directive's nodes. Raises TwoRoomsError for a mistake in the case's files."""
        raise NotImplementedError

    def parsed_body(self) -> list[nodes.Node]:
        """The body as nodes."""
        holder = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, holder)
        return holder.children


class CaseCard(CaseDirective):
    """`{case-card}`: what the case is, from case.yml; the body is for Jupyter alone."""

    has_content = True

    def build(self) -> list[nodes.Node]:
        meta = self.case().metadata
        return [
            parts.raw(
                "case_card",
                case=meta,
                room_names=ROOM_NAMES,
                places=[place_name(code) for code in meta.jurisdictions],
                reviewed=reader_date(meta.date_reviewed),
            )
        ]


class Rooms(CaseDirective):
    """`{rooms}`: the settings side by side."""

    has_content = True

    def build(self) -> list[nodes.Node]:
        return parts.sandwich("rooms", self.parsed_body())


class Room(CaseDirective):
    """`{room} clinic`: one of the settings, under its sign."""

    has_content = True
    required_arguments = 1

    def build(self) -> list[nodes.Node]:
        setting = self.arguments[0]
        if setting not in ROOM_NAMES:
            raise TwoRoomsError(f"room {setting!r} is no setting; expected one of {', '.join(ROOM_NAMES)}")
        return parts.sandwich("room", self.parsed_body(), setting=setting, name=ROOM_NAMES[setting])


class Stop(CaseDirective):
    """`{stop} ID`: a decision to take before reading on; the body's list holds the choices."""

    has_content = True
    required_arguments = 1
    option_spec = {"title": directives.unchanged_required, "form": lambda word: directives.choice(word, list(PROMISES))}

    def build(self) -> list[nodes.Node]:
        case = self.case()
        identifier = self.arguments[0]
        children = self.parsed_body()
        lists = [child for child in children if isinstance(child, nodes.bullet_list)]
        if "title" not in self.options or len(lists) != 1 or len(lists[0]) < 2:
            raise TwoRoomsError(f"stop {identifier!r} lacks its question or its choices; expected :title: and one list of at least two")
        form = self.options.get("form", "private")
        return parts.sandwich(
            "stop",
            [child for child in children if child is not lists[0]],
            id=identifier,
            title=self.options["title"],
            eyebrow=EYEBROWS[form],
            choices=[item.astext() for item in lists[0]],
            promise=PROMISES[form],
            case_id=case.slug,
            version=case.metadata.version,
        )


class QuizDirective(CaseDirective):
    """`{quiz}`: the practice items of quiz.yml with feedback; graded items never stand on a page."""

    has_content = True

    def build(self) -> list[nodes.Node]:
        items = []
        for item in self.case().quiz.practice():
            choices = [
                {"text": self.inline(choice.text), "correct": choice.correct, "feedback": self.inline(choice.feedback)}
                for choice in item.choices
            ]
            items.append({"kind": item.kind, "stem": self.inline(item.stem), "choices": choices})
        return [parts.raw("quiz", items=items)] if items else []


class Decisions(CaseDirective):
    """`{decisions}`: the reader's own answers, to export, print or erase."""

    has_content = True

    def build(self) -> list[nodes.Node]:
        case = self.case()
        return parts.sandwich("decisions", self.parsed_body(), case_id=case.slug, version=case.metadata.version)


class Terms(CaseDirective):
    """`{terms} one, another`: meanings of words; without words, the whole glossary with anchors."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def build(self) -> list[nodes.Node]:
        root = paths.root(self.env.srcdir)
        self.env.note_dependency(str(root / "data" / "glossary.csv"))
        table = evidence.glossary(root).sort_values("term", key=lambda column: column.str.lower())
        wanted = [evidence.slug(word) for word in ",".join(self.arguments).split(",") if word.strip()]
        unknown = sorted(set(wanted) - set(table["slug"]))
        if unknown:
            raise TwoRoomsError(f"{unknown[0]!r} is no glossary term; expected one in data/glossary.csv")
        rows = table[table["slug"].isin(wanted)] if wanted else table
        return [parts.raw("terms", terms=rows.to_dict("records"), anchored=not wanted)]


class SourcesPlaceholder(nodes.General, nodes.Element):
    """Stands for the list of cited works until the links of the whole page are known."""


class Sources(CaseDirective):
    """`{sources}`: every work behind the facts that the page cites."""

    has_content = True

    def build(self) -> list[nodes.Node]:
        return [SourcesPlaceholder()]


class Help(CaseDirective):
    """`{help} US, GB`: which countries come first in the help block that every page carries.

    In the book the block stands at the end of the page; the body is what Jupyter shows in its place.
    """

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def build(self) -> list[nodes.Node]:
        codes = [code.strip() for code in self.arguments[0].split(",") if code.strip()]
        help_places(paths.root(self.env.srcdir), tuple(codes))
        self.env.metadata[self.env.docname]["help"] = ",".join(codes)
        return []


def fill_sources(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace the placeholder once the page's fact links are resolved."""
    for placeholder in list(doctree.findall(SourcesPlaceholder)):
        works: dict[str, Any] = {}
        for fact_id in page_facts(app.env, docname, doctree):
            work = evidence.fact(fact_id, paths.root(app.srcdir)).reference
            works[work.key] = work
        ordered = sorted(works.values(), key=lambda work: (work.label.lower(), work.year))
        placeholder.replace_self(parts.raw("sources", works=ordered))


DIRECTIVES = {
    "case-card": CaseCard,
    "rooms": Rooms,
    "room": Room,
    "stop": Stop,
    "quiz": QuizDirective,
    "decisions": Decisions,
    "terms": Terms,
    "sources": Sources,
    "help": Help,
}


def register(app: Sphinx) -> None:
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    # After links are resolved, which runs at the default priority.
    app.connect("doctree-resolved", fill_sources, priority=600)
