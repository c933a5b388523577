"""The judged claims: the exercise in the reading, the ledger for instructors, the exports and what a class made of them."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import nbformat
import pytest
from fixtures.breaking import LAST_CELL, NOTEBOOK, TOC, edit, edit_cell, make, refusal, run

pytest.importorskip("playwright.sync_api")

import browser_helpers as look
from browser_helpers import DESK, LOOKS, PHONE, Watch, listed
from playwright.sync_api import expect

from tworooms import claims, evidence
from tworooms.models.agreement import cohen_kappa, counts, fleiss_kappa
from tworooms.serve import server

ROOMS_CELL = 1
NAMED = ("wiki-02", "wiki-05", "wiki-07", "clinic-03", "clinic-07", "clinic-18", "interview-09", "interview-13",
         "supplier-10", "supplier-20", "recovery-04", "recovery-20")  # fmt: skip
SENTENCE = "Judge each by yourself, then compare."
EXERCISE = f"\n\n:::{{claims-exercise}}\n:claims: {', '.join(NAMED)}\n\n{SENTENCE}\n:::\n"
TABLE = Path(__file__).parents[1] / "data/evidence/claims.csv"
ROWS = {row["claim_id"]: row for row in csv.DictReader(io.StringIO(TABLE.read_text(encoding="utf-8")))}
# Words that only our reason, and only the use in class, of one claim have.
MARKED = "wiki-24"
ROWS[MARKED]["verdict_reason"] += " Quokkareason."
ROWS[MARKED]["teaching_use"] += " Quokkause."
OURS = "_static/claims-ours.js"
READING = "cases/toy/case.html"
KEY = "tworooms:verdicts:v1"


def with_exercise(root: Path, text: str = EXERCISE) -> Path:
    edit_cell(root, ROOMS_CELL, lambda cell: cell.update(source=cell.source + text))
    return root


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A collection whose case has the exercise, in both editions."""
    root = with_exercise(make(tmp_path_factory.mktemp("claims") / "a collection"))
    table = root / "data/evidence/claims.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(ROWS[MARKED]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(ROWS.values())
    source = Path(__file__).parents[1] / "book/claims-ledger.md"
    (root / "book/claims-ledger.md").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    for edition in ("student", "instructor"):
        outcome = run(root, "build", "--edition", edition)
        assert outcome.code == 0, outcome.err
    return root


def site_of(root: Path, edition: str = "student") -> Path:
    return root / "_build" / edition / "html"


@pytest.fixture(scope="module")
def addresses(built):
    """Where each edition is served."""
    found, running = {}, []
    for edition in ("student", "instructor"):
        one = server(site_of(built, edition))
        threading.Thread(target=one.serve_forever, daemon=True).start()
        running.append(one)
        found[edition] = f"http://127.0.0.1:{one.server_port}/"
    yield found
    for one in running:
        one.shutdown()
        one.server_close()


@pytest.fixture
def window(browser, addresses):
    """A function that opens a page of an edition in a window of its own, and the watch over it."""
    contexts = []

    def opened(page: str = READING, edition: str = "student", script: str = "", **options):
        context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **options})
        context.set_default_timeout(look.PATIENCE)
        contexts.append(context)
        watch = Watch(context, addresses[edition])
        if script:
            context.add_init_script(script)
        tab = context.new_page()
        tab.goto(page if "://" in page else addresses[edition] + page)
        return tab, watch

    yield opened
    for context in contexts:
        context.close()


def choose(page, verdict: str) -> None:
    page.locator(f"#claims input[value={verdict}]").check()


def press(page, name: str) -> None:
    page.locator("#claims").get_by_role("button", name=name).click()


def judge(page, verdicts: list[str]) -> None:
    """Give verdicts to the claims of the set, one after another."""
    for place, verdict in enumerate(verdicts, 1):
        choose(page, verdict)
        if place < len(verdicts):
            press(page, "Next claim")


def saved_file(page) -> dict:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    return json.loads(Path(download.value.path()).read_text(encoding="utf-8"))


# ------------------------------------------------------------------ what stands where


def test_every_verdict_kind_and_page_of_the_table_has_a_name():
    fields = {
        field["name"]: field.get("constraints", {})
        for field in evidence.resource("claims")["schema"]["fields"]
    }
    assert list(claims.VERDICTS) == fields["verdict"]["enum"]
    assert set(claims.KINDS) == set(fields["kind"]["enum"])
    assert {row["document"] for row in ROWS.values()} <= set(claims.PAGES)


def test_claims_are_paraphrases_without_quotation():
    quoted = [
        name
        for name, row in ROWS.items()
        if re.search(r'["“”«»]|(?<!\w)[\'‘][^\'’]{30,}[\'’](?!\w)', row["claim"])
    ]
    assert quoted == []


def test_no_verdict_is_in_anything_that_a_reader_gets_before_asking(built):
    site = site_of(built)
    files = [path for path in site.rglob("*") if path.is_file() and path.relative_to(site).as_posix() != OURS]
    assert any(path.name == "searchindex.js" for path in files)
    told = []
    for path in files:
        text = html.unescape(path.read_bytes().decode("utf-8", "ignore"))
        told += [
            f"{path.name}: {name}"
            for name, row in ROWS.items()
            if row["verdict_reason"] in text or (row["teaching_use"] and row["teaching_use"] in text)
        ]
    assert told == []
    # The reading names the verdicts to choose from, each as often as its own form needs and never beside a claim.
    reading = (site / READING).read_text(encoding="utf-8")
    items = re.findall(r"<li data-claim=.*?</li>", reading, re.DOTALL)
    assert len(items) == len(ROWS) and not [
        item for item in items if any(f'"{verdict}"' in item for verdict in claims.VERDICTS)
    ]
    # The index knows words, not sentences.
    assert [path for path in files if b"quokka" in path.read_bytes().lower()] == []
    assert (
        b"quokkause" not in (site / OURS).read_bytes().lower()
        and b"quokkareason" in (site / OURS).read_bytes().lower()
    )
    index = (site_of(built, "instructor") / "searchindex.js").read_bytes()
    assert b"quokkareason" in index and b"quokkaus" in index, (
        "the search of the instructor edition finds the ledger"
    )


def test_the_script_holds_every_verdict_and_nothing_for_instructors_alone(built):
    text = (site_of(built) / OURS).read_text(encoding="utf-8")
    data = json.loads(text.removeprefix("window.tworoomsOurs = ").rstrip(";\n"))
    assert {name: (verdict, reason) for name, (verdict, reason, _) in data["claims"].items()} == {
        name: (row["verdict"], row["verdict_reason"]) for name, row in ROWS.items()
    }
    assert {fact for *_, facts in data["claims"].values() for fact in facts} == set(data["facts"])
    assert not [
        row["claim_id"] for row in ROWS.values() if row["teaching_use"] and row["teaching_use"] in text
    ]
    assert not [
        row["claim_id"] for row in ROWS.values() if row["sources"] and row["sources"].split(";")[0] in text
    ]


def test_the_script_goes_with_the_exercise(tmp_path):
    root = make(tmp_path / "collection", whole_book=False)
    assert run(root, "build").code == 0
    assert not (site_of(root) / OURS).exists() and "claims" not in (site_of(root) / READING).read_text(
        encoding="utf-8"
    )
    plain = (root / NOTEBOOK).read_text(encoding="utf-8")
    with_exercise(root)
    assert run(root, "build").code == 0 and (site_of(root) / OURS).exists()
    edit(
        root / "data/evidence/claims.csv",
        "Ketamine is a strong dissociative anaesthetic.",
        "Ketamine is a weak dissociative anaesthetic.",
    )
    edit(
        root / "data/evidence/claims.csv",
        "its dissociative effect is not in dispute",
        "its dissociative effect is well known",
    )
    assert run(root, "build").code == 0
    assert "weak dissociative" in (site_of(root) / READING).read_text(encoding="utf-8")
    assert "effect is well known" in (site_of(root) / OURS).read_text(encoding="utf-8")
    (root / NOTEBOOK).write_text(plain, encoding="utf-8")
    assert run(root, "build").code == 0 and not (site_of(root) / OURS).exists()


# ------------------------------------------------------------------ judging


def test_ours_are_fetched_once_and_only_when_asked_for(window):
    page, watch = window()
    judge(page, ["supported", "unsupported", "value-judgement"])
    page.locator("#claims-set").select_option("page interview")
    choose(page, "unverifiable")
    assert [url for url in watch.asked if OURS in url] == []
    page.locator("#claims-set").select_option("named")
    press(page, "Compare with ours")
    shown = page.locator("#claims .ours")
    expect(shown).to_contain_text("Ours: Supported. The same as yours.")
    expect(shown).to_contain_text(ROWS[NAMED[0]]["verdict_reason"])
    press(page, "Next claim")
    expect(shown).to_be_empty()
    press(page, "Compare with ours")
    expect(shown).to_contain_text("Ours: Value judgment. Yours: Unsupported.")
    assert len([url for url in watch.asked if OURS in url]) == 1
    assert watch.take() == []


def test_nothing_is_compared_without_a_verdict_of_ones_own(window):
    page, watch = window()
    press(page, "Compare with ours")
    expect(page.locator("#claims .live")).to_have_text("Choose one verdict first.")
    assert [url for url in watch.asked if OURS in url] == [] and page.locator(
        "#claims .ours"
    ).inner_text() == ""


def test_every_claim_is_reached_by_steps(window):
    page, _ = window()
    sets = page.locator("#claims-set option").evaluate_all(
        "(all) => all.map((one) => [one.value, one.textContent])"
    )
    seen = {}
    for value, label in sets:
        page.locator("#claims-set").select_option(value)
        seen[value] = page.evaluate(
            """() => { const found = [], next = document.querySelector("#claims [data-do=on]");
              for (let step = 0; step < 500; step += 1) {
                found.push(document.querySelector("#claims .stem").textContent);
                if (next.disabled) return found;
                next.click();
              } }"""
        )
        assert str(len(seen[value])) in label
    assert seen["named"] == [ROWS[name]["claim"] for name in NAMED]
    assert seen["all"] == [row["claim"] for row in ROWS.values()] and len(seen["all"]) == 132
    for column, name in (("document", "page"), ("kind", "kind")):
        for wanted in {row[column] for row in ROWS.values()}:
            assert seen[f"{name} {wanted}"] == [
                row["claim"] for row in ROWS.values() if row[column] == wanted
            ]


def test_what_was_compared_stays_as_it_was_given(window):
    page, _ = window()
    choose(page, "unsupported")
    choose(page, "contradicted")
    press(page, "Compare with ours")
    expect(page.locator("#claims .ours")).to_contain_text("Yours: Contradicted.")
    assert page.locator("#claims input[name=verdict]:disabled").count() == 6
    page.reload()
    assert page.locator("#claims input[name=verdict]:disabled").count() == 6
    expect(page.locator("#claims input:checked")).to_have_value("contradicted")
    press(page, "Next claim")
    assert page.locator("#claims input[name=verdict]:disabled").count() == 0


def test_the_exercise_by_keyboard_alone(window):
    page, _ = window()
    assert look.focus_by_tab(page, "#claims-set")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#claims input[value=supported]")).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#claims input[value=partly-supported]")).to_be_checked()
    assert look.focus_by_tab(page, "#claims [type=submit]", 3)
    page.keyboard.press("Enter")
    expect(page.locator("#claims .ours[role=status]")).to_contain_text("Ours: Supported.")
    assert look.focus_by_tab(page, "#claims .ours a.fact-link", 3)
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_be_visible()
    fact = page.locator("#claims .ours a.fact-link").first
    assert page.locator("#card h2").inner_text() == fact.inner_text()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('#claims .ours a.fact-link')")
    assert look.focus_by_tab(page, "#claims [data-do=on]", 12)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#claims legend')")
    expect(page.locator("#claims legend")).to_contain_text(ROWS[NAMED[1]]["claim"])
    expect(page.locator("#claims .progress")).to_have_text("Claim 2 of 12, 1 judged")


def test_a_radio_is_named_by_its_verdict_and_described_by_its_meaning(window):
    page, _ = window()
    for verdict in claims.VERDICTS.values():
        radio = page.get_by_role("radio", name=verdict.name, exact=True)
        expect(radio).to_have_accessible_description(verdict.meaning)
    expect(page.get_by_role("group", name=re.compile(re.escape(ROWS[NAMED[0]]["claim"])))).to_be_visible()


@pytest.mark.parametrize("look_name", LOOKS)
def test_the_exercise_is_accessible_before_and_after(window, look_name):
    scheme, viewport = LOOKS[look_name]
    page, watch = window(viewport=viewport, color_scheme=scheme)
    found = look.tab_walk(page) + look.axe(page)
    judge(page, [list(claims.VERDICTS)[place % 5] for place in range(12)])
    press(page, "Tally mine against ours")
    expect(page.locator("#claims .tally")).not_to_be_empty()
    look.unfold(page)
    found += look.axe(page) + look.small_targets(page)
    for width in (1280, 640, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        found += look.sideways(page)
    found += watch.take()
    assert not found, listed(found)


# ------------------------------------------------------------------ the tally


def test_the_tally_waits_for_six_and_kappa_for_twelve(window):
    page, _ = window()
    ask = page.get_by_role("button", name="Tally mine against ours")
    judge(page, ["supported"] * 5)
    expect(ask).to_be_hidden()
    press(page, "Next claim")
    choose(page, "supported")
    expect(ask).to_be_visible()
    ask.click()
    tally = page.locator("#claims .tally")
    same = sum(ROWS[name]["verdict"] == "supported" for name in NAMED[:6])
    expect(tally).to_contain_text(f"You judged 6 claims. On {same} of them your verdict is ours")
    expect(tally).to_contain_text("From 12 claims on")
    assert "between you and us is" not in tally.inner_text()


def test_the_reader_s_kappa_is_that_of_the_model(window):
    page, _ = window()
    own = [*["supported"] * 4, *["partly-supported"] * 4, *["value-judgement"] * 3, "contradicted"]
    judge(page, own)
    press(page, "Tally mine against ours")
    ours = [ROWS[name]["verdict"] for name in NAMED]
    found = cohen_kappa(own, ours)
    tally = page.locator("#claims .tally")
    # Ours are fetched when they are asked for.
    expect(tally).to_contain_text("You judged 12 claims")
    said = tally.inner_text()
    assert f"On {round(found.observed * 12)} of them" in said
    value, low, high = (
        float(text.replace("−", "-"))
        for text in re.search(r"is (\S+\d)\. It is 1.*from (\S+) to (\S+\d)\.", said).groups()
    )
    assert value == pytest.approx(found.kappa, abs=0.005) and low < value < high
    apart = [name for name, verdict in zip(NAMED, own) if verdict != ROWS[name]["verdict"]]
    assert page.locator("#claims .tally li").count() == len(apart)


def test_one_verdict_throughout_has_no_kappa(window):
    page, _ = window()
    same = [name for name, row in ROWS.items() if row["verdict"] == "supported"][:12]
    kept = {"toy": {name: {"verdict": "supported", "compared": True} for name in same}}
    page.evaluate("([key, kept]) => localStorage.setItem(key, JSON.stringify(kept))", [KEY, kept])
    page.reload()
    press(page, "Tally mine against ours")
    expect(page.locator("#claims .tally")).to_contain_text("There is no kappa")


# ------------------------------------------------------------------ keeping, saving, erasing


def test_verdicts_are_kept_saved_with_the_decisions_and_erased(window, built, tmp_path):
    page, _ = window()
    form = page.locator("form[data-stop]").first
    form.locator("input[name=choice]").first.check()
    form.get_by_role("button", name="Keep my answer").click()
    alone = saved_file(page)
    assert "verdicts" not in alone, "a file without verdicts is as it always was"
    judge(page, ["supported", "unverifiable"])
    expect(page.locator("#claims .live")).to_have_text("Kept in this browser.")
    expect(page.locator("#decisions .kept")).to_contain_text("Your verdicts on 2 claims.")
    page.reload()
    expect(page.locator("#claims .progress")).to_have_text("Claim 1 of 12, 2 judged")
    expect(page.locator("#claims input:checked")).to_have_value("supported")
    data = saved_file(page)
    assert data == {
        **alone,
        "verdicts": [
            {"claim": NAMED[0], "verdict": "supported"},
            {"claim": NAMED[1], "verdict": "unverifiable"},
        ],
    }
    assert data["format_version"] == 1
    (tmp_path / "one.json").write_text(json.dumps(data), encoding="utf-8")
    (tmp_path / "old.json").write_text(json.dumps(alone), encoding="utf-8")
    outcome = run(built, "class-report", str(tmp_path))
    assert outcome.code == 0 and "2 files read, 0 refused" in outcome.out, outcome
    page.get_by_role("button", name="Erase from this browser").click()
    expect(page.locator("#claims .progress")).to_have_text("Claim 1 of 12, 0 judged")
    assert page.locator("#claims input:checked").count() == 0
    expect(page.locator("#decisions .kept")).to_have_text("Nothing kept yet.")
    assert page.evaluate("(key) => JSON.parse(localStorage.getItem(key))", KEY) == {}


FORBIDDEN = "Storage.prototype.setItem = Storage.prototype.getItem = () => { throw new DOMException('no', 'SecurityError'); };"


def test_without_storage_the_exercise_works_for_the_visit(window):
    page, watch = window(script=FORBIDDEN)
    choose(page, "supported")
    expect(page.locator("#claims .live")).to_contain_text("does not allow keeping")
    press(page, "Next claim")
    press(page, "Previous claim")
    expect(page.locator("#claims input:checked")).to_have_value("supported")
    press(page, "Compare with ours")
    expect(page.locator("#claims .ours")).to_contain_text("The same as yours")
    assert saved_file(page)["verdicts"] == [{"claim": NAMED[0], "verdict": "supported"}]
    assert watch.take() == []


@pytest.mark.parametrize(
    "kept",
    ["[]", "3", '"x"', '{"toy": {"wiki-02": {"verdict": "<b>"}, "no-1": {"verdict": "supported"}}}', "{"],
)
def test_what_someone_else_left_in_the_storage_breaks_nothing(window, kept):
    page, watch = window()
    page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [KEY, kept])
    page.reload()
    choose(page, "supported")
    press(page, "Compare with ours")
    expect(page.locator("#claims .ours")).to_contain_text("Ours: Supported.")
    assert watch.take() == []


def test_from_a_folder_without_a_server(window, built):
    page, watch = window((site_of(built) / READING).as_uri())
    choose(page, "supported")
    press(page, "Compare with ours")
    expect(page.locator("#claims .ours")).to_contain_text("Ours: Supported.")
    href = page.locator("#claims .ours a.fact-link").first.get_attribute("href")
    page.goto(page.url.replace(READING, "") + href.removeprefix("../../"))
    expect(page.locator(f"[id='{href.split('#')[1]}']")).to_be_visible()
    assert not [line for line in watch.take() if line.startswith("console")]


def test_ours_that_cannot_be_read_may_be_asked_for_again(window):
    page, _ = window()
    page.route(f"**/{OURS}", lambda route: route.abort())
    choose(page, "supported")
    press(page, "Compare with ours")
    expect(page.locator("#claims .live")).to_contain_text("could not be read")
    assert page.locator("#claims input:disabled").count() == 0
    page.unroute(f"**/{OURS}")
    press(page, "Compare with ours")
    expect(page.locator("#claims .ours")).to_contain_text("Ours: Supported.")


def test_without_javascript_the_claims_are_a_list(window):
    page, _ = window(java_script_enabled=False, viewport=PHONE)
    section = page.locator("#claims")
    assert not section.locator("form").is_visible()
    expect(section).to_contain_text("claims ledger of the instructor edition")
    assert section.locator("ol.on-paper > li .text").all_inner_texts() == [
        ROWS[name]["claim"] for name in NAMED
    ]
    section.locator("summary").first.click()
    assert section.locator("details[open] li").first.is_visible()
    assert section.locator("li").count() == 132


def test_paper_shows_the_chosen_claims_with_empty_boxes(window):
    page, _ = window()
    choose(page, "supported")
    page.emulate_media(media="print")
    section = page.locator("#claims")
    assert not section.locator("form").is_visible()
    assert section.locator("li:visible .text").all_inner_texts() == [ROWS[name]["claim"] for name in NAMED]
    boxes = section.locator("li").first.evaluate("(item) => getComputedStyle(item, '::after').content")
    assert boxes.count("☐") == 6 and all(
        verdict.name.replace(" ", "\u00a0") in boxes for verdict in claims.VERDICTS.values()
    )
    page.emulate_media(media="screen")
    page.locator("#claims-set").select_option("page interview")
    page.emulate_media(media="print")
    assert section.locator("li:visible").count() == sum(
        row["document"] == "interview" for row in ROWS.values()
    )


# ------------------------------------------------------------------ the ledger


def test_the_ledger_is_in_the_instructor_edition_alone(built):
    text = html.unescape((site_of(built, "instructor") / "claims-ledger.html").read_text(encoding="utf-8"))
    for name, row in ROWS.items():
        assert f'<details class="entry" id="{name}"' in text
        assert row["verdict_reason"] in text and row["teaching_use"] in text
        assert all(f"evidence.html#{fact}" in text for fact in evidence.list_cell(row["evidence_ids"]))
        assert (
            not row["sources"]
            or row["sources"].split(";")[0] not in text
            or row["sources"].split(";")[0]
            in (built / "data/evidence/references.bib").read_text(encoding="utf-8")
        )
    assert 'href="../../claims-ledger.html"' in (site_of(built, "instructor") / READING).read_text(
        encoding="utf-8"
    )
    site = site_of(built)
    assert [path for path in site.rglob("*") if "ledger" in path.name] == []
    assert [path.name for path in site.rglob("*.html") if b"claims-ledger.html" in path.read_bytes()] == []


def test_the_ledger_filters_and_prints(window):
    page, watch = window("claims-ledger.html", "instructor")
    count = page.locator(".filters .count")
    page.locator("#cl-verdict").select_option("contradicted")
    wanted = [name for name, row in ROWS.items() if row["verdict"] == "contradicted"]
    expect(count).to_have_text(f"{len(wanted)} claims of {len(ROWS)}")
    assert page.locator(".ledger .entry:visible").evaluate_all("(all) => all.map((one) => one.id)") == wanted
    page.locator("#cl-verdict").select_option("")
    page.locator("#cl-page").select_option("interview")
    page.locator("#cl-kind").select_option("legal")
    legal = [name for name, row in ROWS.items() if row["document"] == "interview" and row["kind"] == "legal"]
    assert page.locator(".ledger .entry:visible").count() == len(legal)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".ledger .entry:visible:not([open])").count() == 0
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible() and not page.locator("details.notes").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".ledger .entry[open]").count() == 0
    assert watch.take() == []


def test_a_finding_in_the_ledger_has_its_card(window):
    page, _ = window("claims-ledger.html", "instructor")
    page.locator(".ledger .entry summary").first.click()
    link = page.locator(".ledger .entry[open] a.fact-link").first
    link.click()
    assert page.locator("#card h2").inner_text() == link.inner_text()


@pytest.mark.parametrize("look_name", LOOKS)
def test_the_ledger_is_accessible(window, look_name):
    scheme, viewport = LOOKS[look_name]
    page, _ = window("claims-ledger.html", "instructor", viewport=viewport, color_scheme=scheme)
    page.locator(".ledger .entry").first.evaluate("(node) => { node.open = true; }")
    found = look.tab_walk(page) + look.small_targets(page)
    look.unfold(page)
    found += look.axe(page)
    page.set_viewport_size({"width": 320, "height": 800})
    found += look.sideways(page)
    assert not found, listed(found)


def test_the_ledger_is_refused_where_students_would_read_it(tmp_path):
    root = make(tmp_path / "collection", whole_book=False)
    page = root / "book/claims-ledger.md"
    page.write_text(
        "---\ndescription: X.\nedition: instructor\n---\n\n# Ledger\n\n:::{claims-ledger}\n:::\n",
        encoding="utf-8",
    )
    order = (root / TOC).read_text(encoding="utf-8")
    (root / TOC).write_text(f"{order}      - file: book/claims-ledger\n", encoding="utf-8")
    said = refusal(run(root, "build"))
    line = len(order.splitlines()) + 1
    assert said.startswith(
        f"book/_toc.yml:{line}: names book/claims-ledger, which is for instructors; expected pages for students only"
    )
    assert f"book/_toc.yml:{line}: names book/claims-ledger" in run(root, "check").out
    page.write_text(page.read_text(encoding="utf-8").replace("edition: instructor\n", ""), encoding="utf-8")
    outcome = run(root, "build")
    assert (
        outcome.code == 1
        and "book/claims-ledger.md:7: ERROR: claims-ledger shows our verdicts to students; expected it"
        in outcome.err
    )


# ------------------------------------------------------------------ mistakes of authors

FAULTS = {
    "unknown": (":claims: wiki-02, wikki-03", "'wikki-03' is no claim of data/evidence/claims.csv; expected one of wiki-03"),
    "far from any": (":claims: zzz", "'zzz' is no claim of data/evidence/claims.csv; expected an id from its first column"),
    "twice": (":claims: wiki-02, wiki-02", "claims-exercise names wiki-02 twice; expected each claim once"),
    "empty": (":claims: ,", "claims-exercise names no claim; expected :claims: and ids of data/evidence/claims.csv"),
    "missing": ("", "claims-exercise names no claim; expected :claims:"),
}  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return make(tmp_path_factory.mktemp("plain") / "collection", whole_book=False)


@pytest.mark.parametrize("name", FAULTS)
def test_a_mistake_in_the_option_is_one_clear_line(plain, name):
    option, said = FAULTS[name]
    before = (plain / NOTEBOOK).read_text(encoding="utf-8")
    with_exercise(plain, f"\n\n:::{{claims-exercise}}\n{option}\n\nJudge.\n:::\n")
    checked, built = run(plain, "check"), run(plain, "build")
    (plain / NOTEBOOK).write_text(before, encoding="utf-8")
    found = [line for line in checked.out.splitlines() if "claims-exercise" in line]
    assert len(found) == 1 and found[0].startswith("cases/toy/case.ipynb:cell 2: ") and said in found[0], (
        checked
    )
    wrong = [line for line in built.err.splitlines() if "claims-exercise" in line]
    assert (
        built.code == 1
        and len(wrong) == 1
        and wrong[0].startswith("cases/toy/case.ipynb: cell 2, line ")
        and said in wrong[0]
    ), built


def test_two_exercises_and_one_that_cannot_be_saved_are_told(plain):
    before = (plain / NOTEBOOK).read_text(encoding="utf-8")
    with_exercise(plain, EXERCISE + EXERCISE)
    edit_cell(
        plain, LAST_CELL, lambda cell: cell.update(source=cell.source.replace("{decisions}", "{terms}"))
    )
    checked, built = run(plain, "check"), run(plain, "build")
    (plain / NOTEBOOK).write_text(before, encoding="utf-8")
    assert "cell 2: claims-exercise stands twice in one reading; expected one" in checked.out
    assert (
        "cell 2: verdicts given here cannot be saved; expected a decisions block in the same reading"
        in checked.out
    )
    assert "claims-exercise stands twice in one reading; expected one" in built.err


def test_the_exercise_belongs_to_a_case(plain):
    page = plain / "book/getting-help.md"
    before = page.read_text(encoding="utf-8")
    page.write_text(before + EXERCISE, encoding="utf-8")
    built = run(plain, "build")
    page.write_text(before, encoding="utf-8")
    assert built.code == 1 and "book/case.yml: is missing" in built.err


def test_an_exercise_without_fault_passes_the_check(built):
    assert not [
        line
        for line in run(built, "check").out.splitlines()
        if "claims-exercise" in line or "verdicts given" in line
    ]


# ------------------------------------------------------------------ other forms


@pytest.fixture(scope="module")
def exported(built, tmp_path_factory):
    """The text of every form that a case is given in, markup removed; of the slides, what is shown and what is spoken."""
    out = tmp_path_factory.mktemp("out")
    command = [
        Path(sys.executable).with_name("tworooms"),
        "export",
        "toy",
        "--to",
        "slides,handout,ipynb,epub,cartridge",
        "--out",
        out,
    ]
    # In a process of its own: a second browser does not start in one that has one.
    outcome = subprocess.run(command, cwd=built, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr

    def inside(path: Path, suffixes: tuple[str, ...]) -> str:
        with zipfile.ZipFile(path) as archive:
            return " ".join(
                archive.read(name).decode() for name in archive.namelist() if name.endswith(suffixes)
            )

    def bare(text: str) -> str:
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", html.unescape(text))).split())

    slides = (out / "toy-slides.html").read_text(encoding="utf-8")
    slides = re.search(r'<section id="claims".*?</section>', slides, re.DOTALL)[0]
    spoken = re.search(r'<aside class="notes">.*?</aside>', slides, re.DOTALL)[0]
    with zipfile.ZipFile(out / "toy-notebook.zip") as archive:
        name = next(name for name in archive.namelist() if name.endswith(".ipynb"))
        notebook = nbformat.reads(archive.read(name).decode(), as_version=4)
    return {
        "slides": bare(slides.replace(spoken, "")),
        "spoken": bare(spoken),
        "handout": bare(inside(out / "toy-handout.docx", ("document.xml",))),
        "ipynb": " ".join(" ".join(cell.source for cell in notebook.cells).replace("\\", "").split()),
        "epub": bare(inside(next(out.glob("*.epub")), (".xhtml", ".html"))),
        "cartridge": bare(inside(out / "toy.imscc", (".html", ".xml"))),
    }


@pytest.mark.parametrize("form", ["slides", "handout", "ipynb", "epub", "cartridge"])
def test_another_form_names_the_claims_and_hides_ours(exported, form):
    text = exported[form]
    assert [name for name in NAMED if ROWS[name]["claim"] not in text] == []
    assert [name for name, row in ROWS.items() if name not in NAMED and row["claim"] in text] == []
    assert [name for name, row in ROWS.items() if row["verdict_reason"] in text] == []
    assert ":claims:" not in text and "claims-exercise}" not in text
    for verdict in claims.VERDICTS.values():
        assert verdict.name.lower() in text.lower()
        assert form == "slides" or verdict.meaning in text
    if form != "slides":
        assert SENTENCE in text and text.count("☐") >= 6 * len(NAMED)


def test_the_speaker_has_ours_beside_the_slide(exported):
    assert [name for name in NAMED if ROWS[name]["verdict_reason"] not in exported["spoken"]] == []


def test_the_block_reads_as_plain_markdown_in_jupyter(built):
    source = nbformat.read(built / NOTEBOOK, as_version=4).cells[ROOMS_CELL].source
    assert source.endswith(EXERCISE) and SENTENCE in EXERCISE.splitlines()


# ------------------------------------------------------------------ what a class made of them


def student(verdicts: dict | list, **more) -> dict:
    """What book.js saves for a student who judged claims."""
    rows = (
        [{"claim": name, "verdict": verdict} for name, verdict in verdicts.items()]
        if isinstance(verdicts, dict)
        else verdicts
    )
    return {
        "format": "tworooms-decisions",
        "format_version": 1,
        "case": "toy",
        "case_version": "1.0.0",
        "decisions": [],
        "verdicts": rows,
        **more,
    }


def put(folder: Path, *students: dict) -> Path:
    folder.mkdir(exist_ok=True)
    for number, one in enumerate(students):
        (folder / f"student {number}.json").write_text(json.dumps(one), encoding="utf-8")
    return folder


def told(root: Path, folder: Path) -> str:
    outcome = run(root, "class-report", str(folder))
    assert outcome.code == 0, outcome
    page = (folder / "class-report.html").read_text(encoding="utf-8")
    return " ".join(html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)).split())


def verdict_lines(folder: Path) -> list[list[str]]:
    text = (folder / "verdicts.csv").read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


CLASS = [
    dict(zip(NAMED, ["supported"] * 6 + ["value-judgement"] * 6)),
    dict(zip(NAMED, ["supported"] * 5 + ["unverifiable"] * 7)),
    dict(zip(NAMED[:8], ["partly-supported", "supported"] * 4)),
    {NAMED[0]: "contradicted", "wiki-01": "unverifiable"},
]


def test_the_report_counts_verdicts_beside_ours(plain, tmp_path):
    folder = put(tmp_path / "class", *map(student, CLASS))
    said = told(plain, folder)
    rows = verdict_lines(folder)
    assert rows[0] == ["rater", "claim_id", "verdict"]
    given = {(name, verdict) for one in CLASS for name, verdict in one.items()}
    assert {(name, verdict) for _, name, verdict in rows[1:]} == given and len(rows) - 1 == sum(
        map(len, CLASS)
    )
    assert {rater for rater, *_ in rows[1:]} == {"1", "2", "3", "4"}
    first = f"{ROWS[NAMED[0]]['claim']} {claims.claims()[NAMED[0]].place} Supported: 2 of 4 (50%) Partly supported: 1 of 4 (25%) Contradicted: 1 of 4 (25%) Supported"
    assert first in said
    assert "4 students judged 13 claims" in said
    import pandas as pd

    table = pd.DataFrame([(n, *pair) for n, one in enumerate(CLASS) for pair in one.items()], columns=rows[0])
    kappa = fleiss_kappa(counts(table, list(claims.VERDICTS))).kappa
    assert f"Fleiss’ kappa {kappa:.2f}".replace("-", "−") in said and "95% interval" in said
    with_us = [
        cohen_kappa(list(one.values()), [ROWS[name]["verdict"] for name in one]).kappa for one in CLASS[:3]
    ]
    mean = f"{sum(with_us) / 3:.2f}".replace("-", "−")
    assert (
        f"Cohen’s kappa {mean} in the mean" in said and "of 3 students who judged at least 6 claims" in said
    )
    again = (folder / "class-report.html").read_bytes()
    told(plain, folder)
    assert (folder / "class-report.html").read_bytes() == again


def test_names_of_files_leave_no_trace_in_the_verdicts(plain, tmp_path):
    one, two = (
        put(tmp_path / "one", *map(student, CLASS)),
        put(tmp_path / "two", *map(student, reversed(CLASS))),
    )
    told(plain, one), told(plain, two)
    assert (one / "verdicts.csv").read_bytes() == (two / "verdicts.csv").read_bytes()
    assert (one / "class-report.html").read_bytes() == (two / "class-report.html").read_bytes()


def test_one_rater_has_no_kappa_and_it_is_said_why(plain, tmp_path):
    said = told(plain, put(tmp_path / "class", student(CLASS[0]), student({}, decisions=[])))
    assert "One student alone judged claims, and agreement takes two." in said and "Fleiss" not in said


@pytest.mark.parametrize(
    ("verdicts", "why"),
    [
        (
            [{"wiki-02": "supported", "wiki-03": "supported"}] * 3,
            "There is no kappa: every verdict is the same",
        ),
        (
            [{"wiki-02": "supported"}, {"wiki-03": "supported"}],
            "There is no kappa: no item was judged by two raters",
        ),
    ],
)
def test_where_kappa_is_not_defined_the_reason_is_given(plain, tmp_path, verdicts, why):
    said = told(plain, put(tmp_path / "class", *map(student, verdicts)))
    assert why in said and "nan" not in said


def test_without_verdicts_there_is_no_section_and_no_table(plain, tmp_path):
    folder = put(tmp_path / "class", *map(student, CLASS))
    told(plain, folder)
    old = {name: value for name, value in student({}).items() if name != "verdicts"}
    put(folder, old, old, old, old)
    said = told(plain, folder)
    assert "judged the claims" not in said and not (folder / "verdicts.csv").exists()
    (folder / "verdicts.csv").write_text("mine\n", encoding="utf-8")
    assert "verdicts.csv: is there and is no class report" in refusal(run(plain, "class-report", str(folder)))
    assert (folder / "verdicts.csv").read_text(encoding="utf-8") == "mine\n"


def test_who_saved_again_after_judging_is_one_student(plain, tmp_path):
    row = {
        "stop": "which-room",
        "question": "Which room would you choose for her?",
        "choice": "Clinic",
        "confidence": "",
        "reason": "Because somebody would notice.",
        "version": "1.0.0",
    }
    early, late = student({}, decisions=[row]), student(CLASS[0], decisions=[row])
    for name, files in (("a", (early, late)), ("b", (late, early))):
        folder = put(tmp_path / name, *files)
        assert "1 student" in told(plain, folder) and len(verdict_lines(folder)) == 13


def test_raters_of_two_cases_have_numbers_of_their_own(plain, tmp_path):
    folder = put(
        tmp_path / "class", student(CLASS[0]), student(CLASS[1]), student(CLASS[2], case="elsewhere")
    )
    told(plain, folder)
    raters = {rater for rater, *_ in verdict_lines(folder)[1:]}
    assert raters == {"1", "2", "3"}


def verdict(**changes) -> dict:
    return {"claim": "wiki-02", "verdict": "supported", **changes}


HOSTILE = {
    "no list": ({"wiki-02": "supported"}, "verdicts: an object is not accepted; expected a list"),
    "null": (None, "verdicts: null is not accepted; expected a list"),
    "no object": (["wiki-02"], "verdict 1: 'wiki-02' is not accepted; expected an object with claim and verdict"),
    "no claim": ([{"verdict": "supported"}], "verdict 1: claim is missing; expected text"),
    "no verdict": ([{"claim": "wiki-02"}], "verdict 1: verdict is missing; expected text"),
    "unknown claim": ([verdict(), verdict(claim="wiki-99")], "verdict 2: claim: 'wiki-99' is no claim of the collection; expected one such as wiki-"),
    "unknown verdict": ([verdict(verdict="true")], "verdict 1: verdict: 'true' is not accepted; expected one of supported, "),
    "a verdict in capitals": ([verdict(verdict="Supported")], "verdict 1: verdict: 'Supported' is not accepted"),
    "a verdict and a blank": ([verdict(verdict="supported ")], "verdict 1: verdict: 'supported ' is not accepted"),
    "a number": ([verdict(verdict=1)], "verdict 1: verdict: a number is not accepted; expected text"),
    "a truth": ([verdict(claim=True)], "verdict 1: claim: true is not accepted; expected text"),
    "HTML": ([verdict(claim="<img src=x onerror=alert(1)>")], "verdict 1: claim: '<img src=x onerror=alert(1)>' is not accepted; expected the id of a claim"),
    "a formula": ([verdict(verdict="=HYPERLINK(1)")], "verdict 1: verdict: '=HYPERLINK(1)' is not accepted"),
    "a line end": ([verdict(claim="wiki-02\nwiki-03")], "verdict 1: claim: 'wiki-02\\nwiki-03' is not accepted"),
    "a path": ([verdict(claim="../../etc/passwd")], "verdict 1: claim: '../../etc/passwd' is not accepted"),
    "twice": ([verdict(), verdict(verdict="contradicted")], "verdict 2: claim wiki-02 is judged twice; expected each claim once"),
    "too many": ([verdict()] * 501, "holds 501 verdicts; expected at most 500"),
    "very long": ([verdict(verdict="s" * 5_000)], "verdict 1: verdict is 5,000 characters long; expected at most 4,000"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_with_malformed_verdicts_is_refused_by_name(plain, tmp_path, name):
    rows, said = HOSTILE[name]
    folder = put(tmp_path / "class", student(CLASS[0]), {**student({}), "verdicts": rows})
    outcome = run(plain, "class-report", str(folder))
    assert outcome.code == 0 and "Traceback" not in outcome.err
    assert outcome.err.startswith(f"student 1.json: {said}") and len(outcome.err.splitlines()) == 1, outcome
    page = (folder / "class-report.html").read_text(encoding="utf-8")
    assert "onerror" not in page and "HYPERLINK" not in page and len(verdict_lines(folder)) == 13


def test_another_version_may_name_claims_that_are_gone(plain, tmp_path):
    said = told(
        plain,
        put(tmp_path / "class", student({"gone-07": "supported"}, case_version="0.9.0"), student(CLASS[0])),
    )
    assert "gone-07 Supported: 1 of 1 (100%) This collection does not have the claim." in said


def test_a_field_beside_claim_and_verdict_goes_nowhere(plain, tmp_path):
    folder = put(tmp_path / "class", student([verdict(note="<script>alert(1)</script>quokka")]))
    assert "quokka" not in told(plain, folder) and b"quokka" not in (folder / "verdicts.csv").read_bytes()


def test_five_hundred_students_with_verdicts(plain, tmp_path):
    every = list(claims.VERDICTS)
    students = [
        student({name: every[(number * 7 + place * place) % 6] for place, name in enumerate(NAMED)})
        for number in range(500)
    ]
    folder = put(tmp_path / "class", *students)
    said = told(plain, folder)
    assert "500 students judged 12 claims" in said and len(verdict_lines(folder)) == 6_001


@pytest.mark.parametrize(("scheme", "viewport"), LOOKS.values(), ids=list(LOOKS))
def test_the_report_is_accessible(browser, plain, tmp_path, scheme, viewport):
    folder = put(tmp_path / "class", *map(student, CLASS))
    told(plain, folder)
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    page.goto((folder / "class-report.html").as_uri())
    found = look.axe(page)
    page.set_viewport_size({"width": 320, "height": 800})
    page.evaluate(look._TOOLS)
    found += look.sideways(page)
    context.close()
    assert not found, listed(found)
