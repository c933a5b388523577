"""case.yml, quiz.yml and case.ipynb: what is malformed is refused in one line that names the place."""

import pytest
from fixtures.breaking import CASE, NOTE, NOTEBOOK, QUIZ, edit, make, refusal, run

from tworooms.case import Case, all_cases
from tworooms.errors import TwoRoomsError


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return make(tmp_path_factory.mktemp("case") / "collection")


@pytest.fixture
def breakable(shared):
    """The shared collection; whatever a test does to the toy case is undone."""
    files = {path: path.read_bytes() for path in (shared / "cases/toy").iterdir()}
    yield shared
    for path, content in files.items():
        path.write_bytes(content)


def break_and(command, root, file, old, new):
    path = root / file
    if isinstance(new, bytes):
        path.write_bytes(new)
    elif old is None:
        path.write_text(new, encoding="utf-8")
    else:
        edit(path, old, new)
    return refusal(run(root, command))


#: Faults that the pages could be made in spite of, so that only the check finds them.
CHECK_ONLY = ("objective beyond the case", "no help for a place")


def command_for(request):
    return "check" if request.node.callspec.id in CHECK_ONLY else "build"


METADATA = {
    "missing field": ("title: A toy case\n", "", "1: title: is missing; expected a value"),
    "missing nested field": ("{reading: 45, class: 50}", "{reading: 45}", "18: minutes.class: is missing; expected a value"),
    "misspelt field": ("title: A", "titel: A", "2: titel: no such field; expected title"),
    "unknown field": ("coi: none", "mood: good\ncoi: none", "9: mood: no such field; expected one the schema names"),
    "twice": ("title: A", "title: B\ntitle: A", "3: found duplicate key"),
    "text for a list": ("keywords: [a, b, c]", "keywords: a b c", "6: keywords: 'a b c' is not accepted; expected a list"),
    "list too short": ("keywords: [a, b, c]", "keywords: [a]", "6: keywords: ['a'] is not accepted; expected at least 3 entries"),
    "one objective": ("teaches: [one thing, another thing]", "teaches: [one]", "20: teaches: ['one'] is not accepted; expected at least 2 entries"),
    "no authors": ("authors: [{name: The authors, role: collective}]", "authors: []", "8: authors: [] is not accepted; expected at least 1 entry"),
    "author as text": ("[{name: The authors, role: collective}]", "[The authors]", "8: authors.1: 'The authors' is not accepted; expected fields, each with its value"),
    "second author": ("[{name: The authors, role: collective}]", "\n  - {name: A}\n  - {role: b}", "10: authors.2.name: is missing; expected a value"),
    "number for text": ("version: 1.0.0", "version: 1.0", "7: version: 1.0 is not accepted; expected text, in quotation marks"),
    "bad version": ("version: 1.0.0", "version: one", "7: version: 'one' is not accepted; expected three numbers such as 1.0.0"),
    "text for a number": ("reading: 45", "reading: long", "18: minutes.reading: 'long' is not accepted; expected a whole number"),
    "number too small": ("reading: 45", "reading: 1", "18: minutes.reading: 1 is not accepted; expected at least 5"),
    "number too large": ("reading_grade: 6.4", "reading_grade: 40", "28: reading_grade: 40 is not accepted; expected at most 20"),
    "bad level": ("level: introductory", "level: easy", "17: level: 'easy' is not accepted; expected one of 'introductory', 'intermediate' or 'advanced'"),
    "bad setting": ("[clinic, remote, alone]", "[clinic, home]", "14: settings.2: 'home' is not accepted; expected one of 'clinic', 'remote' or 'alone'"),
    "no settings": ("[clinic, remote, alone]", "[]", "14: settings: [] is not accepted; expected at least 1 entry"),
    "bad discipline": ("[nursing, ethics]", "[magic]", "16: disciplines.1: 'magic' is not accepted; expected one of 'medicine'"),
    "bad jurisdiction": ("jurisdictions: [US]", "jurisdictions: [USA]", "15: jurisdictions.1: 'USA' is not accepted; expected a code such as US, GB-ENG, EU or intl"),
    "bad provenance": ("provenance: Published", "provenance: Real", "26: figures.1.provenance: 'Real' is not accepted; expected one of 'Published', 'Modelled' or 'Invented'"),
    "bad spelling": ("spelling: american", "spelling: us", "27: spelling: 'us' is not accepted; expected one of 'american' or 'british'"),
    "bad licence": ("licence: CC-BY-4.0", "licence: MIT", "29: licence: 'MIT' is not accepted; expected 'CC-BY-4.0'"),
    "dates out of order": ("next_review: 2027-11-21", "next_review: 2025-11-21", "12: next_review: 2025-11-21 is not after date_reviewed; expected a date after 2026-11-21"),
    "dates the same": ("next_review: 2027-11-21", "next_review: 2026-11-21", "12: next_review: 2026-11-21 is not after date_reviewed"),
    "word for a date": ("next_review: 2027-11-21", "next_review: soon", "12: next_review: 'soon' is not accepted; expected a date such as 2026-11-21"),
    "no such date": ("next_review: 2027-11-21", "next_review: 2027-13-21", "12: 2027-13-21 does not exist"),
    "not the folder": ("id: toy", "id: other", "1: id: 'other' is not the folder's name; expected 'toy'"),
    "no slug": ("id: toy", "id: Toy Case", "1: id: 'Toy Case' is not accepted; expected lower-case words joined by hyphens"),
    "too many words": ("abstract: Some words.", "abstract: " + "word " * 251, "5: abstract: 251 words; expected at most 250"),
    "empty text": ("abstract: Some words.", "abstract: ''", "5: abstract: '' is not accepted; expected some text"),
    "two lines": ("dilemma: One line.", "dilemma: |\n  One.\n  Two.", "4: dilemma: 'One.\\nTwo.\\n' is not accepted; expected one line of text"),
    "fork without its origin": ("licence: CC-BY-4.0", "licence: CC-BY-4.0\nderived_from: {case: old}", "30: derived_from.version: is missing; expected a value"),
    "no help for a place": ("crisis_locales: [US, GB]", "crisis_locales: [US, FR]", "crisis_locales: FR has no crisis line; expected one of US,"),
    "open bracket": ("title: A toy case", "title: [A", "3: expected ',' or ']', but got ':'; expected YAML"),
    "tab": ("title: A toy case", "title: A\n\tb: c", "3: found character '\\t' that cannot start any token; expected YAML"),
    "colon in text": ("title: A toy case", "title: a: b", "2: mapping values are not allowed here; expected YAML"),
    "code in YAML": ("title: A toy case", "title: !!python/object:os.system x", "2: could not determine a constructor"),
    "a list": (None, "- a\n- b\n", "1: the file: ['a', 'b'] is not accepted; expected fields, each with its value"),
    "empty": (None, "", "1: the file: None is not accepted; expected fields, each with its value"),
    "not UTF-8": (None, b"id: toy\ntitle: caf\xe9\n", "2: byte 19 is not UTF-8; expected UTF-8 text"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), METADATA.values(), ids=METADATA)
def test_malformed_metadata(request, breakable, old, new, said):
    assert break_and(command_for(request), breakable, CASE, old, new).startswith(f"{CASE}:{said}")


RIGHT, WRONG = '{text: This, correct: true, feedback: "Yes, see [the masked trial](fact:clinic-lii2023-effect)."}', "{text: That, correct: false, feedback: No.}"
QUESTIONS = {
    "no feedback": (", feedback: No.", "", "9: items.1.choices.2.feedback: is missing; expected a value"),
    "empty feedback": ("feedback: No.", "feedback: ''", "9: items.1.choices.2.feedback: '' is not accepted; expected some text"),
    "two correct in single": ("correct: false", "correct: true", "7: items.1.choices: 2 are correct in the single item 'one'; expected exactly one"),
    "none correct in single": ("correct: true", "correct: false", "7: items.1.choices: 0 are correct in the single item 'one'; expected exactly one"),
    "none correct in multiple": (f"kind: single\n    use: practice\n    objective: 1\n    stem: What does [−5.82](fact:clinic-lii2023-effect) mean?\n    choices:\n      - {RIGHT}",
                                 f"kind: multiple\n    use: practice\n    objective: 1\n    stem: What?\n    choices:\n      - {WRONG}",
                                 "7: items.1.choices: none is correct in the multiple item 'one'; expected at least one"),
    "no key": (", correct: true", "", "8: items.1.choices.1: has no key; expected 'correct: true' or 'correct: false'"),
    "key on opinion": ("kind: single", "kind: opinion", "8: items.1.choices.1.correct: True is a key in the opinion item 'one'; expected no 'correct' in an opinion item"),
    "key no boolean": ("correct: true", "correct: maybe", "8: items.1.choices.1.correct: 'maybe' is not accepted; expected true or false"),
    "bad kind": ("kind: single", "kind: essay", "3: items.1.kind: 'essay' is not accepted; expected one of 'single', 'multiple' or 'opinion'"),
    "bad use": ("use: practice", "use: exam", "4: items.1.use: 'exam' is not accepted; expected one of 'practice' or 'graded'"),
    "objective zero": ("objective: 1", "objective: 0", "5: items.1.objective: 0 is not accepted; expected at least 1"),
    "objective beyond the schema": ("objective: 1", "objective: 9", "5: items.1.objective: 9 is not accepted; expected at most 5"),
    "objective beyond the case": ("objective: 1", "objective: 3", "item one: objective 3 does not exist; expected 1 to 2, the entries of teaches in case.yml"),
    "one choice": (f"      - {WRONG}\n", "", "7: items.1.choices: [{'text': 'This'"),
    "unknown field": ("feedback: No.", "feedback: No., hint: x", "9: items.1.choices.2.hint: no such field; expected one the schema names"),
    "bad id": ("id: one", "id: One!", "2: items.1.id: 'One!' is not accepted; expected lower-case words joined by hyphens"),
    "item as text": (None, "items:\n  - one\n", "2: items.1: 'one' is not accepted; expected fields, each with its value"),
    "no items": (None, "items: []\n", "1: items: [] is not accepted; expected at least 1 entry"),
    "broken YAML": ("stem: What", "stem: [What", "6: expected ',' or ']', but got '['; expected YAML"),
    "not UTF-8": (None, b"\xff\xfe", "1: byte 1 is not UTF-8; expected UTF-8 text"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), QUESTIONS.values(), ids=QUESTIONS)
def test_malformed_quiz(request, breakable, old, new, said):
    assert break_and(command_for(request), breakable, QUIZ, old, new).startswith(f"{QUIZ}:{said}")


def test_an_id_used_twice_names_the_second_item(breakable):
    text = (breakable / QUIZ).read_text(encoding="utf-8")
    said = break_and("check", breakable, QUIZ, None, text + text.split("items:\n")[1])
    assert said == f"{QUIZ}:10: items.2.id: 'one' is the id of item 1 too; expected each id once"


NOTEBOOKS = {
    "not JSON": (None, '{\n "cells": [\n oops', ":3: is not JSON (Expecting value); expected a notebook"),
    "empty": (None, "", ":1: is not JSON (Expecting value); expected a notebook"),
    "a list": (None, "[]", ": is no notebook of format 4; expected one saved by Jupyter, nbformat 4.5"),
    "an old format": ('"nbformat": 4', '"nbformat": 3', ": is no notebook of format 4; expected one saved by Jupyter, nbformat 4.5"),
    "a strange cell": ('"cell_type": "code"', '"cell_type": "cod"', ":cell 3: is no valid notebook ("),
    "a cell without source": ('"source"', '"sauce"', ":cell 1: is no valid notebook ("),
    "a cell without id": ('   "id": "cell-2",\n', "", ":cell 2: has no id; expected one, as Jupyter gives when it saves"),
    "not UTF-8": (None, b"\xff\xfe{", ":1: byte 1 is not UTF-8; expected UTF-8 text"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_malformed_notebook(breakable, old, new, said):
    line = break_and("build", breakable, NOTEBOOK, old, new)
    assert line.replace(": cell", ":cell").startswith(f"{NOTEBOOK}{said}")
    assert len(line) < 300


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (QUIZ, "is missing; expected the case's questions in YAML"),
        (NOTEBOOK, "is missing; expected the student reading"),
        (NOTE, "is missing; expected the teaching note"),
        (CASE, "book/_toc.yml:6: names cases/toy/case, but there is no such case; expected a folder with a case.yml"),
    ],
)
def test_a_missing_file(breakable, file, said):
    (breakable / file).unlink()
    line = refusal(run(breakable, "check"))
    assert line in (said, f"{file}: {said}")


def test_a_teaching_note_that_is_not_utf8(breakable):
    assert break_and("check", breakable, NOTE, None, b"# Note\n\nna\xefve\n") == f"{NOTE}:3: byte 11 is not UTF-8; expected UTF-8 text"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (CASE, "jurisdictions: [US]", "jurisdictions: [NO, GB-ENG, EU, intl]"),
        (CASE, "licence:", "derived_from: {case: old, version: 1.0.0, revision: abc, changes: Moved to Norway.}\nlicence:"),
        (QUIZ, "feedback: No.", "feedback: No"),
        (QUIZ, "kind: single", "kind: multiple"),
        (QUIZ, f"kind: single\n    use: practice\n    objective: 1\n    stem: What does [−5.82](fact:clinic-lii2023-effect) mean?\n    choices:\n      - {RIGHT}\n      - {WRONG}",
         "kind: opinion\n    use: graded\n    objective: 2\n    stem: What?\n    choices:\n      - {text: This, feedback: Yes.}\n      - {text: That, feedback: Perhaps.}"),
    ],
    ids=["Norway is no boolean", "a fork", "No is a word", "multiple with one", "an opinion"],
)  # fmt: skip
def test_what_looks_odd_but_is_right(breakable, file, old, new):
    edit(breakable / file, old, new)
    assert run(breakable, "check") == (0, "Every check holds.\n", "")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (CASE, "level: introductory", "level: easy", f"{CASE}:17: level: 'easy'"),
        (QUIZ, "correct: false", "correct: true", f"{QUIZ}:7: items.1.choices: 2 are correct"),
        (NOTEBOOK, '{\n "cells"', '\n "cells"', f"{NOTEBOOK}:2: is not JSON"),
    ],
)
def test_build_and_check_refuse_in_the_same_words_and_nothing_is_built(breakable, file, old, new, said):
    line = break_and("check", breakable, file, old, new)
    assert line.startswith(said)
    assert refusal(run(breakable, "build")) == line
    assert not (breakable / "_build/student/html").exists()


def test_every_fault_of_a_build_is_told_at_once(breakable):
    edit(breakable / CASE, "level: introductory", "level: easy")
    edit(breakable / QUIZ, "use: practice", "use: exam")
    outcome = run(breakable, "build")
    assert outcome.code == 1
    assert [line.split(": ")[0] for line in outcome.lines] == [f"{CASE}:17", f"{QUIZ}:4"]


def test_practice_leaves_graded_items_out(breakable):
    text = (breakable / QUIZ).read_text(encoding="utf-8")
    item = text.split("items:\n")[1].replace("id: one", "id: two").replace("use: practice", "use: graded")
    (breakable / QUIZ).write_text(text + item, encoding="utf-8")
    quiz = Case(breakable / "cases/toy").quiz
    assert [item.id for item in quiz.items] == ["one", "two"]
    assert [item.id for item in quiz.practice()] == ["one"]


def test_a_folder_is_a_case_when_it_holds_case_yml(breakable):
    (breakable / "cases/notes").mkdir(exist_ok=True)
    assert [case.slug for case in all_cases(breakable)] == ["toy"]


def test_places_are_named_from_the_collection_even_inside_another_folder_named_cases(tmp_path):
    folder = make(tmp_path / "cases" / "mine", whole_book=False)
    edit(folder / CASE, "level: introductory", "level: easy")
    with pytest.raises(TwoRoomsError, match=rf"^{CASE}:17: "):
        _ = Case(folder / "cases/toy").metadata
