"""Measures how the collection's commands and pages grow with the number of cases.

Run by `make bench-scale`, or `python tests/bench_scale.py 11 200 1000` for sizes of your own; `published` stands for the cases
there are. Nothing here is a test: figures depend on the machine. Each size has a copy of the collection, thrown away afterwards.
"""

from __future__ import annotations

import argparse
import gzip
import math
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import copy_of_collection
from growing import edit, grow
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from weigh import size, weigh

from tworooms.case import all_cases
from tworooms.exports import chromium
from tworooms.serve import server

SIZES = ("published", "200", "1000")
#: Cases that are executed to learn what one takes.
SAMPLE = 6
#: What is looked for: it stands on nearly every page, so that the list of results is as long as it can be.
WORD = "ketamine"

_WATCH_RESULTS = """
window.__found = new Promise((done) => addEventListener("DOMContentLoaded", () => {
  const list = document.getElementById("search-results");
  new MutationObserver(() => { if (list.querySelector("li")) done(performance.now()); }).observe(list, { childList: true, subtree: true });
}));
"""
#: Milliseconds from a choice to the next frame with the list as it should be.
_CHOOSE = """async () => {
  const choice = document.querySelector("form[data-filters=cases] select[name=level]");
  const started = performance.now();
  choice.value = "advanced";
  choice.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const taken = performance.now() - started;
  const shown = [...document.querySelectorAll(".case-entry")].filter((entry) => entry.checkVisibility());
  if (!shown.length || shown.some((entry) => entry.dataset.level !== "advanced")) throw new Error("the list is not what was chosen");
  return taken;
}"""


@dataclass(frozen=True)
class Row:
    """One measurement of one size. name: what was measured. value: in `unit`; None where it could not be measured."""

    name: str
    value: float | None
    unit: str


class Failed(Exception):
    """A measured command failed; what it said is the message."""


def timed(folder: Path, *arguments: str) -> tuple[float, float | None]:
    """Seconds of a `tworooms` command in a process of its own, and the MB of its largest process where the system tells."""
    command = [sys.executable, "-c", "from tworooms.cli import main; main()", *arguments]
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, env={**os.environ, "PYTHONPATH": str(folder)})
        try:
            if hasattr(os, "wait4"):
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                # Kilobytes, but bytes on a Mac.
                memory = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
            else:
                process.wait()
                memory = None
        except BaseException:
            process.kill()
            raise
        seconds = time.perf_counter() - started
        # A check that finds something has done its work: made-up sentences may look like people.
        if process.returncode and arguments[0] != "check":
            said.seek(0)
            raise Failed(f"tworooms {' '.join(arguments)}: {said.read().decode(errors='replace')[:2000]}")
    return seconds, memory


def measure(folder: Path, tell: Callable[[str], None]) -> list[Row]:
    """Every measurement of one collection, which is changed on the way."""
    cases = all_cases(folder)
    one, last = cases[len(cases) // 2], cases[-1]
    rows = []

    def command(name: str, *arguments: str, share: int = 1) -> None:
        tell(name)
        seconds, memory = timed(folder, *arguments)
        rows.append(Row(name, seconds / share, "s"))
        if memory is not None and share == 1:
            rows.append(Row(f"{name}, memory", memory, "MB"))

    command("build, cold", "build")
    command("build, nothing changed", "build")
    edit(one, "One more sentence.")
    command("build, one case edited", "build")
    added = f"{last.slug}-added"
    timed(folder, "fork", last.slug, added, "--title", "One more case")
    command("build, one case added", "build")
    command(f"check {one.slug}", "check", one.slug)
    command("check", "check")
    sample = [case.slug for case in cases[:: max(1, len(cases) // SAMPLE)][:SAMPLE]]
    for jobs in ("1", "2"):
        command(f"execute, a case, --jobs {jobs}", "execute", *sample, "--jobs", jobs, share=len(sample))
    command("export a case to moodle", "export", one.slug, "--to", "moodle")

    site = folder / "_build" / "student" / "html"
    index = (site / "searchindex.js").read_bytes()
    rows += [
        Row("site", size(site), "MB"),
        Row("page of a case", (site / "cases" / one.slug / "case.html").stat().st_size / 1024, "KiB"),
        Row("page for choosing a case, gzip", len(gzip.compress((site / "choosing-a-case.html").read_bytes(), 6)) / 1024, "KiB"),
        Row("search index", len(index) / 1024, "KiB"),
        Row("search index, gzip", len(gzip.compress(index, 6)) / 1024, "KiB"),
    ]
    if chromium.find() is not None:
        tell("pages in the browser")
        rows += in_browser(site)
    return rows


def in_browser(site: Path) -> list[Row]:
    """What a reader waits for, and what is sent."""
    with server(site) as running, chromium.launched() as browser:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}/"
        rows = [Row("home page before the first scroll, gzip", weigh(browser, address, "index.html", scroll=False).before, "KiB")]
        tab = browser.new_page()
        tab.set_default_timeout(120_000)
        tab.goto(f"{address}index.html")
        rows.append(Row("choosing a level, until the list is right", tab.evaluate(_CHOOSE), "ms"))
        tab.add_init_script(_WATCH_RESULTS)
        tab.goto(f"{address}search.html?q={WORD}")
        rows.append(Row("first search result", tab.evaluate("window.__found") / 1000, "s"))
        # Excerpts are still being fetched; their server would complain of a reader who leaves.
        tab.wait_for_load_state("networkidle")
        running.shutdown()
    return rows


def report(console: Console, measured: dict[int, list[Row]]) -> None:
    """One line a measurement: its value at each size, per case at the largest, and how it grew.

    The exponent is that of cases between the two largest sizes: 0 where it stays, 1 where it doubles with them.
    """
    sizes = list(measured)
    table = Table("", *(f"{number} cases" for number in sizes), "a case", "exponent")
    for number, row in enumerate(measured[sizes[-1]]):
        # Slugs differ from size to size; places do not.
        values = [rows[number].value if number < len(rows) else None for rows in measured.values()]
        cells = [f"{value:,.1f} {row.unit}" if value is not None else "–" for value in values]
        grown = "–"
        if len(sizes) > 1 and all(values[-2:]):
            grown = f"{math.log(values[-1] / values[-2]) / math.log(sizes[-1] / sizes[-2]):.2f}"
        table.add_row(row.name, *cells, f"{(row.value or 0) / sizes[-1]:,.3f} {row.unit}", grown)
    console.print(table)


def main() -> None:
    """Measure each size and print the table; Ctrl-C ends it, prints what is known and leaves nothing behind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", default=SIZES, help="numbers of cases, or the word published")
    wanted = parser.parse_args().sizes
    here = len(all_cases(Path(__file__).resolve().parents[1]))
    unfit = [word for word in wanted if word != "published" and not (word.isdigit() and int(word) >= here)]
    if unfit:
        sys.exit(f"{unfit[0]}: is no size; expected published, or {here} or more")
    console = Console()
    measured: dict[int, list[Row]] = {}
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    try:
        for number in sorted({here if word == "published" else int(word) for word in wanted}):
            with tempfile.TemporaryDirectory() as scratch, Progress(*columns, console=console, transient=True) as progress:
                task = progress.add_task(f"{number} cases: copying")

                def tell(what: str, task=task, number=number, progress=progress) -> None:
                    progress.update(task, description=f"{number} cases: {what}")

                folder = copy_of_collection(Path(scratch))
                # What is built is the cases; the tests would only be copied.
                shutil.rmtree(folder / "tests")
                grow(folder, number, lambda done, tell=tell: tell(f"growing, {done}"))
                measured[number] = measure(folder, tell)
    except Failed as error:
        console.print(str(error), markup=False)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        console.print("Stopped.")
    if measured:
        report(console, measured)


if __name__ == "__main__":
    main()
