"""The Content Security Policy: what it allows, that every page of both editions lives under it, and that it stops what it must."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser_helpers import DESK, Watch, listed
from filelock import FileLock

from tworooms import build, policy
from tworooms.case import Case
from tworooms.exports import slides
from tworooms.serve import server

ROOT = Path(__file__).resolve().parents[1]
#: Script elements that hold data; a browser never runs them.
DATA = ("application/json", "application/ld+json")


@pytest.fixture(scope="module")
def editions(site: Path) -> dict[str, Path]:
    """Where each edition stands; the instructors' holds every page of the students', and more."""
    with FileLock(ROOT / "_build" / ".tests.lock"):
        return {"student": site, "instructor": build.build(ROOT, "instructor")}


class Page(HTMLParser):
    """What of a page a policy rules: what it says itself, and what stands within it."""

    def __init__(self, text: str):
        super().__init__()
        self.policies: list[str] = []
        self.before: list[str] = []
        self.within: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in pairs}
        if values.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(values["content"])
        elif not self.policies and tag in ("script", "link", "style", "img"):
            self.before.append(self.get_starttag_text() or tag)
        if tag == "style" or (tag == "script" and "src" not in values and values.get("type") not in DATA):
            self.within.append(f"<{tag}>")
        self.within += [f"{tag} {name}" for name in values if name.startswith("on")]
        self.within += [f"{tag} {name}" for name, value in values.items() if re.match(r"\s*javascript:", value, re.IGNORECASE)]


def directives(text: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (one.split() for one in text.split(";"))}


def test_the_policy_names_no_other_host_and_lets_no_text_run() -> None:
    rules = directives(policy.SITE)
    assert rules["default-src"] == ["'none'"] and rules["script-src"] == ["'self'"] and rules["base-uri"] == ["'none'"]
    assert {source for sources in rules.values() for source in sources} <= {"'none'", "'self'", "data:", "'unsafe-inline'"}
    assert [name for name, sources in rules.items() if "'unsafe-inline'" in sources] == ["style-src-attr"]
    assert [name for name, sources in rules.items() if "data:" in sources] == ["img-src"]


@pytest.mark.parametrize("edition", ["student", "instructor"])
def test_every_page_brings_the_policy_before_anything_it_rules(editions: dict[str, Path], edition: str) -> None:
    faults = []
    for file in sorted(editions[edition].rglob("*.html")):
        page = Page(file.read_text(encoding="utf-8"))
        if page.policies != [policy.SITE]:
            faults.append(f"{file.name}: policies {page.policies}")
        faults += [f"{file.name}: {what} stands before the policy" for what in page.before]
        faults += [f"{file.name}: {what} stands within the page" for what in page.within]
    assert not faults, listed(faults)


def test_no_page_of_either_edition_breaks_the_policy(browser, editions: dict[str, Path]) -> None:
    """Every page is served under the policy, and its figures drawn; the browser has nothing to complain of."""
    site, faults = editions["instructor"], []
    pages = sorted(file.relative_to(site).as_posix() for file in site.rglob("*.html"))
    assert {file.relative_to(editions["student"]).as_posix() for file in editions["student"].rglob("*.html")} <= set(pages)
    with server(site, policy=policy.SITE) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        home = f"http://127.0.0.1:{running.server_port}/"
        context = browser.new_context(viewport=DESK, reduced_motion="reduce")
        watch, page = Watch(context, home), context.new_page()
        for name in pages:
            answer = page.goto(home + name)
            assert answer.headers["content-security-policy"] == policy.SITE
            page.evaluate("window.tworoomsDrawAll ? window.tworoomsDrawAll() : null")
            faults += [f"{name}: {complaint}" for complaint in watch.take()]
        context.close()
        running.shutdown()
    print(f"{len(pages)} pages under the policy, {len(faults)} complaints")
    assert not faults, listed(faults)


#: What a stranger's page might try, each of which would leave its name in `window.ran`, a request or a style.
HOSTILE = {
    "a script within the page": "<script>ran.push('inline')</script>",
    "an event handler": "<img src='missing.png' onerror=\"ran.push('handler')\">",
    "a link that runs": "<a id='runs' href=\"javascript:ran.push('link')\">x</a>",
    "code out of text": "<script src='evil.js'></script>",
    "a script out of data": "<script src=\"data:text/javascript,ran.push('data')\"></script>",
    "a frame": "<iframe srcdoc=\"<script>parent.ran.push('frame')</script>\"></iframe>",
    "a frame of another host": "<iframe src='https://frame.invalid/'></iframe>",
    "a style sheet within the page": "<style>#mark { color: rgb(1, 2, 3) }</style>",
    "an image of another host": "<img src='https://tracker.invalid/seen.gif'>",
    "a new base": "<base href='https://elsewhere.invalid/'>",
    "a plug-in": "<object data='https://plugin.invalid/x'></object>",
}


@pytest.fixture(scope="module")
def hostile(browser, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """A page of the book into which everything of `HOSTILE` was written, opened as a host serves it that sends no policy."""
    folder = tmp_path_factory.mktemp("hostile")
    text = (site / "search.html").read_text(encoding="utf-8")
    assert "</h1>" in text
    (folder / "evil.js").write_text("try { eval(\"ran.push('eval')\") } catch {}\ntry { new Function(\"ran.push('function')\")() } catch {}\nsetTimeout(\"ran.push('timer')\", 0)\n", encoding="utf-8")
    (folder / "search.html").write_text(text.replace("</h1>", "</h1><p id='mark'>x</p>" + "".join(HOSTILE.values())), encoding="utf-8")
    with server(folder) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        context = browser.new_context()
        context.add_init_script("window.ran = []")
        watch = Watch(context, f"http://127.0.0.1:{running.server_port}/")
        page = context.new_page()
        page.goto(watch.home + "search.html")
        page.locator("#runs").click()
        page.wait_for_function("new Promise((done) => setTimeout(() => done(true), 200))")
        watch.page = page
        yield watch
        context.close()
        running.shutdown()


def test_what_a_stranger_writes_into_a_page_does_not_run(hostile: Watch) -> None:
    assert hostile.page.evaluate("ran") == []
    assert hostile.page.evaluate("getComputedStyle(document.getElementById('mark')).color") != "rgb(1, 2, 3)"
    assert hostile.page.evaluate("document.baseURI").startswith(hostile.home)
    stopped = " ".join(hostile.said)
    for rule in ("script-src-elem", "script-src-attr", "script-src", "style-src-elem", "img-src", "frame-src", "object-src", "base-uri"):
        assert f"policy {rule} stopped" in stopped, (rule, stopped)
    assert "policy script-src stopped eval" in stopped


def test_slides_run_their_own_scripts_and_no_other(browser, tmp_path: Path) -> None:
    written = slides.export(Case(ROOT / "cases" / "two-rooms"), ROOT, tmp_path, print)
    text = written.read_text(encoding="utf-8")
    own = Page(text).policies[0]
    assert "unsafe" not in directives(own)["script-src"] and directives(own)["default-src"] == ["'none'"]
    written.write_text(text.replace("<h1>", "<script>window.stranger = true</script><h1 onclick='window.stranger = true'>", 1), encoding="utf-8")
    context = browser.new_context()
    watch = Watch(context, written.as_uri())
    page = context.new_page()
    page.goto(written.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.locator("h1").first.click()
    assert page.evaluate("window.stranger") is None
    assert [text.split()[:2] for text in watch.said if text.startswith("policy")] == [["policy", "script-src-elem"], ["policy", "script-src-attr"]]
    context.close()
