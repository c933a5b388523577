"""Word lists, read when first asked for; README.md says where each comes from."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def words(name: str) -> frozenset[str]:
    """The lower-case entries of a list, one a line."""
    return frozenset(_text(name).lower().split("\n"))


@cache
def terms() -> frozenset[str]:
    """Capitalised words that are nobody's name, lower case."""
    lines = (line for line in _text("terms").lower().splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


def _text(name: str) -> str:
    return files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
