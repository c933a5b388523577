"""What a case's metadata takes from its own text: facts cited, figures, reading grade, crisis lines for Jupyter."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML, Node, ScalarNode

from .case import Case, parse_yaml, read_text, yaml_nodes
from .checks.passages import LINK, figure_notes, passages_of_case
from .errors import TwoRoomsError
from .extension.help_block import plain_text
from .files import write_whole

HELP = re.compile(r"^(:{3,}\{help\}[ \t]*(.*)\n)((?:(?!:{3,}).*\n)*)(:{3,}[ \t]*$)", re.MULTILINE)


def facts_cited(root: Path, case: Case) -> list[str]:
    """Sorted ids of every fact that reading, figures, note and quiz link to."""
    found = set()
    for passage in passages_of_case(root, case):
        found |= {rest.split("#")[0] for _, scheme, rest in LINK.findall(passage.text) if scheme == "fact"}
    for _, about in figure_notes(case):
        found |= set(about.get("facts", ()))
    for item in case.quiz.items:
        found |= set(item.facts)
    return sorted(found)


def figures_drawn(case: Case) -> list[dict[str, str]]:
    """Name and provenance of each stored figure, in order."""
    return [{"name": str(about.get("name", "")), "provenance": str(about.get("provenance", ""))} for _, about in figure_notes(case) if about]


def reading_grade(case: Case) -> float:
    """Flesch–Kincaid grade of the reading (Kincaid et al. 1975): 0.39 words/sentence + 11.8 syllables/word − 15.59.

    Counted on running prose only: headings, lists, tables and directives are left out.
    """
    with warnings.catch_warnings():
        # textstat 0.7.4 warns of its own way of finding data files; the pin in pyproject.toml answers it.
        warnings.simplefilter("ignore", UserWarning)
        import textstat

    text = " ".join(_running_prose(case))
    return round(float(textstat.flesch_kincaid_grade(text)), 1) if text else 0.0


def _running_prose(case: Case) -> list[str]:
    kept = []
    for cell in case.notebook.cells:
        if cell.cell_type != "markdown":
            continue
        for paragraph in re.split(r"\n\s*\n", cell.source):
            paragraph = paragraph.strip()
            if paragraph and paragraph[0] not in "#|:-*>`" and len(paragraph.split()) > 5:
                plain = LINK.sub(r"\1", paragraph)
                kept.append(re.sub(r"\[([^\[\]]*)\]\([^()]*\)|[*_`]", r"\1", plain))
    return kept


def derived(root: Path, case: Case) -> dict[str, Any]:
    """The derived fields of case.yml as they should stand."""
    return {"facts": facts_cited(root, case), "figures": figures_drawn(case), "reading_grade": reading_grade(case)}


def differences(root: Path, case: Case) -> list[tuple[str, str, str]]:
    """(field, how it stands, how it should stand) for each derived field that has drifted."""
    should = derived(root, case)
    meta = case.metadata
    stands: dict[str, Any] = {
        "facts": list(meta.facts),
        "figures": [entry.model_dump() for entry in meta.figures],
        "reading_grade": meta.reading_grade,
    }
    found = []
    for field, wanted in should.items():
        if stands[field] == wanted:
            continue
        if field == "facts":
            missing, extra = sorted(set(wanted) - set(stands[field])), sorted(set(stands[field]) - set(wanted))
            now = f"a list without {missing[0]}" if missing else f"a list with {extra[0]}" if extra else "an unsorted list"
            found.append((field, now, f"{len(wanted)} ids"))
        else:
            found.append((field, str(stands[field]), str(wanted)))
    help_text = _help_faults(root, case)
    return found + help_text


def _help_faults(root: Path, case: Case) -> list[tuple[str, str, str]]:
    for number, cell in enumerate(case.notebook.cells, 1):
        match = HELP.search(cell.source) if cell.cell_type == "markdown" else None
        if match:
            wanted = plain_text(root, _codes(match.group(2)))
            if match.group(3).strip() != wanted:
                return [(f"help lines in cell {number} of case.ipynb", "the text", "the lines of help_lines.csv")]
            return []
    return [("help lines", "a notebook without a {help} directive", "one at its end")]


def _codes(argument: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in argument.split(",") if code.strip())


def fill_help(root: Path, notebook: Any) -> None:
    """Write the crisis lines of help_lines.csv into the notebook's `{help}` directive, in place."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and HELP.search(cell.source):
            cell.source = HELP.sub(lambda m: f"{m.group(1)}{plain_text(root, _codes(m.group(2)))}\n{m.group(4)}", cell.source)


def write_metadata(root: Path, case: Case) -> bool:
    """Bring case.yml up to date with the case's text; every other byte of it stays. True when it changed."""
    path = case.folder / "case.yml"
    text = before = read_text(path, "the case's metadata")
    stands = parse_yaml(before, path)
    if not isinstance(stands, dict):
        raise TwoRoomsError(f"cases/{case.slug}/case.yml:1: is no list of fields; expected fields, each with its value")
    for field, value in derived(root, case).items():
        if stands.get(field) != value:
            text = with_field(text, field, value)
    if text == before:
        return False
    write_whole(path, text)
    return True


def with_field(text: str, field: str, value: Any) -> str:
    """The YAML text with one field of its own set anew, whatever its layout was, and nothing else touched."""
    node = yaml_nodes(text)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    for key, held in node.value:
        if key.value == field:
            first, last = key.start_mark.line, last_line(held)
            if isinstance(held, ScalarNode) and not held.value and not held.style:
                # The marks of nothing stand at whatever comes next.
                lines[first] = _as_yaml(field, value)
            elif isinstance(held, ScalarNode) and not isinstance(value, (list, dict)) and held.end_mark.line == first:
                # A comment behind the value stays.
                line, written = lines[first], _as_yaml("x", value).removeprefix("x: ").rstrip("\n")
                lines[first] = f"{line[: held.start_mark.column]}{written}{line[held.end_mark.column :]}"
            else:
                lines[first : last + 1] = [_as_yaml(field, value)]
            break
    else:
        lines.append(_as_yaml(field, value))
    return "".join(lines)


def last_line(node: Node) -> int:
    """Line of a node's last character: a block's own end mark stands behind the comments that follow it."""
    if isinstance(node, ScalarNode) or node.flow_style or not node.value:
        return node.end_mark.line
    last = node.value[-1]
    return last_line(last[1] if isinstance(last, tuple) else last)


def _as_yaml(field: str, value: Any) -> str:
    buffer = io.StringIO()
    yaml = YAML()
    # One value, one line.
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump({field: value}, buffer)
    return buffer.getvalue()
