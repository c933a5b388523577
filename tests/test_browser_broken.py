"""Pages broken on purpose: the functions of the other browser tests must complain, and of nothing else."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

import browser_helpers as look
from browser_helpers import PHONE, Outline, Watch, listed, missing_fields, settle
from conftest import FIXTURES, ROOT
from playwright.sync_api import Page

from tworooms import build
from tworooms.serve import server


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


def by_focus(page: Page, watch: Watch, file: Path) -> list[str]:
    return look.focus_each(page)


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
    "a focus that cannot be seen": ([NO_POLICY, ("</head>", "<style>:focus-visible { outline: none !important }</style></head>")], by_tab, "shows no focus"),
    "a faint focus": ([NO_POLICY, ("</head>", "<style>:focus-visible { outline-color: #eee !important }</style></head>")], by_tab, "too faint"),
    "a link that Tab passes over": ([('<a class="brand"', '<a tabindex="-1" class="brand"')], by_tab, "never reached by Tab"),
    "a focus that cannot be seen, asked in one go": ([NO_POLICY, ("</head>", "<style>:focus-visible { outline: none !important }</style></head>")], by_focus, "shows no focus"),
    "a link that Tab passes over, asked in one go": ([('<a class="brand"', '<a tabindex="-1" class="brand"')], by_focus, "never reached by Tab"),
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
