"""Identifiers of real people: what is found in labelled sentences, and wherever in a case one can be left."""

import base64
import io
import json
import struct
from itertools import pairwise

import confusion
import nbformat
import pytest
import scoring
from fixtures.breaking import CASE, FIGURE_CELL, INDEX, NOTE, NOTEBOOK, QUIZ, ROOT, edit, edit_cell, make, refusal, run
from rich.console import Console

from tworooms.case import all_cases
from tworooms.checks.identifiers import KINDS, check, found, known_in

TOY = "cases/toy"


@pytest.fixture(scope="module")
def score():
    return scoring.identifiers("tuned")


@pytest.fixture(scope="module")
def unseen():
    return scoring.identifiers("unseen")


# The labelled sentences ------------------------------------------------------------------------------

STRUCTURED = sorted(set(KINDS) - {"name", "place"})


def test_structured_kinds_are_found(score):
    assert score.recall(*STRUCTURED) >= 0.98, score.missed


@pytest.mark.parametrize("kind", ["name", "place"])
def test_names_and_places_are_found(score, kind):
    assert score.recall(kind) >= 0.90, [row for row in score.missed if row[1] == kind]


def test_few_innocent_sentences_raise_an_alarm(score, unseen):
    assert score.innocent > 300 and unseen.innocent >= 80
    assert score.alarm_rate() <= 0.06 and unseen.alarm_rate() <= 0.08, score.alarms + unseen.alarms


def test_most_of_what_the_rules_had_not_met_is_found(unseen):
    """What to expect of an instructor's own sentences; lower than above, and it must not fall."""
    assert unseen.recall(*STRUCTURED) >= 0.90 and unseen.recall("name") >= 0.90 and unseen.recall("place") >= 0.80, unseen.missed


@pytest.mark.parametrize("half", ["tuned", "unseen"])
def test_every_kind_is_in_either_half(half):
    assert set(scoring.identifiers(half).expected) == set(KINDS)
    assert half in scoring.halves(scoring.FIXTURES / "identifiers.csv")


def test_the_confusion_table_shows_every_kind(score):
    written = io.StringIO()
    Console(file=written, width=300).print(confusion.table(score, "identifiers"))
    assert all(kind in written.getvalue() for kind in KINDS)


def test_the_table_of_an_unknown_set_is_refused(capsys):
    assert confusion.main(["weather"]) == 1
    assert capsys.readouterr().err.startswith("weather: is no labelled set; expected one of identifiers")


# One text ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Dr. Miriam Osei rang", "she told Osei", "Miriam's note", "OSEI, Miriam"])
def test_a_declared_name_is_innocent_whole_and_in_parts(text):
    assert not found(text, cast=["Dr. Miriam Osei"])
    assert [finding.kind for finding in found(text)][:1] == ["name"]


def test_a_declared_given_name_does_not_cover_another_family():
    assert [(f.kind, f.text) for f in found("Then Miriam Thornbury rang.", cast=["Miriam Osei"])] == [("name", "Thornbury")]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("NL38 INGB 0242 8217 64", "NL38 INGB 0242 8217 65"),
        ("4111 1111 1111 1111", "4111 1111 1111 1112"),
        ("12345678Z", "12345678A"),
        ("RSSLCU78C14H501E", "RSSLCU78C14H501F"),
    ],
)
def test_a_check_digit_decides(right, wrong):
    assert [finding.text for finding in found(f"It says {right} here.")] == [right]
    assert right[:4] not in "".join(finding.text for finding in found(f"It says {wrong} here.") if finding.kind in ("account", "national-id"))


@pytest.mark.parametrize(
    ("text", "kind", "piece"),
    [
        ("His mother, Wilhelmina, is 91, and holds the key.", "age", "91"),
        ("Pt lives w/ dtr, 93F, on apixaban.", "age", "93F"),
        ("Uncle, ninety-six, asked.", "age", "ninety-six"),
        ("Lives in Chloride, AZ 86431, alone.", "postcode", "86431"),
        ("Habite rue des Tanneurs à Guebwiller (68500).", "postcode", "68500"),
        ("Kfz NF-KE 442 stood in the bay.", "vehicle", "NF-KE 442"),
        ("plate ID 2C 88K1, no entrapment", "vehicle", "ID 2C 88K1"),
        ("UPS 1Z 999 AA1 01 2345 6784 came", "other", "1Z 999 AA1 01 2345 6784"),
        ("It is over Teller's Hardware now.", "place", "Teller's Hardware"),
        ("He waits at Shawclough depot now.", "place", "Shawclough depot"),
        ("They live in Settle, above the bakery.", "place", "Settle"),
        ("De heer Van der Heijden-Boon belde.", "name", "Van der Heijden-Boon"),
        ("ferhat, 24m, found by a flatmate", "name", "ferhat"),
        ("user left chart of Abernethy, Mhairi open", "name", "Abernethy"),
    ],
)
def test_a_form_is_found_in_a_sentence_of_its_own(text, kind, piece):
    assert (kind, piece) in [(finding.kind, finding.text) for finding in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The HR was 93, sats 94 on air, BP 128/84.",
        "Version 2.3.14 of the app crashed.",
        "A completer in Vienna and a drop-out in Basel; the two trials count her differently.",
        'His shirt reads "Dallas", his cap "Boston".',
        "Urinkultur negativ, Kreatinin 88, Restharn 20 mL, Kapazität 110 mL, Schmerz 7/10.",
        "Suction checked, pressure 200, AED green.",
        "The form's own example: MRN 0000000, DOB 01/01/1900, Max Mustermann.",
        "Not Dr Crohn's disease again.",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text):
    assert not found(text)


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud83d", "A" * 3000, "A-" * 3000, "1/2 " * 3000, "Aa, " * 3000, "Ab-" * 3000, "\n\t" * 3000, "İß" * 2000])
def test_odd_and_endless_text_is_read_to_its_end(text):
    assert all(text[finding.start : finding.end] == finding.text for finding in found(text))


def test_public_numbers_and_authors_are_innocent():
    known = known_in(ROOT)
    for text in ("Call 116 123 or 1-800-662-4357.", "The rule is 21 CFR 1306.09.", "See 10.1136/bmj-2021-067194 and NCT04338321.", "Abbar and Demattei found less."):
        assert not found(text, known=known), text
    assert found("Call 020 7946 0123.", known=known)


def test_findings_stand_where_they_say_and_do_not_overlap():
    text = "Pt Tomasz Wierzbicki, DOB 14/03/1951, NHS 999 123 4569, 14 Alder Lane, tel 07700 900123"
    findings = found(text)
    assert {"name", "date", "place", "phone"} <= {finding.kind for finding in findings}
    assert all(text[finding.start : finding.end] == finding.text for finding in findings)
    assert all(before.end <= after.start for before, after in pairwise(findings))


# The collection; that the published one holds none is asked in test_collection.py ------------------------


def test_the_cast_is_what_keeps_a_published_case_quiet():
    """Without it the check must speak, or it has stopped reading names."""
    for case in all_cases(ROOT)[:3]:
        text = "\n".join(cell.source for cell in case.notebook.cells if cell.cell_type == "markdown")
        named = {finding.text for finding in found(text, known=known_in(ROOT)) if finding.kind == "name"}
        assert len(named) >= 2, case.slug


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return make(tmp_path_factory.mktemp("identifiers") / "a collection", whole_book=False)


@pytest.fixture
def own(shared):
    """The collection of this module; what a test does to the toy case and the first page is undone."""
    before = {path: path.read_bytes() for path in (shared / TOY).rglob("*") if path.is_file()}
    page = (shared / INDEX).read_bytes()
    yield shared
    for path in (shared / TOY).rglob("*"):
        if path.is_file() and path not in before:
            path.unlink()
    for path, content in before.items():
        path.write_bytes(content)
    (shared / INDEX).write_bytes(page)


def add(text):
    def change(cell):
        cell.source += f"\n\n{text}\n"

    return change


def exif_photograph(side: int, *, gps: bool) -> bytes:
    """A JPEG's head with EXIF: a camera's serial number, and perhaps a latitude. Nothing needs to be drawn in it."""
    serial = b"SN4471902\0"
    gps_offset = 8 + 2 + 12 * 2 + 4
    exif_offset = gps_offset + 2 + 12 * 2 + 4 + 24
    entries = [struct.pack("<HHLL", 0x8769, 4, 1, exif_offset), struct.pack("<HHLL", 0x8825, 4, 1, gps_offset)]
    first = struct.pack("<H", 2) + b"".join(entries) + struct.pack("<L", 0)
    latitude_at = gps_offset + 2 + 12 * 2 + 4
    place = struct.pack("<HHL4s", 1, 2, 2, b"N\0\0\0") + struct.pack("<HHLL", 2, 5, 3, latitude_at)
    second = struct.pack("<H", 2 if gps else 0) + (place if gps else b"\0" * 24) + struct.pack("<L", 0) + struct.pack("<6L", 52, 1, 30, 1, 0, 1)
    camera = struct.pack("<H", 1) + struct.pack("<HHLL", 0xA431, 2, len(serial), exif_offset + 2 + 12 + 4) + struct.pack("<L", 0) + serial
    tiff = b"II*\0" + struct.pack("<L", 8) + first + second + camera
    app1 = b"Exif\0\0" + tiff
    frame = struct.pack(">BHHB", 8, side, side, 1) + b"\1\x11\0"
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(app1) + 2) + app1 + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9"


def in_output(root):
    def change(cell):
        cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text="loaded 1 row for Thornbury, Margaret\n"))

    edit_cell(root, FIGURE_CELL, change)


def in_html(root):
    def change(cell):
        cell.outputs.append(nbformat.v4.new_output("display_data", data={"text/html": "<table><tr><th>MRN</th><td>4471902</td></tr></table>"}))

    edit_cell(root, FIGURE_CELL, change)


def in_bundle(root):
    from tworooms.figures import MIME_TYPE

    def change(cell):
        bundle = next(output.data[MIME_TYPE] for output in cell.outputs if MIME_TYPE in output.get("data", {}))
        bundle["layout"]["meta"]["tworooms"]["table"]["rows"][0][0] = "Margaret Thornbury"

    edit_cell(root, FIGURE_CELL, change)


def in_cell_metadata(root):
    edit_cell(root, 0, lambda cell: cell.metadata.update(editor="m.thornbury@example.org"))


def in_notebook_metadata(root):
    notebook = json.loads((root / NOTEBOOK).read_text(encoding="utf-8"))
    notebook["metadata"]["authors"] = [{"name": "Margaret Thornbury"}]
    (root / NOTEBOOK).write_text(json.dumps(notebook), encoding="utf-8")


def in_attachment(root):
    def change(cell):
        cell["attachments"] = {"a.jpg": {"image/jpeg": base64.b64encode(exif_photograph(16, gps=True)).decode()}}

    edit_cell(root, 0, change)


def leaves(name, content):
    def change(root):
        path = root / TOY / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return change


NAME, RECORD = "looks like a name outside the declared cast", "looks like a record number"
OLD_COPY = json.dumps({"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["She was seen\n", "by Mrs Thornbury."]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
PLANTED = {
    "prose": (lambda root: edit_cell(root, 0, add("Her husband Tomasz drove.")), f"{NOTEBOOK}:cell 1, line", NAME),
    "teaching note": (lambda root: (root / NOTE).write_text((root / NOTE).read_text(encoding="utf-8") + "\nShe lives in Ystradgynlais.\n", encoding="utf-8"), f"{NOTE}:", "looks like a place"),
    "quiz": (lambda root: edit(root / QUIZ, "stem:", "stem: Rung on 020 7946 0123. #"), f"{QUIZ}:", "looks like a telephone number"),
    "metadata of the case": (lambda root: edit(root / CASE, "\nfunding: ", "\nfunding: Paid by Margaret Thornbury. "), f"{CASE}:", NAME),
    "code": (lambda root: edit_cell(root, 1, add("# MRN 4471902, admitted 14/03/2025")), f"{NOTEBOOK}:cell 2, line", RECORD),
    "output": (in_output, f"{NOTEBOOK}:cell 3, output", NAME),
    "HTML output": (in_html, f"{NOTEBOOK}:cell 3, output", RECORD),
    "table of a figure": (in_bundle, f"{NOTEBOOK}:cell 3, output", NAME),
    "metadata of a cell": (in_cell_metadata, f"{NOTEBOOK}:cell 1, metadata", "looks like an e-mail address"),
    "metadata of the notebook": (in_notebook_metadata, f"{NOTEBOOK}:the notebook's metadata", NAME),
    "picture in a cell": (in_attachment, f"{NOTEBOOK}:cell 1, attachment a.jpg", "stores where it was taken and its camera's serial number"),
    "CSV, by its heading": (leaves("visits.csv", "week,dob\n1,14/03/1951\n"), f"{TOY}/visits.csv:row 2", "looks like a date"),
    "CSV, a number under its heading": (leaves("visits.csv", "week,mrn\n1,2\n2,4471902\n"), f"{TOY}/visits.csv:row 3", RECORD),
    "text file": (leaves("notes.txt", "ok\n\nSSN 531-00-4471\n"), f"{TOY}/notes.txt:3", "looks like a national or social security number"),
    "file name": (leaves("margaret_thornbury.csv", "week\n1\n"), f"{TOY}/margaret_thornbury.csv:its name", NAME),
    "name of a folder": (leaves("Margaret Thornbury/a.csv", "week\n1\n"), f"{TOY}/Margaret Thornbury/a.csv:its name", NAME),
    "old copy of the notebook": (leaves(".ipynb_checkpoints/case-checkpoint.ipynb", OLD_COPY), f"{TOY}/.ipynb_checkpoints/case-checkpoint.ipynb:cell 1, line 2", NAME),
    "list of files of a Mac": (leaves(".DS_Store", b"\0\0\0\1Bud1" + "Margaret Thornbury.docx".encode("utf-16-be")), f"{TOY}/.DS_Store:", NAME),
    "copy left by an editor": (leaves("case.yml~", "id: toy\n"), f"{TOY}/case.yml~:", "was left by a program"),
    "document": (leaves("discharge.docx", b"PK\3\4"), f"{TOY}/discharge.docx:", "cannot be searched for identifiers"),
    "scan": (leaves("scan.pdf", b"%PDF-1.7"), f"{TOY}/scan.pdf:", "cannot be searched for identifiers"),
    "place of a photograph": (leaves("walk.jpg", exif_photograph(64, gps=True)), f"{TOY}/walk.jpg:", "stores where it was taken"),
    "camera of a photograph": (leaves("walk.jpg", exif_photograph(64, gps=False)), f"{TOY}/walk.jpg:", "stores its camera's serial number"),
    "face": (leaves("walk.jpg", exif_photograph(640, gps=False)), f"{TOY}/walk.jpg:", "640 × 640 pixels is large enough to show a face"),
    "page": (lambda root: (root / INDEX).write_text((root / INDEX).read_text(encoding="utf-8") + "\nWrite to m.thornbury@example.org.\n", encoding="utf-8"), f"{INDEX}:", "looks like an e-mail address"),
}  # fmt: skip


def test_the_toy_collection_holds_none(own):
    assert check(own) == []


@pytest.mark.parametrize("place", PLANTED)
def test_a_planted_identifier_is_found(own, place):
    plant, where, what = PLANTED[place]
    plant(own)
    problems = [str(problem) for problem in check(own)]
    told = [line for line in problems if line.startswith(where) and what in line]
    assert told, problems
    assert all("\n" not in line and "; expected " in line for line in problems)
    # The report of a leak does not leak.
    assert not any("Thornbury" in line.removeprefix(where) or "4471902" in line or "531-00-4471" in line for line in problems)


def test_the_command_tells_it_in_one_line(own):
    leaves("notes.txt", "Ask for Mrs Thornbury.\nMrs Thornbury knows.\n")(own)
    line = refusal(run(own, "check", "toy"))
    assert line == (f"{TOY}/notes.txt:1: 'Th…' of 9 characters looks like a name outside the declared cast, 2 times in this file; "
                    "expected an invented name, declared under cast in case.yml")  # fmt: skip


def test_a_case_is_searched_alone_when_it_is_named(own):
    (own / INDEX).write_text("Write to m.thornbury@example.org.\n", encoding="utf-8")
    assert check(own, all_cases(own)) == []


def test_the_cast_of_the_case_is_innocent(own):
    leaves("notes.txt", "Ask for Mrs Thornbury.\n")(own)
    edit(own / CASE, "\ncrisis_locales:", "\ncast: [Margaret Thornbury]\ncrisis_locales:")
    assert check(own) == []


def test_an_excuse_needs_a_reason_and_something_to_excuse(own):
    leaves("notes.txt", "Ask for Mrs Thornbury.\n")(own)
    edit(own / CASE, "\ncrisis_locales:", "\ninnocent:\n  - {text: Thornbury, reason: The name of a breed.}\n  - {text: Wensley, reason: A cheese.}\ncrisis_locales:")
    assert [str(problem) for problem in check(own)] == [f"{CASE}:innocent.2: 'Wensley' excuses nothing in the case; expected an entry that is needed, or none"]
    edit(own / CASE, "reason: A cheese.", 'reason: ""')
    assert refusal(run(own, "check", "toy")).startswith("cases/toy/case.yml:")


def test_a_broken_case_yml_is_told_once_and_not_by_every_name(own):
    edit(own / CASE, "\nfunding: ", "\nfundign: ")
    edit_cell(own, 0, add("Her husband Tomasz drove."))
    assert check(own) == []


def test_a_table_that_no_program_reads_is_left_to_the_rule_that_tells_of_it(tmp_path):
    root = make(tmp_path / "collection", whole_book=False)
    table = root / "data/evidence/facts.csv"
    table.write_text(table.read_text(encoding="utf-8") + "x" * 140_000 + "\n", encoding="utf-8")
    assert check(root) == []
    assert any(line.startswith("data/evidence/facts.csv") for line in run(root, "check").lines)
