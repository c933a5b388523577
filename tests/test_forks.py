"""`tworooms new` and `tworooms fork`: whole or not at all, credited, entered in the reading order."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from fixtures.breaking import CASE, NOTEBOOK, TOC, edit, make, refusal, run

from tworooms import files
from tworooms.case import Case, reading_order

TWOROOMS = str(Path(sys.executable).with_name("tworooms"))


@pytest.fixture
def root(tmp_path):
    return make(tmp_path / "a collection", whole_book=False)


def snapshot(root):
    """Every file that is the collection's, by its path; what is built does not count."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file() and "_build" not in p.parts}


# New cases ------------------------------------------------------------------------------------------


def test_a_new_case_lacks_only_what_must_be_written(root):
    outcome = run(root, "new", "night-shift", "--title", 'The "Night" Shift: one', "--jurisdiction", "IE", "--spelling", "british")
    assert outcome.code == 0 and "tworooms check night-shift" in outcome.out
    meta = Case(root / "cases/night-shift").metadata
    assert (meta.title, meta.jurisdictions, meta.crisis_locales, meta.spelling) == ('The "Night" Shift: one', ["IE"], ["IE"], "british")
    assert meta.facts == ["clinic-murrough2013ajp-response", "clinic-rems-sedation", "clinic-rems-sedation-patients"]
    assert reading_order(root)[:3] == ["book/index", "cases/toy/case", "cases/night-shift/case"]
    faults = json.loads(run(root, "check", "--format", "json").out)
    assert {fault["rule"] for fault in faults} == {"unwritten"}
    assert {fault["file"].split("/")[-1] for fault in faults} == {"case.yml", "case.ipynb", "teaching-note.md", "quiz.yml"}
    assert run(root, "build").code == 0
    html = (root / "_build/student/html/cases/night-shift/case.html").read_text(encoding="utf-8")
    assert "The “Night” Shift: one" in html
    assert "&lt;&lt;" not in html


def test_what_has_been_written_is_no_longer_asked_for(root):
    run(root, "new", "night-shift", "--title", "The Night Shift")
    for path in (root / "cases/night-shift").glob("*.*"):
        path.write_text(path.read_text(encoding="utf-8").replace("TO WRITE", "Written"), encoding="utf-8")
    run(root, "execute", "night-shift")
    assert run(root, "check") == (0, "Every check holds.\n", "")


def test_a_part_of_its_own_stands_before_the_pages_around_the_cases(root):
    assert run(root, "new", "night-shift", "--title", "The Night Shift", "--part", "Part VI · Ours: the ward").code == 0
    text = (root / TOC).read_text(encoding="utf-8")
    made = '  - caption: "Part VI · Ours: the ward"\n    chapters:\n      - file: cases/night-shift/case\n  - caption: Around the cases\n'
    assert made in text
    assert text.replace(made, "  - caption: Around the cases\n") == (make(root.parent / "another", whole_book=False) / TOC).read_text(encoding="utf-8")


def test_a_part_of_its_own_stands_behind_the_last_case_however_many_parts_follow(root):
    edit(root / TOC, "  - caption: Around the cases\n", "  - caption: For instructors\n    chapters:\n      - file: book/index\n  - caption: Around the cases\n")
    assert run(root, "new", "night-shift", "--title", "The Night Shift", "--part", "Part VI").code == 0
    assert '      - file: cases/toy/case\n  - caption: "Part VI"\n    chapters:\n      - file: cases/night-shift/case\n  - caption: For' in (root / TOC).read_text(encoding="utf-8")


REFUSED = {
    "no topic": (("new", "Night_Shift", "--title", "T"), "'Night_Shift' cannot name a case; expected a topic in lowercase words joined by hyphens"),
    "a path": (("new", "../night", "--title", "T"), "'../night' cannot name a case; expected"),
    "taken": (("new", "toy", "--title", "T"), "cases/toy: is taken; expected another name"),
    "no help there": (("new", "night", "--title", "T", "--jurisdiction", "XX"), "--jurisdiction XX: has no crisis line in data/evidence/help_lines.csv; expected one of US, "),
    "a third spelling": (("new", "night", "--title", "T", "--spelling", "scots"), "--spelling scots: is neither of the two; expected american or british"),
    "two lines": (("new", "night", "--title", "One\nTwo"), "--title 'One\\nTwo': is no line of text; expected one line"),
    "no original": (("fork", "tyo", "night"), "cases/tyo: there is no such case; expected one of toy"),
    "fork: taken": (("fork", "toy", "toy"), "cases/toy: is taken; expected another name"),
    "fork: no help there": (("fork", "toy", "night", "--jurisdiction", "ZZ"), "--jurisdiction ZZ: has no crisis line"),
    "fork: a third spelling": (("fork", "toy", "night", "--spelling", "scots"), "cases/night/case.yml"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_refused_in_one_line_with_nothing_made(root, arguments, said):
    before = snapshot(root)
    assert said in refusal(run(root, *arguments))
    assert snapshot(root) == before


# Copies ---------------------------------------------------------------------------------------------


def test_a_copy_keeps_credit_and_everything_else(root):
    edit(root / TOC, "  - caption: Around", "  # A comment that stays.\n  - caption: Around")
    arguments = ("--title", "A toy: again", "--jurisdiction", "IE", "--spelling", "british", "--author", "Áine O'Brien: RN")
    outcome = run(root, "fork", "toy", "toy-again", *arguments)
    assert outcome.code == 0, outcome.err
    original, copy = Case(root / "cases/toy"), Case(root / "cases/toy-again")
    meta = copy.metadata
    assert (meta.title, meta.version, meta.spelling, meta.crisis_locales) == ("A toy: again", "1.0.0", "british", ["IE"])
    assert [person.model_dump() for person in meta.authors] == [
        {"name": "The authors", "role": "collective"},
        {"name": "Áine O'Brien: RN", "role": "adapted the case"},
    ]
    assert (meta.derived_from.case, meta.derived_from.version) == ("toy", "1.0.0")
    assert re.fullmatch("sha256:[0-9a-f]{16}", meta.derived_from.revision)
    assert (meta.abstract, meta.facts, meta.teaches) == (original.metadata.abstract, original.metadata.facts, original.metadata.teaches)
    assert copy.notebook.cells[0].source.startswith("# A toy: again\n")
    assert "{help} IE" in copy.notebook.cells[-1].source and "Samaritans" in copy.notebook.cells[-1].source
    assert copy.notebook.cells[2].outputs == original.notebook.cells[2].outputs
    for path in original.folder.iterdir():
        assert (copy.folder / "upstream" / path.name).read_bytes() == path.read_bytes()
    toc = (root / TOC).read_text(encoding="utf-8")
    assert "# A comment that stays." in toc and toc.index("cases/toy/case") < toc.index("cases/toy-again/case") < toc.index("Around")
    assert run(root, "check") == (0, "Every check holds.\n", "")


def test_the_copy_of_a_copy_credits_the_copy(root):
    run(root, "fork", "toy", "first")
    run(root, "fork", "first", "second")
    assert Case(root / "cases/second").metadata.derived_from.case == "first"
    assert not (root / "cases/second/upstream/upstream").exists()


def test_in_a_repository_the_commit_is_noted_unless_the_case_was_changed_since(root):
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "begun"]):
        subprocess.run([*git, *command], cwd=root, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True).stdout.strip()
    run(root, "fork", "toy", "committed")
    assert Case(root / "cases/committed").metadata.derived_from.revision == head
    edit(root / CASE, "dilemma: One line.", "dilemma: Another line.")
    run(root, "fork", "toy", "changed")
    assert Case(root / "cases/changed").metadata.derived_from.revision.startswith("sha256:")


def test_what_programs_left_in_the_folder_is_not_copied(root):
    (root / "cases/toy/.ipynb_checkpoints").mkdir()
    (root / "cases/toy/.ipynb_checkpoints/case-checkpoint.ipynb").write_text("{}")
    run(root, "fork", "toy", "copy")
    assert sorted(path.name for path in (root / "cases/copy").iterdir()) == ["case.ipynb", "case.yml", "quiz.yml", "teaching-note.md", "upstream"]


# Interruptions --------------------------------------------------------------------------------------


def test_a_change_of_several_files_is_finished_by_the_next_command(root, monkeypatch):
    before = snapshot(root)
    moves = []

    def stop_at_the_second(source, target):
        moves.append(target)
        if len(moves) == 3:
            raise KeyboardInterrupt
        return replace(source, target)

    replace = os.replace
    monkeypatch.setattr(os, "replace", stop_at_the_second)
    assert run(root, "fork", "toy", "copy").code == 130
    monkeypatch.undo()
    # The folder is there, the reading order does not name it yet: half a change, and written down as such.
    assert (root / "cases/copy").is_dir() and (root / TOC).read_bytes() == before[TOC]
    assert run(root, "check") == (0, "Every check holds.\n", "")
    assert "cases/copy/case" in reading_order(root)
    assert files.finish(root) is False


def test_the_template_itself_is_executed_and_holds_no_output_of_another_time(root):
    run(root, "new", "night-shift", "--title", "T")
    notebook = nbformat.read(root / "cases/night-shift/case.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1] and code[0].outputs
    assert (root / NOTEBOOK).is_file()
