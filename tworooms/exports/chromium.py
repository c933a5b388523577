"""The browser that prints and tests the book: a Chromium that the machine already has."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import TwoRoomsError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_FLAGS = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
          "--disable-quic", "--disable-gpu")  # fmt: skip


def find() -> str | None:
    """Path of a Chromium: the variable CHROMIUM, else the first of the usual names; None when there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def required() -> str:
    """Path of a Chromium.

    Raises
    ------
    TwoRoomsError
        When the machine has none, or CHROMIUM names none; says how to get one.
    """
    path = find()
    if path is not None and shutil.which(path) is None:
        raise TwoRoomsError(f"CHROMIUM: {path} is no program that can be run; expected the path of a Chromium, or no such variable")
    if path is None:
        raise TwoRoomsError("Chromium: not on this machine; expected one on the PATH, or its path in the variable "
                            "CHROMIUM (Debian and Ubuntu: apt-get install chromium)")  # fmt: skip
    return path


@contextmanager
def launched() -> Iterator[Any]:
    """A headless browser (playwright's `Browser`), closed at the end.

    Raises
    ------
    TwoRoomsError
        When the machine has no Chromium; says how to get one.
    """
    path = required()
    from playwright.sync_api import sync_playwright

    flags = list(_FLAGS)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Chromium refuses its sandbox to root, which is who runs programs in a container.
        flags.append("--no-sandbox")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()
