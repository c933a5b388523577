"""The command line itself: help, exit statuses, one line for a mistake, and Ctrl-C."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from fixtures.breaking import FIGURE_CELL, FACTS, NOTEBOOK, edit, edit_cell, make, refusal, run, snapshot

from tworooms import __version__
from tworooms.errors import TwoRoomsError
from tworooms.serve import server

TWOROOMS = str(Path(sys.executable).with_name("tworooms"))
COMMANDS = ("build", "check", "execute", "seal", "export", "class-report", "hub-links", "serve")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return make(tmp_path_factory.mktemp("cli") / "collection", whole_book=False)


@pytest.fixture
def own(tmp_path):
    return make(tmp_path / "collection", whole_book=False)


def test_version(root):
    assert run(root, "--version") == (0, f"{__version__}\n", "")


@pytest.mark.parametrize("arguments", [("--help",), ()], ids=["--help", "nothing"])
def test_help_names_every_command(root, arguments):
    outcome = run(root, *arguments)
    assert outcome.code == (0 if arguments else 2)
    assert all(f" {command} " in outcome.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_holds_an_example(root, command):
    outcome = run(root, command, "--help")
    assert outcome.code == 0 and f"Example: tworooms {command}" in " ".join(outcome.out.split())


MISTYPED = {
    "unknown command": (("bulid",), "No such command 'bulid'"),
    "unknown option": (("build", "--editon", "student"), "No such option: --editon"),
    "bad number": (("execute", "--jobs", "0"), "Invalid value for '--jobs'"),
    "bad port": (("serve", "--port", "99999"), "Invalid value for '--port'"),
}


@pytest.mark.parametrize(("arguments", "said"), MISTYPED.values(), ids=MISTYPED)
def test_a_mistyped_command_ends_in_status_2(root, arguments, said):
    outcome = run(root, *arguments)
    assert outcome.code == 2 and outcome.out == "" and "Traceback" not in outcome.err
    assert said in outcome.err


REFUSED = {
    "unknown case": (("execute", "tyo"), "cases/tyo: there is no such case; expected one of toy"),
    "one unknown case": (("execute", "toy", "tyo"), "cases/tyo: there is no such case; expected one of toy"),
    "unknown edition": (("build", "--edition", "teacher"), "edition 'teacher' does not exist; expected one of student, instructor"),
    "unknown form": (("export", "toy", "--to", "doc"), "--to doc: there is no such form; expected"),
}


@pytest.mark.parametrize(("arguments", "said"), REFUSED.values(), ids=REFUSED)
def test_refused_in_one_line_before_anything_runs(root, arguments, said):
    before = snapshot(root)
    assert refusal(run(root, *arguments)).startswith(said)
    assert snapshot(root) == before and not (root / "_build").exists()


def test_the_collection_is_found_from_a_folder_inside(root):
    assert run(root / "cases/toy", "check") == (0, "Every check holds.\n", "")


def test_the_installed_command_refuses_in_one_line(own):
    edit(own / FACTS, "fact_id,theme,setting,claim,", "fact_id,theme,setting,claims,")
    outcome = subprocess.run([TWOROOMS, "build"], cwd=own, capture_output=True, text=True, check=False)
    assert outcome.returncode == 1 and outcome.stdout == ""
    assert outcome.stderr.startswith(f"{FACTS}:1: column 'claim' is missing and column 'claims' is unknown; expected the columns")
    assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["check", "execute", "build"])
def test_a_file_that_cannot_be_read(own, command, monkeypatch):
    def forbid(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", forbid)
    assert refusal(run(own, command)).endswith("Permission denied; expected a file that can be read and written")


def test_sealing_says_what_changed(own):
    assert run(own, "seal") == (0, "Nothing had changed.\n", "")
    edit(own / FACTS, "When anaesthesia hid the experience", "When sleep hid the experience")
    line = refusal(run(own, "check"))
    assert line.startswith(f"{FACTS}:") and "row 'clinic-lii2023-effect' differs from its seal; expected the row as sealed, or a new seal after review" in line
    assert run(own, "seal") == (0, f"{FACTS}: clinic-lii2023-effect: changed\n", "")
    assert run(own, "check").code == 0


def test_ctrl_c_ends_the_kernels_and_stores_nothing(own):
    edit_cell(own, FIGURE_CELL, lambda cell: cell.update(source="import os, pathlib, time\npathlib.Path('kernel').write_text(f'{os.getpid()}.')\ntime.sleep(120)"))
    before = snapshot(own)
    running = subprocess.Popen([TWOROOMS, "execute"], cwd=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    kernel = own / "cases/toy/kernel"
    try:
        while not (kernel.is_file() and kernel.read_text().endswith(".")):
            assert running.poll() is None, running.communicate()
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    finally:
        running.kill()
    assert (running.returncode, out, err) == (130, "", "Stopped; nothing is half-written.\n")
    with pytest.raises(ProcessLookupError):
        os.kill(int(kernel.read_text().rstrip(".")), 0)
    kernel.unlink()
    assert snapshot(own) == before and NOTEBOOK in before


# The local server -----------------------------------------------------------------------------------


def test_the_server_shows_a_folder_on_this_machine_only(tmp_path):
    (tmp_path / "index.html").write_text("<p>Hello</p>", encoding="utf-8")
    with server(tmp_path) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        host, port = running.server_address[:2]
        with urllib.request.urlopen(f"http://{host}:{port}/", timeout=10) as answer:
            assert answer.read() == b"<p>Hello</p>" and answer.headers["Cache-Control"] == "no-store"
        running.shutdown()
    assert host == "127.0.0.1"


def test_a_port_that_is_taken(tmp_path):
    with server(tmp_path) as running:
        with pytest.raises(TwoRoomsError, match=rf"^port {running.server_port}: .*; expected a free one: try --port 0$"):
            server(tmp_path, running.server_port)
