"""Grows a collection by forks of its cases, for measuring and testing what depends on their number."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tworooms import derive, forks
from tworooms.case import Case, all_cases, markdown_cells
from tworooms.checks.wholeness import is_draft

_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_SYLLABLES = ("ba", "ca", "dun", "ell", "fin", "gor", "hal", "in", "kil", "lor", "mul", "nar", "or", "pen", "ros", "sal", "tor", "ven", "wick")
_REVIEWED = "made to measure with; read by nobody"


def grow(root: Path, number: int, tell: Callable[[int], None] = lambda done: None) -> None:
    """Fork cases until the collection holds `number`, each entered in the reading order behind its original.

    Every case is forked once through :func:`tworooms.forks.fork`. Further forks are copies of that fork with another slug,
    title, theme and sentences, since the public function reads the whole reading order for each: its cost is not what is
    measured here.

    Parameters
    ----------
    root
        A copy of a collection; it is changed.
    number
        Cases in all.
    tell
        Called with the number of cases there are so far.
    """
    there = all_cases(root)
    originals = [case for case in there if case.metadata.derived_from is None]
    # Its own, since those of another case name people whom this one has not declared.
    sentences = {original.slug: _plain_sentences([original]) for original in originals}
    order = root / "book" / "_toc.yml"
    for copy in range(len(there), number):
        original, turn = originals[copy % len(originals)], copy // len(originals)
        first, slug = f"{original.slug}-fork-1", f"{original.slug}-fork-{turn}"
        if turn == 1:
            forks.fork(root, original, first, title=f"{original.metadata.title}: the first fork", author="A. Teacher", today=date(2026, 11, 21))
            if not is_draft(original):
                # A fork begins as a draft, and would be spared the rules for finished cases.
                path = root / "cases" / first / "case.yml"
                path.write_text(derive.with_field(path.read_text(encoding="utf-8"), "review_status", _REVIEWED), encoding="utf-8")
        else:
            shutil.copytree(root / "cases" / first, root / "cases" / slug)
            _rename(root / "cases" / slug, first, slug, random.Random(slug), sentences[original.slug])
            text = order.read_text(encoding="utf-8")
            before = re.search(rf"^.*cases/{re.escape(original.slug)}-fork-{turn - 1}/case\n", text, re.MULTILINE)
            order.write_text(text[: before.end()] + before[0].replace(f"-fork-{turn - 1}/", f"-fork-{turn}/") + text[before.end() :], encoding="utf-8")
        tell(copy + 1)


def edit(case: Case, sentence: str) -> None:
    """Append a sentence to the first cell of a case's reading, as an author would in Jupyter."""
    notebook = json.loads(case.notebook_path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    cell["source"] = f"{''.join(cell['source'])}\n\n- {sentence}"
    case.notebook_path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _rename(folder: Path, old: str, new: str, chance: random.Random, sentences: list[str]) -> None:
    # A small letter: with a capital the check would take it for a village.
    theme = "".join(chance.choices(_SYLLABLES, k=4))
    metadata = folder / "case.yml"
    text = metadata.read_text(encoding="utf-8").replace(f"id: {old}", f"id: {new}", 1)
    # Its own words on the home page: equal ones would vanish in compression.
    text = re.sub(r"^dilemma: .*$", lambda _: f"dilemma: {json.dumps(chance.choice(sentences))}", text, count=1, flags=re.MULTILINE)
    metadata.write_text(text.replace("the first fork", f"the fork about {theme}"), encoding="utf-8")
    notebook = folder / "case.ipynb"
    stored = json.loads(notebook.read_text(encoding="utf-8"))
    reading = [cell for cell in stored["cells"] if cell["cell_type"] == "markdown"]
    for cell in reading:
        cell["source"] = "".join(cell["source"]).replace("the first fork", f"the fork about {theme}")
    # A list, since the reading grade counts paragraphs only and would have to be derived anew.
    places = [cell for cell in reading if ":::" not in cell["source"]]
    for cell in chance.sample(places, min(3, len(places))):
        cell["source"] += f"\n\n- Here {theme} is told otherwise. {' '.join(chance.choices(sentences, k=4))}"
    notebook.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _plain_sentences(cases: list[Case]) -> list[str]:
    """Sentences of the readings that hold no link, number or quotation, and so break no rule anywhere else."""
    found: dict[str, None] = {}
    for case in cases:
        for _, text in markdown_cells(case.notebook):
            for paragraph in re.split(r"\n\s*\n", text):
                if paragraph[:1].isalpha():
                    for sentence in _SENTENCE.split(" ".join(paragraph.split())):
                        if re.fullmatch(r"[A-Z][A-Za-z ,;'’-]{40,160}\.", sentence):
                            found[sentence] = None
    return list(found) or ["Nobody has written a plain sentence yet."]
