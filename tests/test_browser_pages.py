"""Every page of the built book in a real browser: widths, Tab, links, figures and their controls.

The tests run over whatever pages the site has, so that a new case is covered the moment it is listed.
"""

from __future__ import annotations

import re
import pytest

pytest.importorskip("playwright.sync_api")

import browser_helpers as look
from browser_helpers import DESK, LOOKS, listed, settle, wait
from playwright.sync_api import expect


def test_drawing_library_waits_for_the_first_figure(reader, site_address, pages):
    page, watch = reader(viewport={"width": 390, "height": 240})
    found, waited = [], 0
    for address in pages:
        page.goto(site_address + address)
        figure = page.locator(".tr-figure").first
        if not figure.count() or figure.evaluate("(node) => node.getBoundingClientRect().top") < 1_000:
            continue
        settle(page)
        waited += 1
        if any("plotly" in url for url in watch.asked):
            found.append(f"{address}: plotly.js was fetched before any figure came near")
        with page.expect_request(lambda request: "plotly" in request.url):
            figure.scroll_into_view_if_needed()
        watch.take()
    assert not found, listed(found)
    assert waited, "no page has its first figure below the fold"


def test_nothing_scrolls_sideways(reader, site_address, pages):
    page, _ = reader()
    found = []
    for address in pages:
        page.goto(site_address + address)
        look.draw_figures(page)
        look.unfold(page, entries=60)
        # 640 is a screen of 1280 at a zoom of 200 %.
        for width in (1280, 640, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            settle(page)
            found += [f"{address}: {line}" for line in look.sideways(page)]
        page.set_viewport_size(DESK)
        page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
        settle(page)
        found += [
            f"{address} with text twice as large: {line}" for line in look.sideways(page) + look.clipped(page, scrolling=True)
        ]
    assert not found, listed(found)


def test_every_control_is_reached_by_tab(reader, site_address, pages, cases, few):
    found = []
    for scheme, viewport in LOOKS.values():
        page, _ = reader(viewport=viewport, color_scheme=scheme)
        cdp = page.context.new_cdp_session(page)
        # In the dark only inks differ, and these together have every kind of control.
        for address in pages if scheme == "light" else ["index.html", few[0]]:
            page.goto(site_address + address)
            look.draw_figures(page)
            # The hundreds of findings stay folded: all are alike, and one is opened.
            if page.locator(".list details.entry").count() > 50:
                page.locator(".list details.entry").first.evaluate("(node) => { node.open = true; }")
            elif scheme == "light":
                look.unfold(page)
            # Hundreds of presses a page, and the order is that of the page: the rest are asked in one go.
            walked = address in few or address in ("index.html", "evidence.html", "search.html", "for-students.html")
            lines = (look.tab_walk(page) if walked else look.focus_each(page)) + look.small_targets(page)
            if scheme == "light":
                lines += look.nameless(cdp)
            found += [f"{address} ({scheme}): {line}" for line in lines]
    assert not found, listed(found)


def test_structure_of_every_page(outlines):
    found = [f"{page}: {line}" for page, outline in outlines.items() for line in look.structure(outline)]
    titles: dict[str, str] = {}
    for page, outline in outlines.items():
        if (other := titles.setdefault(outline.title.strip(), page)) != page:
            found.append(f"{page}: has the title of {other}")
    assert not found, listed(found)


def test_no_page_names_a_resource_of_another_host(outlines):
    found = [f"{page}: {line}" for page, outline in outlines.items() for line in look.foreign_loads(outline)]
    assert not found, listed(found)


def test_every_link_within_the_site_leads_somewhere(site, outlines):
    found = [f"{page}: {line}" for page in outlines for line in look.dead_links(site, page, outlines)]
    assert not found, listed(found)


def test_help_stands_on_every_page(reader, site_address, pages):
    page, _ = reader(java_script_enabled=False)
    found = []
    for address in pages:
        page.goto(site_address + address)
        block = page.locator("main > #help")
        if block.count() != 1:
            found.append(f"{address}: {block.count()} help blocks; expected one")
            continue
        words = block.inner_text()
        if not re.search(r"Checked \d{1,2} [A-Z][a-z]+ \d{4}", words):
            found.append(f"{address}: #help has no date")
        if not block.locator("a[href^='tel:']").count():
            found.append(f"{address}: #help has no number to tap")
    assert not found, listed(found)


def test_cases_describe_themselves(outlines, cases):
    assert cases, "the site has no case"
    found = [f"{page}: {line}" for page in cases for line in look.learning_resource(outlines[page])]
    assert not found, listed(found)


# ------------------------------------------------------------------ figures and their controls


def test_controls_work_by_keyboard_alone(reader, site_address, pages, outlines):
    page, watch = reader()
    found = []
    for address in pages:
        page.goto(site_address + address)
        found += [f"{address}: {line}" for line in look.draw_figures(page)]
        controls = page.evaluate(
            """() => [...document.querySelectorAll(".tr-figure")].flatMap((figure) =>
              [...figure.querySelectorAll(".controls input, .controls select")].map((one) => [figure.id, one.id]))"""
        )
        for figure, control in controls:
            if not look.focus_by_tab(page, f"[id='{control}']"):
                found.append(f"{address}: Tab never reaches #{control}")
                continue
            found += [f"{address}: {line}" for line in look.control_by_keyboard(page, figure, control)]
        found += [f"{address}: {line}" for line in watch.take()]
    assert not found, listed(found)


def test_a_moved_figure_keeps_its_place_in_the_dark(reader, site_address, pages):
    page, _ = reader(color_scheme="light")
    found, tried = [], 0
    colours = "(id) => [...document.querySelectorAll(`#${id} .plot svg text`)].map((one) => getComputedStyle(one).fill).join()"
    for address in pages:
        page.goto(site_address + address)
        look.draw_figures(page)
        for figure in page.locator(".tr-figure:has(.controls input)").all():
            tried += 1
            name, slider = figure.get_attribute("id"), figure.locator(".controls input").first
            slider.focus()
            slider.press("End")
            expect(figure.locator(".live")).not_to_be_empty()
            state = "(id) => document.getElementById(id).querySelector('.plot').data.map((one) => JSON.stringify([one.visible ?? true, one.x, one.y])).join()"
            before, light = page.evaluate(state, name), page.evaluate(colours, name)
            page.locator("#appearance").click()
            if not wait(page, f"([id, was]) => ({colours})(id) !== was", [name, light], 3_000):
                found.append(f"{address}: #{name} keeps its light inks in the dark")
            settle(page)
            if page.evaluate(state, name) != before:
                found.append(f"{address}: #{name} loses the chosen step when the appearance changes")
            page.locator("#appearance").click()
    assert not found, listed(found)
    assert tried, "no figure of the site has a slider"
