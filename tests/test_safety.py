"""What could help somebody hurt themselves, sell to them or shame them: found wherever it is put, and nothing else."""

import re
import shutil

import pytest
from fixtures.breaking import CASE, COLLECTION, FIGURE_CELL, INDEX, LAST_CELL, NOTE, NOTEBOOK, QUIZ, edit, edit_cell
import scoring

from tworooms.case import Case
from tworooms.checks import language, run, safety
from tworooms.checks.texts import said_in_code
from tworooms.errors import TwoRoomsError
from tworooms.figures import MIME_TYPE

#: Of the sentences by which the rules were made; of those that they had not met, a share that must not fall.
LEAST_RECALL, LEAST_UNSEEN, MOST_FALSE_ALARMS = 0.95, 0.58, 0.05
#: Useless as instructions: the product, the shop and the amounts are invented.
FAULTS = {
    "self-dosing": "Just take seventeen thimbles at home tonight.",
    "preparation": "Grind the tablets, then filter the powder through a sock.",
    "sourcing": "To get some, message the dealer behind the carousel.",
    "method": "The fatal dose is nine thimbles.",
    "stigma": "Junkies never come on a Tuesday.",
    "brand": "She takes Lunaro lozenges.",
}


@pytest.fixture(scope="module")
def scores():
    return {half: scoring.safety(half) for half in ("tuned", "unseen")}


@pytest.mark.parametrize("topic", safety.TOPICS)
def test_faults_of_the_labelled_set_are_found(scores, topic):
    tuned = scores["tuned"]
    assert tuned.expected[topic] and tuned.recall(topic) >= LEAST_RECALL, tuned.missed


def test_most_faults_that_the_rules_had_not_met_are_found(scores):
    unseen = scores["unseen"]
    assert unseen.expected.total() > 150 and unseen.recall() >= LEAST_UNSEEN, unseen.missed


@pytest.mark.parametrize("half", ["tuned", "unseen"])
def test_look_alikes_of_the_labelled_set_are_left_alone(scores, half):
    assert scores[half].innocent >= 90 and scores[half].alarm_rate() <= MOST_FALSE_ALARMS, scores[half].alarms


@pytest.mark.parametrize(("topic", "text"), FAULTS.items(), ids=FAULTS)
def test_a_fault_says_where_it_stands(topic, text):
    before = "The clinic opens at nine. "
    fault = next(fault for fault in safety.found(before + text) if fault.topic == topic)
    assert len(before) <= fault.start < fault.end <= len(before + text)
    assert fault.text == (before + text)[fault.start : fault.end]


LEFT_ALONE = {
    "a trial's dose": "In the trial people were given [0.5 mg/kg](fact:clinic-lii2023-effect) over 40 minutes.",
    "a linked dose": "The usual amount is [84 mg](fact:clinic-lii2023-effect).",
    "a word in a person's mouth": "“I was a junkie in a cardigan,” she said.",
    "an agency's name": "The National Institute on Drug Abuse pays.",
    "help": "If you are thinking of suicide, call or text 988.",
    "figures of many deaths": "Ketamine was the only drug in 24 of 228,668 overdose deaths.",
    "an id of a fact": "ethics-duty-unsupervised-users",
    "the drug's own names": "Esketamine, the licensed spray, is S-ketamine.",
}


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_a_case_needs_to_say(text):
    assert safety.found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "**Just take** _seventeen_ thimbles `at home` tonight.",
        "Just take\nseventeen\n  thimbles at home tonight.",
        "Just take [seventeen](story:) thimbles at home tonight.",
    ],
)
def test_markup_and_line_ends_hide_nothing(text):
    assert [fault.topic for fault in safety.found(text)] == ["self-dosing"]


def test_what_belongs_to_different_things_is_not_read_together():
    apart = "- Seventeen thimbles\n- Swallow nothing\n- At home tonight"
    assert safety.found(apart) == []


def test_sentences_without_end_cost_little():
    assert safety.found("take " * 4_000) == []
    assert safety.found("a-b_" * 4_000 + "*" * 4_000 + "[" * 2_000) == []


# Places ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Cases and pages alone: the evidence tables are the published collection's, and are read with it."""
    return shutil.copytree(COLLECTION, tmp_path_factory.mktemp("safety") / "a collection")


@pytest.fixture
def breakable(shared):
    files = {path: path.read_bytes() for part in ("cases", "book") for path in (shared / part).rglob("*") if path.is_file()}
    yield shared
    for part in ("cases", "book"):
        for path in (shared / part).rglob("*"):
            if path.is_file() and path not in files:
                path.unlink()
    for path, content in files.items():
        path.write_bytes(content)


def told(root, cases=None):
    return [str(problem) for problem in safety.check(root, cases)]


def about(cell):
    return cell.outputs[0]["data"][MIME_TYPE]["layout"]["meta"]["tworooms"]


def into_drawing(cell, text):
    cell.outputs[0]["data"][MIME_TYPE]["data"][0].update(name=text)


def into_table(cell, text):
    about(cell)["table"]["rows"][0][0] = text


def new_file(root, name, text):
    (root / name).write_text(text, encoding="utf-8")


FIG = FIGURE_CELL
PLACES = {
    "reading": (lambda r, t: edit_cell(r, LAST_CELL, lambda c: c.update(source=f"{t}\n\n{c.source}")), f"{NOTEBOOK}:cell 4, line 1: "),
    "comment of a cell": (lambda r, t: edit_cell(r, FIG, lambda c: c.update(source=f"{c.source}\n# {t}")), f"{NOTEBOOK}:cell 3, line "),
    "string of a cell": (lambda r, t: edit_cell(r, FIG, lambda c: c.update(source=f"x = 1\ny = '{t}'\n{c.source}")),
                         f"{NOTEBOOK}:cell 3, line 2: "),
    "cell that is no Python": (lambda r, t: edit_cell(r, FIG, lambda c: c.update(source=f"%%html\n<p title=\"'>{t}")),
                             f"{NOTEBOOK}:cell 3, line 2: "),
    "caption": (lambda r, t: edit_cell(r, FIG, lambda c: about(c).update(caption=t)), f"{NOTEBOOK}:cell 3, caption of toy, line 1: "),
    "alt text": (lambda r, t: edit_cell(r, FIG, lambda c: about(c).update(alt=t)), f"{NOTEBOOK}:cell 3, alt of toy, line 1: "),
    "what a figure cannot show": (lambda r, t: edit_cell(r, FIG, lambda c: about(c).update(cannot_show=t)),
                                  f"{NOTEBOOK}:cell 3, cannot_show of toy, line 1: "),
    "table of a figure": (lambda r, t: edit_cell(r, FIG, lambda c: into_table(c, t)), f"{NOTEBOOK}:cell 3, table of toy, line 2: "),
    "name of a trace": (lambda r, t: edit_cell(r, FIG, lambda c: into_drawing(c, t)), f"{NOTEBOOK}:cell 3, drawing of toy, line 1: "),
    "teaching note": (lambda r, t: edit(r / NOTE, "The difference", f"{t} The difference"), f"{NOTE}:3: "),
    "stem": (lambda r, t: edit(r / QUIZ, "stem: ", f"stem: {t} "), f"{QUIZ}:"),
    "feedback": (lambda r, t: edit(r / QUIZ, "feedback: ", f"feedback: {t} "), f"{QUIZ}:"),
    "abstract": (lambda r, t: edit(r / CASE, "abstract: Some words.", f"abstract: Some words. {t}"), f"{CASE}:"),
    "comment of case.yml": (lambda r, t: edit(r / CASE, "licence:", f"# {t}\nlicence:"), f"{CASE}:"),
    "CSV of a case": (lambda r, t: new_file(r, "cases/toy/rows.csv", f'a,b\n1,"x"\n2,"{t}"\n'), "cases/toy/rows.csv:3: "),
    "script of a case": (lambda r, t: new_file(r, "cases/toy/make_rows.py", f'"""Rows."""\nx = 1  # {t}\n'), "cases/toy/make_rows.py:2: "),
    "page": (lambda r, t: edit(r / INDEX, "# A collection", f"# A collection\n\n{t}"), f"{INDEX}:"),
    "comment of a page": (lambda r, t: edit(r / INDEX, "# A collection", f"# A collection\n\n<!-- {t} -->"), f"{INDEX}:"),
}  # fmt: skip


@pytest.mark.parametrize(("plant", "place"), PLACES.values(), ids=PLACES)
def test_every_topic_is_found_in_every_place(breakable, plant, place):
    plant(breakable, " ".join(FAULTS.values()))
    lines = told(breakable)
    assert all(line.startswith(place) and "; expected " in line and "\n" not in line for line in lines), lines
    for topic, (message, _) in safety.TOPICS.items():
        assert any(message in line for line in lines), (topic, lines)


def test_a_caption_written_in_code_is_told_once(breakable):
    def plant(cell):
        cell.update(source=f'caption = "{FAULTS["brand"]}"\n{cell.source}')
        about(cell).update(caption=FAULTS["brand"])

    edit_cell(breakable, FIGURE_CELL, plant)
    (line,) = told(breakable)
    assert line.startswith(f"{NOTEBOOK}:cell 3, line 1: ")


def test_a_word_is_told_by_one_family(breakable):
    edit(breakable / NOTE, "The difference", f"{FAULTS['stigma']} The difference")
    assert run.FAMILIES["safety"] is safety.check and run.FAMILIES["language"](breakable) == []
    (problem,) = safety.check(breakable)
    assert (problem.rule, problem.file, problem.line) == ("safety", NOTE, 3)


def test_one_case_alone(breakable):
    edit(breakable / INDEX, "# A collection", f"# A collection\n\n{FAULTS['brand']}")
    assert told(breakable, [Case(breakable / "cases/toy")]) == []
    assert len(told(breakable)) == 1


def test_the_original_of_a_fork_is_not_read_again(breakable):
    (breakable / "cases/toy/upstream").mkdir(exist_ok=True)
    new_file(breakable, "cases/toy/upstream/teaching-note.md", FAULTS["method"])
    assert told(breakable) == []


@pytest.mark.parametrize(
    ("source", "kept"),
    {
        "x = 1": "",
        "take = 1  # a note": "a note",
        "s = 'one ' 'two'": "one two",
        'f"left {value} right"': "left right",
        '"""Doc\nstring."""': "Doc string.",
        "x = (\n    'one'  # a note\n)": "one a note",
    }.items(),
)
def test_what_code_says(source, kept):
    said = said_in_code(source)
    assert said.count("\n") == source.count("\n")
    assert re.sub(r"\bvalue\b|[{}]", " ", said).split() == kept.split()


# What may stay --------------------------------------------------------------------------------------


def allow(root, text):
    edit(root / CASE, "licence:", f"safety_allowed:\n  - {text}\nlicence:")


def test_an_allowance_with_a_reason(breakable):
    edit(breakable / NOTE, "The difference", "The Opium\nAddicts Act of 1925. The difference")
    assert len(told(breakable)) == 1
    allow(breakable, "{topic: stigma, words: opium addicts act, reason: name of a statute}")
    assert told(breakable) == []


@pytest.mark.parametrize(
    ("entry", "said"),
    {
        "{topic: stigma, words: addicts}": "safety_allowed.1.reason: is missing; expected a value",
        "{topic: stigma, words: addicts, reason: ''}": "safety_allowed.1.reason: '' is not accepted; expected some text",
        "{topic: manners, words: addicts, reason: a statute}": "safety_allowed.1.topic: 'manners' is not accepted; expected one of ",
    }.items(),
)
def test_an_allowance_at_fault(breakable, entry, said):
    allow(breakable, entry)
    with pytest.raises(TwoRoomsError, match=re.escape(said)):
        _ = Case(breakable / "cases/toy").metadata


def test_an_allowance_that_nothing_needs(breakable):
    allow(breakable, "{topic: stigma, words: opium addicts act, reason: name of a statute}")
    (line,) = told(breakable)
    assert line == f"{CASE}:safety_allowed: 'opium addicts act' is allowed as stigma, and nothing needs it; expected no such entry"


def test_an_allowance_is_for_its_topic_and_its_words(breakable):
    edit(breakable / NOTE, "The difference", f"{FAULTS['stigma']} The difference")
    allow(breakable, "{topic: brand, words: Junkies, reason: another topic}")
    assert any("'Junkies' stands outside a quotation" in line for line in told(breakable))


def test_every_allowance_has_a_reason():
    reasons = [allowance.reason for allowance in safety.ALLOWED] + list(language.ALLOWED.values())
    assert all(len(reason.split()) >= 2 for reason in reasons)
