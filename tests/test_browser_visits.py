"""Every page of the built book read to its end in a real browser, in the light on a phone and in the dark on a desk.

The tests run over whatever pages the site has, so that a new case is covered the moment it is listed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

pytest.importorskip("playwright.sync_api")

import browser_helpers as look
from browser_helpers import LOOKS, Watch, listed
from playwright.sync_api import Browser


@dataclass
class Visit:
    """What one look at a page found."""

    errors: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    drawings_fetched: int = 0
    figure_count: int = 0


@pytest.fixture(scope="module", params=LOOKS)
def visits(request, browser: Browser, site_address: str, pages: list[str], cases: list[str], few: list[str]) -> dict[str, Visit]:
    """Every page read to its end and unfolded, in one colour scheme and width."""
    scheme, viewport = LOOKS[request.param]
    context = browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    watch, made = Watch(context, site_address), {}
    page = context.new_page()
    full = {*few, *(page for page in pages if page not in cases)} if scheme == "light" else {*few, "index.html", "evidence.html"}
    for address in pages:
        page.goto(site_address + address)
        visit = made[address] = Visit()
        visit.figures = look.draw_figures(page) + look.figures(page) + look.overlaps(page)
        visit.figure_count = page.locator(".tr-figure").count()
        visit.drawings_fetched = sum("plotly" in url for url in watch.asked)
        visit.errors = watch.take()
        # In the dark only inks differ, and they are those of every case; the hundreds of findings are alike.
        if scheme == "light" or address in full:
            look.unfold(page, entries=60 if scheme == "light" else 10)
            # The inks are the style sheet's; measuring them takes longer than all other rules together.
            visit.violations = look.axe(page, rules_off=() if address in full else ("color-contrast",))
        watch.take()
    context.close()
    return made


def gather(visits: dict[str, Visit], what: str) -> list[str]:
    return [f"{address}: {line}" for address, visit in visits.items() for line in getattr(visit, what)]


def test_no_accessibility_violation(visits):
    assert not (found := gather(visits, "violations")), listed(found)


def test_no_error_and_no_other_host(visits):
    assert not (found := gather(visits, "errors")), listed(found)


def test_every_figure_is_drawn_and_described(visits):
    assert not (found := gather(visits, "figures")), listed(found)
    assert sum(visit.figure_count for visit in visits.values()), "no page of the site has a figure"


def test_one_drawing_library_for_a_page(visits):
    found = [f"{address}: plotly.js was fetched {visit.drawings_fetched} times for {visit.figure_count} figures"
             for address, visit in visits.items() if visit.drawings_fetched != min(visit.figure_count, 1)]  # fmt: skip
    assert not found, listed(found)
