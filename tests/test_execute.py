"""`tworooms execute`: outputs that compare, metadata that follows the text, and nothing half-written; and nbval behind it."""

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from fixtures.breaking import (
    CASE,
    FIGURE_CELL,
    LAST_CELL,
    NOTE,
    NOTEBOOK,
    QUIZ,
    edit,
    edit_cell,
    make,
    refusal,
    run,
    snapshot,
)

from tworooms import derive
from tworooms.case import Case
from tworooms.figures import MIME_TYPE

COMMENTED = """\
# How this file is laid out is the author's business.
facts: []          # derived
reading_grade: 0   # measured
figures:
- {name: old,
   provenance: Invented}
# The rest is written by hand.

"""


@pytest.fixture
def root(tmp_path):
    return make(tmp_path / "a collection", whole_book=False)


def scatter_metadata(root):
    """Take the derived fields out of case.yml and put stale ones in front, with comments, in another layout."""
    text = (root / CASE).read_text(encoding="utf-8")
    for field in ("facts:\n  - clinic-lii2023-effect\n", "figures: [{name: toy, provenance: Published}]\n", "reading_grade: 6.4\n"):
        assert field in text
        text = text.replace(field, "")
    text = text.replace("dilemma: One line.", "dilemma:   'One line.'   # " + "long " * 40)
    (root / CASE).write_text(COMMENTED + text, encoding="utf-8")
    return text


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A collection whose stored outputs, crisis lines and derived metadata were stale, executed twice."""
    root = make(tmp_path_factory.mktemp("execute") / "a collection", whole_book=False)
    rest = scatter_metadata(root)

    def spoil(cell):
        cell.update(outputs=[], execution_count=7)
        cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}

    edit_cell(root, FIGURE_CELL, spoil)
    edit_cell(root, LAST_CELL, lambda cell: cell.update(source=cell.source.replace("988", "000")))
    edit(root / NOTE, "The difference was", "By [the label](fact:clinic-label-dissociation), the difference was")
    os.chmod(root / CASE, 0o640)
    first = run(root, "execute")
    once = snapshot(root)
    second = run(root, "execute")
    return {"root": root, "rest": rest, "first": first, "once": once, "second": second, "twice": snapshot(root)}


def test_what_changed_is_said_and_twice_is_byte_identical(executed):
    assert executed["first"] == (0, "toy: stored anew\n", "")
    assert executed["second"] == (0, "toy: unchanged\n", "")
    assert executed["twice"] == executed["once"]


def test_the_stored_notebook_holds_nothing_of_the_run(executed):
    notebook = json.loads(executed["once"][NOTEBOOK])
    cell = notebook["cells"][FIGURE_CELL]
    assert cell["execution_count"] == 1 and len(cell["outputs"]) == 1
    assert "execution" not in cell["metadata"] and cell["metadata"]["tags"] == ["hide-input"]
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert executed["once"][NOTEBOOK].endswith(b"}\n")


def test_crisis_lines_are_filled_in(executed):
    source = json.loads(executed["once"][NOTEBOOK])["cells"][LAST_CELL]["source"]
    assert "000" not in "".join(source) and "988 Suicide & Crisis Lifeline" in "".join(source)
    assert "".join(source).startswith("See [3](figure:toy).")


def test_derived_metadata_follows_the_text_and_all_else_stays(executed):
    text = executed["once"][CASE].decode()
    assert text == (
        "# How this file is laid out is the author's business.\n"
        "facts:\n  - clinic-label-dissociation\n  - clinic-lii2023-effect\n"
        "reading_grade: 6.4   # measured\n"
        "figures:\n  - name: toy\n    provenance: Published\n"
        "# The rest is written by hand.\n\n"
    ) + executed["rest"]


def test_what_was_executed_keeps_every_rule(executed):
    assert run(executed["root"], "check") == (0, "Every check holds.\n", "")


def test_files_keep_their_permissions_and_nothing_is_left_beside_them(executed):
    assert (executed["root"] / CASE).stat().st_mode & 0o777 == 0o640
    assert sorted(executed["once"]) == sorted([CASE, QUIZ, NOTE, NOTEBOOK])


FIELDS = {
    "a block list": ("facts:\n  - b\n  # why\n  - c\nid: toy\n", "facts:\n  - a\nid: toy\n"),
    "an unindented list, last": ("id: toy\nfacts:\n- b\n- c\n# end\n", "id: toy\nfacts:\n  - a\n# end\n"),
    "a flow list over lines": ("facts: [b,\n  c]\nid: toy\n", "facts:\n  - a\nid: toy\n"),
    "an empty field": ("facts:\nid: toy\n", "facts:\n  - a\nid: toy\n"),
    "an empty field, last": ("id: toy\nfacts:", "id: toy\nfacts:\n  - a\n"),
    "no field": ("id: toy\n", "id: toy\nfacts:\n  - a\n"),
    "no line end": ("id: toy", "id: toy\nfacts:\n  - a\n"),
}


@pytest.mark.parametrize(("before", "after"), FIELDS.values(), ids=FIELDS)
def test_one_field_is_set_anew_in_any_layout(tmp_path, monkeypatch, before, after):
    case = Case(tmp_path / "cases/toy")
    case.folder.mkdir(parents=True)
    (case.folder / "case.yml").write_text(before, encoding="utf-8")
    monkeypatch.setattr(derive, "derived", lambda root, case: {"facts": ["a"]})
    assert derive.write_metadata(tmp_path, case) is True
    assert (case.folder / "case.yml").read_text(encoding="utf-8") == after
    assert derive.write_metadata(tmp_path, case) is False


FAILING = {
    "an exception of two lines": ("raise ValueError('first\\nsecond')", "cell 3: ValueError: first; expected a cell that runs"),
    "an exception without words": ("assert False", "cell 3: AssertionError; expected a cell that runs"),
    "a figure refused": ("import plotly.graph_objects as go\nfrom tworooms import figures\nfigures.publish(go.Figure(), name='toy')",
                         "cell 3: TwoRoomsError: toy: figure 'toy': caption is missing; expected a caption"),
    "a kernel that dies": ("import os\nos._exit(1)", "cell 3: "),
}  # fmt: skip


@pytest.mark.parametrize(("source", "said"), FAILING.values(), ids=FAILING)
def test_a_cell_that_fails_leaves_every_file_as_it_was(root, source, said):
    edit_cell(root, FIGURE_CELL, lambda cell: cell.update(source=source))
    before = snapshot(root)
    assert refusal(run(root, "execute", "toy")).startswith(f"{NOTEBOOK}: {said}")
    assert snapshot(root) == before


def test_a_cell_that_does_not_end(root, monkeypatch):
    monkeypatch.setattr("tworooms.execute.TIMEOUT_SECONDS", 1)
    edit_cell(root, FIGURE_CELL, lambda cell: cell.update(source="import time\ntime.sleep(60)"))
    before = snapshot(root)
    line = refusal(run(root, "execute"))
    assert line.startswith(f"{NOTEBOOK}: cell 3: ") and line.endswith("; expected a cell that ends")
    assert snapshot(root) == before


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (QUIZ, "use: practice", "use: exam", f"{QUIZ}:4: items.1.use: 'exam' is not accepted"),
        (CASE, "title: A", "title: [A", f"{CASE}:3: expected ',' or ']'"),
        (NOTEBOOK, '{\n "cells"', '\n "cells"', f"{NOTEBOOK}:2: is not JSON"),
    ],
)
def test_what_cannot_be_stored_beside_the_outputs_is_refused_before_the_run(root, monkeypatch, file, old, new, said):
    monkeypatch.setattr("tworooms.execute.run_notebook", lambda *_: pytest.fail("ran"))
    edit(root / file, old, new)
    before = snapshot(root)
    assert refusal(run(root, "execute")).startswith(said)
    assert snapshot(root) == before


def stale(root):
    edit_cell(root, FIGURE_CELL, lambda cell: cell.update(source="1 + 1", outputs=[], execution_count=None))
    return snapshot(root)


def test_an_interrupted_write_leaves_the_old_file(root, monkeypatch):
    before = stale(root)

    def fail(source, target):
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(os, "replace", fail)
    line = refusal(run(root, "execute"))
    assert "case.ipynb: No space left on device; expected a file that can be read and written" in line
    assert snapshot(root) == before


def test_ctrl_c_while_writing_leaves_the_old_file_and_nothing_beside_it(root, monkeypatch):
    before = stale(root)

    def interrupt(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    assert run(root, "execute") == (130, "", "Stopped; nothing is half-written.\n")
    assert snapshot(root) == before


def test_one_case_that_fails_does_not_take_another_with_it(root):
    shutil.copytree(root / "cases/toy", root / "cases/broken")
    edit(root / "cases/broken/case.yml", "id: toy", "id: broken")
    edit_cell(root, FIGURE_CELL, lambda cell: cell.update(execution_count=5))
    notebook = nbformat.read(root / "cases/broken/case.ipynb", as_version=4)
    notebook.cells[FIGURE_CELL].source = "1 / 0"
    nbformat.write(notebook, root / "cases/broken/case.ipynb")
    before = snapshot(root)
    outcome = run(root, "execute", "toy", "broken")
    assert outcome == (
        1,
        "toy: stored anew\n",
        "cases/broken/case.ipynb: cell 3: ZeroDivisionError: division by zero; expected a cell that runs\n",
    )
    after = snapshot(root)
    assert {name for name in after if after[name] != before[name]} == {NOTEBOOK}


# nbval ----------------------------------------------------------------------------------------------


def in_plotly(cell):
    cell.outputs[0]["data"][MIME_TYPE]["data"][0]["y"][1] = 4


def in_table(cell):
    html = cell.outputs[0]["data"]["text/html"]
    cell.outputs[0]["data"]["text/html"] = html.replace("<td>3</td>", "<td>4</td>", 1)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """What nbval says of the toy case as stored, and of copies in which one stored digit was changed."""
    root = make(tmp_path_factory.mktemp("nbval") / "a collection", whole_book=False)
    for name, change in {"plotly": in_plotly, "table": in_table}.items():
        shutil.copytree(root / "cases/toy", root / "cases" / name)
        path = root / "cases" / name / "case.ipynb"
        notebook = nbformat.read(path, as_version=4)
        change(notebook.cells[FIGURE_CELL])
        nbformat.write(notebook, path)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(root), "-rA"]
    outcome = subprocess.run(
        [*command, "--nbval", "--nbval-current-env", "cases"], cwd=root, capture_output=True, text=True, check=False
    )
    return {line.split("/")[1]: line.split()[0] for line in outcome.stdout.splitlines() if line.startswith(("PASSED ", "FAILED "))}


@pytest.mark.parametrize(("case", "verdict"), [("toy", "PASSED"), ("plotly", "FAILED"), ("table", "FAILED")])
def test_nbval_holds_a_notebook_to_every_stored_digit(verdicts, case, verdict):
    assert verdicts[case] == verdict
