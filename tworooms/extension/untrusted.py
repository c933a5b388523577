"""What a case may not do to its readers, whoever wrote it: see `tworooms.sanitise`.

Applied to every page under `cases/`, readings and teaching notes, before anything else sees what was read. The
collection's own cases need none of it, so their pages are the same with it and without.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from .. import sanitise
from .links import SCHEMES

#: Files of a case that a page may offer to be saved: none that a browser would run.
_SAVED = {".csv", ".tsv", ".txt", ".pdf", ".png", ".jpg", ".jpeg"}
_DRAWN = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"}
_FRONT_MATTER = re.compile(r"\A---[^\n]*\n(.*?\n)?(?:---|\.\.\.)[^\n]*(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"\s*(?:<!--(?:(?!-->).)*-->\s*)+\Z", re.DOTALL)
#: MyST's own way of ending a line.
_LINE_END = "<br />\n"


def _of_a_case(docname: str) -> bool:
    return docname.startswith("cases/")


def read(app: Sphinx, docname: str, source: list[str]) -> None:
    """A case's source without what it says of how it is to be built.

    MyST takes settings from a notebook's metadata and a page's front matter, among them whether to run it, and templates that
    reach Python.
    """
    if not _of_a_case(docname):
        return
    if Path(app.env.doc2path(docname)).suffix == ".ipynb":
        source[0] = json.dumps(sanitise.notebook(json.loads(source[0])), ensure_ascii=False)
        return
    text = source[0].removeprefix("\ufeff")
    while text.startswith("---"):
        without = _FRONT_MATTER.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)
        # What only looks like front matter stands where none can stand.
        text = without if without != text else f"\n{text}"
    source[0] = text


def forbid_files(app: Sphinx) -> None:
    """No directive reads a file of this machine into a page, or fetches one."""
    app.env.settings["file_insertion_enabled"] = False


def clean(app: Sphinx, doctree: nodes.document) -> None:
    """Raw HTML becomes the text it is; links, pictures and files lead to where a case's may."""
    docname = app.env.docname
    if not _of_a_case(docname):
        return
    page = Path(app.env.doc2path(docname))
    outputs = Path(app.outdir).parent / "jupyter_execute"
    for node in list(doctree.findall(nodes.raw)):
        if not node.get("ours") and node.astext() != _LINE_END:
            _as_words(node)
    for node in list(doctree.findall(nodes.reference)):
        address = str(node.get("refuri", ""))
        scheme = sanitise.scheme(address)
        if scheme and scheme not in sanitise.SCHEMES and f"{scheme}:" not in SCHEMES:
            node.replace_self(node.children)
    for node in list(doctree.findall(nodes.image)):
        if not _may_stand(str(node["uri"]), page, Path(app.srcdir), outputs):
            said = f"Picture not shown: {node.get('alt') or node['uri']}."
            words = nodes.inline("", said, classes=["quiet"])
            node.replace_self(words if isinstance(node.parent, nodes.TextElement) else nodes.paragraph("", "", words))
    for node in list(doctree.findall(addnodes.download_reference)):
        target = str(node.get("reftarget", ""))
        if sanitise.scheme(target) in ("http", "https"):
            continue
        if sanitise.scheme(target) or not _inside(page.parent / target, page.parent) or Path(target).suffix.lower() not in _SAVED:
            node.replace_self(node.children)


def _as_words(node: nodes.raw) -> None:
    text = node.astext()
    if "html" not in node.get("format", "").split() or _COMMENT.match(text):
        node.parent.remove(node)
    elif isinstance(node.parent, nodes.TextElement):
        node.replace_self(nodes.Text(text))
    else:
        node.replace_self(nodes.paragraph("", text.strip()))


def _may_stand(uri: str, page: Path, source: Path, outputs: Path) -> bool:
    """Whether a picture is one of the case's own, or what a cell showed."""
    if sanitise.scheme(uri) or Path(uri).suffix.lower() not in _DRAWN:
        return False
    path = source / uri.lstrip("/") if uri.startswith("/") else page.parent / uri
    if not (_inside(path, outputs) or _inside(path, page.parent)):
        return False
    # One that is not there is Sphinx's to complain of.
    return path.suffix.lower() != ".svg" or not path.is_file() or sanitise.is_plain_svg(path.read_bytes())


def _inside(path: Path, folder: Path) -> bool:
    """Whether a path leads into a folder, links followed."""
    return path.resolve().is_relative_to(folder.resolve())


def register(app: Sphinx) -> None:
    app.connect("builder-inited", forbid_files)
    app.connect("source-read", read)
    # Before Sphinx collects titles, pictures and files to copy, which it does at the default priority of 500.
    app.connect("doctree-read", clean, priority=100)
