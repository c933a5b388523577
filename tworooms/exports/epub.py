"""Every reading of the book as one EPUB 3: figures as words and tables, numbers with notes, crisis lines, a contents list.

Only notebooks are read: no teaching note, no quiz.
"""

from __future__ import annotations

import uuid
import zipfile
from html import escape
from pathlib import Path

from ..case import Case, reading_order
from ..errors import TwoRoomsError
from ..extension.dates import reader_date
from ..extension.help_block import help_places
from ..files import replacing
from . import package
from .package import LANGUAGES, LICENCE, add, credit, entry, legal, xml
from .reading import section

NAME = "two-rooms-book"
_OPF = "http://www.idpf.org/2007/opf"
_DC = "http://purl.org/dc/elements/1.1/"
_STYLE = (
    "body{line-height:1.5}h1,h2,h3{line-height:1.2;page-break-after:avoid}table{border-collapse:collapse;font-size:.8em}"
    "th,td{border:1px solid;padding:.2em .4em;text-align:left;vertical-align:top}figure{margin:1.5em 0}"
    ".stop,.help{border:1px solid;padding:0 1em;margin:1.5em 0}.notes{font-size:.9em}\n"
)
_SUMMARY = (
    "Figures are given in words and as tables; nothing depends on sight, sound, motion or colour. "
    "Headings, lists, table headers and a table of contents are marked up."
)
#: What a reading system is told about access, by schema.org's names.
ACCESS = (
    ("schema:accessMode", "textual"),
    ("schema:accessModeSufficient", "textual"),
    ("schema:accessibilityFeature", "structuralNavigation"),
    ("schema:accessibilityFeature", "tableOfContents"),
    ("schema:accessibilityFeature", "readingOrder"),
    ("schema:accessibilityFeature", "longDescription"),
    ("schema:accessibilityHazard", "none"),
    ("schema:accessibilitySummary", _SUMMARY),
)


def export(cases: list[Case], root: Path, target: Path) -> Path:
    """Write `two-rooms-book.epub` with the cases that `book/_toc.yml` names; the same cases give the same bytes.

    Parameters
    ----------
    cases
        Every case of the collection.
    root
        The collection's folder.
    target
        Folder of the file.

    Returns
    -------
    The file written.

    Raises
    ------
    TwoRoomsError
        When the book names no case, or a notebook is at fault (names the cell).
    """
    known = {f"cases/{case.slug}/case": case for case in cases}
    ordered = [known[name] for name in reading_order(root) if name in known]
    if not ordered:
        raise TwoRoomsError("book/_toc.yml: names no case; expected at least one for the EPUB")
    files = {"style.css": _STYLE.encode(), "title.xhtml": _title(ordered), "help.xhtml": _help(ordered, root), "nav.xhtml": _nav(ordered)}
    files |= {f"{case.slug}-case.xhtml": _reading(case, root) for case in ordered}
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{NAME}.epub"
    with replacing(path) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        # Reading systems look for this first, and as it is.
        entry(archive, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        entry(archive, "META-INF/container.xml", _container())
        entry(archive, "EPUB/package.opf", _package(ordered))
        for name in sorted(files):
            entry(archive, f"EPUB/{name}", files[name])
    return path


def _page(title: str, language: str, body: str, *, kind: str = "") -> bytes:
    """An XHTML page; `body` is HTML whose elements are all closed."""
    marked = f' epub:type="{kind}"' if kind else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" xml:lang="{language}">\n'
        f'<head><meta charset="utf-8"/><title>{escape(legal(title))}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>\n'
        f"<body{marked}>\n{legal(body)}\n</body>\n</html>\n"
    ).encode()


def _reading(case: Case, root: Path) -> bytes:
    return _page(case.metadata.title, LANGUAGES[case.metadata.spelling], f"<main>{section(case, root)}</main><p>{escape(credit(case))}</p>", kind="bodymatter")


def _title(cases: list[Case]) -> bytes:
    listed = "".join(f"<li><a href=\"{case.slug}-case.xhtml\">{escape(case.metadata.title)}</a></li>" for case in cases)
    body = (
        "<main><h1>Two Rooms</h1><p>Teaching cases on ketamine: in the clinic, at home on prescription, and at home alone.</p>"
        f"<p>By {escape(', '.join(_authors(cases)))}. Licensed under <a href=\"{LICENCE}\">CC BY 4.0</a>: give the title of the case, "
        "its version and its authors, and say whether you changed anything.</p>"
        "<p>For teaching; not advice on treatment or on taking anything. Figures stand here as words and tables; in the book they are drawn. "
        f"If this is close to home, <a href=\"help.xhtml\">there are people to call</a>.</p><ol>{listed}</ol></main>"
    )
    return _page("Two Rooms", _language(cases), body, kind="titlepage")


def _help(cases: list[Case], root: Path) -> bytes:
    codes = tuple(dict.fromkeys(code for case in cases for code in case.metadata.crisis_locales))
    places, checked = help_places(root, codes)
    listed = ""
    for place in places:
        lines = ""
        for line in place["lines"]:
            said = "".join(f"<a href=\"{part['href']}\">{escape(part['text'])}</a>" if part["href"] else escape(part["text"]) for part in line["contacts"])
            lines += f"<li>{escape(line['service'])}: {said}</li>"
        listed += f"<h2>{escape(place['name'])}</h2><ul>{lines}</ul>"
    body = (
        "<main><h1>If this is close to home</h1><p>If someone is hard to wake, breathing oddly or unresponsive, call the emergency number now "
        f"and stay with them.</p>{listed}<p>Checked {checked}.</p></main>"
    )
    return _page("If this is close to home", _language(cases), body)


def _nav(cases: list[Case]) -> bytes:
    pages = [("title.xhtml", "Two Rooms"), *((f"{case.slug}-case.xhtml", case.metadata.title) for case in cases), ("help.xhtml", "If this is close to home")]
    listed = "".join(f'<li><a href="{href}">{escape(title)}</a></li>' for href, title in pages)
    body = (
        f'<nav epub:type="toc" id="toc" role="doc-toc"><h1>Contents</h1><ol>{listed}</ol></nav>'
        '<nav epub:type="landmarks" id="landmarks" hidden="hidden"><h2>Landmarks</h2><ol>'
        f'<li><a epub:type="titlepage" href="title.xhtml">Title page</a></li><li><a epub:type="bodymatter" href="{pages[1][0]}">Readings</a></li></ol></nav>'
    )
    return _page("Contents", _language(cases), body)


def _container() -> bytes:
    made = package.root("container", {"version": "1.0", "xmlns": "urn:oasis:names:tc:opendocument:xmlns:container"})
    add(add(made, "rootfiles"), "rootfile", **{"full-path": "EPUB/package.opf", "media-type": "application/oebps-package+xml"})
    return xml(made)


def _package(cases: list[Case]) -> bytes:
    version = "-".join(f"{case.slug}.{case.metadata.version}" for case in cases)
    made = package.root("package", {
        "xmlns": _OPF, "version": "3.0", "unique-identifier": "id", "xml:lang": _language(cases),
        "prefix": "schema: http://schema.org/ cc: http://creativecommons.org/ns#",
    })  # fmt: skip
    about = add(made, "metadata", **{"xmlns:dc": _DC})
    add(about, "dc:identifier", uuid.uuid5(uuid.NAMESPACE_URL, f"{LICENCE}#{NAME}-{version}").urn, id="id")
    add(about, "dc:title", "Two Rooms")
    for language in dict.fromkeys(LANGUAGES[case.metadata.spelling] for case in cases):
        add(about, "dc:language", language)
    for number, name in enumerate(_authors(cases), 1):
        add(about, "dc:creator", name, id=f"author-{number}")
    reviewed = max(case.metadata.date_reviewed for case in cases)
    add(about, "dc:date", reviewed.isoformat())
    add(about, "dc:rights", f"CC BY 4.0 ({LICENCE}). Reviewed {reader_date(reviewed)}. " + " ".join(credit(case) for case in cases))
    add(about, "link", rel="cc:license", href=LICENCE)
    add(about, "meta", f"{reviewed.isoformat()}T00:00:00Z", property="dcterms:modified")
    for name, value in ACCESS:
        add(about, "meta", value, property=name)
    manifest = add(made, "manifest")
    spine = add(made, "spine")
    add(manifest, "item", **{"id": "nav", "href": "nav.xhtml", "media-type": "application/xhtml+xml", "properties": "nav"})
    add(manifest, "item", **{"id": "style", "href": "style.css", "media-type": "text/css"})
    for name in ("title", "nav", *(f"{case.slug}-case" for case in cases), "help"):
        if name != "nav":
            add(manifest, "item", **{"id": name, "href": f"{name}.xhtml", "media-type": "application/xhtml+xml"})
        add(spine, "itemref", idref=name)
    return xml(made)


def _authors(cases: list[Case]) -> list[str]:
    return list(dict.fromkeys(name for case in cases for name in (author.name for author in case.metadata.authors)))


def _language(cases: list[Case]) -> str:
    """Of the pages around the readings: that of the first."""
    return LANGUAGES[cases[0].metadata.spelling]
