"""Directives of the judged claims: the exercise in a reading, and the ledger that the instructor edition holds.

Our verdicts are in no page of a reading. They stand in a script of their own, which the exercise asks for when a reader
wants to compare: a script and no JSON, because pages opened from a folder may fetch no other kind of file.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from .. import claims, evidence, paths
from ..errors import TwoRoomsError
from . import parts
from .case_directives import PROMISES, CaseDirective
from .evidence_directives import TablesDirective
from .links import fields, inline_links, questions

#: Where a page's metadata say that it holds the exercise.
EXERCISE = "claims-exercise"
#: The page that holds the ledger, in the instructor edition.
LEDGER = "book/claims-ledger"
#: The script with our verdicts, within the site.
OURS = "_static/claims-ours.js"
#: In its addresses, what the page puts the way to the site's first page for.
_ROOT = "{root}"


class ClaimsExercise(CaseDirective):
    """`{claims-exercise}`: claims to judge before ours are shown; `:claims:` names those for the class."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {"claims": directives.unchanged}

    def build(self) -> list[nodes.Node]:
        case, root = self.case(), paths.root(self.env.srcdir)
        # What is kept and saved needs a case, and this names the file that is missing elsewhere.
        version = case.metadata.version
        for table in ("claims.csv", "facts.csv"):
            self.env.note_dependency(str(root / paths.EVIDENCE / table))
        mine = claims.named(self.options.get("claims"), root)
        if EXERCISE in self.env.metadata[self.env.docname]:
            raise TwoRoomsError("claims-exercise stands twice in one reading; expected one")
        self.env.metadata[self.env.docname][EXERCISE] = "yes"
        every = list(claims.claims(root).values())
        rest = [claim for claim in every if claim not in mine]
        by_page = {
            page: [claim for claim in rest if claim.page == page]
            for page in dict.fromkeys(c.page for c in every)
        }
        ledger = LEDGER in self.env.found_docs and self.env.app.builder.get_relative_uri(
            self.env.docname, LEDGER
        )
        return parts.sandwich(
            "claims_exercise",
            self.parsed_body(),
            case_id=case.slug,
            version=version,
            named=mine,
            total=len(every),
            verdicts=claims.VERDICTS,
            pages=[
                (page, claims.page_name(page), count)
                for page, count in _counted(claim.page for claim in every)
            ],
            kinds=[
                (kind, claims.KINDS[kind], count) for kind, count in _counted(claim.kind for claim in every)
            ],
            rest=[(page, claims.page_name(page), others) for page, others in by_page.items() if others],
            # On paper six boxes stand under every claim; written once, they are drawn by the style sheet.
            boxes="  ".join(
                f"☐\u00a0{verdict.name.replace(' ', chr(0xA0))}" for verdict in claims.VERDICTS.values()
            ),
            promise=PROMISES["private"],
            ledger=ledger,
        )


def _counted(values: Any) -> list[tuple[str, int]]:
    """Each value and how often it occurs, in order of first appearance."""
    return list(Counter(values).items())


class ClaimsLedger(TablesDirective):
    """`{claims-ledger}`: every claim with our verdict, its reason and what a class can do with it; for instructors only."""

    def run(self) -> list[nodes.Node]:
        if self.config.tworooms_edition == "student":
            raise self.error(
                "claims-ledger shows our verdicts to students; expected it on a page with 'edition: instructor' above its heading"
            )
        root = self.follow("claims.csv", "facts.csv", "disputes.csv", "references.bib")
        entries: list[dict[str, Any]] = []
        links = inline_links(self.env).setdefault(self.env.docname, [])
        for claim, verdict, reason, fact_ids, use in claims.with_verdicts(root):
            facts = [evidence.fact(fact_id, root) for fact_id in fact_ids]
            # Links inside ready HTML are told to the page, which then has their cards.
            links.extend(f"fact:{fact_id}" for fact_id in fact_ids)
            works = {fact.reference.key: fact.reference for fact in facts}
            entries.append(
                {
                    "claim": claim,
                    "verdict": verdict,
                    "reason": reason,
                    "facts": [(fact, f"evidence.html#{fact.fact_id}") for fact in facts],
                    "works": list(works.values()),
                    "use": use,
                }
            )
        filters = [
            (
                "page",
                "Page",
                [
                    (page, claims.page_name(page), n)
                    for page, n in _counted(entry["claim"].page for entry in entries)
                ],
            ),
            (
                "kind",
                "Kind",
                [
                    (kind, claims.KINDS[kind], n)
                    for kind, n in _counted(entry["claim"].kind for entry in entries)
                ],
            ),
            (
                "verdict",
                "Verdict",
                [(v, claims.VERDICTS[v].name, n) for v, n in _counted(entry["verdict"] for entry in entries)],
            ),
        ]
        return [
            parts.raw(
                "claims_ledger",
                entries=entries,
                filters=filters,
                verdicts=claims.VERDICTS,
                kinds=claims.KINDS,
            )
        ]


def write_ours(app: Sphinx, error: Exception | None) -> None:
    """Write the script that the exercise asks for; none where no page has the exercise."""
    if error or app.builder.format != "html":
        return
    target = Path(app.outdir) / OURS
    if not any(EXERCISE in meta for meta in app.env.metadata.values()):
        target.unlink(missing_ok=True)
        return
    text = ours(paths.root(app.srcdir))
    # An unchanged file keeps its time, so that nothing is sent to readers anew.
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")


def ours(root: Path) -> str:
    """The script with our verdicts: by claim the verdict, its reason and its facts, and the card of each fact."""
    asked, judged, cards = questions(root), {}, {}
    for claim, verdict, reason, fact_ids, _ in claims.with_verdicts(root):
        judged[claim.id] = [verdict, reason, fact_ids]
        for fact_id in fact_ids:
            fact = evidence.fact(fact_id, root)
            href = f"{_ROOT}evidence.html#{fact_id}"
            card = parts.render(
                "note", fact=fact, fields=fields(fact, asked, f"{_ROOT}disagreements.html"), href=href
            )
            cards[fact_id] = [fact.claim, str(card)]
    text = json.dumps(
        {"claims": judged, "facts": dict(sorted(cards.items()))}, ensure_ascii=False, separators=(",", ":")
    )
    return f"window.tworoomsOurs = {text};\n"


def register(app: Sphinx) -> None:
    app.add_directive("claims-exercise", ClaimsExercise)
    app.add_directive("claims-ledger", ClaimsLedger)
    app.connect("build-finished", write_ours)
