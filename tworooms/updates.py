"""What has become of an original since it was copied, brought into the copy: three versions of each file, merged."""

from __future__ import annotations

import difflib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from merge3 import Merge3

from . import archives, derive
from .case import Case, parse_notebook, parse_yaml, read_text
from .errors import TwoRoomsError
from .execute import execute
from .files import put_in_place
from .forks import LEFT_BEHIND, UPSTREAM, git, revision, staged

#: Fields of case.yml that are the copy's own, or are made anew from its text.
OWN_FIELDS = {
    "id", "version", "date_reviewed", "next_review", "review_status", "derived_from",
    "facts", "figures", "reading_grade",
}  # fmt: skip
#: How a place is marked that needs a decision.
MARKS = ("<<<<<<< ", "=======", ">>>>>>> ")
YOURS, THEIRS = "yours", "upstream"
_BEFORE = "_build/before-update"


@dataclass
class Update:
    """What an update takes over.

    original, version: what it was taken from. taken: one line for each file that changes. conflicts: one line,
    ``file:place: what``, for each place where both sides changed the same words.
    """

    original: str
    version: str
    taken: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def update(root: Path, slug: str, source: Path | None = None, *, dry_run: bool = False, tell: Callable[[str], None] = lambda line: None) -> Update:
    """Merge the newer original into a copy that was made by :func:`tworooms.forks.fork`.

    Parameters
    ----------
    root
        The collection's folder.
    slug
        The copy.
    source
        Where the newer original is: a collection's folder or its downloaded ZIP. This collection when None.
    dry_run
        Say what would happen, and change nothing.
    tell
        Called with each stage.

    Returns
    -------
    What was taken over. With conflicts the copy holds both versions between marks, and is not executed.

    Raises
    ------
    TwoRoomsError
        When the copy notes no original, has changes that are not committed, or the original is not in `source`.
    """
    folder = root / "cases" / slug
    copy = Case(folder)
    credit = copy.metadata.derived_from
    if credit is None:
        raise TwoRoomsError(f"cases/{slug}/case.yml: derived_from is empty; expected a copy made by `tworooms fork`")
    base = folder / UPSTREAM
    if not (base / "case.yml").is_file():
        raise TwoRoomsError(
            f"cases/{slug}/{UPSTREAM}: is missing; expected the files of {credit.case} {credit.version} as they were copied, from {credit.revision}"
        )
    if not dry_run:
        _committed(root, f"cases/{slug}")
    with _original(root, credit.case, source) as theirs, staged(root, slug, beside=True) as new:
        version = Case(theirs).metadata.version
        done = Update(credit.case, version)
        tell("Merging")
        _merge_folder(base, folder, theirs, new, done)
        if not done.taken and not done.conflicts and _same(base, theirs):
            return done
        if dry_run:
            return done
        text = read_text(new / "case.yml", "the case's metadata")
        noted = {"case": credit.case, "version": version, "revision": revision(theirs), "changes": credit.changes}
        (new / "case.yml").write_text(derive.with_field(text, "derived_from", noted), encoding="utf-8")
        shutil.copytree(theirs, new / UPSTREAM, ignore=LEFT_BEHIND)
        shutil.rmtree(new / UPSTREAM / UPSTREAM, ignore_errors=True)
        if not done.conflicts:
            tell("Running the notebook")
            execute(root, [Case(new)])
        kept = root / _BEFORE / slug
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder, kept)
        put_in_place(root, {folder: new}, {})
    return done


def changes(root: Path, slug: str) -> list[str]:
    """What a copy changed against the original it was made from, in words: one line for each place.

    Raises
    ------
    TwoRoomsError
        When the copy does not hold its original.
    """
    folder = root / "cases" / slug
    base = folder / UPSTREAM
    if not (base / "case.yml").is_file():
        raise TwoRoomsError(f"cases/{slug}/{UPSTREAM}: is missing; expected a copy made by `tworooms fork`")
    before, after = _files(base), _files(folder)
    lines = []
    for name in sorted({*before, *after}):
        if name not in before or name not in after:
            lines.append(f"{name}: {'new' if name in after else 'removed'}")
        elif name.endswith(".ipynb"):
            lines += [f"{name}: {line}" for line in _changed_cells(before[name], after[name])]
        elif _is_text(before[name].read_bytes()) and _is_text(after[name].read_bytes()):
            lines += [f"{name}: {line}" for line in _changed_words(before[name].read_text("utf-8"), after[name].read_text("utf-8"))]
        elif before[name].read_bytes() != after[name].read_bytes():
            lines.append(f"{name}: other content")
    return lines


def _changed_cells(before: Path, after: Path) -> Iterator[str]:
    old, new = ({cell.id: (n, cell.source) for n, cell in enumerate(Case(path.parent).notebook.cells, 1)} for path in (before, after))
    for identifier, (number, source) in new.items():
        if identifier not in old:
            yield f"cell {number}: new"
        else:
            yield from (f"cell {number}: {line}" for line in _changed_words(old[identifier][1], source))
    for identifier, (number, _) in old.items():
        if identifier not in new:
            yield f"cell {number} of the original: removed"


def _changed_words(before: str, after: str) -> Iterator[str]:
    """Each run of changed words: ``“old” became “new”``."""
    old, new = before.split(), after.split()
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = (_quoted(words) for words in (old[a:b], new[c:d]))
        if kind == "replace":
            yield f"{gone} became {come}"
        elif kind == "delete":
            yield f"{gone} is gone"
        elif kind == "insert":
            behind = f" after {_quoted(old[max(0, a - 3) : a])}" if a else ""
            yield f"{come} was added{behind}"


def _quoted(words: list[str], most: int = 24) -> str:
    text = " ".join(words if len(words) <= most else [*words[: most // 2], f"[… {len(words) - most} words …]", *words[-most // 2 :]])
    return f"“{text}”"


def _committed(root: Path, name: str) -> None:
    try:
        changed = git(root, "status", "--porcelain", "--", name).splitlines()
    except (OSError, subprocess.CalledProcessError):
        return  # Without git nothing can be uncommitted; the version before is kept in any case.
    if changed:
        raise TwoRoomsError(f"{changed[0][3:]}: is not committed; expected a copy whose changes git holds: `git add {name}` and `git commit` first")


@contextmanager
def _original(root: Path, case: str, source: Path | None) -> Iterator[Path]:
    """The folder of the newer original."""
    if source is None or source.is_dir():
        place = source or root
        inside = [place / "cases" / case, place] if source else [place / "cases" / case]
        for folder in inside:
            if (folder / "case.yml").is_file() and Case(folder).slug == case:
                yield folder
                return
        raise TwoRoomsError(f"{place}: holds no cases/{case}; expected a collection with the case that was copied")
    if not source.is_file():
        raise TwoRoomsError(f"{source}: is missing; expected a collection's folder or its ZIP")
    with staged(root, case) as folder:
        _unpack(source, case, folder)
        yield folder


def _unpack(archive: Path, case: str, folder: Path) -> None:
    """Take one case out of a downloaded collection, and nothing from outside its folder."""

    def place(parts: tuple[str, ...]) -> tuple[str, ...] | None:
        # A collection's ZIP has one folder around everything, or none.
        at = next((at for at, part in enumerate(parts[:2]) if part == "cases"), None)
        return parts[at + 2 :] or None if at is not None and parts[at + 1 : at + 2] == (case,) else None

    archives.unpack(archive, folder, place, "a collection's ZIP")
    if not (folder / "case.yml").is_file():
        raise TwoRoomsError(f"{archive}: holds no cases/{case}; expected a collection with the case that was copied")


def _files(folder: Path) -> dict[str, Path]:
    """Every file of a case by its path inside the folder."""
    ignored = LEFT_BEHIND(str(folder), [path.name for path in folder.iterdir()]) | {UPSTREAM}
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in ignored
    }


def _same(one: Path, other: Path) -> bool:
    a, b = _files(one), _files(other)
    return a.keys() == b.keys() and all(a[name].read_bytes() == b[name].read_bytes() for name in a)


def _merge_folder(base: Path, mine: Path, theirs: Path, new: Path, done: Update) -> None:
    """Write the merged files of a case into `new`, and into `done` what was taken and where sides collide."""
    before, own, later = _files(base), _files(mine), _files(theirs)
    for name in sorted({*before, *own, *later}):
        b, m, t = (side[name].read_bytes() if name in side else None for side in (before, own, later))
        if m == t or t == b:
            content = m
        elif m == b and name not in ("case.yml", "case.ipynb"):
            content = t
            done.taken.append(f"{name}: {'as upstream' if b and t else 'new upstream' if t else 'removed upstream'}")
        elif b is None or m is None or t is None or not all(map(_is_text, (b, m, t))):
            content = m
            how = "you removed it" if m is None else "was removed upstream" if t is None else "both sides changed it"
            done.conflicts.append(f"{name}: {how}; yours stands")
        else:
            merge = {"case.yml": _merge_metadata, "case.ipynb": _merge_notebook}.get(name, _merge_lines)
            content = merge(name, *(side.decode() for side in (b, m, t)), done).encode()
        if content is not None:
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(content)
            shutil.copymode((own | later)[name] if name in own or name in later else before[name], new / name)


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


def _merge_lines(name: str, base: str, mine: str, theirs: str, done: Update) -> str:
    merge = Merge3(*(text.splitlines(keepends=True) for text in (base, mine, theirs)))
    merged = "".join(merge.merge_lines(YOURS, THEIRS))
    places = [number for number, line in enumerate(merged.splitlines(), 1) if line.startswith(MARKS[0])]
    done.conflicts += [f"{name}:{line}: both sides changed these lines" for line in places]
    if merged != mine:
        done.taken.append(f"{name}: merged by lines")
    return merged


def _merge_metadata(name: str, base: str, mine: str, theirs: str, done: Update) -> str:
    """case.yml field by field, in the copy's own layout; what each side may not decide for the other stays the copy's."""
    before, own, later = (parse_yaml(text, Path(name)) for text in (base, mine, theirs))
    if not all(isinstance(side, dict) for side in (before, own, later)):
        raise TwoRoomsError(f"{name}: is no list of fields in one of the three versions; expected fields, each with its value")
    merged = mine
    for key in dict.fromkeys([*later, *before]):
        b, m, t = before.get(key), own.get(key), later.get(key)
        if key in OWN_FIELDS or m == t or t == b:
            continue
        if m == b and t is not None:
            merged = derive.with_field(merged, key, t)
            done.taken.append(f"{name}: {key} as upstream")
        else:
            done.conflicts.append(f"{name}: {key}: both sides changed it; yours stands, upstream has {_brief(t)}")
    return merged


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}…"


def _merge_notebook(name: str, base: str, mine: str, theirs: str, done: Update) -> str:
    """The notebook cell by cell, without its outputs: they are made anew."""
    from nbdime.merging.notebooks import merge_notebooks

    sides = [_without_outputs(parse_notebook(text, Path(name))) for text in (base, mine, theirs)]
    merged, decisions = merge_notebooks(*sides)
    for decision in decisions:
        path = tuple(decision.common_path)
        cell = f"cell {path[1] + 1}" if path[:1] == ("cells",) and len(path) > 1 else "its metadata" if path[:1] == ("metadata",) else "its cells"
        if decision.conflict:
            done.conflicts.append(f"{name}: {cell}: both sides changed it")
        else:
            side = decision.action if decision.action in ("local", "remote") else "both"
            if side != "local":
                done.taken.append(f"{name}: {cell} {'as upstream' if side == 'remote' else 'merged'}")
    for cell in merged.cells:
        cell.source = cell.source.replace("<<<<<<< local", MARKS[0] + YOURS).replace(">>>>>>> remote", MARKS[2] + THEIRS)
    return nbformat.writes(merged) + "\n"


def _without_outputs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            # Filled in from help_lines.csv for the copy's own places.
            cell.source = derive.HELP.sub(r"\1\4", cell.source)
    return notebook
