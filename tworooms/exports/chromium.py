"""The browser that prints and tests the book: a Chromium that the machine already has."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import TwoRoomsError

#: The one without windows comes first: it draws and prints the same, in half the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_FLAGS = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
          "--disable-quic", "--disable-gpu")  # fmt: skip


def find() -> str | None:
    """Path of a Chromium: the variable CHROMIUM, else the first of the usual names; None when there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def required() -> str:
    """Path of a Chromium.

    Raises
    ------
    TwoRoomsError
        When the machine has none, or CHROMIUM names none; says how to get one.
    """
    path = find()
    if path is not None and shutil.which(path) is None:
        raise TwoRoomsError(f"CHROMIUM: {path} is no program that can be run; expected the path of a Chromium, or no such variable")
    if path is None:
        raise TwoRoomsError("Chromium: not on this machine; expected one on the PATH, or its path in the variable "
                            "CHROMIUM (Debian: apt-get install chromium-headless-shell, or chromium)")  # fmt: skip
    return path


@contextmanager
def launched() -> Iterator[Any]:
    """A headless browser (playwright's `Browser`), closed at the end.

    Raises
    ------
    TwoRoomsError
        When the machine has no Chromium; says how to get one.
    """
    path = required()
    from playwright.sync_api import sync_playwright

    flags = list(_FLAGS)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Chromium refuses its sandbox to root, which is who runs programs in a container.
        flags.append("--no-sandbox")
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()


#: Chromium prints an area filled with a pattern as a picture of the whole drawing, half a megabyte for each bar. So each such
#: area gets its tiles as shapes of their own, cut to its outline.
_TILES = """() => {
  const svg = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const shape of document.querySelectorAll(".plot svg :is(path, rect, circle, polygon)")) {
    const [, id] = /url\\(["']?#([^"')]+)["']?\\)/.exec(getComputedStyle(shape).fill) || [];
    const pattern = id && document.getElementById(id);
    if (!pattern || pattern.localName !== "pattern" || pattern.patternUnits.baseVal !== 1) continue;
    const box = shape.getBBox(), wide = pattern.width.baseVal.value, high = pattern.height.baseVal.value;
    const turned = pattern.getAttribute("patternTransform");
    if (!(wide > 0 && high > 0 && box.width > 0) || turned) continue;
    const clip = svg("clipPath"), outline = shape.cloneNode(false), tiles = svg("g");
    clip.id = `tiles-${document.querySelectorAll("clipPath").length}`;
    for (const name of ["transform", "clip-path", "id"]) outline.removeAttribute(name);
    clip.append(outline);
    tiles.setAttribute("clip-path", `url(#${clip.id})`);
    tiles.style.opacity = getComputedStyle(shape).fillOpacity;
    if (shape.hasAttribute("transform")) tiles.setAttribute("transform", shape.getAttribute("transform"));
    const x0 = pattern.x.baseVal.value, y0 = pattern.y.baseVal.value;
    for (let y = y0 + Math.floor((box.y - y0) / high) * high; y < box.y + box.height; y += high) {
      for (let x = x0 + Math.floor((box.x - x0) / wide) * wide; x < box.x + box.width; x += wide) {
        const tile = svg("g");
        tile.setAttribute("transform", `translate(${x} ${y})`);
        tile.append(...[...pattern.children].map((child) => child.cloneNode(true)));
        tiles.append(tile);
      }
    }
    shape.before(clip, tiles);
    shape.style.fill = "none";
  }
}"""


def printed(page: Any, where: str, **paper: Any) -> bytes:
    """A page with all its figures as a tagged PDF.

    Parameters
    ----------
    page
        An open page (playwright's `Page`) whose figures figures.js draws.
    where
        Path of the case, for the message.
    paper
        Size, margins and footer, as playwright's `Page.pdf` takes them.

    Raises
    ------
    TwoRoomsError
        When a figure could not be drawn; names the figure.
    """
    page.evaluate("window.tworoomsDrawAll ? window.tworoomsDrawAll() : null")
    for figure in page.locator(".tr-figure").all():
        if figure.get_attribute("data-state") != "drawn":
            raise TwoRoomsError(f"{where}: {figure.get_attribute('id')} could not be drawn; expected every figure in the PDF")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.evaluate(_TILES)
    return page.pdf(tagged=True, outline=True, print_background=True, display_header_footer=True, header_template="<span></span>", **paper)
