"""A finished case holds what an instructor is promised: evidence with both sides, every stop analysed, a plan for each class.

A case whose `review_status` begins with "draft" is still being written and is not asked.
"""

from __future__ import annotations

import re
from pathlib import Path

from .. import evidence
from ..case import Case, all_cases, markdown_cells, read_text
from ..errors import TwoRoomsError
from ..figures import SETTINGS
from . import Problem
from .passages import LINK, figure_notes

RULE = "wholeness"
LEAST_FACTS, LEAST_DISPUTES, LEAST_QUESTIONS, LEAST_GRADED = 20, 2, 6, 1
QUIZ_ITEMS, FIGURES = range(8, 13), range(2, 5)
#: What a plan's heading holds, and how a message calls the plan.
PLANS = (
    (r"^50[- ]min(?!.*(?:lecture|\b200\b))", "a 50-minute class"),
    (r"^75[- ]min", "a 75-minute class"),
    (r"^2\s?[×x]\s?50", "2 × 50-minute classes"),
    (r"\b200\b", "a lecture of 200"),
    (r"\bonline\b", "an online class"),
)
_HEADING = re.compile(r"^(#{2,4})[ \t]+(.*)$", re.MULTILINE)
_STOP = re.compile(r"^:{3,}\{stop\}\s*(\S+)", re.MULTILINE)
_ROOM = re.compile(r"^:{3,}\{room\}\s*(\S+)", re.MULTILINE)
_QUESTION = re.compile(r"^(\d{1,4})\.\s", re.MULTILINE)
_ANSWER = re.compile(r"^(?:#{3,5}\s+|\*\*)(?:Question\s+)?(\d{1,4})\b", re.MULTILINE)


def is_draft(case: Case) -> bool:
    """Whether the case calls itself unfinished."""
    return case.metadata.review_status.lower().startswith("draft")


def check(root: Path, cases: list[Case] | None = None) -> list[Problem]:
    """What each finished case lacks, of some cases or every case; files that cannot be read are left to other rules."""
    problems = []
    for case in all_cases(root) if cases is None else cases:
        try:
            if not is_draft(case):
                problems += _case(root, case)
        except TwoRoomsError:
            continue
    return problems


def _case(root: Path, case: Case) -> list[Problem]:
    folder = case.folder.relative_to(root).as_posix()
    cells = [text for _, text in markdown_cells(case.notebook)]
    reading = "\n\n".join(cells)
    note = read_text(case.note_path, "the teaching note")
    problems = []

    def lacks(file: str, message: str, expected: str, place: str = "") -> None:
        problems.append(Problem(f"{folder}/{file}", place, message, expected, RULE))

    captions = "\n\n".join(str(about.get("caption", "")) for _, about in figure_notes(case))
    cited = {rest.split("#")[0] for _, scheme, rest in LINK.findall(f"{reading}\n{captions}") if scheme == "fact"}
    if len(cited) < LEAST_FACTS:
        lacks("case.ipynb", f"cites {len(cited)} facts", f"at least {LEAST_FACTS}")
    both = disputes_shown(root, cited)
    if len(both) < LEAST_DISPUTES:
        shown = ", ".join(both) or "none"
        lacks("case.ipynb", f"shows both sides of {len(both)} disputed questions ({shown})", f"at least {LEAST_DISPUTES}")
    rooms = set(_ROOM.findall(reading))
    missing = [setting for setting in SETTINGS if setting not in rooms]
    if missing:
        lacks("case.ipynb", f"sets no {' and no '.join(missing)} beside the other rooms", "a {room} for each setting")
    if len(case.metadata.figures) not in FIGURES:
        lacks("case.ipynb", f"draws {len(case.metadata.figures)} figures", f"{FIGURES[0]} to {FIGURES[-1]}")

    stops = list(dict.fromkeys(_STOP.findall(reading)))
    if len(stops) < 2:
        lacks("case.ipynb", f"stops {len(stops)} times", "two stops")
    headings = [title.strip() for _, title in _HEADING.findall(note)]
    for number, stop in enumerate(stops, 1):
        if not any(re.search(rf"\bStop {number}\b", title) for title in headings):
            lacks("teaching-note.md", f"does not analyse stop {stop!r}", f'a heading with "Stop {number}"')
    asked = _numbered(_section(reading, "discussion"), _QUESTION)
    if len(asked) < LEAST_QUESTIONS:
        lacks("case.ipynb", f"asks {len(asked)} discussion questions", f"at least {LEAST_QUESTIONS}, numbered")
    answered = _numbered(_section(note, "discussion question"), _ANSWER)
    for number in sorted(asked - answered):
        lacks("teaching-note.md", f"does not analyse discussion question {number}", f'"**{number}. …**" under a heading with "discussion questions"')
    for pattern, name in PLANS:
        if not any(re.search(pattern, title, re.IGNORECASE) for title in headings):
            lacks("teaching-note.md", f"has no plan for {name}", "a heading for it, with a table of minutes")

    items = case.quiz.items
    if len(items) not in QUIZ_ITEMS:
        lacks("quiz.yml", f"has {len(items)} items", f"{QUIZ_ITEMS[0]} to {QUIZ_ITEMS[-1]}")
    if sum(item.use == "graded" for item in items) < LEAST_GRADED:
        lacks("quiz.yml", "has no graded item", f"at least {LEAST_GRADED}")
    for number in range(1, len(case.metadata.teaches) + 1):
        if not any(item.objective == number for item in items):
            lacks("quiz.yml", f"asks nothing about objective {number}", "at least one item for each entry of teaches in case.yml")
    return problems


def disputes_shown(root: Path, facts: set[str]) -> list[str]:
    """Ids of the disputed questions of which `facts` stand on every side."""
    table = evidence.disputes(root)
    return [
        identifier
        for identifier, sides in table.groupby("dispute_id", sort=False)
        if all(facts & set(ids.split(";")) for ids in sides["fact_ids"])
    ]


def _section(text: str, words: str) -> str:
    """The text under the first heading that holds `words`, up to the next heading of its level."""
    for heading in _HEADING.finditer(text):
        if words in heading[2].lower():
            rest = text[heading.end() :]
            end = re.search(rf"^#{{2,{len(heading[1])}}}\s", rest, re.MULTILINE)
            return rest[: end.start()] if end else rest
    return ""


def _numbered(text: str, pattern: re.Pattern[str]) -> set[int]:
    return {int(number) for number in pattern.findall(text)}
