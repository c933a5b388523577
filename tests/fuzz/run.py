"""Fuzzes every loader for a while, each in a child process with limits, and prints what was tried and what was found.

    python tests/fuzz/run.py --seconds 600
    python tests/fuzz/run.py --seconds 60 --loader notebook --engine hypothesis

Hypothesis is always used; atheris, which is led by what an input reaches, where it is installed (`pip install -e '.[fuzz]'`, on Linux).
Each fault is left in `_build/fuzz/LOADER-ENGINE/` as NAME.fault (what happened) and NAME.input (the file that did it).
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
#: An input that no alarm interrupts is ended with its process after this many seconds; so is a process that never tries one.
STUCK, START = 60, 300


def fuzz(name: str, engine: str, seconds: float, folder: Path) -> None:
    """Run one worker for its time; begin another for the rest of it when one gets stuck or dies."""
    until, dead = time.monotonic() + seconds, 0
    tried, left = 0, seconds
    while not dead or left > 5:
        (folder / "tried").write_text("0")
        (folder / "current").unlink(missing_ok=True)
        command = [sys.executable, str(HERE / "worker.py"), name, engine, f"{max(left, 5):.0f}", str(folder)]
        with (folder / "log").open("ab") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT) as worker:
            try:
                stuck = _wait(worker, folder / "current", left)
            finally:
                worker.kill()
        tried += int((folder / "tried").read_text() or 0)
        if stuck or worker.returncode not in (0, -9):
            dead += 1
            how = f"no end after {STUCK} s" if stuck else f"the process ended with {worker.returncode}"
            (folder / f"ended-{dead}.fault").write_text(f"{name}: {how}\n")
            if (folder / "current").exists():
                (folder / "current").replace(folder / f"ended-{dead}.input")
        left = until - time.monotonic()
        if dead > 3 or not stuck and worker.returncode == 0:
            break
    (folder / "tried").write_text(str(tried))


def _wait(worker: subprocess.Popen, current: Path, seconds: float) -> bool:
    """Whether the worker had to be ended because one input took too long."""
    begun = time.time()
    while worker.poll() is None:
        time.sleep(0.5)
        here = current.exists()
        if time.time() - (current.stat().st_mtime if here else begun) > (STUCK if here else START):
            return True
        if time.time() - begun > seconds + START + STUCK:
            return False
    return False


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--seconds", type=float, default=300, help="for all loaders and engines together")
    reader.add_argument("--loader", action="append", help="this one only; may be given several times")
    reader.add_argument("--engine", choices=("hypothesis", "atheris"), help="this one only")
    asked = reader.parse_args()
    sys.path[:0] = [str(HERE.parent), str(ROOT)]
    from fuzz.loaders import LOADERS

    engines = [asked.engine] if asked.engine else ["hypothesis"] + ["atheris"] * (importlib.util.find_spec("atheris") is not None)
    names = asked.loader or list(LOADERS)
    if unknown := set(names) - set(LOADERS):
        sys.exit(f"--loader {sorted(unknown)[0]}: there is no such loader; expected one of {', '.join(LOADERS)}")
    table = Table("Loader", "Engine", "Inputs tried", "Faults")
    total = faults = 0
    console = Console()
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("Fuzzing")
        for engine in engines:
            for name in names:
                progress.update(task, description=f"{name}, {engine}")
                folder = ROOT / "_build" / "fuzz" / f"{name}-{engine}".replace(" ", "-")
                folder.mkdir(parents=True, exist_ok=True)
                for old in (*folder.glob("*.fault"), *folder.glob("*.input")):
                    old.unlink()
                fuzz(name, engine, asked.seconds / len(engines) / len(names), folder)
                tried, found = int((folder / "tried").read_text()), sorted(folder.glob("*.fault"))
                total, faults = total + tried, faults + len(found)
                table.add_row(name, engine, f"{tried:,}", "\n".join(path.read_text(encoding="utf-8").partition("\n")[0] for path in found) or "none")
    table.add_row("all", "", f"{total:,}", str(faults))
    console.print(table)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
