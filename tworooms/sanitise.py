"""Takes out of a case what could act on a reader's machine: HTML, pictures and figures come from strangers.

Every case is treated alike, the collection's own too: none of them needs what is taken out, so nobody has to say whom
to trust. Raw HTML in Markdown never reaches this module; the book shows it as the text it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import nh3

from . import figures
from .checks.passages import joined, said_of

#: What an output of a cell may use: tables, emphasis, lists and plain structure. No address, no style, no id.
TAGS = {
    "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "figcaption",
    "figure", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span",
    "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
}  # fmt: skip
ATTRIBUTES = {
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "scope", "headers"},
}
#: Outputs that are programs, or ask for one. Notebooks hold them when a library draws with JavaScript.
ACTIVE = {
    "application/javascript": "JavaScript",
    "text/javascript": "JavaScript",
    "application/vnd.jupyter.widget-view+json": "a widget",
    "application/vnd.jupyter.widget-state+json": "a widget",
}
#: Where a link may lead.
SCHEMES = ("http", "https", "mailto", "tel")

# Settings of its own, by which a notebook could have itself run, load extensions or fill in templates while it is read.
_KEPT_METADATA = ("kernelspec", "language_info")
_SVG = "http://www.w3.org/2000/svg"
_SVG_TAGS = {
    "svg", "g", "defs", "title", "desc", "metadata", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
    "clipPath", "linearGradient", "radialGradient", "stop", "marker", "pattern", "use", "symbol", "style",
}  # fmt: skip
#: Marks in a text that only set it: https://plotly.com/chart-studio-help/adding-HTML-and-links-to-charts/
_PLOTLY_MARK = re.compile(r"</?(?:b|i|br|em|s|strong|sub|sup|u|extra)\s*/?>", re.IGNORECASE)
#: Those that carry more than their name. As plotly.js finds them: svg_text_utils.js splits texts at /(<[^<>]*>)/.
_PLOTLY_TAG = re.compile(r"</?[A-Za-z][^<>\s/]*[\s/][^<>]*>")
#: What a browser takes for an address that leaves the page, however it is written.
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}|(?:https?|ftp|wss?):\S|file:[/\\]|(?:javascript|vbscript|blob):|data:[\w.+-]*[/,;]", re.IGNORECASE
)
_INLINE_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*\Z")
# https://url.spec.whatwg.org/#concept-basic-url-parser, steps 1 to 3.
_LEADING, _OVERLOOKED = re.compile(r"\A[\x00-\x20]+"), re.compile(r"[\t\n\r]")
_REACHING_STYLE = re.compile(r"@import|expression\(|\\|url\((?!\s*[\"']?#)", re.IGNORECASE)
_FORBIDDEN_KEY = re.compile(r"(?:^|[.\[])(?:__proto__|constructor|prototype)(?:$|[.\[])")


def html(text: str) -> str:
    """HTML of an output with tables and emphasis only, every element closed; the words of other elements stay.

    `nh3 <https://nh3.readthedocs.io>`_ parses as browsers do, so that nothing is read differently afterwards.
    """
    return nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, link_rel=None, url_schemes=set(), generic_attribute_prefixes=set())


def _as_read(address: str) -> str:
    """An address without what a browser overlooks in it."""
    return _OVERLOOKED.sub("", _LEADING.sub("", address))


def scheme(address: str) -> str:
    """The scheme of an address in small letters, ``//`` when it names another host without one, "" for a relative one."""
    address = _as_read(address)
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address)
    if found:
        return found[1].lower()
    return "//" if re.match(r"[/\\]{2}", address) else ""


def is_plain_svg(content: str | bytes) -> bool:
    """Whether a drawing only draws: no script, no handler, no address outside itself, nothing but the usual shapes.

    Opened by itself, an SVG is a page, and its scripts run.
    """
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    if "<!ENTITY" in text or "<?xml-stylesheet" in text:
        return False
    try:
        tree = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, RecursionError):
        return False
    inside_metadata: set[int] = set()
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        namespace, _, name = node.tag.rpartition("}")
        if name == "metadata":
            # What a drawing program says of itself, such as its maker's address; it is never shown.
            inside_metadata |= {id(child) for child in node.iter() if child is not node}
        if id(node) in inside_metadata and namespace.lstrip("{") not in ("", _SVG, "http://www.w3.org/1999/xhtml"):
            continue
        if namespace.lstrip("{") not in ("", _SVG) or name not in _SVG_TAGS:
            return False
        if name == "style" and _REACHING_STYLE.search(node.text or ""):
            return False
        for attribute, value in node.attrib.items():
            plain = attribute.rpartition("}")[2].lower()
            if plain.startswith("on") or _REACHING_STYLE.search(value) or (plain in ("href", "src", "base") and not value.startswith("#")):
                return False
    return True


def bundle(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A figure as `figures.publish` stores it, without links, pictures from elsewhere and settings other than the book's.

    Plotly knows a few marks in texts and takes addresses in many places, such as `layout.images` and `config`. Texts
    keep the marks for bold, lines and the like; whatever is an address becomes empty.
    """
    layout = stored.get("layout") or {}
    made = {"data": _plain(stored.get("data") or []), "layout": _plain({name: value for name, value in layout.items() if name != "meta"})}
    if "meta" in layout:
        # What is said of the figure are words for people: who shows them escapes them.
        made["layout"]["meta"] = layout["meta"]
    # In the order in which notebooks store it.
    return {**made, "config": dict(sorted(figures.CONFIG.items()))}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items() if not _FORBIDDEN_KEY.search(str(name))}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return _plain_text(value) if isinstance(value, str) else value


def _plain_text(text: str) -> str:
    read = _as_read(text)
    if (_ADDRESS.match(read) and not _INLINE_PICTURE.match(read)) or "url(" in read.lower():
        return ""
    before = None
    while before != text:
        # What is left around a mark that was taken out may be a mark.
        before, text = text, _PLOTLY_TAG.sub(lambda mark: mark[0] if _PLOTLY_MARK.fullmatch(mark[0]) else "", text)
    return text


def notebook(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A notebook (JSON of nbformat 4) whose outputs only show, and which says nothing of how it is to be built.

    Left out are settings for MyST-NB and MyST, which can have a notebook run or its text filled in by templates; the
    state of widgets; cells of raw HTML. What cannot be shown for this reason is replaced by a line that says so.
    """
    cells = []
    for cell in stored.get("cells", ()):
        if not isinstance(cell, Mapping):
            cells.append(cell)
            continue
        about = cell.get("metadata")
        tags = about.get("tags") if isinstance(about, Mapping) else None
        cell = {**cell, "metadata": {"tags": [str(tag) for tag in tags]} if isinstance(tags, list) else {}}
        if isinstance(cell.get("outputs"), list):
            cell["outputs"] = [_output(output) for output in cell["outputs"]]
        cells.append(cell)
    metadata = stored.get("metadata")
    kept = {name: metadata[name] for name in _KEPT_METADATA if name in metadata} if isinstance(metadata, Mapping) else {}
    return {**stored, "metadata": kept, "cells": cells}


def _output(output: Any) -> Any:
    data = output.get("data") if isinstance(output, Mapping) else None
    if not isinstance(data, Mapping):
        return output
    kept, gone = dict(data), []
    for kind, name in ACTIVE.items():
        if kept.pop(kind, None) is not None:
            gone.append(name)
    if "image/svg+xml" in kept and not is_plain_svg(joined(kept["image/svg+xml"])):
        del kept["image/svg+xml"]
        gone.append("a drawing that does more than draw")
    figure = kept.get(figures.MIME_TYPE)
    said = said_of(figure)
    if isinstance(figure, Mapping) and isinstance(figure.get("layout"), Mapping):
        kept[figures.MIME_TYPE] = figure = bundle(figure)
    if "text/html" in kept:
        kept["text/html"] = (_fallback(figure) if said else None) or html(joined(kept["text/html"]))
        if said is None and not nh3.clean(kept["text/html"], tags=set()).strip():
            del kept["text/html"]
            gone.append("HTML that does more than show")
    if gone and not kept:
        kept["text/plain"] = f"Not shown here: {', '.join(dict.fromkeys(gone))}."
    elif gone and set(kept) == {"text/plain"}:
        kept["text/plain"] = f"{joined(kept['text/plain'])}\nNot shown here: {', '.join(dict.fromkeys(gone))}."
    return {**output, "metadata": {}, "data": kept}


def _fallback(figure: Mapping[str, Any]) -> str | None:
    try:
        return figures.fallback_html(figure)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None  # The check of figures says what it lacks.
