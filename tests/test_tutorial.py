"""`book/fork-a-case.md`, followed to the letter in a fresh clone; only what the original's authors do meanwhile is added."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from fixtures.breaking import ROOT, edit

from tworooms.case import Case

PAGE = ROOT / "book/fork-a-case.md"
FORK = "cases/two-rooms-nursing"
SLUG = "two-rooms-nursing"
#: Where the reader waits for months.
PULL = "git pull"

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="the tutorial keeps its work with git")


def steps(page: str) -> list[tuple[str, str]]:
    """What the reader is to do, in order: (`bash` or `diff`, its lines)."""
    return re.findall(r"^```(bash|diff)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def change(root: Path, block: str) -> None:
    """Do by hand what a block of changed lines says."""
    head, *lines = block.splitlines()
    path = root / head.removeprefix("--- ")
    pairs = list(zip(lines[::2], lines[1::2], strict=True))
    assert pairs and all(old[0] == "-" and new[0] == "+" for old, new in pairs)
    for old, new in pairs:
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, as_version=4)
            (cell,) = (cell for cell in notebook.cells if old[1:] in cell.source)
            cell.source = cell.source.replace(old[1:], new[1:])
            path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
        else:
            edit(path, old[1:], new[1:])


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """A function that runs commands where it is told, as a reader's terminal would, with the programs of that collection."""
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text("[user]\n\tname = A. Name\n\temail = a@example.org\n[init]\n\tdefaultBranch = main\n", encoding="utf-8")

    def run(script: str, where: Path) -> str:
        surroundings = {**os.environ, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": str(where),
                        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}  # fmt: skip
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=where, env=surroundings, capture_output=True, text=True)
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    return run


@pytest.fixture(scope="module")
def followed(tmp_path_factory, shell):
    """The fork after the first ten minutes (kept beside) and after the last step, and what each block of commands printed."""
    home = tmp_path_factory.mktemp("a tutorial")
    # A ZIP download has no history, so the collection is given one.
    authors = home / "authors"
    left_behind = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", "*.egg-info", ".*_cache", ".ipynb_checkpoints")
    shutil.copytree(ROOT, authors, ignore=left_behind)
    # Two cases are a collection; with all of them the test would take longer with each case that is written.
    toc = authors / "book/_toc.yml"
    lines = toc.read_text(encoding="utf-8").splitlines(keepends=True)
    gone = [line for line in lines if "cases/" in line and not any(f"cases/{slug}/" in line for slug in ("two-rooms", "signed-at-9-04"))]
    kept_lines = [line for line in lines if line not in gone]
    toc.write_text("".join(line for at, line in enumerate(kept_lines) if not _empty_part(kept_lines, at)), encoding="utf-8")
    for line in gone:
        shutil.rmtree(authors / line.split("file: ")[1].strip().rsplit("/", 1)[0])
    shell("git init -q && git add -A && git commit -qm 'As published' && git clone -q --bare . ../origin.git", authors)
    shell("git remote add origin ../origin.git && git fetch -q && git branch -q --set-upstream-to origin/main", authors)
    shell("git clone -q origin.git 'my two rooms'", home)
    mine, said, kept = home / "my two rooms", [], {}
    for kind, block in steps(PAGE.read_text(encoding="utf-8")):
        if kind == "diff":
            change(mine, block)
            continue
        if block.startswith(PULL):
            kept = {path.name: path.read_bytes() for path in (mine / FORK).iterdir() if path.is_file()}
            exports = {path.name: path.read_bytes() for path in (mine / "_build/exports").iterdir()}
            improve(authors)
            shell("git commit -qam 'Two Rooms 1.1.0' && git push -q", authors)
        said.append(shell(block, mine))
    return mine, kept, exports, said


def _empty_part(lines: list[str], at: int) -> bool:
    """Whether a line of the reading order belongs to the head of a part that no longer holds anything."""
    head = at if "- caption:" in lines[at] else at - 1
    return "- caption:" in lines[head] and not (head + 2 < len(lines) and "- file:" in lines[head + 2])


def improve(root: Path) -> None:
    """What the authors do in those months: a clearer sentence, another minute, a source's context, a new version."""
    change(root, "--- cases/two-rooms/case.yml\n-version: \"1.0.0\"\n+version: \"1.1.0\"")
    change(root, "--- cases/two-rooms/case.ipynb\n-People call about geese.\n+People call about swans.")
    change(root, "--- cases/two-rooms/teaching-note.md\n-## Debrief\n+## Debrief, in four steps")


def test_the_page_asks_for_the_whole_way():
    commands = " ".join(block for kind, block in steps(PAGE.read_text(encoding="utf-8")) if kind == "bash")
    order = ["tworooms fork", "tworooms execute", "tworooms check", "tworooms build", "git commit", "tworooms export", PULL, "tworooms update", "tworooms diff"]
    places = [commands.index(command) for command in order]
    assert places == sorted(places)


def test_ten_minutes_make_a_case_of_ones_own(followed):
    mine, kept, exports, said = followed
    note, reading = kept["teaching-note.md"].decode(), json.dumps(json.loads(kept["case.ipynb"]), ensure_ascii=False)
    assert "before a placement in mental health" in note and "You are the nurse she rings" in reading
    assert any("Every check holds." in words for words in said)
    forms = {name.removeprefix(SLUG) for name in exports if name.startswith(SLUG)}
    assert forms == {"-slides.html", "-handout.docx", "-handout.pdf", ".pdf", "-notebook.zip", ".imscc", "-qti.zip", "-moodle.xml"}
    assert {"two-rooms-book.epub", "two-rooms-book.zip"} <= exports.keys()


def test_the_original_s_improvements_arrive_and_the_changes_stay(followed):
    mine, kept, _, _ = followed
    note = (mine / FORK / "teaching-note.md").read_text(encoding="utf-8")
    assert "## Debrief, in four steps" in note and "before a placement in mental health" in note
    reading = "\n".join(cell.source for cell in Case(mine / FORK).notebook.cells)
    assert "People call about swans." in reading and "You are the nurse she rings" in reading and reading.startswith("# Two Rooms for Nurses")
    assert "<<<<<<<" not in note + reading
    assert json.loads(kept["case.ipynb"]) != json.loads((mine / FORK / "case.ipynb").read_text(encoding="utf-8"))


def test_credit_is_intact_to_the_end(followed):
    mine, _, exports, _ = followed
    meta = Case(mine / FORK).metadata
    assert [person.name for person in meta.authors] == ["The Two Rooms authors", "A. Name"]
    assert (meta.derived_from.case, meta.derived_from.version, meta.licence) == ("two-rooms", "1.1.0", "CC-BY-4.0")
    assert re.fullmatch(r"[0-9a-f]{40}", meta.derived_from.revision) and "nurse's chair" in meta.derived_from.changes
    page = (mine / f"_build/student/html/{FORK}/case.html").read_text(encoding="utf-8")
    for words in ("The Two Rooms authors", "A. Name", "creativecommons.org/licenses/by/4.0"):
        assert words in page
    # The licence asks for a word on what was changed, where readers see it.
    assert "Adapted from the case two-rooms, version 1.1.0. Changes: For nursing students." in page
    with zipfile.ZipFile(mine / "_build/exports" / f"{SLUG}-notebook.zip") as archive:
        everything = b"\n".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    for text in (everything, exports[f"{SLUG}-slides.html"].decode()):
        assert "The Two Rooms authors" in text and "A. Name" in text and "creativecommons.org/licenses/by/4.0" in text


def test_what_students_get_holds_no_note(followed):
    mine, _, exports, _ = followed
    # A sentence of the note; what the page itself tells the reader to write stands in the book as well.
    secret = "Some students arrive sure that the clinic is safe"
    for path in (mine / "_build/student/html").rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path
    assert secret in (mine / f"_build/instructor/html/{FORK}/teaching-note.html").read_text(encoding="utf-8")
    for form in ("-moodle.xml", "-handout.docx", "-notebook.zip", ".imscc", "-qti.zip"):
        content = exports[SLUG + form]
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = b"\n".join(archive.read(name) for name in archive.namelist())
        assert secret.encode() not in content, form
