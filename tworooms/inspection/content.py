"""What Markdown, HTML, notebooks' outputs, YAML and tables hold that a page, a form or a program would act on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent

from .. import figures, sanitise
from ..checks.notebooks import SHOWABLE
from ..checks.passages import joined, said_of
from ..errors import TwoRoomsError
from .code import HTML, NETWORK, RUNS, Told

HOLDS = "holds"
#: The directives of the book, and those of MyST that only set text.
DIRECTIVES = {
    "case-card", "rooms", "room", "stop", "quiz", "decisions", "terms", "sources", "help", "claims-exercise", "case-list", "case-table",
    "claims-ledger", "disagreements", "evidence-browser", "help-table", "note", "warning", "tip", "important", "hint", "caution",
    "attention", "admonition", "table", "list-table", "code", "code-block", "epigraph", "pull-quote", "topic", "math", "glossary",
}  # fmt: skip
_ROLES = {"abbr", "sub", "sup", "term", "ref", "doc", "math", "numref", "strong", "emphasis", "literal", "kbd"}
_ROLE = re.compile(r"\{([\w:.+-]+)\}\Z")
_INFO = re.compile(r"\{([\w:.+-]+)\}")
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table").use(colon_fence_plugin)
_METADATA = {"kernelspec", "language_info", "authors", "license", "lang", "title"}
_CELL_METADATA = {"tags", "collapsed", "scrolled", "editable", "deletable", "slideshow", "jupyter", "execution", "id", "name", "vscode"}
#: A figure of the book has at most 40 kB, stored with its table.
LARGE_OUTPUT, MOST_DEPTH = 200_000, 12
_FORMULA = re.compile(r"[=@]|[+-](?=[A-Za-z(@])|\t|\r")
_HTML_WORD = re.compile(r"<\s*/?\s*[A-Za-z!?]")


# HTML ----------------------------------------------------------------------------------------------


class _Strange(HTMLParser):
    """Collects whatever the book's allow-list has no place for."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str, str]] = []

    def _add(self, group: str, what: str) -> None:
        self.found.append((self.getpos()[0], group, what))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in sanitise.TAGS and tag not in ("a", "img", "h1", "h2"):
            self._add(RUNS if tag in ("script", "object", "embed", "applet") else HTML, f"<{tag}>")
        for name, value in attrs:
            value = value or ""
            scheme = sanitise.scheme(value)
            if name.startswith("on"):
                self._add(RUNS, f"a handler {name} on <{tag}>")
            elif name in (
                "href",
                "src",
                "srcset",
                "action",
                "formaction",
                "data",
                "poster",
                "background",
                "xlink:href",
                "ping",
                "cite",
                "srcdoc",
                "content",
                "manifest",
                "codebase",
            ):
                if scheme in ("javascript", "vscode", "vbscript", "data", "file", "blob") and not (
                    tag == "img" and re.match(r"data:image/(?:png|jpeg|gif)", value)
                ):
                    self._add(RUNS, f"a {scheme}: address on <{tag}>")
                elif name == "srcdoc" or (name == "content" and "url" in value.lower()):
                    self._add(HTML, f"<{tag} {name}>, a page within the page or a way to another")
                elif scheme and (name != "href" or tag in ("link", "base", "use", "image")):
                    self._add(NETWORK, f"<{tag}> asks {_brief(value)}")
            elif name == "style" and re.search(r"url\(|@import|expression\(|position\s*:\s*(?:fixed|absolute)", value, re.IGNORECASE):
                self._add(HTML, f"a style on <{tag}> that loads or covers something")

    handle_startendtag = handle_starttag

    def handle_decl(self, decl: str) -> None:
        if decl.upper().startswith("DOCTYPE") and "ENTITY" in decl.upper():
            self._add(HTML, "a document type with entities")

    def handle_pi(self, data: str) -> None:
        self._add(HTML, "a processing instruction")


def strange_html(text: str) -> list[tuple[int, str, str]]:
    """(line, group, what) of everything in HTML that the book would take out, as far as its source shows it."""
    parser = _Strange()
    try:
        parser.feed(text)
        parser.close()
    except (AssertionError, ValueError, RecursionError):
        parser.found.append((1, HTML, "HTML that cannot be read"))
    return parser.found


# Markdown --------------------------------------------------------------------------------------------


def of_markdown(text: str, depth: int = 0) -> Iterator[Told]:
    """What Markdown holds beyond words: raw HTML, pictures from elsewhere, links that act, directives that read files."""
    if depth > MOST_DEPTH:
        yield 1, HOLDS, f"directives within directives, more than {MOST_DEPTH} deep", True
        return
    try:
        tokens = _MARKDOWN.parse(text)
    except (RecursionError, ValueError):
        yield 1, HOLDS, "Markdown that cannot be read", True
        return
    line = 1
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        if token.type == "html_block":
            yield from _raw(token.content, line)
        elif token.type in ("fence", "colon_fence"):
            yield from _directive(token.info.strip(), token.content, line + 1, depth)
        elif token.type == "inline":
            yield from _of_line(token.children or [], line)
    # Markdown drops a link that acts; what is written shows that somebody tried.
    for number, written in enumerate(text.splitlines(), 1):
        if re.search(
            r"\]\(\s*<?\s*(?:javascript|vbscript|data|file)\s*:|^\s*\[[^\]]+\]:\s*<?(?:javascript|vbscript|data|file):"
            r"|<(?:javascript|vbscript|data|file):",
            written,
            re.IGNORECASE,
        ):
            yield number, RUNS, "a link that is a program or a file of the reader's", True


def _of_line(children: list, line: int) -> Iterator[Told]:
    for before, child in zip([None, *children], children):
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "html_inline":
            yield from _raw(child.content, line)
        elif child.type == "image":
            source = str(child.attrGet("src"))
            scheme = sanitise.scheme(source)
            if scheme == "attachment":
                yield line, HOLDS, f"a picture kept in the cell: {_brief(source)}", True
            elif scheme:
                yield line, NETWORK, f"a picture from {_brief(source)}", True
            elif ".." in source or source.startswith("/"):
                yield line, HOLDS, f"a picture from outside its folder: {_brief(source)}", True
        elif child.type == "link_open":
            target = str(child.attrGet("href"))
            scheme = sanitise.scheme(target)
            if scheme not in ("", *sanitise.SCHEMES, "fact", "figure", "story", "term"):
                yield line, RUNS, f"a link to {_brief(target)}", True
            elif not scheme and re.search(r"\.(?:html?|xhtml|svg|js|xml)(?:[?#]|$)|^/|\.\./\.\./\.\.", target, re.IGNORECASE):
                yield line, HTML, f"a link to the file {_brief(target)}", True
        elif child.type == "code_inline" and before is not None and (role := _ROLE.search(before.content)) and role[1] not in _ROLES:
            yield line, HOLDS, f"the role {role[1]}, which no page of the book uses", True


def _raw(text: str, line: int) -> Iterator[Told]:
    found = strange_html(text)
    for at, group, what in found:
        yield line + at - 1, group, f"raw HTML: {what}", True
    if not found and not re.fullmatch(r"\s*(?:</[\w-]+\s*>|<!--.*?-->)\s*", text, re.DOTALL):
        yield line, HTML, f"raw HTML, shown as the text it is: {_brief(text, 40)}", True


def _directive(info: str, body: str, line: int, depth: int) -> Iterator[Told]:
    name = _INFO.match(info)
    if name is None:
        return
    if name[1] not in DIRECTIVES:
        rest = _brief(info[name.end() :])
        address = re.search(r"https?://\S+", f"{info} {body}")
        yield (
            line - 1,
            NETWORK if address else HOLDS,
            f"the directive {name[1]}{f' {rest}' if rest else ''}, which no case of the book uses",
            True,
        )
    for told in of_markdown(body, depth + 1):
        yield told[0] + line - 1, *told[1:]


def front_matter(text: str) -> Iterator[Told]:
    """Settings at the head of a page, which the build of a case ignores."""
    if text.removeprefix("\ufeff").startswith("---"):
        settings = re.search(r"^(?:myst|mystnb|jupytext|file_format|kernelspec|substitutions|html_meta)\b.*", text, re.MULTILINE)
        yield (
            1,
            RUNS if settings else HOLDS,
            "settings at its head, which can have a page run or filled in while it is built; the book ignores them",
            True,
        )


# Notebooks -------------------------------------------------------------------------------------------


def of_notebook_metadata(stored: Mapping[str, Any]) -> Iterator[Told]:
    """What a notebook says of how it is to be run and built."""
    metadata = stored.get("metadata")
    if not isinstance(metadata, Mapping):
        return
    for name in metadata:
        if name in ("myst", "mystnb", "jupytext", "substitutions"):
            yield (
                1,
                RUNS,
                f"settings {name!r}, which can have the notebook run or filled in while the book is built; the book ignores them",
                True,
            )
        elif name == "widgets":
            yield 1, HTML, "the state of widgets, which need a program from elsewhere", True
        elif name not in _METADATA:
            yield 1, HOLDS, f"metadata {_brief(str(name))!r}, which no notebook of the book has", True
    kernel = metadata.get("kernelspec")
    if isinstance(kernel, Mapping) and (
        kernel.get("name") not in ("python3", "python", None) or kernel.get("language", "python") != "python"
    ):
        yield 1, RUNS, f"asks for the kernel {_brief(str(kernel.get('name')))}", True


def of_cell(cell: Mapping[str, Any]) -> Iterator[Told]:
    """What a cell holds beside its source and its outputs."""
    if cell.get("attachments"):
        size = len(json.dumps(cell["attachments"]))
        yield 1, HOLDS, f"attachments of {size:,} bytes: {_brief(', '.join(map(str, cell['attachments'])))}", True
    metadata = cell.get("metadata")
    for name in metadata if isinstance(metadata, Mapping) else ():
        if name not in _CELL_METADATA:
            yield 1, HOLDS, f"cell metadata {_brief(str(name))!r}, which no notebook of the book has", True
    if cell.get("cell_type") == "raw":
        yield 1, HTML, "a raw cell, which some forms take over as it is", True


def of_output(output: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """(group, what, whether to look) of one output of a cell."""
    size = len(json.dumps(output, ensure_ascii=False, default=str).encode())
    if size > LARGE_OUTPUT:
        yield HOLDS, f"an output of {size:,} bytes", True
    if output.get("output_type") == "error":
        yield RUNS, f"ended in {_brief(str(output.get('ename')))}", True
    data = output.get("data")
    if not isinstance(data, Mapping):
        return
    figure = data.get(figures.MIME_TYPE)
    for kind, content in data.items():
        if kind in sanitise.ACTIVE:
            yield (RUNS if "script" in kind else HTML), f"an output that is {sanitise.ACTIVE[kind]}", True
        elif kind not in SHOWABLE:
            yield HOLDS, f"an output of the kind {_brief(str(kind))}, which the book cannot show", True
        elif kind == "text/html":
            yield from _output_html(joined(content), figure)
        elif kind == "text/markdown":
            for _, group, what, look in of_markdown(joined(content)):
                yield group, f"an output with {what}", look
        elif kind == "image/svg+xml" and not sanitise.is_plain_svg(joined(content)):
            yield HTML, "a drawing (SVG) that does more than draw", True
    if figure is not None:
        yield from _figure(figure)


def _said_of(figure: Any) -> dict | None:
    """As `said_of`; a figure spoilt on purpose must not end the look at everything else."""
    try:
        return said_of(figure)
    except TwoRoomsError:
        return None


def _output_html(text: str, figure: Any) -> Iterator[tuple[str, str, bool]]:
    if _said_of(figure) is not None:
        try:
            if figures.fallback_html(figure) == text:
                return
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
        yield HTML, "HTML that is not what the figure beside it says", True
    found = strange_html(text)
    for _, group, what in found:
        yield group, f"an output with {what}", True


def _figure(figure: Any) -> Iterator[tuple[str, str, bool]]:
    about = _said_of(figure)
    if about is None:
        yield HOLDS, "a figure that was not made with figures.publish", True
    if not isinstance(figure, Mapping) or not isinstance(figure.get("layout"), Mapping):
        return
    try:
        kept = sanitise.bundle(figure)
    except (TypeError, ValueError, RecursionError):
        yield HOLDS, "a figure that cannot be read", True
        return
    for place, was in sorted(set(_texts({key: figure.get(key) for key in kept})) - set(_texts(kept))):
        group = (
            NETWORK
            if re.search(r"https?:|//", was)
            else RUNS
            if sanitise.scheme(was) == "javascript" or "javascript:" in was.lower()
            else HTML
        )
        yield group, f"a figure with {_brief(was)!r} at {place}", True
    for name in ("caption", "cannot_show", "alt"):
        for _, group, what, look in of_markdown(str((about or {}).get(name, ""))):
            yield group, f"a figure whose {name} holds {what}", look


def _texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if not (place == "layout" and name == "meta"):
                yield from _texts(item, f"{place}.{name}".strip("."))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, f"{place}[{number}]")
    elif isinstance(value, (str, bool)) or value is None:
        yield place, str(value)



# Tables, YAML ----------------------------------------------------------------------------------------


def of_yaml(text: str) -> Iterator[Told]:
    """Tags, aliases, HTML and links in a YAML file; its values are never made."""
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, AliasEvent):
                yield line, HOLDS, f"an alias (*{event.anchor}), with which a short file grows without end", True
            elif getattr(event, "anchor", None):
                yield line, HOLDS, f"an anchor (&{event.anchor})", True
            tag = getattr(event, "tag", None)
            if tag:
                yield line, RUNS, f"the tag {_brief(str(tag))}, which can make objects of any kind", True
            value = getattr(event, "value", None)
            if isinstance(value, str) and re.search(r"[<\[{:]", value):
                yield from ((line + at - 1, group, what, look) for at, group, what, look in of_markdown(value))
    except (YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        yield (mark.line + 1 if mark else 1), HOLDS, "does not parse as YAML", True


def of_table(text: str) -> Iterator[Told]:
    """Cells of a CSV that a spreadsheet would compute, and HTML in them."""
    for number, line in enumerate(text.splitlines(), 1):
        for cell in re.split(r"[,;\t]", line):
            if _FORMULA.match(cell.strip().strip("\"'")):
                yield number, HOLDS, f"a cell that a spreadsheet computes: {_brief(cell, 40)}", True
                break
        if _HTML_WORD.search(line):
            yield number, HTML, f"HTML in a table: {_brief(line, 40)}", True


def _brief(text: str, most: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
