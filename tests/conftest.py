"""What the tests share: the built book, a browser, and small collections to break."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tworooms import build
from tworooms.exports import chromium
from tworooms.serve import server

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def root() -> Path:
    """The collection itself."""
    return ROOT


@pytest.fixture(scope="session")
def site() -> Path:
    """The student edition of the collection, built as `make book` builds it."""
    return build.build(ROOT)


@pytest.fixture(scope="session")
def site_address(site: Path) -> Iterator[str]:
    """Where the built book is served for the browser tests; on this machine only."""
    with server(site) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """A headless Chromium; the tests that need one are skipped where there is none, and CI forbids skipping."""
    if chromium.find() is None:
        pytest.skip("no Chromium on this machine: install it, or set CHROMIUM to its path")
    with chromium.launched() as running:
        yield running


@pytest.fixture
def collection(tmp_path: Path) -> Callable[[], Path]:
    """A function that makes a small collection of its own: the settings, pages and evidence, and one toy case."""

    def make(name: str = "a collection") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(ROOT / "_config.yml", folder)
        shutil.copytree(ROOT / "data", folder / "data")
        shutil.copytree(FIXTURES / "collection", folder, dirs_exist_ok=True)
        return folder

    return make
