"""Runs every rule family."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from ..case import Case, all_cases
from . import Problem, claims, evidence, identifiers, language, notebooks, numbers, safety, structure, unwritten, wholeness

FAMILIES = {
    "evidence": evidence.check,
    "structure": structure.check,
    "unwritten": unwritten.check,
    "notebooks": notebooks.check,
    "numbers": numbers.check,
    "language": language.check,
    "safety": safety.check,
    "wholeness": wholeness.check,
    "claims": claims.check,
    "identifiers": identifiers.check,
}

#: What a family asks beside the cases: of the pages around them, and of their order. A family that asks nothing there is not named.
AROUND = {
    "structure": structure.around,
    "numbers": numbers.around,
    "language": language.around,
    "safety": safety.around,
    "identifiers": identifiers.around,
}

#: How `written` can put them.
FORMS = ("text", "json", "github")

#: Cases that are read, asked by every family, and forgotten together: a thousand notebooks at once would fill the memory.
_TOGETHER = 8
#: Fewer cases than this are checked before another process has read its libraries.
WORTH_PROCESSES = 40


def check(root: Path, cases: list[Case] | None = None, *, tell: Callable[[int, int], None] = lambda done, of: None) -> list[Problem]:
    """Problems of the collection, in the order of the rule families.

    When the evidence tables are at fault nothing that reads them is tried: one fault would be told many times.

    Parameters
    ----------
    root
        The collection's folder.
    cases
        Only these, and the tables and seals on which every case stands; None for the whole collection.
    tell
        Called with how many cases are done, and of how many.
    """
    problems = FAMILIES["evidence"](root)
    if any(problem.rule != "evidence-seal" for problem in problems):
        return problems
    folders = [case.folder for case in (all_cases(root) if cases is None else cases)]
    chunks = [folders[start : start + _TOGETHER] for start in range(0, len(folders), _TOGETHER)]
    found: dict[str, list[Problem]] = {name: [] for name in FAMILIES if name != "evidence"}
    done = 0
    with _mapping(len(folders)) as each:
        for chunk, by_family in zip(chunks, each(_of_some, [root] * len(chunks), chunks)):
            for name, some in by_family.items():
                found[name] += some
            done += len(chunk)
            tell(done, len(folders))
    if cases is None:
        for name, around in AROUND.items():
            found[name] += around(root)
    return problems + [problem for some in found.values() for problem in some]


def _of_some(root: Path, folders: list[Path]) -> dict[str, list[Problem]]:
    """What each family says of some cases."""
    cases = [Case(folder) for folder in folders]
    return {name: family(root, cases) for name, family in FAMILIES.items() if name != "evidence"}


@contextmanager
def _mapping(number: int) -> Iterator[Callable]:
    """`map`, in processes side by side where they pay for `number` cases; an interruption lets each end the cases it has."""
    workers = min(os.cpu_count() or 1, number // (WORTH_PROCESSES // 2), 16)
    if workers < 2:
        yield map
        return
    # Begun anew rather than forked, which threads of this process would not survive, and alike on every system.
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        yield pool.map
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


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
