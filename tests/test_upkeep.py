"""What keeps the collection usable for years: pins and their hashes, vendored files, the list of what is due, audit and canary."""

import csv
import json
import re
import shutil
import subprocess
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path

import audit
import canary
import pytest
import refresh as program
import upkeep
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from upkeep import ROOT

from tworooms import refresh
from tworooms.checks import evidence as rules

REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")
END = "home-dea-ext4"
TODAY = date(2026, 11, 22)


# Pins -----------------------------------------------------------------------------------------------


def test_every_requirement_is_exact_and_has_its_hashes():
    entries = re.split(r"\n(?=\S)", "\n".join(line for line in REQUIREMENTS.splitlines() if not line.startswith("#")))
    assert len(entries) > 150
    for entry in entries:
        first, *hashes = entry.split(" \\\n")
        assert re.fullmatch(r"[a-z0-9.-]+==[a-z0-9.]+( ; .+)?", first), first
        assert hashes and all(re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}", line) for line in hashes), first


def test_the_pins_name_no_host_and_no_path():
    assert "//" not in REQUIREMENTS and "file:" not in REQUIREMENTS and not re.search(r"(?m)^\s*-(?!-hash=)", REQUIREMENTS)
    assert not re.search(r"(?<!\\)[/\\]\w", REQUIREMENTS)


def test_every_library_that_is_asked_for_is_pinned_within_its_limits():
    pinned = upkeep.pins()
    for name, asked in canary.direct().items():
        assert name in pinned, name
        assert all(asked.specifier.contains(version) for version in pinned[name]), asked


def test_what_the_pinned_libraries_need_is_pinned_too():
    # Installing takes what is listed and looks for no more.
    pinned, wanted, seen = upkeep.pins(), list(canary.direct().values()), set()
    while wanted:
        line = wanted.pop()
        name = canonicalize_name(line.name)
        assert name in pinned, f"{name} is needed and not pinned: run `make pins`"
        for extra in {"", *line.extras} - {extra for known, extra in seen if known == name}:
            seen.add((name, extra))
            try:
                needs = metadata.requires(name) or ()
            except metadata.PackageNotFoundError:
                continue
            wanted += [need for need in map(Requirement, needs) if need.marker is None or need.marker.evaluate({"extra": extra})]
    assert len({name for name, _ in seen}) > 100


def test_every_way_to_install_checks_the_hashes():
    for place in ("Makefile", "README.md", ".github/workflows/publish.yml", ".github/workflows/desk.yml", ".github/workflows/canary.yml"):
        text = (ROOT / place).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if "requirements.txt" in line and "pip install" in line]
        assert lines and all("--no-deps --require-hashes -r requirements.txt" in line for line in lines), place
        assert text.count("--no-deps --no-build-isolation -e .") == len(lines), place


# Vendored files -------------------------------------------------------------------------------------


def test_vendored_files_are_those_that_were_recorded():
    libraries = upkeep.vendored()
    assert {library.name for library in libraries} >= {"axe-core", "reveal.js", "plotly.js-basic-dist-min"}
    for library in libraries:
        assert upkeep.changed(library) == [], library.folder
    folders = {path.parent for top in upkeep.PLACES for path in ROOT.glob(f"{top}/**/vendor/*/*.js")}
    assert folders == {library.folder for library in libraries}


def test_a_changed_a_lost_and_an_added_vendored_file_are_found(tmp_path):
    reveal = next(library for library in upkeep.vendored() if library.name == "reveal.js")
    copy = tmp_path / "tests" / "vendor" / "reveal"
    shutil.copytree(reveal.folder, copy)
    (copy / "reveal.js").write_bytes((copy / "reveal.js").read_bytes() + b"\n")
    (copy / "notes.js").unlink()
    (copy / "more.js").write_text("0", encoding="utf-8")
    (library,) = upkeep.vendored(tmp_path)
    assert upkeep.changed(library) == ["more.js", "notes.js", "reveal.js"]
    (copy / "VERSION").write_text("some version\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"tests/vendor/reveal/VERSION: .*; expected a line such as"):
        upkeep.vendored(tmp_path)


# What is due ----------------------------------------------------------------------------------------


def table(root: Path, name: str) -> Path:
    return root / "data" / "evidence" / f"{name}.csv"


def add(root: Path, name: str, *cells: str) -> None:
    with table(root, name).open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerow(cells)


def keys(root: Path, today: date, kind: str, ahead: int = 0) -> list[str]:
    return [item.key for item in refresh.due(root, today, timedelta(days=ahead)) if item.kind == kind]


def test_the_collection_lists_the_rule_that_ends_and_who_cites_it():
    assert all(item.kind == "end of a rule" for item in refresh.due(ROOT, TODAY, timedelta(days=60)))
    assert keys(ROOT, date(2026, 12, 30), "end of a rule") == []
    (item,) = [item for item in refresh.due(ROOT, date(2026, 12, 31)) if item.key == END]
    row = table(ROOT, "facts").read_text(encoding="utf-8").splitlines()[int(item.place) - 1]
    assert item.file == "data/evidence/facts.csv" and row.startswith(f"{END},")
    assert "two-rooms" in item.cited and "31" in item.what


def test_a_reading_settles_a_row_and_a_failed_one_does_not(collection):
    root = collection()
    later = date(2027, 5, 21)
    assert {END, "ethics-law-uk-class-b"} <= set(keys(root, later, "law")) and END not in keys(root, later - timedelta(days=1), "law")
    add(root, "readings", "facts", END, "2027-01-05", "unreachable", "")
    assert keys(root, later, "end of a rule") == [END] and END in keys(root, later, "law")
    add(root, "readings", "facts", END, "2027-01-06", "unchanged", "A. N.")
    assert keys(root, later, "end of a rule") == [] and END not in keys(root, later, "law")
    assert END in keys(root, date(2027, 7, 6), "law")


def test_kinds_come_from_the_table(collection):
    root = collection()
    assert "clinic-us-price" in keys(root, date(2027, 5, 21), "price")
    lines = table(root, "review_intervals").read_text(encoding="utf-8").replace(",price,", ",")
    table(root, "review_intervals").write_text(lines.replace("USD|AUD,6,", "USD|AUD,18,"), encoding="utf-8")
    assert keys(root, date(2028, 5, 20), "price") == [] and "clinic-us-price" in keys(root, date(2028, 5, 21), "price")


def test_help_lines_law_tables_and_cases_carry_their_own_days(collection):
    root = collection()
    note = root / "cases" / "toy" / "teaching-note.md"
    assert "US / Emergency services" in keys(root, date(2027, 5, 21), "help line")
    assert "US / Emergency services" not in keys(root, date(2027, 5, 20), "help line")
    assert keys(root, date(2027, 11, 20), "case") == [] and keys(root, date(2027, 11, 21), "case") == ["toy"]
    begun = note.read_text(encoding="utf-8")
    for said, day, due in (("checked 2027-01-31", date(2027, 7, 30), []), ("checked 2027-01-31", date(2027, 7, 31), ["toy"]), ("checked", TODAY, ["toy"])):
        note.write_text(f"{begun}\n## Law and guidance\n\nIreland; {said}.\n\n| Point | Status |\n|---|---|\n| x | 2020-01-01 |\n", encoding="utf-8")
        assert keys(root, day, "law table of a note") == due, said
    (item,) = [item for item in refresh.due(root, TODAY) if item.key == "toy"]
    assert item.place == "5" and "expected one such as" in item.what


def test_wrong_rows_of_the_two_tables_are_named(collection):
    root = collection()
    lines = table(root, "review_intervals").read_text(encoding="utf-8")
    add(root, "readings", "facts", "clinic-none", "2027-01-05", "unchanged", "")
    table(root, "review_intervals").write_text(lines.replace("science,facts,setting,pharmacology|ethics,", "science,facts,place,ethics,"), encoding="utf-8")
    said = "\n".join(map(str, rules.check(root)))
    assert "readings.csv:2: column 'key': 'clinic-none' is no row of facts; expected the key of a row" in said
    assert "'place' is no column of facts; expected fact_id, " in said
    assert re.search(r"facts\.csv:\d+: pharm-\S+ is of no kind in review_intervals\.csv; expected a kind", said)
    table(root, "review_intervals").write_text(lines.replace("pharmacology|ethics", "(ethics"), encoding="utf-8")
    assert "no regular expression" in "\n".join(map(str, rules.check(root)))


def test_the_program_lists_and_never_fails(monkeypatch, capsys):
    assert program.main(["--today", "2026-12-31", "--ahead", "0", "--no-links"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "end of a rule: 1 due" and lines[1].startswith("  data/evidence/facts.csv:") and lines[-1] == "external addresses: not asked"
    monkeypatch.setattr(program.build, "build", lambda root: root)
    monkeypatch.setattr(program.links, "external_links", lambda site: {"https://example.org/a": ["index.html"], "https://example.com/b": ["index.html"]})
    monkeypatch.setattr(program.links, "answer", lambda address: f"{program.links.UNREACHED} (no route)")
    assert program.main(["--today", "2026-11-22", "--ahead", "0", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["due"] == [] and said["links"] == {"said": program.NO_NETWORK, "dead": []}
    monkeypatch.setattr(program.links, "answer", lambda address: "answers 404" if address.endswith("b") else "")
    assert program.main(["--today", "2026-11-22", "--ahead", "0"]) == 0
    assert "index.html: https://example.com/b answers 404;" in capsys.readouterr().out
    with pytest.raises(SystemExit) as stop:
        program.main(["--today", "2027-13-01"])
    assert stop.value.code == 2 and "expected one such as 2027-05-21" in capsys.readouterr().err


# Audit ----------------------------------------------------------------------------------------------


def audited(monkeypatch, capsys, answer, script=None) -> tuple[int, str]:
    """What the audit says when pip-audit answers so; `answer` is its output, or an error to raise."""

    def run(command, **options):
        if isinstance(answer, Exception):
            raise answer
        return subprocess.CompletedProcess(command, 1, json.dumps(answer) if "pip_audit" in command else "", "")

    monkeypatch.setattr(audit, "environment", lambda folder: folder / "python")
    monkeypatch.setattr(audit.subprocess, "run", run)
    monkeypatch.setattr(audit, "ask", lambda library: script)
    return audit.main(), capsys.readouterr().out


def row(**more) -> dict:
    return {"name": "bleach", "version": "6.4.0", "vulns": [], **more}


def test_an_audit_without_a_source_says_so_and_passes(monkeypatch, capsys):
    for answer in (subprocess.CalledProcessError(1, "pip"), {}, {"dependencies": [{"name": "bleach", "skip_reason": "not on this index"}]}):
        status, said = audited(monkeypatch, capsys, answer)
        assert status == 0 and re.search(r"^\d+ Python libraries: not audited: no advisory source could be reached$", said, re.MULTILINE)
        assert "reveal.js 6.0.2: not audited" in said and "Nothing is known" not in said


def test_an_audit_that_finds_something_fails(monkeypatch, capsys):
    status, said = audited(monkeypatch, capsys, {"dependencies": [row()]}, [])
    assert status == 0 and said.endswith("Nothing is known against any of them.\n")
    found = row(vulns=[{"id": "GHSA-1", "aliases": ["CVE-2"], "fix_versions": ["6.4.1"]}])
    status, said = audited(monkeypatch, capsys, {"dependencies": [found]}, [])
    assert status == 1 and "bleach 6.4.0: GHSA-1 CVE-2; fixed in 6.4.1" in said
    status, said = audited(monkeypatch, capsys, {"dependencies": [row()]}, [audit.Found("reveal.js", "6.0.2", "GHSA-3", "")])
    assert status == 1 and "reveal.js 6.0.2: GHSA-3; no version without it is named" in said


def test_an_audit_asks_about_both_versions_and_about_other_systems(monkeypatch, tmp_path):
    asked = []

    def run(command, **options):
        if "pip_audit" in command:
            asked.append(Path(command[command.index("-r") + 1]).read_text(encoding="utf-8"))
        return subprocess.CompletedProcess(command, 0, json.dumps({"dependencies": [row()]}), "")

    monkeypatch.setattr(audit, "environment", lambda folder: folder / "python")
    monkeypatch.setattr(audit.subprocess, "run", run)
    assert audit.python_libraries({"pywinpty": ["3.1.2"], "soupsieve": ["2.10", "4.1.2"]}, tmp_path) == ([], [])
    assert asked == ["pywinpty==3.1.2\nsoupsieve==2.10\n", "soupsieve==4.1.2\n"]


# Canary ---------------------------------------------------------------------------------------------


def test_the_canary_reports_what_was_tried_and_what_moved():
    steps = [canary.Step("install", "", 61.4), canary.Step("build the book", "ImportError: no name 'x' | in y", 3.0), canary.Step("fast tests", "", None)]
    pinned = {"plotly": ["7.1.0"], "soupsieve": ["2.10", "4.1.2"], "idna": ["3.1"]}
    asked = {"plotly": Requirement("plotly<9")}
    text = canary.report(steps, pinned, {"plotly": "8.0", "soupsieve": "4.1.2", "idna": "3.2", "new": "1"}, asked, "3.12.1")
    assert text.startswith("## Canary, Python 3.12.1: 1 of 3 steps fail\n")
    assert "| install | passes | 61 |" in text and "| fast tests | not tried |  |" in text
    assert r"| build the book | fails: ImportError: no name 'x' \| in y | 3 |" in text
    assert "| plotly | 7.1.0 | 8.0 (a new major version) | &lt;9 |" in text and "| idna | 3.1 | 3.2 |  |" in text and "| new | – | 1 |  |" in text
    assert "soupsieve" not in text and "3 of 4 libraries differ" in text
    assert "every step passes" in canary.report(steps[:1], pinned, {}, asked, "3.12.1")


def test_the_canary_quotes_the_first_error():
    assert canary.first_error("x\nWARNING: y\nERROR: No matching distribution\nmore") == "ERROR: No matching distribution"
    assert canary.first_error("....F\n\nE   ModuleNotFoundError: No module named 'z'\nFAILED a") == "ModuleNotFoundError: No module named 'z'"
    assert canary.first_error("ImportError while importing\nE   ImportError: x\n") == "ImportError: x"
    assert canary.first_error("Traceback (most recent call last):\n  File x\nKeyError: 'a'\n") == "KeyError: 'a'"
    assert canary.first_error("one\ntwo\n") == "two" and canary.first_error("") == "it ended without a word"


def test_the_canary_fails_only_for_what_was_typed(monkeypatch, capsys, tmp_path):
    for given in (["--python", "python-none"], ["--summary", str(tmp_path / "none" / "x")]):
        with pytest.raises(SystemExit) as stop:
            canary.main(given)
        assert stop.value.code == 2 and "expected" in capsys.readouterr().err
    broken = [canary.Step("install", "ERROR: no index", 1.0), canary.Step("check", "", None)]
    monkeypatch.setattr(canary, "tried", lambda order, scratch, tell: (broken, {}, "3.13.0"))
    assert canary.main(["--summary", str(tmp_path / "summary")]) == 0
    assert "fails: ERROR: no index" in capsys.readouterr().out and "## Canary" in (tmp_path / "summary").read_text(encoding="utf-8")


def test_the_fast_tests_exist():
    assert [name for name in canary.FAST if not (ROOT / f"tests/test_{name}.py").is_file()] == []
