"""The collection as it is published: every rule of every family, and invented data that their scripts still make."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tworooms.case import all_cases
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
