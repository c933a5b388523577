"""One loader, one engine, in a process of its own: `run.py` starts it, limits it, and reads what it leaves.

Into its folder it writes `current` (the input being tried), `tried` (how many), and for each fault the input and the story.
"""

from __future__ import annotations

import hashlib
import logging
import sys
import tempfile
import time
import warnings
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]


class Attempts:
    """Tries inputs, and keeps the first of each fault."""

    def __init__(self, loader, place, folder: Path):
        self.loader, self.place, self.folder, self.tried = loader, place, folder, 0

    def __call__(self, content: bytes) -> None:
        from fuzz.bounds import Fault, TooSlow, hurried

        (self.folder / "current").write_bytes(content)
        self.tried += 1
        try:
            with hurried():
                self.loader.try_one(self.place, content)
        except (Fault, TooSlow) as fault:
            key, story = (fault.key, fault.story) if isinstance(fault, Fault) else (f"{self.loader.name}: TooSlow", "")
            self.keep(key, story, content)
        except Exception as error:  # noqa: BLE001 -- a fault of the harness itself, told like the others
            self.keep(f"harness: {type(error).__name__}: {error}"[:200], repr(error), content)
        (self.folder / "tried").write_text(str(self.tried))

    def keep(self, key: str, story: str, content: bytes) -> None:
        name = hashlib.sha256(key.encode()).hexdigest()[:12]
        if not (self.folder / f"{name}.fault").exists():
            (self.folder / f"{name}.input").write_bytes(content)
            (self.folder / f"{name}.fault").write_text(f"{key}\n{story}", encoding="utf-8", errors="backslashreplace")


def with_hypothesis(attempt: Attempts, seconds: float) -> None:
    """Rounds of examples, each from another seed, until the time is over."""
    from fuzz.inputs import inputs
    from hypothesis import HealthCheck, Phase, given, seed, settings

    until, number = time.monotonic() + seconds, int(time.time())
    while time.monotonic() < until:
        number += 1

        @seed(number)
        @settings(max_examples=100, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(inputs(attempt.loader))
        def one(content: bytes) -> None:
            if time.monotonic() < until:
                attempt(content)

        one()


def with_atheris(attempt: Attempts, seconds: float, corpus: Path) -> None:
    """libFuzzer's own changes and ours by turns, led by what of `tworooms` they reach."""
    import atheris

    def changed(data: bytes, most: int, number: int) -> bytes:
        random = Random(number)
        return attempt.loader.changed(random, data)[:most] if number % 2 else atheris.Mutate(data, most)

    corpus.mkdir(exist_ok=True)
    for number, content in enumerate(attempt.loader.sound):
        (corpus / f"seed-{number}").write_bytes(content)
    limits = [f"-max_total_time={round(seconds)}", "-timeout=120", "-rss_limit_mb=3000", "-max_len=200000", "-len_control=0", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], attempt, custom_mutator=changed)
    atheris.Fuzz()


def main() -> None:
    name, engine, seconds, folder = sys.argv[1], sys.argv[2], float(sys.argv[3]), Path(sys.argv[4])
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    if engine == "atheris":
        import atheris

        with atheris.instrument_imports(include=["tworooms"]):
            from fuzz.loaders import LOADERS, Place
    else:
        from fuzz.loaders import LOADERS, Place
    from fuzz.bounds import limit_memory

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as there:
        place = Place(Path(there))
        attempt = Attempts(LOADERS[name], place, folder)
        for content in LOADERS[name].sound:
            attempt(content)
        limit_memory()
        if engine == "atheris":
            with_atheris(attempt, seconds, folder / "corpus")
        else:
            with_hypothesis(attempt, seconds)


if __name__ == "__main__":
    main()
