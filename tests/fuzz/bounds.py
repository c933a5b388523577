"""What no input may do: end in another error than the one line, take too long, take too much memory, write elsewhere."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tworooms.errors import TwoRoomsError, one_line

SECONDS = 10
BYTES = 3_000_000_000
_WRITING = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.truncate", "os.chown", "os.utime"}
#: Folders that may be written to while a watch is on; None while it is off.
_allowed: list[tuple[str, ...] | None] = [None]
_hooked = False


class Fault(AssertionError):
    """A broken promise. key: the same for the same fault met again. story: what led to it."""

    def __init__(self, key: str, story: str):
        super().__init__(f"{key}\n{story}")
        self.key, self.story = key, story


class TooSlow(BaseException):
    """Raised inside an input that takes more than its time; no `except Exception` may swallow it."""


def judged(door: str, call: Callable[[], Any]) -> bool:
    """Whether the call ended well; False when it refused in one clear line.

    Raises
    ------
    Fault
        When it did neither.
    """
    try:
        made = call()
        for problem in made if isinstance(made, list) else ():
            _one_line(door, str(problem))
        return True
    except TwoRoomsError as error:
        for line in getattr(error, "lines", None) or [str(error)]:
            _one_line(door, line)
        return False
    except Fault:
        raise
    except OSError as error:
        # The command line makes one line of it, with the file's name.
        _one_line(door, one_line(f"{error.filename or 'a file'}: {error.strerror or error}; expected a file that can be read and written"))
        return False
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 -- any other one is what is looked for
        if type(error).__module__.startswith("hypothesis"):
            raise
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if f"{os.sep}tworooms{os.sep}" in frame.filename]
        last = frames[-1] if frames else traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).parent.name}/{Path(last.filename).name}:{last.name}"
        raise Fault(f"{door}: {type(error).__name__} in {where}", _short(traceback.format_exc())) from None


def _short(text: str, most: int = 6000) -> str:
    return text if len(text) <= most else f"{text[: most // 2]}\n[…]\n{text[-most // 2 :]}"


def _one_line(door: str, line: str) -> None:
    if len(line.splitlines()) != 1 or "expected" not in line:
        raise Fault(f"{door}: not one line with 'expected'", ascii(line)[:2000])
    if len(line) > 5000:
        raise Fault(f"{door}: a line of {len(line) // 1000}k characters", ascii(line)[:2000])
    try:
        line.encode()
    except UnicodeEncodeError:
        raise Fault(f"{door}: a line that cannot be printed", ascii(line)[:2000]) from None


def _hook(event: str, arguments: tuple) -> None:
    folders = _allowed[0]
    if folders is None:
        return
    if event == "open":
        path, mode, flags = arguments
        if not isinstance(path, (str, bytes)) or not (flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if isinstance(flags, int) else set(mode or "r") & set("wax+")):
            return
        touched = [path]
    elif event in _WRITING:
        touched = [one for one in arguments[:2] if isinstance(one, (str, bytes, os.PathLike))]
    else:
        return
    for one in touched:
        place = os.path.realpath(os.fsdecode(one)) if event == "open" else os.path.join(os.path.realpath(os.path.dirname(os.fsdecode(one)) or "."), "")
        if not place.startswith(folders) and place != os.devnull:
            _allowed[0] = None
            raise Fault(f"writes outside: {event}", f"{event} {ascii(one)}\n{''.join(traceback.format_stack()[-12:])}")


@contextmanager
def watched(*folders: Path) -> Iterator[None]:
    """Refuse, while the block runs, to write or remove anything outside the folders."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked = True
    _allowed[0] = tuple(os.path.join(os.path.realpath(folder), "") for folder in folders)
    try:
        yield
    finally:
        _allowed[0] = None


@contextmanager
def hurried(seconds: int = SECONDS) -> Iterator[None]:
    """Raise TooSlow when the block takes more time of the processor; does nothing where the system has no such alarm."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def limit_memory(most: int = BYTES) -> None:
    """Let this process have no more memory, so that what grows without end ends in MemoryError; on Linux only."""
    try:
        import resource
    except ModuleNotFoundError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
