"""Common Cartridge 1.1: a case for any learning management system, as reading, topics, quizzes and links.

Version 1.1 because it is the newest that Moodle reads; Canvas, Blackboard and Brightspace read it too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element

from ..case import Case
from . import qti, reading
from .package import LANGUAGES, add, authors, credit, root, write_zip, xml
from .questions import Question, place, questions

_CP = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_LOM = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest"
_PROFILE = "http://www.imsglobal.org/profile/cc/ccv1p1"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TOPIC = "http://www.imsglobal.org/xsd/imsccv1p1/imsdt_v1p1"
_LINK = "http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1"
_PROFILES = {"single": "cc.multiple_choice.v0p1", "multiple": "cc.multiple_response.v0p1", "opinion": "cc.essay.v0p1"}
_EXAM = {"cc_profile": "cc.exam.v0p1", "qmd_assessmenttype": "Examination", "qmd_scoretype": "Percentage"}


class _Contents:
    """The files of a cartridge, and the two lists of its manifest: what there is, and in which order it is shown."""

    def __init__(self, slug: str):
        self.slug = slug
        self.files: dict[str, bytes] = {}
        self.resources: list[tuple[str, str, str]] = []
        self.parts: list[tuple[str, list[tuple[str, str]]]] = []

    def part(self, title: str) -> None:
        """Open a part; what is put follows in it."""
        self.parts.append((title, []))

    def put(self, name: str, kind: str, file: str, content: bytes, title: str) -> None:
        """Add a resource of one file and show it in the open part."""
        self.files[file] = content
        self.resources.append((f"{self.slug}-{name}", kind, file))
        self.parts[-1][1].append((f"{self.slug}-{name}", title))


def export(case: Case, collection: Path, target: Path, note: Callable[[str], None]) -> Path:
    """Write `target/SLUG.imscc`.

    Parameters
    ----------
    case
        The case.
    collection
        The collection's folder.
    target
        Folder of the file.
    note
        Told, in one line each, which question the cartridge cannot carry, or not as it is.

    Returns
    -------
    The file written.
    """
    title = case.metadata.title
    contents = _Contents(case.slug)
    contents.part(f"{title}: read")
    contents.put("reading", "webcontent", "reading.html", reading.page(case, collection).encode(), title)
    contents.part(f"{title}: discuss")
    for topic in reading.topics(case, collection):
        contents.put(f"topic-{topic.id}", "imsdt_xmlv1p1", f"topics/{topic.id}.xml", _topic(topic), topic.title)
    contents.part(f"{title}: questions")
    for name, words, asked in _assessments(case, questions(case, collection), note):
        ident, heading = f"{case.slug}-{name}", f"{title}: {words}"
        fields = _EXAM | ({"cc_maxattempts": "unlimited"} if name == "practice" else {})
        content = qti.assessment(case, ident, heading, asked, fields, _fields)
        contents.put(name, "imsqti_xmlv1p2/imscc_xmlv1p1/assessment", f"quizzes/{name}.xml", content, heading)
    contents.part(f"{title}: sources")
    for work in reading.works(case, collection):
        if work.href:
            named = f"{work.label}. {work.title}"
            contents.put(f"source-{work.key}", "imswl_xmlv1p1", f"sources/{work.key}.xml", _link(named, work.href), named)
    files = contents.files | {"imsmanifest.xml": _manifest(case, contents)}
    path = target / f"{case.slug}.imscc"
    write_zip(path, files)
    return path


def _assessments(case: Case, asked: list[Question], note: Callable[[str], None]) -> list[tuple[str, str, list[Question]]]:
    """(name, words, questions) of each assessment that has a question."""
    groups: dict[str, list[Question]] = {"practice": [], "opinions": [], "graded": []}
    for question in asked:
        if question.kind == "opinion":
            note(f"{place(case, question.id)}: has no key, and Common Cartridge knows no question worth nothing: it stands in an "
                 "assessment of its own, answered in words; set that one to 0 points")  # fmt: skip
            groups["opinions"].append(question)
        elif question.kind == "single" and len(question.options) < 3:
            note(f"{place(case, question.id)}: is left out of the cartridge, where a question with one right answer has at least three; "
                 "expected another choice, or --to moodle,qti")  # fmt: skip
        else:
            groups[question.use].append(question)
    words = {"practice": qti.QUIZZES["practice"][0], "opinions": "take a position, not graded", "graded": qti.QUIZZES["graded"][0]}
    return [(name, words[name], chosen) for name, chosen in groups.items() if chosen]


def _fields(question: Question) -> dict[str, str]:
    profile = {"cc_profile": _PROFILES[question.kind]}
    if question.kind == "opinion":
        return profile | {"qmd_computerscored": "No"}
    return profile | {"cc_weighting": "1", "qmd_scoringpermitted": "Yes", "qmd_computerscored": "Yes"}


def _topic(topic: reading.Topic) -> bytes:
    top = root("topic", {"xmlns": _TOPIC, "xmlns:xsi": _XSI, "xsi:schemaLocation": f"{_TOPIC} {_PROFILE}/ccv1p1_imsdt_v1p1.xsd"})
    add(top, "title", topic.title)
    add(top, "text", topic.html, texttype="text/html")
    return xml(top)


def _link(title: str, href: str) -> bytes:
    top = root("webLink", {"xmlns": _LINK, "xmlns:xsi": _XSI, "xsi:schemaLocation": f"{_LINK} {_PROFILE}/ccv1p1_imswl_v1p1.xsd"})
    add(top, "title", title)
    add(top, "url", href=href)
    return xml(top)


def _manifest(case: Case, contents: _Contents) -> bytes:
    slug = case.slug
    manifest = root("manifest", {"xmlns": _CP, "identifier": slug, "xmlns:lomimscc": _LOM, "xmlns:xsi": _XSI,
                                 "xsi:schemaLocation": f"{_CP} {_PROFILE}/ccv1p1_imscp_v1p2_v1p0.xsd "
                                                       f"{_LOM} {_PROFILE}/LOM/ccv1p1_lommanifest_v1p0.xsd"})  # fmt: skip
    metadata = add(manifest, "metadata")
    add(metadata, "schema", "IMS Common Cartridge")
    add(metadata, "schemaversion", "1.1.0")
    _describe(add(metadata, "lomimscc:lom"), case)
    organization = add(add(manifest, "organizations"), "organization", identifier=f"{slug}-order", structure="rooted-hierarchy")
    top = add(organization, "item", identifier=f"{slug}-parts")
    shown = [(title, items) for title, items in contents.parts if items]
    for number, (title, items) in enumerate(shown, 1):
        part = add(top, "item", identifier=f"{slug}-part-{number}")
        add(part, "title", title)
        for ident, name in items:
            add(add(part, "item", identifier=f"{ident}-shown", identifierref=ident), "title", name)
    resources = add(manifest, "resources")
    for ident, kind, file in contents.resources:
        # Only web content has an address of its own.
        address = {"href": file} if kind == "webcontent" else {}
        add(add(resources, "resource", identifier=ident, type=kind, **address), "file", href=file)
    return xml(manifest)


def _describe(lom: Element, case: Case) -> None:
    meta = case.metadata
    language = LANGUAGES[meta.spelling]

    def words(parent: Element, tag: str, text: str) -> None:
        add(add(parent, f"lomimscc:{tag}"), "lomimscc:string", text, language=language)

    general = add(lom, "lomimscc:general")
    words(general, "title", meta.title)
    add(general, "lomimscc:language", language)
    # Students see it beside the course, and the abstract would tell them how the story goes on.
    words(general, "description", meta.dilemma)
    for keyword in meta.keywords:
        words(general, "keyword", keyword)
    contribution = add(add(lom, "lomimscc:lifeCycle"), "lomimscc:contribute")
    add(add(contribution, "lomimscc:role"), "lomimscc:value", "author")
    add(contribution, "lomimscc:entity", f"BEGIN:VCARD\nVERSION:3.0\nFN:{_vcard(authors(case))}\nN:{_vcard(authors(case))};;;;\nEND:VCARD")
    add(add(contribution, "lomimscc:date"), "lomimscc:dateTime", meta.date_reviewed.isoformat())
    rights = add(lom, "lomimscc:rights")
    add(add(rights, "lomimscc:copyrightAndOtherRestrictions"), "lomimscc:value", "yes")
    words(rights, "description", credit(case))


def _vcard(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
