"""Packages for learning management systems: read back by a parser of their own, held to the formats' rules, and compared with quiz.yml."""

from __future__ import annotations

import io
import itertools
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import unzipped
from fixtures.breaking import CASE, NOTE, QUIZ, ROOT, edit, make, refusal, run
from fixtures.lms_rules import (
    ASI,
    CP,
    LOM,
    MD,
    TOPIC,
    cartridge_faults,
    moodle_faults,
    quiz_faults,
)
from ruamel.yaml import YAML

from tworooms import build, evidence
from tworooms.case import Case, all_cases
from tworooms.errors import TwoRoomsError
from tworooms.exports import FORMS, Order, chromium

CASES = all_cases(ROOT)
each_case = pytest.mark.parametrize("case", CASES, ids=[case.slug for case in CASES])
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SUFFIX = {"cartridge": ".imscc", "qti": "-qti.zip", "moodle": "-moodle.xml"}
#: Answers that Common Cartridge asks for where one is right.
LEAST = 3


def export(form: str, case: Case, root: Path, target: Path) -> tuple[Path, list[str]]:
    """The file of one form, and what was noted beside it."""
    notes: list[str] = []
    target.mkdir(parents=True, exist_ok=True)
    (path,) = FORMS[form].write(Order(root, [case], target, None, notes.append))
    return path, notes


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Callable[[str, Case], Path]:
    """Each package of the collection, written once."""
    folder = tmp_path_factory.mktemp("lms")
    made: dict[tuple[str, str], Path] = {}

    def get(form: str, case: Case) -> Path:
        if (form, case.slug) not in made:
            made[form, case.slug] = export(form, case, ROOT, folder)[0]
        return made[form, case.slug]

    return get


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return make(tmp_path / "collection", whole_book=False)


def toy_case(root: Path) -> Case:
    return Case(root / "cases" / "toy")


# What quiz.yml says ---------------------------------------------------------------------------------


LINKED = re.compile(r"\[([^\]\[]*)\]\(([a-z]+):([^)\s]*)\)")


def words(text: str) -> str:
    """A text without marks of emphasis and with single blanks."""
    return " ".join(re.sub(r"[*`]", "", text).split())


def said(markdown: str) -> str:
    return words(LINKED.sub(r"\1", markdown))


def cited(markdown: str, root: Path) -> list[str]:
    """Short names of the works behind the findings that a text links to, each once."""
    facts = [rest.split("#")[0] for _, scheme, rest in LINKED.findall(markdown) if scheme == "fact"]
    return list(dict.fromkeys(evidence.fact(fact, root).reference.label for fact in facts))


def items_of(case: Case, root: Path) -> list[dict]:
    """The items of quiz.yml as a reader should meet them."""
    data = YAML(typ="safe", pure=True).load((case.folder / "quiz.yml").read_text(encoding="utf-8"))
    items = []
    for item in data["items"]:
        choices = item["choices"]
        items.append({
            "id": item["id"],
            "use": item["use"],
            "kind": item["kind"],
            "stem": (said(item["stem"]), cited(item["stem"], root)),
            "choices": [(said(choice["text"]), cited(choice["text"], root)) for choice in choices],
            "feedback": [(said(choice["feedback"]), cited(choice["feedback"], root)) for choice in choices],
            "key": {number for number, choice in enumerate(choices) if choice.get("correct")},
        })  # fmt: skip
    return items


# What a package says --------------------------------------------------------------------------------


class Html(HTMLParser):
    """Text of an HTML fragment: of all of it, and of each list item; citations apart; every tag it holds."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.listed: list[str] = []
        self.cited: list[list[str]] = [[]]
        self._text, self._open = [""], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self._open.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag == "li":
            self.listed.append("")
            self.cited.append([])
        if tag == "small":
            # A citation stands behind a blank that belongs to it.
            self._text[-1] = self._text[-1].rstrip()
            self.listed[-1:] = [text.rstrip() for text in self.listed[-1:]]
            self.cited[-1].append("")
        elif tag in ("p", "li", "ol", "ul", "td", "th", "dt", "dd"):
            self._text.append("")

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if {"style", "script"} & set(self._open):
            return
        if "small" in self._open:
            self.cited[-1][-1] += data
            return
        self._text[-1] += data
        if "li" in self._open:
            self.listed[-1] += data

    @property
    def text(self) -> str:
        return words(" ".join(self._text))

    @property
    def sources(self) -> list[str]:
        return [name for group in self.cited for name in group]


def told(html: str) -> tuple[str, list[str]]:
    """Text and citations of an HTML fragment."""
    read = Html(html)
    assert not {"script", "style", "img", "iframe"} & read.tags and not any(link.startswith(("fact:", "figure:", "story:", "term:")) for link in read.links)
    return read.text, [re.fullmatch(r"\((.*)\)", name)[1] for name in read.sources]


def positions(stem: str, feedback: str) -> dict:
    """The parts of a question answered in words: its positions stand in its text, what they get you in its feedback."""
    asked, answered = Html(stem), Html(feedback)
    assert asked.text.endswith("Choose one and say why. There is no key.")
    # The citations before the first position belong to the question.
    texts = [(words(text), [name.strip("()") for name in names]) for text, names in zip(asked.listed, asked.cited[1:])]
    before = asked.text.split(texts[0][0])[0].strip()
    gets = []
    for (text, _), said_of_it, names in zip(texts, answered.listed, answered.cited[1:]):
        assert words(said_of_it).startswith(text)
        gets.append((words(said_of_it).removeprefix(text).strip(), [name.strip("()") for name in names]))
    return {"kind": "opinion", "stem": (before, [name.strip("()") for name in asked.cited[0]]), "choices": texts, "feedback": gets, "key": set()}


def marked(item: ElementTree.Element, chosen: set[str]) -> tuple[float, list[str]]:
    """What an item of QTI gives for an answer, found by working through its conditions: points and the feedback shown."""
    points, shown = 0.0, []

    def holds(condition: ElementTree.Element) -> bool:
        name = condition.tag.removeprefix(f"{{{ASI}}}")
        if name == "varequal":
            return condition.text in chosen
        if name == "not":
            return not all(map(holds, condition))
        return name == "other" or all(map(holds, condition))

    for condition in item.iter(f"{{{ASI}}}respcondition"):
        if not holds(condition.find(f"{{{ASI}}}conditionvar")):
            continue
        for setting in condition.findall(f"{{{ASI}}}setvar"):
            points = float(setting.text)
        shown += [show.get("linkrefid") for show in condition.findall(f"{{{ASI}}}displayfeedback")]
        if condition.get("continue") != "Yes":
            break
    return points, shown


def from_qti(content: bytes) -> list[dict]:
    """Questions of an assessment; the key is what earns the points, whatever else is tried."""
    items = []
    for item in ElementTree.fromstring(content).iter(f"{{{ASI}}}item"):
        html = {feedback.get("ident"): feedback.findtext(f"{{{ASI}}}flow_mat/{{{ASI}}}material/{{{ASI}}}mattext") for feedback in item.iter(f"{{{ASI}}}itemfeedback")}
        stem = item.findtext(f"{{{ASI}}}presentation/{{{ASI}}}material/{{{ASI}}}mattext")
        choice = item.find(f"{{{ASI}}}presentation/{{{ASI}}}response_lid")
        if choice is None:
            points, shown = marked(item, set())
            assert points == 0 and len(shown) == 1
            items.append({"id": item.get("ident")} | positions(stem, html[shown[0]]))
            continue
        labels = [label.get("ident") for label in choice.iter(f"{{{ASI}}}response_label")]
        several = choice.get("rcardinality") == "Multiple"
        if several:
            answers = [set(answer) for size in range(len(labels) + 1) for answer in itertools.combinations(labels, size)]
        else:
            answers = [{label} for label in labels]
        full = [answer for answer in answers if marked(item, answer)[0] == 100]
        assert len(full) == 1 and all(marked(item, answer)[0] == 0 for answer in answers if answer not in full)
        for answer in answers:
            assert marked(item, answer)[1] == [marked(item, {label})[1][0] for label in labels if label in answer]
        items.append({
            "id": item.get("ident"),
            "kind": "multiple" if several else "single",
            "stem": told(stem),
            "choices": [told(label.findtext(f"{{{ASI}}}material/{{{ASI}}}mattext")) for label in choice.iter(f"{{{ASI}}}response_label")],
            "feedback": [told(html[marked(item, {label})[1][0]]) for label in labels],
            "key": {labels.index(label) for label in full[0]},
        })  # fmt: skip
    return items


def from_moodle(content: bytes) -> list[dict]:
    items, use = [], None
    for question in ElementTree.fromstring(content).findall("question"):
        if question.get("type") == "category":
            use = question.findtext("category/text").rsplit("/", 1)[1].lower()
            continue
        stem = question.findtext("questiontext/text")
        if question.get("type") == "essay":
            read = positions(stem, question.findtext("generalfeedback/text"))
        else:
            answers = question.findall("answer")
            read = {
                "kind": "single" if question.findtext("single") == "true" else "multiple",
                "stem": told(stem),
                "choices": [told(answer.findtext("text")) for answer in answers],
                "feedback": [told(answer.findtext("feedback/text")) for answer in answers],
                "key": {number for number, answer in enumerate(answers) if float(answer.get("fraction")) > 0},
            }
        items.append({"id": question.findtext("idnumber"), "use": use} | read)
    return items


def read_back(form: str, path: Path, case: Case) -> list[dict]:
    """Every question of a package, with the use its place gives it."""
    if form == "moodle":
        return from_moodle(path.read_bytes())
    files = unzipped(path)
    place = "quizzes/{}.xml" if form == "cartridge" else f"{case.slug}-{{0}}/{case.slug}-{{0}}.xml"
    items = []
    for use in ("practice", "opinions", "graded"):
        if place.format(use) in files:
            items += [{"use": use} | item for item in from_qti(files[place.format(use)])]
    return items


def expected(form: str, case: Case, root: Path) -> list[dict]:
    """What a package should say: the quiz, in the order of the form's parts."""
    prefix = case.slug if form == "moodle" else f"{case.slug}-item"
    items = [item | {"id": f"{prefix}-{item['id']}"} for item in items_of(case, root)]
    if form == "cartridge":
        items = [item | {"use": "opinions"} if item["kind"] == "opinion" else item for item in items]
        items = [item for item in items if item["kind"] != "single" or len(item["choices"]) >= LEAST]
    return sorted(items, key=lambda item: ("practice", "opinions", "graded").index(item["use"]))


def rules(form: str, path: Path) -> list[str]:
    if form == "moodle":
        return moodle_faults(path.read_bytes())
    return cartridge_faults(unzipped(path)) if form == "cartridge" else quiz_faults(unzipped(path))


# Every case of the collection -----------------------------------------------------------------------


@each_case
@pytest.mark.parametrize("form", SUFFIX)
def test_a_package_keeps_the_rules_of_its_format(form, case, written):
    assert written(form, case).name == f"{case.slug}{SUFFIX[form]}"
    assert rules(form, written(form, case)) == []


@each_case
@pytest.mark.parametrize("form", SUFFIX)
def test_every_question_survives_with_its_answers_feedback_and_sources(form, case, written):
    assert read_back(form, written(form, case), case) == expected(form, case, ROOT)


def test_the_collection_asks_every_kind_of_question():
    """Without one of each, the comparison above would compare less than it says."""
    kinds = {(item["kind"], item["use"]) for case in CASES for item in items_of(case, ROOT)}
    assert {("single", "practice"), ("multiple", "practice"), ("opinion", "practice"), ("single", "graded")} <= kinds


@each_case
@pytest.mark.parametrize("form", SUFFIX)
def test_rights_and_authors_stand_in_each_package(form, case, written):
    meta = case.metadata
    if form == "moodle":
        credits = [text for text in ElementTree.parse(written(form, case)).getroot().iterfind("question/info/text")]
        said_of_rights, dates = [Html(credit.text).text for credit in credits], []
    else:
        top = ElementTree.fromstring(unzipped(written(form, case))["imsmanifest.xml"])
        space = LOM if form == "cartridge" else MD
        said_of_rights = [text.text for text in top.iterfind(f".//{{{space}}}rights/{{{space}}}description/{{{space}}}string")]
        dates = [date.text for date in top.iter(f"{{{space}}}dateTime")]
        assert dates == [meta.date_reviewed.isoformat()]
    assert said_of_rights
    for text in said_of_rights:
        assert meta.title in text and meta.version in text and "CC BY 4.0" in text and LICENCE in text
        assert all(author.name in text for author in meta.authors)


@each_case
def test_the_reading_is_whole_and_stands_alone(case, written):
    html = unzipped(written("cartridge", case))["reading.html"].decode()
    page = Html(html)
    assert LICENCE in html and not {"script", "img", "iframe"} & page.tags
    assert all(link.startswith(("https://", "http://", "#", "tel:", "mailto:")) for link in page.links)
    assert len(set(page.ids)) == len(page.ids) and {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    for entry in case.metadata.figures:
        assert f"figure-{entry.name}" in page.ids
    # The marks of the notes are digits and stand between the words: words alone are compared.
    letters = re.compile(r"[^\W\d_]+")
    shown, paragraphs = " ".join(letters.findall(page.text)), 0
    for cell in case.notebook.cells:
        if cell.cell_type != "markdown":
            continue
        source = re.sub(r"^:::\{(?:case-card|quiz|decisions|terms|sources)\}.*?^:::$", "", cell.source, flags=re.DOTALL | re.MULTILINE)
        for paragraph in re.split(r"\n\s*\n|^:.*\n", source, flags=re.MULTILINE):
            assert " ".join(letters.findall(said(paragraph))) in shown
            paragraphs += 1
    assert paragraphs > 20
    for about in figures_of(case):
        assert all(" ".join(letters.findall(said(about[part]))) in shown for part in ("alt", "caption", "cannot_show"))
        cells = {str(cell) for row in about["table"]["rows"] for cell in row if isinstance(cell, str)} | set(about["table"]["columns"])
        assert all(" ".join(letters.findall(cell)) in shown for cell in cells)


def figures_of(case: Case) -> list[dict]:
    """What each figure of a notebook says of itself."""
    bundles = [output["data"].get("application/vnd.plotly.v1+json") for cell in case.notebook.cells for output in cell.get("outputs", ()) if "data" in output]
    found = [bundle["layout"]["meta"]["tworooms"] for bundle in bundles if bundle]
    assert len(found) == len(case.metadata.figures)
    return found


@each_case
def test_every_stop_and_discussion_question_is_a_topic(case, written):
    topics = {}
    for name, content in unzipped(written("cartridge", case)).items():
        if name.startswith("topics/"):
            top = ElementTree.fromstring(content)
            topics[name] = (top.findtext(f"{{{TOPIC}}}title"), Html(top.findtext(f"{{{TOPIC}}}text")))
    reading = "\n\n".join(cell.source for cell in case.notebook.cells if cell.cell_type == "markdown")
    stops = re.findall(r"^:{3,}\{stop\}\s*(\S+)\n:title: (.*)\n((?:.|\n)*?)^:{3,}$", reading, re.MULTILINE)
    section = re.split(r"^## ", reading.split("## Questions for discussion")[1], flags=re.MULTILINE)[0]
    asked = re.findall(r"^(\d+)\. (.*)$", section, re.MULTILINE)
    assert len(stops) >= 2 and len(asked) >= 6 and len(topics) == len(stops) + len(asked)
    for number, (name, title, body) in enumerate(stops, 1):
        heading, topic = topics[f"topics/stop-{name}.xml"]
        assert heading == f"Stop {number}: {said(title)}" and said(title) in topic.text
        assert [words(option) for option in topic.listed] == [said(option) for option in re.findall(r"^- (.*)$", body, re.MULTILINE)]
        assert ("the class can read" in topic.text) == (":form: private" in body)
    for number, text in asked:
        heading, topic = topics[f"topics/question-{number}.xml"]
        assert heading.startswith(f"Question {number}: ") and topic.text == said(text)


@each_case
def test_every_source_with_an_address_is_a_link(case, written):
    files = unzipped(written("cartridge", case))
    links = {name: ElementTree.fromstring(content)[1].get("href") for name, content in files.items() if name.startswith("sources/")}
    reading = "\n".join(cell.source for cell in case.notebook.cells if cell.cell_type == "markdown")
    works = [evidence.fact(rest.split("#")[0], ROOT).reference for _, scheme, rest in LINKED.findall(reading) if scheme == "fact"]
    wanted = {f"sources/{work.key}.xml": work.href for work in works if work.href}
    assert wanted and wanted.items() <= links.items()
    assert set(links.values()) <= set(Html(files["reading.html"].decode()).links)


def windows(text: str, size: int = 8) -> set[str]:
    found = re.findall(r"\w+", said(text).lower())
    return {" ".join(found[start : start + size]) for start in range(len(found) - size + 1)}


def whole_text(form: str, path: Path) -> str:
    """Every text of a package, as words."""
    if form == "moodle":
        parts = [path.read_bytes()]
    else:
        parts = list(unzipped(path).values())
    texts = []
    for part in parts:
        if part.startswith(b"<!DOCTYPE html>"):
            texts.append(Html(part.decode()).text)
        else:
            texts += [Html(text).text for text in ElementTree.fromstring(part).itertext() if text.strip()]
    return "\n".join(texts)


def leaks(case: Case, text: str) -> set[str]:
    """Runs of eight words that stand in the teaching note, in a text, and in nothing that students are given."""
    shared = [cell.source for cell in case.notebook.cells]
    shared += [output for cell in case.notebook.cells for output in map(str, cell.get("outputs", ()))]
    shared += [(case.folder / name).read_text(encoding="utf-8") for name in ("case.yml", "quiz.yml")]
    shared += [(ROOT / "data/evidence" / name).read_text(encoding="utf-8") for name in ("facts.csv", "references.bib")]
    shared.append((ROOT / "data/glossary.csv").read_text(encoding="utf-8"))
    secret = windows(case.note_path.read_text(encoding="utf-8")).difference(*map(windows, shared))
    assert len(secret) > 500
    return secret & windows(text)


@each_case
@pytest.mark.parametrize("form", SUFFIX)
def test_no_package_holds_the_teaching_note(form, case, written):
    text = whole_text(form, written(form, case))
    assert leaks(case, text) == set()
    sentence = max(case.note_path.read_text(encoding="utf-8").split("\n\n"), key=len)
    assert leaks(case, f"{text}\n{sentence}")


@each_case
def test_in_the_cartridge_graded_items_stand_in_their_assessment_only(case, written):
    files = unzipped(written("cartridge", case))
    graded = [item for item in items_of(case, ROOT) if item["use"] == "graded"]
    assert graded
    texts = {}
    for name, content in files.items():
        texts[name] = Html(content.decode()).text if name.endswith(".html") else "\n".join(Html(text).text for text in ElementTree.fromstring(content).itertext())
    for item in graded:
        for text, _ in [item["stem"], *item["choices"], *item["feedback"]]:
            if len(text.split()) > 4:
                where = [name for name, held in texts.items() if text in re.sub(r" \([^()]*\)", "", held) or text in held]
                assert set(where) <= {"quizzes/graded.xml"}, (text, where)


@each_case
@pytest.mark.parametrize("form", SUFFIX)
def test_the_same_case_gives_the_same_bytes(form, case, written, tmp_path):
    first = written(form, case).read_bytes()
    assert export(form, case, ROOT, tmp_path)[0].read_bytes() == first
    if form != "moodle":
        with zipfile.ZipFile(io.BytesIO(first)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
            assert archive.namelist() == sorted(archive.namelist())


def test_another_process_another_day_gives_the_same_bytes(written, tmp_path):
    case = CASES[0]
    program = (
        "import sys, pathlib, time; from tworooms.case import Case; from tworooms.exports import FORMS, Order; time.time = lambda: 0.0\n"
        "root, case, out = map(pathlib.Path, sys.argv[1:4])\n"
        "for form in sys.argv[4:]: FORMS[form].write(Order(root, [Case(case)], out, None, lambda line: None))"
    )
    surroundings = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", program, ROOT, case.folder, tmp_path, *SUFFIX], env=surroundings, cwd=ROOT, check=True)
    for form, suffix in SUFFIX.items():
        assert (tmp_path / f"{case.slug}{suffix}").read_bytes() == written(form, case).read_bytes()


@pytest.mark.parametrize("form", SUFFIX)
def test_another_title_gives_other_bytes(form, toy, tmp_path):
    before = export(form, toy_case(toy), toy, tmp_path / "before")[0].read_bytes()
    edit(toy / CASE, "title: ", "title: Not ")
    assert export(form, toy_case(toy), toy, tmp_path / "after")[0].read_bytes() != before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.slug)
def test_the_reading_passes_axe_and_asks_no_other_host(browser, written, tmp_path, case):
    page_file = tmp_path / "reading.html"
    page_file.write_bytes(unzipped(written("cartridge", case))["reading.html"])
    page = browser.new_page(viewport={"width": 360, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    assert asked == [page_file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.add_script_tag(path=str(ROOT / "tests/vendor/axe-core/axe.min.js"))
    assert [violation["id"] for violation in page.evaluate("axe.run()")["violations"]] == []
    page.close()


# Hostile and unusual quizzes ------------------------------------------------------------------------


HOSTILE = "<script>alert('1 & 2')</script> ]]> & \"so\" 😀 שלום <b> \U0001f469\u200d⚕️ “x”"
LONG = "word " * 4000


def write_quiz(root: Path, *items: dict) -> None:
    with (root / QUIZ).open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump({"items": list(items)}, file)


def item(name: str, kind: str, *keys: bool | None, use: str = "practice", text: str = "") -> dict:
    choices = []
    for number, key in enumerate(keys, 1):
        choice = {"text": f"Choice {number} {text}".strip(), "feedback": f"Feedback {number} {text}".strip()}
        choices.append(choice if key is None else choice | {"correct": key})
    return {"id": name, "kind": kind, "use": use, "objective": 1, "stem": f"Stem of {name} {text}".strip(), "choices": choices}


@pytest.fixture
def hostile(toy) -> Path:
    """A case whose every text is meant to break a package."""
    write_quiz(
        toy,
        item("single", "single", False, True, False, text=HOSTILE),
        item("multiple", "multiple", True, False, True, text=HOSTILE),
        item("all", "multiple", True, True, True, text=HOSTILE),
        item("long", "single", True, False, False, text=LONG),
        item("opinion", "opinion", None, None, text=HOSTILE),
        item("graded", "multiple", False, False, False, False, False, False, False, True, use="graded", text=HOSTILE),
        item("graded-opinion", "opinion", None, None, use="graded", text=HOSTILE),
        # Named like an assessment.
        item("practice", "single", True, False, False, text=HOSTILE),
    )
    edit(toy / CASE, "title: A toy case", "title: '" + f"A/B {HOSTILE}".replace("'", "''") + "'")
    return toy


@pytest.mark.parametrize("form", SUFFIX)
def test_hostile_text_survives_as_text(form, hostile, tmp_path):
    case = toy_case(hostile)
    path, _ = export(form, case, hostile, tmp_path / "out")
    assert rules(form, path) == []
    assert read_back(form, path, case) == expected(form, case, hostile)
    content = path.read_bytes() if form == "moodle" else unzipped(path)["imsmanifest.xml"]
    # Moodle's name of a category is a path, in which a stroke is doubled.
    title = f"A/B {HOSTILE}".replace("/", "//" if form == "moodle" else "/")
    assert any(title in text for text in ElementTree.fromstring(content).itertext())


def test_what_xml_cannot_hold_is_refused_where_it_is_read(toy):
    write_quiz(toy, item("bell", "single", True, False, False, text="a\x07b\x00c"))
    with pytest.raises(TwoRoomsError, match=r"^cases/toy/quiz\.yml:\d+: found '\\x07', which no page can hold; expected YAML$"):
        toy_case(toy).quiz


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[−5.82](fact:clinic-lii2023-effect) and [40](fact:clinic-lii2023-effect#n)", "−5.82 <small>(<a href=\"https://doi.org/10.1038/s44220-023-00140-x\">Lii et al. 2023</a>)</small> and 40"),
        ("[2.3](figure:peaks), [62](story:), [sedation](term:sedation)", "2.3, 62, sedation"),
        ("[there](https://example.org/a?b=1&c=2) and [not](javascript:alert(1)) [here](../book/glossary.md)", '<a href="https://example.org/a?b=1&amp;c=2">there</a> and [not](javascript:alert(1)) here'),
        ("*so* **so** `so` ![a drawing](https://example.org/x.png)", "<em>so</em> <strong>so</strong> <code>so</code> a drawing"),
    ],
    ids=["fact", "own", "web", "marks"],
)
def test_links_in_a_quiz(text, html):
    from tworooms.exports.prose import Sourced, inline

    assert inline(text, Sourced(ROOT)) == html


def test_a_question_that_links_to_no_finding_is_refused_by_name(toy, tmp_path):
    edit(toy / QUIZ, "fact:clinic-lii2023-effect", "fact:clinic-lii2023-efect")
    line = refusal(run(toy, "export", "--to", "moodle", "--out", str(tmp_path / "out")))
    assert line.startswith("cases/toy/quiz.yml: item one: data/evidence/facts.csv: 'clinic-lii2023-efect' is not a fact id")
    assert not list((tmp_path / "out").glob("*"))


@pytest.mark.parametrize(("choices", "right", "wrong"), [(3, 1, "-50"), (8, 3, "-20"), (8, 7, "-100"), (4, 4, None), (7, 1, "-16.66667")])
def test_moodle_is_given_shares_that_add_up(choices, right, wrong, toy, tmp_path):
    write_quiz(toy, item("many", "multiple", *[number < right for number in range(choices)]))
    path, _ = export("moodle", toy_case(toy), toy, tmp_path / "out")
    assert moodle_faults(path.read_bytes()) == []
    shares = [answer.get("fraction") for answer in ElementTree.parse(path).getroot().iter("answer")]
    assert abs(sum(map(float, shares[:right])) - 100) < 0.01 and set(shares[right:]) == ({wrong} if wrong else set())


# What a form cannot carry ---------------------------------------------------------------------------


def test_the_cartridge_names_what_it_leaves_out_or_changes(toy, tmp_path):
    write_quiz(toy, item("two", "single", True, False), item("view", "opinion", None, None), item("three", "single", True, False, False))
    case = toy_case(toy)
    path, notes = export("cartridge", case, toy, tmp_path / "out")
    assert [note.split(": ")[1] for note in notes] == ["item two", "item view"]
    assert "at least three" in notes[0] and "0 points" in notes[1]
    assert [item["id"] for item in read_back("cartridge", path, case)] == ["toy-item-three", "toy-item-view"]
    for form in ("qti", "moodle"):
        path, notes = export(form, case, toy, tmp_path / "out")
        assert notes == [] and [item["id"].rsplit("-", 1)[1] for item in read_back(form, path, case)] == ["two", "view", "three"]


def test_a_question_without_a_key_earns_nothing(toy, tmp_path):
    write_quiz(toy, item("view", "opinion", None, None), item("three", "single", True, False, False))
    case = toy_case(toy)
    files = unzipped(export("qti", case, toy, tmp_path / "out")[0])
    settings = ElementTree.fromstring(files["toy-practice/assessment_meta.xml"])
    assert [field.text for field in settings if field.tag.endswith("points_possible")] == ["1"]
    fields = re.findall(r"<fieldlabel>points_possible</fieldlabel>\s*<fieldentry>(\d)</fieldentry>", files["toy-practice/toy-practice.xml"].decode())
    assert fields == ["0", "1"]


def test_a_case_without_a_use_has_no_empty_assessment(toy, tmp_path):
    write_quiz(toy, item("two", "single", True, False))
    files = unzipped(export("cartridge", toy_case(toy), toy, tmp_path / "out")[0])
    assert not [name for name in files if name.startswith("quizzes/")] and cartridge_faults(files) == []
    assert set(unzipped(export("qti", toy_case(toy), toy, tmp_path / "out")[0])) == {
        "imsmanifest.xml", "toy-practice/toy-practice.xml", "toy-practice/assessment_meta.xml"}  # fmt: skip


def test_a_fork_names_its_origin(toy, tmp_path):
    edit(toy / CASE, "licence:", "derived_from: {case: two-rooms, version: 1.0.0, revision: abc, changes: Set in Ireland.}\nlicence:")
    for form in SUFFIX:
        path, _ = export(form, toy_case(toy), toy, tmp_path / "out")
        assert "Adapted from the case two-rooms, version 1.0.0. Changes: Set in Ireland." in whole_text(form, path)


def test_a_teaching_note_is_not_even_read(toy, tmp_path):
    (toy / NOTE).unlink()
    for form in SUFFIX:
        assert export(form, toy_case(toy), toy, tmp_path / "out")[0].is_file()


# The rules notice -----------------------------------------------------------------------------------


def changed(files: dict[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    assert old.encode() in files[name], old
    return files | {name: files[name].replace(old.encode(), new.encode(), 1)}


BROKEN_CARTRIDGE = {
    "version": ("imsmanifest.xml", "<schemaversion>1.1.0<", "<schemaversion>1.1<", "schema and version"),
    "late namespace": ("imsmanifest.xml", "<manifest ", f"<!--{'x' * 500}--><manifest ", "first 500 bytes"),
    "wrong namespace": ("imsmanifest.xml", f'xmlns="{CP}"', 'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"', "the root is"),
    "no rights in LOM": ("imsmanifest.xml", "<lomimscc:value>yes</lomimscc:value>", "<lomimscc:source>yes</lomimscc:source>", "no such element"),
    "no title": ("imsmanifest.xml", "<title>Two Rooms: read</title>", "", "expected title"),
    "dangling": ("imsmanifest.xml", 'identifierref="two-rooms-reading"', 'identifierref="two-rooms-raeding"', "is no resource"),
    "file not there": ("imsmanifest.xml", 'href="topics/question-1.xml"', 'href="topics/question-one.xml"', "not in the ZIP"),
    "type": ("imsmanifest.xml", "imsdt_xmlv1p1", "imsdt_xmlv1p2", "type is"),
    "no feedback": ("quizzes/practice.xml", ' linkrefid="choice_1_fb"', ' linkrefid="choice_9_fb"', "which is not there"),
    "no key": ("quizzes/practice.xml", '<setvar action="Set" varname="SCORE">100</setvar>', "", "no answer earns"),
    "wrong label": ("quizzes/practice.xml", 'case="Yes">choice_1<', 'case="Yes">choice_7<', "not there"),
    "profile": ("quizzes/practice.xml", "cc.multiple_choice.v0p1", "cc.multiple_choice.v0p2", "cc_profile is"),
    "order": ("quizzes/practice.xml", "<itemmetadata>", "<resprocessing /><itemmetadata>", "expected itemmetadata?"),
    "attribute": ("quizzes/practice.xml", "respident=", "responseident=", "no attribute responseident"),
    "topic text": ("topics/question-1.xml", 'texttype="text/html"', 'texttype="html"', "texttype is"),
    "topic order": ("topics/question-1.xml", "<title>", "<text texttype='text/plain' /><title>", "expected title,text"),
    "address": ("sources/lii2023.xml", 'href="https://', 'href="javascript://', "is no address"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "said_of_it"), BROKEN_CARTRIDGE.values(), ids=BROKEN_CARTRIDGE)
def test_the_rules_notice_a_broken_cartridge(name, old, new, said_of_it, written):
    files = changed(unzipped(written("cartridge", Case(ROOT / "cases/two-rooms"))), name, old, new)
    assert any(said_of_it in fault for fault in cartridge_faults(files)), cartridge_faults(files)


def test_the_rules_notice_a_file_that_nobody_names(written):
    for form, noticed in (("cartridge", cartridge_faults), ("qti", quiz_faults)):
        files = unzipped(written(form, CASES[0])) | {"more.xml": b"<more/>"}
        assert "more.xml: is in the ZIP, and not in the manifest" in " ".join(noticed(files))


BROKEN_MOODLE = {
    "fraction": ('fraction="100"', 'fraction="99"', "no answer may earn 99"),
    "no right answer": ('fraction="100"', 'fraction="0"', "one answer must earn everything"),
    "worth": ("<defaultgrade>0</defaultgrade>", "<defaultgrade>1</defaultgrade>", "worth 1"),
    "free guess": ('fraction="-33.33333"', 'fraction="0"', "costs nothing"),
    "name": ("<name>", "<title>", None),
    "category": ("$course$/top/", "$course$/", "is not of the form"),
    "type": ('type="multichoice"', 'type="multiplechoice"', "no such element"),
    "format": ('<questiontext format="html">', '<questiontext format="htm">', "format is"),
}


@pytest.mark.parametrize(("old", "new", "said_of_it"), BROKEN_MOODLE.values(), ids=BROKEN_MOODLE)
def test_the_rules_notice_broken_moodle_xml(old, new, said_of_it, written):
    content = written("moodle", Case(ROOT / "cases/two-rooms")).read_text(encoding="utf-8")
    assert old in content
    broken = content.replace(old, new, 1).encode()
    if said_of_it is None:
        with pytest.raises(ElementTree.ParseError):
            moodle_faults(broken)
    else:
        assert any(said_of_it in fault for fault in moodle_faults(broken)), moodle_faults(broken)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What went wrong?", "What went well?"),
        ("Only a clinic can ask", "Only clinics can ask"),
        ("It did: the form asked", "It did. The form asked"),
        ('fraction="100"', 'fraction="0"'),
        ("Lii et al. 2023&lt;", "Lii et al. 2022&lt;"),
        (">true</single>", ">false</single>"),
        ("You bought noticing", "You bought watching"),
        ("/Graded", "/Practice"),
    ],
    ids=["stem", "choice", "feedback", "key", "source", "kind", "position", "use"],
)
def test_the_comparison_notices(old, new, written):
    case = Case(ROOT / "cases/two-rooms")
    content = written("moodle", case).read_text(encoding="utf-8")
    assert old in content and from_moodle(content.encode()) == expected("moodle", case, ROOT)
    assert from_moodle(content.replace(old, new, 1).encode()) != expected("moodle", case, ROOT)


# The command ----------------------------------------------------------------------------------------


@pytest.fixture
def nothing_built(monkeypatch):
    """Building the book, or starting a browser, is a failure."""

    def refuse(*_, **__):
        raise AssertionError("was not needed")

    monkeypatch.setattr(build, "build", refuse)
    monkeypatch.setattr(chromium, "find", refuse)


def test_several_forms_at_once_without_a_book_or_a_browser(toy, tmp_path, nothing_built):
    outcome = run(toy, "export", "toy", "--to", "cartridge, qti,moodle,qti", "--out", str(tmp_path / "new" / "out"))
    assert outcome.code == 0, outcome
    *paths, seconds = outcome.out.splitlines()
    assert [re.fullmatch(r"(.*) \(\d+ kB\)", line)[1] for line in paths] == [str(tmp_path / "new" / "out" / f"toy{SUFFIX[form]}") for form in ("cartridge", "qti", "moodle")]
    assert re.fullmatch(r"cartridge \d+\.\d s, qti \d+\.\d s, moodle \d+\.\d s", seconds)
    assert outcome.err.startswith("cases/toy/quiz.yml: item one: is left out of the cartridge") and outcome.err.count("\n") == 1


def test_all_is_every_case(toy, tmp_path, nothing_built):
    named = run(toy, "export", "--all", "--to", "moodle", "--out", str(tmp_path))
    assert named.code == 0 and (tmp_path / "toy-moodle.xml").is_file()
    assert refusal(run(toy, "export", "toy", "--all", "--to", "moodle")) == "--all toy: names every case and some; expected one or the other"


@pytest.mark.parametrize("names", ["doc", "pdf,doc", "qti,", "", "PDF"])
def test_an_unknown_form_is_refused_with_the_known_ones(names, toy, nothing_built):
    line = refusal(run(toy, "export", "--to", names))
    assert "there is no such form; expected one or more of cartridge, epub, handout, ipynb, moodle, pdf, qti, slides, zip" in line
    assert not (toy / "_build").exists()


def test_a_form_that_needs_a_browser_says_so_before_anything_is_built(toy, monkeypatch):
    monkeypatch.setattr(chromium, "find", lambda: None)
    monkeypatch.setattr(build, "build", lambda *_, **__: pytest.fail("built without need"))
    assert refusal(run(toy, "export", "--to", "moodle,pdf")).startswith("Chromium: not on this machine; expected one on the PATH")


def test_the_default_is_paper_as_before(toy, monkeypatch):
    monkeypatch.setattr(chromium, "find", lambda: None)
    assert refusal(run(toy, "export")).startswith("Chromium: ")


def test_help_names_every_form(toy):
    said_of_forms = " ".join(run(toy, "export", "--help").out.split())
    assert all(f"{name}:" in said_of_forms for name in FORMS)
