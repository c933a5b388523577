"""Measures what the design promises: seconds to build, bytes before the first scroll, foreign requests, site size.

Run by `make bench`. Nothing here is a test: figures depend on the machine, and are for reading side by side
with a default Jupyter Book page built from the same notebook in the same run.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from weigh import size, weigh

from tworooms.case import Case, all_cases
from tworooms.class_report import stops_of
from tworooms.exports import chromium
from tworooms.serve import server

ROOT = Path(__file__).resolve().parents[1]


def seconds(command: list[str], folder: Path) -> float:
    """Wall time of a whole process; a failing one ends the measuring with its own words."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")
    return time.perf_counter() - start


def copy_of_collection(into: Path) -> Path:
    """The sources alone, so that the working copy's own build stays as it is."""
    folder = into / "collection"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", "*.egg-info"))
    return folder


def default_book(into: Path, notebook: Path) -> Path:
    """The same notebook as a page of an untouched Jupyter Book, outputs as stored."""
    folder = into / "default"
    folder.mkdir()
    shutil.copy(notebook, folder / "case.ipynb")
    (folder / "_config.yml").write_text('title: Default\nexecute:\n  execute_notebooks: "off"\n', encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: case\n", encoding="utf-8")
    seconds([str(Path(sys.executable).with_name("jupyter-book")), "build", "."], folder)
    return folder / "_build" / "html"


def a_class(into: Path, case: Case, students: int = 500) -> Path:
    """Answers of as many students to the first stop of a case, as the book saves them."""
    stop = stops_of(case)[0]
    folder = into / "answers"
    folder.mkdir()
    for number in range(students):
        decision = {"stop": stop.id, "question": stop.question, "choice": stop.choices[number % len(stop.choices)], "confidence": "low",
                    "reason": f"Because of {number}. " * 20, "version": case.metadata.version}  # fmt: skip
        answers = {"format": "tworooms-decisions", "format_version": 1, "case": case.slug, "case_version": case.metadata.version, "decisions": [decision]}
        (folder / f"{number}.json").write_text(json.dumps(answers), encoding="utf-8")
    return folder


def main() -> None:
    """Measure and print the table."""
    console = Console()
    rows: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory() as scratch, Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
    ) as progress:
        task = progress.add_task("Copying")
        folder = copy_of_collection(Path(scratch))
        tworooms = [str(Path(sys.executable).with_name("tworooms"))]
        cases = all_cases(folder)

        progress.update(task, description="Cold build from stored outputs")
        rows.append((f"cold build, {len(cases)} case(s), stored outputs", f"{seconds([*tworooms, 'build'], folder):.1f} s", ""))
        progress.update(task, description="Nothing changed")
        rows.append(("nothing changed", f"{seconds([*tworooms, 'build'], folder):.1f} s", ""))
        progress.update(task, description="One page edited")
        edited = folder / "book" / "for-students.md"
        edited.write_text(edited.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
        rows.append(("one page edited", f"{seconds([*tworooms, 'build'], folder):.1f} s", ""))
        progress.update(task, description="Every notebook executed, then a cold build")
        shutil.rmtree(folder / "_build")
        again = seconds([*tworooms, "execute"], folder) + seconds([*tworooms, "build"], folder)
        rows.append((f"every notebook executed ({len(cases)}), then a cold build", f"{again:.1f} s", ""))

        progress.update(task, description="A class of 500")
        rows.append(("class report of 500 files", f"{seconds([*tworooms, 'class-report', str(a_class(Path(scratch), cases[0]))], folder):.1f} s", ""))
        progress.update(task, description="Evidence tables")
        reading = "import time; begin = time.perf_counter(); from tworooms import evidence; evidence.facts(); print(time.perf_counter() - begin)"
        took = float(subprocess.run([sys.executable, "-c", reading], cwd=folder, capture_output=True, text=True, check=True).stdout)
        rows.append(("evidence tables read by a new process", f"{took:.2f} s", ""))

        site = folder / "_build" / "student" / "html"
        progress.update(task, description="A default Jupyter Book page from the same notebook")
        default = default_book(Path(scratch), cases[0].notebook_path)
        if chromium.find() is None:
            rows.append(("bytes and requests", "not measured: no Chromium here", ""))
        else:
            progress.update(task, description="Weighing pages")
            rows += weigh_pages(site, default, cases[0].slug)
        rows.append(("site on disk", f"{size(site):.1f} MB", f"{size(default):.1f} MB"))

    table = Table("", "Two Rooms", "default Jupyter Book page")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def weigh_pages(site: Path, default: Path, slug: str) -> list[tuple[str, str, str]]:
    """Rows about bytes and requests, over every page of the site."""
    with server(site) as ours, server(default) as theirs, chromium.launched() as browser:
        for one in (ours, theirs):
            threading.Thread(target=one.serve_forever, daemon=True).start()
        address, other = (f"http://127.0.0.1:{one.server_port}/" for one in (ours, theirs))
        pages = {path.relative_to(site).as_posix(): None for path in sorted(site.rglob("*.html"))}
        weights = {page: weigh(browser, address, page) for page in pages}
        stock = weigh(browser, other, "case.html")
        ours.shutdown()
        theirs.shutdown()
    case = weights[f"cases/{slug}/case.html"]
    heaviest = max(weights, key=lambda page: weights[page].before)
    return [
        (f"before the first scroll, gzip, {slug}", f"{case.before:.0f} KiB", f"{stock.before:.0f} KiB"),
        ("after every figure is drawn, gzip", f"{case.after:.0f} KiB", f"{stock.after:.0f} KiB"),
        ("Plotly figures drawn", f"{case.drawn}", f"{stock.drawn}"),
        (f"heaviest page before the first scroll ({heaviest})", f"{weights[heaviest].before:.0f} KiB", ""),
        (f"requests to other hosts, {len(weights)} pages", f"{sum(len(w.foreign) for w in weights.values())}", f"{len(stock.foreign)}"),
    ]


if __name__ == "__main__":
    main()
