"""What the browser tests look for. Each function returns its complaints, and each complaint names the element.

The functions know nothing of a particular page: the tests run them over the whole site, and then over pages broken
on purpose, to show that they can complain.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from playwright.sync_api import BrowserContext, CDPSession, Page
from playwright.sync_api import TimeoutError as TookTooLong

from tworooms import evidence

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
#: Milliseconds within which a page must have done what it was asked.
PATIENCE = 8_000

INTERACTIVE = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex="0"]'

# How a complaint names an element: its place, and its first words.
_TOOLS = """
(() => {
  if (window.__look) return;
  const place = (node) => {
    const parts = [];
    for (let at = node; at && at.nodeType === 1 && parts.length < 4; at = at.parentElement) {
      parts.unshift(at.tagName.toLowerCase() + (at.id ? "#" + at.id : "") +
        (typeof at.className === "string" && at.className ? "." + at.className.trim().split(/\\s+/).join(".") : ""));
      if (at.id) break;
    }
    return parts.join(" > ");
  };
  const named = (node) => {
    const words = (node.getAttribute("aria-label") || node.textContent || node.value || "").trim().replace(/\\s+/g, " ");
    return place(node) + (words ? ` “${words.slice(0, 50)}”` : "");
  };
  const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
  window.__look = { named, shown, interactive: () => [...document.querySelectorAll('INTERACTIVE')].filter((node) => shown(node) && !node.disabled) };
})();
""".replace("INTERACTIVE", INTERACTIVE)

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
# Axe finds the same at both widths in either scheme, so each scheme is seen at one.
LOOKS = {"light on a phone": ("light", PHONE), "dark on a desk": ("dark", DESK)}


def listed(complaints: list[str]) -> str:
    """Every complaint on a line of its own."""
    return f"{len(complaints)} faults\n  " + "\n  ".join(complaints[:60])


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


class Watch:
    """What a browser context says and asks for while it is used."""

    def __init__(self, context: BrowserContext, home: str):
        self.home, self.said, self.asked = home, [], []
        context.on(
            "console", lambda message: message.type in ("error", "warning") and self.said.append(message.text)
        )
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        context.on("request", lambda request: self.asked.append(request.url))
        context.add_init_script(
            "addEventListener('securitypolicyviolation', (event) => "
            "console.error(`policy ${event.violatedDirective} stopped ${event.blockedURI}`))"
        )
        context.add_init_script(_TOOLS)

    def take(self) -> list[str]:
        """Errors since the last call, and requests that left the site."""
        complaints = [f"console: {text}" for text in dict.fromkeys(self.said)]
        complaints += [f"asked another host: {url}" for url in self.asked if not self.at_home(url)]
        self.said.clear()
        self.asked.clear()
        return complaints

    def at_home(self, url: str) -> bool:
        return url.startswith((self.home, "data:", f"blob:{self.home}", "blob:null"))


def wait(page: Page, condition: str, argument: Any = None, patience: int = PATIENCE) -> bool:
    """Whether a condition in the page came true in time."""
    try:
        page.wait_for_function(condition, arg=argument, timeout=patience)
    except TookTooLong:
        return False
    return True


def settle(page: Page) -> None:
    """Let the page lay itself out and paint once."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def unfold(page: Page, entries: int = 10_000) -> None:
    """Open everything that is folded, of long lists the first entries, and lay out what is far from the screen."""
    page.evaluate(
        """(entries) => {
          let listed = 0;
          for (const one of document.querySelectorAll("details")) if (!one.matches(".list .entry") || listed++ < entries) one.open = true;
          // Not a style element, which the page's policy would stop.
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(".list .entry { content-visibility: visible !important; }");
          document.adoptedStyleSheets.push(sheet);
        }""",
        entries,
    )


# ------------------------------------------------------------------ what a page is made of, read without a browser


class Outline(HTMLParser):
    """Ids, links, headings and the like of one page of HTML."""

    def __init__(self, text: str):
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.metas: dict[str, str] = {}
        self.scripts: list[str] = []
        self.fact_links: list[str] = []
        self.language = self.title = ""
        self._open: str | None = None
        self.feed(text)

    @classmethod
    def of(cls, file: Path) -> Outline:
        return cls(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in pairs}
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "html":
            self.language = values.get("lang", "")
        elif tag == "a" and "href" in values:
            self.links.append(values["href"])
            if "fact-link" in values.get("class", "").split():
                self.fact_links.append(values["href"])
        elif tag == "meta" and "name" in values:
            self.metas[values["name"]] = values.get("content", "")
        elif tag == "link" and values.get("rel") not in ("next", "prev", "license"):
            self.loads.append(values.get("href", ""))
        elif tag in ("script", "img", "iframe", "source", "audio", "video", "embed", "object"):
            self.loads.extend(values[name] for name in ("src", "data") if name in values)
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append((int(tag[1]), ""))
            self._open = tag
        elif tag == "script" and values.get("type") == "application/ld+json":
            self.scripts.append("")
            self._open = tag
        elif tag == "title" and not self.title:
            self._open = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is None:
            return
        if self._open == "title":
            self.title += data
        elif self._open == "script":
            self.scripts[-1] += data
        else:
            level, words = self.headings[-1]
            self.headings[-1] = (level, words + data)


def structure(outline: Outline) -> list[str]:
    """One h1, no skipped heading, a language, a title, a description, ids used once."""
    complaints = []
    firsts = [words.strip() for level, words in outline.headings if level == 1]
    if len(firsts) != 1:
        complaints.append(f"{len(firsts)} h1 headings {firsts}; expected one")
    for (before, _), (level, words) in zip(outline.headings, outline.headings[1:]):
        if level > before + 1:
            complaints.append(f"heading “{words.strip()}” is an h{level} after an h{before}")
    if not outline.language:
        complaints.append("html has no lang")
    if not outline.title.strip():
        complaints.append("the title is empty")
    if len(outline.metas.get("description", "").strip()) < 8:
        complaints.append("meta description is missing")
    complaints += [
        f"id {name!r} occurs {count} times" for name, count in Counter(outline.ids).items() if count > 1
    ]
    return complaints


def dead_links(site: Path, page: str, outlines: dict[str, Outline]) -> list[str]:
    """Addresses within the site that lead nowhere, and others that are not https, mail or telephone."""
    complaints = []
    for href in dict.fromkeys(outlines[page].links + outlines[page].loads):
        parts = urlsplit(href)
        if parts.scheme or href.startswith("//"):
            if parts.scheme not in ("https", "http", "tel", "mailto", "data"):
                complaints.append(f"{href}: a link of an unknown kind")
            continue
        target = unquote(urljoin(page, parts.path)) if parts.path else page
        anchor = unquote(parts.fragment)
        if not (site / target).is_file():
            complaints.append(f"{href}: no such file in the site")
        elif anchor and target in outlines and anchor not in outlines[target].ids:
            complaints.append(f"{href}: {target} has no #{anchor}")
    return complaints


def foreign_loads(outline: Outline) -> list[str]:
    """Scripts, styles, images and frames that another host would serve."""
    return [f"loads {url}" for url in outline.loads if urlsplit(url).netloc]


# ------------------------------------------------------------------ the page as it stands in a browser


def axe(page: Page, within: str = "html", rules_off: tuple[str, ...] = ()) -> list[str]:
    """Violations that axe-core finds."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """async ([tags, within, off]) => {
          const rules = Object.fromEntries(off.map((name) => [name, { enabled: false }]));
          const { violations } = await axe.run(within === "html" ? document : within, { runOnly: tags, rules, resultTypes: ["violations"] });
          return violations.flatMap(({ id, nodes }) => nodes.map((node) =>
            `axe ${id}: ${node.target.join(" ")}: ${(node.failureSummary || "").replace(/\\s+/g, " ").slice(0, 220)}`));
        }""",
        [AXE_TAGS, within, list(rules_off)],
    )
    return found


def sideways(page: Page) -> list[str]:
    """Elements that make the page scroll sideways at its present width."""
    # Drawings follow a new width a moment later.
    if wait(page, "() => document.documentElement.scrollWidth <= innerWidth", patience=1_500):
        return []
    return page.evaluate(
        """() => {
          const clips = (node) => { for (let at = node.parentElement; at && at !== document.body; at = at.parentElement)
            if (getComputedStyle(at).overflowX !== "visible") return true; };
          const wide = [...document.body.querySelectorAll("*")].filter((node) => __look.shown(node)
            && node.getBoundingClientRect().right > innerWidth + 1 && !clips(node));
          return [`the page is ${document.documentElement.scrollWidth} px wide on a screen of ${innerWidth}: ` +
            wide.slice(0, 3).map(__look.named).join("; ")];
        }"""
    )


def clipped(page: Page, *, scrolling: bool = False) -> list[str]:
    """Visible text that its own box cuts off, as paper would show it.

    With `scrolling`, as a screen shows it: a data table may be moved inside a region that a keyboard reaches.
    """
    return page.evaluate(
        """(scrolling) => [...document.querySelectorAll("main *")].filter((node) => {
          if (!__look.shown(node) || node.closest("svg, .sr, .plot, .js-plotly-plot")) return false;
          if (scrolling && node.matches("[role=region][tabindex='0'][aria-label]:has(> table)")) return false;
          const style = getComputedStyle(node);
          const across = style.overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 1;
          const down = style.overflowY !== "visible" && node.scrollHeight > node.clientHeight + 1 && node.clientHeight > 1;
          return across || down;
        }).map((node) => `${__look.named(node)} is cut off: ${node.scrollWidth} × ${node.scrollHeight} in ` +
          `${node.clientWidth} × ${node.clientHeight}`)""",
        scrolling,
    )


def draw_figures(page: Page) -> list[str]:
    """Scroll every figure into view as a reader would; complains of those that are not drawn."""
    complaints = []
    for name in page.evaluate("() => [...document.querySelectorAll('.tr-figure')].map((one) => one.id)"):
        page.evaluate("(name) => document.getElementById(name).scrollIntoView({ block: 'center' })", name)
        done = "(name) => ['drawn', 'failed'].includes(document.getElementById(name).dataset.state)"
        if not wait(page, done, name):
            complaints.append(f"#{name} was never drawn")
    return complaints


def figures(page: Page) -> list[str]:
    """What each drawn figure lacks: paths, legible text, a name, a table, a badge, its limits."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".tr-figure")].flatMap((figure) => {
          const lacks = [], say = (what) => lacks.push(`#${figure.id} ${what}`);
          if (figure.dataset.state !== "drawn") say(`is in state ${figure.dataset.state}`);
          const plot = figure.querySelector(".plot"), frame = plot.getBoundingClientRect();
          const size = (node) => { const box = node.getBoundingClientRect(); return box.width > 1 || box.height > 1; };
          const marks = [...plot.querySelectorAll(
            "svg :is(.cartesianlayer .trace, .cartesianlayer .point, .pielayer) :is(path, rect, text)")].filter(size);
          if (!marks.length) say("shows no path");
          if (plot.getAttribute("role") !== "img" || (plot.getAttribute("aria-label") || "").trim().split(/\\s+/).length < 8)
            say("has no alternative text of at least 8 words");
          const table = figure.querySelector("details.data table");
          if (!table || table.querySelectorAll("tbody tr").length < 1 || !table.querySelector("th[scope=col]")) say("has no data table");
          const badge = figure.querySelector(".badge");
          if (!badge || !["Published", "Modelled", "Invented"].includes(badge.textContent.trim())) say("has no badge");
          const limits = figure.querySelector(".cannot");
          if (!limits || !/Cannot show\\s+\\S+/.test(limits.textContent)) say("does not say what it cannot show");
          if (plot.querySelector(".slider-container, .updatemenu-container, .modebar-btn, .plotly-notifier"))
            say("still has Plotly's own controls");
          for (const text of plot.querySelectorAll("svg text")) {
            if (!text.textContent.trim() || !__look.shown(text) || text.closest(".hoverlayer")) continue;
            const box = text.getBoundingClientRect();
            if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2)
              say(`cuts off its text “${text.textContent.trim().slice(0, 40)}”`);
          }
          return lacks;
        })"""
    )


def overlaps(page: Page) -> list[str]:
    """Words within a drawing that lie upon other words."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".tr-figure")].flatMap((figure) => {
          const texts = [...figure.querySelectorAll(".plot svg text")]
            .filter((text) => text.textContent.trim() && __look.shown(text) && !text.closest(".hoverlayer"))
            .map((text) => ({ words: text.textContent.trim().slice(0, 30), box: text.getBoundingClientRect(),
              turned: (text.getAttribute("transform") || "").includes("rotate") }))
            .filter(({ turned }) => !turned);
          const found = [];
          for (const [index, one] of texts.entries()) for (const other of texts.slice(index + 1)) {
            const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
            const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
            if (wide > 3 && high > 4) found.push(`#${figure.id}: “${one.words}” and “${other.words}” overlap by ${wide.toFixed()} × ${high.toFixed()} px`);
          }
          return found;
        })"""
    )


def small_targets(page: Page, within: str = "html") -> list[str]:
    """Things to tap that are smaller than 24 × 24 px; links within a sentence may be (WCAG 2.2, 2.5.8)."""
    return page.evaluate(
        """(within) => __look.interactive().filter((node) => node.closest(within)).flatMap((node) => {
          const holder = node.matches("input[type=radio], input[type=checkbox]") && node.closest("label") || node;
          const box = holder.getBoundingClientRect();
          if (box.width >= 23.5 && box.height >= 23.5) return [];
          if (node.tagName === "A" && getComputedStyle(node).display === "inline") {
            let block = node.parentElement;
            while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
            if (block.textContent.trim().length > node.textContent.trim().length) return [];
          }
          return [`${__look.named(node)} is ${box.width.toFixed()} × ${box.height.toFixed()} px; expected at least 24 × 24`];
        })""",
        within,
    )


#: Links of a page that are tried with real keys; the rest open by the same script, which is asked in one go.
BY_KEY = 8


def cards(page: Page, key: Callable[[str], None]) -> tuple[list[str], dict[str, list[str]]]:
    """Open the card of every link that has one, and close it: the first by Enter and Escape, the rest by a click.

    `key` presses a key. Returns the complaints, and for each address the labels that its card shows.
    """
    links = "() => [...document.querySelectorAll('a[aria-haspopup=dialog]')].map((one) => __look.named(one))"
    names, complaints, shown = page.evaluate(links), [], {}

    def heard(index: int, faults: list[str], href: str, labels: list[str]) -> None:
        shown[href] = labels
        complaints.extend(f"{names[index]}: {fault}" for fault in faults)

    for index in range(min(BY_KEY, len(names))):
        page.evaluate("(index) => document.querySelectorAll('a[aria-haspopup=dialog]')[index].focus()", index)
        key("Enter")
        opened = page.evaluate(OPEN_CARD, index)
        key("Escape")
        heard(index, opened[0] + page.evaluate(SHUT_CARD, index), *opened[1:])
    rest = page.evaluate(
        f"""(first) => [...document.querySelectorAll("a[aria-haspopup=dialog]")].slice(first).map((link, after) => {{
          link.focus();
          link.click();
          const [faults, href, labels] = ({OPEN_CARD})(first + after);
          document.querySelector("#card button[value=close]").click();
          return [[...faults, ...({SHUT_CARD})(first + after)], href, labels];
        }})""",
        BY_KEY,
    )
    for index, opened in enumerate(rest, BY_KEY):
        heard(index, *opened)
    return complaints, shown


#: What is wrong once the card of the link at the index has been closed.
SHUT_CARD = """(index) => [document.getElementById("card").open && "the card stays open",
  document.activeElement !== document.querySelectorAll("a[aria-haspopup=dialog]")[index]
    && "closing the card does not bring the focus back"].filter(Boolean)"""
#: What an open card lacks; the address of its link, which is the one at the index; and the labels of its fields.
OPEN_CARD = """(index) => {
  const link = document.querySelectorAll("a[aria-haspopup=dialog]")[index], href = link.getAttribute("href");
  const card = document.getElementById("card"), faults = [];
  if (!card.open) return [["no card opens"], href, []];
  if (!card.querySelector("h2")?.textContent.trim()) faults.push("the card has no claim");
  if (!card.contains(document.activeElement)) faults.push("the focus stays outside the card");
  const box = card.getBoundingClientRect();
  if (box.left < 0 || box.right > innerWidth || box.top < 0 || box.bottom > innerHeight + 1 || card.scrollWidth > card.clientWidth)
    faults.push("the card reaches over the edge of the screen");
  const labels = [...card.querySelectorAll("dt")].map((one) => one.textContent.trim());
  if (card.querySelector("dd a[rel=external][href^=http]")) labels.push("a link to the source");
  return [faults, href, labels];
}"""


def nameless(cdp: CDPSession) -> list[str]:
    """Focusable parts of the browser's own accessibility tree that have no name."""
    # A legend takes the focus when its question changes, and is its own words.
    quiet = {"RootWebArea", "main", "dialog", "none", "generic", "document", "Legend"}
    complaints = []
    for node in cdp.send("Accessibility.getFullAXTree")["nodes"]:
        if node.get("ignored") or not node.get("backendDOMNodeId"):
            continue
        focusable = any(
            prop["name"] == "focusable" and prop["value"].get("value") for prop in node.get("properties", ())
        )
        role = node.get("role", {}).get("value", "")
        if focusable and role not in quiet and not node.get("name", {}).get("value", "").strip():
            place = cdp.send("DOM.describeNode", {"backendNodeId": node["backendDOMNodeId"]})["node"]
            values = place.get("attributes", [])
            pairs = " ".join(f'{k}="{v}"' for k, v in zip(values[::2], values[1::2]))
            complaints.append(f"<{place['localName']} {pairs}> ({role}) has no name")
    return complaints


_WALK = """() => {
  const face = (node) => { const style = getComputedStyle(node);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.backgroundColor, style.borderTopColor].join(); };
  const backdrop = (node) => { for (let at = node.parentElement; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor; if (!/, 0\\)$|transparent/.test(colour)) return colour; } return "rgb(255, 255, 255)"; };
  const light = (colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const apart = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
  const all = __look.interactive();
  const rest = new Map(all.map((node) => [node, face(node)]));
  const key = (node) => node.type === "radio" && node.form ? node.form : null;
  const walk = { order: [], seen: new Set(), groups: new Set(), faults: [], ended: false };
  document.addEventListener("focusin", ({ target }) => {
    if (walk.seen.has(target)) { if (target === walk.order[0]) walk.ended = true; return; }
    walk.seen.add(target); walk.order.push(target);
    if (target.type === "radio") walk.groups.add(target.form ? [target.form, target.name] : target);
    if (target.matches("main")) return;
    const style = getComputedStyle(target), drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (!drawn && face(target) === rest.get(target)) walk.faults.push(`${__look.named(target)} shows no focus`);
    else if (drawn && apart(style.outlineColor, backdrop(target)) < 3) walk.faults.push(`${__look.named(target)} shows its focus in too faint a colour`);
  });
  walk.missed = () => all.filter((node) => !walk.seen.has(node) && __look.shown(node)
    && !(node.type === "radio" && [...walk.seen].some((other) => other.type === "radio" && other.form === node.form && other.name === node.name)));
  window.__walk = walk;
  return all.length;
}"""


def tab_walk(page: Page) -> list[str]:
    """Press Tab from the top to the end: what is never reached, shows no focus, or holds the reader fast."""
    count = page.evaluate(_WALK)
    limit = count + 40
    for pressed in range(1, limit + 1):
        page.keyboard.press("Tab")
        # Asking costs more than pressing, so ask seldom until the end is near.
        if (pressed % 20 == 0 or pressed > count - 30) and page.evaluate(
            "() => __walk.ended || (__walk.order.length > 1 && document.activeElement === document.body)"
        ):
            break
    complaints = page.evaluate(
        """() => [...__walk.faults, ...__walk.missed().map((node) => `${__look.named(node)} is never reached by Tab` )]"""
    )
    if pressed == limit and any("never reached" in line for line in complaints):
        at = page.evaluate("() => __look.named(document.activeElement)")
        complaints.append(f"Tab is held fast at {at}")
    return complaints


def focus_each(page: Page) -> list[str]:
    """Give the focus to each control in turn, in one go: what Tab is told to pass over, cannot take the focus, or does not show it."""
    page.keyboard.press("Tab")  # From here on the browser takes the reader for somebody with a keyboard.
    page.evaluate("() => document.activeElement.blur()")
    page.evaluate(_WALK)
    return page.evaluate(
        """() => {
          for (const node of __look.interactive()) node.focus({ preventScroll: true });
          const passed = __look.interactive().filter((node) => node.tabIndex < 0).map((node) => `${__look.named(node)} is never reached by Tab`);
          return [...__walk.faults, ...passed, ...__walk.missed().map((node) => `${__look.named(node)} does not take the focus`)];
        }"""
    )


def focus_by_tab(page: Page, selector: str, limit: int = 900) -> bool:
    """Press Tab, from wherever the focus is, until it stands on the first element that the selector finds."""
    for _ in range(limit):
        if page.evaluate("(wanted) => document.activeElement === document.querySelector(wanted)", selector):
            return True
        page.keyboard.press("Tab")
    return False


# Shapes, inks and words that stand in the drawing, in no particular order: Plotly moves its elements about.
_STATE = """(id) => [...document.querySelectorAll(`#${CSS.escape(id)} .plot svg.main-svg :is(path, rect, circle, text, use)`)]
  .filter((node) => node.checkVisibility() && !node.closest("defs, .hoverlayer"))
  .map((node) => { const style = getComputedStyle(node);
    return [node.tagName, ...["d", "transform", "x", "y", "width", "height"].map((name) => node.getAttribute(name)), style.fill, style.stroke,
      style.opacity, style.fillOpacity, style.strokeOpacity, style.strokeWidth, style.strokeDasharray,
      node.parentNode.getAttribute("transform"), node.textContent].join(" "); })
  .sort().join("\\n")"""


# What a drawing says, apart from the pixel or two by which Plotly moves its margins.
_MEANING = """(id) => {
  const plot = document.querySelector(`#${CSS.escape(id)} .plot`), layout = plot._fullLayout;
  const about = (value) => typeof value === "number" ? Number(value.toPrecision(2)) : value;
  const axes = Object.keys(layout).filter((name) => /^[xy]axis\\d*$/.test(name)).map((name) => layout[name]).filter((axis) => axis.visible);
  return JSON.stringify([
    plot._fullData.map((one) => [one.type, one.name, one.visible, [...(one.x || [])], [...(one.y || [])], one.text, one.marker?.color, one.line?.color, one.line?.dash]),
    axes.map((axis) => [axis.type, axis.range.map(about), (axis.title.text || "").replaceAll("<br>", " ")]),
    (layout.annotations || []).map((one) => [one.text, one.visible, one.x, one.y]),
    (layout.shapes || []).map((one) => [one.visible, one.x0, one.x1, one.y0, one.y1])]); }"""


def control_by_keyboard(page: Page, figure: str, control: str) -> list[str]:
    """Move one native control through all its steps with the arrow keys and watch the drawing and the spoken line."""
    name = f"#{figure} control #{control}"
    about = page.evaluate(
        """([figure, control]) => {
          const input = document.getElementById(control), inputs = [...document.getElementById(figure).querySelectorAll(".controls input, .controls select")];
          const spec = JSON.parse(document.querySelector(`#${CSS.escape(figure)} script.spec`).textContent);
          return { tag: input.tagName, at: Number(input.value), steps: spec.controls[inputs.indexOf(input)].map((one) => one.says) };
        }""",
        [figure, control],
    )
    back, onward = ("ArrowLeft", "ArrowRight") if about["tag"] == "INPUT" else ("ArrowUp", "ArrowDown")
    steps, at, complaints = about["steps"], about["at"], []
    if len(steps) < 2:
        return [f"{name} has only {len(steps)} step"]
    path = list(range(at - 1, -1, -1)) + list(range(1, len(steps)))
    before, first = page.evaluate(_STATE, figure), page.evaluate(_MEANING, figure)
    complaints += [
        f"{name}, step {number} is silent" for number, words in enumerate(steps, 1) if not words.strip()
    ]
    for wanted in path:
        page.evaluate(
            "(id) => { document.querySelector(`#${CSS.escape(id)} .live`).textContent = ''; }", figure
        )
        page.keyboard.press(onward if wanted > at else back)
        at = wanted
        spoke = "([figure, words]) => document.querySelector(`#${CSS.escape(figure)} .live`).textContent === words"
        if not wait(page, spoke, [figure, steps[wanted]], 3_000):
            heard = page.evaluate(
                "(id) => document.querySelector(`#${CSS.escape(id)} .live`).textContent", figure
            )
            complaints.append(
                f"{name}, step {wanted + 1}: the line says {heard!r}; expected {steps[wanted]!r}"
            )
            continue
        settle(page)
        after = page.evaluate(_STATE, figure)
        if after == before:
            complaints.append(
                f"{name}, step {wanted + 1} (“{steps[wanted][:40]}”) changes nothing in the drawing"
            )
        before = after
    for _ in range(abs(at - about["at"])):
        page.keyboard.press(back if at > about["at"] else onward)
    if wait(page, "([figure, words]) => document.querySelector(`#${CSS.escape(figure)} .live`).textContent === words",
            [figure, steps[about["at"]]], 3_000):  # fmt: skip
        settle(page)
        if page.evaluate(_MEANING, figure) != first:
            complaints.append(f"{name}: its first step draws something else than the page showed at first")
    return complaints


def learning_resource(outline: Outline) -> list[str]:
    """Whether the page describes itself as a LearningResource of schema.org."""
    if len(outline.scripts) != 1:
        return [f"{len(outline.scripts)} JSON-LD blocks; expected one"]
    try:
        data = json.loads(outline.scripts[0])
    except ValueError as error:
        return [f"JSON-LD does not parse: {error}"]
    wanted = (
        "name",
        "description",
        "educationalLevel",
        "teaches",
        "license",
        "inLanguage",
        "version",
        "author",
    )
    complaints = [f"JSON-LD lacks {key}" for key in wanted if not data.get(key)]
    if data.get("@type") != "LearningResource":
        complaints.append(f"JSON-LD is a {data.get('@type')}; expected LearningResource")
    return complaints
