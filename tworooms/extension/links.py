"""`fact:`, `figure:`, `story:` and `term:` links: plain Markdown in a notebook, live in the book."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from docutils import nodes
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.util import logging

from .. import evidence, paths
from ..errors import TwoRoomsError
from . import parts
from .places import place_name

LOGGER = logging.getLogger(__name__)
SCHEMES = ("fact:", "figure:", "story:", "term:")
EVIDENCE_PAGE = "book/evidence"
GLOSSARY_PAGE = "book/glossary"


def fact_id(uri: str) -> str:
    """The id in `fact:ID` or `fact:ID#selector`."""
    return uri.removeprefix("fact:").split("#")[0]


def _own(doctree: nodes.document) -> list[nodes.reference]:
    return [node for node in doctree.findall(nodes.reference) if node.get("refuri", "").startswith(SCHEMES)]


def check_links(app: Sphinx, doctree: nodes.document) -> None:
    """Unknown facts and terms are warnings, and warnings are fatal; pages follow the tables they cite."""
    docname = app.env.docname
    root = paths.root(app.srcdir)
    terms = set(evidence.glossary(root)["slug"])
    follows = app.env.dependencies[docname]
    # The help block stands on every page.
    follows.add(str(root / paths.EVIDENCE / "help_lines.csv"))
    links: list[tuple[str, Any]] = [(node["refuri"], node) for node in _own(doctree)]
    links += [(uri, docname) for uri in inline_links(app.env).get(docname, ())]
    for uri, location in links:
        if uri.startswith("fact:"):
            # A card shows the fact, the disputes that cite it, and its source.
            follows.update(str(root / paths.EVIDENCE / name) for name in ("facts.csv", "disputes.csv", "references.bib"))
            try:
                evidence.fact(fact_id(uri), root)
            except TwoRoomsError as error:
                LOGGER.warning(str(error), location=location, type="tworooms", subtype="fact")
        elif uri.startswith("term:"):
            follows.add(str(root / "data" / "glossary.csv"))
            if evidence.slug(uri.removeprefix("term:")) not in terms:
                LOGGER.warning("no glossary term %r; expected one in data/glossary.csv", uri, location=location,
                               type="tworooms", subtype="term")  # fmt: skip


def target_of(uri: str, relative: Callable[[str], str]) -> tuple[str, str] | None:
    """Address and class of one of our links; None for `story:`, which is only a mark for the check.

    `relative` gives the address of a page (by document name) from the page that holds the link.
    """
    scheme, _, rest = uri.partition(":")
    if scheme == "story":
        return None
    if scheme == "fact":
        return f"{relative(EVIDENCE_PAGE)}#{fact_id(uri)}", "fact-link"
    if scheme == "term":
        return f"{relative(GLOSSARY_PAGE)}#term-{evidence.slug(rest)}", "term-link"
    return f"#figure-{rest}", "figure-link"


#: HTML in a quiz is shown as the text it is: a case may come from a stranger.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def inline_markdown(text: str, relative: Callable[[str], str]) -> tuple[Markup, list[str]]:
    """A line of Markdown as HTML, and the addresses of our own kind that it holds."""
    tokens = _MARKDOWN.parseInline(text)
    kept, uris, dropped = [], [], 0
    for token in tokens[0].children or []:
        if token.type == "image":
            # A picture in a question could only come from elsewhere.
            token = Token("text", "", 0, content=token.content)
        uri = token.attrGet("href") if token.type == "link_open" else None
        if uri is not None and str(uri).startswith(SCHEMES):
            target = target_of(str(uri), relative)
            if target is None:
                dropped += 1
                continue
            uris.append(str(uri))
            token.attrs = {"class": target[1], "href": target[0]}
        elif token.type == "link_close" and dropped:
            dropped -= 1
            continue
        kept.append(token)
    tokens[0].children = kept
    return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})), uris


def resolve_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Point each link at its page; JavaScript then opens a card instead, where there is JavaScript."""
    if app.builder.format != "html":
        for node in _own(doctree):
            node.replace_self(node.children)
        return

    def relative(page: str) -> str:
        return app.builder.get_relative_uri(docname, page) if page != docname else ""

    for node in _own(doctree):
        target = target_of(node["refuri"], relative)
        if target is None:
            node.replace_self(node.children)
            continue
        node["refuri"], kind = target
        node["internal"] = True
        node["classes"] = [kind]


def page_facts(env: Any, docname: str, doctree: nodes.document | None) -> list[str]:
    """Ids of the facts a page cites, in order of first appearance; those inside ready-made HTML come last.

    An unknown id has been warned of when the page was read, and is left out.
    """
    known = set(evidence.facts(paths.root(env.srcdir))["fact_id"])
    return [name for name in _linked(env, docname, doctree, "fact-link", "fact:", fact_id) if name in known]


def page_terms(env: Any, docname: str, doctree: nodes.document | None) -> list[str]:
    """Slugs of the glossary terms a page links, in order of first appearance."""
    found = _linked(env, docname, doctree, "term-link", "term:", lambda uri: evidence.slug(uri.removeprefix("term:")))
    known = set(evidence.glossary(paths.root(env.srcdir))["slug"])
    return [slug for slug in (term.removeprefix("term-") for term in found) if slug in known]


def _linked(env: Any, docname: str, doctree: nodes.document | None, kind: str, scheme: str, name: Any) -> list[str]:
    found = []
    if doctree is not None:
        links = (node for node in doctree.findall(nodes.reference) if kind in node["classes"])
        found += [node["refuri"].split("#", 1)[1] for node in links]
    found += [name(uri) for uri in inline_links(env).get(docname, ()) if uri.startswith(scheme)]
    return list(dict.fromkeys(found))


def inline_links(env: Any) -> dict[str, list[str]]:
    """Per page, the links inside HTML that directives made ready (quiz stems and feedback)."""
    if not hasattr(env, "tworooms_inline_links"):
        env.tworooms_inline_links = {}
    return env.tworooms_inline_links


def forget_page(app: Sphinx, env: Any, docname: str) -> None:
    """A page read anew starts with no inline links."""
    inline_links(env).pop(docname, None)


def merge_pages(app: Sphinx, env: Any, docnames: set[str], other: Any) -> None:
    """Bring home what a parallel reader found."""
    for docname in docnames:
        if docname in inline_links(other):
            inline_links(env)[docname] = inline_links(other)[docname]


def fields(fact: evidence.Fact, questions: dict[str, str], disagreements: str) -> Markup:
    """What a card says of a finding, in the order estimate, people, limits, disputed, source."""
    people = []
    if fact.n is not None:
        people.append(f"{fact.n:,.0f}")
    people.append(fact.population)
    places = ", ".join(place_name(code) for code in evidence.list_cell(fact.jurisdiction))
    when = f"{fact.year:.0f}" if fact.year is not None else ""
    around = ", ".join(filter(None, [places, when]))
    comparison = fact.comparator if fact.comparator != "none" else ""
    if comparison and fact.comparator_value is not None:
        comparison += ": " + evidence.number_text(fact.recorded["comparator_value"], fact.unit)
    work = fact.reference
    return parts.render(
        "fact_fields",
        fact=fact,
        estimate=evidence.value_text(fact),
        comparison=comparison,
        people=" ".join(people) + (f" ({around})" if around else ""),
        disputes=[(questions[d], f"{disagreements}#dispute-{d}") for d in fact.disputes],
        source=work.label + (f", {work.container}" if work.container and work.container not in work.label else ""),
        source_href=work.href,
        checked=evidence.checked_text(fact),
    )


def questions(root: Path) -> dict[str, str]:
    """The wording of each disputed question, by its id."""
    table = evidence.disputes(root)
    return dict(zip(table["dispute_id"], table["question"]))


def register(app: Sphinx) -> None:
    app.connect("doctree-read", check_links)
    app.connect("doctree-resolved", resolve_links)
    app.connect("env-purge-doc", forget_page)
    app.connect("env-merge-info", merge_pages)
