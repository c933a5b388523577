"""A case as a tagged PDF: figures drawn, stops as ruled space, every number with its note at the end."""

from __future__ import annotations

import threading
from pathlib import Path

from ..case import Case
from ..files import write_whole
from ..serve import server
from .chromium import launched, printed

#: ISO A4 with room for a binding; Letter readers lose nothing but a little margin.
_PAGE = {"format": "A4", "margin": {"top": "18mm", "bottom": "20mm", "left": "20mm", "right": "20mm"}}
_FOOTER = (
    '<div style="width:100%;font:8px sans-serif;color:#444;padding:0 20mm;display:flex;justify-content:space-between">'
    '<span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>'
)


def export(site: Path, cases: list[Case], target: Path) -> list[Path]:
    """Print the pages of some cases from a built edition.

    Parameters
    ----------
    site
        A built edition.
    cases
        The cases to print.
    target
        Folder for `SLUG.pdf`.

    Returns
    -------
    The files written.

    Raises
    ------
    TwoRoomsError
        When there is no Chromium, or a figure could not be drawn (names the figure).
    """
    target.mkdir(parents=True, exist_ok=True)
    written = []
    with server(site) as running, launched() as browser:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        for case in cases:
            page = browser.new_page(color_scheme="light", reduced_motion="reduce", viewport={"width": 794, "height": 1123})
            page.goto(f"http://127.0.0.1:{running.server_port}/cases/{case.slug}/case.html")
            content = printed(page, f"cases/{case.slug}", footer_template=_FOOTER, **_PAGE)
            page.close()
            path = target / f"{case.slug}.pdf"
            write_whole(path, content)
            written.append(path)
        running.shutdown()
    return written
