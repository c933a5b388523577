"""Prints what is due to be read again. Run by `make refresh`; it lists, and so ends with 0 whatever it finds.

What is due comes from the tables and the cases. External addresses are asked too, where there is a network.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, timedelta
from pathlib import Path

import links
from rich.console import Console

from tworooms import build, refresh
from tworooms.errors import TwoRoomsError

ROOT = Path(__file__).resolve().parents[1]
NO_NETWORK = "external addresses: not asked, this machine reaches no other host"


def day(text: str) -> date:
    """The day that was typed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no day; expected one such as 2027-05-21") from None


def arguments(given: list[str] | None) -> argparse.Namespace:
    """What was typed; a mistake ends the program with one line and status 2."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--today", type=day, default=date.today(), help="the day asked about, such as 2027-05-21")
    parser.add_argument("--ahead", type=int, default=60, metavar="DAYS", help="also what comes due within so many days (60)")
    parser.add_argument("--format", choices=refresh.FORMS, default="text")
    parser.add_argument("--no-links", action="store_true", help="do not ask external addresses")
    return parser.parse_args(given)


def asked(console: Console) -> tuple[list[dict[str, str]], str]:
    """The external addresses that do not answer, and one line about the asking."""
    with console.status("Building the book, to find its links"):
        pages = links.external_links(build.build(ROOT))
    failed = links.silent(pages, console)
    if failed is None:
        return [], NO_NETWORK
    rows = [{"file": pages[address][0], "address": address, "said": said} for address, said in failed]
    return rows, f"external addresses: {len(failed)} of {len(pages)} do not answer"


def main(given: list[str] | None = None) -> int:
    """Print the list; 0 whatever is due, 1 when a table or case cannot be read."""
    order = arguments(given)
    out, err = Console(highlight=False, soft_wrap=True, markup=False, emoji=False), Console(stderr=True)
    try:
        due = refresh.due(ROOT, order.today, timedelta(days=order.ahead))
        dead, said = ([], "external addresses: not asked") if order.no_links else asked(err)
    except TwoRoomsError as error:
        err.print(str(error), markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        err.print("Stopped; nothing was changed.")
        return 130
    if order.format == "json":
        rows = json.loads(refresh.written(due, "json", order.today))
        out.print(json.dumps({"today": order.today.isoformat(), "due": rows, "links": {"said": said, "dead": dead}}, indent=2, ensure_ascii=False))
        return 0
    out.print(refresh.written(due, "text", order.today))
    out.print(f"\n{said}")
    for row in dead:
        out.print(f"  {row['file']}: {row['address']} {row['said']}; correct the address in references.bib or on the page")
    return 0


if __name__ == "__main__":
    sys.exit(main())
