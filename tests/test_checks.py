"""The rules a collection must keep, through `tworooms check`: numbers and their links, notebooks, words, reading order."""

import csv
import json

import pytest
from fixtures.breaking import (
    CASE,
    FACTS,
    FIGURE_CELL,
    INDEX,
    LAST_CELL,
    LII,
    LII_MISSPELT,
    NOTE,
    NOTEBOOK,
    QUIZ,
    ROOT,
    TOC,
    edit,
    edit_cell,
    make,
    refusal,
    run,
)

from tworooms.figures import MIME_TYPE


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return make(tmp_path_factory.mktemp("checks") / "collection")


@pytest.fixture
def breakable(shared):
    """The shared collection; whatever a test does to cases, pages and tables is undone."""
    files = {path: path.read_bytes() for part in ("cases", "book", "data") for path in (shared / part).rglob("*") if path.is_file()}
    yield shared
    for part in ("cases", "book", "data"):
        for path in (shared / part).rglob("*"):
            if path.is_file() and path not in files:
                path.unlink()
    for path, content in files.items():
        # Left alone unless changed: what is unchanged need not be read anew.
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)


def test_the_toy_collection_keeps_every_rule(breakable):
    assert run(breakable, "check") == (0, "Every check holds.\n", "")
    assert run(breakable, "check", "--quiet") == (0, "", "")


# Numbers: one page of many lines, checked once ------------------------------------------------------

CARDIAC, LABEL, UNCONSCIOUS = "clinic-cardiac-increase", "clinic-label-dissociation", "clinic-label-loc"
HOME, OXFORD, QALY, PBS = "home-cost-home-session", "clinic-oxford-infusion", "clinic-ross2020-icer", "clinic-pbs2025"
DEA, ELEKTD, SINGH, KG = "home-dea-ext1", "clinic-elektd-response", "pharm-singh-nasal-cmax-spread", "harms-us-seizures-kg-2017"
PEOPLE = "harms-csew1659-count-2023"
#: What the words below lean on; should a fact be corrected, the tests say so rather than pass by luck.
RECORDED = {
    LII: {"value": "-5.82", "unit": "points", "ci_low": "-13.3", "ci_high": "1.64", "n": "40", "comparator_value": "", "year": "2023"},
    CARDIAC: {"value": "13.3", "unit": "mmHg", "n": "1708", "comparator_value": "6.1"},
    LABEL: {"value": "75", "unit": "percent"},
    UNCONSCIOUS: {"value": "0.4", "unit": "percent"},
    HOME: {"value": "200", "unit": "USD", "comparator_value": "1250"},
    OXFORD: {"value": "225", "unit": "GBP"},
    QALY: {"value": "237111", "unit": "USD/QALY"},
    PBS: {"value": "31.6", "unit": "AUD"},
    DEA: {"value": "20241111", "unit": "yyyymmdd"},
    ELEKTD: {"value": "14.2", "unit": "percentage points", "ci_low": "3.9", "ci_high": "24.2"},
    SINGH: {"value": "77.6", "unit": "ng/mL", "n": "10"},
    KG: {"value": "57.8", "unit": "kg", "x": "2017"},
    PEOPLE: {"value": "299000", "unit": "people"},
}  # fmt: skip

AGREES = {
    "as recorded": f"[−5.82](fact:{LII})",
    "with its unit": f"[−5.82 points](fact:{LII})",
    "a hyphen for a minus": f"[-5.82](fact:{LII})",
    "in bold": f"[**-5.82**](fact:{LII})",
    "rounded to a decimal": f"[−5.8](fact:{LII})",
    "rounded to a whole number": f"[−6 points](fact:{LII})",
    "in a sentence": f"[a fall of −5.82 points](fact:{LII})",
    "estimate with interval": f"[−5.82 points (95% CI −13.3 to 1.64)](fact:{LII})",
    "sample size without selector": f"[40](fact:{LII})",
    "#n": f"[40 people](fact:{LII}#n)",
    "#value": f"[−5.82](fact:{LII}#value)",
    "#ci": f"[−13.3 to 1.64](fact:{LII}#ci)",
    "#ci with a dash": f"[3.9–24.2](fact:{ELEKTD}#ci)",
    "#ci with a hyphen that is no minus": f"[3.9-24.2](fact:{ELEKTD}#ci)",
    "#ci with a minus sign for a dash": f"[3.9−24.2](fact:{ELEKTD}#ci)",
    "#comparator": f"[6.1 mmHg](fact:{CARDIAC}#comparator)",
    "#year": f"[2023](fact:{LII}#year)",
    "#x": f"[in 2017](fact:{KG}#x)",
    "#claim range": f"[61–75%](fact:{LABEL}#claim)",
    "#claim range with hyphen": f"[61-75%](fact:{LABEL}#claim)",
    "#claim range in words": f"[61 to 75 percent](fact:{LABEL}#claim)",
    "#claim bound": f"[0.3%](fact:{UNCONSCIOUS}#claim)",
    "thousands with comma": f"[1,708](fact:{CARDIAC}#n)",
    "thousands without comma": f"[1708](fact:{CARDIAC}#n)",
    "hundred thousands": f"[299,000 people](fact:{PEOPLE})",
    "percent sign": f"[75%](fact:{LABEL})",
    "percent spaced": f"[75 %](fact:{LABEL})",
    "percent in words": f"[75 percent](fact:{LABEL})",
    "per cent in words": f"[75 per cent](fact:{LABEL})",
    "percentage points": f"[14.2 percentage points](fact:{ELEKTD})",
    "measurement": f"[77.6 ng/mL](fact:{SINGH})",
    "dollars": f"[$200](fact:{HOME})",
    "US dollars": f"[US$1,250](fact:{HOME}#comparator)",
    "dollars in words": f"[200 dollars](fact:{HOME})",
    "pounds": f"[£225](fact:{OXFORD})",
    "Australian dollars with cents": f"[A$31.60](fact:{PBS})",
    "money per something": f"[$237,111 per QALY](fact:{QALY})",
    "a date": f"[11 November 2024](fact:{DEA})",
    "a date, American": f"[November 11, 2024](fact:{DEA})",
    "no digits": f"[the masked trial](fact:{LII})",
    "digits inside a word": f"[the CYP3A4 study](fact:{LII})",
    "a story number": "[212](story:)",
    "a story percentage with a note": "[34.7%](story:a-price)",
    "a glossary term": "[dissociation](term:dissociation)",
    "a glossary term in capitals": "[Dissociation](term:Dissociation)",
    "a time": "at 7:40 p.m. she calls",
    "a time, British": "at 7.40 p.m. she calls",
    "95% CI": "the 95% CI is wide, and so is a 90% confidence interval",
    "a version": "version 1.2.3, v1.2 and Python 3.11 to 3.13",
    "licence and standard": "CC BY 4.0, WCAG 2.2",
    "years and ages": "In 2023 she was 34; six weeks and 12 days later, in 1985",
    "figures and stops": "Figures 1–3, Stop 1, DSM-5, CYP3A4",
    "telephone": "Call 988, 116 123 or 1-800-662-4357",
    "code": "`34.7%` and ``[41](fact:nothing)``",
    "a comment": "<!-- 34.7% of readers never see this -->",
    "a web address": "<https://example.org/1234567/34.7%25>",
    "a scale's name": "a 21-point scale",
}  # fmt: skip

_UNLINKED = "without a link; expected […](fact:ID), […](figure:NAME), or […](story:)"
_TABLE = "; expected the table's number, rounded at most"
DISAGREES = {
    "one digit changed": (f"[−5.83](fact:{LII})", f"says −5.83, but {LII} has value -5.82, ci_low -13.3, ci_high 1.64, n 40{_TABLE}"),
    "sign flipped": (f"[5.82](fact:{LII})", "says 5.82, but"),
    "sign added": (f"[−3.9](fact:{ELEKTD}#ci)", f"says −3.9, but {ELEKTD} has ci_low 3.9, ci_high 24.2{_TABLE}"),
    "more digits than the table": (f"[−5.820](fact:{LII})", f"says −5.820, but {LII} has"),
    "a decimal the table lacks": (f"[75.0%](fact:{LABEL})", f"says 75.0, but {LABEL} has value 75{_TABLE}"),
    "more digits than the claim": (f"[61.0%](fact:{LABEL}#claim)", "says 61.0, which neither claim nor caveat"),
    "rounded wrongly": (f"[−5.9](fact:{LII})", "says −5.9, but"),
    "cut instead of rounded": (f"[−5](fact:{LII})", "says −5, but"),
    "rounded to thousands": (f"[$237,000](fact:{QALY})", "says 237,000, but"),
    "percent for points": (f"[−5.82%](fact:{LII})", f"gives −5.82 in percent, but {LII} is in points; expected the table's unit"),
    "percentage points for points": (f"[−5.82 percentage points](fact:{LII})", "gives −5.82 in percentage points, but"),
    "percent for percentage points": (f"[14.2%](fact:{ELEKTD})", f"gives 14.2 in percent, but {ELEKTD} is in percentage points"),
    "milligrams for nanograms": (f"[77.6 mg](fact:{SINGH})", "gives 77.6 in mg, but"),
    "people for percent": (f"[75 people](fact:{LABEL})", f"gives 75 in people, but {LABEL} is in percent"),
    "percent for people": (f"[40%](fact:{LII}#n)", "gives 40 in percent, but"),
    "days for dollars": (f"[200 days](fact:{HOME})", f"gives 200 in day, but {HOME} is in USD"),
    "pounds for dollars": (f"[£237,111](fact:{QALY})", "gives 237,111 in GBP, but"),
    "dollars for pounds": (f"[$225](fact:{OXFORD})", f"but {OXFORD} is in GBP"),
    "euros for dollars": (f"[€200](fact:{HOME})", "gives 200 in EUR, but"),
    "dollars for Australian ones": (f"[$31.60](fact:{PBS})", f"but {PBS} is in AUD"),
    "wrong date": (f"[12 November 2024](fact:{DEA})", f"says 12 November 2024, but {DEA} has 11 November 2024; expected the table's date"),
    "wrong selector": (f"[40](fact:{LII}#year)", f"says 40, but {LII} has year 2023{_TABLE}"),
    "interval for value": (f"[−13.3](fact:{LII}#value)", f"says −13.3, but {LII} has value -5.82{_TABLE}"),
    "value for comparator": (f"[13.3](fact:{CARDIAC}#comparator)", f"says 13.3, but {CARDIAC} has comparator_value 6.1{_TABLE}"),
    "no comparator": (f"[−5.82](fact:{LII}#comparator)", f"says −5.82, but {LII} has no number"),
    "no such selector": (f"[−5.82](fact:{LII}#bogus)", f"fact:{LII}#bogus selects 'bogus'; expected one of value, ci, comparator, n, year, x, claim"),
    "range without #claim": (f"[61–75%](fact:{LABEL})", "says 61, but"),
    "range end changed": (f"[61–76%](fact:{LABEL}#claim)", f"says 76, which neither claim nor caveat of {LABEL} states; expected a number of that claim"),
    "thousands comma misplaced": (f"[17,08](fact:{CARDIAC}#n)", "says 17, but"),
    "one of two numbers": (f"[−5.82 (−13.4 to 1.64)](fact:{LII})", "says −13.4, but"),
    "unknown fact": (f"[−5.82](fact:{LII_MISSPELT})", f"'{LII_MISSPELT}' is not a fact id of this table; expected one of {LII},"),
    "unknown fact behind words": (f"[the trial](fact:{LII_MISSPELT})", f"expected one of {LII},"),
    "no fact": ("[−5.82](fact:)", "'' is not a fact id of this table; expected"),
    "an unconfirmed fact": ("[a rumour](fact:clinic-elektd-relapse6m)", "stands in unconfirmed.csv, which is not for citing; expected"),
    "unknown term": ("[x](term:nonsense)", "term:nonsense is not in the glossary; expected a term of data/glossary.csv"),
    "a figure outside a case": ("[3](figure:toy)", "a figure link stands outside a case; expected a link in a case's own text"),
    "a link with a title": (f'[41](fact:{LII} "title")', "is a link that cannot be compared; expected the plain form [text](fact:ID)"),
    "a link in angle brackets": (f"[41](<fact:{LII}>)", "is a link that cannot be compared"),
    "brackets in a link": (f"[a [b] 41](fact:{LII})", "is a link that cannot be compared"),
    "a bare link": (f"<fact:{LII}>", "is a link that cannot be compared"),
    "a percentage": ("up to 34.7% of them", f"'34.7%' is a percentage {_UNLINKED}"),
    "a percentage in words": ("34 percent of them", "'34 percent' is a percentage"),
    "a percentage, British": ("34 per cent of them", "'34 per cent' is a percentage"),
    "a percentage spaced": ("34 % of them", "'34 %' is a percentage"),
    "percentage points unlinked": ("3 percentage points", "'3 percentage points' is a percentage"),
    "a range of percentages": ("8–54% of them", "'54%' is a percentage"),
    "a percentage linked elsewhere": ("[34.7%](https://example.org)", "'34.7%' is a percentage"),
    "a percentage in a table": ("| 34.7% | a cell |", "'34.7%' is a percentage"),
    "dollars unlinked": ("$500 a session", "'$500' is a sum of money"),
    "US dollars unlinked": ("US$300", "'$300' is a sum of money"),
    "pounds unlinked": ("£5", "'£5' is a sum of money"),
    "euros unlinked": ("€1,200", "'€1,200' is a sum of money"),
    "a decimal": ("an odds ratio of 2.3", "'2.3' is a decimal"),
    "a decimal without zero": ("p<.05", "'.05' is a decimal"),
    "a decimal behind a sign": ("p < 0.05, and later >", "'0.05' is a decimal"),
    "a large number": ("1,234 people", "'1,234' is a large number"),
    "a large number without comma": ("12345 people", "'12345' is a large number"),
    "millions": ("5 million people", "'5 million' is a large number"),
    "a dose": ("a 56 mg dose", "'56 mg' is a measurement"),
    "a dose with hyphen": ("a 56-mg dose", "'56-mg' is a measurement"),
    "a concentration": ("158 ng/mL", "'158 ng/mL' is a measurement"),
    "a pressure": ("12 mmHg", "'12 mmHg' is a measurement"),
    "a volume": ("under 100 mL", "'100 mL' is a measurement"),
    "a small mass": ("100 μg", "'100 μg' is a measurement"),
    "a proportion": ("3 of the 17", "'3 of the 17' is a proportion"),
    "one in": ("1 in 5", "'1 in 5' is a proportion"),
    "a sample size": ("n = 40", "'n = 40' is a sample size"),
    "points": ("fell by 6 points", "'6 points' is a difference on a scale"),
    "points with hyphen": ("a 12-point difference", "'12-point' is a difference on a scale"),
    "a number in a directive's title": (":::{admonition} 34.7% of them", "'34.7%' is a percentage"),
    "a number in an option's title": (":title: 34.7% of them?", "'34.7%' is a percentage"),
    "a number in a fenced directive": ("```{note}\n34.7% of them\n```", "'34.7%' is a percentage"),
}  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """What the check says of each line of a page that holds every text above."""
    root = make(tmp_path_factory.mktemp("page") / "collection")
    text, place = "# Numbers\n\n", {}
    for name, words in {**AGREES, **{name: words for name, (words, _) in DISAGREES.items()}}.items():
        place[name] = text.count("\n") + 1
        text += f"{words}\n\n"
    text += "```python\nshare = '34.7%'\n```\n"
    (root / "book/numbers.md").write_text(text, encoding="utf-8")
    outcome = run(root, "check")
    assert outcome.code == 1
    assert "Traceback" not in outcome.err
    said = {name: [] for name in place}
    for line in outcome.lines:
        assert line.startswith("book/numbers.md:"), line
        number = int(line.split(":")[1])
        said[max((at, name) for name, at in place.items() if at <= number)[1]].append(line)
    return said


@pytest.mark.parametrize("fact", RECORDED)
def test_the_facts_these_tests_lean_on(fact):
    with (ROOT / FACTS).open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["fact_id"] == fact)
    assert {column: row[column] for column in RECORDED[fact]} == RECORDED[fact]


@pytest.mark.parametrize("name", AGREES)
def test_words_that_need_no_correction(page, name):
    assert page[name] == []


@pytest.mark.parametrize("name", DISAGREES)
def test_words_that_disagree(page, name):
    # A dose outside a trial is also the safety check's to tell.
    (line,) = [line for line in page[name] if "own use" not in line]
    assert DISAGREES[name][1] in line


def into_cell(root, text):
    edit_cell(root, LAST_CELL, lambda cell: cell.update(source=cell.source.replace("See", f"{text} See")))


def into_caption(root, text):
    edit_cell(root, FIGURE_CELL, lambda cell: cell.outputs[0]["data"][MIME_TYPE]["layout"]["meta"]["tworooms"].update(caption=f"**It rises.** {text}"))


def into_metadata(root, text):
    edit(root / CASE, "abstract: Some words.", f"abstract: Some words. {text}")


PLACES = {
    "cell": (into_cell, f"{NOTEBOOK}:cell 4, line 1: "),
    "caption": (into_caption, f"{NOTEBOOK}:cell 3, caption of toy, line 1: "),
    "teaching note": (lambda root, text: edit(root / NOTE, "The difference", f"{text} The difference"), f"{NOTE}:3: "),
    "stem": (lambda root, text: edit(root / QUIZ, "mean?", f"mean? {text}"), f"{QUIZ}:item one, stem, line 1: "),
    "choice": (lambda root, text: edit(root / QUIZ, "text: That", f"text: '{text}'"), f"{QUIZ}:item one, choice 2, line 1: "),
    "feedback": (lambda root, text: edit(root / QUIZ, "feedback: No.", f"feedback: '{text}'"), f"{QUIZ}:item one, feedback 2, line 1: "),
    "page": (lambda root, text: edit(root / INDEX, "## Cases", f"{text}\n\n## Cases"), f"{INDEX}:7: "),
    "metadata": (into_metadata, f"{CASE}:abstract, line 1: "),
}


@pytest.mark.parametrize(("put", "place"), PLACES.values(), ids=PLACES)
def test_every_place_of_prose_is_read(breakable, put, place):
    put(breakable, f"[the trial](fact:{LII_MISSPELT}) 34.7%")
    found = [line for line in run(breakable, "check").lines if "is not what the case holds" not in line]
    assert sorted(line.partition(place)[2] for line in found) == sorted(
        [
            f"{FACTS}: '{LII_MISSPELT}' is not a fact id of this table; expected one of {LII}, clinic-lii2023-madrs-ket-d00, clinic-lii2023-madrs-ket-d01",
            f"'34.7%' is a percentage {_UNLINKED} for a number invented for teaching",
        ]
    )


FIGURE_LINKS = {
    "in the table": ("[3](figure:toy)", None),
    "rounded": ("[3 ng/mL](figure:toy)", None),
    "words": ("[the peak](figure:toy)", None),
    "not in the table": ("[4](figure:toy)", "'4' says 4, which the data table of figure toy does not hold; expected a number of that table"),
    "sign flipped": ("[−3](figure:toy)", "'−3' says −3, which the data table of figure toy does not hold"),
    "no such figure": ("[3](figure:peaks)", "figure:peaks is no figure of this case; expected one of toy"),
}


FIGURE_LINKS_ELSEWHERE = [(place, link) for place in ("teaching note", "feedback") for link in ("in the table", "not in the table")]


@pytest.mark.parametrize(("place", "link"), [*(("cell", link) for link in FIGURE_LINKS), *FIGURE_LINKS_ELSEWHERE])
def test_figure_links_are_compared_with_the_stored_table(breakable, place, link):
    text, said = FIGURE_LINKS[link]
    PLACES[place][0](breakable, text)
    outcome = run(breakable, "check")
    if said is None:
        assert outcome.code == 0, outcome.out
    else:
        assert said in refusal(outcome)


def test_a_line_number_is_no_picture(breakable):
    edit(breakable / INDEX, "## Cases", "\n" * 93 + "34.7%\n\n## Cases")
    assert refusal(run(breakable, "check")).startswith(f"{INDEX}:100: '34.7%' ")


# Tables ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("facts", "fact_id,theme,setting,claim,", "fact_id,theme,setting,claims,", "facts.csv:1: column 'claim' is missing and column 'claims' is unknown; expected the columns fact_id,"),
        ("series", "y_label,unit,n_points", "y_label,n_points", "series.csv:1: column 'unit' is missing; expected the columns series_id,"),
        ("disputes", "question,side", "side,question", "disputes.csv:1: the columns stand in another order; expected the columns dispute_id,question,side,"),
        ("help_lines", "988 Suicide & Crisis Lifeline,crisis,", "988 Suicide & Crisis Lifeline,advice,", "help_lines.csv:2: column 'kind' of US / 988 Suicide & Crisis Lifeline: 'advice' is not in the vocabulary; expected one of "),
        ("facts", "HDRS-25 decrease within three days,14,", "HDRS-25 decrease within three days,many,", "facts.csv:2: column 'value' of clinic-berman2000-hdrs: 'many' is not a number; expected a number"),
    ],
    ids=["renamed column", "missing column", "columns in another order", "bad vocabulary", "no number"],
)  # fmt: skip
@pytest.mark.parametrize("command", ["check", "build"])
def test_a_table_at_fault(breakable, command, table, old, new, said):
    edit(breakable / f"data/evidence/{table}.csv", old, new)
    outcome = run(breakable, command)
    assert outcome.code == 1 and "Traceback" not in outcome.err
    # The check adds that the file is no longer the one that was sealed.
    lines = [line for line in outcome.lines if "seal" not in line]
    assert len(lines) == 1 and lines[0].startswith(f"data/evidence/{said}")
    assert not (breakable / "_build").exists()


# Notebooks ------------------------------------------------------------------------------------------


def bundle_of(cell):
    return cell.outputs[0]["data"][MIME_TYPE]


def about(cell):
    return bundle_of(cell)["layout"]["meta"]["tworooms"]


def output(kind, **parts):
    from nbformat.v4 import new_output

    return new_output(kind, **parts)


SPOILT_OUTPUTS = {
    "executed out of order": (lambda c: c.update(execution_count=2), "its execution count is 2; expected 1: every code cell run once, in order (`tworooms execute toy`)"),
    "never executed": (lambda c: c.update(execution_count=None), "its execution count is None; expected 1:"),
    "error output": (lambda c: c.outputs.append(output("error", ename="KeyError", evalue="'x'\ny", traceback=["…"])), "ends in KeyError: 'x' y; expected a cell that runs"),
    "stderr": (lambda c: c.outputs.append(output("stream", name="stderr", text="careful: old\nmore")), "stores a warning: careful: old; expected no warnings"),
    "empty stderr": (lambda c: c.outputs.append(output("stream", name="stderr", text="\n")), "stores a warning: an empty line; expected no warnings"),
    "unknown MIME type": (lambda c: c.outputs.append(output("display_data", data={"application/x-mystery": "?"})), "its output application/x-mystery cannot be shown; expected one of application/vnd.plotly.v1+json,"),
    "an unpublished figure": (lambda c: bundle_of(c)["layout"].pop("meta"), "shows a Plotly figure that was not published; expected figures.publish(fig, …) at the end of the cell"),
    "no alt": (lambda c: about(c).update(alt=""), "figure toy has no alt; expected figures.publish(…, alt=…)"),
    "no caption": (lambda c: about(c).pop("caption"), "figure toy has no caption; expected figures.publish(…, caption=…)"),
    "no cannot_show": (lambda c: about(c).update(cannot_show=""), "figure toy has no cannot_show; expected figures.publish(…, cannot_show=…)"),
    "no table": (lambda c: about(c).pop("table"), "figure toy has no table; expected figures.publish(…, table=…)"),
    "no name": (lambda c: about(c).pop("name"), "figure without a name has no name; expected figures.publish(…, name=…)"),
    "unknown provenance": (lambda c: about(c).update(provenance="Real"), "figure toy has provenance 'Real'; expected one of Published, Modelled, Invented"),
    "a name twice": (lambda c: c.outputs.append(c.outputs[0]), "the name 'toy' is taken by a figure above; expected a name of its own"),
    "a huge figure": (lambda c: bundle_of(c)["data"][0].update(text=["x" * 100] * 1000), "figure toy has about 1"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "said"), SPOILT_OUTPUTS.values(), ids=SPOILT_OUTPUTS)
def test_a_spoilt_output(breakable, spoil, said):
    edit_cell(breakable, FIGURE_CELL, spoil)
    outcome = run(breakable, "check")
    assert outcome.code == 1 and "Traceback" not in outcome.err
    # A figure without its name or words also leaves case.yml and the links to it behind: other lines, other rules.
    lines = [line for line in outcome.lines if line.startswith(f"{NOTEBOOK}:cell 3: ")]
    assert len(lines) == 1 and said in lines[0]


SILENT = {
    "a figure": ("figures.publish(fig)", True),
    "an expression": ("x = 1\nx + 1", True),
    "a call that prints": ("print(1)", True),
    "an assignment": ("x = 1", False),
    "a silenced expression": ("x + 1;", False),
    "a docstring": ('"""Only words."""', False),
    "nothing": ("", False),
}


@pytest.mark.parametrize(("source", "missed"), SILENT.values(), ids=SILENT)
def test_a_cell_without_stored_output(breakable, source, missed):
    count = 1 if source else None
    edit_cell(breakable, FIGURE_CELL, lambda cell: cell.update(source=source, outputs=[], execution_count=count))
    found = [line for line in run(breakable, "check").lines if line.startswith(f"{NOTEBOOK}:cell 3: ")]
    assert found == ([f"{NOTEBOOK}:cell 3: stores no output; expected what it shows (`tworooms execute toy`)"] if missed else [])


# Words ----------------------------------------------------------------------------------------------

WORDS = {
    "a label for a person": ("The addict waited.", "'addict' stands outside a quotation; expected person who uses ketamine"),
    "suicide": ("She committed suicide.", "'committed suicide' stands outside a quotation; expected died by suicide"),
    "blame": ("He was non-compliant.", "'non-compliant' stands outside a quotation; expected did not take"),
    "in a person's mouth": ("“I am an addict,” he says.", None),
    "an agency's name": ("The National Institute on Drug Abuse pays.", None),
    "in code": ("`users`", None),
}


@pytest.mark.parametrize(("text", "said"), WORDS.values(), ids=WORDS)
def test_words_about_people(breakable, text, said):
    into_cell(breakable, text)
    outcome = run(breakable, "check")
    lines = [line for line in outcome.lines if "stands outside a quotation" in line]
    assert [line.removeprefix(f"{NOTEBOOK}:cell 4, line 1: ").startswith(said or "") for line in lines] == ([True] if said else [])


# Structure ------------------------------------------------------------------------------------------

DRIFT = {
    "facts": ("facts:\n  - clinic-lii2023-effect", "facts: []", "facts: a list without clinic-lii2023-effect is not what the case holds"),
    "a fact too many": ("facts:\n", "facts:\n  - clinic-berman2000-hdrs\n", "facts: a list with clinic-berman2000-hdrs is not what the case holds"),
    "figures": ("{name: toy, provenance: Published}", "{name: other, provenance: Published}", "figures: [{'name': 'other', 'provenance': 'Published'}] is not what the case holds"),
    "reading grade": ("reading_grade: 6.4", "reading_grade: 9", "reading_grade: 9.0 is not what the case holds; expected 6.4"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), DRIFT.values(), ids=DRIFT)
def test_derived_metadata_that_has_drifted(breakable, old, new, said):
    edit(breakable / CASE, old, new)
    line = refusal(run(breakable, "check"))
    assert line.startswith(f"{CASE}:{said}") and line.endswith("run `tworooms execute toy`")


def test_crisis_lines_that_differ_from_the_table(breakable):
    edit_cell(breakable, LAST_CELL, lambda cell: cell.update(source=cell.source.replace("988", "989")))
    line = refusal(run(breakable, "check"))
    assert line.startswith(f"{CASE}:help lines in cell 4 of case.ipynb: ") and "the lines of help_lines.csv" in line


def test_a_notebook_without_crisis_lines(breakable):
    edit_cell(breakable, LAST_CELL, lambda cell: cell.update(source=cell.source.split(":::{help}")[0]))
    assert refusal(run(breakable, "check")).startswith(f"{CASE}:help lines: a notebook without a {{help}} directive")


def test_crisis_lines_of_a_place_without_any(breakable):
    edit_cell(breakable, LAST_CELL, lambda cell: cell.update(source=cell.source.replace("{help} US, GB", "{help} US, XX")))
    assert "no help line for 'XX'; expected one of US, " in refusal(run(breakable, "check"))


ORDERS = {
    "missing": (None, "book/_toc.yml: is missing; expected the reading order"),
    "broken": ("root: [book\n", "book/_toc.yml:2: expected ',' or ']', but got '<stream end>'; expected YAML"),
    "a list": ("- book/index\n", "book/_toc.yml: has no root; expected 'root: book/index' and the parts of the book"),
    "no such case": ("format: jb-book\nroot: book/index\nchapters:\n  - file: cases/nope/case\n", "book/_toc.yml:4: names cases/nope/case, but there is no such case; expected one of toy"),
    "no such page": ("format: jb-book\nroot: book/index\nchapters:\n  - file: book/nope\n", "book/_toc.yml:4: names book/nope, but there is no such page; expected book/nope.md"),
    "a teaching note": ("format: jb-book\nroot: book/index\nchapters:\n  - file: cases/toy/teaching-note\n", "book/_toc.yml:4: names cases/toy/teaching-note; expected readings only: the instructor edition adds the notes"),
}  # fmt: skip


@pytest.mark.parametrize(("order", "said"), ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("command", [("check",), ("build",), ("build", "--edition", "instructor")], ids=" ".join)
def test_a_reading_order_at_fault(breakable, command, order, said):
    (breakable / TOC).unlink()
    if order is not None:
        (breakable / TOC).write_text(order, encoding="utf-8")
    assert refusal(run(breakable, *command)) == said


def test_a_page_that_is_not_utf8(breakable):
    (breakable / "book/extra.md").write_bytes(b"# Na\xefve\n")
    assert refusal(run(breakable, "check")) == "book/extra.md:1: byte 5 is not UTF-8; expected UTF-8 text"


# How a check speaks, and of which cases -------------------------------------------------------------


@pytest.fixture
def two_faults(breakable):
    """A number that no longer agrees in the toy's reading, and a word to avoid on a page around the cases."""
    edit_cell(breakable, 0, lambda cell: cell.update(source=cell.source.replace("[−5.82]", "[−5.92]")))
    edit(breakable / INDEX, "# A collection", "# A collection\n\nTen addicts, 100% sure.")
    return breakable


def test_one_case_is_told_of_its_own_faults_only(two_faults):
    everything = run(two_faults, "check").lines
    assert {line.split(":")[0] for line in everything} == {NOTEBOOK, INDEX}
    own = run(two_faults, "check", "toy")
    assert own.code == 1 and own.lines == [line for line in everything if line.startswith(NOTEBOOK)]
    assert refusal(run(two_faults, "check", "tyo")) == "cases/tyo: there is no such case; expected one of toy"


def test_a_broken_table_is_told_to_every_case(breakable):
    edit(breakable / FACTS, "When anaesthesia hid the experience", "When sleep hid the experience")
    assert run(breakable, "check", "toy").lines == run(breakable, "check").lines != []


def test_faults_for_programs(two_faults):
    outcome = run(two_faults, "check", "--format", "json")
    rows = json.loads(outcome.out)
    assert outcome.code == 1
    assert [f"{row['file']}:{row['place']}: {row['message']}; expected {row['expected']}" for row in rows] == run(two_faults, "check").lines
    assert {(row["file"], row["line"]) for row in rows} == {(NOTEBOOK, None), (INDEX, 7)}
    assert {row["rule"] for row in rows} >= {"numbers", "safety"}


def test_no_faults_for_programs(breakable):
    assert run(breakable, "check", "--format", "json") == (0, "[]\n", "")
    assert run(breakable, "check", "--format", "github") == (0, "", "")


def test_faults_beside_changed_lines(two_faults):
    lines = run(two_faults, "check", "--format", "github").lines
    assert lines[0].startswith(f"::error file={NOTEBOOK},title=numbers::cell 1, line 7: '−5.92' says −5.92, but {LII} has value -5.82")
    page = next(line for line in lines if "100" in line)
    assert page.startswith(f"::error file={INDEX},line=7,title=") and "100%25" in page and "100% " not in page


def test_no_such_form(breakable):
    assert refusal(run(breakable, "check", "--format", "xml")) == "--format xml: there is no such form; expected one of text, json, github"
