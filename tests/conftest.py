"""What the tests share: the built book, a browser, and small collections to break."""

from __future__ import annotations

import re
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tworooms import build, policy
from tworooms.exports import chromium
from tworooms.serve import server

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = Path(__file__).parent / "fixtures"


def unzipped(path: Path) -> dict[str, bytes]:
    """What a written package holds, by name; it must be sound and hold no name twice."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))
        return {name: archive.read(name) for name in names}


@pytest.fixture(scope="session")
def root() -> Path:
    """The collection itself."""
    return ROOT


@pytest.fixture(scope="session")
def site() -> Path:
    """The student edition of the collection, built as `make book` builds it."""
    (ROOT / "_build").mkdir(exist_ok=True)
    # Tests run side by side share the folder; whoever comes second finds the book built.
    with FileLock(ROOT / "_build" / ".tests.lock"):
        return build.build(ROOT)


@pytest.fixture(scope="session")
def site_address(site: Path) -> Iterator[str]:
    """Where the built book is served for the browser tests, under its policy; on this machine only."""
    with server(site, policy=policy.SITE) as running:
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


@pytest.fixture(scope="session")
def pages(site: Path) -> list[str]:
    """Addresses of every page of the site, home first."""
    found = sorted(file.relative_to(site).as_posix() for file in site.rglob("*.html"))
    return sorted(found, key=lambda page: page != "index.html")


@pytest.fixture(scope="session")
def cases(pages: list[str]) -> list[str]:
    """Addresses of the case pages."""
    return [page for page in pages if re.fullmatch(r"cases/[^/]+/case\.html", page)]


@pytest.fixture(scope="session")
def few(site: Path, cases: list[str]) -> list[str]:
    """The fewest case pages that together have every kind of control: what a script does, it does alike on all others."""
    kinds = {
        page: set(re.findall(r'<(?:a|button|input|select|summary|textarea)\b[^>]*?(?: type="\w+"| class="[\w -]+"| data-kind="\w+")|data-(?:kind|form)="\w+"',
                             re.sub(r' (?:id|name|value|href|for|aria-[a-z]+)="[^"]*"', "", (site / page).read_text(encoding="utf-8"))))
        for page in cases
    }  # fmt: skip
    chosen, seen = [], set()
    while rest := {page: len(kinds[page] - seen) for page in cases if kinds[page] - seen}:
        chosen.append(max(rest, key=rest.__getitem__))
        seen |= kinds[chosen[-1]]
    return chosen + [page for page in cases if page not in chosen][: max(0, 2 - len(chosen))]


@pytest.fixture(scope="session")
def outlines(site: Path, pages: list[str]) -> dict:
    """What each page is made of, by its address."""
    from browser_helpers import Outline

    return {page: Outline.of(site / page) for page in pages}


@pytest.fixture
def reader(browser, site_address: str) -> Iterator[Callable]:
    """A function that opens a fresh browser window and the watch kept over it."""
    from browser_helpers import DESK, PATIENCE, Watch

    contexts = []

    def make(home: str = site_address, **options) -> tuple:
        context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        watch = Watch(context, home)
        return context.new_page(), watch

    yield make
    for context in contexts:
        context.close()


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
