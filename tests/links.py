"""Asks every external address of the built book whether it still answers. Run by `make links`, never by the tests.

DOIs are left out: their registry promises that they last, and asks not to be polled.
"""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import track

from tworooms import build

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 20
#: Sites that answer a program with a refusal and a person with the page say nothing about the link.
REFUSED = {401, 403, 405, 429, 999}
UNREACHED = "does not answer"


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        href = dict(attributes).get("href") or ""
        if tag == "a" and href.startswith(("http://", "https://")) and "//doi.org/" not in href:
            self.found.add(href.split("#")[0])


def external_links(site: Path) -> dict[str, list[str]]:
    """Each external address, with the pages that link to it."""
    pages: dict[str, list[str]] = defaultdict(list)
    for path in sorted(site.rglob("*.html")):
        links = _Links()
        links.feed(path.read_text(encoding="utf-8"))
        for address in links.found:
            pages[address].append(path.relative_to(site).as_posix())
    return dict(sorted(pages.items()))


def answer(address: str) -> str:
    """Empty when the address answers, or refuses programs; else what went wrong."""
    request = urllib.request.Request(address, headers={"User-Agent": "two-rooms-link-check"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as reply:
            reply.read(1)
        return ""
    except urllib.error.HTTPError as error:
        return "" if error.code in REFUSED else f"answers {error.code}"
    except (OSError, ValueError) as error:
        return f"{UNREACHED} ({getattr(error, 'reason', error)})"


def silent(pages: dict[str, list[str]], console: Console) -> list[tuple[str, str]] | None:
    """The addresses that do not answer, each with what went wrong; None when this machine reaches no host at all.

    pages: what `external_links` found. console: shows how far the asking is.
    """
    hosts = {urlsplit(address).hostname: address for address in pages}
    with ThreadPoolExecutor(max_workers=8) as pool:
        first = list(pool.map(answer, list(hosts.values())[:8]))
        if first and all(said.startswith(UNREACHED) for said in first):
            return None
        answers = list(track(pool.map(answer, pages), total=len(pages), description="Asking", console=console, transient=True))
    return [(address, said) for address, said in zip(pages, answers) if said]


def main() -> int:
    """Print the addresses that fail; 0 when none does, 1 when some do, 2 when nothing could be reached."""
    console = Console()
    pages = external_links(build.build(ROOT))
    failed = silent(pages, console)
    if failed is None:
        console.print(f"None of {len(pages)} addresses could be reached: this machine seems to have no network.")
        return 2
    for address, said in failed:
        console.print(f"{pages[address][0]}: {address} {said}; expected a page", markup=False, soft_wrap=True)
    console.print(f"{len(pages) - len(failed)} of {len(pages)} addresses answer.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
