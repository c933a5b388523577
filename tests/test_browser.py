"""The built book in a real browser: cards, stops, quizzes, lists, search, files and paper; by mouse, keyboard and touch."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

import browser_helpers as look
from browser_helpers import DESK, LOOKS, PHONE, listed, missing_fields, settle, wait
from playwright.sync_api import Page, expect

from tworooms import evidence
from tworooms.case import all_cases

KEY = "tworooms:decisions:v1"


# ------------------------------------------------------------------ cards


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_card_opens_by_enter_and_closes_by_escape(reader, site_address, pages, cases, few, viewport):
    page, watch = reader(viewport=viewport)
    found, opened = [], 0
    for address in pages if viewport is PHONE else few:
        page.goto(site_address + address)
        look.unfold(page)
        watch.take()
        lines, shown = look.cards(page, page.keyboard.press)
        opened += len(shown)
        lines += missing_fields(shown)
        if address in cases:
            loose = page.locator(":is(a.fact-link, a.term-link):not([aria-haspopup])")
            lines += [f"{link.get_attribute('href')} has no card" for link in loose.all()]
        lines += [f"opening a card asked for {url}" for url in watch.asked if "plotly" not in url]
        found += [f"{address}: {line}" for line in lines]
    assert not found, listed(found)
    assert opened, "no page has a card"


def test_an_open_card_is_accessible(reader, site_address, few):
    found = []
    for scheme, viewport in LOOKS.values():
        page, _ = reader(viewport=viewport, color_scheme=scheme)
        for address in few:
            page.goto(site_address + address)
            page.locator("a.fact-link[aria-haspopup]").first.click()
            found += [
                f"{address} ({scheme}): {line}" for line in look.axe(page, "#card") + look.small_targets(page, "#card")
            ]
    assert not found, listed(found)


def test_cards_open_by_touch(reader, site_address, few):
    page, _ = reader(viewport=PHONE, has_touch=True, is_mobile=True)
    found = []
    for address in few:
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


def test_without_javascript_a_number_leads_to_its_entry(reader, site_address, few):
    page, _ = reader(java_script_enabled=False)
    for address in few:
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


def test_decisions_are_kept_exported_and_erased(reader, site_address, few):
    page, watch = reader()
    for address in few:
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


def test_a_stop_by_keyboard(reader, site_address, few):
    page, _ = reader()
    for address in few:
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


def test_practice_questions_have_a_reason_for_every_answer(reader, site_address, cases):
    page, _ = reader(java_script_enabled=False)
    found, questions = [], 0
    for address in cases:
        page.goto(site_address + address)
        for number, form in enumerate(page.locator(".quiz form").all(), 1):
            questions += 1
            reasons = [" ".join(text.split()) for text in form.locator(".feedback .why").all_text_contents()]
            keys = [one.get_attribute("data-correct") for one in form.locator("fieldset input").all()]
            if not (len(reasons) == len(keys) > 1 and all(reasons)):
                found.append(f"{address}: question {number}: a choice has no feedback")
            if form.get_attribute("data-kind") != "opinion" and "yes" not in keys:
                found.append(f"{address}: question {number} has no right answer")
    assert not found, listed(found)
    assert questions, "the site has no practice question"


def test_practice_questions_answer_by_keyboard(reader, site_address, few):
    page, _ = reader()
    tried = 0
    for address in few:
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
        "format": lambda meta, value: meta.class_format == value,
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


def test_the_site_works_from_a_folder(reader, site, few):
    page, watch = reader(home="file://")
    for address in few:
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
def test_paper_is_white_though_the_screen_is_dark(reader, site_address, few, chosen):
    page, _ = reader(color_scheme="light" if chosen else "dark")
    found = []
    for address in few:
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


def test_a_sheet_of_decisions(reader, site_address, few):
    page, _ = reader()
    page.add_init_script("window.print = () => { window.__printed = document.documentElement.className; };")
    for address in few:
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


def test_reduced_motion_is_honoured(reader, site_address, few):
    # Long pages never glide: a deep link would pass a hundred findings on its way.
    for motion in ("reduce", "no-preference"):
        page, _ = reader(reduced_motion=motion)
        page.goto(site_address + few[0])
        assert page.evaluate("() => getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    moving = "() => document.getAnimations().length"
    page, _ = reader(reduced_motion="reduce")
    for address in few:
        page.goto(site_address + address)
        look.draw_figures(page)
        for slider in page.locator(".controls input").all():
            slider.press("End")
            assert page.evaluate(moving) == 0, f"{address}: #{slider.get_attribute('id')} moves things"
        spans = page.evaluate(
            "() => [...document.querySelectorAll('.tr-figure .plot')].map((one) => one.layout.transition?.duration ?? 0)"
        )
        assert not any(spans), f"{address}: a drawing moves though the reader asked for less motion"
