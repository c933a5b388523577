"""`tworooms build`: editions from one source, warnings that stop it, and pages that follow what they are made from."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from fixtures.breaking import (
    CASE,
    FIGURE_CELL,
    INDEX,
    LAST_CELL,
    LII,
    LII_MISSPELT,
    NOTE,
    NOTEBOOK,
    QUIZ,
    TOC,
    edit,
    edit_cell,
    make,
    refusal,
    run,
)

from tworooms import build as book
from tworooms.case import Case
from tworooms.figures import MIME_TYPE

TWOROOMS = str(Path(sys.executable).with_name("tworooms"))
#: Every word that must not reach students begins with this, whatever a search index does to its end.
SECRET = "quokka"
ROOMS_CELL = 1
GRADED = """\
  - id: quokkaid
    kind: multiple
    use: graded
    objective: 2
    stem: Which quokkastem is it?
    choices:
      - {text: This quokkachoice, correct: true, feedback: A quokkafeedback.}
      - {text: That quokkaother, correct: false, feedback: No quokkareason.}
"""


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    """Both editions of a collection in a folder with a blank, without git, with things that students must not see."""
    root = make(tmp_path_factory.mktemp("build") / "a collection", whole_book=True)
    edit(root / NOTE, "The difference was", "Minute plan of the quokkanote. The difference was")
    (root / QUIZ).write_text((root / QUIZ).read_text(encoding="utf-8") + GRADED, encoding="utf-8")
    (root / "book/for-x.md").write_text("---\ndescription: X.\n---\n\n# For X\n\n[The case](../cases/toy/case.ipynb), [home](index.md).\n", encoding="utf-8")
    edit(root / TOC, "      - file: book/glossary", "      - file: book/for-x\n      - file: book/glossary")
    edit_cell(root, LAST_CELL, lambda cell: cell.update(source=cell.source.replace("See", "[For X](../../book/for-x.md). See")))
    environment = {**os.environ, "PATH": ""}
    student = subprocess.run([TWOROOMS, "build"], cwd=root / "cases/toy", env=environment, capture_output=True, text=True, check=False)
    instructor = run(root, "build", "--edition", "instructor")
    return {"root": root, "student": student, "instructor": instructor}


def site(editions, edition="student"):
    return editions["root"] / "_build" / edition / "html"


def page(editions, name, edition="student"):
    return (site(editions, edition) / name).read_text(encoding="utf-8")


def test_a_build_says_where_the_book_opens(editions):
    said = f"Built. Open {(site(editions) / 'index.html').as_uri()}\n"
    student = editions["student"]
    assert (student.returncode, student.stdout, student.stderr) == (0, said, "")
    assert editions["instructor"] == (0, said.replace("/student/", "/instructor/"), "")
    assert "a%20collection" in said


READINGS = {"index.html", "cases/toy/case.html", "evidence.html", "disagreements.html", "for-x.html", "glossary.html", "getting-help.html"}


@pytest.mark.parametrize(("edition", "more"), [("student", set()), ("instructor", {"cases/toy/teaching-note.html"})])
def test_the_pages_are_those_of_the_reading_order(editions, edition, more):
    folder = site(editions, edition)
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")} == READINGS | more | {"search.html"}


def test_nothing_for_instructors_is_in_any_file_of_the_student_edition(editions):
    files = [path for path in site(editions).rglob("*") if path.is_file()]
    assert any(path.name == "searchindex.js" for path in files)
    told = [path for path in files if SECRET.encode() in path.read_bytes().lower() or "teaching-note" in path.name]
    assert told == []
    assert [path for path in files if b"teaching-note" in path.read_bytes()] == []


def test_the_practice_question_is_there(editions):
    assert "see <a" in page(editions, "cases/toy/case.html").replace("Yes, ", "") and 'data-correct="yes"' in page(editions, "cases/toy/case.html")


def test_the_instructor_edition_holds_the_note_and_finds_it(editions):
    assert "Minute plan of the quokkanote" in page(editions, "cases/toy/teaching-note.html", "instructor")
    assert SECRET in page(editions, "searchindex.js", "instructor")
    assert "Instructor edition" in page(editions, "index.html", "instructor")
    assert "Instructor edition" not in page(editions, "index.html")


def test_structured_data_of_a_case(editions):
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(editions, "cases/toy/case.html"), re.DOTALL)
    data = json.loads(text)
    assert data["@type"] == "LearningResource" and data["name"] == "A toy case" and data["description"] == "One line."
    assert data["teaches"] == ["one thing", "another thing"] and data["timeRequired"] == "PT45M" and data["inLanguage"] == "en-US"
    assert data["author"] == [{"@type": "Organization", "name": "The authors"}] and data["version"] == "1.0.0"
    assert "ld+json" not in page(editions, "glossary.html")


class _Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.links = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        self.ids.add(names.get("id"))
        self.links += [names[name] for name in ("href", "src") if names.get(name)]


@pytest.mark.parametrize("edition", ["student", "instructor"])
def test_every_link_inside_the_book_leads_somewhere(editions, edition):
    folder = site(editions, edition)
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}
    lost, followed = [], 0
    for path, content in pages.items():
        for link in content.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            followed += 1
            known = pages.get(target)
            if not target.is_file() or (parts.fragment and known and unquote(parts.fragment) not in known.ids):
                lost.append(f"{path.relative_to(folder)}: {link}")
    assert lost == []
    assert followed > 100


def test_links_between_pages_use_the_short_addresses(editions):
    assert 'href="../../for-x.html"' in page(editions, "cases/toy/case.html")
    assert 'href="cases/toy/case.html"' in page(editions, "for-x.html") and 'href="index.html"' in page(editions, "for-x.html")


def test_no_edition_of_another_name(editions):
    assert refusal(run(editions["root"], "build", "--edition", "teacher")) == "edition 'teacher' does not exist; expected one of student, instructor"


# Warnings -------------------------------------------------------------------------------------------

BROKEN_PAGES = {
    "broken link": ("[there](nowhere.md)", "book/broken-link.md:3: WARNING: 'myst' cross-reference target not found: 'nowhere.md'"),
    "missing anchor": ("[there](index.md#nowhere)", "book/missing-anchor.md:3: WARNING: "),
    "missing image": ("![A picture](nowhere.png)", "book/missing-image.md:3: WARNING: image file not readable: book/nowhere.png"),
    "unknown fact": (f"[x](fact:{LII_MISSPELT})", f"book/unknown-fact.md:3: WARNING: data/evidence/facts.csv: '{LII_MISSPELT}' is not a fact id of this table; expected one of {LII},"),
    "unknown term": ("[x](term:nonsense)", "book/unknown-term.md:3: WARNING: no glossary term 'term:nonsense'; expected one in data/glossary.csv"),
    "unknown word": (":::{terms} nonsense\n:::", "book/unknown-word.md:3: ERROR: 'nonsense' is no glossary term; expected one in data/glossary.csv"),
    "unknown directive": (":::{rooom} clinic\n:::", "book/unknown-directive.md:3: WARNING: Unknown directive type: 'rooom'"),
    "unknown room": (":::{room} attic\nWho?\n:::", "book/unknown-room.md:3: ERROR: room 'attic' is no setting; expected one of clinic, remote, alone"),
    "stop outside a case": (":::{stop} s\n:title: Which?\n\n- a\n- b\n:::", "book/stop-outside-a-case.md:3: ERROR: book/case.yml: is missing; expected"),
    "stop without choices": (":::{stop} s\n:title: Which?\n\nThink.\n:::", "book/stop-without-choices.md:3: ERROR: stop 's' lacks its question or its choices; expected :title: and one list of at least two"),
    "stop with one choice": (":::{stop} s\n:title: Which?\n\n- a\n:::", "book/stop-with-one-choice.md:3: ERROR: stop 's' lacks its question or its choices"),
    "stop without question": (":::{stop} s\n\n- a\n- b\n:::", "book/stop-without-question.md:3: ERROR: stop 's' lacks its question or its choices"),
    "unknown column": (":::{case-table} level, colour\n:::", "book/unknown-column.md:3: ERROR: 'colour' is no column; expected some of kind, class, reading,"),
    "place without help": (":::{help} US, FR\n:::", "book/place-without-help.md:3: ERROR: data/evidence/help_lines.csv: no help line for 'FR'; expected one of US,"),
}  # fmt: skip


def in_prose(cell):
    cell.source = cell.source.replace("See", f"\n[x](fact:{LII_MISSPELT})\n\nSee")


BROKEN_CASES = {
    "unknown fact in a cell": (LAST_CELL, in_prose, f"cases/a/case.ipynb: cell 4, line 2: WARNING: data/evidence/facts.csv: '{LII_MISSPELT}' is not"),
    "unknown MIME type": (FIGURE_CELL, lambda cell: cell.outputs[0].update(data={"application/x-mystery": "?"}), "cases/b/case.ipynb: cell 3, line 1: WARNING: skipping unknown output mime type: application/x-mystery"),
    "unpublished figure": (FIGURE_CELL, lambda cell: cell.outputs[0]["data"][MIME_TYPE]["layout"].pop("meta"), "cases/c/case.ipynb: cell 3, line 1: WARNING: a Plotly figure was not published through tworooms.figures.publish"),
    "unknown option": (ROOMS_CELL, lambda cell: cell.update(source=cell.source.replace(":form: private", ":from: private")), "cases/d/case.ipynb: cell 2, line 17: WARNING: 'stop': Unknown option keys: ['from'] (allowed: ['form', 'title'])"),
    "unknown form": (ROOMS_CELL, lambda cell: cell.update(source=cell.source.replace(":form: private", ":form: loud")), "cases/e/case.ipynb: cell 2, line 17: WARNING: 'stop': Invalid option value for 'form': loud"),
    "unknown fact in the quiz": (None, None, f"cases/f/case.ipynb: WARNING: data/evidence/facts.csv: '{LII_MISSPELT}' is not a fact id"),
}  # fmt: skip


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """A collection with a page or case for every fault above, built, built again, repaired and built once more."""
    root = make(tmp_path_factory.mktemp("broken") / "collection", whole_book=False)
    repaired = (root / TOC).read_text(encoding="utf-8")
    order = repaired
    for name, (text, _) in BROKEN_PAGES.items():
        slug = name.replace(" ", "-")
        (root / f"book/{slug}.md").write_text(f"# {name}\n\n{text}\n", encoding="utf-8")
        order += f"      - file: book/{slug}\n"
    for folder, (number, change, _) in zip("abcdef", BROKEN_CASES.values(), strict=True):
        target = root / "cases" / folder
        target.mkdir()
        for name in ("case.yml", "quiz.yml"):
            (target / name).write_text((root / "cases/toy" / name).read_text(encoding="utf-8").replace("id: toy", f"id: {folder}"), encoding="utf-8")
        notebook = nbformat.read(root / NOTEBOOK, as_version=4)
        if change:
            change(notebook.cells[number])
        else:
            edit(target / "quiz.yml", f"fact:{LII}", f"fact:{LII_MISSPELT}")
        nbformat.write(notebook, target / "case.ipynb")
        order += f"      - file: cases/{folder}/case\n"
    (root / TOC).write_text(order, encoding="utf-8")
    first, second = run(root, "build"), run(root, "build")
    (root / TOC).write_text(repaired, encoding="utf-8")
    return {"first": first, "second": second, "repaired": run(root, "build"), "root": root}


@pytest.mark.parametrize("name", [*BROKEN_PAGES, *BROKEN_CASES])
def test_a_warning_stops_the_build_and_names_the_page(broken, name):
    said = {**BROKEN_PAGES, **BROKEN_CASES}[name][-1]
    found = [line for line in broken["first"].err.splitlines() if line.startswith(said.split(": ")[0].rsplit(":", 1)[0])]
    assert len(found) == 1, found
    assert found[0].startswith(said)


def test_a_broken_build_ends_in_status_1_and_complains_the_same_way_again(broken):
    assert broken["first"].code == 1 and broken["first"].out == ""
    assert len(broken["first"].err.splitlines()) == len(BROKEN_PAGES) + len(BROKEN_CASES)
    # Sphinx by itself forgets the warnings of pages it has read.
    assert broken["second"] == broken["first"]
    assert "Traceback" not in broken["first"].err and str(broken["root"]) not in broken["first"].err


def test_a_repaired_book_builds_and_keeps_no_page_of_the_broken_one(broken):
    assert broken["repaired"].code == 0, broken["repaired"].err
    folder = broken["root"] / "_build/student/html"
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html")) == [
        "cases/toy/case.html", "getting-help.html", "glossary.html", "index.html", "search.html",
    ]  # fmt: skip


# What pages are made from ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A small built collection whose quiz cites a fact that nothing else cites."""
    root = make(tmp_path_factory.mktemp("follow") / "collection", whole_book=False)
    edit(root / QUIZ, "feedback: No.", 'feedback: "No, see [the label](fact:clinic-label-dissociation)."')
    assert run(root, "build").code == 0
    return root


def written(root):
    folder = root / "_build/student/html"
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*.html")}


TOY, PAGES = "cases/toy/case.html", ("index.html", "cases/toy/case.html", "glossary.html", "getting-help.html")
FOLLOWS = {
    "facts.csv": ("data/evidence/facts.csv", "When anaesthesia hid the experience", "When sleep hid the experience", [TOY]),
    "facts.csv, cited in the quiz only": ("data/evidence/facts.csv", "Label: dissociative or perceptual change", "Label: changed perception", [TOY]),
    "disputes.csv": ("data/evidence/disputes.csv", "Does ketamine work when the patient cannot tell?", "Does it work behind a mask?", [TOY]),
    "references.bib": ("data/evidence/references.bib", re.compile(r"@\w+\{lii2023,.*?journal\s*=\s*\{([^}]*)\}", re.DOTALL), "Journal of Hills", [TOY]),
    "help_lines.csv": ("data/evidence/help_lines.csv", "988 Suicide & Crisis Lifeline", "989 Lifeline", PAGES),
    "glossary.csv": ("data/glossary.csv", re.compile(r'^dissociation,"?(\w+ \w+ \w+)', re.MULTILINE), "Changed words", [TOY, "glossary.html"]),
    "case.yml": (CASE, "dilemma: One line.", "dilemma: Another dilemma.", [TOY, "index.html"]),
    "quiz.yml": (QUIZ, "mean?", "mean now?", [TOY]),
    "case.ipynb": (NOTEBOOK, "had not lifted it", "had not moved it", [TOY]),
    "a case's heading": (NOTEBOOK, "# A toy case", "# A renamed case", [TOY, "glossary.html"]),
    "a page": (INDEX, "# A collection", "# A renamed collection", ["index.html", TOY]),
}  # fmt: skip


@pytest.mark.parametrize("name", FOLLOWS)
def test_pages_follow_what_they_are_made_from(built, name):
    file, old, new, pages = FOLLOWS[name]
    shown = new.removeprefix("dilemma: ").removeprefix("# ")
    text = (built / file).read_text(encoding="utf-8")
    if isinstance(old, re.Pattern):
        old = old.search(text)[1]
    assert old in text
    (built / file).write_text(text.replace(old, new), encoding="utf-8")
    outcome = run(built, "build")
    (built / file).write_text(text, encoding="utf-8")
    assert outcome.code == 0, outcome.err
    for page in pages:
        html = (built / "_build/student/html" / page).read_text(encoding="utf-8")
        assert shown in html and old.replace("&", "&amp;") not in html.replace(shown, ""), page


def test_what_has_not_changed_is_not_written_anew(built):
    run(built, "build")
    before = written(built)
    assert run(built, "build").code == 0
    assert written(built) == before


def test_a_changed_quiz_leaves_other_pages_alone(built):
    run(built, "build")
    before = written(built)
    edit(built / QUIZ, "objective: 1", "objective: 2")
    assert run(built, "build").code == 0
    after = written(built)
    assert after["glossary.html"] == before["glossary.html"] and after[TOY] != before[TOY]


# Stops of another kind ------------------------------------------------------------------------------


def test_a_mistake_found_late_is_one_line(built):
    text = (built / CASE).read_text(encoding="utf-8")
    edit(built / CASE, "crisis_locales: [US, GB]", "crisis_locales: [US, FR]")
    edit_cell(built, LAST_CELL, lambda cell: cell.update(source=cell.source.split(":::{help}")[0]))
    line = refusal(run(built, "build"))
    (built / CASE).write_text(text, encoding="utf-8")
    assert line.startswith("data/evidence/help_lines.csv: no help line for 'FR'; expected one of US,")


def test_a_fault_of_our_own_is_one_line_too(built, monkeypatch):
    monkeypatch.setattr("tworooms.extension.page._json_ld", lambda meta: {}["nothing"])
    line = refusal(run(built, "build", "--fresh"))
    assert line.startswith("the build stopped: ") and "KeyError" not in line.split(": ")[0] and line.endswith("expected a finished book")


def test_ctrl_c_ends_a_build(built, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("tworooms.extension.page._json_ld", interrupt)
    assert run(built, "build", "--fresh") == (130, "", "Stopped; nothing is half-written.\n")


def test_a_changed_style_sheet_reaches_a_site_whose_pages_did_not_change(collection, monkeypatch) -> None:
    folder = collection()
    style = book.build(folder) / "_static" / "book.css"
    whole = style.read_text(encoding="utf-8")
    style.write_text("/* an older one */", encoding="utf-8")
    monkeypatch.setattr("tworooms.extension._digest", lambda *patterns: f"changed {patterns}")
    book.build(folder)
    assert style.read_text(encoding="utf-8") == whole


def test_a_table_of_the_cases_says_what_their_folders_say(collection) -> None:
    root = collection()
    edit(root / INDEX, "# A collection", "# A collection\n\n:::{case-table} kind, class, reading, level, rooms, stops, courses, places, question, contains\n:::")
    edit_cell(root, ROOMS_CELL, lambda cell: cell.update(source=f"{cell.source}\n\n:::{{stop}} two\n:title: And now?\n:form: 4s\n\n- This\n- That\n:::\n\n:::{{stop}} three\n:title: And then?\n\n- This\n- That\n:::"))

    def cells() -> list[str]:
        assert run(root, "build").code == 0
        html = (root / "_build/student/html/index.html").read_text(encoding="utf-8")
        table = re.search(r'<table class="case-table wide".*?</table>', html, re.DOTALL)[0]
        assert '<th scope="row" role="rowheader"><p><a href="cases/toy/case.html">' in table
        return re.findall(r"<td[^>]*>(.*?)</td>", table)

    meta = Case(root / "cases/toy").metadata
    before = cells()
    assert before == [
        meta.class_format, f"{meta.minutes.class_}\N{NO-BREAK SPACE}min", f"{meta.minutes.reading}\N{NO-BREAK SPACE}min", meta.level, "clinic, remote, alone",
        "private, then everyone at once, then private", ", ".join(meta.disciplines), "United States", meta.dilemma, meta.content_notes,
    ]  # fmt: skip
    edit_cell(root, ROOMS_CELL, lambda cell: cell.update(source=cell.source.replace(":form: 4s", ":form: private")))
    edit(root / CASE, f"dilemma: {meta.dilemma}", "dilemma: A harder one.")
    after = cells()
    assert after[5] == "private, then private, then private" and after[8] == "A harder one."


def test_figures_are_numbered_in_the_order_of_the_page(collection) -> None:
    root = collection()
    notebook = nbformat.read(root / NOTEBOOK, as_version=4)
    second = nbformat.from_dict(json.loads(json.dumps(notebook.cells[FIGURE_CELL]).replace('"toy"', '"toy-again"')))
    second.id = "again"
    notebook.cells.insert(FIGURE_CELL + 1, second)
    nbformat.write(notebook, root / NOTEBOOK)
    html = (book.build(root) / "cases/toy/case.html").read_text(encoding="utf-8")
    assert re.findall(r'id="figure-([\w-]+)"|<span class="number">(Figure \d)</span>', html) == [
        ("toy", ""), ("", "Figure 1"), ("toy-again", ""), ("", "Figure 2"),
    ]  # fmt: skip


def test_a_quiz_is_text_and_no_page_code(collection) -> None:
    root = collection()
    edit(root / QUIZ, "stem: What does", 'stem: "<img src=x onerror=alert(1)> What **does**')
    text = (root / QUIZ).read_text(encoding="utf-8")
    (root / QUIZ).write_text(text.replace("mean?\n", 'mean?"\n', 1), encoding="utf-8")
    html = (book.build(root) / "cases/toy/case.html").read_text(encoding="utf-8")
    assert "&lt;img src=x onerror=alert(1)&gt; What <strong>does</strong>" in html and "<img src=x" not in html


def test_what_lies_beside_the_book_is_none_of_it(collection, tmp_path) -> None:
    """A virtual environment under any name, also a hidden folder behind a link, brings Markdown of its own."""
    root = collection("a collection")
    elsewhere = tmp_path / "elsewhere" / "pages"
    (elsewhere / ".hidden").mkdir(parents=True)
    for page in (elsewhere / "x.md", elsewhere / ".hidden/y.md", root / "env/lib/z.md"):
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("# One\n\n### Three\n", encoding="utf-8")
    (root / "venv2").symlink_to(elsewhere, target_is_directory=True)
    site = book.build(root)
    assert not list(site.rglob("[xyz].html"))
