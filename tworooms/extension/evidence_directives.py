"""Directives of the pages around the cases: evidence, disagreements, choosing a case, getting help."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .. import evidence, files, paths
from ..case import Case, Metadata, markdown_cells
from . import parts
from .builder import address
from .links import fields, questions
from .places import CHECKS, ROOM_NAMES, SETTINGS, THEMES, place_name
from .help_block import help_places

MINUTES = (50, 75, 90, 120)
_STOP = re.compile(r"^:{3,}\{stop\}.*\n((?:[ \t]*:[\w-]+:.*\n)*)", re.MULTILINE)
_FORM = re.compile(r"^[ \t]*:form:[ \t]*(\w+)", re.MULTILINE)
#: A stop's form as a table of the cases says it; a stop that names none is private.
_FORMS = {"private": "private", "4s": "everyone at once"}


class TablesDirective(SphinxDirective):
    """What the directives share: the evidence they show, and pages that follow its files."""

    def follow(self, *tables: str) -> Any:
        """The collection's root; the page is built anew when one of the tables changes."""
        root = paths.root(self.env.srcdir)
        for table in tables:
            self.env.note_dependency(str(root / paths.EVIDENCE / table))
        return root


class EvidenceBrowser(TablesDirective):
    """`{evidence-browser}`: every fact and series, searched and filtered in the page itself."""

    def run(self) -> list[nodes.Node]:
        root = self.follow("facts.csv", "series.csv", "disputes.csv", "references.bib")
        facts = evidence.facts(root)
        entries, asked = [], questions(root)
        for fact_id in facts["fact_id"]:
            fact = evidence.fact(fact_id, root)
            entries.append({"fact": fact, "fields": fields(fact, asked, "disagreements.html"),
                            "year": int(fact.year) if fact.year is not None else ""})  # fmt: skip
        filters = [
            ("theme", "Theme", list(THEMES.items())),
            ("setting", "Setting", list(SETTINGS.items())),
            ("place", "Jurisdiction", _places(facts["jurisdiction"])),
            ("check", "How it was read", list(CHECKS.items())),
        ]
        return [parts.raw("evidence_browser", entries=entries, series=_series(root), filters=filters)]


def _places(column: Any) -> list[tuple[str, str]]:
    codes = {code for cell in column for code in evidence.list_cell(cell)}
    return sorted(((code, place_name(code)) for code in codes), key=lambda pair: pair[1].lower())


def _series(root: Any) -> list[dict[str, Any]]:
    rows = []
    for row in evidence.series(root).itertuples():
        points = evidence.points(row.series_id, root)
        shown = []
        for point in points.itertuples():
            fact = evidence.fact(point.fact_id, root)
            at = fact.recorded["x"] if fact.x is not None and fact.x_unit != "order" else ""
            shown.append({"at": ", ".join(filter(None, [at, fact.group])), "fact_id": fact.fact_id,
                          "value": evidence.value_text(fact)})  # fmt: skip
        joined = {
            name: ";".join(sorted({item for cell in points[column] for item in evidence.list_cell(str(cell))}))
            for name, column in (("theme", "theme"), ("setting", "setting"), ("place", "jurisdiction"), ("check", "check"))
        }
        years = ";".join(str(int(year)) for year in sorted(set(points["year"].dropna())))
        rows.append({**row._asdict(), **joined, "year": years, "points": shown})
    return rows


class Disagreements(TablesDirective):
    """`{disagreements}`: every open question with the facts and best sentence of each side."""

    def run(self) -> list[nodes.Node]:
        root = self.follow("facts.csv", "disputes.csv", "references.bib")
        disputes: dict[str, dict[str, Any]] = {}
        for row in evidence.disputes(root).itertuples():
            question = disputes.setdefault(row.dispute_id, {"id": row.dispute_id, "question": row.question, "sides": []})
            entries = []
            for fact_id in evidence.list_cell(row.fact_ids):
                entries.append({"claim": evidence.fact(fact_id, root).claim, "href": f"evidence.html#{fact_id}"})
            question["sides"].append({"name": row.side, "summary": row.summary, "entries": entries})
        return [parts.raw("disagreements", disputes=list(disputes.values()))]


class CaseList(TablesDirective):
    """`{case-list}`: the cases in reading order, chosen by minutes, level, discipline, setting, jurisdiction."""

    def run(self) -> list[nodes.Node]:
        root = paths.root(self.env.srcdir)
        self.env.note_dependency(str(root / "book" / "_toc.yml"))
        shown: dict[str, list[dict[str, Any]]] = {}
        for case in _cases_in_order(self.env, root):
            self.env.note_dependency(str(root / "cases" / case.slug / "case.yml"))
            meta = case.metadata
            shown.setdefault(meta.part, []).append(
                {"meta": meta, "href": address(f"cases/{case.slug}/case") + ".html",
                 "places": [place_name(code) for code in meta.jurisdictions]}
            )  # fmt: skip
        metas = [entry["meta"] for entries in shown.values() for entry in entries]
        filters = [
            ("minutes", "Class of at most", [(str(m), f"{m} minutes") for m in MINUTES]),
            ("format", "Kind of class", [(f, f) for f in sorted({m.class_format for m in metas})]),
            ("level", "Level", [(level, level) for level in ("introductory", "intermediate", "advanced")]),
            ("discipline", "Discipline", [(d, d.replace("-", " ")) for d in sorted({d for m in metas for d in m.disciplines})]),
            ("setting", "Room", list(ROOM_NAMES.items())),
            ("place", "Jurisdiction", _places(";".join(m.jurisdictions) for m in metas)),
        ]
        groups = [{"caption": caption, "cases": cases} for caption, cases in shown.items()]
        return [parts.raw("case_list", parts=groups, filters=filters, room_names=ROOM_NAMES)]


def _stops(case: Case) -> str:
    """The forms of a case's stops, in the order of its reading."""
    options = [found[1] for _, text in markdown_cells(case.notebook) for found in _STOP.finditer(text)]
    forms = [_FORM.search(named) for named in options]
    names = [form[1] if form else "private" for form in forms]
    # A form that does not exist is told by the page it stands on.
    return ", then ".join(_FORMS.get(name, name) for name in names)


@dataclass(frozen=True)
class Listed:
    """What lists and tables say of a case, kept with the environment: one changed case need not have all others read anew.

    stamp: times and sizes of the files it was read from. stops: forms of the stops, in words.
    """

    slug: str
    stamp: tuple[tuple[int, int], ...]
    metadata: Metadata
    stops: str


#: What a column of the case table is headed, and what it says of a case.
COLUMNS: dict[str, tuple[str, Callable[[Listed], str]]] = {
    "kind": ("Kind of class", lambda case: case.metadata.class_format),
    "class": ("Class", lambda case: f"{case.metadata.minutes.class_}\N{NO-BREAK SPACE}min"),
    "reading": ("Reading", lambda case: f"{case.metadata.minutes.reading}\N{NO-BREAK SPACE}min"),
    "level": ("Level", lambda case: case.metadata.level),
    "rooms": ("Rooms", lambda case: ", ".join(ROOM_NAMES[setting].lower() for setting in case.metadata.settings)),
    "stops": ("Stops", lambda case: case.stops),
    "courses": ("Courses", lambda case: ", ".join(one.replace("-", " ") for one in case.metadata.disciplines)),
    "places": ("Where", lambda case: ", ".join(place_name(code) for code in case.metadata.jurisdictions)),
    "question": ("What it asks", lambda case: case.metadata.dilemma),
    "contains": ("Contains", lambda case: case.metadata.content_notes),
}


class CaseTable(TablesDirective):
    """`{case-table} kind, class, level`: the cases in reading order, one a row, with the columns that are named."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        root = paths.root(self.env.srcdir)
        self.env.note_dependency(str(root / "book" / "_toc.yml"))
        wanted = [name.strip() for name in self.arguments[0].split(",")]
        if unknown := [name for name in wanted if name not in COLUMNS]:
            raise self.error(f"{unknown[0]!r} is no column; expected some of {', '.join(COLUMNS)}")
        rows = []
        for case in _cases_in_order(self.env, root):
            for name in _LISTED_FROM:
                self.env.note_dependency(str(root / "cases" / case.slug / name))
            href = self.env.app.builder.get_relative_uri(self.env.docname, f"cases/{case.slug}/case")
            rows.append({"title": case.metadata.title, "href": href, "cells": [COLUMNS[name][1](case) for name in wanted]})
        return [parts.raw("case_table", heads=[COLUMNS[name][0] for name in wanted], rows=rows)]


_LISTED_FROM = ("case.yml", "case.ipynb")


def _cases_in_order(env: Any, root: Path) -> Iterator[Listed]:
    """The published cases as `_toc.yml` orders them; a folder it does not name is not shown."""
    known = _listed(env)
    for name in env.external_site_map:
        if name.startswith("cases/") and name.endswith("/case"):
            case = Case(root / name.removesuffix("/case"))
            stamp = files.stamps(*(case.folder / file for file in _LISTED_FROM))
            if case.slug not in known or known[case.slug].stamp != stamp:
                known[case.slug] = Listed(case.slug, stamp, case.metadata, _stops(case))
            yield known[case.slug]


def _listed(env: Any) -> dict[str, Listed]:
    if not hasattr(env, "tworooms_listed"):
        env.tworooms_listed = {}
    return env.tworooms_listed


def forget_case(app: Sphinx, env: Any, docname: str) -> None:
    """A page that is read anew, or is no more, takes what was kept of its case with it."""
    _listed(env).pop(Path(docname).parent.name, None)


def merge_listed(app: Sphinx, env: Any, docnames: set[str], other: Any) -> None:
    """Bring home what a parallel reader kept."""
    _listed(env).update(_listed(other))


class HelpTable(TablesDirective):
    """`{help-table}`: every help line with hours and who runs it."""

    def run(self) -> list[nodes.Node]:
        root = self.follow("help_lines.csv")
        places, checked = help_places(root)
        return [parts.raw("help_table", places=places, checked=checked)]


def register(app: Sphinx) -> None:
    for name, directive in {
        "evidence-browser": EvidenceBrowser,
        "disagreements": Disagreements,
        "case-list": CaseList,
        "case-table": CaseTable,
        "help-table": HelpTable,
    }.items():
        app.add_directive(name, directive)
    app.connect("env-purge-doc", forget_case)
    app.connect("env-merge-info", merge_listed)
