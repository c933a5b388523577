"""Runs every rule family."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from . import Problem, claims, evidence, language, notebooks, numbers, structure, unwritten, wholeness

FAMILIES = {
    "evidence": evidence.check,
    "structure": structure.check,
    "unwritten": unwritten.check,
    "notebooks": notebooks.check,
    "numbers": numbers.check,
    "language": language.check,
    "wholeness": wholeness.check,
    "claims": claims.check,
}

#: How `written` can put them.
FORMS = ("text", "json", "github")


def check(root: Path) -> list[Problem]:
    """Problems of the whole collection, in the order of the rule families.

    When the evidence tables are at fault nothing that reads them is tried: one fault would be told many times.
    """
    problems = FAMILIES["evidence"](root)
    if any(problem.rule != "evidence-seal" for problem in problems):
        return problems
    for name, family in FAMILIES.items():
        if name != "evidence":
            problems += family(root)
    return problems


def of_cases(problems: Iterable[Problem], slugs: Iterable[str]) -> list[Problem]:
    """The problems in the folders of some cases, and those of tables and seals, on which every case stands."""
    folders = tuple(f"cases/{slug}/" for slug in slugs)
    return [problem for problem in problems if problem.file.startswith((*folders, "data/"))]


def written(problems: list[Problem], form: str) -> str:
    """The problems for a reader.

    Parameters
    ----------
    problems
        What a check found.
    form
        ``text``: one line each. ``json``: a list of objects, for programs. ``github``: workflow commands, which GitHub
        shows beside the changed lines (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).

    Raises
    ------
    ValueError
        When the form is none of these.
    """
    if form == "text":
        return "\n".join(map(str, problems))
    if form == "json":
        names = ("file", "place", "line", "message", "expected", "rule")
        rows = [{name: getattr(problem, name) for name in names} for problem in problems]
        return json.dumps(rows, indent=2, ensure_ascii=False)
    if form == "github":
        return "\n".join(map(_annotation, problems))
    raise ValueError(f"no form {form!r}; expected one of {', '.join(FORMS)}")


def _annotation(problem: Problem) -> str:
    at = f",line={problem.line}" if problem.line else ""
    place = f"{problem.place}: " if problem.place and not problem.line else ""
    text = " ".join(f"{place}{problem.message}; expected {problem.expected}".split())
    file, title = (_escaped(part, ":,") for part in (problem.file, problem.rule))
    return f"::error file={file}{at},title={title}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    for sign in ("%", "\r", "\n", *more):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
