"""Runs the notebooks anew and stores what they show, as the book will print it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from . import derive
from .case import Case, parse_yaml, read_text
from .errors import TwoRoomsError
from .files import write_whole

TIMEOUT_SECONDS = 300
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class _Kernels:
    """The kernels at work, so that an interruption ends them instead of waiting for their cells."""

    def __init__(self) -> None:
        self._clients: list[NotebookClient] = []
        self._stopped = threading.Event()

    def watch(self, client: NotebookClient) -> None:
        self._clients.append(client)
        client.on_cell_start = self._stop_here

    def _stop_here(self, **_: object) -> None:
        if self._stopped.is_set():
            raise TwoRoomsError("stopped; expected an uninterrupted run")

    def kill(self) -> None:
        """End every kernel now; the threads that listen to them then end by themselves."""
        self._stopped.set()
        for client in self._clients:
            process = getattr(getattr(client.km, "provisioner", None), "process", None)
            if process is not None:
                process.kill()


def run_notebook(case: Case, kernels: _Kernels | None = None) -> nbformat.NotebookNode:
    """Execute a case's notebook in a fresh kernel of this environment, in the case's folder.

    Parameters
    ----------
    case
        The case to run; its notebook is not changed.
    kernels
        Where the kernel is entered while it works, for a caller that may have to end it.

    Raises
    ------
    TwoRoomsError
        Naming notebook, cell and the exception, when a cell fails, hangs or kills its kernel.
    """
    notebook = nbformat.from_dict(case.notebook)
    notebook = nbformat.reads(nbformat.writes(notebook), as_version=4)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(case.folder)}},
        record_timing=False,
        # Its advice on transport encryption would bury what matters; both ends are this machine.
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    if kernels is not None:
        kernels.watch(client)
    where = f"cases/{case.slug}/case.ipynb"
    try:
        client.execute()
    except CellExecutionError as error:
        reason = _COLOUR.sub("", f"{error.ename}: {error.evalue}").splitlines()[0].rstrip(": ")
        raise TwoRoomsError(f"{where}: cell {_failed(notebook)}: {reason}; expected a cell that runs") from None
    except (CellTimeoutError, DeadKernelError) as error:
        reason = str(error).splitlines()[0]
        raise TwoRoomsError(f"{where}: cell {_failed(notebook)}: {reason}; expected a cell that ends") from None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata.pop("execution", None)
    notebook.metadata.pop("widgets", None)
    # The exact Python differs from machine to machine, and nothing depends on it.
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return notebook


def _failed(notebook: nbformat.NotebookNode) -> int:
    for number, cell in enumerate(notebook.cells, 1):
        if any(output.output_type == "error" for output in cell.get("outputs", ())):
            return number
    return max((n for n, cell in enumerate(notebook.cells, 1) if cell.get("execution_count")), default=1)


def execute(root: Path, cases: list[Case], *, jobs: int = 2, tell: Callable[[Case, bool], None] = lambda case, changed: None) -> None:
    """Execute cases side by side; store outputs, crisis lines and derived metadata; nothing is half-written.

    Parameters
    ----------
    root
        The collection's folder.
    cases
        The cases to run.
    jobs
        How many kernels at a time.
    tell
        Called for each finished case, with whether its files changed.

    Raises
    ------
    TwoRoomsError
        For the first case that fails; cases that finished before it are stored.
    """

    kernels = _Kernels()

    def one(case: Case) -> bool:
        # What the stored outputs would be written beside is read first: a case is stored whole or not at all.
        case.quiz
        parse_yaml(read_text(case.folder / "case.yml", "the case's metadata"), case.folder / "case.yml")
        derive.fill_help(root, case.notebook)
        text = nbformat.writes(run_notebook(case, kernels)) + "\n"
        changed = not case.notebook_path.is_file() or case.notebook_path.read_text(encoding="utf-8") != text
        if changed:
            write_whole(case.notebook_path, text)
        return derive.write_metadata(root, Case(case.folder)) or changed

    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        try:
            for case, changed in zip(cases, pool.map(one, cases)):
                tell(case, changed)
        except KeyboardInterrupt:
            kernels.kill()
            raise
