"""`tworooms update` and `tworooms diff`: an original's later improvements reach its copies, and nobody's words are lost."""

import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from fixtures.breaking import CASE, FIGURE_CELL, NOTE, NOTEBOOK, QUIZ, edit, edit_cell, make, refusal, run

from tworooms.case import Case

TWOROOMS = str(Path(sys.executable).with_name("tworooms"))
COPY = "cases/copy"
GIT = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]


@pytest.fixture
def root(tmp_path):
    """A collection with a copy that says some things otherwise."""
    root = make(tmp_path / "a collection", whole_book=False)
    edit(root / NOTE, "The difference was", "First line.\n\nSecond line.\n\nThe difference was")
    assert run(root, "fork", "toy", "copy", "--title", "A copy", "--author", "B. Name", "--jurisdiction", "IE").code == 0
    edit(root / COPY / "teaching-note.md", "First line.", "First line, as taught in Ireland.")
    edit_cell(root, 1, lambda cell: cell.update(source=cell.source.replace("A nurse.", "A nurse from Ireland.")), COPY)
    return root


def improve(root):
    """The original, a version later: a number's context, a question, a figure, a table, a changed objective."""
    edit(root / NOTE, "Second line.", "Second line, corrected.")
    edit_cell(root, 0, lambda cell: cell.update(source=cell.source.replace("had not lifted it", "had not helped")))
    edit_cell(root, FIGURE_CELL, lambda cell: cell.update(source=cell.source.replace("It rises.", "It rises, then falls.")))
    edit(root / CASE, "class_format: interrupted case", "class_format: debate")
    edit(root / CASE, "version: 1.0.0", 'version: "1.1.0"')
    edit(root / QUIZ, "feedback: No.", "feedback: Not that.")
    (root / "cases/toy/make_more.py").write_text("open('more.csv', 'w').write('a\\n1\\n')\n", encoding="utf-8")
    (root / "cases/toy/more.csv").write_text("a\n1\n", encoding="utf-8")
    assert run(root, "execute", "toy").code == 0


def snapshot(root):
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file() and not {"_build", ".git"} & set(p.parts)}


def text(root, name):
    return (root / COPY / name).read_text(encoding="utf-8")


def test_improvements_arrive_and_the_copy_stays_its_own(root):
    improve(root)
    outcome = run(root, "update", "copy")
    assert outcome.code == 0, outcome.err
    assert outcome.out.splitlines() == [
        "cases/copy/case.ipynb: cell 1 merged",
        "cases/copy/case.ipynb: cell 3 as upstream",
        "cases/copy/case.yml: class_format as upstream",
        "cases/copy/make_more.py: new upstream",
        "cases/copy/more.csv: new upstream",
        "cases/copy/quiz.yml: as upstream",
        "cases/copy/teaching-note.md: merged by lines",
        "cases/copy: now holds toy 1.1.0; before, it was as in _build/before-update/copy.",
    ]
    copy = Case(root / COPY)
    meta = copy.metadata
    assert (meta.title, meta.version, meta.crisis_locales, meta.class_format) == ("A copy", "1.0.0", ["IE"], "debate")
    assert [person.name for person in meta.authors] == ["The authors", "B. Name"]
    assert (meta.derived_from.case, meta.derived_from.version) == ("toy", "1.1.0")
    assert "First line, as taught in Ireland." in text(root, "teaching-note.md") and "Second line, corrected." in text(root, "teaching-note.md")
    cells = copy.notebook.cells
    assert cells[0].source.startswith("# A copy\n") and "had not helped" in cells[0].source
    assert "A nurse from Ireland." in cells[1].source
    assert "It rises, then falls." in str(cells[FIGURE_CELL].outputs)
    assert "{help} IE" in cells[-1].source and "Samaritans" in cells[-1].source
    for path in (root / "cases/toy").iterdir():
        assert (root / COPY / "upstream" / path.name).read_bytes() == path.read_bytes()
    assert run(root, "check") == (0, "Every check holds.\n", "")
    # A second time there is nothing left to take.
    before = snapshot(root)
    assert run(root, "update", "copy") == (0, "cases/copy: has everything of toy 1.1.0.\n", "")
    assert snapshot(root) == before


def test_trying_it_out_changes_nothing(root):
    improve(root)
    before = snapshot(root)
    outcome = run(root, "update", "copy", "--dry-run")
    assert outcome.code == 0 and "cases/copy/quiz.yml: as upstream" in outcome.lines
    assert snapshot(root) == before and not (root / "_build/before-update").exists()


def test_nothing_new(root):
    before = snapshot(root)
    assert run(root, "update", "copy") == (0, "cases/copy: has everything of toy 1.0.0.\n", "")
    assert snapshot(root) == before


def test_both_sides_changed_the_same_words(root):
    improve(root)
    edit(root / COPY / "teaching-note.md", "Second line.", "Second line, ours.")
    edit(root / COPY / "case.yml", "class_format: interrupted case", "class_format: jigsaw")
    edit_cell(root, 0, lambda cell: cell.update(source=cell.source.replace("had not lifted it", "had done nothing")), COPY)
    outcome = run(root, "update", "copy")
    assert outcome.code == 1
    assert outcome.err.splitlines() == [
        "cases/copy/case.ipynb: cell 1: both sides changed it",
        "cases/copy/case.yml: class_format: both sides changed it; yours stands, upstream has 'debate'",
        "cases/copy/teaching-note.md:5: both sides changed these lines",
        "3 place(s) need your decision; then run `tworooms execute copy` and `tworooms check copy`.",
    ]
    note = text(root, "teaching-note.md")
    assert "<<<<<<< yours\nSecond line, ours.\n=======\nSecond line, corrected.\n>>>>>>> upstream\n" in note
    source = Case(root / COPY).notebook.cells[0].source
    assert "<<<<<<< yours" in source and "had done nothing" in source and "had not helped" in source and ">>>>>>> upstream" in source
    assert Case(root / COPY).metadata.class_format == "jigsaw"
    told = run(root, "check", "copy").lines
    for place in ("case.ipynb:cell 1, line 7", "teaching-note.md:5"):
        assert any(line.startswith(f"cases/copy/{place}: both versions of a merge stand here; expected one of them") for line in told), told
    # What the copy was before is kept beside the build.
    assert "Second line, ours." in (root / "_build/before-update/copy/teaching-note.md").read_text(encoding="utf-8")


FILES = {
    "removed upstream, untouched here": (b"1", b"1", None, None, "data.bin: removed upstream"),
    "removed upstream, changed here": (b"1", b"2", None, b"2", "data.bin: was removed upstream; yours stands"),
    "removed here, changed upstream": (b"1", None, b"2", None, "data.bin: you removed it; yours stands"),
    "a picture that both changed": (b"\0\1", b"\0\2", b"\0\3", b"\0\2", "data.bin: both sides changed it; yours stands"),
    "the same change on both sides": (b"1", b"2", b"2", b"2", ""),
    "changed here only": (b"1", b"2", b"1", b"2", ""),
}


@pytest.mark.parametrize(("base", "mine", "theirs", "left", "said"), FILES.values(), ids=FILES)
def test_other_files_of_a_case(tmp_path, base, mine, theirs, left, said):
    root = make(tmp_path / "c", whole_book=False)
    (root / "cases/toy/data.bin").write_bytes(base)
    run(root, "fork", "toy", "copy")
    for side, content in (("copy", mine), ("toy", theirs)):
        path = root / "cases" / side / "data.bin"
        path.unlink() if content is None else path.write_bytes(content)
    outcome = run(root, "update", "copy")
    path = root / COPY / "data.bin"
    assert (path.read_bytes() if path.is_file() else None) == left
    assert any(said in line for line in outcome.lines)
    assert outcome.code == (1 if "stands" in said else 0)


# Where the newer original comes from -----------------------------------------------------------------


def zipped(root, target, wrap="two-rooms-main/"):
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted((root / "cases/toy").iterdir()):
            archive.write(path, f"{wrap}cases/toy/{path.name}")
        archive.writestr(f"{wrap}cases/other/case.yml", "id: other\n")
        archive.writestr(f"{wrap}README.md", "Hello")
    return target


@pytest.mark.parametrize("wrap", ["", "two-rooms-main/"])
def test_from_a_downloaded_zip(root, tmp_path, wrap):
    newer = tmp_path / "newer"
    shutil.copytree(root, newer)
    improve(newer)
    archive = zipped(newer, tmp_path / "newer one.zip", wrap)
    before = snapshot(root / "cases/toy")
    outcome = run(root, "update", "copy", "--from", str(archive))
    assert outcome.code == 0, outcome.err
    assert "Second line, corrected." in text(root, "teaching-note.md") and Case(root / COPY).metadata.derived_from.version == "1.1.0"
    assert snapshot(root / "cases/toy") == before and not (root / "cases/other").exists()
    assert list((root / "_build/staging").iterdir()) == []


def test_from_the_folder_of_a_newer_collection(root, tmp_path):
    newer = tmp_path / "newer"
    shutil.copytree(root, newer)
    improve(newer)
    assert run(root, "update", "copy", "--from", str(newer)).code == 0
    assert "Second line, corrected." in text(root, "teaching-note.md")


def link(archive, name):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


SOURCES = {
    "missing": (None, "newer.zip: is missing; expected a collection's folder or its ZIP"),
    "no ZIP": (b"no zip", "newer.zip: cannot be unpacked (File is not a zip file); expected a collection's ZIP"),
    "another collection": (lambda z: z.writestr("x/README.md", "Hello"), "newer.zip: holds no cases/toy; expected a collection with the case that was copied"),
    "a way out": (lambda z: z.writestr("x/cases/toy/../../../evil.md", "Hello"), "evil.md leads out of the folder; expected a collection's ZIP of plain files"),
    "a link": (lambda z: link(z, "cases/toy/notes.md"), "cases/toy/notes.md is a link; expected a collection's ZIP of plain files"),
}


@pytest.mark.parametrize(("content", "said"), SOURCES.values(), ids=SOURCES)
def test_a_source_that_is_none(root, tmp_path, content, said):
    archive = tmp_path / "newer.zip"
    if isinstance(content, bytes):
        archive.write_bytes(content)
    elif content:
        with zipfile.ZipFile(archive, "w") as file:
            content(file)
    before = snapshot(root)
    assert said in refusal(run(root, "update", "copy", "--from", str(archive)))
    assert snapshot(root) == before and not (tmp_path / "evil.md").exists()


def test_copies_that_cannot_be_updated(root):
    assert refusal(run(root, "update", "toy")) == f"{CASE}: derived_from is empty; expected a copy made by `tworooms fork`"
    shutil.rmtree(root / COPY / "upstream")
    for command in ("update", "diff"):
        assert refusal(run(root, command, "copy")).startswith("cases/copy/upstream: is missing; expected")
    assert refusal(run(root, "update", "cpoy")) == "cases/cpoy: there is no such case; expected one of copy, toy"


# Work that must not be lost --------------------------------------------------------------------------


def test_changes_that_are_not_committed_are_not_touched(root):
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "begun"]):
        subprocess.run([*GIT, *command], cwd=root, check=True)
    improve(root)
    edit(root / COPY / "quiz.yml", "mean?", "mean here?")
    before = snapshot(root)
    assert refusal(run(root, "update", "copy")) == (
        "cases/copy/quiz.yml: is not committed; expected a copy whose changes git holds: `git add cases/copy` and `git commit` first"
    )
    assert snapshot(root) == before
    for command in (["add", "-A"], ["commit", "-qm", "ours"]):
        subprocess.run([*GIT, *command], cwd=root, check=True)
    assert run(root, "update", "copy").code == 0


# What a copy changed ---------------------------------------------------------------------------------


def test_what_a_copy_changed_in_words(root):
    (root / COPY / "own.csv").write_text("a\n", encoding="utf-8")
    lines = run(root, "diff", "copy").lines
    assert "cases/copy/own.csv: new" in lines
    assert "cases/copy/case.ipynb: cell 2: “nurse.” became “nurse from Ireland.”" in lines
    assert "cases/copy/teaching-note.md: “line.” became “line, as taught in Ireland.”" in lines
    assert any(line.startswith("cases/copy/case.yml: ") and "“toy” became “copy”" in line for line in lines)
    assert not any("quiz.yml" in line for line in lines)
    assert (root / NOTEBOOK).is_file()
