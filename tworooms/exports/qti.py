"""IMS QTI 1.2: the questions of a case as quizzes, in the ZIP that Canvas reads; the cartridge holds the same XML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from xml.etree.ElementTree import Element

from ..case import Case
from .package import LANGUAGES, add, credit, root, write_zip, xml
from .questions import Question, questions

_ASI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_RESPONSE = "response1"
_TYPES = {"single": "multiple_choice_question", "multiple": "multiple_answers_question", "opinion": "essay_question"}
#: For each use of an item: the quiz's name, and what Canvas should do with it.
QUIZZES = {
    "practice": ("practice questions", {"quiz_type": "practice_quiz", "show_correct_answers": "true", "allowed_attempts": "-1"}),
    "graded": ("graded questions", {"quiz_type": "assignment", "show_correct_answers": "false", "allowed_attempts": "1"}),
}


def export(case: Case, collection: Path, target: Path) -> Path:
    """Write `target/SLUG-qti.zip`: a practice quiz and a graded one. Returns the file."""
    files, resources = {}, []
    asked = questions(case, collection)
    for use, (name, settings) in QUIZZES.items():
        chosen = [question for question in asked if question.use == use]
        if not chosen:
            continue
        ident, title = f"{case.slug}-{use}", f"{case.metadata.title}: {name}"
        # Canvas looks for a quiz's settings in the folder that is called like the quiz.
        files[f"{ident}/{ident}.xml"] = assessment(case, ident, title, chosen, {}, _canvas_fields)
        points = sum(question.kind != "opinion" for question in chosen)
        files[f"{ident}/assessment_meta.xml"] = _settings(case, ident, title, points, settings)
        resources.append(ident)
    files["imsmanifest.xml"] = _manifest(case, resources)
    path = target / f"{case.slug}-qti.zip"
    write_zip(path, files)
    return path


def _canvas_fields(question: Question) -> dict[str, str]:
    return {"question_type": _TYPES[question.kind], "points_possible": "0" if question.kind == "opinion" else "1"}


def _settings(case: Case, ident: str, title: str, points: int, settings: Mapping[str, str]) -> bytes:
    quiz = root("quiz", {"xmlns": _CANVAS, "xmlns:xsi": _XSI, "identifier": ident,
                         "xsi:schemaLocation": f"{_CANVAS} https://canvas.instructure.com/xsd/cccv1p0.xsd"})  # fmt: skip
    fields = {
        "title": title,
        "description": f"<p>{escape(credit(case))}</p>",
        "shuffle_answers": "false",
        "scoring_policy": "keep_highest",
        "quiz_type": settings["quiz_type"],
        "points_possible": str(points),
        "show_correct_answers": settings["show_correct_answers"],
        "allowed_attempts": settings["allowed_attempts"],
        "available": "false",
    }
    for name, value in fields.items():
        add(quiz, name, value)
    return xml(quiz)


def _manifest(case: Case, idents: list[str]) -> bytes:
    imscp = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
    imsmd = "http://www.imsglobal.org/xsd/imsmd_v1p2"
    manifest = root("manifest", {"xmlns": imscp, "xmlns:imsmd": imsmd, "xmlns:xsi": _XSI, "identifier": f"{case.slug}-qti",
                                 "xsi:schemaLocation": f"{imscp} http://www.imsglobal.org/xsd/imscp_v1p1.xsd "
                                                       f"{imsmd} http://www.imsglobal.org/xsd/imsmd_v1p2p2.xsd"})  # fmt: skip
    metadata = add(manifest, "metadata")
    add(metadata, "schema", "IMS Content")
    add(metadata, "schemaversion", "1.1.3")
    lom = add(metadata, "imsmd:lom")
    add(add(add(lom, "imsmd:general"), "imsmd:title"), "imsmd:string", case.metadata.title)
    contribution = add(add(lom, "imsmd:lifeCycle"), "imsmd:contribute")
    add(add(contribution, "imsmd:date"), "imsmd:dateTime", case.metadata.date_reviewed.isoformat())
    rights = add(lom, "imsmd:rights")
    add(add(rights, "imsmd:copyrightAndOtherRestrictions"), "imsmd:value", "yes")
    add(add(rights, "imsmd:description"), "imsmd:string", credit(case))
    add(manifest, "organizations")
    resources = add(manifest, "resources")
    for ident in idents:
        quiz = add(resources, "resource", identifier=ident, type="imsqti_xmlv1p2")
        add(quiz, "file", href=f"{ident}/{ident}.xml")
        add(quiz, "dependency", identifierref=f"{ident}-settings")
        settings = f"{ident}/assessment_meta.xml"
        about = add(resources, "resource", identifier=f"{ident}-settings", href=settings,
                    type="associatedcontent/imscc_xmlv1p1/learning-application-resource")  # fmt: skip
        add(about, "file", href=settings)
    return xml(manifest)


def assessment(
    case: Case,
    ident: str,
    title: str,
    asked: list[Question],
    fields: Mapping[str, str],
    fields_of: Callable[[Question], Mapping[str, str]],
) -> bytes:
    """One assessment of one section.

    Parameters
    ----------
    case
        The case the questions belong to.
    ident
        Identifier of the assessment.
    title
        Its title.
    asked
        Its questions, at least one.
    fields
        What the profile says of the assessment.
    fields_of
        What the profile says of a question.
    """
    top = root("questestinterop", {"xmlns": _ASI, "xmlns:xsi": _XSI,
                                   "xsi:schemaLocation": f"{_ASI} http://www.imsglobal.org/xsd/ims_qtiasiv1p2p1.xsd"})  # fmt: skip
    test = add(top, "assessment", ident=ident, title=title, **{"xml:lang": LANGUAGES[case.metadata.spelling]})
    if fields:
        _metadata(test, fields)
    section = add(test, "section", ident="root_section")
    for question in asked:
        # Canvas turns each assessment and each item into a file of that name: none may be called like another.
        item = add(section, "item", ident=f"{case.slug}-item-{question.id}", title=question.id)
        _metadata(add(item, "itemmetadata"), fields_of(question))
        presentation = add(item, "presentation")
        _material(presentation, question.text)
        if question.kind == "opinion":
            _in_words(item, presentation, question)
        else:
            _by_choice(item, presentation, question)
    return xml(top)


def _metadata(parent: Element, fields: Mapping[str, str]) -> None:
    metadata = add(parent, "qtimetadata")
    for label, value in fields.items():
        field = add(metadata, "qtimetadatafield")
        add(field, "fieldlabel", label)
        add(field, "fieldentry", value)


def _material(parent: Element, html: str) -> None:
    add(add(parent, "material"), "mattext", html, texttype="text/html")


def _processing(item: Element) -> Element:
    processing = add(item, "resprocessing")
    add(add(processing, "outcomes"), "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    return processing


def _by_choice(item: Element, presentation: Element, question: Question) -> None:
    several = question.kind == "multiple"
    response = add(presentation, "response_lid", ident=_RESPONSE, rcardinality="Multiple" if several else "Single")
    choices = add(response, "render_choice", shuffle="No")
    labelled = {f"choice_{number}": option for number, option in enumerate(question.options, 1)}
    for label, option in labelled.items():
        _material(add(choices, "response_label", ident=label), option.text)
    processing = _processing(item)
    for label, option in labelled.items():
        # Moodle takes every text shown by a condition that goes on for feedback to the whole question;
        # only where several answers can be chosen must it go on.
        condition = add(processing, "respcondition", **{"continue": "Yes" if several else "No"})
        _equals(add(condition, "conditionvar"), label)
        if option.correct and not several:
            add(condition, "setvar", "100", action="Set", varname="SCORE")
        add(condition, "displayfeedback", feedbacktype="Response", linkrefid=f"{label}_fb")
    if several:
        # All that fit and none that do not: neither profile knows a part of a point.
        condition = add(processing, "respcondition", **{"continue": "No"})
        every = add(add(condition, "conditionvar"), "and")
        for label, option in labelled.items():
            _equals(every if option.correct else add(every, "not"), label)
        add(condition, "setvar", "100", action="Set", varname="SCORE")
    for label, option in labelled.items():
        _feedback(item, f"{label}_fb", f"<p>{option.feedback}</p>")


def _equals(parent: Element, label: str) -> None:
    # Without case="Yes" Moodle finds no right answer where there are several.
    add(parent, "varequal", label, respident=_RESPONSE, case="Yes")


def _in_words(item: Element, presentation: Element, question: Question) -> None:
    response = add(presentation, "response_str", ident=_RESPONSE, rcardinality="Single")
    add(add(response, "render_fib"), "response_label", ident="answer1", rshuffle="No")
    condition = add(_processing(item), "respcondition", **{"continue": "Yes"})
    add(add(condition, "conditionvar"), "other")
    add(condition, "displayfeedback", feedbacktype="Response", linkrefid="general_fb")
    _feedback(item, "general_fb", question.feedback)


def _feedback(item: Element, ident: str, html: str) -> None:
    _material(add(add(item, "itemfeedback", ident=ident), "flow_mat"), html)
