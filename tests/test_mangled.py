"""Files that no author writes and a broken program, a merge or mischief leaves: each is refused in one line, and nothing outside is touched.

Every test here stands for a fault that `tests/fuzz` found.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
from fixtures.breaking import CASE, FACTS, INDEX, LII, NOTE, NOTEBOOK, QUIZ, TOC, edit, make

from tworooms import build, derive, evidence, exports, files, forks, updates
from tworooms.case import MOST_WORDS, Case, read_text, reading_order, yaml_nodes
from tworooms.checks import Problem, notebooks, numbers, structure, unwritten, wholeness
from tworooms.checks import claims as claims_check
from tworooms.checks import evidence as evidence_check
from tworooms.checks import language as language_check
from tworooms.errors import TwoRoomsError
from tworooms.figures import MIME_TYPE

TODAY = date(2026, 11, 21)
FAMILIES = (structure, unwritten, notebooks, numbers, language_check, wholeness, claims_check)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make(tmp_path_factory.mktemp("mangled") / "collection", whole_book=False)


@pytest.fixture
def root(made):
    """The collection; whatever a test writes into it is undone."""
    kept = {path: path.read_bytes() for folder in ("cases", "book", "data") for path in (made / folder).rglob("*") if path.is_file()}
    yield made
    for path in [path for folder in ("cases", "book", "data") for path in (made / folder).rglob("*")]:
        if path.is_file() and path not in kept:
            path.unlink()
    for path, content in kept.items():
        if not path.is_file() or path.read_bytes() != content:
            if path.is_dir():
                path.rmdir()
            path.write_bytes(content)


def refusal(call, *arguments, **named) -> str:
    """The one line with which a call refuses."""
    with pytest.raises(TwoRoomsError) as caught:
        call(*arguments, **named)
    line = str(caught.value)
    assert "expected" in line and len(line.splitlines()) == 1 and len(line) < 1500 and line.encode(), line
    return line


def problems(root) -> list[str]:
    """What the checks of the cases and pages find, each in one line."""
    found = [str(problem) for family in FAMILIES for problem in family.check(root)]
    assert all("expected" in line and len(line.splitlines()) == 1 and len(line) < 4000 and line.encode() for line in found)
    return found


def bomb(wide: int = 9, deep: int = 9) -> str:
    lines = [f"b{deep}: &b{deep} [{', '.join('a' * wide)}]"]
    lines += [f"b{n}: &b{n} [{', '.join([f'*b{n + 1}'] * wide)}]" for n in range(deep - 1, 0, -1)]
    return "\n".join([*lines, "keywords: *b1\n"])


YAML = {
    "aliases that multiply": (bomb(), "found an anchor or an alias"),
    "a list inside itself": ("keywords: &a [*a]\n", "found an anchor or an alias"),
    "nested without end": ("keywords: " + "[" * 3000, "more levels"),
    "a mapping for a key": ("keywords: {? {a: b} : c}\n", "expected"),
    "a tag that does not fit": ("keywords: !!bool x\n", "cannot be read (KeyError)"),
    "digits without end": (f"keywords: {'9' * 5000}\n", "a number or a time that cannot be read"),
    "half a character": ('keywords: "\\ud800"\n', "which no page can hold"),
    "a NUL": ('keywords: "\\0"\n', "which no page can hold"),
    "a tab that only libyaml reads": ("keywords: \t\n", "expected"),
    "more than anybody writes": (f"keywords: {'x ' * 130_000}\n", "expected at most 250,000"),
}


@pytest.mark.parametrize(("field", "wanted"), YAML.values(), ids=YAML)
def test_case_yml_and_reading_order_refuse(root, field, wanted):
    edit(root / CASE, "keywords: [a, b, c]\n", field)
    assert wanted in refusal(lambda: Case(root / "cases/toy").metadata)
    (root / TOC).write_text(field, encoding="utf-8")
    assert wanted in refusal(reading_order, root)


def stored(root, change) -> None:
    """Change the notebook as a tree, or as text where the change gives one."""
    notebook = json.loads((root / NOTEBOOK).read_text(encoding="utf-8"))
    text = change(notebook)
    (root / NOTEBOOK).write_text(text if isinstance(text, str) else json.dumps(notebook), encoding="utf-8")


NOTEBOOKS = {
    "nested without end": (lambda n: "[" * 100_000, "nested too deeply"),
    "nested deeper than anything": (lambda n: n["metadata"].update(x=json.loads("[" * 200 + "]" * 200)), "nested too deeply"),
    "digits without end": (lambda n: json.dumps(n).replace('"nbformat": 4', f'"nbformat": {"9" * 5000}'), "a number that is too long"),
    "no number": (lambda n: n["metadata"].update(x=float("nan")), "NaN, which is no JSON"),
    "a word for its version": (lambda n: n.update(nbformat_minor="5"), "no notebook of format 4"),
    "no minor version": (lambda n: n.pop("nbformat_minor"), "no notebook of format 4"),
    "half a character": (lambda n: n["cells"][0].update(source="\ud800"), "which no page can hold"),
    "half a character for a key": (lambda n: n["metadata"].update({"\udfff": 1}), "which no page can hold"),
    "a NUL": (lambda n: n["cells"][0].update(source="a\x00b"), "which no page can hold"),
    "more than anybody reads": (lambda n: n["cells"][0].update(source="word " * (MOST_WORDS // 4)), "expected at most 60,000"),
}


@pytest.mark.parametrize(("change", "wanted"), NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_notebook_refuses(root, change, wanted):
    stored(root, change)
    assert wanted in refusal(lambda: Case(root / "cases/toy").notebook)
    assert any(wanted in line for line in problems(root))


def test_notebook_keeps_what_only_looks_like_half_a_character(root):
    stored(root, lambda n: n["cells"][0].update(source="# A toy \\ud800 \U0001f600"))
    assert "\\ud800 \U0001f600" in Case(root / "cases/toy").notebook.cells[0].source


def figure(notebook) -> dict:
    return next(output["data"][MIME_TYPE] for cell in notebook["cells"] for output in cell.get("outputs", ()) if MIME_TYPE in output.get("data", ()))


def said(notebook) -> dict:
    return figure(notebook)["layout"]["meta"]["tworooms"]


FIGURES = {
    "a caption that is a number": lambda n: said(n).update(caption=3),
    "no text for facts": lambda n: said(n).update(facts=[None]),
    "facts that are nothing": lambda n: said(n).update(facts=None),
    "a table that is a list": lambda n: said(n).update(table=[1]),
    "a table without rows of cells": lambda n: said(n).update(table={"columns": ["a"], "rows": [3]}),
    "a column that is a number": lambda n: said(n).update(table={"columns": [1], "rows": []}),
    "a cell that is a list": lambda n: said(n).update(table={"columns": ["a"], "rows": [[[]]]}),
    "sentences that are a list": lambda n: said(n).update(says=[]),
    "no data": lambda n: figure(n).pop("data"),
    "no configuration": lambda n: figure(n).pop("config"),
    "a slider that is a text": lambda n: figure(n)["layout"].update(sliders=["x"]),
    "steps that are a number": lambda n: figure(n)["layout"].update(sliders=[{"steps": 3}]),
    "a step that is nothing": lambda n: figure(n)["layout"].update(updatemenus=[{"buttons": [None]}]),
    "a menu's choice in words": lambda n: figure(n)["layout"].update(updatemenus=[{"active": "x"}]),
    "a prefix that is a list": lambda n: figure(n)["layout"].update(sliders=[{"currentvalue": {"prefix": []}}]),
    "a height in words": lambda n: figure(n)["layout"].update(height="high"),
}


@pytest.mark.parametrize("change", FIGURES.values(), ids=FIGURES)
def test_stored_figure_refuses(root, tmp_path, change):
    stored(root, change)
    line = next(line for line in problems(root) if "a stored figure" in line)
    assert line.startswith("cases/toy/case.ipynb") and "cell " in line and "figures.publish" in line
    case = Case(root / "cases/toy")
    for form in ("slides", "epub", "ipynb"):
        assert "a stored figure" in refusal(exports.FORMS[form].write, exports.Order(root, [case], tmp_path, None, print))
    assert "a stored figure" in refusal(derive.write_metadata, root, case)


def test_stored_figure_without_parts_is_drawn_without_them(root, tmp_path):
    """A check tells of the parts that are missing; no form ends in an error of its own."""
    stored(root, lambda n: [said(n).pop(part, None) for part in ("caption", "alt", "table", "says", "cannot_show")])
    found = problems(root)
    assert all(any(f"has no {part}" in line for line in found) for part in ("caption", "alt", "table", "cannot_show"))
    for form in ("slides", "cartridge", "epub"):
        assert exports.FORMS[form].write(exports.Order(root, [Case(root / "cases/toy")], tmp_path, None, lambda line: None))


TOCS = {
    "no list of parts": "root: book/index\nparts: 3\n",
    "a part that is a word": "root: book/index\nparts: [a]\n",
    "a part without chapters": "root: book/index\nparts:\n  - caption: P\n",
    "chapters that are a word": "root: book/index\nparts:\n  - caption: P\n    chapters: a\n",
    "a chapter that names nothing": "root: book/index\nparts:\n  - caption: P\n    chapters:\n      - {filef cases/toy/case}\n",
    "a chapter that is a number": "root: book/index\nparts:\n  - caption: P\n    chapters:\n      - 3\n",
}


@pytest.mark.parametrize("text", TOCS.values(), ids=TOCS)
def test_reading_order_of_another_form(root, text):
    (root / TOC).write_text(text, encoding="utf-8")
    assert "part 1 has no list of chapters" in refusal(reading_order, root)
    assert "part 1 has no list of chapters" in refusal(build.build, root, "instructor")
    assert "part 1 has no list of chapters" in refusal(forks.fork, root, Case(root / "cases/toy"), "toy-two", today=TODAY)
    assert not (root / "cases/toy-two").exists()


def test_reading_order_in_brackets_takes_no_case(root):
    """A line put into a list in brackets would break the whole order."""
    text = "root: book/index\nparts: [{caption: P, chapters: [{file: cases/toy/case}]}]\n"
    (root / TOC).write_text(text, encoding="utf-8")
    assert "no case can be entered" in refusal(forks.fork, root, Case(root / "cases/toy"), "toy-two", today=TODAY)
    assert (root / TOC).read_text(encoding="utf-8") == text and not (root / "cases/toy-two").exists()


@pytest.mark.parametrize("plan", [
    '{"folders": [], "texts": {"../outside.txt": "x"}}', '{"folders": [["../outside", "cases/toy"]], "texts": {}}', '{"folders": [["../outside.txt", "book"]], "texts": {}}',
    '{"folders": [[".", "cases"]], "texts": {}}', '{"folders": [["cases/toy"]], "texts": {}}', '{"folders": [], "texts": {"book/x.md\\u0000": "x"}}', "[]", "{}", "[" * 100_000, "",
])  # fmt: skip
def test_a_plan_from_elsewhere_is_not_carried_out(root, plan):
    """It may come with a downloaded collection, and would be carried out before any command."""
    (root / "_build").mkdir(exist_ok=True)
    (root.parent / "outside.txt").write_text("mine", encoding="utf-8")
    before = {path: path.read_bytes() for path in root.parent.rglob("*") if path.is_file()}
    (root / "_build/unfinished.json").write_text(plan, encoding="utf-8")
    try:
        assert "_build/unfinished.json: is no plan of this program" in refusal(files.finish, root)
    finally:
        (root / "_build/unfinished.json").unlink()
    assert {path: path.read_bytes() for path in root.parent.rglob("*") if path.is_file()} == before


def declared(root, change) -> None:
    package = json.loads((root / "data/datapackage.json").read_text(encoding="utf-8"))
    text = change(package)
    (root / "data/datapackage.json").write_text(text if isinstance(text, str) else json.dumps(package), encoding="utf-8")


def facts_in(package) -> dict:
    return next(table for table in package["resources"] if table["name"] == "facts")


PACKAGES = {
    "a list": lambda p: "[]",
    "nested without end": lambda p: "[" * 100_000,
    "resources that are a word": lambda p: p.update(resources="x"),
    "a resource that is a word": lambda p: p["resources"].append("x"),
    "a resource without a path": lambda p: facts_in(p).pop("path"),
    "a path that leads out": lambda p: facts_in(p).update(path="../../outside.csv"),
    "a path from the root": lambda p: facts_in(p).update(path="/etc/passwd"),
    "no schema": lambda p: facts_in(p).pop("schema"),
    "a schema that is a list": lambda p: facts_in(p).update(schema=[]),
    "a field that is a number": lambda p: facts_in(p)["schema"]["fields"].append(3),
    "a field without a type": lambda p: facts_in(p)["schema"]["fields"][0].pop("type"),
    "constraints that are a list": lambda p: facts_in(p)["schema"]["fields"][0].update(constraints=[]),
    "a vocabulary that is a number": lambda p: facts_in(p)["schema"]["fields"][0].update(constraints={"enum": 3}),
    "a vocabulary of numbers": lambda p: facts_in(p)["schema"]["fields"][0].update(constraints={"enum": [3]}),
    "a bound in words": lambda p: facts_in(p)["schema"]["fields"][5].update(type="number", constraints={"minimum": "x"}),
    "a pattern that is none": lambda p: facts_in(p)["schema"]["fields"][0].update(constraints={"pattern": "("}),
    "a key that is no field": lambda p: facts_in(p)["schema"].update(primaryKey=["nowhere"]),
}


@pytest.mark.parametrize("change", PACKAGES.values(), ids=PACKAGES)
def test_data_package_refuses(root, change):
    declared(root, change)
    assert refusal(evidence.facts, root).startswith("data/datapackage.json")
    found = evidence_check.check(root)
    assert found and found[0].file == "data/datapackage.json"
    assert refusal(evidence_check.seal, root).startswith("data/datapackage.json")


def fact_cell(root, column: int, text: str) -> None:
    import csv

    with (root / FACTS).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    next(row for row in rows if row[0] == LII)[column] = text
    with (root / FACTS).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


@pytest.mark.parametrize(("text", "wanted"), [("1e999", "out of range"), ("٣", "is not a number"), ("9" * 5000, "is not a number"), ("1e5000", "is not a number")])
def test_numbers_of_a_table(root, text, wanted):
    fact_cell(root, 5, text)
    assert wanted in refusal(evidence.facts, root)
    assert any(wanted in str(problem) for problem in evidence_check.check(root))


def test_a_number_with_an_exponent_is_shown(root):
    assert evidence.number_text("10000e5", "points") == "10000e5 points"
    assert evidence.number_text("1", "yyyymmdd") == "1 yyyymmdd"


def test_a_day_of_a_week_is_no_date(root):
    lines = root / "data/evidence/help_lines.csv"
    text = lines.read_text(encoding="utf-8")
    day = next(word for word in text.split(",") if word.startswith("2026-"))[:10]
    lines.write_text(text.replace(day, "2026-W01-1", 1), encoding="utf-8")
    assert "2026-W01-1" in refusal(evidence.help_lines, root)


BIB = {
    "no UTF-8": b"@article{k, title = {\xff}}\n",
    "a macro that nobody defined": b"@article{k, title = x}\n",
    "braces that do not match": b"@article{k, title = \"}\", author = {A, B}}\n",
    "a name in five parts": b"@article{k, title = {T}, author = {a, b, c, d, e}}\n",
    "an address that is none": b"@article{k, title = {T}, url = {http://[x}}\n",
}


@pytest.mark.parametrize("content", BIB.values(), ids=BIB)
def test_bibliography_refuses(root, content):
    (root / "data/evidence/references.bib").write_bytes(content)
    assert refusal(evidence.references, root).startswith("data/evidence/references.bib")


@pytest.mark.parametrize("content", [b"@article{k, title = {T}, author = {others and others and others}}", b"@misc{k, title = {of a in on by to of a in on by to}}"])
def test_bibliography_without_people(root, content):
    (root / "data/evidence/references.bib").write_bytes(content)
    assert evidence.reference("k", root).label.endswith(", undated")


def test_minutes_and_numbers_that_are_none(root):
    """Signs that Python counts among the digits, and more digits than it turns into a number."""
    many = "9" * 5000
    (root / NOTE).write_text(
        f"### A 50-minute class\n\n| min | what |\n| --- | --- |\n| ² | a |\n| {many} | b |\n\n### {many} minutes\n\n### Discussion questions\n\n**{many}. a**\n", encoding="utf-8"
    )
    edit(root / CASE, "draft for the tests", "reviewed")
    stored(root, lambda n: n["cells"][0].update(source=f"{n['cells'][0]['source']}\n\n## Discussion\n\n{many}. a\n"))
    assert any("minutes add up to 0" in line for line in problems(root))
    assert exports.FORMS["slides"].write(exports.Order(root, [Case(root / "cases/toy")], root / "_build", None, print))


def test_directives_in_one_another_without_end(root, tmp_path):
    stored(root, lambda n: n["cells"][0].update(source=f"{n['cells'][0]['source']}\n\n" + ":::{room} clinic\n" * 400))
    assert any("more than 20 directives stand in one another" in line for line in problems(root))
    for form in ("cartridge", "epub", "ipynb", "slides", "handout"):
        assert "more than 20 directives" in refusal(exports.FORMS[form].write, exports.Order(root, [Case(root / "cases/toy")], tmp_path, None, print))


def test_rooms_beside_one_another_are_no_nesting(root, tmp_path):
    rooms = "::::{rooms}\n" + ":::{room} clinic\nx\n:::\n" * 60 + "::::\n"
    stored(root, lambda n: n["cells"][0].update(source=f"{n['cells'][0]['source']}\n\n{rooms}"))
    assert not any("directives" in line for line in problems(root))


@pytest.mark.parametrize("code", ["(" * 5000, "a = " + "-" * 5000 + "1", "x = 1\x0c\ty"])
def test_code_that_no_parser_reads(root, tmp_path, code):
    stored(root, lambda n: n["cells"].append({"cell_type": "code", "id": "new", "source": code, "outputs": [], "execution_count": 2, "metadata": {}}))
    problems(root)
    (root / "cases/toy/model.py").write_text(f"{code}\0", encoding="utf-8")
    assert exports.FORMS["ipynb"].write(exports.Order(root, [Case(root / "cases/toy")], tmp_path, None, print))


def test_lines_as_markdown_counts_them(root, tmp_path):
    """U+2028 ends a line for Python and none for Markdown."""
    from tworooms.exports.reading import asked

    assert list(asked("a\u2028b\n\n## Discussion\n\n1. One?\n2. Two?\n")) == [(1, "One?"), (2, "Two?")]


@pytest.mark.parametrize("make_it", [Path.mkdir, pytest.param(lambda path: os.mkfifo(path), marks=pytest.mark.skipif(os.name == "nt", reason="Windows keeps pipes elsewhere"))])
@pytest.mark.parametrize("wanted", [CASE, QUIZ, NOTEBOOK, NOTE])
def test_a_folder_or_a_pipe_in_the_place_of_a_file(root, wanted, make_it):
    """A pipe would be waited for."""
    (root / wanted).unlink()
    make_it(root / wanted)
    try:
        assert "is no ordinary file" in refusal(read_text, root / wanted, "a file")
        assert any("is no ordinary file" in line for line in problems(root))
    finally:
        (root / wanted).rmdir() if (root / wanted).is_dir() else (root / wanted).unlink()


def test_a_place_without_help_lines_is_one_problem(root):
    stored(root, lambda n: n["cells"][-1].update(source=":::{help} XX\nx\n:::\n"))
    assert any("no help line for 'XX'" in line for line in problems(root))


def test_lines_that_can_be_read_and_printed():
    long = str(Problem("a.md", "1", "x" * 100_000, "y" * 100_000, "rule"))
    assert len(long) < 3000 and "; expected y" in long
    assert str(TwoRoomsError("a\ud800b; expected c")).encode() == b"a\\ud800b; expected c"
    assert len(str(TwoRoomsError("x" * 100_000 + "; expected c"))) < 1500 and str(TwoRoomsError("x" * 100_000 + "; expected c")).endswith("; expected c")


#: What could begin something that never ends, as often as a page can hold it. Each took minutes, or longer than anybody waits.
ENDLESS = ("```a\n", "[", "[a](fact:", "](", "](fact:", "<!--", "<a ", "“", "[\n", "\n", ":::{help} US\n", "$1 ", "1.5 ")


@pytest.mark.parametrize("piece", ENDLESS)
def test_pages_of_beginnings(root, piece):
    (root / INDEX).write_text((piece * MOST_WORDS)[: MOST_WORDS // len(piece.encode()) * len(piece)], encoding="utf-8")
    problems(root)


@pytest.mark.parametrize("text", [f"## a{' ' * 50_000}b", "---\n" + "edition: instructor\n" * 2_900, f"**1. a**{' ' * 50_000}b"])
def test_notes_of_beginnings(root, text):
    (root / NOTE).write_text(text, encoding="utf-8")
    (root / "book/more.md").write_text(text, encoding="utf-8")
    edit(root / CASE, "draft for the tests", "reviewed")
    problems(root)
    assert exports.FORMS["slides"].write(exports.Order(root, [Case(root / "cases/toy")], root / "_build", None, print))


UPSTREAM_NOTEBOOKS = {"nested without end": b"[" * 100_000, "no JSON": b"{", "a list": b"[]", "another format": b'{"nbformat": 3, "worksheets": []}', "no notebook": b'{"a": 1}'}


@pytest.mark.parametrize("content", UPSTREAM_NOTEBOOKS.values(), ids=UPSTREAM_NOTEBOOKS)
def test_a_newer_original_whose_notebook_is_none(root, tmp_path, content):
    """Three notebooks are merged; the newer one comes from elsewhere."""
    forks.fork(root, Case(root / "cases/toy"), "toy-two", today=TODAY)
    before = {path: path.read_bytes() for path in (root / "cases/toy-two").rglob("*") if path.is_file()}
    try:
        text = (root / NOTEBOOK).read_text(encoding="utf-8")
        mine = root / "cases/toy-two/case.ipynb"
        mine.write_text(text.replace("language", "idiom", 1), encoding="utf-8")
        before[mine] = mine.read_bytes()
        (tmp_path / "cases/toy").mkdir(parents=True)
        (tmp_path / "cases/toy/case.yml").write_bytes((root / CASE).read_bytes())
        (tmp_path / "cases/toy/case.ipynb").write_bytes(content)
        assert refusal(updates.update, root, "toy-two", tmp_path).startswith("case.ipynb")
        assert {path: path.read_bytes() for path in (root / "cases/toy-two").rglob("*") if path.is_file()} == before
    finally:
        shutil.rmtree(root / "cases/toy-two")


def zipped(content: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in content.items():
            archive.writestr(name, inside)
    return buffer.getvalue()


def test_a_zip_whose_packed_bytes_are_broken(root, tmp_path):
    """zlib has an error of its own, which is no OSError."""
    forks.fork(root, Case(root / "cases/toy"), "toy-two", today=TODAY)
    try:
        packed = bytearray(zipped({"cases/toy/case.yml": (root / CASE).read_bytes() * 4}))
        packed[60:90] = b"\xff" * 30
        (tmp_path / "main.zip").write_bytes(packed)
        assert "cannot be unpacked" in refusal(updates.update, root, "toy-two", tmp_path / "main.zip", dry_run=True)
    finally:
        shutil.rmtree(root / "cases/toy-two")


def test_half_a_character_in_the_data_package_is_refused(root):
    path = root / "data/datapackage.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"title": "', '"title": "\\ud800', 1), encoding="utf-8")
    assert "datapackage.json" in refusal(lambda: evidence.package(root))


def test_lines_of_a_yaml_text_that_is_refused():
    assert refusal(lambda: yaml_nodes('a: 1\nb: "\\e"\n')) == "a YAML file, line 2: found '\\x1b', which no page can hold; expected YAML"


def test_an_entry_without_a_name_in_a_ZIP(root, tmp_path):
    made = zipfile.ZipInfo("x")
    made.filename = ""
    with zipfile.ZipFile(tmp_path / "newer.zip", "w") as archive:
        archive.writestr(made, "nobody's")
    copy = forks.fork(root, Case(root / "cases/toy"), "toy-nameless", today=TODAY)
    assert "holds no cases/toy" in refusal(updates.update, root, "toy-nameless", tmp_path / "newer.zip")
    shutil.rmtree(root / copy)


def test_a_part_that_no_file_can_hold(root):
    assert "is no line of text" in refusal(forks.new, root, "toy-half", title="New", part="\ud800", jurisdiction="US", today=TODAY)
    assert not (root / "cases/toy-half").exists()
