"""New cases and copies of cases: begun whole, entered in the reading order, credited."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import nbformat
from ruamel.yaml import MappingNode, Node, ScalarNode, SequenceNode

from . import derive, evidence, paths
from .case import SLUG_PATTERN, Case, parse_notebook, parse_yaml, read_text, toc, yaml_nodes
from .errors import TwoRoomsError
from .execute import execute
from .files import put_in_place

#: In a fork, the original as it was when it was copied.
UPSTREAM = "upstream"
TEMPLATE = Path(__file__).parent / "template"
#: What a case's folder holds that is made again, or was left there by a program.
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", ".DS_Store", "*.pyc")
_HALF_A_YEAR = timedelta(days=182)
_ORDER = Path("book/_toc.yml")
_HELP = re.compile(r"^(:{3,}\{help\})[ \t]*[^\n]*", re.MULTILINE)


def new(root: Path, slug: str, *, title: str, part: str = "", jurisdiction: str = "US", spelling: str = "american", today: date) -> Path:
    """Begin a case from the template; `tworooms check SLUG` then names what is to be written.

    Parameters
    ----------
    root
        The collection's folder.
    slug
        The folder's name: a topic in lowercase words joined by hyphens.
    title, part, spelling
        As in case.yml; the reading order's first part when `part` is empty.
    jurisdiction
        ISO code of a place in help_lines.csv.
    today
        Date of the first review.

    Returns
    -------
    The new folder.

    Raises
    ------
    TwoRoomsError
        When the name is taken or no topic, the place has no crisis line, or the spelling is neither of the two.
    """
    _free(root, slug)
    _one_line("title", title)
    _with_help(root, jurisdiction)
    if spelling not in ("american", "british"):
        raise TwoRoomsError(f"--spelling {spelling}: is neither of the two; expected american or british")
    part = part or _parts(root)[0]
    _one_line("part", part)
    words = {
        "slug": slug, "title": title, "part": part, "jurisdiction": jurisdiction, "spelling": spelling,
        "today": today.isoformat(), "half_a_year_on": (today + _HALF_A_YEAR).isoformat(),
    }  # fmt: skip
    with staged(root, slug) as folder:
        shutil.copytree(TEMPLATE, folder, ignore=LEFT_BEHIND, dirs_exist_ok=True)
        for path in folder.glob("*.*"):
            quoted = (lambda word: json.dumps(word, ensure_ascii=False)) if path.suffix == ".yml" else str
            if path.suffix == ".ipynb":
                _fill_notebook(path, words)
            else:
                path.write_text(_filled(read_text(path, "a file of the template"), {k: quoted(v) for k, v in words.items()}), encoding="utf-8")
        execute(root, [Case(folder)])
        put_in_place(root, {root / "cases" / slug: folder}, {root / _ORDER: with_entry(root, slug, part)})
    return root / "cases" / slug


def _filled(text: str, words: dict[str, str]) -> str:
    return re.sub(r"<<(\w+)>>", lambda match: words.get(match[1], match[0]), text)


def _fill_notebook(path: Path, words: dict[str, str]) -> None:
    notebook = parse_notebook(read_text(path, "the template's notebook"), path)
    for cell in notebook.cells:
        cell.source = _filled(cell.source, words)
    nbformat.write(notebook, path)


def fork(
    root: Path,
    original: Case,
    slug: str,
    *,
    title: str = "",
    jurisdiction: str = "",
    spelling: str = "",
    author: str = "",
    today: date,
) -> Path:
    """Copy a case under a name of its own, with credit, and with what is needed to take later improvements.

    Beside the copy stands `upstream/`, the original as it was copied: :func:`update` compares three versions.

    Parameters
    ----------
    root
        The collection's folder.
    original
        The case to copy.
    slug
        The new folder's name.
    title, jurisdiction, spelling
        As in case.yml; the original's when empty.
    author
        Who adapts it; entered after the original's authors.
    today
        Date of the copy.

    Returns
    -------
    The new folder.

    Raises
    ------
    TwoRoomsError
        When the name is taken or no topic, the original cannot be read, or the place has no crisis line.
    """
    _free(root, slug)
    for name, text in (("title", title), ("author", author)):
        if text:
            _one_line(name, text)
    if jurisdiction:
        _with_help(root, jurisdiction)
    meta = original.metadata
    credit = {"case": original.slug, "version": meta.version, "revision": revision(original.folder), "changes": "None yet."}
    fields = {
        "id": slug,
        "version": "1.0.0",
        "date_reviewed": today,
        "next_review": today + _HALF_A_YEAR,
        "review_status": f"draft, adapted from {original.slug} {meta.version}, not yet reviewed",
        "derived_from": credit,
    }
    if title:
        fields["title"] = title
    if jurisdiction:
        fields |= {"jurisdictions": [jurisdiction], "crisis_locales": [jurisdiction]}
    if spelling:
        fields["spelling"] = spelling
    if author:
        fields["authors"] = [*(person.model_dump() for person in meta.authors), {"name": author, "role": "adapted the case"}]
    with staged(root, slug) as folder:
        shutil.copytree(original.folder, folder, ignore=LEFT_BEHIND, dirs_exist_ok=True)
        shutil.rmtree(folder / UPSTREAM, ignore_errors=True)
        shutil.copytree(folder, folder / UPSTREAM)
        text = read_text(folder / "case.yml", "the case's metadata")
        for field, value in fields.items():
            text = derive.with_field(text, field, value)
        (folder / "case.yml").write_text(text, encoding="utf-8")
        copy = Case(folder)
        for cell in copy.notebook.cells:
            if title and cell.source.startswith(f"# {meta.title}"):
                cell.source = cell.source.replace(meta.title, title, 1)
            if jurisdiction:
                cell.source = _HELP.sub(rf"\g<1> {jurisdiction}", cell.source)
        derive.fill_help(root, copy.notebook)
        copy.notebook_path.write_text(nbformat.writes(copy.notebook) + "\n", encoding="utf-8")
        # A jurisdiction or spelling that does not exist is refused here, before anything is in place.
        derive.write_metadata(root, Case(folder))
        Case(folder).metadata  # noqa: B018
        put_in_place(root, {root / "cases" / slug: folder}, {root / _ORDER: with_entry(root, slug, meta.part, after=original.slug)})
    return root / "cases" / slug


def revision(folder: Path) -> str:
    """The commit at which a folder stands, or a digest of its files where git cannot say or they have been changed."""
    try:
        changed = git(folder, "status", "--porcelain", "--", ".")
        commit = git(folder, "rev-list", "-1", "HEAD", "--", ".").strip()
    except (OSError, subprocess.CalledProcessError):
        changed, commit = "", ""
    if commit and not changed.strip():
        return commit
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return f"sha256:{digest.hexdigest()[:16]}"


def git(folder: Path, *arguments: str) -> str:
    """What git says in a folder. Raises OSError without git, CalledProcessError outside a repository."""
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


def with_entry(root: Path, slug: str, part: str, *, after: str = "") -> str:
    """The text of the reading order with a case entered in a part; every other byte of it stays.

    Parameters
    ----------
    root
        The collection's folder.
    slug
        The case to enter.
    part
        Caption of its part; when there is none, a part of that name is made behind the parts that hold cases.
    after
        The case it follows; the part's last entry when that is not in the part.
    """
    text = read_text(root / _ORDER, "the reading order")
    _parts(root)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    parts = [node for node in _value(yaml_nodes(text), "parts").value if isinstance(node, MappingNode)]
    entry = f"cases/{slug}/case"
    for node in parts:
        caption, chapters = _value(node, "caption"), _value(node, "chapters")
        if isinstance(caption, ScalarNode) and caption.value == part and isinstance(chapters, SequenceNode) and chapters.value:
            files = {_value(one, "file").value: one for one in chapters.value if isinstance(_value(one, "file"), ScalarNode)}
            before = files.get(f"cases/{after}/case", chapters.value[-1])
            at = derive.last_line(before) + 1
            indent = lines[before.start_mark.line][: before.start_mark.column]
            return _entered(entry, "".join([*lines[:at], f"{indent}file: {entry}\n", *lines[at:]]))
    # Behind the last case come the pages for instructors and around the cases.
    holding = [number for number, node in enumerate(parts) if re.search(r"\bcases/", "".join(lines[node.start_mark.line : derive.last_line(node) + 1]))]
    follower = parts[min(holding[-1] + 1 if holding else len(parts) - 1, len(parts) - 1)]
    at, indent = follower.start_mark.line, lines[follower.start_mark.line][: follower.start_mark.column]
    deeper = " " * len(indent)
    made = f"{indent}caption: {json.dumps(part, ensure_ascii=False)}\n{deeper}chapters:\n{deeper}  - file: {entry}\n"
    return _entered(entry, "".join([*lines[:at], made, *lines[at:]]))


def _entered(entry: str, text: str) -> str:
    """The text, which must now hold the entry: a list written in brackets takes no line."""
    try:
        order = parse_yaml(text, Path(_ORDER))
        there = any(chapter.get("file") == entry for part in order["parts"] for chapter in part["chapters"])
    except (TwoRoomsError, AttributeError, KeyError, TypeError):
        there = False
    if not there:
        raise TwoRoomsError(f"{_ORDER.as_posix()}: is laid out so that no case can be entered; expected each part and each chapter on a line of its own")
    return text


def _value(node: Node | None, key: str) -> Node | None:
    if isinstance(node, MappingNode):
        for name, value in node.value:
            if name.value == key:
                return value
    return None


# What both need -------------------------------------------------------------------------------------


@contextmanager
def staged(root: Path, slug: str, *, beside: bool = False) -> Iterator[Path]:
    """An empty folder named `slug` on the collection's own disk, thrown away unless it has been put in place.

    `beside` another that is being filled: what an interrupted command left is otherwise thrown away first.
    """
    staging = root / "_build" / "staging"
    if not beside:
        shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True, exist_ok=True)
    here = Path(tempfile.mkdtemp(dir=staging))
    try:
        folder = here / "cases" / slug
        folder.mkdir(parents=True)
        yield folder
    finally:
        shutil.rmtree(here, ignore_errors=True)


def _free(root: Path, slug: str) -> None:
    if not re.fullmatch(SLUG_PATTERN, slug):
        raise TwoRoomsError(f"{slug!r} cannot name a case; expected a topic in lowercase words joined by hyphens, such as two-rooms")
    if (root / "cases" / slug).exists():
        raise TwoRoomsError(f"cases/{slug}: is taken; expected another name")


def _one_line(name: str, text: str) -> None:
    if not text.strip() or not text.isprintable():
        raise TwoRoomsError(f"--{name} {text!r}: is no line of text; expected one line")


def _with_help(root: Path, jurisdiction: str) -> None:
    known = list(dict.fromkeys(evidence.help_lines(root)["jurisdiction"]))
    if jurisdiction not in known:
        raise TwoRoomsError(
            f"--jurisdiction {jurisdiction}: has no crisis line in {paths.EVIDENCE}/help_lines.csv; "
            f"expected one of {', '.join(known)}, or a row of its own there first"
        )


def _parts(root: Path) -> list[str]:
    captions = [str(part.get("caption", "")) for part in toc(root).get("parts", ())]
    if not captions:
        raise TwoRoomsError(f"{_ORDER.as_posix()}: has no parts; expected at least one, with a caption and chapters")
    return captions
