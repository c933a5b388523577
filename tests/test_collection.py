"""The collection as it is published: every rule of every family, and invented data that their scripts still make."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tworooms.case import all_cases
from tworooms.checks import structure
from tworooms.checks.run import check

ROOT = Path(__file__).resolve().parents[1]
CASES = all_cases(ROOT)


def test_every_check_holds(root: Path) -> None:
    problems = check(root)
    assert not problems, "\n" + "\n".join(map(str, problems))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.slug)
def test_case_stands_in_the_reading_order(root: Path, case) -> None:
    assert f"file: cases/{case.slug}/case" in (root / "book" / "_toc.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.slug)
def test_invented_observations_are_what_their_script_makes(case, tmp_path: Path) -> None:
    tables = sorted(path.name for path in case.folder.glob("*.csv"))
    scripts = sorted(case.folder.glob("make_*.py"))
    assert bool(tables) == bool(scripts), "a table of a case's own comes from a script beside it"
    for script in scripts:
        shutil.copy(script, tmp_path)
        subprocess.run([sys.executable, script.name], cwd=tmp_path, check=True)
    for name in tables:
        assert (tmp_path / name).read_bytes() == (case.folder / name).read_bytes(), f"{name} differs from what its script makes"


@pytest.mark.parametrize(
    ("heading", "rows", "told"),
    [
        ("50-minute class", ["| 20 | One |", "| 30 | Two |"], ""),
        ("50-minute class", ["| 20 | One |", "| 29 | Two |"], "add up to 49; expected 50"),
        ("2 × 50-minute classes", ["| 50 | One | 45 | Two |", "| 0 | | 5 | |"], ""),
        ("2 × 50-minute classes", ["| 50 | One | 45 | Two |"], "add up to 45; expected 50"),
        ("Online: 150 minutes over a week", ["| 90 | One |", "| 61 | Two |"], "add up to 151; expected 150"),
    ],
)
def test_minute_plans_add_up(collection, heading: str, rows: list[str], told: str) -> None:
    folder = collection()
    note = folder / "cases" / "toy" / "teaching-note.md"
    head = "| min | First | min | Second |" if heading.startswith("2") else "| min | What |"
    text = "\n".join(["", f"### {heading}", "", head, "|---|---|---|---|", *rows, "", "### After", "", "| 7 | x |"])
    note.write_text(note.read_text(encoding="utf-8") + text + "\n", encoding="utf-8")
    lines = [str(problem) for problem in structure.check(folder) if "minutes add up" in str(problem)]
    assert bool(lines) == bool(told)
    assert all(told in line and "teaching-note.md:" in line for line in lines)
