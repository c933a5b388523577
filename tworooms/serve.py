"""A small local server for a built edition, which can tell open pages to read themselves anew."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .errors import TwoRoomsError

#: Asked for by pages while authors work; never part of a built site.
RELOAD_SCRIPT = "/.tworooms/reload.js"
RELOAD_EVENTS = "/.tworooms/events"
_RELOAD_SOURCE = f"""\
new EventSource("{RELOAD_EVENTS}").addEventListener("rebuilt", () => location.reload());
"""
WATCHED = ("_config.yml", "book", "cases", "data", "tworooms")
_IGNORED = {"__pycache__", ".ipynb_checkpoints"}


class _Pages(SimpleHTTPRequestHandler):
    rebuilt: threading.Condition | None = None
    policy: str | None = None

    def log_message(self, *_: object) -> None:
        """A line a request would bury what matters."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def do_GET(self) -> None:
        if self.rebuilt is None:
            return super().do_GET()
        if self.path == RELOAD_SCRIPT:
            return self._send("text/javascript", _RELOAD_SOURCE.encode())
        if self.path == RELOAD_EVENTS:
            return self._tell_rebuilds(self.rebuilt)
        page = Path(self.translate_path(self.path))
        page = page / "index.html" if page.is_dir() else page
        if page.suffix == ".html" and page.is_file():
            tag = f'<script defer src="{RELOAD_SCRIPT}"></script></head>'.encode()
            return self._send("text/html; charset=utf-8", page.read_bytes().replace(b"</head>", tag, 1))
        return super().do_GET()

    def _send(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _tell_rebuilds(self, rebuilt: threading.Condition) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            while True:
                with rebuilt:
                    came = rebuilt.wait(timeout=15)
                # The comment line keeps the connection known to be alive, and finds out when it is not.
                self.wfile.write(b"event: rebuilt\ndata:\n\n" if came else b": still here\n\n")
                self.wfile.flush()
        except OSError:
            return


class Server(ThreadingHTTPServer):
    """Threads end with the program, so that an open page cannot keep it running."""

    daemon_threads = True


def server(folder: Path, port: int = 0, rebuilt: threading.Condition | None = None, policy: str | None = None) -> Server:
    """A server of `folder` on this machine only.

    Parameters
    ----------
    folder
        A built edition.
    port
        0 picks a free one.
    rebuilt
        When given, pages listen, and read themselves anew each time it is notified.
    policy
        Content Security Policy sent with every file, as a host may send it; pages hold their own besides.

    Raises
    ------
    TwoRoomsError
        When the port is taken.
    """
    handler = type("Pages", (_Pages,), {"rebuilt": rebuilt, "policy": policy})
    try:
        return Server(("127.0.0.1", port), functools.partial(handler, directory=str(folder)))
    except OSError as error:
        raise TwoRoomsError(f"port {port}: {error.strerror or error}; expected a free one: try --port 0") from None


def watch(root: Path, changed: Callable[[], None], stop: threading.Event, *, every: float = 0.4) -> None:
    """Call `changed` after a source of the book was saved; returns when `stop` is set.

    Parameters
    ----------
    root
        The collection's folder.
    changed
        Called once for a burst of saves.
    stop
        Set it to end watching.
    every
        Seconds between looks.
    """
    seen = _stamps(root)
    while not stop.wait(every):
        now = _stamps(root)
        if now != seen:
            time.sleep(0.1)  # an editor may still be writing
            seen = _stamps(root)
            changed()


def _stamps(root: Path) -> dict[Path, int]:
    found = {}
    for name in WATCHED:
        top = root / name
        for path in top.rglob("*") if top.is_dir() else [top]:
            if not _IGNORED & set(path.parts) and not path.name.startswith("."):
                try:
                    if path.is_file():
                        found[path] = path.stat().st_mtime_ns
                except OSError:
                    continue
    return found
