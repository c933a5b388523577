"""Weighs a page as a phone receives it. Shared by the budgets, which are tests, and the benchmark, which is not."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from pathlib import Path

PHONE = {"width": 390, "height": 844}
#: Counts what moves without the reader having asked (https://web.dev/articles/cls).
_WATCH_SHIFTS = """
window.__shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass
class Weight:
    """One page on a phone.

    before, after: KiB after gzip, sent before the first scroll and once every figure is drawn.
    foreign: addresses of other hosts that were asked. drawn: Plotly drawings on the page.
    shift: cumulative layout shift while the page is read from top to bottom.
    """

    before: float = 0.0
    after: float = 0.0
    foreign: list[str] = field(default_factory=list)
    drawn: int = 0
    shift: float = 0.0


def weigh(browser, address: str, page: str, *, scroll: bool = True) -> Weight:
    """Open `address + page` on a phone, then scroll it to its end, or without `scroll` only draw what it has."""
    # Not `is_mobile`: under that emulation Chromium reports no layout shifts.
    context = browser.new_context(viewport=PHONE, has_touch=True, device_scale_factor=2)
    context.add_init_script(_WATCH_SHIFTS)
    weight, sent = Weight(), {}
    tab = context.new_page()

    def note(response) -> None:
        if response.url.startswith(address):
            try:
                sent[response.url] = len(gzip.compress(response.body(), 6))
            except Exception:  # a redirect has no body
                sent.setdefault(response.url, 0)

    def asked(request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            weight.foreign.append(request.url)

    tab.on("response", note)
    tab.on("request", asked)
    tab.goto(address + page, wait_until="networkidle")
    weight.before = sum(sent.values()) / 1024
    height = tab.evaluate("document.documentElement.scrollHeight")
    for top in range(0, min(height, 60_000) if scroll else 0, 800):
        tab.evaluate("top => scrollTo({ top, behavior: 'instant' })", top)
        tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    tab.evaluate("window.tworoomsDrawAll ? window.tworoomsDrawAll() : null")
    tab.wait_for_load_state("networkidle")
    weight.after = sum(sent.values()) / 1024
    weight.drawn = tab.locator(".js-plotly-plot").count()
    weight.shift = tab.evaluate("window.__shift")
    context.close()
    return weight


def size(folder: Path) -> float:
    """Megabytes on disk."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
