"""The built book in a real browser: every page, by mouse, keyboard and touch, with and without JavaScript.

The tests run over whatever pages the site has, so that a new case is covered the moment it is listed. The last
group breaks pages on purpose and shows that the same functions complain.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

import browser_helpers as look
from browser_helpers import PATIENCE, Outline, Watch, settle, wait
from conftest import FIXTURES, ROOT
from playwright.sync_api import Browser, Page, expect

from tworooms import build, evidence
from tworooms.case import all_cases
from tworooms.serve import server

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
KEY = "tworooms:decisions:v1"


def listed(complaints: list[str]) -> str:
    """Every complaint on a line of its own."""
    return f"{len(complaints)} faults\n  " + "\n  ".join(complaints[:60])


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
def outlines(site: Path, pages: list[str]) -> dict[str, Outline]:
    return {page: Outline.of(site / page) for page in pages}


@pytest.fixture
def reader(browser: Browser, site_address: str) -> Iterator[Callable[..., tuple[Page, Watch]]]:
    """A function that opens a fresh browser window and the watch kept over it."""
    contexts = []

    def make(home: str = site_address, **options) -> tuple[Page, Watch]:
        context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        watch = Watch(context, home)
        return context.new_page(), watch

    yield make
    for context in contexts:
        context.close()


# ------------------------------------------------------------------ every page


@dataclass
class Visit:
    """What one look at a page found."""

    errors: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    drawings_fetched: int = 0
    figure_count: int = 0


# Axe finds the same at both widths in either scheme, so each scheme is seen at one.
LOOKS = {"light on a phone": ("light", PHONE), "dark on a desk": ("dark", DESK)}


@pytest.fixture(scope="module", params=LOOKS)
def visits(request, browser: Browser, site_address: str, pages: list[str]) -> dict[str, Visit]:
    """Every page read to its end and unfolded, in one colour scheme and width."""
    scheme, viewport = LOOKS[request.param]
    context = browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    watch, made = Watch(context, site_address), {}
    page = context.new_page()
    for address in pages:
        page.goto(site_address + address)
        visit = made[address] = Visit()
        visit.figures = look.draw_figures(page) + look.figures(page) + look.overlaps(page)
        visit.figure_count = page.locator(".tr-figure").count()
        visit.drawings_fetched = sum("plotly" in url for url in watch.asked)
        visit.errors = watch.take()
        # In the dark only inks differ, and the hundreds of findings are alike.
        look.unfold(page, entries=10_000 if scheme == "light" else 10)
        visit.violations = look.axe(page)
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
        look.unfold(page)
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


def test_every_control_is_reached_by_tab(reader, site_address, pages, cases):
    found = []
    for scheme, viewport in LOOKS.values():
        page, _ = reader(viewport=viewport, color_scheme=scheme)
        cdp = page.context.new_cdp_session(page)
        # In the dark only inks differ, and home and cases together have every kind of control.
        for address in pages if scheme == "light" else ["index.html", *cases]:
            page.goto(site_address + address)
            look.draw_figures(page)
            # The hundreds of findings stay folded: all are alike, and one is opened.
            if page.locator(".list details.entry").count() > 50:
                page.locator(".list details.entry").first.evaluate("(node) => { node.open = true; }")
            elif scheme == "light":
                look.unfold(page)
            lines = look.tab_walk(page) + look.small_targets(page)
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


# ------------------------------------------------------------------ cards


def missing_fields(shown: dict[str, list[str]]) -> list[str]:
    """Fields that a finding's card must have and does not show."""
    found = []
    for href, labels in shown.items():
        if "evidence.html#" in href:
            fact = evidence.fact(href.split("#")[1])
            wanted = ["People", "Source"]
            wanted += ["Estimate"] if fact.value is not None else []
            wanted += ["Limits"] if fact.caveat else []
            wanted += ["Disputed"] if fact.disputes else []
            wanted += ["a link to the source"] if fact.reference.href else []
            found += [f"the card of {fact.id} has no {label}" for label in wanted if label not in labels]
    return found


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_card_opens_by_enter_and_closes_by_escape(reader, site_address, pages, cases, viewport):
    page, watch = reader(viewport=viewport)
    found, opened = [], 0
    for address in pages:
        page.goto(site_address + address)
        look.unfold(page)
        watch.take()
        lines, shown = look.cards(page, page.keyboard.press, once=viewport is DESK)
        opened += len(shown)
        lines += missing_fields(shown)
        if address in cases:
            loose = page.locator(":is(a.fact-link, a.term-link):not([aria-haspopup])")
            lines += [f"{link.get_attribute('href')} has no card" for link in loose.all()]
        lines += [f"opening a card asked for {url}" for url in watch.asked if "plotly" not in url]
        found += [f"{address}: {line}" for line in lines]
    assert not found, listed(found)
    assert opened, "no page has a card"


def test_an_open_card_is_accessible(reader, site_address, cases):
    found = []
    for scheme, viewport in LOOKS.values():
        page, _ = reader(viewport=viewport, color_scheme=scheme)
        for address in cases:
            page.goto(site_address + address)
            page.locator("a.fact-link[aria-haspopup]").first.click()
            found += [
                f"{address} ({scheme}): {line}" for line in look.axe(page) + look.small_targets(page, "#card")
            ]
    assert not found, listed(found)


def test_cards_open_by_touch(reader, site_address, cases):
    page, _ = reader(viewport=PHONE, has_touch=True, is_mobile=True)
    found = []
    for address in cases:
        page.goto(site_address + address)
        links = page.locator("a[aria-haspopup=dialog]")
        visible = [index for index, link in enumerate(links.all()) if link.is_visible()]
        for index in visible[:12]:
            link = links.nth(index)
            name = f"{address}: link “{link.inner_text()}” by touch"
            link.tap()
            faults, _, _ = page.evaluate(look.OPEN_CARD, index)
            found += [f"{name}: {fault}" for fault in faults]
            page.locator("#card").get_by_role("button", name="Close").tap()
            if page.locator("#card").evaluate("(node) => node.open"):
                found.append(f"{name}: Close leaves the card open")
    assert not found, listed(found)


def test_without_javascript_a_number_leads_to_its_entry(reader, site_address, cases):
    page, _ = reader(java_script_enabled=False)
    for address in cases:
        page.goto(site_address + address)
        link = page.locator("article.page p a.fact-link").first
        fact_id = (link.get_attribute("href") or "").split("#")[1]
        link.click()
        page.wait_for_url(f"**/evidence.html#{fact_id}")
        entry = page.locator(f"[id='{fact_id}']")
        expect(entry).to_be_in_viewport()
        entry.locator("summary").click()
        expect(
            entry.locator("dt", has_text="Source"), f"evidence.html: #{fact_id} does not unfold"
        ).to_be_visible()


# ------------------------------------------------------------------ stops and decisions


def answer(form, choice: int, confidence: str, reason: str) -> str:
    """Answer one stop and keep it; returns the words of the choice."""
    option = form.locator("input[name=choice]").nth(choice)
    option.check()
    form.locator(f"input[name=confidence][value={confidence}]").check()
    form.locator("textarea").fill(reason)
    form.get_by_role("button", name="Keep my answer").click()
    expect(form.locator(".live")).to_contain_text("Kept")
    return option.get_attribute("value")


def test_decisions_are_kept_exported_and_erased(reader, site_address, cases):
    page, watch = reader()
    for address in cases:
        page.goto(site_address + address)
        settle(page)
        watch.take()
        forms = page.locator("form[data-stop]").all()
        assert forms, f"{address} has no stop"
        forms[0].get_by_role("button", name="Keep my answer").click()
        expect(forms[0].locator(".live")).to_have_text("Choose one answer first.")
        wanted = {}
        for index, form in enumerate(forms):
            stop = form.get_attribute("data-stop")
            chosen = answer(form, index % 2, "medium", f"Because of {stop}; “ä” <b>")
            wanted[stop] = {"choice": chosen, "confidence": "medium", "reason": f"Because of {stop}; “ä” <b>"}
        sent = [url for url in watch.asked if "plotly" not in url]
        assert not sent, f"{address}: keeping a decision asked for {sent}"

        page.reload()
        section = page.locator("#decisions")
        for form in page.locator("form[data-stop]").all():
            stop = form.get_attribute("data-stop")
            assert (
                form.locator("input[name=choice]:checked").get_attribute("value") == wanted[stop]["choice"]
            ), f"{address}: {stop}"
            assert form.locator("input[name=confidence]:checked").get_attribute("value") == "medium", (
                f"{address}: {stop}"
            )
            assert form.locator("textarea").input_value() == wanted[stop]["reason"], f"{address}: {stop}"
            expect(section.locator(".kept")).to_contain_text(wanted[stop]["reason"])

        with page.expect_download() as download:
            section.get_by_role("button", name="Save as a file").click()
        slug = address.split("/")[1]
        assert download.value.suggested_filename == f"{slug}-decisions.json"
        saved = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
        assert saved["format"] == "tworooms-decisions" and saved["case"] == slug
        assert re.fullmatch(r"\d+\.\d+\.\d+", saved["case_version"])
        assert {
            row["stop"]: {key: row[key] for key in ("choice", "confidence", "reason")}
            for row in saved["decisions"]
        } == wanted
        assert all(row["question"] for row in saved["decisions"]), (
            f"{address}: a saved decision lacks its question"
        )

        # Who decides again keeps the first answer beside the latest, and a third one does not replace the first.
        form = page.locator("form[data-stop]").first
        stop = form.get_attribute("data-stop")
        second = answer(form, 1, "low", "On second thoughts.")
        third = answer(form, 2, "high", "On third thoughts.")
        expect(section.locator(".kept")).to_contain_text(f"At first: {wanted[stop]['choice']} (confidence: medium)")
        with page.expect_download() as download:
            section.get_by_role("button", name="Save as a file").click()
        again = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["decisions"]
        assert [row["choice"] for row in again if row["stop"] == stop] == [wanted[stop]["choice"], third] != [second, third]
        assert len(again) == len(wanted) + 1

        section.get_by_role("button", name="Erase from this browser").click()
        expect(section.locator(".kept")).to_have_text("Nothing kept yet.")
        for form in page.locator("form[data-stop]").all():
            expect(
                form.locator(".live"), f"{address}: a stop still says that it is kept"
            ).not_to_contain_text("Kept")
        page.reload()
        assert not page.locator("form[data-stop] input:checked").count(), (
            f"{address}: an erased answer came back"
        )
        assert page.evaluate("(key) => JSON.parse(localStorage.getItem(key) || '{}')", KEY) == {}
        assert not [line for line in watch.take() if "console" in line or "host" in line]


def test_a_stop_by_keyboard(reader, site_address, cases):
    page, _ = reader()
    for address in cases:
        page.goto(site_address + address)
        stop = page.locator("form[data-stop]").first.get_attribute("data-stop")
        form = f"form[data-stop='{stop}']"
        assert look.focus_by_tab(page, f"{form} input[name=choice]"), (
            f"{address}: Tab never reaches the choices of {stop}"
        )
        for key in ("Space", "ArrowDown", "Tab", "Space", "ArrowRight", "Tab"):
            page.keyboard.press(key)
        page.keyboard.type("I would ask her first.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(f"{form} .live"), f"{address}: {stop}").to_have_text("Kept in this browser.")
        kept = page.evaluate(
            "([key, slug]) => JSON.parse(localStorage.getItem(key))[slug]", [KEY, address.split("/")[1]]
        )[stop]
        assert kept["reason"] == "I would ask her first." and kept["confidence"] == "medium"
        assert kept["choice"] == page.locator(f"{form} input[name=choice]").nth(1).get_attribute("value")


def test_without_javascript_stops_are_plain_text(reader, site_address, cases):
    page, _ = reader(java_script_enabled=False)
    for address in cases:
        page.goto(site_address + address)
        for form in page.locator("form[data-stop]").all():
            name = f"{address}: {form.get_attribute('data-stop')}"
            expect(form.locator("h3"), name).to_be_visible()
            labels = form.locator("label.choice").all_inner_texts()
            assert len(labels) > 1 and all(label.strip() for label in labels), name
        for button in page.get_by_role("button").all():
            assert not button.is_visible(), (
                f"{address}: “{button.inner_text()}” is shown though it cannot work without JavaScript"
            )
        for figure in page.locator(".tr-figure").all():
            expect(figure.locator("noscript p"), f"{address}: {figure.get_attribute('id')}").to_be_visible()


# ------------------------------------------------------------------ practice questions


def test_practice_questions_answer_by_keyboard(reader, site_address, cases):
    page, _ = reader()
    tried = 0
    for address in cases:
        page.goto(site_address + address)
        for number, form in enumerate(page.locator(".quiz form").all(), 1):
            name, kind = f"{address}: question {number}", form.get_attribute("data-kind")
            button, said = form.get_by_role("button", name="Check"), form.locator(".answer")
            reasons = [" ".join(text.split()) for text in form.locator(".feedback .why").all_text_contents()]
            inputs = form.locator("fieldset input").all()
            assert len(reasons) == len(inputs) > 1 and all(reasons), f"{name}: a choice has no feedback"
            button.focus()
            page.keyboard.press("Enter")
            expect(said, name).to_have_text("Choose an answer first.")
            inputs[0].focus()
            for index, one in enumerate(inputs):
                tried += 1
                if kind == "multiple":
                    one.focus()
                    page.keyboard.press("Space")
                elif index == 0:
                    page.keyboard.press("Space")
                else:
                    page.keyboard.press("ArrowDown")
                assert one.is_checked(), f"{name}: the keyboard does not choose answer {index + 1}"
                page.keyboard.press("Enter")
                expect(said, f"{name}, answer {index + 1}").to_contain_text(reasons[index])
                verdict = {"yes": "Fits.", "no": "Does not fit."}.get(one.get_attribute("data-correct"))
                shown = said.locator("p").last.inner_text()
                assert shown.startswith(verdict) if verdict else "it." not in shown[:12], (
                    f"{name}: says {shown!r}"
                )
                if kind == "multiple":
                    one.focus()
                    page.keyboard.press("Space")
            keys = [one.get_attribute("data-correct") for one in inputs]
            assert kind == "opinion" or "yes" in keys, f"{name} has no right answer"
            if kind == "multiple":
                for one, key in zip(inputs, keys):
                    one.set_checked(key == "yes")
                button.click()
                expect(said, name).to_contain_text("That is the whole set.")
    assert tried, "the site has no practice question"


# ------------------------------------------------------------------ lists that filter


def series_cells(column: str) -> list[set]:
    """Per series, every value of a column among its points."""
    return [set(_split(evidence.points(name)[column])) for name in evidence.series()["series_id"]]


def _split(cells) -> list:
    found = []
    for cell in cells:
        if isinstance(cell, str):
            found += evidence.list_cell(cell)
        elif not math.isnan(cell):
            found.append(int(cell))
    return found


def expected(column: str, fits: Callable[[object], bool]) -> int:
    """How many findings and series have a value that fits, straight from the tables."""
    rows = [set(_split([cell])) for cell in evidence.facts()[column]] + series_cells(column)
    return sum(any(fits(value) for value in row) for row in rows)


def shown_entries(page: Page) -> int:
    return page.evaluate(
        "() => [...document.querySelectorAll('.list .entry')].filter((one) => !one.hidden).length"
    )


def test_evidence_filters_agree_with_the_tables(reader, site_address):
    page, _ = reader()
    page.goto(site_address + "evidence.html")
    status, total = page.locator("form[data-filters] .count"), len(evidence.facts()) + len(evidence.series())
    found = []

    def agrees(label: str, wanted: int) -> None:
        words = f"{wanted} entr{'y' if wanted == 1 else 'ies'} of {total}" if wanted else "Nothing fits."
        if shown_entries(page) != wanted or not status.inner_text().startswith(words):
            found.append(
                f"{label}: {shown_entries(page)} shown, the line says {status.inner_text()!r}; the tables have {wanted}"
            )

    assert page.locator(".list .entry").count() == total
    expect(status).to_contain_text(f"{len(evidence.facts())} findings")
    columns = {"theme": "theme", "setting": "setting", "place": "jurisdiction", "check": "check"}
    for control, column in columns.items():
        choice = page.locator(f"#ev-{control}")
        offered = [
            value
            for value in choice.locator("option").evaluate_all("(all) => all.map((one) => one.value)")
            if value
        ]
        recorded = {value for cell in evidence.facts()[column] for value in _split([cell])}
        if set(offered) != recorded:
            found.append(f"{control}: offers {sorted(set(offered) ^ recorded)} that differ from the table")
        for value in offered:
            choice.select_option(value)
            agrees(f"{control} {value}", expected(column, lambda cell, value=value: cell == value))
        choice.select_option("")
    for kind, count in (("fact", len(evidence.facts())), ("series", len(evidence.series()))):
        page.locator("#ev-kind").select_option(kind)
        agrees(kind, count)
    page.locator("#ev-kind").select_option("")
    for low, high in ((2020, None), (None, 2005), (2014, 2016), (2023, 2023)):
        page.locator("#ev-from").fill(str(low or ""))
        page.locator("#ev-to").fill(str(high or ""))
        agrees(f"years {low} to {high}", expected("year", range(low or 0, (high or 9999) + 1).__contains__))
    page.locator("#ev-from").fill("")
    page.locator("#ev-to").fill("")
    agrees("everything", total)

    page.locator("#ev-theme").select_option("clinic")
    page.locator("#ev-check").select_option("full-text")
    facts = evidence.facts()
    both = int(((facts["theme"] == "clinic") & (facts["check"] == "full-text")).sum())
    assert page.locator("details[data-kind=fact]:not([hidden])").count() == both, "theme and check together"
    assert not found, listed(found)


def test_evidence_search_by_word(reader, site_address):
    page, _ = reader()
    page.goto(site_address + "evidence.html")
    words, status = page.get_by_label("Words"), page.locator("form[data-filters] .count")
    shown = "() => [...document.querySelectorAll('details[data-kind=fact]')].filter((one) => !one.hidden).map((one) => [one.id, one.textContent.toLowerCase()])"
    facts = evidence.facts()
    for word in ("saline", "Esketamine", "poison"):
        words.fill(word)
        entries = dict(page.evaluate(shown))
        certain = set(facts[facts["claim"].str.lower().str.contains(word.lower(), regex=False)]["fact_id"])
        assert certain and certain <= set(entries), f"{word}: not shown: {sorted(certain - set(entries))}"
        assert all(word.lower() in text for text in entries.values()), word
        expect(status).to_contain_text(str(shown_entries(page)))
    words.fill(facts["fact_id"].iloc[7])
    assert facts["fact_id"].iloc[7] in dict(page.evaluate(shown))
    words.fill("zzqx")
    expect(status).to_contain_text("Nothing fits")
    assert shown_entries(page) == 0


def test_a_deep_link_opens_its_finding(reader, site_address):
    page, _ = reader()
    facts = evidence.facts()["fact_id"]
    for fact_id in (facts.iloc[0], facts.iloc[len(facts) // 2], facts.iloc[-1]):
        page.goto("about:blank")
        page.goto(f"{site_address}evidence.html#{fact_id}")
        entry = page.locator(f"[id='{fact_id}']")
        expect(entry).to_have_attribute("open", "")
        expect(entry.locator("dt", has_text="Source"), fact_id).to_be_in_viewport()


def test_a_point_of_a_series_leads_to_a_finding_that_a_filter_hides(reader, site_address):
    page, _ = reader()
    page.goto(site_address + "evidence.html")
    page.locator("#ev-kind").select_option("series")
    series = page.locator("details[data-kind=series]").first
    series.locator("summary").click()
    link = series.locator("a").first
    fact_id = (link.get_attribute("href") or "#")[1:]
    link.click()
    expect(
        page.locator(f"[id='{fact_id}']"), f"evidence.html: #{fact_id} stays hidden by the filter"
    ).to_be_in_viewport()
    assert shown_entries(page) == page.locator(".list .entry").count()


def test_home_page_filters(reader, site_address, root):
    page, _ = reader()
    page.goto(site_address + "index.html")
    form = page.locator("form[data-filters=cases]")
    shown = page.locator(".case-entry").evaluate_all(
        "(all) => all.map((one) => one.querySelector('a').getAttribute('href'))"
    )
    metas = [case.metadata for case in all_cases(root) if f"cases/{case.slug}/case.html" in shown]
    assert len(metas) == len(shown) > 0, f"the home page lists {shown}"
    reads = {
        "minutes": lambda meta, value: meta.minutes.class_ <= int(value),
        "level": lambda meta, value: meta.level == value,
        "discipline": lambda meta, value: value in meta.disciplines,
        "setting": lambda meta, value: value in meta.settings,
        "place": lambda meta, value: value in meta.jurisdictions,
    }
    found = []
    for name, fits in reads.items():
        choice = form.locator(f"select[name={name}]")
        for value in [one.get_attribute("value") for one in choice.locator("option").all()][1:]:
            choice.select_option(value)
            wanted = sum(fits(meta, value) for meta in metas)
            line = form.locator(".count").inner_text()
            words = f"{wanted} case" if wanted else "Nothing fits."
            visible = page.locator(".case-entry:visible").count()
            if visible != wanted or not line.startswith(words):
                found.append(
                    f"index.html: {name} {value}: {visible} shown, the line says {line!r}; expected {wanted}"
                )
        choice.select_option("")
    assert not found, listed(found)


# ------------------------------------------------------------------ search, files, paper


def a_word_of(page: Page) -> str:
    """A long word from the text of the page."""
    words = re.findall(r"[a-z]{9,}", page.locator("article.page > section p").first.inner_text().lower())
    return max(words or ["ketamine"], key=len)


def test_search_finds_words_of_every_page(reader, site_address, pages):
    page, watch = reader()
    found = []
    for address in pages:
        if address == "search.html":
            continue
        page.goto(site_address + address)
        word = a_word_of(page)
        page.goto(f"{site_address}search.html?q={word}")
        expect(page.locator("#search-progress, #search-results")).to_have_count(2)
        hits = f"() => [...document.querySelectorAll('#search-results a')].some((one) => one.getAttribute('href').split(/[?#]/)[0] === '{address}')"
        if not wait(page, hits):
            found.append(f"search.html: {word!r} does not find {address}")
    found += watch.take()
    assert not found, listed(found)


def test_search_by_keyboard_and_without_a_hit(reader, site_address):
    page, _ = reader()
    page.goto(site_address + "search.html")
    page.get_by_label("Words to find").fill("zzqxw")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=zzqxw")
    expect(page.get_by_label("Words to find")).to_have_value("zzqxw")
    expect(page.locator("#search-results")).to_contain_text("did not match")
    assert not (found := look.axe(page)), listed(found)


def test_the_site_works_from_a_folder(reader, site, cases):
    page, watch = reader(home="file://")
    for address in cases:
        page.goto((site / address).as_uri())
        found = look.draw_figures(page) + look.figures(page)
        page.locator("a.fact-link[aria-haspopup]").first.press("Enter")
        expect(page.locator("#card")).to_be_visible()
        page.keyboard.press("Escape")
        answer(page.locator("form[data-stop]").first, 0, "low", "From a folder.")
        page.goto((site / "search.html").as_uri() + "?q=anesthesia")
        if not wait(page, "() => document.querySelectorAll('#search-results a').length > 0"):
            found.append("search.html finds nothing when opened from a folder")
        found += watch.take()
        assert not found, f"{address}: {listed(found)}"


def test_paper_keeps_what_matters(reader, site_address, pages, cases):
    page, _ = reader()
    found = []
    for address in pages:
        page.goto(site_address + address)
        look.draw_figures(page)
        for reason in page.locator("form[data-stop] textarea").all()[1:]:
            reason.fill("because " * 120)
        # As the browser does before it prints on A4.
        page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        # Paper is narrower than the screen, and nothing tells the page that it was resized.
        page.evaluate("() => { document.body.style.width = '690px'; }")
        found += [f"{address}: {line} is cut off on paper" for line in page.evaluate(
            """() => [...document.querySelectorAll(".tr-figure")].filter((figure) => [...figure.querySelectorAll(".main-svg")]
              .some((svg) => svg.getBoundingClientRect().right > figure.getBoundingClientRect().right + 1)).map((one) => `#${one.id}`)"""
        )]  # fmt: skip
        page.evaluate("() => { document.body.style.width = ''; }")
        page.set_viewport_size({"width": 718, "height": 1_000})
        settle(page)
        kept = "#help, figcaption, .tr-figure .data table, .tr-figure .plot, .stop h3, .stop .choice, .ruled, .notes li, .quiz .stem, h1, h2"
        hidden = page.evaluate(
            """(kept) => [...document.querySelectorAll(kept)].filter((node) => node.id !== "card-title" &&
              (!node.checkVisibility() || node.getBoundingClientRect().height < 10)).map(__look.named)""",
            kept,
        )
        found += [f"{address}: {line} is not printed" for line in hidden]
        for stop in page.locator("form[data-stop]").all():
            if stop.locator(".ruled").evaluate("(node) => node.clientHeight") < 60:
                found.append(f"{address}: {stop.get_attribute('data-stop')} leaves no ruled space to write")
        found += [f"{address} on paper: {line}" for line in look.clipped(page) + look.sideways(page)]
        page.emulate_media(media="screen")
        page.set_viewport_size(DESK)
    assert not found, listed(found)


def test_paper_before_a_figure_was_drawn_gives_its_words(reader, site_address, cases):
    page, _ = reader(viewport={"width": 718, "height": 240})
    found = []
    for address in cases:
        page.goto(site_address + address)
        page.route("**/plotly*", lambda route: None)
        page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        for figure in page.locator(".tr-figure:not([data-state=drawn])").all():
            name = f"{address}: #{figure.get_attribute('id')}"
            words = figure.locator("details.words p")
            if not words.is_visible():
                found.append(f"{name} prints neither its drawing nor its words")
            if figure.locator(".plot").is_visible():
                found.append(f"{name} prints an empty space for its drawing")
    assert not found, listed(found)


@pytest.mark.parametrize("chosen", [False, True], ids=["the system is dark", "the reader chose dark"])
def test_paper_is_white_though_the_screen_is_dark(reader, site_address, cases, chosen):
    page, _ = reader(color_scheme="light" if chosen else "dark")
    found = []
    for address in cases:
        page.goto(site_address + address)
        if chosen and page.locator("#appearance").get_attribute("aria-pressed") == "false":
            page.locator("#appearance").click()
        look.draw_figures(page)
        page.emulate_media(media="print")
        inks = page.evaluate(
            "() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        if inks != ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]:
            found.append(f"{address}: prints {inks[0]} on {inks[1]}")
        for figure in page.locator(".tr-figure").all():
            if "invert" not in figure.locator(".main-svg").first.evaluate(
                "(node) => getComputedStyle(node).filter"
            ):
                found.append(f"{address}: #{figure.get_attribute('id')} prints its light inks on white paper")
        page.emulate_media(media="screen")
    assert not found, listed(found)


def test_a_sheet_of_decisions(reader, site_address, cases):
    page, _ = reader()
    page.add_init_script("window.print = () => { window.__printed = document.documentElement.className; };")
    for address in cases:
        page.goto(site_address + address)
        answer(page.locator("form[data-stop]").first, 0, "high", "For the sheet.")
        page.get_by_role("button", name="Print a sheet").click()
        assert "print-decisions" in (page.evaluate("() => window.__printed") or ""), address
        page.emulate_media(media="print")
        expect(page.locator("#decisions .kept")).to_be_visible()
        expect(page.locator("#decisions")).to_contain_text("For the sheet.")
        expect(page.locator("#help")).to_be_visible(visible=False)
        # The title says whose case it is; the reading, the other answers and the figures stay off the sheet.
        expect(page.locator("h1")).to_be_visible()
        for left_out in (".rooms", ".tr-figure", ".stop", ".quiz", ".notes", "h2"):
            assert not any(one.is_visible() for one in page.locator(left_out).all()), f"{address}: {left_out}"
        page.emulate_media(media="screen")


def test_reduced_motion_is_honoured(reader, site_address, cases):
    # Long pages never glide: a deep link would pass a hundred findings on its way.
    for motion in ("reduce", "no-preference"):
        page, _ = reader(reduced_motion=motion)
        page.goto(site_address + cases[0])
        assert page.evaluate("() => getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    moving = "() => document.getAnimations().length"
    page, _ = reader(reduced_motion="reduce")
    for address in cases:
        page.goto(site_address + address)
        look.draw_figures(page)
        for slider in page.locator(".controls input").all():
            slider.press("End")
            assert page.evaluate(moving) == 0, f"{address}: #{slider.get_attribute('id')} moves things"
        spans = page.evaluate(
            "() => [...document.querySelectorAll('.tr-figure .plot')].map((one) => one.layout.transition?.duration ?? 0)"
        )
        assert not any(spans), f"{address}: a drawing moves though the reader asked for less motion"


# ------------------------------------------------------------------ pages broken on purpose


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """The small collection of the fixtures, built and served: its folder and its address."""
    folder = tmp_path_factory.mktemp("mutations") / "collection"
    shutil.copytree(FIXTURES / "collection", folder)
    shutil.copy(ROOT / "_config.yml", folder)
    shutil.copytree(ROOT / "data", folder / "data")
    built = build.build(folder)
    with server(built) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield built, f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()
        thread.join()


def by_axe(page: Page, watch: Watch, file: Path) -> list[str]:
    return look.axe(page)


def by_names(page: Page, watch: Watch, file: Path) -> list[str]:
    return look.nameless(page.context.new_cdp_session(page))


def by_watch(page: Page, watch: Watch, file: Path) -> list[str]:
    return watch.take()


def by_loads(page: Page, watch: Watch, file: Path) -> list[str]:
    return look.foreign_loads(Outline.of(file))


def by_structure(page: Page, watch: Watch, file: Path) -> list[str]:
    return look.structure(Outline.of(file))


def by_resource(page: Page, watch: Watch, file: Path) -> list[str]:
    return look.learning_resource(Outline.of(file))


def by_links(page: Page, watch: Watch, file: Path) -> list[str]:
    site = file.parents[2]
    outlines = {one.relative_to(site).as_posix(): Outline.of(one) for one in site.rglob("*.html")}
    return look.dead_links(site, file.relative_to(site).as_posix(), outlines)


def by_width(page: Page, watch: Watch, file: Path) -> list[str]:
    return look.sideways(page)


def by_cut(page: Page, watch: Watch, file: Path) -> list[str]:
    return look.clipped(page)


def by_tab(page: Page, watch: Watch, file: Path) -> list[str]:
    return look.tab_walk(page)


def by_size(page: Page, watch: Watch, file: Path) -> list[str]:
    return look.small_targets(page)


def by_figures(page: Page, watch: Watch, file: Path) -> list[str]:
    return look.draw_figures(page) + look.figures(page) + look.overlaps(page)


def by_controls(page: Page, watch: Watch, file: Path) -> list[str]:
    look.draw_figures(page)
    look.focus_by_tab(page, "#toy-control-1")
    return look.control_by_keyboard(page, "figure-toy", "toy-control-1")


def by_cards(page: Page, watch: Watch, file: Path) -> list[str]:
    complaints, shown = look.cards(page, page.keyboard.press)
    return complaints + missing_fields(shown)


NO_POLICY = (r'<meta http-equiv="Content-Security-Policy"[^>]*>', "")
#: What is broken: what to replace, who must notice, and a word of the complaint.
BREAKS = {
    "a script of another host": ([("</head>", '<script src="https://cdn.invalid/lib.js"></script></head>')], by_watch, "cdn.invalid"),
    "a request to another host": ([NO_POLICY, ("</head>", '<script src="https://cdn.invalid/lib.js"></script></head>')], by_watch, "asked another host"),
    "a foreign address in the source": ([("</head>", '<link rel="stylesheet" href="//fonts.invalid/a.css"></head>')], by_loads, "fonts.invalid"),
    "a script within the page": ([("</body>", "<script>1</script></body>")], by_watch, "policy script-src"),
    "an error in a script": ([NO_POLICY, ("</body>", "<script>missing()</script></body>")], by_watch, "missing is not defined"),
    "a field without its label": ([(r'(<label class="reason") for="[^"]*"', r"\1")], by_axe, "axe label"),
    "a field without a name": ([(r'(<label class="reason") for="[^"]*"', r"\1")], by_names, "has no name"),
    "an image without alt": ([("<h2>", '<img src="../../_static/icon.svg"><h2>')], by_axe, "axe image-alt"),
    "pale words": ([("<h2>", '<p style="color: #bbb">Pale words.</p><h2>')], by_axe, "axe color-contrast"),
    "a skipped heading": ([(r"<h2>(.*?)</h2>", r"<h4>\1</h4>")], by_structure, "is an h4 after an h1"),
    "a second title": ([("<h2>", "<h1>Again</h1><h2>")], by_structure, "2 h1 headings"),
    "no description": ([(r'<meta name="description"[^>]*>', "")], by_structure, "description is missing"),
    "no language": ([(r'<html lang="[^"]*"', "<html")], by_structure, "no lang"),
    "an id used twice": ([("<h2>", '<p id="help"></p><h2>')], by_structure, "'help' occurs 2 times"),
    "an anchor that is not there": ([("<h2>", '<a href="../../evidence.html#no-such-fact">so</a><h2>')], by_links, "has no #no-such-fact"),
    "a page that is not there": ([("<h2>", '<a href="../../nowhere.html">so</a><h2>')], by_links, "no such file"),
    "no learning resource": ([('"LearningResource"', '"Thing"')], by_resource, "is a Thing"),
    "something wide": ([("<h2>", '<div style="width: 3000px">wide</div><h2>')], by_width, "wide on a screen"),
    "words cut off": ([("<h2>", '<p style="height: 1em; overflow: hidden">These words<br>stand on<br>three lines.</p><h2>')], by_cut, "is cut off"),
    "a focus that cannot be seen": ([("</head>", "<style>:focus-visible { outline: none !important }</style></head>")], by_tab, "shows no focus"),
    "a faint focus": ([("</head>", "<style>:focus-visible { outline-color: #eee !important }</style></head>")], by_tab, "too faint"),
    "a link that Tab passes over": ([('<a class="brand"', '<a tabindex="-1" class="brand"')], by_tab, "never reached by Tab"),
    "a field that holds the reader": (
        [NO_POLICY, ("</body>", "<script>document.querySelector('textarea').onkeydown = () => false</script></body>")], by_tab, "held fast at",
    ),
    "a button too small": ([("<h2>", '<button style="min-height: 0; height: 12px; width: 12px; padding: 0">x</button><h2>')], by_size, "12 × 12"),
    "a drawing that fails": ([(r'(class="spec">)\{', r"\1{{")], by_figures, "state failed"),
    "a drawing of nothing": ([(r'"data":\[.*?\],"layout"', '"data":[],"layout"')], by_figures, "shows no path"),
    "a drawing without a name": ([(r'(<div class="plot"[^>]*aria-label)="[^"]*"', r'\1=""')], by_figures, "no alternative text"),
    "a drawing without its table": ([(r"<details class=\"data\">.*?</details>", "")], by_figures, "no data table"),
    "a drawing without its badge": ([(r"<span class=\"badge.*?</span>", "")], by_figures, "no badge"),
    "words beyond the drawing": ([('"text":"minutes"', '"text":"' + "minutesandminutes" * 12 + '"')], by_figures, "cuts off its text"),
    "a control that does nothing": ([(r'"m":"restyle"(.*?)"m":"restyle"', r'"m":"none"\1"m":"none"')], by_controls, "changes nothing"),
    "a control that says nothing": ([('"says":"Only the clinic is shown."', '"says":""')], by_controls, "is silent"),
    "a card without its source": ([(r"<div><dt>Source</dt>.*?</div>", "")], by_cards, "has no Source"),
    "a card without its words": ([(r'<p class="claim">.*?</p>', '<p class="claim"></p>')], by_cards, "has no claim"),
}  # fmt: skip


def broken(source: Path, changes: list[tuple[str, str]]) -> Path:
    """A copy of a page beside it, with each change made; a pattern that fits nothing would prove nothing."""
    text = source.read_text(encoding="utf-8")
    for pattern, put in changes:
        text, count = re.subn(pattern, put, text, count=1, flags=re.DOTALL)
        assert count, f"{pattern!r} does not occur in {source.name}"
    file = source.with_name("broken.html")
    file.write_text(text, encoding="utf-8")
    return file


def complaints_about(reader, address: str, site: Path, file: Path, check) -> list[str]:
    page, watch = reader(home=address, viewport=PHONE)
    page.context.route(re.compile(r"\.invalid/"), lambda route: route.abort())
    page.goto(address + file.relative_to(site).as_posix())
    settle(page)
    look.unfold(page)
    return check(page, watch, file)


@pytest.mark.parametrize("fault", BREAKS)
def test_mutations_a_broken_page_is_noticed(reader, toy, fault):
    site, address = toy
    changes, check, says = BREAKS[fault]
    file = broken(site / "cases" / "toy" / "case.html", changes)
    found = complaints_about(reader, address, site, file, check)
    assert any(says in line for line in found), f"{fault}: expected a complaint with {says!r}; heard {found}"


@pytest.mark.parametrize(
    "check", sorted({check for _, check, _ in BREAKS.values()}, key=lambda one: one.__name__)
)
def test_mutations_an_intact_page_is_left_alone(reader, toy, check):
    site, address = toy
    found = complaints_about(reader, address, site, site / "cases" / "toy" / "case.html", check)
    assert not found, listed(found)
