"""Rules the collection must keep, one family a module."""

from dataclasses import dataclass

from ..errors import one_line


@dataclass(frozen=True)
class Problem:
    """One broken rule.

    file: path from the collection's folder, with forward slashes.
    place: row, cell or key inside the file; "" for the whole file.
    message: what is wrong. expected: what should stand there. rule: short name of the rule.
    """

    file: str
    place: str
    message: str
    expected: str
    rule: str

    def __str__(self) -> str:
        """Return one line: ``file:place: message; expected …``."""
        where = f"{self.file}:{self.place}" if self.place else self.file
        return f"{one_line(where)}: {one_line(self.message)}; expected {one_line(self.expected)}"

    @property
    def line(self) -> int | None:
        """The line of the file that `place` names; None where it names a cell, a row's key or a field."""
        return int(self.place) if self.place.isdigit() else None
