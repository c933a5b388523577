"""A case's Markdown as HTML that stands alone: no script, no site around it, raw HTML shown as the text it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin

from .. import evidence
from ..errors import TwoRoomsError

#: What stands behind the linked words of a finding, as HTML, by the finding's id.
Cite = Callable[[str], str]
#: A directive as HTML, by its name, argument, options and body.
Directive = Callable[[str, str, dict[str, str], str], str]

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").use(colon_fence_plugin)
_WEB = ("http", "https", "mailto", "tel")
_INFO = re.compile(r"\{([\w-]+)\}\s*(.*)", re.DOTALL)
_FENCE = re.compile(r"[ \t>]*(:{3,}|`{3,}|~{3,})[ \t]*(.*?)[ \t]*$")
#: Rooms stand in a block of rooms, and a question in one of those.
_DEEPEST = 20
_OPTION = re.compile(r":([\w-]+):[ \t]*(.*)")


@dataclass(frozen=True)
class Found:
    """A directive: name, argument, options and body as written; lines: the first and the one after its last, from 0."""

    name: str
    argument: str
    options: dict[str, str]
    body: str
    lines: tuple[int, int]


class Sourced:
    """Names the source of a finding in brackets, each work once.

    Parameters
    ----------
    root
        The collection's folder.
    linked
        Whether the name leads to the work; not where a reader has to choose between the texts that hold it.
    """

    def __init__(self, root: Path, *, linked: bool = True):
        self.root, self.linked = root, linked
        self.named: set[str] = set()

    def __call__(self, fact_id: str) -> str:
        work = evidence.fact(fact_id, self.root).reference
        if work.key in self.named:
            return ""
        self.named.add(work.key)
        label = escape(work.label)
        if self.linked and work.href:
            label = f'<a href="{escape(work.href)}">{label}</a>'
        return f" <small>({label})</small>"


def inline(text: str, cite: Cite) -> str:
    """One paragraph of Markdown as HTML without the paragraph; links of our own kind become text.

    Raises
    ------
    TwoRoomsError
        When a `fact:` link names no finding.
    """
    tokens = MARKDOWN.parseInline(" ".join(text.split()))
    return _rendered(tokens, cite, anchored=False)


def blocks(text: str, cite: Cite, *, directive: Directive | None = None, anchored: bool = False) -> str:
    """Markdown as HTML.

    Parameters
    ----------
    text
        Markdown as authors write it in a notebook.
    cite
        What stands behind the words linked to a finding.
    directive
        Makes HTML of a directive; left out, a directive is shown as its body.
    anchored
        Whether `figure:` links lead to the figures of the same page.
    """
    parts, chunk = [], []
    for token in _parsed(text):
        found = _found(token)
        if found is None:
            chunk.append(token)
            continue
        parts.append(_rendered(chunk, cite, anchored=anchored))
        chunk = []
        if directive is None:
            parts.append(blocks(found.body, cite, anchored=anchored))
        else:
            parts.append(directive(found.name, found.argument, found.options, found.body))
    parts.append(_rendered(chunk, cite, anchored=anchored))
    return "".join(parts)


def directives(text: str) -> list[Found]:
    """The outermost directives of a text, in order."""
    return [found for found in map(_found, _parsed(text)) if found is not None]


def lines_of(text: str) -> list[str]:
    """The lines as Markdown counts them: `str.splitlines` parts at signs that Markdown takes for text."""
    return re.split("\r\n?|\n", text)


def _parsed(text: str) -> list[Token]:
    """The tokens of a text. Raises TwoRoomsError where directives stand in directives without end: each is read anew."""
    inside: list[str] = []
    for line in lines_of(text):
        fence = _FENCE.match(line)
        if fence and fence[2].startswith("{"):
            inside.append(fence[1])
        elif fence and not fence[2]:
            while inside and inside.pop() != fence[1]:
                pass
        if len(inside) > _DEEPEST:
            raise TwoRoomsError(f"more than {_DEEPEST} directives stand in one another; expected each closed by its own marks")
    return MARKDOWN.parse(text)


def _found(token: Token) -> Found | None:
    """The directive that a token stands for, if it stands for one."""
    info = _INFO.fullmatch(token.info.strip()) if token.type in ("colon_fence", "fence") else None
    if info is None:
        return None
    options, body = _options(token.content)
    first, last = token.map or (0, 0)
    return Found(info[1], info[2].strip(), options, body, (first, last))


def _options(content: str) -> tuple[dict[str, str], str]:
    """The options at the head of a directive, and its body."""
    lines, options = content.splitlines(), {}
    while lines and (option := _OPTION.fullmatch(lines[0].strip())):
        options[option[1]] = option[2].strip()
        lines.pop(0)
    return options, "\n".join(lines)


def _rendered(tokens: list[Token], cite: Cite, *, anchored: bool) -> str:
    for token in tokens:
        if token.type == "inline":
            token.children = _resolved(token.children or [], cite, anchored)
    return MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})


def _resolved(tokens: list[Token], cite: Cite, anchored: bool) -> list[Token]:
    """Links to other works stay links; those of our own kind become their text, a finding's with its source."""
    kept: list[Token] = []
    # For each open link what replaces its end; None where the link stays.
    ends: list[str | None] = []
    for token in tokens:
        if token.type == "link_open":
            scheme, _, rest = str(token.attrGet("href")).partition(":")
            if scheme == "fact":
                ends.append(cite(rest.split("#")[0]))
            elif scheme == "figure" and anchored:
                token.attrs = {"href": f"#figure-{rest}"}
                ends.append(None)
            else:
                ends.append(None if scheme in _WEB else "")
            if ends[-1] is None:
                kept.append(token)
        elif token.type == "link_close":
            end = ends.pop()
            if end is None:
                kept.append(token)
            elif end:
                kept.append(Token("html_inline", "", 0, content=end))
        elif token.type == "image":
            kept.append(Token("text", "", 0, content=token.content))
        else:
            kept.append(token)
    return kept
