"""How files get their new content: whole or not at all."""

from __future__ import annotations

import glob
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .errors import TwoRoomsError

#: What a change of several files will do, from the moment it may no longer be given up until it is done.
_PLAN = "_build/unfinished.json"
#: How the name of a file ends that is still being written.
_PART = ".part"


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader, or an interruption, meets the old one or the new one and never half.

    Parameters
    ----------
    path
        The file; its folder must exist.
    content
        Bytes as they are, or text, written as UTF-8 with the line ends it has.

    Raises
    ------
    OSError
        When the folder cannot be written to; the old file then stands.
    """
    with replacing(path) as partial:
        partial.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Lend a path beside `path` to write to; it takes the place of `path` when the block ends without an error."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*{_PART}"):
        if _abandoned(left):
            left.unlink(missing_ok=True)
    # The name says whose it is, so that what a killed process left can be told from what another is writing now.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.{os.getpid()}.", suffix=_PART)
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        # A temporary file is private to its owner; what it replaces is not.
        os.chmod(partial, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _abandoned(partial: Path) -> bool:
    """Whether the process that began this file is no more; where one cannot ask, whether it began a day ago."""
    owner = partial.name.removesuffix(_PART).split(".")[-2]
    try:
        if os.name == "nt" or not owner.isdigit():
            return time.time() - partial.stat().st_mtime > 86_400
        os.kill(int(owner), 0)
    except (ProcessLookupError, FileNotFoundError):
        return True
    except OSError:
        return False
    return False


def stamps(*paths: Path) -> tuple[tuple[int, int], ...]:
    """Time of change (ns) and size (bytes) of files: while they stay, the content is taken to stay. Raises OSError for a missing one."""
    return tuple((found.st_mtime_ns, found.st_size) for found in (path.stat() for path in paths))


def put_in_place(root: Path, folders: Mapping[Path, Path], texts: Mapping[Path, str]) -> None:
    """Change several folders and files of a collection together: all of them, whatever interrupts.

    What is to be done is written down first. From then on it will be done, if not by this process then by
    :func:`finish` at the start of the next command.

    Parameters
    ----------
    root
        The collection's folder.
    folders
        Target folder -> staged folder that takes its place; both inside `root`.
    texts
        File -> its new content.
    """
    plan = {
        "folders": [[_inside(root, target), _inside(root, staged)] for target, staged in folders.items()],
        "texts": {_inside(root, path): text for path, text in texts.items()},
    }
    (root / _PLAN).parent.mkdir(exist_ok=True)
    write_whole(root / _PLAN, json.dumps(plan))
    finish(root)


def finish(root: Path) -> bool:
    """Do what an interrupted :func:`put_in_place` had written down; True when there was something to do."""
    try:
        plan = json.loads((root / _PLAN).read_text(encoding="utf-8"))
        folders = [(_place(root, target), _place(root, staged)) for target, staged in plan["folders"]]
        texts = {_place(root, name): text for name, text in plan["texts"].items() if isinstance(text, str)}
    except FileNotFoundError:
        return False
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        # Written whole by this program, or not at all: it came with the folder from elsewhere.
        raise TwoRoomsError(f"{_PLAN}: is no plan of this program; expected none: remove the file") from None
    for target, staged in folders:
        replaced = staged.with_name(f"{staged.name}.replaced")
        if staged.is_dir():
            if target.is_dir():
                os.replace(target, replaced)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged, target)
        shutil.rmtree(replaced, ignore_errors=True)
    for path, text in texts.items():
        write_whole(path, text)
    (root / _PLAN).unlink()
    return True


def _place(root: Path, name: str) -> Path:
    """The place that a plan names. Raises ValueError for one outside the collection."""
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()) or path.resolve() == root.resolve():
        raise ValueError(name)
    return path


def _inside(root: Path, path: Path) -> str:
    return path.resolve().relative_to(root.resolve()).as_posix()
