"""`.github/workflows`: what a hosted build does for those without a terminal, run here on a small collection with a remote of its own."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.breaking import CASE, FIGURE_CELL, NOTE, ROOT, edit, edit_cell, make
from ruamel.yaml import YAML

from tworooms.case import Case

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
#: Actions that GitHub itself publishes, and our own publishing.
STOCK = re.compile(r"actions/(checkout|setup-python|configure-pages|upload-artifact|upload-pages-artifact|deploy-pages)@v\d+|\./\.github/workflows/publish\.yml")

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="the hosted build keeps its work with git")


def load(path: Path) -> dict:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> list[dict]:
    return [step for job in load(path)["jobs"].values() for step in [job, *job.get("steps", ())]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_only_stock_actions_and_no_word_of_a_form_in_a_script(path):
    assert WORKFLOWS
    for step in steps(path):
        if "uses" in step:
            assert STOCK.fullmatch(step["uses"]), step["uses"]
        # A title with a quotation mark would otherwise end the command that it stands in, and begin another.
        assert "${{" not in step.get("run", ""), step["run"]


def test_the_page_names_every_task_of_the_desk():
    page = (ROOT / "book/publish-your-fork.md").read_text(encoding="utf-8")
    for task in load(ROOT / ".github/workflows/desk.yml")["on"]["workflow_dispatch"]["inputs"]["task"]["options"]:
        assert f'"{task}"' in page, task


@pytest.fixture
def desk(tmp_path):
    """A function that lets the desk do a task in a clone of a small collection; and the clone."""
    origin, clone, original = tmp_path / "origin.git", tmp_path / "a clone", tmp_path / "original"
    make(original, whole_book=False)
    shutil.copytree(ROOT / ".github", original / ".github")
    (original / ".gitignore").write_text("_build/\n", encoding="utf-8")
    surroundings = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(tmp_path), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                    "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "RUNNER_TEMP": str(tmp_path)}  # fmt: skip
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = T\n\temail = t@example.org\n[init]\n\tdefaultBranch = main\n", encoding="utf-8")
    for command in ("git init -q && git add -A && git commit -qm begun", f"git clone -q --bare . '{origin}'", f"git clone -q '{origin}' '{clone}'"):
        subprocess.run(["bash", "-ec", command], cwd=original, env=surroundings, check=True)
    job = load(ROOT / ".github/workflows/desk.yml")["jobs"]["desk"]

    def run(task: str, **inputs: str) -> subprocess.CompletedProcess:
        given = {"task": task, "case": "", "new_name": "", "title": "", "author": "", "jurisdiction": "", "forms": "", **inputs}
        named = {name: given[match[1]] if (match := re.fullmatch(r"\$\{\{ inputs\.(\w+) \}\}", value)) else {"BRANCH": "main", "RUN": "7"}[name]
                 for name, value in job["env"].items()}  # fmt: skip
        script = next(step["run"] for step in job["steps"] if step.get("if") == f"inputs.task == '{task}'" and "run" in step)
        # GitHub's own bash stops at the first command that fails.
        return subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=clone, env={**surroundings, **named}, capture_output=True, text=True)

    run.clone, run.original, run.summary = clone, original, tmp_path / "summary"
    run.git = lambda *arguments: subprocess.run(["git", *arguments], cwd=clone, env=surroundings, check=True, capture_output=True, text=True).stdout
    return run


def test_a_fork_from_the_form_is_committed_with_its_credit(desk):
    # Quotation marks, a blank at the beginning, a dollar sign: words of a title, and nothing else.
    title = 'Night "shift"; $(touch bad) `touch bad`'
    done = desk("fork a case", case="toy", new_name="night-shift", title=title, author="A. Name", jurisdiction="IE")
    assert done.returncode == 0, done.stderr
    assert desk.git("rev-parse", "HEAD") == desk.git("rev-parse", "origin/main") and not desk.git("status", "--short")
    meta = Case(desk.clone / "cases/night-shift").metadata
    assert (meta.title, meta.jurisdictions, meta.derived_from.case) == (title, ["IE"], "toy")
    assert not list(desk.clone.rglob("bad")) and "night-shift" in desk.summary.read_text(encoding="utf-8")


def test_a_taken_name_ends_red_and_changes_nothing(desk):
    before = desk.git("rev-parse", "origin/main")
    done = desk("fork a case", case="toy", new_name="toy")
    assert done.returncode == 1 and "taken" in done.stderr + done.stdout
    assert desk.git("rev-parse", "origin/main") == before


def test_a_case_is_run_anew_and_stored_only_where_it_changed(desk):
    assert desk("refresh my case", case="toy").returncode == 0
    assert "Nothing to refresh" in desk.summary.read_text(encoding="utf-8")
    edit_cell(desk.clone, FIGURE_CELL, lambda cell: cell.update(source=cell.source.replace("It rises.", "It climbs.")))
    assert desk("refresh my case", case="toy").returncode == 0
    assert "It climbs." in desk.git("show", "origin/main:cases/toy/case.ipynb")


def test_an_update_waits_on_a_branch_of_its_own(desk):
    assert desk("fork a case", case="toy", new_name="night-shift").returncode == 0
    edit(desk.original / NOTE, "The difference was", "As we now know, the difference was")
    edit(desk.original / CASE, "version: 1.0.0", 'version: "1.1.0"')
    # What the step before fetches there.
    shutil.copytree(desk.original, desk.clone / "_build/original")
    main = desk.git("rev-parse", "origin/main")
    done = desk("update my case", case="night-shift")
    assert done.returncode == 0, done.stdout + done.stderr
    desk.git("fetch", "-q")
    assert desk.git("rev-parse", "origin/main") == main
    assert "As we now know" in desk.git("show", "origin/update-night-shift-7:cases/night-shift/teaching-note.md")


def test_an_update_with_a_conflict_can_be_settled_in_the_browser(desk):
    assert desk("fork a case", case="toy", new_name="night-shift").returncode == 0
    edit(desk.clone / "cases/night-shift/teaching-note.md", "The difference was", "For us the difference was")
    desk.git("commit", "-qam", "ours")
    edit(desk.original / NOTE, "The difference was", "As we now know, the difference was")
    shutil.copytree(desk.original, desk.clone / "_build/original")
    assert desk("update my case", case="night-shift").returncode == 0
    desk.git("fetch", "-q")
    assert "<<<<<<< yours" in desk.git("show", "origin/update-night-shift-7:cases/night-shift/teaching-note.md")
    assert "both sides changed these lines" in desk.summary.read_text(encoding="utf-8")


def test_a_case_in_other_forms(desk):
    assert desk("export a case", case="toy", forms="qti,moodle").returncode == 0
    assert {"toy-qti.zip", "toy-moodle.xml"} <= {path.name for path in (desk.clone / "_build/exports").iterdir()}
