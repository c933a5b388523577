"""The evidence tables, through the functions that cases, book and command line use."""

import csv
import inspect
import json
import shutil
import subprocess
import sys

import pytest

from tworooms import evidence, paths
from tworooms.checks import Problem
from tworooms.checks import evidence as rules
from tworooms.errors import TwoRoomsError

ROOT = paths.root()
LII = "clinic-lii2023-effect"


@pytest.fixture
def copy(tmp_path):
    """A collection of one's own to spoil: the folder `data` and nothing else."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def table_path(root, name):
    return root / "data" / evidence.resource(name, root)["path"]


def read(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def spoil(root, name, key, column, text):
    """Put `text` into one cell of the first row whose leading cells are `key`; return the row's number."""
    path = table_path(root, name)
    rows = read(path)
    key = (key,) if isinstance(key, str) else key
    number = next(i for i, row in enumerate(rows) if tuple(row[: len(key)]) == key)
    rows[number][rows[0].index(column)] = text
    write(path, rows)
    return number + 1


def lines(root, rule=None):
    """Return the problems of a collection as text, of one rule family or of all."""
    return [str(problem) for problem in rules.check(root) if rule in (None, problem.rule)]


def refusal(call, *args, **kwargs):
    with pytest.raises(TwoRoomsError) as caught:
        call(*args, **kwargs)
    text = str(caught.value)
    assert "\n" not in text and "; expected " in text
    return text


# Reading --------------------------------------------------------------------------------------------


def test_tables_are_typed():
    facts = evidence.facts()
    assert len(facts) > 500 and facts.fact_id.is_unique
    for column in ("value", "ci_low", "ci_high", "n", "x", "year", "comparator_value"):
        assert facts[column].dtype == float
    assert facts.caveat.map(type).eq(str).all() and not facts.comparator.isna().any()
    assert evidence.series().n_points.dtype == float
    assert evidence.pk_parameters()[["value", "bsv_cv_percent", "compartments"]].dtypes.eq(float).all()
    assert evidence.disputes().dispute_id.nunique() >= 18
    assert evidence.claims().claim_id.is_unique
    assert set(evidence.help_lines().kind) == {"crisis", "substance use", "poison advice", "sexual assault", "emergency"}
    assert {"term", "definition", "slug"} == set(evidence.glossary())


def test_a_fact_carries_what_a_reader_asks():
    fact = evidence.fact(LII)
    assert (fact.id, fact.value, fact.ci_low, fact.ci_high, fact.n) == (LII, -5.82, -13.3, 1.64, 40)
    assert fact.comparator_value is None and fact.room == "clinic" and fact.disputes == ("masking",)
    assert fact.reference.label == "Lii et al. 2023"
    assert fact.reference.href == "https://doi.org/10.1038/s44220-023-00140-x"
    assert fact.reference.authors.startswith("Lii TR, Smith AE") and fact.reference.authors.endswith("et al.")
    assert evidence.value_text(fact) == "−5.82 points (95% CI −13.3 to 1.64)"
    assert evidence.checked_text(fact) == "Read in the abstract; confirmed by a second reading"


@pytest.mark.parametrize(
    ("fact_id", "text"),
    [
        ("clinic-japan2b-null", "−0.9 points (90% CI −5.66 to 3.83)"),
        ("pharm-rolan-sublingual-f", "29% (90% CI 27 to 31)"),
        ("home-zero-numerator", "0.15% (upper 95% bound)"),
        ("clinic-cochrane-midazolam", "2.48 (95% CI 1.0 to 6.18)"),
    ],
)
def test_intervals_keep_recorded_digits_and_their_own_level(fact_id, text):
    assert evidence.value_text(evidence.fact(fact_id)) == text


@pytest.mark.parametrize(
    ("digits", "unit", "text"),
    [
        ("34.7", "percent", "34.7%"),
        ("-4.0", "points", "−4.0 points"),
        ("20241111", "yyyymmdd", "11 November 2024"),
        ("1985", "calendar year", "1985"),
        ("237111", "USD/QALY", "US$237,111 per QALY"),
        ("3000", "GBP", "£3,000"),
        ("31.6", "AUD", "A$31.60"),
        ("1", "people", "1 person"),
        ("1", "studies", "1 study"),
        ("1", "percentage points", "1 percentage point"),
        ("12", "studies", "12 studies"),
        ("0.75", "h", "0.75 hours"),
        ("2848", "count", "2,848"),
        ("1612.64", "ratio", "1,612.64"),
        ("79", "L/h per 70 kg", "79 L/h per 70 kg"),
        ("", "percent", ""),
    ],
)
def test_number_text(digits, unit, text):
    assert evidence.number_text(digits, unit) == text


def test_every_fact_can_be_shown():
    for fact_id in evidence.facts().fact_id:
        fact = evidence.fact(fact_id)
        assert bool(evidence.value_text(fact)) == (fact.value is not None)
        assert evidence.checked_text(fact)
        assert fact.reference.label and fact.reference.title
        assert "stored" not in fact.reference.title


def test_settings_map_to_rooms():
    rooms = {setting: evidence.setting_room(setting) for setting in set(evidence.facts().setting)}
    assert rooms.pop("supervised-clinic") == "clinic"
    assert rooms.pop("remote-supervised-home") == "remote"
    assert rooms.pop("unsupervised") == "alone"
    assert set(rooms.values()) == {None}


def test_points_of_a_series_come_in_order():
    points = evidence.points("zarate2006-response")
    assert list(points.x) == sorted(points.x) and len(points) == 2
    assert "zarate2006-response" in refusal(evidence.points, "zarate2006-respons")


def test_references_hold_every_cited_work():
    references = evidence.references()
    assert set(evidence.facts().source_key) <= set(references.key)
    assert not references.title.str.contains(r"[\\{}`]|^\[").any()
    assert references.title_is_descriptive.sum() > 10
    assert (references.label.str.len() <= 110).all()
    assert not references.authors.str.contains(r"[\\{}]").any()
    assert evidence.reference("banov2022").label == "Banov and Landrum 2022"
    assert evidence.reference("calcedobarba2020").authors.count("Sánchez de Carmona") == 1
    assert "undated" in evidence.reference("stanpumpr").label
    assert "lii2023" in refusal(evidence.reference, "lii2032")


def test_near_ids_are_suggested():
    with pytest.raises(evidence.UnknownFact) as caught:
        evidence.fact("clinic-lii2023-efect")
    assert LII in caught.value.near and LII in str(caught.value)
    assert "unconfirmed.csv" in refusal(evidence.fact, "clinic-elektd-relapse6m")
    assert "; expected an id" in refusal(evidence.fact, "~")


def test_maintainers_columns_do_not_reach_readers():
    hidden = {"provenance", "check_url"}
    for read_door in (
        evidence.facts,
        evidence.series,
        evidence.disputes,
        evidence.claims,
        evidence.help_lines,
        evidence.pk_parameters,
        evidence.references,
        evidence.glossary,
    ):
        assert not hidden & set(read_door()), read_door.__name__
    assert not hidden & set(evidence.points("zarate2006-response"))
    fact = evidence.fact(LII)
    assert not hidden & set(dir(fact)) and not hidden & set(fact.recorded)
    assert not hidden & set(dir(fact.reference))
    assert hidden <= set(evidence.raw("facts"))
    for _, door in inspect.getmembers(evidence, inspect.isfunction):
        assert not hidden & set(inspect.signature(door).parameters)


def test_changing_a_table_does_not_change_the_next_one():
    facts = evidence.facts()
    facts.loc[0, "value"] = 1e9
    assert evidence.facts().loc[0, "value"] != 1e9


def test_a_changed_file_is_read_again(copy):
    assert evidence.fact(LII, copy).n == 40
    spoil(copy, "facts", LII, "n", "4012")
    assert evidence.fact(LII, copy).n == 4012 and evidence.facts(copy).n.max() >= 4012


def test_reading_loads_no_validator():
    """Notebooks and commands read the tables; only the check needs the library that validates them."""
    code = "import sys, tworooms.evidence as e; e.facts(); sys.exit(' '.join({'frictionless', 'pybtex'} & sys.modules.keys()) or 0)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_collection_is_found_from_a_folder_inside(tmp_path):
    (tmp_path / "_config.yml").write_text("")
    (tmp_path / "data" / "evidence").mkdir(parents=True)
    assert paths.root(tmp_path / "data" / "evidence") == tmp_path.resolve()


# Bad input: one line that names file, row and key ---------------------------------------------------


def test_missing_column(copy):
    path = table_path(copy, "facts")
    rows = read(path)
    at = rows[0].index("unit")
    write(path, [row[:at] + row[at + 1 :] for row in rows])
    for text in (refusal(evidence.facts, copy), refusal(evidence.fact, LII, copy), *lines(copy, "evidence")):
        assert text.startswith(
            "data/evidence/facts.csv:1: column 'unit' is missing; expected the columns fact_id,"
        )


def test_renamed_column(copy):
    path = table_path(copy, "facts")
    rows = read(path)
    rows[0][rows[0].index("value")] = "amount"
    write(path, rows)
    text = refusal(evidence.facts, copy)
    assert text.startswith(
        "data/evidence/facts.csv:1: column 'value' is missing and column 'amount' is unknown"
    )
    assert text in lines(copy)


@pytest.mark.parametrize(
    ("name", "key", "column", "cell", "message"),
    [
        ("facts", LII, "value", "abc", "'abc' is not a number; expected a number or an empty cell"),
        ("facts", LII, "value", "1,640", "'1,640' is not a number; expected a number or an empty cell"),
        ("facts", LII, "value", "nan", "'nan' is not a number; expected a number or an empty cell"),
        (
            "facts",
            LII,
            "n",
            "40.5",
            "'40.5' is not a whole number; expected a whole number from 0 or an empty cell",
        ),
        (
            "facts",
            LII,
            "year",
            "23",
            "23 is out of range; expected a whole number from 1900 up to 2100 or an empty",
        ),
        (
            "facts",
            LII,
            "setting",
            "clinic",
            "'clinic' is not in the vocabulary; expected one of supervised-clinic,",
        ),
        (
            "facts",
            LII,
            "unit",
            "pts",
            "'pts' is not in the vocabulary; expected one of percent, percentage points,",
        ),
        ("facts", LII, "claim", "", "the cell is empty; expected some text"),
        ("facts", LII, "claim", "Two\nlines", "the cell holds a line break; expected some text"),
        ("facts", LII, "group", " saline", "' saline' has blanks at an end; expected some text"),
        (
            "facts",
            LII,
            "jurisdiction",
            "usa",
            "'usa' is not of the right form; expected text such as US or NZ;AU",
        ),
        (
            "facts",
            LII,
            "comparator",
            "10 mg",
            "'10 mg' is not of the right form; expected text such as saline",
        ),
        (
            "unconfirmed",
            "clinic-elektd-relapse6m",
            "value",
            "3",
            "1 characters are too many; expected an empty cell",
        ),
        (
            "claims",
            "wiki-02",
            "verdict",
            "true",
            "'true' is not in the vocabulary; expected one of supported,",
        ),
        (
            "help_lines",
            ("US", "Emergency services"),
            "kind",
            "police",
            "'police' is not in the vocabulary; expected",
        ),
        (
            "help_lines",
            ("US", "Emergency services"),
            "checked_on",
            "21/11/2026",
            "'21/11/2026' is not a date; expected",
        ),
        (
            "help_lines",
            ("US", "Emergency services"),
            "checked_on",
            "2006-11-21",
            "2006-11-21 is out of range; expected",
        ),
        (
            "help_lines",
            ("US", "Emergency services"),
            "contact",
            "",
            "the cell is empty; expected text such as call",
        ),
    ],
)
def test_a_bad_cell(copy, name, key, column, cell, message):
    number = spoil(copy, name, key, column, cell)
    shown = key if isinstance(key, str) else " / ".join(key)
    # A quoted line break makes the row end one line further down; its number is that of its first line.
    start = f"data/evidence/{name}.csv:{number}: column '{column}' of {shown}: {message}"
    assert refusal(evidence.raw, name, copy).startswith(start)
    assert any(line.startswith(start) for line in lines(copy, "evidence"))


def test_a_row_with_a_cell_too_many(copy):
    path = table_path(copy, "series")
    rows = read(path)
    rows[4].append("more")
    write(path, rows)
    assert refusal(evidence.series, copy).startswith(
        f"data/evidence/series.csv:5: row '{rows[4][0]}' has 9 cells; expected 8"
    )


def test_duplicate_id(copy):
    path = table_path(copy, "facts")
    rows = read(path)
    rows.append(list(rows[9]))
    write(path, rows)
    text = f"data/evidence/facts.csv:{len(rows)}: '{rows[9][0]}' stands already in row 10; "
    assert refusal(evidence.facts, copy) == text + "expected each identifier once"
    assert text + "expected each identifier once" in lines(copy)


def test_unreadable_files(copy):
    path = table_path(copy, "claims")
    text = path.read_text(encoding="utf-8")
    path.write_bytes(("é" + text).encode("latin-1", "replace"))
    assert (
        refusal(evidence.claims, copy)
        == "data/evidence/claims.csv: the file is not UTF-8 text; expected a table saved as UTF-8"
    )
    path.write_bytes(text.encode("utf-8-sig"))
    assert refusal(evidence.claims, copy).startswith(
        "data/evidence/claims.csv:1: the file starts with a byte order mark"
    )
    path.unlink()
    assert (
        refusal(evidence.claims, copy)
        == "data/evidence/claims.csv: the file is missing; expected it beside the other tables"
    )
    assert any(line.startswith("data/evidence/claims.csv: the file is missing") for line in lines(copy))
    package = copy / "data" / "datapackage.json"
    package.write_text("{", encoding="utf-8")
    assert refusal(evidence.facts, copy).startswith("data/datapackage.json:1: not readable as JSON")
    assert len(lines(copy)) == 1


def test_broken_bibliography(copy):
    path = copy / "data" / "evidence" / "references.bib"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  title = {", "  title = {{", 1), encoding="utf-8", newline="\n")
    assert any(line.startswith("data/evidence/references.bib:") for line in lines(copy, "evidence"))
    path.write_text(text + "\n@misc{lii2023,\n  title = {Twice}\n}\n", encoding="utf-8", newline="\n")
    assert any("'lii2023' stands already in line" in line for line in lines(copy, "evidence"))


# Rules across rows ----------------------------------------------------------------------------------


def test_the_collection_keeps_its_own_rules():
    assert lines(ROOT) == []


def test_every_interval_holds_its_value(copy):
    facts = evidence.facts()
    held = facts.dropna(subset=["value", "ci_low", "ci_high"])
    assert len(held) > 50
    assert ((held.ci_low <= held.value) & (held.value <= held.ci_high)).all()
    number = spoil(copy, "facts", LII, "value", "5.82")
    start = f"data/evidence/facts.csv:{number}: column 'value' of {LII}: 5.82 lies outside the interval"
    assert any(line.startswith(f"{start} -13.3 to 1.64") for line in lines(copy, "evidence"))


@pytest.mark.parametrize(
    ("name", "key", "column", "cell", "message"),
    [
        (
            "disputes",
            "comparator-effect",
            "fact_ids",
            "clinic-nowhere-real",
            "clinic-nowhere-real is not in facts.csv",
        ),
        (
            "claims",
            "wiki-01",
            "evidence_ids",
            "ethics-nowhere-real",
            "ethics-nowhere-real is not in facts.csv",
        ),
        ("claims", "wiki-01", "evidence_ids", "ethics-craap-limit;ethics-craap-limit", "is named twice"),
        (
            "facts",
            LII,
            "series_id",
            "no-such-series",
            f"column 'series_id' of {LII}: 'no-such-series' is not in",
        ),
        (
            "facts",
            LII,
            "source_key",
            "nobody1900",
            f"column 'source_key' of {LII}: 'nobody1900' is not in references.bib",
        ),
        ("facts", LII, "theme", "home", f"column 'theme' of {LII}: 'home' is not the first word"),
        ("facts", LII, "unit", "", f"column 'unit' of {LII}: empty beside a value"),
        (
            "facts",
            LII,
            "caveat",
            "See clinic-nowhere-real.",
            f"the words of {LII} mention clinic-nowhere-real",
        ),
        ("facts", LII, "jurisdiction", "UK", f"column 'jurisdiction' of {LII}: 'UK' is no country code"),
        ("facts", LII, "measure", "madrs_change", f"column 'measure' of {LII}: an underscore"),
        (
            "series",
            "zarate2006-response",
            "n_points",
            "3",
            "column 'n_points' of zarate2006-response: 3; expected 2",
        ),
        (
            "series",
            "zarate2006-response",
            "source_keys",
            "lii2023",
            "column 'source_keys' of zarate2006-response: lii",
        ),
        ("disputes", "comparator-effect", "question", "Or so?", "column 'question' of comparator-effect / "),
        ("help_lines", ("NZ",), "kind", "substance use", "NZ has no crisis or emergency contact"),
    ],
)
def test_a_broken_rule(copy, name, key, column, cell, message):
    number = spoil(copy, name, key, column, cell)
    found = [
        line
        for line in lines(copy, "evidence")
        if line.startswith(f"data/evidence/{name}.csv:") and message in line
    ]
    # A question that differs is told of the sides after the first.
    assert found and (column == "question" or found[0].startswith(f"data/evidence/{name}.csv:{number}: "))
    assert all("; expected " in line and "\n" not in line for line in found)


def test_glossary_rules(copy):
    path = copy / "data" / "glossary.csv"
    rows = read(path)
    rows[1][1] = "Seen in 12.5% of people."
    write(path, [rows[0], *rows[2:], rows[1]])
    found = lines(copy, "evidence")
    assert any(f"data/glossary.csv:{len(rows)}: '{rows[1][0]}' is out of order" in line for line in found)
    assert any("a figure that belongs in facts.csv" in line for line in found)


# Seals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key", "column", "cell"),
    [
        ("facts", LII, "value", "-5.92"),
        ("facts", LII, "caveat", "Nothing limits this."),
        ("pk_parameters", ("A-fanta-otto",), "value", "134"),
        ("claims", "wiki-02", "verdict", "partly-supported"),
        ("glossary", "dissociation", "definition", "Something else."),
    ],
)
def test_a_changed_cell_is_named_though_no_page_cites_it(copy, name, key, column, cell):
    number = spoil(copy, name, key, column, cell)
    shown = "A-fanta-otto / V1 / otto2021" if name == "pk_parameters" else key
    folder = "data" if name == "glossary" else "data/evidence"
    assert lines(copy) == [
        f"{folder}/{name}.csv:{number}: row '{shown}' differs from its seal; "
        "expected the row as sealed, or a new seal after review"
    ]
    assert rules.seal(copy) == [f"{folder}/{name}.csv: {shown}: changed"]
    assert lines(copy) == []


def test_a_changed_reference_is_named(copy):
    path = copy / "data" / "evidence" / "references.bib"
    text = path.read_text(encoding="utf-8").replace(
        "10.1038/s44220-023-00140-x", "10.1038/s44220-023-00140-y"
    )
    path.write_text(text, encoding="utf-8", newline="\n")
    (line,) = lines(copy)
    assert line.startswith("data/evidence/references.bib:") and "row 'lii2023' differs from its seal" in line


def test_rows_added_and_withdrawn_are_named(copy):
    path = copy / "data" / "glossary.csv"
    rows = read(path)
    gone = rows.pop()
    rows.insert(1, ["aaa", "A word."])
    write(path, rows)
    found = lines(copy)
    assert any(line.startswith("data/glossary.csv:2: row 'aaa' has no seal") for line in found)
    assert any(
        line.startswith(f"data/glossary.csv:{gone[0]}: the sealed row '{gone[0]}' is gone") for line in found
    )
    assert rules.seal(copy) == ["data/glossary.csv: aaa: new", f"data/glossary.csv: {gone[0]}: withdrawn"]


def test_sealing_is_refused_while_a_rule_is_broken(copy):
    number = spoil(copy, "facts", LII, "value", "abc")
    before = {path: path.read_bytes() for path in (copy / "data").rglob("*") if path.is_file()}
    text = refusal(rules.seal, copy)
    assert text.startswith(f"data/evidence/facts.csv:{number}: column 'value' of {LII}: 'abc'")
    assert text.endswith("nothing was sealed")
    assert before == {path: path.read_bytes() for path in (copy / "data").rglob("*") if path.is_file()}


def test_sealing_twice_changes_nothing_and_writes_lf(copy):
    digests, package = copy / "data" / "evidence" / "row_digests.csv", copy / "data" / "datapackage.json"
    before = digests.read_bytes(), package.read_bytes()
    assert rules.seal(copy) == [] and before == (digests.read_bytes(), package.read_bytes())
    digests.unlink()
    assert any("row_digests.csv: the file is missing" in line for line in lines(copy))
    rules.seal(copy)
    assert before == (digests.read_bytes(), package.read_bytes())
    series = table_path(copy, "series")
    series.write_bytes(series.read_bytes().replace(b"\n", b"\r\n"))
    assert lines(copy) == ["data/evidence/series.csv: lines end in carriage returns; expected LF line ends"]
    rules.seal(copy)
    assert lines(copy) == [] and not list((copy / "data").rglob(".*"))


def test_a_problem_is_one_line():
    assert (
        str(Problem("data/a.csv", "3", "two\nlines", "one", "x")) == "data/a.csv:3: two lines; expected one"
    )
    assert str(Problem("data/a.csv", "", "gone", "it", "x")) == "data/a.csv: gone; expected it"


# The data package -----------------------------------------------------------------------------------


def test_the_data_package_is_valid_and_needs_no_network():
    code = (
        "import socket\n"
        "def refuse(*args, **kwargs): raise AssertionError('the network was asked')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from frictionless import Package\n"
        "report = Package('data/datapackage.json').validate()\n"
        "print(report.to_summary())\n"
        "raise SystemExit(not report.valid)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_data_package_describes_every_file_and_column():
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    described = {item["path"] for item in package["resources"]}
    present = {
        path.relative_to(ROOT / "data").as_posix()
        for path in (ROOT / "data").rglob("*")
        if path.suffix in {".csv", ".bib"}
    }
    assert described == present
    codebook = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for item in package["resources"]:
        assert item["description"] and item["path"] in codebook
        for column in item.get("schema", {}).get("fields", []):
            assert column["description"] and f"`{column['name']}`" in codebook, (item["name"], column["name"])
            for word in column.get("constraints", {}).get("enum", []):
                assert f"`{word}`" in codebook, (item["name"], column["name"], word)
