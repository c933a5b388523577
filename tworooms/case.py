"""A case is a folder: this module loads one whole and says, in one line each, what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import nbformat
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from ruamel.yaml import YAML, MappingNode, Node, SequenceNode
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import ScalarEvent

from .errors import TwoRoomsError

#: No file of a collection is larger; no YAML, whose parser takes a second for 100,000 characters; no page, and no reading.
MOST_BYTES, MOST_YAML = 5_000_000, 250_000
MOST_WORDS = 60_000
#: Nothing that people write is nested more deeply; Python's own parsers stop at some hundreds, each elsewhere.
_DEEPEST = 60
#: Tabs; anchors, aliases, tags and directives; characters written as escapes; many levels on one line, or far to the right.
_NEEDS_CARE = re.compile(r"\t|(?:^|[\s\[{,])[&*!%]\S|\\|(?:[-?:][ \t]+){8}|^ {40}", re.MULTILINE)
#: What neither UTF-8 nor XML can hold, and what XML alone cannot.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ONE_LINE = r"^[^\n]*$"
SLUG_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_PLACE = r"^([A-Z]{2}(-[A-Z]{2,3})?|EU|intl)$"
_VERSION = r"^\d+\.\d+\.\d+$"
_IN_WORDS = {
    _ONE_LINE: "one line of text",
    SLUG_PATTERN: "lower-case words joined by hyphens",
    _PLACE: "a code such as US, GB-ENG, EU or intl",
    _VERSION: "three numbers such as 1.0.0",
}

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=_ONE_LINE)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN)]
Jurisdiction = Annotated[str, StringConstraints(pattern=_PLACE)]
Setting = Literal["clinic", "remote", "alone"]
Discipline = Literal[
    "medicine", "nursing", "pharmacy", "psychiatry", "psychology", "social-work", "law", "ethics", "public-health",
    "policy", "data-literacy", "journalism",
]  # fmt: skip


def _refuse(problem: str, expected: str, *at: int | str) -> NoReturn:
    """Refuse a value for a reason of our own; `at` leads from the validated value to the place at fault."""
    raise PydanticCustomError("tworooms", "{problem}", {"problem": problem, "expected": expected, "at": at})


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


class SafetyAllowance(_Strict):
    """Words of a case that look unsafe to the safety check and are not: a statute's, an agency's, a quotation's."""

    topic: Literal["self-dosing", "preparation", "sourcing", "method", "stigma", "brand"]
    words: Line
    reason: Line


class Innocent(_Strict):
    """A text of the case that looks like a real person's identifier, and why it is none."""

    text: Line
    reason: Line


class Metadata(_Strict):
    """Everything `case.yml` says; see the fields for what each is for."""

    id: Slug
    title: Line
    part: Line
    dilemma: Line
    abstract: Text
    keywords: list[Line] = Field(min_length=3)
    version: Annotated[str, StringConstraints(pattern=_VERSION)]
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
    cast: list[Line] = []
    innocent: list[Innocent] = []
    crisis_locales: list[Jurisdiction] = Field(min_length=1)
    facts: list[str]
    figures: list[FigureEntry] = Field(min_length=1)
    instruments: list[Line] = []
    spelling: Literal["american", "british"]
    reading_grade: float = Field(ge=0, le=20)
    derived_from: DerivedFrom | None = None
    safety_allowed: list[SafetyAllowance] = []
    licence: Literal["CC-BY-4.0"]

    @field_validator("abstract")
    @classmethod
    def _abstract_is_short(cls, text: str) -> str:
        if len(text.split()) > 250:
            _refuse(f"{len(text.split())} words", "at most 250")
        return text

    @model_validator(mode="after")
    def _reviews_follow(self) -> Metadata:
        if self.next_review <= self.date_reviewed:
            _refuse(f"{self.next_review} is not after date_reviewed", f"a date after {self.date_reviewed}", "next_review")
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
            for number, key in enumerate(keyed):
                if key is not None:
                    _refuse(f"{key!r} is a key in the opinion item {self.id!r}", "no 'correct' in an opinion item",
                            "choices", number, "correct")  # fmt: skip
        elif None in keyed:
            _refuse("has no key", "'correct: true' or 'correct: false'", "choices", keyed.index(None))
        elif self.kind == "single" and sum(keyed) != 1:
            _refuse(f"{sum(keyed)} are correct in the single item {self.id!r}", "exactly one", "choices")
        elif self.kind == "multiple" and not any(keyed):
            _refuse(f"none is correct in the multiple item {self.id!r}", "at least one", "choices")
        return self


class Quiz(_Strict):
    items: list[Item] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_differ(self) -> Quiz:
        ids = [item.id for item in self.items]
        for number, name in enumerate(ids):
            if name in ids[:number]:
                _refuse(f"{name!r} is the id of item {ids.index(name) + 1} too", "each id once", "items", number, "id")
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
                f"{_short(self.folder / 'case.yml')}:{_line_in(self.folder / 'case.yml', 'id')}: id: {metadata.id!r} is not "
                f"the folder's name; expected {self.slug!r}"
            )
        return metadata

    @cached_property
    def quiz(self) -> Quiz:
        """`quiz.yml`, validated. Raises TwoRoomsError naming the item."""
        return load_yaml(self.folder / "quiz.yml", Quiz)

    @cached_property
    def notebook(self) -> nbformat.NotebookNode:
        """`case.ipynb`, validated against the notebook format. Raises TwoRoomsError naming the cell or line."""
        return parse_notebook(read_text(self.notebook_path, "the student reading"), self.notebook_path)


def parse_notebook(text: str, path: Path) -> nbformat.NotebookNode:
    """A notebook's text, validated against the notebook format. Raises TwoRoomsError naming the cell or line."""
    where = _short(path)
    stored = parse_json(text, where, "a notebook")
    version = stored.get("nbformat") if isinstance(stored, dict) else None
    if version != 4 or type(stored.get("nbformat_minor")) is not int or not isinstance(stored.get("cells"), list):
        raise TwoRoomsError(f"{where}: is no notebook of format 4; expected one saved by Jupyter, nbformat 4.5") from None
    for number, cell in enumerate(stored["cells"], 1):
        # nbformat would make ids up at random, and differently each time.
        if stored["nbformat_minor"] >= 5 and not (isinstance(cell, dict) and cell.get("id")):
            raise TwoRoomsError(f"{where}: cell {number}: has no id; expected one, as Jupyter gives when it saves")
    try:
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:
        place = list(getattr(error, "absolute_path", ()))
        cell = f" cell {place[1] + 1}:" if place[:1] == ["cells"] and len(place) > 1 else ""
        reason = _brief_text(str(getattr(error, "message", error)).partition("\n")[0] or type(error).__name__)
        raise TwoRoomsError(f"{where}:{cell} is no valid notebook ({reason}); expected nbformat 4.5") from None
    words = sum(len(source) for _, source in markdown_cells(notebook))
    if words > MOST_WORDS:
        raise TwoRoomsError(f"{where}: its text has {words:,} characters; expected at most {MOST_WORDS:,}")
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
    return _validated(path, read_text(path, f"{_KINDS[model]} in YAML"), model)


@lru_cache(maxsize=256)
def _validated(path: Path, text: str, model: type[BaseModel]) -> Any:
    """The text as a model; remembered, since every directive of a page asks for its case anew."""
    data = parse_yaml(text, path)
    try:
        return model.model_validate(data)
    except ValidationError as errors:
        # A misspelt field is also a missing one; the misspelling is what the author can see.
        found = sorted(errors.errors(), key=lambda error: error["type"] != "extra_forbidden")
        place, problem, expected = _in_words(found[0], model)
        field = ".".join(str(part + 1 if isinstance(part, int) else part) for part in place) or "the file"
        raise TwoRoomsError(f"{_short(path)}:{_line_of(yaml_nodes(text), place)}: {field}: {problem}; expected {expected}") from None


_KINDS: dict[type[BaseModel], str] = {Metadata: "the case's metadata", Quiz: "the case's questions"}


def read_text(path: Path, wanted: str) -> str:
    """A UTF-8 file of the collection. Raises TwoRoomsError when it is missing, too large or not UTF-8; `wanted` says what it is."""
    most = MOST_WORDS if path.suffix == ".md" else MOST_BYTES
    try:
        if path.exists() and not path.is_file():
            # A pipe would be waited for until somebody writes to it.
            raise TwoRoomsError(f"{_short(path)}: is no ordinary file; expected {wanted}")
        if path.is_file() and path.stat().st_size > most:
            raise TwoRoomsError(f"{_short(path)}: holds {path.stat().st_size:,} bytes; expected at most {most:,}")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise TwoRoomsError(f"{_short(path)}: is missing; expected {wanted}") from None
    except OSError as error:
        raise TwoRoomsError(f"{_short(path)}: cannot be read ({error.strerror}); expected {wanted}") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise TwoRoomsError(f"{_short(path)}:{line}: byte {error.start + 1} is not UTF-8; expected UTF-8 text") from None


_FRONT_MATTER = re.compile(r"\A---\n(.*?)^---$", re.DOTALL | re.MULTILINE)
_INSTRUCTORS = re.compile(r"^edition:[ \t]*instructor[ \t]*$", re.MULTILINE)


def instructor_pages(root: Path) -> list[str]:
    """Pages around the cases that only the instructor edition holds, by path without suffix: `edition: instructor` heads them."""
    pages = []
    for path in sorted((root / "book").glob("*.md")):
        try:
            head = _FRONT_MATTER.match(read_text(path, "a page"))
            if head and _INSTRUCTORS.search(head[1]):
                pages.append(f"book/{path.stem}")
        except TwoRoomsError:
            continue  # a check reports it, and so does the build if the page is in the book
    return pages


def reading_order(root: Path) -> list[str]:
    """Every page that `book/_toc.yml` names, by its path without suffix, the book's first page first.

    Raises
    ------
    TwoRoomsError
        When the file is missing, is no YAML, names no first page, a page that does not exist, a teaching note, or another page
        for instructors only.
    """
    text = read_text(root / "book" / "_toc.yml", "the reading order")
    order = toc(root)
    named: list[str] = [order["root"]]

    def walk(node: Any) -> None:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            if key == "file" and isinstance(value, str):
                named.append(value)
            else:
                walk(value)

    walk(order)
    hidden = instructor_pages(root)


    def line(name: str) -> int:
        return next((n for n, words in enumerate(text.splitlines(), 1) if words.rstrip().endswith(name)), 1)

    for name in named:
        if name.startswith("cases/") and name.endswith("/teaching-note"):
            raise TwoRoomsError(f"book/_toc.yml:{line(name)}: names {name}; expected readings only: the instructor edition adds the notes")
        if name in hidden:
            raise TwoRoomsError(f"book/_toc.yml:{line(name)}: names {name}, which is for instructors; expected pages for students only: the instructor edition adds the others")
        if name.startswith("cases/") and not (root / name).with_name("case.yml").is_file():
            there = ", ".join(case.slug for case in all_cases(root))
            wanted = f"one of {there}" if there else "a folder with a case.yml"
            raise TwoRoomsError(f"book/_toc.yml:{line(name)}: names {name}, but there is no such case; expected {wanted}")
        # What a case's folder lacks is told of the folder, not of the reading order.
        if not name.endswith("/case") and not any((root / f"{name.removesuffix(suffix)}{suffix}").is_file() for suffix in (".md", ".ipynb")):
            raise TwoRoomsError(f"book/_toc.yml:{line(name)}: names {name}, but there is no such page; expected {name}.md")
    return named


def toc(root: Path) -> dict[str, Any]:
    """`book/_toc.yml` as a tree: a first page, and parts with chapters where it has parts.

    Raises
    ------
    TwoRoomsError
        When the file is missing, is no YAML, or has another form.
    """
    path = root / "book" / "_toc.yml"
    order = parse_yaml(read_text(path, "the reading order"), path)
    if not isinstance(order, dict) or not isinstance(order.get("root"), str):
        raise TwoRoomsError("book/_toc.yml: has no root; expected 'root: book/index' and the parts of the book")
    parts = order.get("parts", [])
    for number, part in enumerate(parts if isinstance(parts, list) else [parts], 1):
        chapters = part.get("chapters") if isinstance(part, dict) else None
        named = isinstance(chapters, list) and all(isinstance(one, dict) and (one.get("file") or one.get("url")) for one in chapters)
        if part is parts or not named:
            raise TwoRoomsError(f"book/_toc.yml: part {number} has no list of chapters; expected 'caption: …' and 'chapters:' with '- file: …' below")
    return order


class _Plain(Composer):
    """Reads YAML without what no case needs and what lets a short text grow without end: anchors, and nesting without end."""

    _deep = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        reason = "found an anchor or an alias, which this collection does not use" if event.anchor is not None else ""
        if isinstance(event, ScalarEvent) and (found := _NOT_IN_XML.search(event.value)):
            reason = f"found {ascii(found[0])}, which no page can hold"
        self._deep += 1
        if reason or self._deep > _DEEPEST:
            raise ComposerError(None, None, reason or "found more levels than anybody can follow", event.start_mark)
        node = super().compose_node(parent, index)
        self._deep -= 1
        return node


def _yaml() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Plain
    return yaml


def yaml_nodes(text: str) -> Node | None:
    """The nodes of a YAML text, which know their lines. Raises TwoRoomsError naming the line for a text that `parse_yaml` refuses."""
    try:
        return _yaml().compose(text)
    except YAMLError as error:
        line, reason = _told(error)
        raise TwoRoomsError(f"a YAML file, line {line or 1}: {reason}; expected YAML") from None


def _told(error: YAMLError) -> tuple[int | None, str]:
    """The line of a fault in YAML where it is known, and what it is in a few words."""
    mark = getattr(error, "problem_mark", None)
    reason = " ".join(str(getattr(error, "problem", None) or error).split())
    return mark.line + 1 if mark else None, _brief_text(reason)


def _plain(text: str) -> bool:
    """Whether libyaml may read a text: nothing stands in it that only :class:`_Plain` refuses, such as aliases and deep nesting."""
    if _NEEDS_CARE.search(text):
        return False
    depth = 0
    for bracket in re.findall(r"[\[{\]}]", text):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        if depth > _DEEPEST // 2:
            return False
    return True


def parse_yaml(text: str, path: Path) -> Any:
    """The values of a YAML 1.2 text, in which `No` is a word. Raises TwoRoomsError naming file and line."""
    if len(text) > MOST_YAML:
        raise TwoRoomsError(f"{_short(path)}: holds {len(text):,} characters; expected at most {MOST_YAML:,}")
    try:
        if _plain(text):
            return YAML(typ="safe").load(text)
    except (YAMLError, ValueError):
        pass  # libyaml takes a fifth of the time and says less: what it refuses is read again, and refused in more words
    try:
        return _yaml().load(text)
    except YAMLError as error:
        number, reason = _told(error)
        place = f":{number}" if number else ""
        raise TwoRoomsError(f"{_short(path)}{place}: {reason}; expected YAML") from None
    except ValueError as error:
        # What has the form of a date and is none, such as 2026-13-01.
        words = [(n, day) for n, line in enumerate(text.splitlines(), 1) for day in re.findall(r"\b\d{4}-\d\d?-\d\d?\b", line)]
        line, day = next((pair for pair in words if not _is_day(pair[1])), (0, ""))
        if not line:
            raise TwoRoomsError(f"{_short(path)}: holds a number or a time that cannot be read ({_brief_text(str(error))}); expected YAML") from None
        raise TwoRoomsError(f"{_short(path)}:{line}: {day} does not exist ({error}); expected a date such as 2026-11-21") from None
    except Exception as error:
        # What its constructors raise for a value that does not fit its tag, such as `!!bool x`, is of any kind.
        raise TwoRoomsError(f"{_short(path)}: holds a value that cannot be read ({type(error).__name__}); expected YAML without tags") from None


def parse_json(text: str, where: str, wanted: str) -> Any:
    """The values of a JSON text that can be written again.

    Parameters
    ----------
    text
        The text.
    where
        The file, for a message.
    wanted
        What the file should hold, for a message.

    Raises
    ------
    TwoRoomsError
        Naming file and line, when it is no JSON, nested too deeply, or holds what is no number and no character.
    """

    def no_number(word: str) -> NoReturn:
        raise TwoRoomsError(f"{where}: holds {word}, which is no JSON; expected {wanted}")

    try:
        tree = json.loads(text, parse_constant=no_number)
    except json.JSONDecodeError as error:
        raise TwoRoomsError(f"{where}:{error.lineno}: is not JSON ({error.msg}); expected {wanted}") from None
    except (RecursionError, ValueError) as error:
        # Python refuses to turn thousands of digits into a number.
        reason = "is nested too deeply" if isinstance(error, RecursionError) else "holds a number that is too long"
        raise TwoRoomsError(f"{where}: {reason}; expected {wanted}") from None
    level, depth = [tree], 0
    # Only such escapes can give halves of characters or NUL, and few texts have one.
    suspect = re.search(r"\\u(?:0000|[dD][89a-fA-F])", text)
    while level:
        inner = [child for node in level for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())]
        words = [key for node in level if isinstance(node, dict) for key in node] + [child for child in inner if isinstance(child, str)] if suspect else []
        if found := next(filter(None, map(_UNWRITABLE.search, words)), None):
            raise TwoRoomsError(f"{where}: holds {ascii(found[0])}, which no page can hold; expected {wanted}")
        depth += 1
        if depth > _DEEPEST:
            raise TwoRoomsError(f"{where}: is nested too deeply; expected {wanted}")
        level = [child for child in inner if isinstance(child, (dict, list))]
    return tree


def _is_day(text: str) -> bool:
    try:
        return bool(date(*map(int, text.split("-"))))
    except ValueError:
        return False


def _in_words(error: dict[str, Any], model: type[BaseModel]) -> tuple[tuple[int | str, ...], str, str]:
    """Place, problem and expectation of a fault that pydantic found."""
    kind, place, context = error["type"], error["loc"], error.get("ctx") or {}
    if kind == "tworooms":
        return (*place, *context["at"]), context["problem"], context["expected"]
    if kind == "missing":
        return place, "is missing", "a value"
    if kind == "extra_forbidden":
        from rapidfuzz import fuzz, process

        names = [field.alias or name for name, field in model.model_fields.items()] if len(place) == 1 else []
        near = process.extractOne(str(place[-1]), names, scorer=fuzz.ratio, score_cutoff=60)
        return place, "no such field", near[0] if near else "one the schema names"
    counts = {"at least": context.get("min_length", context.get("ge")), "at most": context.get("max_length", context.get("le"))}
    bound = next((f"{words} {number:g}" for words, number in counts.items() if number is not None), "")
    if kind == "string_pattern_mismatch":
        expected = _IN_WORDS.get(context["pattern"], context["pattern"])
    elif kind == "string_too_short":
        expected = "some text"
    elif kind in ("too_short", "too_long"):
        expected = f"{bound} {'entry' if bound.endswith(' 1') else 'entries'}"
    elif kind in ("greater_than_equal", "less_than_equal"):
        expected = bound
    elif kind == "literal_error":
        expected = f"one of {context['expected']}" if " or " in context["expected"] else context["expected"]
    elif kind.startswith(("date_", "datetime")):
        expected = "a date such as 2026-11-21"
    else:
        expected = _TYPES.get(kind, error["msg"])
    return place, f"{_brief(error['input'])} is not accepted", expected


_TYPES = {
    "string_type": "text, in quotation marks where it would read as a number or a date",
    "list_type": "a list",
    "model_type": "fields, each with its value",
    "model_attributes_type": "fields, each with its value",
    "dict_type": "fields, each with its value",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}


def _brief(value: Any) -> str:
    return _brief_text(str(value) if isinstance(value, date) else repr(value), 60)


def _brief_text(text: str, most: int = 120) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _line_in(path: Path, field: str) -> int:
    return _line_of(yaml_nodes(path.read_text(encoding="utf-8")), (field,))


def _line_of(node: Node | None, location: tuple[int | str, ...]) -> int:
    line = node.start_mark.line + 1 if node else 1
    for part in location:
        if isinstance(node, MappingNode):
            key, node = next(((key, value) for key, value in node.value if key.value == str(part)), (None, None))
            line = key.start_mark.line + 1 if key else line
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _short(path: Path) -> str:
    """The path as a reader of the collection knows it: from the folder above the case's."""
    parts = path.parts
    above = max((number for number, part in enumerate(parts[:-1]) if part in ("cases", "book")), default=len(parts) - 1)
    return "/".join(parts[above:])


def markdown_cells(notebook: nbformat.NotebookNode) -> Iterator[tuple[int, str]]:
    """(cell number from 1, source) of every Markdown cell."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            yield number, cell.source
