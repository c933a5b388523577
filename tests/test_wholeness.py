"""A case that no longer calls itself a draft must hold what the collection promises of a case."""

import re
import shutil

import pytest
from fixtures.breaking import CASE, NOTEBOOK, QUIZ, ROOT, edit, make, run

from tworooms.case import all_cases
from tworooms.checks.wholeness import is_draft

FINISHED = next(case for case in all_cases(ROOT) if not is_draft(case))
SLUG = FINISHED.slug
BARE_NOTE = "cases/toy/teaching-note.md"


@pytest.fixture
def root(tmp_path):
    return make(tmp_path / "a collection", whole_book=False)


@pytest.fixture
def finished(root):
    """The small collection, with a finished case of the published one beside the toy."""
    shutil.copytree(FINISHED.folder, root / "cases" / SLUG)
    assert run(root, "check") == (0, "Every check holds.\n", "")
    return root


def test_what_a_bare_case_lacks_is_told_once_it_is_no_draft(root):
    assert run(root, "check").code == 0
    edit(root / CASE, "review_status: draft for the tests", "review_status: reviewed")
    plan = "; expected a heading for it, with a table of minutes"
    assert run(root, "check") == (
        1,
        f"{NOTEBOOK}: cites 1 facts; expected at least 20\n"
        f"{NOTEBOOK}: shows both sides of 0 disputed questions (none); expected at least 2\n"
        f"{NOTEBOOK}: draws 1 figures; expected 2 to 4\n"
        f"{NOTEBOOK}: stops 1 times; expected two stops\n"
        f"{BARE_NOTE}: does not analyse stop 'which-room'; expected a heading with \"Stop 1\"\n"
        f"{NOTEBOOK}: asks 0 discussion questions; expected at least 6, numbered\n"
        f"{BARE_NOTE}: has no plan for a 50-minute class{plan}\n"
        f"{BARE_NOTE}: has no plan for a 75-minute class{plan}\n"
        f"{BARE_NOTE}: has no plan for 2 × 50-minute classes{plan}\n"
        f"{BARE_NOTE}: has no plan for a lecture of 200{plan}\n"
        f"{BARE_NOTE}: has no plan for an online class{plan}\n"
        f"{QUIZ}: has 1 items; expected 8 to 12\n"
        f"{QUIZ}: has no graded item; expected at least 1\n"
        f"{QUIZ}: asks nothing about objective 2; expected at least one item for each entry of teaches in case.yml\n",
        "",
    )


NOTE_BREAKS = {
    "a stop": (r"^(## .*)Stop 2.*$", r"\1the vote", "does not analyse stop '[^']+'; expected a heading with \"Stop 2\""),
    "a question": (r"^(?:###+ |\*\*)3\. [^\n]*", "And also this.", "does not analyse discussion question 3; expected"),
    "a plan": (r"^### 75-minute.*$", "### A longer class", "has no plan for a 75-minute class; expected"),
    "the lecture": (r"^(### .*)\b200\b(.*)$", r"\1many\2", "has no plan for a lecture of 200; expected"),
}


@pytest.mark.parametrize(("pattern", "put", "said"), NOTE_BREAKS.values(), ids=NOTE_BREAKS)
def test_a_teaching_note_that_lost_something(finished, pattern, put, said):
    note = finished / "cases" / SLUG / "teaching-note.md"
    text, times = re.subn(pattern, put, note.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    assert times == 1
    note.write_text(text, encoding="utf-8")
    outcome = run(finished, "check")
    assert outcome.code == 1
    assert re.fullmatch(rf"cases/{SLUG}/teaching-note\.md: {said}.*", outcome.lines[0]), outcome.lines


def test_a_room_that_nobody_set_out(finished):
    notebook = finished / "cases" / SLUG / "case.ipynb"
    edit(notebook, "{room} alone", "{room} remote")
    assert run(finished, "check").lines == [
        f"cases/{SLUG}/case.ipynb: sets no alone beside the other rooms; expected a {{room}} for each setting"
    ]
