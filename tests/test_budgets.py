"""What every page may weigh, and how still it stands: asserted for each page of the built site on each run."""

from __future__ import annotations

import random
import shutil
import threading
from pathlib import Path

import pytest
from weigh import size, weigh

from tworooms.serve import server

KIB_BEFORE_FIRST_SCROLL = 150
KIB_AFTER_EVERY_FIGURE = 600
MB_OF_SITE = 12
SHIFT = 0.02


def over_budget(browser, address: str, pages: list[str], scrolled: list[str]) -> list[str]:
    """One line for each budget that a page exceeds; some are scrolled to their end, to see what moves."""
    faults = []
    for page in pages:
        weight = weigh(browser, address, page, scroll=page in scrolled)
        for what, now, most in (
            ("KiB before the first scroll", weight.before, KIB_BEFORE_FIRST_SCROLL),
            ("KiB after every figure is drawn", weight.after, KIB_AFTER_EVERY_FIGURE),
            ("of layout shift", weight.shift, SHIFT),
        ):
            if now > most:
                faults.append(f"{page}: {now:.3g} {what}; at most {most}")
        faults += [f"{page}: asks {url}; no other host may be asked" for url in weight.foreign]
    return faults


def pages_of(site: Path) -> list[str]:
    """Every page of a built site, as an address below it."""
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))


def test_every_page_keeps_its_budget(browser, site: Path, site_address: str, cases: list[str], few: list[str]) -> None:
    pages = pages_of(site)
    # Cases are built from the same parts, so what moves in a few would move in all.
    assert over_budget(browser, site_address, pages, [page for page in pages if page not in cases or page in few]) == []


def test_site_keeps_its_budget_on_disk(site: Path) -> None:
    assert size(site) <= MB_OF_SITE


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ('<script src="https://cdn.example.org/lib.js"></script>', "asks https://cdn.example.org/lib.js"),
        ('<img src="heavy.bin" alt="A heavy picture" width="8" height="8">', "KiB before the first scroll"),
        ('<script src="late.js" defer></script>', "of layout shift"),
    ],
    ids=["a CDN link", "a heavy page", "a banner that pushes the text"],
)
def test_budgets_notice(browser, site: Path, tmp_path: Path, fault: str, told: str) -> None:
    page = tmp_path / "glossary.html"
    shutil.copytree(site / "_static", tmp_path / "_static")
    text = (site / "glossary.html").read_text(encoding="utf-8")
    # The page's own policy would stop the fault before it could be counted.
    text = text.replace('<meta http-equiv="Content-Security-Policy"', '<meta name="was-a-policy"')
    page.write_text(text.replace("</h1>", "</h1>" + fault, 1), encoding="utf-8")
    (tmp_path / "heavy.bin").write_bytes(random.Random(1).randbytes(400_000))
    (tmp_path / "late.js").write_text(
        "setTimeout(() => { const box = document.createElement('div'); box.style.height = '300px';"
        " document.querySelector('h1').after(box); }, 300);",
        encoding="utf-8",
    )
    with server(tmp_path) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        faults = over_budget(browser, f"http://127.0.0.1:{running.server_port}/", ["glossary.html"], ["glossary.html"])
        running.shutdown()
    assert any(told in line for line in faults), faults
