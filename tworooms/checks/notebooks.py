"""What nbval cannot see: order of execution, cells that should show something and do not, outputs nobody can show."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from ..case import Case, all_cases
from ..errors import TwoRoomsError
from ..figures import MAX_BUNDLE_BYTES, MIME_TYPE, PROVENANCES
from . import Problem
from .passages import NO_TABLE, said_of

#: What the book can show.
SHOWABLE = {MIME_TYPE, "text/html", "text/markdown", "text/plain", "image/png", "image/svg+xml"}
_REQUIRED = ("name", "caption", "alt", "provenance", "cannot_show", "table")


def check(root: Path, cases: list[Case] | None = None) -> list[Problem]:
    """Every notebook rule, over some cases or every case."""
    problems = []
    for case in all_cases(root) if cases is None else cases:
        try:
            problems += _notebook(root, case)
        except TwoRoomsError:
            continue  # structure.py reports a notebook that cannot be read
    return problems


def _notebook(root: Path, case: Case) -> Iterator[Problem]:
    file = case.notebook_path.relative_to(root).as_posix()
    names: dict[str, int] = {}
    count = 0
    for number, cell in enumerate(case.notebook.cells, 1):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        count += 1
        place = f"cell {number}"
        if cell.execution_count != count:
            yield Problem(file, place, f"its execution count is {cell.execution_count}",
                          f"{count}: every code cell run once, in order (`tworooms execute {case.slug}`)", "notebooks")  # fmt: skip
        yield from _outputs(file, place, cell, names)
        if not cell.outputs and _shows_something(cell.source):
            yield Problem(file, place, "stores no output", f"what it shows (`tworooms execute {case.slug}`)", "notebooks")


def _outputs(file: str, place: str, cell: NotebookNode, names: dict[str, int]) -> Iterator[Problem]:
    for output in cell.outputs:
        if output.output_type == "error":
            yield Problem(file, place, f"ends in {output.ename}: {output.evalue}", "a cell that runs", "notebooks")
        elif output.output_type == "stream":
            if output.name == "stderr":
                yield Problem(file, place, f"stores a warning: {(output.text.strip().splitlines() or ['an empty line'])[0]}", "no warnings", "notebooks")
        elif not SHOWABLE & set(output.data):
            yield Problem(file, place, f"its output {', '.join(output.data)} cannot be shown", "one of " + ", ".join(sorted(SHOWABLE)), "notebooks")
        elif MIME_TYPE in output.data:
            yield from _figure(file, place, output.data[MIME_TYPE], names)


def _figure(file: str, place: str, bundle: dict, names: dict[str, int]) -> Iterator[Problem]:
    try:
        about = said_of(bundle)
    except TwoRoomsError:
        return  # structure.py reports a figure that cannot be read
    if about is None:
        yield Problem(file, place, "shows a Plotly figure that was not published", "figures.publish(fig, …) at the end of the cell", "figures")
        return
    name = about.get("name") or "without a name"
    for part in _REQUIRED:
        if not about[part] or about[part] == NO_TABLE:
            yield Problem(file, place, f"figure {name} has no {part}", f"figures.publish(…, {part}=…)", "figures")
    if about.get("provenance") not in PROVENANCES:
        yield Problem(file, place, f"figure {name} has provenance {about.get('provenance')!r}", "one of " + ", ".join(PROVENANCES), "figures")
    if name in names:
        yield Problem(file, place, f"the name {name!r} is taken by a figure above", "a name of its own", "figures")
    names[name] = names.get(name, 0) + 1
    size = len(str(bundle).encode())
    if size > 2 * MAX_BUNDLE_BYTES:
        yield Problem(file, place, f"figure {name} has about {size:,} bytes", f"at most {MAX_BUNDLE_BYTES:,}", "figures")


def _shows_something(source: str) -> bool:
    """Whether a cell ends in an expression, which Jupyter displays, or publishes a figure."""
    if "publish(" in source:
        return True
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Cells in other languages; NUL; nesting that Python's parser gives up on, with one error or the other.
        return False
    if not body or not isinstance(body[-1], ast.Expr) or source.rstrip().endswith(";"):
        return False
    return not isinstance(body[-1].value, ast.Constant)
