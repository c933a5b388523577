"""What a class decided: the files that students saved from a case, as one page to show and one table to keep.

The files come from strangers' machines. Each is read as if it were hostile, refused by name when it is not what the book
writes, and nothing of it reaches the page except as escaped text. No name of a file or a person is written anywhere.
"""

from __future__ import annotations

import csv
import difflib
import errno
import hashlib
import io
import json
import math
import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from markdown_it import MarkdownIt
from markupsafe import Markup

from . import claims as judged
from . import paths
from .case import Case, all_cases, markdown_cells
from .errors import TwoRoomsError
from .files import write_whole

FORMAT, FORMAT_VERSION = "tworooms-decisions", 1
CONFIDENCE = ("low", "medium", "high")
#: With fewer answers than this, a reason may tell who wrote it.
FEW = 5
MOST_BYTES = 1_000_000
#: The form takes 1,000 characters. What is much longer was not written there, and cutting it would change what somebody said.
MOST_CHARACTERS = 4_000
MOST_DECISIONS = 100
MOST_VERDICTS = 500
#: A student's agreement with us is told from this many claims on, as in the exercise.
FEW_CLAIMS = 6
VERDICT_COLUMNS = ("rater", "claim_id", "verdict")
COLUMNS = ("case", "case_version", "student", "stop", "question", "first_choice", "first_confidence", "first_reason",
           "choice", "confidence", "reason")  # fmt: skip

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CLAIM = re.compile(r"[a-z]{1,30}-[0-9]{1,6}[a-z]?")
_VERSION = re.compile(r"[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}")
#: What changes the direction of the text around it. Marks that only concern their neighbours (LRM, RLM) are left.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: Invisible and without use in any script that we know of: a zero-width space, a joiner of words, a byte order mark.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
#: Halves of a character cannot be written as UTF-8; noncharacters are not allowed in HTML.
_PLANE_ENDS = "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_BROKEN = re.compile(f"[\ud800-\udfff\ufdd0-\ufdef{_PLANE_ENDS}]")
_FORMULA = "=+-@\t\r\n＝＋－＠"
# A spreadsheet set to another country splits a line at semicolons, whatever the quotation marks say.
_LATER_FORMULA = re.compile(r"(?<=;)([ '\"]*)(?=[=+\-@＝＋－＠])")
_PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


# ------------------------------------------------------------------ one file


@dataclass(frozen=True)
class Answer:
    """One decision as a student kept it."""

    stop: str
    question: str
    choice: str
    confidence: str
    reason: str
    version: str


@dataclass(frozen=True)
class Decisions:
    """One file: what one student decided in one case. A stop may stand in it twice; the first answer then comes first."""

    case: str
    version: str
    answers: tuple[Answer, ...]
    #: (claim, verdict), each claim once.
    verdicts: tuple[tuple[str, str], ...] = ()

    @cached_property
    def order(self) -> tuple[str, str]:
        """Where the student stands among the others: it follows from the content, not from how the file was called."""
        return self.digest, _digest(json.dumps(sorted(self.verdicts)))

    @cached_property
    def digest(self) -> str:
        """Of the decisions alone: who saves again after judging more claims is still the same student."""
        rows = [[getattr(answer, name) for name in Answer.__annotations__] for answer in self.answers]
        return _digest(json.dumps([self.case, self.version, rows]))

    @cached_property
    def given(self) -> dict[str, tuple[Answer, Answer]]:
        """By stop, the first and the latest answer; the same one twice when there is one only."""
        given: dict[str, tuple[Answer, Answer]] = {}
        for answer in self.answers:
            given[answer.stop] = (given.get(answer.stop, (answer,))[0], answer)
        return given

    @property
    def wordless(self) -> bool:
        """Whether no reason was written, so that another student may well have saved the very same."""
        return not any(answer.reason for answer in self.answers)


class _Refused(Exception):
    """Why a file is not accepted: what is wrong; expected what."""


def _refuse(problem: str, expected: str) -> NoReturn:
    raise _Refused(f"{problem}; expected {expected}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def tidy(text: str, *, lines: bool = False) -> str:
    """Text from a file without what could act: control characters, direction overrides, halves of characters.

    Parameters
    ----------
    text
        Anything that JSON can hold.
    lines
        Keep line ends (at most one empty line in a row); otherwise everything becomes one line.
    """
    text = re.sub("\r\n?|[\u2028\u2029\u0085]", "\n", text)
    text = _INVISIBLE.sub("", _BIDI.sub("", text)).replace("\t", " ")
    text = _BROKEN.sub("\ufffd", _CONTROL.sub("", text))
    if not lines:
        return " ".join(text.split())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in text.split("\n"))).strip()


def _shown(value: Any) -> str:
    """A value for a message of one line: text shortened and with its invisible characters spelt out, the rest by its kind."""
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:39] + "…")
    for kind, words in ((bool, str(value).lower()), (type(None), "null"), ((int, float), "a number"), (list, "a list")):
        if isinstance(value, kind):
            return words
    return "an object"


def visible(name: str) -> str:
    """A file's name for one line of a terminal: whatever does not print, or turns its surroundings round, is spelt out."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape", "surrogatepass").decode() for one in name)


#: Not led out of the folder by a link, and not waiting for a pipe that nobody writes to. Not every system knows each.
_HOW = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def _content(path: Path) -> bytes:
    """The bytes of an ordinary file that is small enough. Raises _Refused for anything else, without following a link."""
    try:
        handle = os.open(path, _HOW)
    except OSError as error:
        if error.errno == errno.ELOOP or path.is_symlink():
            _refuse("is a link", "the file itself")
        if path.is_dir():
            _refuse("is a folder", "a file")
        _refuse(f"cannot be read ({error.strerror})", "a file that can be read")
    try:
        about = os.fstat(handle)
        # Where the system cannot be told not to follow, as on Windows.
        if path.is_symlink():
            _refuse("is a link", "the file itself")
        if stat.S_ISDIR(about.st_mode):
            _refuse("is a folder", "a file")
        if not stat.S_ISREG(about.st_mode):
            _refuse("is no ordinary file", "a file as a case saves it")
        with open(handle, "rb", closefd=False) as file:
            content = b"" if about.st_size > MOST_BYTES else file.read(MOST_BYTES + 1)
    finally:
        os.close(handle)
    if about.st_size > MOST_BYTES or len(content) > MOST_BYTES:
        _refuse(f"holds {max(about.st_size, len(content)) / 1e6:.1f} MB", f"at most {MOST_BYTES / 1e6:.0f} MB")
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            _refuse(f"says {_shown(key)} twice in one object", "each key once")
        made[key] = value
    return made


def _no_number(word: str) -> NoReturn:
    _refuse(f"holds {word}, which is no JSON", "a file as a case saves it")


def _parsed(content: bytes) -> Any:
    """The JSON in the bytes. Raises _Refused."""
    if not content.strip():
        _refuse("is empty", "a file as a case saves it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(f"byte {error.start + 1} is not UTF-8", "UTF-8 text")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        _refuse(f"line {error.lineno} is not JSON ({error.msg})", "a file as a case saves it")
    except RecursionError:
        _refuse("is nested too deeply", "a file as a case saves it")
    except ValueError:
        # Python refuses to turn thousands of digits into a number.
        _refuse("holds a number that is too long", "a file as a case saves it")


def _text(where: str, holder: Mapping[str, Any], name: str, *, empty: bool = False, lines: bool = False) -> str:
    if name not in holder:
        _refuse(f"{where}{name} is missing", "text")
    value = holder[name]
    if not isinstance(value, str):
        _refuse(f"{where}{name}: {_shown(value)} is not accepted", "text")
    if len(value) > MOST_CHARACTERS:
        _refuse(f"{where}{name} is {len(value):,} characters long", f"at most {MOST_CHARACTERS:,}")
    text = tidy(value, lines=lines)
    if not text and not empty:
        _refuse(f"{where}{name} is empty", "text")
    return text


def _matching(where: str, holder: Mapping[str, Any], name: str, pattern: re.Pattern, expected: str) -> str:
    _text(where, holder, name)
    value = holder[name]
    if len(value) > 100 or not pattern.fullmatch(value):
        _refuse(f"{where}{name}: {_shown(value)} is not accepted", expected)
    return value


# ------------------------------------------------------------------ what a case asks


@dataclass
class Stop:
    """A question of a case and its choices, as the case has them or, for a case unknown here, as the files have."""

    id: str
    question: str
    choices: list[str]
    #: Choices of an answer given to another version of the case.
    foreign: set[str] = field(default_factory=set)

    @cached_property
    def by_key(self) -> dict[str, str]:
        return {_key(choice): choice for choice in self.choices}


@dataclass(frozen=True)
class Asked:
    """What a case of the collection asks."""

    title: str
    version: str
    stops: dict[str, Stop]


def _key(text: str) -> str:
    """The same for two spellings of a choice that differ in spaces, quotation marks or dashes alone."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_PLAIN).split())


_OPENING = re.compile(r"^(:{3,}|`{3,})\{stop\}[ \t]*(\S+)[ \t]*$")


def stops_of(case: Case) -> list[Stop]:
    """The stops of a case in reading order, with the choices in the words that its page offers.

    Raises
    ------
    TwoRoomsError
        When the notebook cannot be read.
    """
    found = []
    for _, source in markdown_cells(case.notebook):
        lines = iter(source.splitlines())
        for line in lines:
            opening = _OPENING.match(line)
            if opening:
                body = list(_until(lines, opening[1]))
                title = next((line[len(":title:") :].strip() for line in body if line.startswith(":title:")), "")
                text = "\n".join(line for line in body if not re.match(r":[a-z]+:", line))
                found.append(Stop(opening[2], tidy(title), [tidy(choice) for choice in _list_items(text)]))
    return found


def _until(lines: Iterator[str], fence: str) -> Iterator[str]:
    for line in lines:
        if line.rstrip() == fence:
            return
        yield line


def _list_items(text: str) -> list[str]:
    """The plain words of each entry of the lists that stand at the margin."""
    items: list[list[str]] = []
    for token in MarkdownIt().parse(text):
        if token.type == "list_item_open" and token.level == 1:
            items.append([])
        elif token.type == "inline" and token.level > 1 and items:
            items[-1].append("".join(" " if child.type.endswith("break") else child.content for child in token.children or ()))
    return [" ".join(item) for item in items]


class Collection:
    """The cases that the report can name; a case that is unknown or broken here is reported from the files alone."""

    def __init__(self, root: Path | None):
        self._root = root
        self._cases = {case.slug: case for case in all_cases(root)} if root else {}
        self._asked: dict[str, Asked | None] = {}
        #: One line for each case that could not be read.
        self.faults: list[str] = []

    @property
    def slugs(self) -> list[str]:
        return list(self._cases)

    def asked(self, slug: str) -> Asked | None:
        """What a case asks; None when this collection does not know."""
        if slug not in self._asked:
            self._asked[slug] = None
            try:
                if case := self._cases.get(slug):
                    stops = {stop.id: stop for stop in stops_of(case)}
                    self._asked[slug] = Asked(case.metadata.title, case.metadata.version, stops)
            except TwoRoomsError as error:
                self.faults.append(str(error))
        return self._asked[slug]


    @cached_property
    def claims(self) -> dict[str, tuple[judged.Claim, str]]:
        """By its id, each claim that the collection judges and our verdict; empty where there is no such table."""
        if self._root is None:
            return {}
        try:
            ours = judged.our_verdicts(self._root)
            return {name: (claim, ours[name]) for name, claim in judged.claims(self._root).items()}
        except TwoRoomsError as error:
            self.faults.append(str(error))
            return {}


def collection_here() -> Collection:
    """The collection of the working folder, or the installed one; an empty one where there is none."""
    try:
        return Collection(paths.root())
    except TwoRoomsError:
        return Collection(None)


# ------------------------------------------------------------------ reading a folder


@dataclass
class Reading:
    """What a folder held."""

    files: list[Decisions] = field(default_factory=list)
    #: `NAME: what is wrong; expected …`
    refused: list[str] = field(default_factory=list)
    folders: int = 0


def read(path: Path, collection: Collection) -> Decisions:
    """One student's decisions.

    Raises
    ------
    TwoRoomsError
        One line: the file's name, what is wrong, what was expected.
    """
    try:
        return _decisions(_parsed(_content(path)), collection)
    except _Refused as reason:
        raise TwoRoomsError(f"{visible(path.name)}: {reason}") from None


def _decisions(data: Any, collection: Collection) -> Decisions:
    """Validated; fields that the format does not name are left out, and so cannot reach the report."""
    if not isinstance(data, dict):
        _refuse(f"is {_shown(data)}", "the object that a case saves")
    if data.get("format") != FORMAT:
        said = _shown(data["format"]) if "format" in data else "missing"
        _refuse(f"format is {said}", f"{FORMAT!r}: a file saved under “Your decisions” in a case")
    number = data.get("format_version")
    if type(number) is not int or number != FORMAT_VERSION:
        said = number if type(number) is int and abs(number) < 1e6 else _shown(number)
        _refuse(f"format_version is {said}", f"{FORMAT_VERSION}")
    slug = _matching("", data, "case", _SLUG, "the name of a case's folder: lower-case words joined by hyphens")
    version = _matching("", data, "case_version", _VERSION, "three numbers such as 1.0.0")
    rows = data.get("decisions")
    if not isinstance(rows, list):
        _refuse("decisions is missing" if "decisions" not in data else f"decisions: {_shown(rows)} is not accepted", "a list")
    if len(rows) > MOST_DECISIONS:
        _refuse(f"holds {len(rows):,} decisions", f"at most {MOST_DECISIONS}")
    asked = collection.asked(slug)
    answers = tuple(_answer(f"decision {place}: ", row, asked) for place, row in enumerate(rows, 1))
    # Another version of the case may have asked for claims that are gone.
    known = collection.claims if "verdicts" in data and asked and version == asked.version else {}
    return Decisions(slug, version, answers, _verdicts(data.get("verdicts", []), known))


def _verdicts(rows: Any, known: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Verdicts of the student on claims; where `known` is empty, any id of the right form is a claim."""
    if not isinstance(rows, list):
        _refuse(f"verdicts: {_shown(rows)} is not accepted", "a list")
    if len(rows) > MOST_VERDICTS:
        _refuse(f"holds {len(rows):,} verdicts", f"at most {MOST_VERDICTS}")
    given: dict[str, str] = {}
    for place, row in enumerate(rows, 1):
        where = f"verdict {place}: "
        if not isinstance(row, dict):
            _refuse(f"{where}{_shown(row)} is not accepted", "an object with claim and verdict")
        claim = _matching(where, row, "claim", _CLAIM, "the id of a claim such as wiki-01")
        _text(where, row, "verdict")
        if row["verdict"] not in judged.VERDICTS:
            _refuse(f"{where}verdict: {_shown(row['verdict'])} is not accepted", f"one of {', '.join(judged.VERDICTS)}")
        if known and claim not in known:
            near = ", ".join(difflib.get_close_matches(claim, known, 3)) or "an id of data/evidence/claims.csv"
            _refuse(f"{where}claim: {claim!r} is no claim of the collection", f"one such as {near}")
        if claim in given:
            _refuse(f"{where}claim {claim} is judged twice", "each claim once")
        given[claim] = row["verdict"]
    return tuple(given.items())


def _answer(where: str, row: Any, asked: Asked | None) -> Answer:
    if not isinstance(row, dict):
        _refuse(f"{where}{_shown(row)} is not accepted", "an object with stop, question and choice")
    stop = _matching(where, row, "stop", _SLUG, "the name of a stop: lower-case words joined by hyphens")
    version = _matching(where, row, "version", _VERSION, "three numbers such as 1.0.0")
    question = _text(where, row, "question")
    choice = _text(where, row, "choice")
    confidence = _text(where, row, "confidence", empty=True)
    if confidence not in ("", *CONFIDENCE):
        _refuse(f"{where}confidence: {_shown(confidence)} is not accepted", f"one of {', '.join(CONFIDENCE)}, or nothing")
    reason = _text(where, row, "reason", empty=True, lines=True)
    if asked:
        known = asked.stops.get(stop)
        # An answer to another version may rightly name what this one no longer has.
        same = version == asked.version
        if known is None and same:
            _refuse(f"{where}stop: {stop!r} is no stop of the case", f"one of {', '.join(asked.stops) or 'none'}")
        if known:
            spelt = known.by_key.get(_key(choice))
            if spelt is None and same:
                problem = f"{where}choice: {_shown(choice)} is none of the choices at {stop!r}"
                _refuse(problem, f"one of the {len(known.choices)} in the case")
            question, choice = known.question or question, spelt or choice
    return Answer(stop, question, choice, confidence, reason, version)


def read_folder(folder: Path, collection: Collection, tell: Callable[[int, int], None] = lambda done, of: None) -> Reading:
    """Every decision file of a folder, those that are none refused by name.

    Parameters
    ----------
    folder
        Where the files lie; folders inside it are not looked into.
    collection
        What the cases ask.
    tell
        Called with how many files are done, and of how many.

    Raises
    ------
    TwoRoomsError
        When there is no such folder.
    """
    if not folder.is_dir():
        problem = "is no folder" if folder.exists() else "there is no such folder"
        raise TwoRoomsError(f"{visible(str(folder))}: {problem}; expected one with the files that students saved")
    reading = Reading()
    inside = sorted(folder.iterdir())
    found = [path for path in inside if path.suffix.lower() == ".json"]
    reading.folders = sum(path.is_dir() for path in inside if path.suffix.lower() != ".json")
    for done, path in enumerate(found, 1):
        try:
            reading.files.append(read(path, collection))
        except TwoRoomsError as error:
            reading.refused.append(str(error))
        tell(done, len(found))
    return reading


# ------------------------------------------------------------------ counting


@dataclass(frozen=True)
class Share:
    """A count, and what part of the whole it is."""

    count: int
    of: int

    @property
    def percent(self) -> int:
        return round(100 * self.count / self.of) if self.of else 0


@dataclass
class Row:
    """One choice of a stop: who took it at first and in the end, how sure they were, and why."""

    text: str
    foreign: bool
    first: Share
    latest: Share
    #: (low, medium, high or not said; how many; where its bar begins and how long it is, in per cent)
    sure: list[tuple[str, int, float, float]]
    reasons: list[str]
    first_reasons: list[str]


@dataclass
class StopReport:
    """What a class decided at one stop."""

    question: str
    rows: list[Row]
    answered: int
    gone: bool
    #: Whether somebody's file holds a first and a later answer.
    twice: int
    #: (from, to, how many), those who stayed left out.
    moves: list[tuple[str, str, int]]
    surer: int
    less_sure: int
    as_sure: int
    hidden: bool

    @property
    def few(self) -> bool:
        return 0 < self.answered < FEW

    @property
    def moved(self) -> int:
        return sum(count for *_, count in self.moves)

    @property
    def sure_totals(self) -> list[int]:
        return [sum(row.sure[place][1] for row in self.rows) for place in range(len(CONFIDENCE) + 1)]


@dataclass(frozen=True)
class ClaimRow:
    """How a class judged one claim."""

    text: str
    place: str
    #: (verdict, how many gave it, whether it is ours), those that nobody gave left out.
    given: list[tuple[str, Share, bool]]
    #: Our verdict; empty for a claim that the collection does not have.
    ours: str


@dataclass(frozen=True)
class ClaimsReport:
    """How a class judged the claims: each claim, how far the students agree with one another, and with us.

    kappa: Fleiss' kappa with the ends of its interval, or None. why: why there is none. several: claims that at least
    two students judged. with_us: the mean of the students' Cohen's kappas with us, the least and the most, and of how
    many students; or None.
    """

    rows: list[ClaimRow]
    raters: int
    several: int
    kappa: tuple[float, float, float] | None
    why: str
    with_us: tuple[float, float, float, int] | None


@dataclass
class CaseReport:
    """What a class decided in one case."""

    slug: str
    title: str
    #: The version of the case in the collection; None when the collection does not have the case.
    version: str | None
    students: int
    silent: int
    #: (version, how many students answered it), when it is not the collection's one version.
    versions: list[tuple[str, int]]
    stops: list[StopReport]
    #: None where nobody judged a claim.
    claims: ClaimsReport | None
    lines: list[list[str]]
    #: (number of the student in this case, claim, verdict)
    verdicts: list[tuple[int, str, str]]


def _shuffled(texts: Iterable[str]) -> list[str]:
    """In an order that follows from the words alone, so that it tells nothing about who handed in when."""
    return sorted(filter(None, texts), key=lambda text: (_digest(text), text))


def _stops_in(students: list[Decisions], asked: Asked | None) -> list[Stop]:
    """The stops to report: those of the case, then those that only the files know, in the order they mostly stand in."""
    stops = {stop.id: Stop(stop.id, stop.question, list(stop.choices)) for stop in asked.stops.values()} if asked else {}
    places: dict[str, list[int]] = {}
    questions: dict[str, Counter[str]] = {}
    choices: dict[str, set[str]] = {}
    for student in students:
        for place, answer in enumerate(student.answers):
            places.setdefault(answer.stop, []).append(place)
            questions.setdefault(answer.stop, Counter())[answer.question] += 1
            choices.setdefault(answer.stop, set()).add(answer.choice)
    for name in sorted(places, key=lambda name: (sum(places[name]) / len(places[name]), name)):
        if name not in stops:
            stops[name] = Stop(name, min(questions[name], key=lambda text: (-questions[name][text], text)), [])
        stop = stops[name]
        more = sorted(choices[name] - set(stop.choices))
        stop.choices += more
        stop.foreign = set(more) if asked and name in asked.stops else set()
    return list(stops.values())


def _report_stop(stop: Stop, pairs: list[tuple[Answer, Answer]], *, gone: bool, show_few: bool) -> StopReport:
    total = len(pairs)
    first, latest = (Counter(pair[place].choice for pair in pairs) for place in (0, 1))
    hidden = total < FEW and not show_few
    twice = sum(one is not two for one, two in pairs)
    sureness = Counter((two.choice, two.confidence) for _, two in pairs)
    reasons, first_reasons = ({choice: [] for choice in stop.choices} for _ in (0, 1))
    for one, two in pairs:
        reasons[two.choice].append(two.reason)
        if one is not two:
            first_reasons[one.choice].append(one.reason)
    rows = []
    for choice in stop.choices:
        sure, begin = [], 0.0
        for level in (*CONFIDENCE, ""):
            count = sureness[choice, level]
            length = 100 * count / latest[choice] if count else 0.0
            sure.append((level or "not said", count, round(begin, 2), round(length, 2)))
            begin += length
        rows.append(
            Row(
                choice,
                choice in stop.foreign,
                Share(first[choice], total),
                Share(latest[choice], total),
                sure,
                _shuffled(reasons[choice]),
                _shuffled(first_reasons[choice]),
            )
        )
    moves = Counter((one.choice, two.choice) for one, two in pairs if one.choice != two.choice)
    order = {choice: place for place, choice in enumerate(stop.choices)}
    steps = [CONFIDENCE.index(two.confidence) - CONFIDENCE.index(one.confidence)
             for one, two in pairs if one is not two and one.confidence and two.confidence]  # fmt: skip
    report = StopReport(
        question=stop.question,
        rows=rows,
        answered=total,
        gone=gone,
        twice=twice,
        moves=[(*key, moves[key]) for key in sorted(moves, key=lambda key: (-moves[key], order[key[0]], order[key[1]]))],
        surer=sum(step > 0 for step in steps),
        less_sure=sum(step < 0 for step in steps),
        as_sure=sum(step == 0 for step in steps),
        hidden=hidden,
    )
    if hidden:
        for row in rows:
            row.reasons, row.first_reasons = [], []
    return report


def report_claims(verdicts: list[tuple[int, str, str]], known: Mapping[str, tuple[judged.Claim, str]]) -> ClaimsReport | None:
    """Count what students said of claims.

    Parameters
    ----------
    verdicts
        (number of the student, claim, verdict), each pair of student and claim once.
    known
        By its id, each claim of the collection with our verdict.

    Returns
    -------
    None where there is no verdict.
    """
    if not verdicts:
        return None
    # Slow to import, and most classes judge no claim.
    import pandas as pd

    from .models.agreement import cohen_kappa, counts, fleiss_kappa, interval

    table = pd.DataFrame(verdicts, columns=list(VERDICT_COLUMNS))
    counted = counts(table, list(judged.VERDICTS))
    totals = counted.sum(axis=1)
    places = {name: place for place, name in enumerate(known)}
    # What most of the class judged comes first: that is what they will talk about.
    ordered = sorted(counted.index, key=lambda name: (-totals[name], places.get(name, len(places)), name))
    rows = []
    for name in ordered:
        claim, ours = known.get(name, (None, ""))
        given = [(judged.VERDICTS[verdict].name, Share(int(count), int(totals[name])), verdict == ours)
                 for verdict, count in counted.loc[name].items() if count]  # fmt: skip
        our_name = judged.VERDICTS[ours].name if ours else ""
        rows.append(ClaimRow(claim.text if claim else name, claim.place if claim else "", given, our_name))
    raters, several = table["rater"].nunique(), int((totals > 1).sum())
    kappa, why = None, "One student alone judged claims, and agreement takes two."
    if raters > 1:
        found = fleiss_kappa(counted)
        why = f"There is no kappa: {found.reason}."
        if not found.reason:
            kappa = (found.kappa, *interval(fleiss_kappa, counted)[:2])
    alike = []
    for _, own in table[table["claim_id"].isin(places)].groupby("rater"):
        if len(own) >= FEW_CLAIMS:
            alike.append(cohen_kappa(own["verdict"].tolist(), [known[name][1] for name in own["claim_id"]]).kappa)
    alike = [value for value in alike if not math.isnan(value)]
    with_us = (sum(alike) / len(alike), min(alike), max(alike), len(alike)) if alike else None
    return ClaimsReport(rows, raters, several, kappa, why, with_us)


def report_case(
    slug: str,
    files: Iterable[Decisions],
    asked: Asked | None,
    known: Mapping[str, tuple[judged.Claim, str]] | None = None,
    *,
    show_few: bool = False,
) -> CaseReport:
    """Count one case.

    Parameters
    ----------
    slug
        The case.
    files
        Its students, copies already left out.
    asked
        What the collection says the case asks; None when it does not have the case.
    known
        By its id, each claim that the collection judges, with our verdict.
    show_few
        Show reasons even where so few answered that they may tell who wrote them.
    """
    students = sorted(files, key=lambda student: student.order)
    verdicts = [(number, *given) for number, student in enumerate(students, 1) for given in student.verdicts]
    stops = _stops_in(students, asked)
    reports, lines = [], []
    for stop in stops:
        pairs = [student.given[stop.id] for student in students if stop.id in student.given]
        gone = bool(asked) and stop.id not in asked.stops
        reports.append(_report_stop(stop, pairs, gone=gone, show_few=show_few))
    for number, student in enumerate(students, 1):
        for stop, report in zip(stops, reports, strict=True):
            if stop.id in student.given:
                one, two = student.given[stop.id]
                before = [one.choice, one.confidence, "" if report.hidden else one.reason] if one is not two else [""] * 3
                after = [two.choice, two.confidence, "" if report.hidden else two.reason]
                lines.append([slug, two.version, str(number), stop.id, stop.question, *before, *after])
    versions: Counter[str] = Counter()
    for student in students:
        versions.update({answer.version for answer in student.answers} or {student.version})
    differ = bool(set(versions) - {asked.version}) if asked else len(versions) > 1
    return CaseReport(
        slug=slug,
        title=asked.title if asked else slug,
        version=asked.version if asked else None,
        students=len(students),
        silent=sum(not student.answers and not student.verdicts for student in students),
        versions=sorted(versions.items(), key=lambda pair: [int(part) for part in pair[0].split(".")]) if differ else [],
        stops=reports,
        claims=report_claims(verdicts, known or {}),
        lines=lines,
        verdicts=verdicts,
    )


# ------------------------------------------------------------------ writing


def neutral(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, and that stays one cell where semicolons part cells."""
    cell = _LATER_FORMULA.sub(r"\1'", " ".join(cell.split("\n")))
    return f"'{cell}" if cell.lstrip(" '\"").startswith(tuple(_FORMULA)) else cell


def table(cases: list[CaseReport]) -> bytes:
    """One line for each student and stop, after a byte order mark: without one, Excel does not see that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([neutral(cell) for cell in line] for case in cases for line in case.lines)
    return text.getvalue().encode("utf-8-sig")


def verdict_table(cases: list[CaseReport]) -> bytes:
    """One line for each student and claim; raters are numbered through all cases, in one case as in the other table."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(VERDICT_COLUMNS)
    before = 0
    for case in cases:
        writer.writerows([before + number, claim, verdict] for number, claim, verdict in case.verdicts)
        before += case.students
    return text.getvalue().encode("utf-8-sig")


def page(cases: list[CaseReport], **about: Any) -> str:
    """The report as one file of HTML that asks for nothing else."""
    from .extension.parts import THEME, render

    styles = [(THEME / name).read_text(encoding="utf-8") for name in ("static/book.css", "parts/class_report.css")]
    values = {"cases": cases, "few": FEW, "few_claims": FEW_CLAIMS, "levels": (*CONFIDENCE, "not said"), "style": Markup("\n".join(styles))}
    return f"{render('class_report', **values, **about)}\n"


@dataclass(frozen=True)
class Outcome:
    """What was written, and what has to be said about it."""

    written: list[Path]
    #: For the standard output: one line.
    summary: str
    #: For the standard error: files refused and other things to know, one line each.
    said: list[str]


def write(
    folder: Path,
    out: Path | None = None,
    case: str | None = None,
    *,
    show_few: bool = False,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Outcome:
    """Read a folder of decision files and write the page and the table.

    Parameters
    ----------
    folder
        Where the students' files lie.
    out
        The page; the table is written beside it with the ending `.csv`, and `verdicts.csv` where students judged claims. `class-report.html` in the folder when left out.
    case
        Report this case only.
    show_few
        Show reasons even where fewer than five answered.
    tell
        Called with how many files are read, and of how many.

    Raises
    ------
    TwoRoomsError
        When there is no such folder or case, the page cannot have that name, or no file could be read. Its `lines` then
        hold one line for every file refused.
    """
    collection = collection_here()
    page_path = out or folder / "class-report.html"
    table_path = page_path.with_suffix(".csv")
    verdicts_path = page_path.with_name("verdicts.csv")
    if page_path.suffix.lower() not in (".html", ".htm") or page_path.is_dir():
        raise TwoRoomsError(f"--out {visible(str(page_path))}: is no name for a page; expected a file that ends in .html")
    _keep_foreign(table_path)
    _keep_foreign(verdicts_path, VERDICT_COLUMNS)
    if verdicts_path == table_path:
        raise TwoRoomsError(f"--out {visible(str(page_path))}: its table would have the name of the verdicts; expected another name")
    reading = read_folder(folder, collection, tell)
    if reading.refused and not reading.files:
        count = len(reading.refused)
        wanted = "files that students saved in a case"
        error = TwoRoomsError(f"{visible(str(folder))}: no file could be read, {count} refused; expected {wanted}")
        error.lines = [*reading.refused, str(error)]
        raise error
    # Nobody writes another's reason word for word; without reasons two students may well have chosen the same.
    unique: dict[str | int, Decisions] = {}
    for number, student in enumerate(reading.files):
        key = number if student.wordless else student.digest
        unique[key] = max(unique.get(key, student), student, key=lambda one: (len(one.verdicts), one.order))
    counted = list(unique.values())
    slugs = sorted({student.case for student in counted})
    if case and case not in (*slugs, *collection.slugs):
        there = ", ".join(sorted({*slugs, *collection.slugs})) or "none yet"
        raise TwoRoomsError(f"--case {visible(case)}: there is no such case; expected one of {there}")
    wanted = [case] if case else slugs
    # Copies are told of the cases in the report only, like everything else on the page.
    chosen, read_of = ([student for student in files if student.case in wanted] for files in (counted, reading.files))
    known = collection.claims if any(student.verdicts for student in chosen) else {}
    cases = [
        report_case(slug, (student for student in chosen if student.case == slug), collection.asked(slug), known, show_few=show_few)
        for slug in wanted
    ]
    about = {
        "students": len(chosen),
        "refused": len(reading.refused),
        "copies": len(read_of) - len(chosen),
        "left_out": len(counted) - len(chosen),
    }
    page_path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(page_path, page(cases, **about))
    write_whole(table_path, table(cases))
    written = [page_path, table_path]
    if any(case.verdicts for case in cases):
        write_whole(verdicts_path, verdict_table(cases))
        written.append(verdicts_path)
    elif verdicts_path.exists():
        # Of an earlier report: beside this page it would be wrong.
        verdicts_path.unlink()
    said = [*collection.faults, *reading.refused]
    if about["copies"]:
        said.append(f"{_files(about['copies'])} with the same reasons as another, word for word: counted once.")
    if reading.folders:
        said.append(f"{reading.folders} folder(s) inside {visible(str(folder))} not looked into; files are read from one folder.")
    others = f", {about['left_out']} of other cases left out" if about["left_out"] else ""
    names = [visible(path.name) for path in written[1:]]
    where = f"{visible(str(page_path))}{', ' if len(names) > 1 else ' and '}{' and '.join(names)}"
    summary = f"{_files(len(reading.files))} read, {len(reading.refused)} refused{others}. {where}"
    return Outcome(written, summary, said)


def _files(count: int) -> str:
    return f"{count} file" if count == 1 else f"{count} files"


def _keep_foreign(path: Path, columns: Iterable[str] = COLUMNS) -> None:
    """Refuse to replace a table that is not an earlier one of ours: nobody asked for that name."""
    if not path.exists():
        return
    ours = ",".join(columns).encode("utf-8-sig")
    if not path.is_file() or path.open("rb").read(len(ours)) != ours:
        raise TwoRoomsError(f"{visible(str(path))}: is there and is no class report; expected a free name: try another --out")
