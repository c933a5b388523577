"""A case is a folder: this module loads one whole and says, in one line each, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import nbformat
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from .errors import TwoRoomsError

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Jurisdiction = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}(-[A-Z]{2,3})?|EU|intl)$")]
Setting = Literal["clinic", "remote", "alone"]
Discipline = Literal[
    "medicine", "nursing", "pharmacy", "psychiatry", "psychology", "social-work", "law", "ethics", "public-health",
    "policy", "data-literacy", "journalism",
]  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Author(_Strict):
    name: Line
    role: Line = "author"


class Minutes(_Strict):
    reading: int = Field(ge=5, le=240)
    class_: int = Field(alias="class", ge=10, le=480)


class FigureEntry(_Strict):
    name: Slug
    provenance: Literal["Published", "Modelled", "Invented"]


class DerivedFrom(_Strict):
    """What a fork grew from, so that credit and later improvements can follow."""

    case: Slug
    version: Line
    revision: Line
    changes: Text


class Metadata(_Strict):
    """Everything `case.yml` says; see the fields for what each is for."""

    id: Slug
    title: Line
    part: Line
    dilemma: Line
    abstract: Text
    keywords: list[Line] = Field(min_length=3)
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    authors: list[Author] = Field(min_length=1)
    coi: Line
    funding: Line
    date_reviewed: date
    next_review: date
    review_status: Line
    settings: list[Setting] = Field(min_length=1)
    jurisdictions: list[Jurisdiction] = Field(min_length=1)
    disciplines: list[Discipline] = Field(min_length=1)
    level: Literal["introductory", "intermediate", "advanced"]
    minutes: Minutes
    class_format: Line
    teaches: list[Line] = Field(min_length=2, max_length=5)
    content_notes: Line
    fiction: Line
    crisis_locales: list[Jurisdiction] = Field(min_length=1)
    facts: list[str]
    figures: list[FigureEntry] = Field(min_length=1)
    instruments: list[Line] = []
    spelling: Literal["american", "british"]
    reading_grade: float = Field(ge=0, le=20)
    derived_from: DerivedFrom | None = None
    licence: Literal["CC-BY-4.0"]

    @field_validator("abstract")
    @classmethod
    def _abstract_is_short(cls, text: str) -> str:
        if len(text.split()) > 250:
            raise ValueError(f"{len(text.split())} words; at most 250")
        return text

    @model_validator(mode="after")
    def _reviews_follow(self) -> Metadata:
        if self.next_review <= self.date_reviewed:
            raise ValueError("next_review is not after date_reviewed")
        return self


class Choice(_Strict):
    text: Line
    correct: bool | None = None
    feedback: Text


class Item(_Strict):
    id: Slug
    kind: Literal["single", "multiple", "opinion"]
    use: Literal["practice", "graded"]
    objective: int = Field(ge=1, le=5)
    stem: Text
    facts: list[str] = []
    choices: list[Choice] = Field(min_length=2, max_length=8)

    @model_validator(mode="after")
    def _key_fits_kind(self) -> Item:
        keyed = [choice.correct for choice in self.choices]
        if self.kind == "opinion":
            if any(key is not None for key in keyed):
                raise ValueError("an opinion item has a key; opinion items have none")
        elif any(key is None for key in keyed):
            raise ValueError("a choice lacks 'correct: true' or 'correct: false'")
        elif self.kind == "single" and sum(keyed) != 1:
            raise ValueError(f"{sum(keyed)} choices are correct; a single item has exactly one")
        elif self.kind == "multiple" and not any(keyed):
            raise ValueError("no choice is correct; a multiple item has at least one")
        return self


class Quiz(_Strict):
    items: list[Item] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_differ(self) -> Quiz:
        ids = [item.id for item in self.items]
        again = sorted({i for i in ids if ids.count(i) > 1})
        if again:
            raise ValueError(f"the id {again[0]!r} is used twice")
        return self

    def practice(self) -> list[Item]:
        """Items a student may see with their feedback; graded ones never reach the student edition."""
        return [item for item in self.items if item.use == "practice"]


@dataclass(frozen=True)
class Case:
    """One folder under `cases/`."""

    folder: Path

    @property
    def slug(self) -> str:
        return self.folder.name

    @property
    def notebook_path(self) -> Path:
        return self.folder / "case.ipynb"

    @property
    def note_path(self) -> Path:
        return self.folder / "teaching-note.md"

    @cached_property
    def metadata(self) -> Metadata:
        """`case.yml`, validated. Raises TwoRoomsError naming field, value and what was expected."""
        metadata = load_yaml(self.folder / "case.yml", Metadata)
        if metadata.id != self.slug:
            raise TwoRoomsError(
                f"{_short(self.folder / 'case.yml')}: id: {metadata.id!r} is not the folder's name; expected {self.slug!r}"
            )
        return metadata

    @cached_property
    def quiz(self) -> Quiz:
        """`quiz.yml`, validated. Raises TwoRoomsError naming the item."""
        return load_yaml(self.folder / "quiz.yml", Quiz)

    @cached_property
    def notebook(self) -> nbformat.NotebookNode:
        """`case.ipynb`, validated against the notebook format."""
        try:
            notebook = nbformat.read(self.notebook_path, as_version=4)
            nbformat.validate(notebook)
        except FileNotFoundError:
            raise TwoRoomsError(f"{_short(self.notebook_path)}: is missing; expected the student reading") from None
        except Exception as error:
            reason = str(error).splitlines()[0]
            raise TwoRoomsError(f"{_short(self.notebook_path)}: is no valid notebook ({reason}); expected nbformat 4.5") from None
        return notebook


def all_cases(root: Path) -> list[Case]:
    """Every case folder under `root/cases`, by name. A folder is a case when it holds a case.yml."""
    return [Case(path.parent) for path in sorted((root / "cases").glob("*/case.yml"))]


def load_yaml(path: Path, model: type[BaseModel]) -> Any:
    """Read and validate a YAML file.

    Raises
    ------
    TwoRoomsError
        One line for the first fault: file, line, field, value, what was expected.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise TwoRoomsError(f"{_short(path)}: is missing; expected {model.__name__.lower()} in YAML") from None
    except UnicodeDecodeError as error:
        raise TwoRoomsError(f"{_short(path)}: byte {error.start} is not UTF-8; expected UTF-8 text") from None
    try:
        data = yaml.safe_load(text)
        lines = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise TwoRoomsError(f"{_short(path)}{line}: {getattr(error, 'problem', 'unreadable')}; expected YAML") from None
    try:
        return model.model_validate(data)
    except ValidationError as errors:
        first = errors.errors()[0]
        field = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"]) or "the file"
        shown = "" if first["type"] == "missing" else f"{_brief(first['input'])}: "
        message = first["msg"].removeprefix("Value error, ")
        line = _line_of(lines, first["loc"])
        raise TwoRoomsError(f"{_short(path)}:{line}: {field}: {shown}{_as_expectation(message, first)}") from None


def _as_expectation(message: str, error: dict[str, Any]) -> str:
    if error["type"] == "missing":
        return "is missing; expected a value"
    if error["type"] == "extra_forbidden":
        return "no such field; expected one the schema names"
    if message.startswith(("Input should be", "String should", "List should")):
        return "not accepted; expected " + message.split(" should ", 1)[1].removeprefix("be ")
    return f"not accepted; expected otherwise: {message}"


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    line = node.start_mark.line + 1 if node else 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            node = None
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _short(path: Path) -> str:
    """The path as a reader of the collection knows it: from the folder above the case's."""
    parts = path.parts
    return "/".join(parts[parts.index("cases"):]) if "cases" in parts else path.name


def markdown_cells(notebook: nbformat.NotebookNode) -> Iterator[tuple[int, str]]:
    """(cell number from 1, source) of every Markdown cell."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            yield number, cell.source
