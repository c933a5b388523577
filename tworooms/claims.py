"""The judged claims as readers meet them: which ones an exercise names, and what pages, kinds and verdicts are called.

The table itself is `evidence.claims()`. An exercise shows the claims without our verdicts, which a reader asks for.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from . import evidence
from .errors import TwoRoomsError


class Verdict(NamedTuple):
    """A verdict as readers see it: its name, and in one sentence what it says of a claim."""

    name: str
    meaning: str


#: By their ids in `claims.csv`, from what bears a claim out to what no evidence can settle.
VERDICTS = {
    "supported": Verdict("Supported", "What we know from studies, records or law says the same, and as strongly."),
    "partly-supported": Verdict("Partly supported", "Some of it holds, or it holds within limits that it leaves out."),
    "unsupported": Verdict("Unsupported", "It could be tested, and we found nothing that bears it out."),
    "contradicted": Verdict("Contradicted", "What we found says otherwise."),
    "unverifiable": Verdict("Unverifiable", "Nobody outside could check it: too little is said, or only its writer can know."),
    "value-judgement": Verdict("Value judgment", "It says what is good or what ought to be done; evidence informs that, and cannot settle it."),
}  # fmt: skip

PAGES = {
    "wiki-article": "Wiki article",
    "supplier-article": "Supplier’s article",
    "clinic-blog": "Clinic’s blog",
    "interview": "Interview",
    "recovery-site": "Recovery site",
}

KINDS = {
    "empirical": "Empirical",
    "legal": "Legal",
    "ethical": "Ethical",
    "promotional": "Promotional",
    "advice": "Advice",
}


@dataclass(frozen=True)
class Claim:
    """A claim without our verdict on it.

    id, page, kind: as in `claims.csv`. section: where on its page. text: our paraphrase. number: its row, from 1.
    """

    id: str
    page: str
    section: str
    kind: str
    text: str
    number: int

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return f"{page_name(self.page)}, {self.section}"


def page_name(page: str) -> str:
    """What a page is called; one without a name here is called by its id."""
    return PAGES.get(page, page.replace("-", " ").capitalize())


def claims(root: Path | None = None) -> dict[str, Claim]:
    """Every claim by its id, in the order of the table."""
    rows = evidence.claims(root).itertuples(index=False)
    return {
        row.claim_id: Claim(row.claim_id, row.document, row.section, row.kind, row.claim, number)
        for number, row in enumerate(rows, 1)
    }


def named(option: str | None, root: Path | None = None) -> list[Claim]:
    """The claims that an exercise names, in its order.

    Parameters
    ----------
    option
        What stands behind `:claims:`: ids separated by commas; None where the option is missing.
    root
        The collection's folder.

    Raises
    ------
    TwoRoomsError
        When the option names nothing, an unknown claim (suggests ids that look like it), or one claim twice.
    """
    ids = [word.strip() for word in (option or "").split(",") if word.strip()]
    if not ids:
        raise TwoRoomsError(
            "claims-exercise names no claim; expected :claims: and ids of data/evidence/claims.csv, separated by commas"
        )
    known, chosen = claims(root), {}
    for name in ids:
        if name not in known:
            near = ", ".join(difflib.get_close_matches(name, known, 3))
            wanted = f"one of {near}" if near else "an id from its first column"
            raise TwoRoomsError(
                f"claims-exercise: {name!r} is no claim of data/evidence/claims.csv; expected {wanted}"
            )
        if name in chosen:
            raise TwoRoomsError(f"claims-exercise names {name} twice; expected each claim once")
        chosen[name] = known[name]
    return list(chosen.values())


def with_verdicts(root: Path | None = None) -> Iterator[tuple[Claim, str, str, list[str], str]]:
    """Every claim with our verdict (its id), our reason, the ids of the facts it rests on, and what a class can do with it."""
    for claim, row in zip(claims(root).values(), evidence.claims(root).itertuples(index=False)):
        yield claim, row.verdict, row.verdict_reason, evidence.list_cell(row.evidence_ids), row.teaching_use


def our_verdicts(root: Path | None = None) -> dict[str, str]:
    """The id of our verdict on each claim."""
    table = evidence.claims(root)
    return dict(zip(table["claim_id"], table["verdict"]))
