"""Every place where the collection reads what others wrote: sound files to start from, how to change them, and the door they go through."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import stat
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, chdir
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from unittest.mock import patch

from fixtures.breaking import CASE, NOTE, NOTEBOOK, QUIZ, TOC, edit, make, run

from tworooms import class_report, derive, evidence, exports, files, forks, updates
from tworooms import claims as judged_claims
from tworooms.case import Case, all_cases, instructor_pages, reading_order
from tworooms.checks import evidence as evidence_check
from tworooms.checks import run as checks
from tworooms.errors import TwoRoomsError
from tworooms.extension import help_block

from . import changes
from .bounds import Fault, judged, watched

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 21)
TABLES = {
    "facts": "evidence/facts.csv", "unconfirmed": "evidence/unconfirmed.csv", "series": "evidence/series.csv", "disputes": "evidence/disputes.csv",
    "claims": "evidence/claims.csv", "pk_parameters": "evidence/pk_parameters.csv", "curation-log": "evidence/curation-log.csv",
    "help_lines": "evidence/help_lines.csv", "glossary": "glossary.csv", "row_digests": "evidence/row_digests.csv",
}  # fmt: skip
#: Rows that the small collection keeps of each table; all help lines, which the toy case shows.
_KEPT = {"facts": 12, "help_lines": 1000}
_ANSWERS = {
    "format": "tworooms-decisions", "format_version": 1, "case": "toy", "case_version": "1.0.0",
    "decisions": [{"stop": "which-room", "question": "Which room would you choose for her?", "choice": "Clinic", "confidence": "low", "reason": "Because.", "version": "1.0.0"},
                  {"stop": "which-room", "question": "Which room would you choose for her?", "choice": "Home", "confidence": "high", "reason": "", "version": "0.9.0"}],
    "verdicts": [{"claim": "wiki-01", "verdict": "supported"}, {"claim": "wiki-02", "verdict": "unsupported"}],
}  # fmt: skip


class Place:
    """A small collection of its own between canaries: what a door changes inside is undone, and what it changes outside is seen."""

    def __init__(self, folder: Path):
        self.folder = folder.resolve()
        self.root = make(self.folder / "a collection", whole_book=False)
        self.canary = self.folder / "canary"
        self.canary.mkdir()
        for name in ("case.yml", "book.md", "unfinished.json"):
            (self.canary / name).write_text("untouched\n", encoding="utf-8")
        self._trim()
        (self.root / "LICENSE").write_text("licence\n", encoding="utf-8")
        (self.root / "LICENSE-CONTENT").write_text("licence\n", encoding="utf-8")
        shutil.rmtree(self.root / "_build", ignore_errors=True)
        with self._quiet():
            forks.fork(self.root, Case(self.root / "cases/toy"), "toy-copy", today=TODAY)
        shutil.rmtree(self.root / "_build", ignore_errors=True)
        # A second case would double what most doors cost; those that need the copy lay it out.
        self.copy = self._found(self.root / "cases/toy-copy")
        shutil.rmtree(self.root / "cases/toy-copy")
        (self.root / TOC).write_bytes((ROOT / "tests/fixtures/collection" / TOC).read_bytes())
        edit(self.root / TOC, "      - file: book/evidence\n      - file: book/disagreements\n", "")
        self.sound = self._found(self.root)
        self.outside = self._found(self.canary)
        self._clock = max(path.stat().st_mtime_ns for path in self.root.rglob("*"))

    def _trim(self) -> None:
        for name, file in TABLES.items():
            path = self.root / "data" / file
            with path.open(encoding="utf-8", newline="") as stream:
                head, *rows = csv.reader(stream)
            kept = rows[: _KEPT.get(name, 4)]
            if name == "facts":
                column = {title: number for number, title in enumerate(head)}
                kept = [row for row in rows if row[0] == "clinic-lii2023-effect"]
                kept += [row for row in rows if row[column["unit"]] == "yyyymmdd"][:1] + [row for row in rows if row[column["series_id"]]][:6] + rows[:4]
                kept = list({row[0]: row for row in kept}.values())
                self._works = {row[column["source_key"]] for row in kept}
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([head, *kept])
            path.write_text(text.getvalue(), encoding="utf-8")
        bib = self.root / "data/evidence/references.bib"
        entries = bib.read_text(encoding="utf-8").split("\n@")
        bib.write_text("\n@".join(entry for entry in entries if any(f"{{{key}," in entry for key in self._works)), encoding="utf-8")
        if not bib.read_text(encoding="utf-8").startswith("@"):
            bib.write_text(f"@{bib.read_text(encoding='utf-8')}", encoding="utf-8")

    @staticmethod
    def _found(folder: Path) -> dict[str, bytes]:
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def put(self, name: str, content: bytes) -> Path:
        """Write one file of the collection, with a time that no earlier one had: the tables are read again when it differs."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._clock += 1_000_000
        os.utime(path, ns=(self._clock, self._clock))
        return path

    def lay_copy(self) -> None:
        """Put the toy's copy, as `tworooms fork` makes it, into the collection."""
        for name, content in self.copy.items():
            self.put(f"cases/toy-copy/{name}", content)

    def reset(self) -> None:
        """Undo what was done inside; raise Fault for what was done outside."""
        for name in ("_build", "cases", "answers", "out", "upstream"):
            if name != "cases" and (self.root / name).exists():
                shutil.rmtree(self.root / name, ignore_errors=True)
        for path in sorted(self.root.rglob("*"), reverse=True):
            name = path.relative_to(self.root).as_posix()
            if path.is_symlink() or not path.is_dir():
                # A pipe in the place of a sound file would be waited for.
                if name not in self.sound or path.is_symlink() or not path.is_file():
                    path.unlink()
            elif not any(path.iterdir()):
                path.rmdir()
        for name, content in self.sound.items():
            path = self.root / name
            if not path.is_file() or path.read_bytes() != content:
                if path.is_dir():
                    shutil.rmtree(path)
                self.put(name, content)
        strangers = {path.name for path in self.folder.iterdir()} - {"a collection", "canary"}
        if strangers or not self.canary.is_dir() or self._found(self.canary) != self.outside:
            held = self._found(self.canary)
            shutil.rmtree(self.canary, ignore_errors=True)
            self.canary.mkdir()
            for name, content in self.outside.items():
                (self.canary / name).write_bytes(content)
            for name in strangers:
                (self.folder / name).unlink()
            raise Fault("writes outside: the canary", f"{strangers} {held}")

    @contextlib.contextmanager
    def _quiet(self) -> Iterator[None]:
        """The collection as working folder; no kernel, no Sphinx, no browser: none of them reads what is tested here."""
        from tworooms.exports import chromium

        def no_browser() -> None:
            raise TwoRoomsError("no Chromium; expected one")

        with ExitStack() as stack:
            stack.enter_context(chdir(self.root))
            for target, name, stand_in in (
                ("tworooms.execute", "run_notebook", lambda case, kernels=None: case.notebook),
                ("jupyter_book.sphinx", "build_sphinx", lambda *_, **__: 0),
                (chromium.__name__, "required", no_browser),
                ("tworooms.updates", "_committed", lambda *_: None),
            ):
                __import__(target)
                stack.enter_context(patch.object(sys.modules[target], name, stand_in))
            yield

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """What a door needs around it: everything above, and the watch over writes."""
        with self._quiet(), watched(self.root):
            yield


@dataclass(frozen=True)
class Loader:
    """One kind of input. seeds: sound ones. changed: how to change them. door: reads one, and is judged on every way it is read."""

    name: str
    seeds: Callable[[], Iterable[bytes]]
    changed: changes.Change
    door: Callable[[Place, bytes], None]

    @cached_property
    def sound(self) -> list[bytes]:
        return list(self.seeds())

    def try_one(self, place: Place, content: bytes) -> None:
        """Put one input through its door. Raises Fault."""
        try:
            with place.open():
                self.door(place, content)
        finally:
            place.reset()


# Doors ----------------------------------------------------------------------------------------------


def _case(place: Place) -> Case:
    return Case(place.root / "cases/toy")


def _families(place: Place) -> None:
    for name, family in checks.FAMILIES.items():
        if name != "evidence":
            judged(f"check {name}", lambda family=family: family(place.root))


def _exports(place: Place, content: bytes, *names: str) -> None:
    """One form, which one follows from the input: all of them would take most of the time."""
    out = place.root / "out"
    out.mkdir()
    names = names or ("cartridge", "moodle", "qti", "epub", "ipynb", "slides", "handout")
    for name in names[zlib.crc32(content) % len(names) :][:1]:
        order = exports.Order(place.root, [_case(place)], out, None, lambda line: None)
        judged(f"export {name}", lambda name=name, order=order: exports.FORMS[name].write(order) and None)


def _build(place: Place) -> None:
    from tworooms import build

    judged("build", lambda: build.build(place.root, "instructor") and None)


def _fork(place: Place, content: bytes) -> None:
    """For one input in three, like the exports."""
    if zlib.crc32(content) % 3:
        return
    judged("fork", lambda: forks.fork(place.root, _case(place), "toy-two", title="Another", jurisdiction="GB", spelling="british", author="A. Name", today=TODAY) and None)


def _derived(place: Place) -> None:
    judged("derive", lambda: derive.write_metadata(place.root, _case(place)))


def _case_yml(place: Place, content: bytes) -> None:
    place.put(CASE, content)
    if judged("case.yml", lambda: _case(place).metadata):
        _exports(place, content, "cartridge", "moodle", "qti", "ipynb", "slides", "handout")
        _fork(place, content)
    _families(place)
    _build(place)
    _derived(place)


def _quiz_yml(place: Place, content: bytes) -> None:
    place.put(QUIZ, content)
    if judged("quiz.yml", lambda: _case(place).quiz):
        _exports(place, content, "cartridge", "moodle", "qti")
    _families(place)
    _build(place)


def _notebook(place: Place, content: bytes) -> None:
    place.put(NOTEBOOK, content)
    if judged("notebook", lambda: _case(place).notebook):
        judged("stops", lambda: class_report.stops_of(_case(place)) and None)
        _exports(place, content)
        _fork(place, content)
        judged("execute", partial(_execute, place))
    _families(place)


def _execute(place: Place) -> None:
    from tworooms.execute import execute

    execute(place.root, [_case(place)])


def _page(place: Place, content: bytes) -> None:
    place.put("book/index.md", content)
    judged("instructor pages", lambda: instructor_pages(place.root) and None)
    _families(place)


def _note(place: Place, content: bytes) -> None:
    place.put(NOTE, content)
    place.put(CASE, (place.root / CASE).read_bytes().replace(b"draft for the tests", b"reviewed"))
    _families(place)
    _exports(place, content, "slides")


def _toc(place: Place, content: bytes) -> None:
    place.put(TOC, content)
    judged("reading order", lambda: reading_order(place.root) and None)
    _build(place)
    entered = judged("entry", lambda: _entered(place))
    if entered:
        _fork(place, content)


def _entered(place: Place) -> None:
    """A case that was entered in the reading order stands in it."""
    place.lay_copy()
    place.put(TOC, forks.with_entry(place.root, "toy-copy", "A new part").encode())
    if "cases/toy-copy/case" not in reading_order(place.root):
        raise AssertionError("the entry is lost")


def _tables(place: Place) -> None:
    root = place.root
    judged("check evidence", lambda: evidence_check.check(root))
    for read in (evidence.facts, evidence.series, evidence.disputes, evidence.claims, evidence.help_lines, evidence.pk_parameters, evidence.glossary, evidence.references):
        judged(f"evidence {read.__name__}", lambda read=read: read(root) is None)
    judged("facts in words", lambda: _in_words(root))
    judged("help in words", lambda: (help_block.plain_text(root, ("US", "GB")), help_block.help_places(root)) and None)
    judged("claims in words", lambda: (list(judged_claims.with_verdicts(root)), judged_claims.our_verdicts(root)) and None)
    judged("points", lambda: [evidence.points(name, root) for name in evidence.series(root).series_id] and None)
    judged("seal", lambda: evidence_check.seal(root) and None)


def _in_words(root: Path) -> None:
    for name in evidence.facts(root).fact_id:
        fact = evidence.fact(name, root)
        fact.reference.href, evidence.value_text(fact), evidence.checked_text(fact), evidence.number_text(fact.recorded["comparator_value"], fact.unit)


def _table(file: str, place: Place, content: bytes) -> None:
    place.put(f"data/{file}", content)
    _tables(place)
    if file.endswith(("facts.csv", "help_lines.csv", "glossary.csv", "claims.csv", "disputes.csv", ".bib", "datapackage.json")):
        _families(place)
        _exports(place, content, "cartridge", "ipynb", "handout")


def _answers(place: Place, content: bytes) -> None:
    folder = place.root / "answers"
    folder.mkdir()
    (folder / "one.json").write_bytes(content)
    (folder / "two.json").write_text(json.dumps(_ANSWERS), encoding="utf-8")
    collection = class_report.collection_here()
    judged("class report: one", lambda: class_report.read(folder / "one.json", collection) and None)
    judged("class report", lambda: class_report.write(folder, place.root / "out/report.html") and None)


def _answers_in_folder(place: Place, content: bytes) -> None:
    _unpacked(content, place.root / "answers")
    judged("class report", lambda: class_report.write(place.root / "answers", None) and None)


def _update_zip(place: Place, content: bytes) -> None:
    place.lay_copy()
    (place.root / "upstream").mkdir()
    (place.root / "upstream/main.zip").write_bytes(content)
    for dry in (True, False):
        judged("update --from ZIP", lambda dry=dry: updates.update(place.root, "toy-copy", place.root / "upstream/main.zip", dry_run=dry) and None)
    judged("diff", lambda: updates.changes(place.root, "toy-copy") and None)


def _update_folder(place: Place, content: bytes) -> None:
    place.lay_copy()
    _unpacked(content, place.root / "upstream")
    judged("update --from folder", lambda: updates.update(place.root, "toy-copy", place.root / "upstream") and None)
    judged("diff", lambda: updates.changes(place.root, "toy-copy") and None)


def _case_folder(place: Place, content: bytes) -> None:
    """The ZIP's files in the place of the case itself: links, folders where files are expected, files that cannot be read."""
    shutil.rmtree(place.root / "cases/toy")
    _unpacked(content, place.root / "unpacked")
    inside = place.root / "unpacked/two-rooms-main/cases/toy"
    (place.root / "cases/toy").mkdir() if not inside.is_dir() else os.replace(inside, place.root / "cases/toy")
    shutil.rmtree(place.root / "unpacked", ignore_errors=True)
    judged("cases", lambda: all_cases(place.root) and None)
    _families(place)
    _build(place)
    _fork(place, content)
    _exports(place, content, "cartridge", "ipynb", "slides")


def _unpacked(content: bytes, folder: Path) -> None:
    """A ZIP laid out as a folder by hand, with its links, pipes and folders, and never outside the folder."""
    folder.mkdir()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist()[:200]:
                target = folder.joinpath(*[part for part in Path(info.filename.replace("\\", "/").replace("\0", "")).parts if part not in ("..", "/")])
                target.parent.mkdir(parents=True, exist_ok=True)
                kind = info.external_attr >> 16
                if stat.S_ISLNK(kind) and not target.exists():
                    os.symlink(archive.read(info)[:100].replace(b"\0", b""), os.fsencode(target))
                elif stat.S_ISFIFO(kind) and hasattr(os, "mkfifo") and not target.exists():
                    os.mkfifo(target)
                elif info.is_dir():
                    target.mkdir(exist_ok=True)
                elif not target.is_symlink() and (target.is_file() or not target.exists()):
                    target.write_bytes(archive.read(info)[:4_000_000])
    except Exception:  # noqa: BLE001 -- what of it can be laid out is the input
        return


def _plan(place: Place, content: bytes) -> None:
    (place.root / "_build").mkdir()
    (place.root / "_build/unfinished.json").write_bytes(content)
    judged("unfinished", lambda: files.finish(place.root))


def _template(place: Place, content: bytes) -> None:
    copy = place.root / "out/template"
    shutil.copytree(forks.TEMPLATE, copy, ignore=forks.LEFT_BEHIND)
    name = "case.ipynb" if content.lstrip()[:1] == b"{" else "case.yml"
    (copy / name).write_bytes(content)
    with patch.object(forks, "TEMPLATE", copy):
        judged("new", lambda: forks.new(place.root, "toy-new", title="New", today=TODAY) and None)


def _program(place: Place, content: bytes) -> None:
    place.put("cases/toy/model.py", content)
    place.put("cases/toy/observed.csv", content)
    _exports(place, content, "ipynb")


def _arguments(place: Place, content: bytes) -> None:
    """The whole command line: status 0, 1 or (Typer's own, for a wrong call) 2, and never a traceback."""
    try:
        words = json.loads(content)
    except (ValueError, RecursionError):
        return
    # What an argument vector can hold; and what would start a server, a browser or a build is not called.
    if not isinstance(words, list) or not all(isinstance(word, str) and "\0" not in word for word in words) or not words or words[0] not in _COMMANDS:
        return
    if "toy-copy" in words:
        place.lay_copy()
    outcomes = []
    if not judged("command line", lambda: outcomes.append(run(place.root, *words)) or None):
        raise Fault("command line: an error got past main", repr(words))
    (outcome,) = outcomes
    if outcome.code not in (0, 1, 2) or "Traceback" in outcome.out + outcome.err:
        raise Fault("command line: a traceback or a strange status", f"{words!r}\n{outcome}")
    if outcome.code == 1 and not any("expected" in line or "need your decision" in line for line in outcome.lines):
        raise Fault("command line: refuses without saying what it expected", f"{words!r}\n{outcome}")


_COMMANDS = {"fork", "new", "export", "update", "diff", "check", "class-report", "execute", "seal"}
_CALLS = (
    ["fork", "toy", "toy-two", "--title", "A copy", "--jurisdiction", "GB", "--spelling", "british", "--author", "A. Name"],
    ["new", "toy-new", "--title", "New", "--part", "Part I", "--jurisdiction", "US", "--spelling", "american"],
    ["export", "toy", "--to", "moodle,qti", "--out", "out"], ["update", "toy-copy", "--from", ".", "--dry-run"], ["update", "toy-copy"],
    ["diff", "toy-copy"], ["check", "toy", "--format", "json"], ["check", "--format", "github"], ["class-report", "answers", "--out", "out/x.html", "--case", "toy"], ["execute", "toy", "--jobs", "1"],
)  # fmt: skip


# Seeds ----------------------------------------------------------------------------------------------


def _published(name: str) -> list[bytes]:
    """The toy's file first, then one of each published case, the smallest first."""
    toy = ROOT / "tests/fixtures/collection/cases/toy" / name
    return [toy.read_bytes(), *sorted((path.read_bytes() for path in (ROOT / "cases").glob(f"*/{name}")), key=len)]


def _small_notebooks() -> list[bytes]:
    """The toy's notebook, and of each published one its Markdown and the first figure."""
    made = [_published("case.ipynb")[0]]
    for content in _published("case.ipynb")[1:]:
        notebook, drawn = json.loads(content), 0
        kept = []
        for cell in notebook["cells"]:
            drawn += bool(cell.get("outputs"))
            if cell["cell_type"] == "markdown" or drawn <= 1:
                kept.append(cell)
        made.append(json.dumps(notebook | {"cells": kept}).encode())
    return made


def _zipped(folder: Path, around: str = "two-rooms-main/cases/toy") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.writestr(f"{around}/{path.relative_to(folder).as_posix()}", path.read_bytes())
    return buffer.getvalue()


def _collections() -> list[bytes]:
    """The toy with a newer text, as the ZIP of a collection."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        toy = Path(folder) / "toy"
        shutil.copytree(ROOT / "tests/fixtures/collection/cases/toy", toy)
        (toy / "data").mkdir()
        (toy / "data/small.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        for name, old, new in (("case.yml", "A toy case", "A toy again"), ("teaching-note.md", "the", "this"), ("quiz.yml", "That", "Those")):
            (toy / name).write_text((toy / name).read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
        return [_zipped(toy), _zipped(toy, "cases/toy"), _zipped(toy, "toy")]


def _answer_folders() -> list[bytes]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("one.json", "two.json", "three.JSON", "class-report.csv", "x/four.json"):
            archive.writestr(name, json.dumps(_ANSWERS | {"case": "toy" if name < "t" else "two-rooms"}))
    return [buffer.getvalue()]


def _plans() -> list[bytes]:
    return [json.dumps(plan).encode() for plan in (
        {"folders": [["cases/toy-two", "_build/staging/x/cases/toy-two"]], "texts": {"book/_toc.yml": "root: book/index\n"}},
        {"folders": [], "texts": {"../canary/case.yml": "x"}}, {"folders": [["../canary", "cases/toy"]], "texts": {}},
    )]  # fmt: skip


def _data(file: str) -> list[bytes]:
    """The table with its head and a few rows, as the small collection has it, and a bigger piece."""
    content = (ROOT / "data" / file).read_bytes()
    if file.endswith((".json", ".bib")):
        return [content] if file.endswith(".json") else [b"\n@".join(content.split(b"\n@")[:number]) for number in (3, 8)]
    lines = content.split(b"\n")
    return [b"\n".join([*lines[:number], b""]) for number in (4, 9)]


def _pages() -> list[bytes]:
    return [path.read_bytes() for path in sorted((ROOT / "book").glob("*.md"), key=lambda path: path.stat().st_size)]


def _programs() -> list[bytes]:
    return [b"import numpy as np\nfrom tworooms import figures\n\ndef f(x):\n    return x + 1\n"] + [path.read_bytes() for path in sorted((ROOT / "cases").glob("*/*.py"))[:2]]


LOADERS = {
    loader.name: loader
    for loader in (
        Loader("case.yml", partial(_published, "case.yml"), changes.yaml_changed, _case_yml),
        Loader("quiz.yml", partial(_published, "quiz.yml"), changes.yaml_changed, _quiz_yml),
        Loader("_toc.yml", lambda: [(ROOT / "tests/fixtures/collection/book/_toc.yml").read_bytes(), (ROOT / TOC).read_bytes()], changes.toc_changed, _toc),
        Loader("notebook", _small_notebooks, changes.notebook_changed, _notebook),
        Loader("figure", lambda: _small_notebooks()[:1] + _small_notebooks()[1:5], changes.figure_changed, _notebook),
        Loader("page", _pages, changes.markdown_changed, _page),
        Loader("teaching note", partial(_published, "teaching-note.md"), changes.markdown_changed, _note),
        Loader("program", _programs, changes.markdown_changed, _program),
        *(Loader(f"table {name}", partial(_data, file), changes.csv_changed, partial(_table, file)) for name, file in TABLES.items()),
        Loader("data package", partial(_data, "datapackage.json"), changes.json_changed, partial(_table, "datapackage.json")),
        Loader("bibliography", partial(_data, "evidence/references.bib"), changes.bib_changed, partial(_table, "evidence/references.bib")),
        Loader("answers", lambda: [json.dumps(_ANSWERS).encode()], changes.json_changed, _answers),
        Loader("answers folder", _answer_folders, changes.zip_changed, _answers_in_folder),
        Loader("update ZIP", _collections, changes.zip_changed, _update_zip),
        Loader("update folder", _collections, changes.zip_changed, _update_folder),
        Loader("case folder", _collections, changes.zip_changed, _case_folder),
        Loader("unfinished plan", _plans, changes.json_changed, _plan),
        Loader("template", lambda: [(forks.TEMPLATE / name).read_bytes() for name in ("case.yml", "case.ipynb")],
               lambda random, content: (changes.notebook_changed if content[:1] == b"{" else changes.yaml_changed)(random, content), _template),
        Loader("arguments", lambda: [json.dumps(call).encode() for call in _CALLS], changes.arguments_changed, _arguments),
    )
}  # fmt: skip
