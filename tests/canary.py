"""Tries the collection with newer libraries than the pinned ones, and reports what breaks. Run by `make canary`.

It works on a copy, in an environment of its own, and throws both away. What it finds is a report and no failure: it ends with 0.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from bench import copy_of_collection
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from upkeep import ROOT, environment, pins

#: Tests that need no built book, no browser and no server.
FAST = ("agreement", "alarms", "blinding", "budget", "case", "evidence", "figures", "missing", "pharmacokinetics", "rates",
        "readability", "reporting", "screening", "transfer")  # fmt: skip
#: What a line begins with that says what went wrong, the most telling first: a test's reason, an installer's, a traceback's end, a check's.
_ERRORS = (re.compile(r"E  +\S*(?:Error|Exception)\b"), re.compile(r"E  +|ERROR:? |\S*(?:Error|Exception): |FAILED |(?:cases|data|book)/\S+: "))
_LONGEST = 200
#: Extras that are not among the pins: what they bring does not exist for every system.
UNPINNED = ("fuzz",)


@dataclass(frozen=True)
class Step:
    """One thing that was tried. said: the first line of what went wrong, "" when nothing did; seconds: None when it was not tried."""

    name: str
    said: str
    seconds: float | None


def first_error(text: str) -> str:
    """The first line of a program's output that names an error; without one, its last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for pattern in _ERRORS for line in lines if pattern.match(line)]
    return (errors or lines[-1:] or ["it ended without a word"])[0].removeprefix("E ").strip()[:_LONGEST]


def direct(root: Path = ROOT) -> dict[str, Requirement]:
    """The libraries that pyproject.toml asks for, extras included, by name."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (lines for name, lines in project["optional-dependencies"].items() if name not in UNPINNED)
    asked = [*project["dependencies"], *(line for lines in extras for line in lines)]
    return {canonicalize_name(line.name): line for line in map(Requirement, asked)}


def report(steps: list[Step], pinned: dict[str, list[str]], newest: dict[str, str], asked: dict[str, Requirement], python: str) -> str:
    """What was tried and with what, in Markdown.

    steps: in their order. pinned: as `upkeep.pins` gives them. newest: what was installed instead, by name.
    asked: as `direct` gives them. python: the version of Python.
    """
    failed = [step for step in steps if step.said]
    changed = sorted(name for name, version in newest.items() if version not in pinned.get(name, []))
    verdict = f"{len(failed)} of {len(steps)} steps fail" if failed else "every step passes"
    lines = [f"## Canary, Python {python}: {verdict}", "", "| step | result | seconds |", "|---|---|---|"]
    for step in steps:
        result = "not tried" if step.seconds is None else f"fails: {_cell(step.said)}" if step.said else "passes"
        lines.append(f"| {step.name} | {result} | {'' if step.seconds is None else f'{step.seconds:.0f}'} |")
    if not newest:
        return "\n".join(lines)
    lines += ["", f"{len(changed)} of {len(newest)} libraries differ from their pins.", ""]
    if changed:
        lines += ["| library | pinned | newest | pyproject.toml allows |", "|---|---|---|---|"]
    for name in changed:
        allowed = str(asked[name].specifier) or "any" if name in asked else ""
        jump = " (a new major version)" if name in pinned and Version(newest[name]).major > max(map(Version, pinned[name])).major else ""
        lines.append(f"| {name} | {', '.join(pinned.get(name, ['–']))} | {newest[name]}{jump} | {_cell(allowed)} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def arguments(given: list[str] | None) -> argparse.Namespace:
    """What was typed; a mistake ends the program with one line and status 2."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", default=sys.executable, help="the Python to try with; this one when left out")
    parser.add_argument("--pre", action="store_true", help="pre-releases too")
    parser.add_argument("--beyond", action="store_true", help="ignore the limits that pyproject.toml sets")
    parser.add_argument("--summary", type=Path, metavar="FILE", help="add the report to this file, in Markdown")
    order = parser.parse_args(given)
    if not shutil.which(order.python):
        parser.error(f"--python {order.python}: there is no such program; expected one such as python3.12")
    if order.summary and not order.summary.parent.is_dir():
        parser.error(f"--summary {order.summary}: its folder does not exist; expected a file in a folder that does")
    return order


def tried(order: argparse.Namespace, scratch: Path, tell) -> tuple[list[Step], dict[str, str], str]:
    """Try everything in a copy: the steps, the installed versions by name, the version of Python. `tell` is called with each step's name."""
    folder = copy_of_collection(scratch)
    case = next(path.parent.name for path in sorted(folder.glob("cases/*/case.yml")))
    steps: list[Step] = []

    def step(name: str, *commands: list) -> None:
        tell(name)
        if steps and steps[0].said:
            steps.append(Step(name, "", None))
            return
        start, said = time.perf_counter(), ""
        for command in commands:
            done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, encoding="utf-8", errors="replace",
                                  env={**os.environ, "PYTHONUTF8": "1"})  # fmt: skip
            if done.returncode:
                said = first_error(f"{done.stdout}\n{done.stderr}".replace(f"{folder}{os.sep}", ""))
                break
        steps.append(Step(name, said, time.perf_counter() - start))

    tell("make an environment")
    python = environment(scratch / "environment", order.python)
    version = subprocess.run([python, "-c", "import platform; print(platform.python_version())"], check=True, capture_output=True, text=True).stdout.strip()
    # Eager, or what an environment is born with stays as old as it is.
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--upgrade", "--upgrade-strategy", "eager",
           *(["--pre"] if order.pre else [])]  # fmt: skip
    asked = direct()
    if order.beyond:
        names = [f"{line.name}{f' ; {line.marker}' if line.marker else ''}" for line in asked.values()]
        step("install", [*pip, *names], [python, "-m", "pip", "install", "--quiet", "--no-deps", "-e", "."])
    else:
        extras = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
        step("install", [*pip, "-e", f".[{','.join(extras)}]"])
    tworooms = [python.with_name("tworooms")]
    step("check", [*tworooms, "check"])
    step("build the book", [*tworooms, "build"])
    pytest = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", "--tb", "short"]
    step(f"run {case} anew and compare", [*pytest, f"cases/{case}"])
    step("fast tests", [*pytest, *(f"tests/test_{name}.py" for name in FAST if (folder / f"tests/test_{name}.py").is_file())])
    listed = subprocess.run([python, "-m", "pip", "list", "--format", "json"], capture_output=True, text=True).stdout
    newest = {name: row["version"] for row in json.loads(listed or "[]") if (name := canonicalize_name(row["name"])) not in {"pip", "tworooms"}}
    return steps, {} if steps[0].said else newest, version


def main(given: list[str] | None = None) -> int:
    """Try, print the report, add it to the summary; 0 whatever breaks."""
    order = arguments(given)
    out, err = Console(), Console(stderr=True)
    progress = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err, transient=True)
    try:
        with tempfile.TemporaryDirectory(prefix="canary ") as scratch, progress:
            task = progress.add_task("copy")
            steps, newest, version = tried(order, Path(scratch), lambda name: progress.update(task, description=name))
    except KeyboardInterrupt:
        err.print("Stopped; the copy and its environment are gone.")
        return 130
    except subprocess.CalledProcessError as error:
        err.print(f"{order.python}: makes no environment ({first_error(error.stderr or '')}); expected Python 3.11 to 3.13 with venv", markup=False, soft_wrap=True)
        return 2
    text = report(steps, pins(), newest, direct(), version)
    out.print(Markdown(text) if out.is_terminal else text, markup=False, soft_wrap=not out.is_terminal)
    if order.summary:
        with order.summary.open("a", encoding="utf-8") as stream:
            stream.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
