"""Fifty interruptions at random moments of a fork, an update and an export: each leaves the old or the new, never half."""

import io
import multiprocessing
import os
import random
import shutil
import signal
import time
import zipfile

import pytest
from fixtures.breaking import CASE, NOTE, TOC, edit, make, run

from tworooms.exports import chromium

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows ends a process in one way only")

FORMS = "cartridge,qti,moodle,slides,handout,ipynb,epub"


@pytest.fixture(scope="module")
def processes():
    """Fresh processes that have imported the command line, so that the interruption meets the work and not the imports."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["fixtures.breaking", "tworooms.cli", "tworooms.forks", "tworooms.updates", "tworooms.exports.slides",
                                    "tworooms.exports.handout", "tworooms.exports.epub", "tworooms.exports.cartridge"])  # fmt: skip
    return context


def command(started, root, arguments):
    """In a process of its own: say that the work begins, and do it."""
    chromium.find = lambda: None
    started.send(True)
    run(root, *arguments)


def timed(processes, root, arguments, interruption=None):
    """Run a command in a process of its own; `interruption` is a signal and the seconds until it is sent."""
    here, there = processes.Pipe()
    process = processes.Process(target=command, args=(there, root, arguments))
    process.start()
    assert here.poll(60)
    began = time.monotonic()
    if interruption:
        which, after = interruption
        process.join(after)
        if process.is_alive():
            os.kill(process.pid, which)
    process.join(60)
    assert process.exitcode is not None
    return time.monotonic() - began


def moments(seed, times, took):
    """Signals in turn, each with a random moment between the beginning and a little after the usual end."""
    dice = random.Random(seed)
    return [([signal.SIGKILL, signal.SIGINT][turn % 2], dice.uniform(0, 1.1) * took) for turn in range(times)]


def snapshot(root):
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file() and "_build" not in p.relative_to(root).parts}


def test_twenty_interrupted_forks(tmp_path, processes):
    root = make(tmp_path / "a collection", whole_book=False)
    old = snapshot(root)
    took = timed(processes, root, ["fork", "toy", "copy"])
    new = snapshot(root)
    assert new.keys() > old.keys()
    for interruption in moments(4, 20, took):
        shutil.rmtree(root / "cases/copy", ignore_errors=True)
        (root / TOC).write_bytes(old[TOC])
        timed(processes, root, ["fork", "toy", "copy"], interruption)
        # The next command of any kind finishes what had been decided.
        run(root, "check", "--quiet")
        assert (left := snapshot(root)) in (old, new), sorted(left.keys() ^ new.keys())


def test_twelve_interrupted_updates(tmp_path, processes):
    root = make(tmp_path / "a collection", whole_book=False)
    edit(root / NOTE, "The difference was", "First line.\n\nSecond line.\n\nThe difference was")
    assert run(root, "fork", "toy", "copy").code == 0
    edit(root / "cases/copy/teaching-note.md", "First line.", "First line, ours.")
    edit(root / NOTE, "Second line.", "Second line, corrected.")
    edit(root / CASE, "version: 1.0.0", 'version: "1.1.0"')
    kept = shutil.copytree(root / "cases/copy", tmp_path / "kept")
    old = snapshot(root)
    took = timed(processes, root, ["update", "copy"])
    new = snapshot(root)
    assert new["cases/copy/teaching-note.md"] != old["cases/copy/teaching-note.md"]
    for interruption in moments(7, 12, took):
        shutil.rmtree(root / "cases/copy")
        shutil.copytree(kept, root / "cases/copy")
        timed(processes, root, ["update", "copy"], interruption)
        run(root, "check", "--quiet")
        assert snapshot(root) in (old, new)


def test_eighteen_interrupted_exports(tmp_path, processes, monkeypatch):
    # The sheets as PDF bear the time of printing, and so would never be the same twice.
    monkeypatch.setattr(chromium, "find", lambda: None)
    root = make(tmp_path / "a collection", whole_book=False)
    target = root / "_build/exports"
    arguments = ["export", "toy", "--to", FORMS]
    run(root, *arguments)
    old = exported(target)
    edit(root / CASE, "title: ", "title: Anew. ")
    took = timed(processes, root, arguments)
    new = exported(target)
    assert old.keys() == new.keys() and len(new) >= 7
    assert all(old[name] != new[name] for name in new)
    seen = set()
    for interruption in moments(11, 18, took):
        for name, content in old.items():
            (target / name).write_bytes(content)
        timed(processes, root, arguments, interruption)
        left = exported(target)
        assert left.keys() == old.keys()
        for name, content in left.items():
            assert content in (old[name], new[name]), f"{name} is half written"
            if name.endswith(("zip", "imscc", "docx", "epub")):
                assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
        seen.add(sum(content == new[name] for name, content in left.items()))
    assert len(seen) > 2, "every interruption came too early or too late to interrupt anything"
    # What a killed command had begun is not left lying about for good.
    assert run(root, *arguments).code == 0
    assert exported(target) == new
    assert not [path.name for path in target.iterdir() if path.name.startswith(".")]


def exported(target):
    return {path.name: path.read_bytes() for path in target.iterdir() if not path.name.startswith(".")}
