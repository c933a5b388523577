"""What must not grow with the number of cases: what one check reads, what one edit writes anew, what one page weighs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from fixtures.breaking import edit as replace
from fixtures.breaking import edit_cell, make, run
from growing import edit, grow

from tworooms import build, derive, forks
from tworooms.case import Case, all_cases
from tworooms.checks import run as checks

#: The pages that list every case, in the fixture's book.
LISTS = {"index.html"}


def pages_of(site: Path) -> dict[str, tuple[bytes, int]]:
    """Every page of a built site, and when it was written."""
    return {path.relative_to(site).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(site.rglob("*.html"))}


def written(before: dict, after: dict) -> set[str]:
    """Pages written since, the search page left out, which is written by every build."""
    return {page for page in after if before.get(page, (b"", 0))[1] != after[page][1]} - {"search.html"}


@pytest.fixture(scope="module")
def five(tmp_path_factory) -> Path:
    folder = make(tmp_path_factory.mktemp("scale") / "five", whole_book=False)
    grow(folder, 5)
    return folder


@pytest.fixture(scope="module")
def thirty(tmp_path_factory) -> Path:
    folder = make(tmp_path_factory.mktemp("scale") / "thirty", whole_book=False)
    grow(folder, 30)
    return folder


@pytest.fixture(scope="module")
def site_of_five(five: Path) -> Path:
    return build.build(five)


@pytest.fixture(scope="module")
def site_of_thirty(thirty: Path) -> Path:
    return build.build(thirty)


# Building -------------------------------------------------------------------------------------------


def test_an_edited_case_is_written_anew_with_the_pages_that_list_it(thirty, site_of_thirty) -> None:
    before = pages_of(site_of_thirty)
    edit(Case(thirty / "cases" / "toy-fork-7"), "One more sentence.")
    after = pages_of(build.build(thirty))
    assert written(before, after) == {"cases/toy-fork-7/case.html"} | LISTS
    assert b"One more sentence." in after["cases/toy-fork-7/case.html"][0]


def test_a_changed_title_reaches_the_lists_and_the_neighbours(thirty, site_of_thirty) -> None:
    before = pages_of(site_of_thirty)
    metadata = thirty / "cases/toy-fork-9/case.yml"
    old = Case(metadata.parent).metadata.title
    metadata.write_text(derive.with_field(metadata.read_text(encoding="utf-8"), "title", "Another name"), encoding="utf-8")
    edit_cell(thirty, 0, lambda cell: cell.update(source=cell.source.replace(f"# {old}", "# Another name")), "cases/toy-fork-9")
    after = pages_of(build.build(thirty))
    assert written(before, after) == {f"cases/toy-fork-{n}/case.html" for n in (8, 9, 10)} | LISTS
    assert after["index.html"][0].count(b"Another name") == 1


def test_an_added_case_is_written_with_its_neighbours_and_the_lists(thirty, site_of_thirty) -> None:
    before = pages_of(site_of_thirty)
    original = Case(thirty / "cases" / "toy-fork-12")
    forks.fork(thirty, original, "one-more", title="One more", today=original.metadata.date_reviewed)
    after = pages_of(build.build(thirty))
    assert written(before, after) == {"cases/one-more/case.html", "cases/toy-fork-12/case.html", "cases/toy-fork-13/case.html"} | LISTS


def test_pages_are_the_same_whoever_builds_them(five, site_of_five, tmp_path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(five, copy, ignore=shutil.ignore_patterns("_build"))
    alone, together = ({path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}
                       for site in (site_of_five, build.build(copy, jobs=2)))  # fmt: skip
    assert alone == together


def test_a_broken_case_is_told_alike_by_processes_side_by_side(five, tmp_path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(five, copy, ignore=shutil.ignore_patterns("_build"))
    edit(Case(copy / "cases" / "toy-fork-2"), "[two](fact:clinic-no-such-fact)")
    said = []
    for jobs in (1, 2):
        with pytest.raises(build.BuildError) as refused:
            build.build(copy, fresh=True, jobs=jobs)
        said.append(refused.value.lines)
    assert said[0] == said[1]
    assert "clinic-no-such-fact" in said[0][0]


def test_a_page_weighs_the_same_among_many(site_of_five, site_of_thirty) -> None:
    few, many = pages_of(site_of_five), pages_of(site_of_thirty)
    for page in ("cases/toy/case.html", "cases/toy-fork-2/case.html", "getting-help.html"):
        # Only the titles of the pages before and after may differ.
        assert abs(len(many[page][0]) - len(few[page][0])) < 200
    entry = (len(many["index.html"][0]) - len(few["index.html"][0])) / 25
    assert entry < 1_500


# Checking -------------------------------------------------------------------------------------------


def test_checking_one_case_asks_of_no_other(five, tmp_path, monkeypatch) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(five, copy, ignore=shutil.ignore_patterns("_build"))
    (copy / "cases/toy-fork-3/quiz.yml").write_text("items: 3\n", encoding="utf-8")
    (copy / "book/index.md").write_text("# A page\n\nAn addict paid 45% more.\n", encoding="utf-8")
    asked: dict[str, list[str]] = {}
    for name, family in checks.FAMILIES.items():

        def spy(root, cases=None, name=name, family=family):
            asked.setdefault(name, []).extend(case.slug for case in cases or ())
            return family(root, cases)

        if name != "evidence":
            monkeypatch.setitem(checks.FAMILIES, name, spy)
    assert run(copy, "check", "toy-fork-2") == (0, "Every check holds.\n", "")
    assert set(map(tuple, asked.values())) == {("toy-fork-2",)}
    assert run(copy, "check", "toy-fork-3").out.startswith("cases/toy-fork-3/quiz.yml:1: items")
    whole = run(copy, "check")
    assert whole.code == 1
    assert {line.split(":")[0] for line in whole.out.splitlines()} == {"cases/toy-fork-3/quiz.yml", "book/index.md"}


def test_tables_are_checked_with_every_case(five, tmp_path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(five, copy, ignore=shutil.ignore_patterns("_build"))
    replace(copy / "data/glossary.csv", "dissociation", "Dissociation")
    outcome = run(copy, "check", "toy-fork-2")
    assert outcome.code == 1
    assert outcome.out.startswith("data/glossary.csv")


def test_cases_and_what_is_around_them_are_the_whole(five, tmp_path) -> None:
    """A family that asks something of pages without being named in AROUND would be heard in one of the two ways only."""
    copy = tmp_path / "copy"
    shutil.copytree(five, copy, ignore=shutil.ignore_patterns("_build"))
    for page in (copy / "book").glob("*.md"):
        page.write_text(f"{page.read_text(encoding='utf-8')}\nTO WRITE: an addict paid [45%](fact:none) more, or 46%.\n", encoding="utf-8")
    (copy / "book/_toc.yml").write_text("root: book/nothing\n", encoding="utf-8")
    edit(Case(copy / "cases" / "toy-fork-2"), "TO WRITE: an addict paid 45% more.")
    for name, family in checks.FAMILIES.items():
        if name != "evidence":
            around = checks.AROUND[name](copy) if name in checks.AROUND else []
            assert family(copy) == family(copy, all_cases(copy)) + around, name


def test_many_cases_are_checked_side_by_side_and_told_in_order(thirty, tmp_path, monkeypatch) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(thirty, copy, ignore=shutil.ignore_patterns("_build"))
    monkeypatch.setattr(checks, "WORTH_PROCESSES", 10)
    for number in (28, 4, 17):
        edit(Case(copy / "cases" / f"toy-fork-{number}"), "TO WRITE: an addict paid 45% more.")
    told = []
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    together = checks.check(copy, tell=lambda done, of: told.append((done, of)))
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert together == checks.check(copy)
    assert told[-1] == (len(all_cases(copy)),) * 2
    assert [problem.file for problem in together if problem.rule == "unwritten"] == [
        f"cases/toy-fork-{number}/case.ipynb" for number in (17, 28, 4)
    ]
