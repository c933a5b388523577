"""Forms beside the book: notebook, slides, handout and EPUB. Read back by parsers of their own, through the command line."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from html.parser import HTMLParser
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from conftest import unzipped
from fixtures.breaking import CASE, FIGURE_CELL, NOTE, NOTEBOOK, ROOT, edit, edit_cell, make, refusal, run
from markdown_it import MarkdownIt
from nbclient import NotebookClient
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from tworooms import build, evidence, figures
from tworooms.case import Case, all_cases
from tworooms.exports import chromium, handout
from tworooms.figures import MIME_TYPE

CASES = all_cases(ROOT)
each_case = pytest.mark.parametrize("case", CASES, ids=[case.slug for case in CASES])
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
OWN_LINK = re.compile(r"\]\((?:fact|story|term|figure):")
HOSTILE = "<script>alert('1 & 2')</script> ]]> & \"so\" 😀 <b> “x”"


def export(root: Path, target: Path, *arguments: str) -> list[str]:
    """Write forms through the command line; returns what was noted beside them."""
    outcome = run(root, "export", *arguments, "--out", str(target))
    assert outcome.code == 0, outcome
    return outcome.err.splitlines()


def command(root: Path, *arguments: str | Path, **surroundings: str) -> list[str]:
    """The same in a process of its own: a browser can print in it whatever browser the tests have open."""
    program = "from tworooms.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", program, "export", *arguments], env=os.environ | {"PYTHONPATH": str(ROOT)} | surroundings, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """Every form of every case, as the command line writes it; no PDF on a machine without a Chromium."""
    folder = tmp_path_factory.mktemp("forms")
    notes = command(ROOT, "--all", "--to", "ipynb,slides,handout,epub", "--out", folder)
    assert notes == [] or chromium.find() is None
    return folder


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return make(tmp_path / "collection", whole_book=False)


# What students must not be given --------------------------------------------------------------------


def windows(text: str, size: int = 8) -> set[str]:
    """Every run of words of a text, without marks and links."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    found = re.findall(r"\w+", plain.lower())
    return {" ".join(found[at : at + size]) for at in range(len(found) - size + 1)}


@cache
def given() -> set[str]:
    """Runs of words of everything that students are given: each reading, for the EPUB holds them all, and the tables."""
    texts = [file.read_text(encoding="utf-8") for file in [*(ROOT / "data").rglob("*.csv"), *(ROOT / "data").rglob("*.bib"), ROOT / "LICENSE-CONTENT"]]
    for case in CASES:
        texts += [cell.source for cell in case.notebook.cells]
        texts += [json.dumps(output, ensure_ascii=False) for cell in case.notebook.cells for output in cell.get("outputs", ())]
        texts += [(case.folder / "case.yml").read_text(encoding="utf-8"), *(file.read_text(encoding="utf-8") for file in case.folder.glob("*.py"))]
    return set().union(*map(windows, texts))


def leaks(case: Case, text: str) -> list[str]:
    """Runs of words of the teaching note, and of graded questions, that stand in a text and in nothing that students are given."""
    quiz = YAML(typ="safe", pure=True).load((case.folder / "quiz.yml").read_text(encoding="utf-8"))["items"]
    secret = windows(case.note_path.read_text(encoding="utf-8"))
    for item in quiz:
        if item["use"] == "graded":
            for said in [item["stem"], *(choice["text"] for choice in item["choices"]), *(choice["feedback"] for choice in item["choices"])]:
                secret |= windows(said) | ({" ".join(re.findall(r"\w+", said.lower()))} if len(said.split()) > 3 else set())
    secret = secret - given()
    assert len(secret) > 500
    whole = f" {' '.join(re.findall(chr(92) + 'w+', text.lower()))} "
    return sorted(run for run in secret if f" {run} " in whole)


def test_a_leak_would_be_seen():
    case = CASES[0]
    sentence = max(case.note_path.read_text(encoding="utf-8").split("\n\n"), key=len)
    graded = next(item for item in case.quiz.items if item.use == "graded")
    assert leaks(case, "Nothing of it.") == []
    assert leaks(case, f"Before. {sentence} After.") and leaks(case, f"Before. {graded.choices[0].feedback} After.")


# The notebook ---------------------------------------------------------------------------------------


#: Runs first in the kernel: what is neither Python's own, nor asked for, nor Jupyter's cannot be imported.
GATE = """
import sys
class _Gate:
    allowed = {allowed!r}
    there = {{name.split(".")[0] for name in sys.modules}}
    refused = []
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top in self.allowed or top in self.there or top in sys.stdlib_module_names:
            return None
        self.refused.append(top)
        raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
# An installation that points to the collection would lend its modules.
sys.meta_path[:] = [_Gate(), *(finder for finder in sys.meta_path if "editable" not in repr(finder).lower())]
sys.path[:] = [place for place in sys.path if "__editable__" not in place]
"""


def brought(distribution: str) -> set[str]:
    """The names that a library can be imported by, those of copies that it carries of others among them."""
    parts = [file.parts for file in metadata.distribution(distribution).files or ()]
    names = {(part[2] if len(part) > 2 and part[1] == "_vendor" else part[0]).removesuffix(".py") for part in parts}
    return {name for name in names | {part[0] for part in parts} if name.isidentifier()}


def needed(distributions: set[str]) -> set[str]:
    """Libraries and whatever these need in turn on this machine."""
    found: set[str] = set()
    while wanted := {canonicalize_name(name) for name in distributions} - found:
        found |= wanted
        needs = [Requirement(need) for name in wanted for need in metadata.requires(name) or ()]
        distributions = {need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})}
    return found


def imported(case: Case) -> set[str]:
    """What the notebook, the models it uses and the case's programs say that they import, read from their lines."""
    cells = [cell.source for cell in case.notebook.cells if cell.cell_type == "code"]
    models = {name for cell in cells for name in re.findall(r"^from tworooms\.models import (\w+)", cell, re.MULTILINE)}
    texts = cells + [file.read_text(encoding="utf-8") for file in case.folder.glob("*.py")]
    while models:
        texts.append((ROOT / f"tworooms/models/{models.pop()}.py").read_text(encoding="utf-8"))
        models |= set(re.findall(r"^from \.(\w+) import", texts[-1], re.MULTILINE))
    names = {name for text in texts for name in re.findall(r"^\s*(?:import|from) (\w+)[\w.]*(?: import | as |$)", text, re.MULTILINE)}
    return names - sys.stdlib_module_names - {"tworooms"}


AFTER = """
import json
print(json.dumps({
    "files": [module.__file__ for name, module in sys.modules.items() if name.split(".")[0] == "tworooms"],
    "libraries": sorted({name.split(".")[0] for name in sys.modules} - _Gate.there - sys.stdlib_module_names),
}))
"""


def run_alone(folder: Path, name: str) -> nbformat.NotebookNode:
    """The notebook run in a kernel that neither finds the collection nor imports more than is asked for; the last cell says what it had."""
    notebook = nbformat.read(folder / name, as_version=4)
    libraries = [line.split("==")[0] for line in (folder / "requirements.txt").read_text().splitlines()]
    before = nbformat.v4.new_code_cell(GATE.format(allowed={"tworooms"}.union(*map(brought, libraries))))
    notebook.cells = [before, *notebook.cells, nbformat.v4.new_code_cell(AFTER)]
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    client = NotebookClient(notebook, timeout=100, kernel_name="python3", resources={"metadata": {"path": str(folder)}}, extra_arguments=["--IPKernelApp.log_level=40"])
    with pytest.MonkeyPatch.context() as patch:
        for name in set(os.environ) - set(surroundings):
            patch.delenv(name)
        client.execute()
    return notebook


def shown(notebook: nbformat.NotebookNode) -> list[dict]:
    return [dict(output.data) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs if MIME_TYPE in output.get("data", {})]


@each_case
def test_the_notebook_runs_alone_and_draws_the_same_figures(case, written, tmp_path):
    with zipfile.ZipFile(written / f"{case.slug}-notebook.zip") as archive:
        archive.extractall(tmp_path / "a student's folder")
    folder = tmp_path / "a student's folder" / case.slug
    stored = nbformat.read(folder / f"{case.slug}.ipynb", as_version=4)
    nbformat.validate(stored)
    assert shown(stored) == shown(case.notebook) and len(shown(stored)) == len(case.metadata.figures)
    # All that it imports and what that needs, nothing else, as installed here. No other library goes by two names.
    asked = dict(line.split("==") for line in (folder / "requirements.txt").read_text().splitlines())
    assert set(asked) == needed(imported(case) | {"pandas", "plotly"}) and asked == {name: metadata.version(name) for name in asked}
    ran = run_alone(folder, f"{case.slug}.ipynb")
    assert shown(ran) == shown(stored)
    had = json.loads(ran.cells[-1].outputs[0].text)
    assert had["files"] and all(Path(file).is_relative_to(folder) for file in had["files"])
    assert {"pandas", "plotly"} <= set(had["libraries"]) and not {"markdown_it", "rapidfuzz", "pybtex", "pydantic"} & set(had["libraries"])


def test_the_isolated_run_can_fail(written, tmp_path):
    case = CASES[0]
    with zipfile.ZipFile(written / f"{case.slug}-notebook.zip") as archive:
        archive.extractall(tmp_path)
    shutil.rmtree(tmp_path / case.slug / "tworooms" / "models")
    with pytest.raises(Exception, match="tworooms.models"):
        run_alone(tmp_path / case.slug, f"{case.slug}.ipynb")


def test_a_library_that_is_not_asked_for_is_not_there(written, tmp_path):
    case = Case(ROOT / "cases/signed-at-9-04")
    with zipfile.ZipFile(written / f"{case.slug}-notebook.zip") as archive:
        archive.extractall(tmp_path)
    asked = tmp_path / case.slug / "requirements.txt"
    assert "\ntextstat==0.7.4\n" in asked.read_text() and re.search(r"^setuptools==", asked.read_text(), re.MULTILINE)
    asked.write_text(re.sub(r"pyphen==.*\n", "", asked.read_text()))
    with pytest.raises(Exception, match="No module named 'pyphen'"):
        run_alone(tmp_path / case.slug, f"{case.slug}.ipynb")


#: Their bodies stand for what the book shows instead.
STANDS_FOR = ("case-card", "decisions", "quiz", "terms", "sources")


def reading_lines(case: Case) -> list[str]:
    """The lines of the reading's Markdown, without the bodies of directives that only stand for something else."""
    lines, fence = [], ""
    for cell in case.notebook.cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else ():
            begins = re.match(r"(:{3,})\{([\w-]+)\}", line)
            if fence:
                fence = "" if line.strip() == fence else fence
            elif begins and begins[2] in STANDS_FOR:
                fence = begins[1]
            else:
                lines.append(line)
        assert not fence, "a directive ends with its cell"
    return lines


def test_only_what_stands_for_something_else_is_passed_over():
    case = Case(ROOT / "cases/two-rooms")
    lines, whole = reading_lines(case), "\n".join(cell.source for cell in case.notebook.cells if cell.cell_type == "markdown")
    for name in STANDS_FOR:
        whole, count = re.subn(rf"^:::\{{{name}\}}.*\n.+\n:::\n?", "", whole, flags=re.MULTILINE)
        assert count == 1
    assert whole.splitlines() == lines
    assert any(line.startswith("**If this is close to home.**") for line in lines)


@each_case
def test_the_notebook_is_readable_markdown_without_note_or_key(case, written):
    files = unzipped(written / f"{case.slug}-notebook.zip")
    assert {name.split("/")[0] for name in files} == {case.slug}
    stored = nbformat.reads(files[f"{case.slug}/{case.slug}.ipynb"].decode(), as_version=4)
    text = "\n\n".join(cell.source for cell in stored.cells if cell.cell_type == "markdown")
    assert not OWN_LINK.search(text) and not re.search(r"^:{3,}", text, re.MULTILINE) and "{" not in text
    assert text.count("### Stop ") == sum(cell.source.count("{stop}") for cell in case.notebook.cells)
    # Whoever reads it sees every word of the reading.
    for line in reading_lines(case):
        if not line.startswith(":") and "](" not in line and len(line.split()) > 6:
            assert line.strip().replace("$", "\\$") in text
    assert case.metadata.dilemma.replace("$", "\\$") in text
    links = [str(token.attrGet("href")) for inline in MarkdownIt().parse(text) for token in inline.children or [] if token.type == "link_open"]
    assert len(links) > 20 and all(link.startswith(("https://", "http://")) for link in links)
    assert not [name for name in files if "teaching" in name or "quiz" in name]
    assert leaks(case, "\n".join(content.decode() for content in files.values())) == []
    # Columns that serve maintainers stay behind.
    for name, content in files.items():
        if name.endswith(".csv"):
            assert not {"check_url", "provenance"} & set(content.decode().splitlines()[0].split(","))


@each_case
def test_the_notebook_says_its_rights(case, written):
    files = unzipped(written / f"{case.slug}-notebook.zip")
    meta = json.loads(files[f"{case.slug}/{case.slug}.ipynb"])["metadata"]
    readme = files[f"{case.slug}/README.md"].decode()
    assert meta["license"] == LICENCE and [author["name"] for author in meta["authors"]] == [author.name for author in case.metadata.authors]
    assert LICENCE.replace("_", "\\_") in readme and case.metadata.version in readme and all(author.name in readme for author in case.metadata.authors)
    assert files[f"{case.slug}/LICENSE"] == (ROOT / "LICENSE").read_bytes() and files[f"{case.slug}/LICENSE-CONTENT"] == (ROOT / "LICENSE-CONTENT").read_bytes()
    assert files[f"{case.slug}/tworooms/evidence.py"] == (ROOT / "tworooms/evidence.py").read_bytes()


@each_case
def test_a_caption_needs_no_library_to_come_out_the_same(case, monkeypatch):
    bundles = [output[MIME_TYPE] for output in shown(case.notebook)]
    usual = [figures.fallback_html(bundle) for bundle in bundles]
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    assert [figures.fallback_html(bundle) for bundle in bundles] == usual


def test_a_hostile_case_stays_words_in_the_notebook(toy, tmp_path):
    edit(toy / CASE, "title: A toy case", f"title: '{HOSTILE.replace(chr(39), chr(39) * 2)}'")
    edit_cell(toy, 0, lambda cell: cell.update(source=f"{cell.source}\n\n{HOSTILE} `<b>` <https://example.org/> $5 or $6"))
    export(toy, tmp_path / "out", "--to", "ipynb")
    files = unzipped(tmp_path / "out" / "toy-notebook.zip")
    first = json.loads(files["toy/toy.ipynb"])["cells"][0]["source"]
    html = MarkdownIt("commonmark", {"html": True}).render(first if isinstance(first, str) else "".join(first))
    assert "<script" not in html and "<b>" not in html and html.count("&lt;script&gt;") == 2
    assert "<code>&lt;b&gt;</code>" in html and 'href="https://example.org/"' in html and "\\$5 or \\$6" in "".join(first)
    assert "<script" not in MarkdownIt("commonmark", {"html": True}).render(files["toy/README.md"].decode())


def test_cells_in_another_language_and_works_in_code_are_met(toy, tmp_path):
    edit_cell(toy, FIGURE_CELL, lambda cell: cell.update(source=f"%matplotlib inline\n{cell.source}\nfrom tworooms import evidence\nevidence.fact('clinic-lii2023-effect').reference"))
    notebook = nbformat.read(toy / NOTEBOOK, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("%%bash\nls -la | head", id="other"))
    nbformat.write(notebook, toy / NOTEBOOK)
    export(toy, tmp_path / "out", "--to", "ipynb")
    files = unzipped(tmp_path / "out" / "toy-notebook.zip")
    assert f"pybtex=={metadata.version('pybtex')}" in files["toy/requirements.txt"].decode().split() and "toy/tworooms/evidence.py" in files and "toy/tworooms/models/rates.py" not in files


def test_a_notebook_that_links_to_no_finding_is_refused_by_cell(toy, tmp_path):
    edit_cell(toy, 0, lambda cell: cell.update(source=f"{cell.source}\n\n[3](fact:clinic-lii2023-efect)"))
    line = refusal(run(toy, "export", "--to", "ipynb", "--out", str(tmp_path / "out")))
    assert line.startswith("cases/toy/case.ipynb: cell 1: data/evidence/facts.csv: 'clinic-lii2023-efect' is not a fact id")
    assert not list((tmp_path / "out").glob("*"))


# The slides -----------------------------------------------------------------------------------------


VOID = {"meta", "link", "br", "hr", "input", "img", "path", "use", "rect", "circle", "col"}


class Slides(HTMLParser):
    """Slides as a list: id, and the text on the slide, in its notes, its list items, its figure; scripts apart."""

    def __init__(self, path: Path):
        super().__init__(convert_charrefs=True)
        self.slides: list[dict] = []
        self.addresses: list[str] = []
        self.scripts: list[str] = []
        self.tags: list[str] = []
        self._open: list[tuple[str, dict]] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag, pairs):
        values = dict(pairs)
        self.tags.append(tag)
        self.addresses += [values[name] or "" for name in ("src", "href") if name in values]
        if tag == "section":
            self.slides.append({"id": values["id"], "text": "", "notes": "", "items": [], "spec": "", "labels": []})
        if tag == "li" and self.slides and not self._in("notes"):
            self.slides[-1]["items"].append("")
        if self.slides and "aria-label" in values:
            self.slides[-1]["labels"].append(values["aria-label"])
        if tag == "small":
            # A citation stands behind a blank that belongs to it.
            for slide in self.slides[-1:]:
                slide["text"], slide["notes"] = slide["text"].rstrip(), slide["notes"].rstrip()
                slide["items"] = [*slide["items"][:-1], *(item.rstrip() for item in slide["items"][-1:])]
        if tag == "script":
            self.scripts.append("")
        if tag not in VOID:
            self._open.append((tag, values))

    def handle_endtag(self, tag):
        while tag not in VOID and self._open and self._open.pop()[0] != tag:
            pass

    def _in(self, name: str) -> bool:
        return any(name in (values.get("class") or "").split() for _, values in self._open)

    def handle_data(self, data):
        tag = self._open[-1][0] if self._open else ""
        if tag == "script":
            self.scripts[-1] += data
            if self._in("spec"):
                self.slides[-1]["spec"] += data
        elif self.slides and any(name == "section" for name, _ in self._open) and all(name != "small" for name, _ in self._open):
            slide = self.slides[-1]
            slide["notes" if self._in("notes") else "text"] += data
            if not self._in("notes") and any(name == "li" for name, _ in self._open):
                slide["items"][-1] += data


def bare(markdown: str) -> str:
    """The words of Markdown, without links and marks, with single blanks."""
    return " ".join(re.sub(r"[*`]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)).split())


def words(text: str) -> str:
    return " ".join(text.split())


def stops_of(case: Case) -> list[tuple[str, list[str]]]:
    """Title and choices of every stop, read from the notebook's lines."""
    found = []
    for cell in case.notebook.cells:
        for body in re.findall(r"^:{3,}\{stop\}.*?^:{3,}$", cell.source, re.DOTALL | re.MULTILINE):
            found.append((bare(re.search(r"^:title: (.*)$", body, re.MULTILINE)[1]), [bare(line[2:]) for line in body.splitlines() if line.startswith("- ")]))
    return found


def questions_of(case: Case) -> list[str]:
    whole = "\n".join(cell.source for cell in case.notebook.cells if cell.cell_type == "markdown")
    return [bare(text) for text in re.findall(r"^\d+\. (.*)$", whole.split("Questions for discussion", 1)[1], re.MULTILINE)]


def test_the_slides_hold_the_case_in_order(written):
    case = Case(ROOT / "cases/two-rooms")
    slides = {slide["id"]: slide for slide in Slides(written / "two-rooms-slides.html").slides}
    questions = [f"question-{n}" for n in range(1, 9)]
    rooms = [f"rooms-1-{n}" for n in range(1, 5)]
    assert list(slides) == ["title", "opening-1", "opening-2", "stop-1", *rooms, "figure-1", "figure-2", "figure-3", "stop-2", *questions, "help"]
    assert case.metadata.content_notes in slides["title"]["text"] and bare(case.metadata.dilemma) in " ".join(slides["title"]["text"].split())
    assert "Dawn works nights." in slides["opening-1"]["text"] and "At home there is no card." in slides["opening-2"]["text"]
    assert "A nurse who sees all four chairs" in slides["rooms-1-1"]["text"] and "Nobody, unless she tells somebody" in slides["rooms-1-1"]["text"]
    assert "988 Suicide & Crisis Lifeline: call or text 988" in slides["help"]["text"]
    for number, (finding, badge) in enumerate([("The same eight things happen", "Invented"), ("Even in the clinic", "Modelled"), ("Sessions or patients?", "Published")], 1):
        assert finding in slides[f"figure-{number}"]["text"] and badge in slides[f"figure-{number}"]["text"]


@each_case
def test_each_stop_question_and_figure_is_one_slide(case, written):
    slides = {slide["id"]: slide for slide in Slides(written / f"{case.slug}-slides.html").slides}
    stops, questions = stops_of(case), questions_of(case)
    assert sum(name.startswith("stop-") for name in slides) == len(stops) and sum(name.startswith("question-") for name in slides) == len(questions)
    for number, (title, choices) in enumerate(stops, 1):
        slide = slides[f"stop-{number}"]
        assert title in words(slide["text"]) and [words(item) for item in slide["items"]] == choices
    for number, question in enumerate(questions, 1):
        assert question in words(slides[f"question-{number}"]["text"])
    for number, output in enumerate(shown(case.notebook), 1):
        bundle, slide = output[MIME_TYPE], slides[f"figure-{number}"]
        spec = json.loads(slide["spec"])
        steps = [step["args"] for control in [*bundle["layout"].get("sliders", ()), *bundle["layout"].get("updatemenus", ())] for step in control.get("steps", control.get("buttons"))]
        assert spec["data"] == bundle["data"] and [step["a"] for control in spec["controls"] for step in control] == steps
        assert bundle["layout"]["meta"]["tworooms"]["alt"] in slide["labels"]


@each_case
def test_the_note_stands_in_the_speaker_notes_and_nowhere_else(case, written):
    read = Slides(written / f"{case.slug}-slides.html")
    slides = {slide["id"]: slide for slide in read.slides}
    assert "do not hand it to students" in slides["title"]["notes"]
    assert leaks(case, " ".join(slide["text"] for slide in read.slides)) == []
    stops, questions, figures_ = len(stops_of(case)), len(questions_of(case)), len(case.metadata.figures)
    for number in range(1, stops + 1):
        analysis = section_of(case, rf"## Analysis: Stop {number}\b[^\n]*")
        assert words(slides[f"stop-{number}"]["notes"]) == words(bare(analysis))
    answers = numbered(section_of(case, r"## [^\n]*discussion questions[^\n]*"), r"^\*\*(\d+)\. ")
    runs = numbered(section_of(case, r"## [^\n]*figures[^\n]*"), r"\*\*(?:Figure )?(\d+)[.,] ?")
    # What the collection's notes have, the slides have; a slide says nothing that its own part does not.
    assert set(answers) == set(range(1, questions + 1)) and set(runs) == set(range(1, figures_ + 1)) and section_of(case, r"## Analysis: Stop 1\b[^\n]*")
    for kind, parts in (("question", answers), ("figure", runs)):
        for number, part in parts.items():
            for other in parts:
                assert (words(bare(part)) in words(slides[f"{kind}-{other}"]["notes"])) == (other == number)


def section_of(case: Case, heading: str) -> str:
    """What stands in the teaching note under a heading; nothing where it has no such heading."""
    found = re.search(rf"^{heading}$(.*?)(?=^## |\Z)", case.note_path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def numbered(text: str, label: str) -> dict[int, str]:
    """What stands behind each label that holds a number, up to the next."""
    pieces = re.split(label, text, flags=re.MULTILINE)
    return {int(number): said for number, said in zip(pieces[1::2], pieces[2::2])}


@pytest.mark.parametrize(
    ("part", "stop", "question", "figure"),
    [
        ("## The directed history\n\nSecret.\n\n## Clicker votes\n\n**1. Secret.**", False, False, False),
        ("## Analysis: Stop 1 (private; never by hands)\n\nSecret.", True, False, False),
        ("## Analysis: Stop 11\n\nSecret.", False, False, False),
        ("## Discussion questions, with answers\n\n**2. Other.** No. **1. First.** Secret.\n\n**3. Third.** No.", False, True, False),
        ("## Discussion questions\n\nSecret, and no number.", False, False, False),
        ("## Running the figures\n\n**2.** No. **1.** *Screens:* Secret. **3.** No.", False, False, True),
        ("## How to run the figures\n\n**Figure 1, screens.** Look.\n\n**Without.** Secret.\n\n**Figure 12.** No.", False, False, True),
        ("## Running the figures\n\nSecret, and no number.", False, False, False),
    ],
)
def test_notes_headed_otherwise_give_what_they_have(part, stop, question, figure, toy, tmp_path):
    edit_cell(toy, 1, lambda cell: cell.update(source=f"{cell.source}\n\n## Questions for discussion\n\n1. Why?"))
    edit(toy / NOTE, "The difference", f"{part}\n\n## The end\n\nThe difference")
    export(toy, tmp_path / "out", "--to", "slides")
    slides = {slide["id"]: slide for slide in Slides(tmp_path / "out/toy-slides.html").slides}
    assert [("Secret" in slides[name]["notes"]) for name in ("stop-1", "question-1", "figure-1")] == [stop, question, figure]
    assert not any("Secret" in slide["text"] for slide in slides.values()) and not re.search(r"\bNo\.", slides["question-1"]["notes"] + slides["figure-1"]["notes"])


@each_case
def test_the_slides_say_their_rights_and_load_nothing(case, written):
    page = (written / f"{case.slug}-slides.html").read_text(encoding="utf-8")
    read = Slides(written / f"{case.slug}-slides.html")
    assert LICENCE in page and all(author.name in page for author in case.metadata.authors) and case.metadata.version in page
    assert "Hakim El Hattab" in page and page.count("Permission is hereby granted") >= 2
    assert len(page) < 1_900_000
    # What is loaded would stand in these; everything else with an address is a link to follow.
    assert not {"img", "iframe", "object"} & set(read.tags) and "src=" not in re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert all(address.startswith(("https://", "http://", "#", "tel:")) for address in read.addresses)


def beyond(page) -> list[str]:
    """What of the slide on show lies outside its 1280 by 720, or under its arrows."""
    return page.evaluate("""() => {
      const slide = document.querySelector("section.present"), found = [];
      for (const node of slide.querySelectorAll(".slide *")) {
        if (node.closest("svg, aside, script, .plot") || !node.checkVisibility()) continue;
        const box = node.getBoundingClientRect();
        if (box.width && (box.left < 0 || box.top < 0 || box.right > 1280.5 || box.bottom > 720.5)) found.push(`${slide.id}: ${node.tagName} ${node.textContent.slice(0, 40)}`);
      }
      return found;
    }""")


#: The slides stand, and every figure is drawn.
READY = "document.documentElement.dataset.ready && [...document.querySelectorAll('.tr-figure')].every((one) => one.dataset.state === 'drawn')"


def until(page, condition: str) -> None:
    """Wait for a condition; the slides' own policy forbids what Playwright would wait with."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {condition}")


@pytest.fixture(scope="module")
def deck(browser, written):
    """The slides of Two Rooms, opened once from a folder, and what they asked for and complained of."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.asked, page.said = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto((written / "two-rooms-slides.html").as_uri())
    until(page, READY)
    yield page
    context.close()


def test_every_slide_fits_its_screen_and_passes_axe(deck, written):
    deck.evaluate((ROOT / "tests/vendor/axe-core/axe.min.js").read_text(encoding="utf-8"))
    total = deck.evaluate("Reveal.getTotalSlides()")
    assert total == len(Slides(written / "two-rooms-slides.html").slides)
    seen: set[str] = set()
    for number in range(total):
        deck.evaluate(f"Reveal.slide({number})")
        assert beyond(deck) == []
        # Slides of one kind are made alike; figures are each their own.
        kind = deck.evaluate("(({ id }) => id.startsWith('figure') ? id : id.replace(/-.*/, ''))(document.querySelector('section.present'))")
        if kind in seen:
            continue
        seen.add(kind)
        assert [(number, fault["id"], fault["nodes"][0]["target"]) for fault in deck.evaluate("axe.run({ exclude: ['.plot svg'] }, { resultTypes: ['violations'] })")["violations"]] == []
    assert len(seen) == 9
    smallest = deck.evaluate("Math.min(...[...document.querySelectorAll('.slide p, .slide li')].map((node) => parseFloat(getComputedStyle(node).fontSize)))")
    assert smallest >= 15
    assert deck.asked == [deck.url.split("#")[0]] and deck.said == []
    widen = "(width) => { document.querySelector('section.present .slide p').style.width = width; }"
    deck.evaluate(widen, "1400px")
    assert beyond(deck)
    deck.evaluate(widen, "")


def test_the_figures_of_the_slides_move_by_keyboard(deck):
    deck.evaluate("Reveal.slide(8)")
    before = deck.evaluate("JSON.stringify(document.querySelector('#figure-1 .plot').data)")
    for _ in range(40):
        deck.keyboard.press("Tab")
        if deck.evaluate("document.activeElement.tagName") == "SELECT":
            break
    deck.keyboard.press("ArrowDown")
    until(deck, "document.querySelector('#figure-1 .live').textContent")
    assert "Noticed by a nurse" in deck.inner_text("#figure-1 .live")
    assert deck.evaluate("JSON.stringify(document.querySelector('#figure-1 .plot').data)") != before
    assert deck.evaluate("Reveal.getIndices().h") == 8
    # What a remote control sends goes on all the same.
    deck.keyboard.press("PageDown")
    assert deck.evaluate("Reveal.getIndices().h") == 9
    deck.keyboard.press("ArrowRight")
    assert deck.evaluate("Reveal.getIndices().h") == 10


def test_the_speaker_view_shows_the_note(deck):
    deck.evaluate("Reveal.slide(3)")
    with deck.expect_popup() as opened:
        deck.keyboard.press("s")
    until(opened.value, "document.body.innerText.includes('Nearly all randomized evidence comes from rooms like it')")
    assert all(url.startswith(("file:", "about:", "blob:", "data:")) for url in deck.asked)


def test_each_slide_is_one_page_on_paper(deck):
    content = deck.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", content)) == deck.evaluate("Reveal.getTotalSlides()")
    assert set(re.findall(rb"/MediaBox \[([^\]]*)\]", content)) == {b"0 0 960 540"}


def test_hostile_words_stay_words_on_the_slides(toy, tmp_path, browser):
    text = HOSTILE.replace("'", "''")
    edit(toy / CASE, "title: A toy case", f"title: '</title>{text}'")
    edit(toy / CASE, "content_notes: Depression.", f"content_notes: '{text} <!-- '")
    edit(toy / NOTE, "The difference", f"{HOSTILE}\n\n## Analysis: Stop 1\n\n{HOSTILE}\n\nThe difference")
    edit_cell(toy, 1, lambda cell: cell.update(source=cell.source.replace("- Clinic", f"- {HOSTILE}").replace("A nurse.", HOSTILE)))

    def spoil(cell) -> None:
        about = cell.outputs[0]["data"][MIME_TYPE]["layout"]["meta"]["tworooms"]
        about["caption"], about["cannot_show"] = f"**{HOSTILE}** More.", "</script><!--<script>alert(2)"
        cell.outputs[0]["data"][MIME_TYPE]["data"][0]["name"] = "</script><!--<script>alert(3)"

    edit_cell(toy, FIGURE_CELL, spoil)
    export(toy, tmp_path / "out", "--to", "slides")
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((tmp_path / "out/toy-slides.html").as_uri())
    until(page, READY)
    assert said == [] and page.title() == f"</title>{HOSTILE}: slides"
    assert page.locator("#stop-1 li").all_text_contents()[0] == HOSTILE and HOSTILE in page.locator("#stop-1 aside").text_content()
    assert page.evaluate("document.querySelector('.plot').data[0].name") == "</script><!--<script>alert(3)"
    page.close()


def test_a_slide_with_many_words_gets_smaller_letters(toy, tmp_path, browser):
    edit_cell(toy, 1, lambda cell: cell.update(source=cell.source.replace("Think first.", "Think first. " * 130)))
    export(toy, tmp_path / "out", "--to", "slides")
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto((tmp_path / "out/toy-slides.html#/stop-1").as_uri().replace("%23", "#"))
    until(page, READY)
    assert page.evaluate("document.querySelector('section.present').id") == "stop-1" and beyond(page) == []
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('#stop-1 .slide')).fontSize)") < 28
    page.close()


def test_slides_without_a_note_say_so(toy, tmp_path):
    (toy / NOTE).unlink()
    assert export(toy, tmp_path / "out", "--to", "slides") == ["cases/toy/teaching-note.md: is missing; its slides have no speaker notes"]
    assert [bool(slide["notes"]) for slide in Slides(tmp_path / "out/toy-slides.html").slides if slide["id"].startswith("stop")] == [False]


def test_a_note_that_links_to_no_finding_is_refused(toy, tmp_path):
    edit(toy / NOTE, "The difference", "## Analysis: Stop 1\n\n[3](fact:clinic-lii2023-efect)\n\nThe difference")
    line = refusal(run(toy, "export", "--to", "slides", "--out", str(tmp_path / "out")))
    assert line.startswith("cases/toy/teaching-note.md: data/evidence/facts.csv: 'clinic-lii2023-efect' is not a fact id")


# The handout ----------------------------------------------------------------------------------------


WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Docx:
    """A DOCX read as XML: its paragraphs as (style, text), its tables as rows of cells, its properties."""

    def __init__(self, path: Path):
        self.files = unzipped(path)
        body = ElementTree.fromstring(self.files["word/document.xml"])[0]
        self.paragraphs = [(self._style(child), self._text(child)) for child in body if child.tag == f"{WORD}p"]
        self.tables = [[[self._cell(cell) for cell in row.findall(f"{WORD}tc")] for row in table.findall(f"{WORD}tr")] for table in body.findall(f"{WORD}tbl")]
        self.repeated = [table.find(f"{WORD}tr/{WORD}trPr/{WORD}tblHeader") is not None for table in body.findall(f"{WORD}tbl")]
        self.ruled = sum(child.find(f"{WORD}pPr/{WORD}pBdr") is not None and not self._text(child) for child in body)
        order = ["pStyle", "keepNext", "keepLines", "pBdr", "spacing", "ind", "jc", "rPr"]
        for form in body.iter(f"{WORD}pPr"):
            names = [order.index(child.tag.removeprefix(WORD)) for child in form]
            assert names == sorted(names), "Word minds the order inside a paragraph's form"
        self.text = words(" ".join([text for _, text in self.paragraphs] + [cell for table in self.tables for row in table for cell in row]))
        self.properties = {child.tag.split("}")[1]: child.text for child in ElementTree.fromstring(self.files["docProps/core.xml"])}
        self.language = re.search(r'<w:lang [^>]*w:val="([^"]*)"', self.files["word/styles.xml"].decode())[1]

    @staticmethod
    def _style(paragraph) -> str:
        style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        return "" if style is None else style.get(f"{WORD}val")

    @staticmethod
    def _text(paragraph) -> str:
        """Its words, without the numbers of works."""
        runs = [run for run in paragraph.iter(f"{WORD}r") if run.find(f"{WORD}rPr/{WORD}vertAlign") is None]
        return "".join(text.text or "" for run in runs for text in run.iter(f"{WORD}t"))

    def _cell(self, cell) -> str:
        return words(" ".join(self._text(paragraph) for paragraph in cell.iter(f"{WORD}p")))


@each_case
def test_the_handout_holds_stops_rooms_figures_questions_sources_and_help(case, written):
    paper = Docx(written / f"{case.slug}-handout.docx")
    meta, bodies = case.metadata, [words(text) for _, text in paper.paragraphs]
    for number, (title, choices) in enumerate(stops_of(case), 1):
        at = bodies.index(f"Stop {number}. {title}")
        assert paper.paragraphs[at][0] == "Heading1"
        assert [text.removeprefix("☐ ") for text in bodies[at : at + 12] if text.startswith("☐ ")] == choices
    assert paper.ruled >= 4 * len(stops_of(case))
    assert [f"{number}. {question}" for number, question in enumerate(questions_of(case), 1)] == [text for text in bodies if re.sub(r"^\d+\. ", "", text) in questions_of(case)]
    bundles = [output[MIME_TYPE]["layout"]["meta"]["tworooms"] for output in shown(case.notebook)]
    rooms = "\n".join(cell.source for cell in case.notebook.cells).count("{rooms}")
    assert len(paper.tables) == len(bundles) + rooms and all(paper.repeated)
    tables = [table for table in paper.tables if table[0][-3:] != ["Clinic", "Remote", "Alone"] or len(table[0]) > 4]
    for about, table in zip(bundles, tables, strict=True):
        assert table[0] == [words(name) for name in about["table"]["columns"]] and len(table) == 1 + len(about["table"]["rows"])
        for row, cells in zip(about["table"]["rows"], table[1:]):
            assert [cell.replace(",", "").replace("−", "-") for cell in cells] == [words("" if value is None else str(value)).replace(",", "").replace("−", "-") for value in row]
        assert bare(re.match(r"\*\*(.+?)\*\*", about["caption"])[1]) in paper.text and bare(about["cannot_show"]) in paper.text and about["provenance"] in paper.text
    cited = [rest.split("#")[0] for about in bundles for rest in re.findall(r"\]\(fact:([^)]*)\)", about["caption"])]
    assert all(evidence.fact(fact, ROOT).reference.title in paper.text for fact in cited)
    help_text = case.notebook.cells[-1].source
    assert all(number in paper.text for number in re.findall(r"\b(?:1-800-\d{3}-\d{4}|988|911|999|112)\b", help_text.split("{help}")[1]))
    assert meta.content_notes in paper.text and bare(meta.dilemma) in paper.text


@each_case
def test_the_handout_holds_no_note_no_key_and_says_its_rights(case, written):
    paper = Docx(written / f"{case.slug}-handout.docx")
    assert leaks(case, paper.text) == [] and leaks(case, " ".join(content.decode(errors="ignore") for content in paper.files.values())) == []
    # What the PDF is printed from.
    page = handout._html(handout._Sheet(case, ROOT))
    assert leaks(case, re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)) == [] and LICENCE in page
    assert LICENCE in paper.text and case.metadata.version in paper.text
    assert paper.properties["title"] == case.metadata.title and paper.properties["language"] == paper.language == {"american": "en-US", "british": "en-GB"}[case.metadata.spelling]
    assert paper.properties["creator"] == ", ".join(author.name for author in case.metadata.authors)
    assert paper.properties["created"] == paper.properties["modified"] == f"{case.metadata.date_reviewed}T00:00:00Z"


@each_case
def test_the_handout_as_pdf_is_short_tagged_and_drawn(case, written, browser):
    content = (written / f"{case.slug}-handout.pdf").read_bytes()
    assert content.startswith(b"%PDF-") and b"/MarkInfo" in content and b"/Lang" in content
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", content)) <= 8


def test_without_a_browser_the_handout_is_a_docx_and_one_line_says_why(toy, tmp_path, monkeypatch):
    monkeypatch.setattr(chromium, "find", lambda: None)
    monkeypatch.setattr(build, "build", lambda *_, **__: pytest.fail("the book is not needed"))
    notes = export(toy, tmp_path / "out", "--to", "handout,slides,ipynb")
    assert len(notes) == 1 and notes[0].startswith("the handout's PDF is left out: Chromium: not on this machine") and "apt-get install chromium" in notes[0]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["toy-handout.docx", "toy-notebook.zip", "toy-slides.html"]


def test_a_hostile_case_stays_words_on_paper(toy, tmp_path, browser):
    edit(toy / CASE, "content_notes: Depression.", f"content_notes: {json.dumps(HOSTILE, ensure_ascii=False)}")
    edit_cell(toy, 1, lambda cell: cell.update(source=cell.source.replace("- Clinic", f"- {HOSTILE}").replace("A nurse.", f"{HOSTILE} \x07")))
    edit_cell(toy, FIGURE_CELL, lambda cell: cell.outputs[0]["data"][MIME_TYPE]["data"][0].update(name="</script><script>window.close()"))
    command(toy, "--to", "handout", "--out", tmp_path / "out")
    paper = Docx(tmp_path / "out/toy-handout.docx")
    assert f"Contains: {HOSTILE}" in paper.text and ("", f"☐  {HOSTILE}") in paper.paragraphs
    assert paper.tables[0][1][1] == f"{HOSTILE} \ufffd"
    assert (tmp_path / "out/toy-handout.pdf").stat().st_size > 10_000


# The EPUB -------------------------------------------------------------------------------------------


OPF, DC, XHTML, OPS = ("{http://www.idpf.org/2007/opf}", "{http://purl.org/dc/elements/1.1/}", "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/ops}")
#: What EPUB Accessibility 1.1 asks a publication to say of itself.
SAYS = {"accessMode", "accessModeSufficient", "accessibilityFeature", "accessibilityHazard", "accessibilitySummary"}


def epub_faults(path: Path) -> list[str]:
    """What keeps a file from being an EPUB 3 that stands alone and is well-formed."""
    faults = []
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
        if (first.filename, first.compress_type, archive.read(first), first.extra) != ("mimetype", zipfile.ZIP_STORED, b"application/epub+zip", b""):
            faults.append("mimetype is not first, as it is")
    files = unzipped(path)
    container = ElementTree.fromstring(files["META-INF/container.xml"])
    rootfile = container.find(".//{urn:oasis:names:tc:opendocument:xmlns:container}rootfile")
    if rootfile is None or rootfile.get("full-path") not in files or rootfile.get("media-type") != "application/oebps-package+xml":
        return [*faults, "the container leads to no package"]
    opf, folder = ElementTree.fromstring(files[rootfile.get("full-path")]), Path(rootfile.get("full-path")).parent
    items = {item.get("id"): item for item in opf.iter(f"{OPF}item")}
    listed = {(folder / item.get("href")).as_posix() for item in items.values()}
    held = set(files) - {"mimetype", "META-INF/container.xml", rootfile.get("full-path")}
    faults += [f"{name}: in the manifest or in the file, not in both" for name in listed ^ held]
    if opf.get("version") != "3.0" or not opf.findtext(f"{OPF}metadata/{DC}identifier[@id='{opf.get('unique-identifier')}']"):
        faults.append("the version or the identifier is missing")
    faults += [f"{tag}: is missing" for tag in ("title", "language", "creator", "rights", "date") if not opf.findtext(f"{OPF}metadata/{DC}{tag}")]
    properties = [meta.get("property") for meta in opf.iter(f"{OPF}meta") if (meta.text or "").strip()]
    faults += [f"{name}: is missing" for name in sorted({f"schema:{name}" for name in SAYS} - set(properties))]
    if properties.count("dcterms:modified") != 1:
        faults.append("dcterms:modified must stand once")
    spine = [reference.get("idref") for reference in opf.iter(f"{OPF}itemref")]
    faults += [f"{name}: in the spine and not in the manifest" for name in spine if name not in items]
    navs = [item for item in items.values() if "nav" in (item.get("properties") or "").split()]
    ids, links = {}, []
    for item in items.values():
        name = (folder / item.get("href")).as_posix()
        if item.get("media-type") != "application/xhtml+xml" or name not in files:
            continue
        try:
            page = ElementTree.fromstring(files[name])
        except ElementTree.ParseError as error:
            faults.append(f"{name}: {error}")
            continue
        own = [node.get("id") for node in page.iter() if node.get("id")]
        faults += [f"{name}: id {one} twice" for one in {one for one in own if own.count(one) > 1}]
        ids[name] = set(own)
        if not page.get("lang") or page.get("lang") != page.get("{http://www.w3.org/XML/1998/namespace}lang") or not page.findtext(f"{XHTML}head/{XHTML}title"):
            faults.append(f"{name}: has no language or no title")
        links += [(name, node.get(kind)) for node in page.iter() for kind in ("href", "src") if node.get(kind)]
        faults += [f"{name}: {node.tag}" for node in page.iter() if node.tag.removeprefix(XHTML) in ("script", "img", "iframe", "object") or not str(node.tag).startswith(XHTML)]
        order = [int(node.tag[-1]) for node in page.iter() if re.fullmatch(rf"{re.escape(XHTML)}h[1-6]", str(node.tag))]
        faults += [f"{name}: a heading of level {now} follows {before}" for before, now in zip([0, *order], order) if now > before + 1]
    for name, link in links:
        place, _, anchor = link.partition("#")
        if not re.match(r"https?://|tel:|mailto:", link):
            to = (folder / place).as_posix() if place else name
            if to not in files or (anchor and anchor not in ids.get(to, ())):
                faults.append(f"{name}: {link} leads nowhere")
    if len(navs) != 1:
        return [*faults, "there must be one nav"]
    nav = ElementTree.fromstring(files[(folder / navs[0].get("href")).as_posix()])
    toc = next((node for node in nav.iter(f"{XHTML}nav") if node.get(f"{OPS}type") == "toc"), None)
    led = [] if toc is None else [node.get("href") for node in toc.iter(f"{XHTML}a")]
    if led != [items[name].get("href") for name in spine if name in items and items[name] is not navs[0]]:
        faults.append("the contents list is not the order of reading")
    return faults


def pages_of(path: Path) -> dict[str, ElementTree.Element]:
    return {name.rsplit("/", 1)[-1]: ElementTree.fromstring(content) for name, content in unzipped(path).items() if name.endswith(".xhtml")}


def test_the_epub_keeps_the_rules(written):
    assert epub_faults(written / "two-rooms-book.epub") == []


BROKEN_EPUB = {
    "mimetype": ("mimetype", b"epub", b"Epub", "mimetype is not first"),
    "manifest": ("EPUB/package.opf", b'href="help.xhtml"', b'href="hilfe.xhtml"', "not in both"),
    "modified": ("EPUB/package.opf", b"dcterms:modified", b"dcterms:created", "dcterms:modified must stand once"),
    "access": ("EPUB/package.opf", b"schema:accessibilityHazard", b"schema:hazard", "schema:accessibilityHazard: is missing"),
    "form": ("EPUB/two-rooms-case.xhtml", b"</p>", b"", "mismatched tag"),
    "ids": ("EPUB/two-rooms-case.xhtml", b'id="note-2"', b'id="note-1"', "id note-1 twice"),
    "links": ("EPUB/two-rooms-case.xhtml", b'href="#note-2"', b'href="#note-999"', "leads nowhere"),
    "language": ("EPUB/two-rooms-case.xhtml", b' lang="en-US"', b"", "has no language"),
    "contents": ("EPUB/nav.xhtml", b'<li><a href="title.xhtml">Two Rooms</a></li>', b"", "not the order of reading"),
    "script": ("EPUB/two-rooms-case.xhtml", b"<main>", b"<main><script></script>", "script"),
}


@pytest.mark.parametrize(("name", "old", "new", "said"), BROKEN_EPUB.values(), ids=BROKEN_EPUB)
def test_the_rules_notice_a_broken_epub(name, old, new, said, written, tmp_path):
    with zipfile.ZipFile(written / "two-rooms-book.epub") as whole, zipfile.ZipFile(tmp_path / "broken.epub", "w") as broken:
        for entry in whole.infolist():
            content = whole.read(entry)
            assert entry.filename != name or old in content
            broken.writestr(entry, content.replace(old, new, 1) if entry.filename == name else content)
    assert any(said in fault for fault in epub_faults(tmp_path / "broken.epub")), epub_faults(tmp_path / "broken.epub")


@each_case
def test_the_epub_holds_each_reading_with_its_figures_as_tables(case, written):
    page = pages_of(written / "two-rooms-book.epub")[f"{case.slug}-case.xhtml"]
    text = words("".join(page.itertext()))
    assert page.get("lang") == {"american": "en-US", "british": "en-GB"}[case.metadata.spelling]
    for line in reading_lines(case):
        if not line.startswith(":") and "](" not in line and len(line.split()) > 6:
            said = re.sub(r"^(?:#+|\d+\.|-|>)\s+", "", line)
            # Of a table's line each cell by itself; the line under its head says nothing.
            for part in re.split(r"\s*\|\s*", said.strip("| ")) if said.startswith("|") else [said]:
                assert bare(part) in text or not part.strip("-: ")
    assert bare(case.metadata.dilemma) in text
    tables = [node for node in page.iter(f"{XHTML}figure")]
    bundles = [output[MIME_TYPE]["layout"]["meta"]["tworooms"] for output in shown(case.notebook)]
    for about, figure in zip(bundles, tables, strict=True):
        said = words("".join(figure.itertext()))
        assert about["provenance"] in said and words(about["alt"]) in said and len(list(figure.iter(f"{XHTML}tr"))) == 1 + len(about["table"]["rows"])
    cited = {rest.split("#")[0] for cell in case.notebook.cells if cell.cell_type == "markdown" for rest in re.findall(r"\]\(fact:([^)]*)\)", cell.source)}
    addresses = {node.get("href") for node in page.iter(f"{XHTML}a")}
    assert cited and {evidence.fact(fact, ROOT).reference.href for fact in cited} - {""} <= addresses
    assert leaks(case, " ".join(words("".join(one.itertext())) for one in pages_of(written / "two-rooms-book.epub").values())) == []
    rights = unzipped(written / "two-rooms-book.epub")["EPUB/package.opf"].decode()
    assert LICENCE in rights and all(author.name in rights for author in case.metadata.authors) and case.metadata.version in rights


def test_a_hostile_case_stays_words_in_the_epub(toy, tmp_path):
    text = HOSTILE.replace("'", "''")
    edit(toy / CASE, "title: A toy case", f"title: '{text}'")
    edit(toy / CASE, "authors: [{name: The authors,", f"authors: [{{name: '{text}',")
    edit_cell(toy, 1, lambda cell: cell.update(source=cell.source.replace("- Clinic", f"- {HOSTILE} \x07").replace("A nurse.", HOSTILE)))
    edit_cell(toy, FIGURE_CELL, lambda cell: cell.outputs[0]["data"][MIME_TYPE]["layout"]["meta"]["tworooms"].update(alt=HOSTILE, caption=f"**{HOSTILE}**"))
    export(toy, tmp_path / "out", "--to", "epub")
    assert epub_faults(tmp_path / "out/two-rooms-book.epub") == []
    page = pages_of(tmp_path / "out/two-rooms-book.epub")["toy-case.xhtml"]
    assert words("".join(page.itertext())).count(words(HOSTILE)) >= 6 and page.findtext(f"{XHTML}head/{XHTML}title") == HOSTILE


@each_case
def test_a_handout_is_small_enough_to_send(browser, written, case):
    """A hatched bar would print as a picture of its whole figure, and a sheet with thirty of them weigh 18 MB."""
    assert (written / f"{case.slug}-handout.pdf").stat().st_size < 2_000_000


def test_a_browser_that_is_not_there_is_one_line(toy, tmp_path, monkeypatch):
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert refusal(run(toy, "export", "toy", "--to", "pdf", "--out", str(tmp_path / "out"))) == (
        f"CHROMIUM: {tmp_path / 'none'} is no program that can be run; expected the path of a Chromium, or no such variable"
    )


def test_a_book_without_cases_has_no_epub(toy, tmp_path):
    edit(toy / "book/_toc.yml", "cases/toy/case", "book/glossary")
    assert refusal(run(toy, "export", "--to", "epub", "--out", str(tmp_path / "out"))) == "book/_toc.yml: names no case; expected at least one for the EPUB"


# All of them ----------------------------------------------------------------------------------------


#: Of the handout the DOCX: into a PDF Chromium writes the time.
SAME = ("ipynb", "slides", "handout", "epub")


def test_another_process_another_day_gives_the_same_bytes(written, tmp_path):
    # No browser: PDFs are not compared, and need not be drawn.
    surroundings = {"CHROMIUM": "", "PATH": "", "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    command(ROOT, "--all", "--to", ",".join(SAME), "--out", tmp_path, **surroundings)
    made = sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".pdf")
    assert len(made) == (len(SAME) - 1) * len(CASES) + 1
    for name in made:
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes(), name
        if not name.endswith(".html"):
            with zipfile.ZipFile(io.BytesIO((tmp_path / name).read_bytes())) as archive:
                assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}


def test_another_title_gives_other_bytes(toy, tmp_path, monkeypatch):
    monkeypatch.setattr(chromium, "find", lambda: None)
    export(toy, tmp_path / "before", "--to", ",".join(SAME))
    edit(toy / CASE, "title: ", "title: Not ")
    export(toy, tmp_path / "after", "--to", ",".join(SAME))
    for path in (tmp_path / "before").iterdir():
        assert path.read_bytes() != (tmp_path / "after" / path.name).read_bytes(), path.name
