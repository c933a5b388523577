"""What the layout needs beyond the text: help block, numbers of the page, description, structured data."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from .. import __version__, evidence, paths, policy
from ..case import Case, Metadata
from . import parts
from .builder import address
from .claims_directives import EXERCISE, OURS
from .figure import figures_in
from .help_block import DEFAULT_LOCALES, help_places
from .links import fields, page_facts, page_terms, questions

MASTHEAD = (
    ("book/evidence", "Evidence"),
    ("book/disagreements", "Disagreements"),
    ("book/for-students", "For students"),
    ("book/for-instructors", "For instructors"),
    ("book/getting-help", "Get help"),
)
#: Where the case's card asks for the list of the page's sections.
CONTENTS_MARK = "<!--contents-->"
_CODE_BLOCK = re.compile(r'<div class="highlight"><pre>.*?</pre>', re.DOTALL)
_SPAN = re.compile(r"</?span[^>]*>")
HELP_PAGE = "book/getting-help"
#: Static files Sphinx copies that no page of this theme asks for.
UNUSED = ("basic.css", "pygments.css", "file.png", "minus.png", "plus.png", "mystnb*.css", "scripts", "styles")


def add_context(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Fill the layout's variables for one page."""
    root = paths.root(app.srcdir)
    folder = (Path(app.srcdir) / pagename).parent
    case = Case(folder) if (folder / "case.yml").is_file() and pagename.endswith("/case") else None
    meta = app.env.metadata.get(pagename, {})
    context["case"] = case
    context["policy"] = policy.SITE
    context["edition"] = app.config.tworooms_edition
    base = app.config.html_baseurl
    context["html_baseurl_slash"] = base if base.endswith("/") else f"{base}/"
    # Sphinx builds this from the document's name, not from its address.
    context["pageurl"] = f"{context['html_baseurl_slash']}{address(pagename)}.html" if base else ""
    context["release_text"] = __version__
    context["masthead"] = [(name, label) for name, label in MASTHEAD if name in app.env.all_docs]
    context["has_figures"] = figures_in(doctree)
    context["has_claims"], context["claims_file"] = EXERCISE in meta, OURS
    context["help_block"] = _help_block(app, root, pagename, case, meta, context)
    context["notes"] = _notes(app, root, pagename, doctree)
    context["description"] = case.metadata.dilemma if case else meta.get("description", "")
    if "body" in context:
        context["body"] = _without_code_spans(context["body"])
    if case:
        context["body"] = context["body"].replace(CONTENTS_MARK, _contents(context["toc"]))
    context["json_ld"] = Markup(_json_ld(case.metadata)) if case else ""


def _without_code_spans(body: str) -> str:
    """Code in one ink: a third of a case's bytes would otherwise be colour marks around every word of hidden code."""
    return _CODE_BLOCK.sub(lambda block: _SPAN.sub("", block.group()), body)


def _contents(toc: str) -> str:
    """The page's sections as Sphinx lists them, without the page's own title."""
    inner = re.search(r"<ul>\s*<li>.*?(<ul>.*</ul>)\s*</li>\s*</ul>", toc, re.DOTALL)
    if not inner:
        return ""
    sections = re.sub(r' class="reference internal"', "", inner.group(1))
    return f'<details class="contents"><summary>On this page</summary>{sections}</details>'


def _help_block(app: Sphinx, root: Path, pagename: str, case: Case | None, meta: dict[str, Any], context: dict) -> Markup:
    if "help" in meta:
        locales = tuple(meta["help"].split(","))
    else:
        known = set(evidence.help_lines(root)["jurisdiction"])
        locales = tuple(case.metadata.crisis_locales) if case else tuple(code for code in DEFAULT_LOCALES if code in known)
    places, checked = help_places(root, locales)
    more = context["pathto"](HELP_PAGE) if HELP_PAGE in app.env.all_docs and pagename != HELP_PAGE else ""
    return parts.render("help", places=places, checked=checked, more_href=more)


def _notes(app: Sphinx, root: Path, pagename: str, doctree: nodes.document | None) -> Markup:
    # These pages are themselves the lists of what they link to.
    if doctree is None or pagename in ("book/evidence", "book/glossary", "book/disagreements"):
        return Markup("")
    relative = lambda target: app.builder.get_relative_uri(pagename, target)  # noqa: E731
    facts, asked = [], questions(root)
    for fact_id in page_facts(app.env, pagename, doctree):
        fact = evidence.fact(fact_id, root)
        facts.append({"fact": fact, "fields": fields(fact, asked, relative("book/disagreements")),
                      "href": f"{relative('book/evidence')}#{fact_id}"})  # fmt: skip
    words = evidence.glossary(root).set_index("slug")
    terms = [
        {"slug": slug, "term": words.loc[slug, "term"], "definition": words.loc[slug, "definition"],
         "href": f"{relative('book/glossary')}#term-{slug}"}
        for slug in page_terms(app.env, pagename, doctree)
    ]  # fmt: skip
    return parts.render("notes", facts=facts, terms=terms)


def _json_ld(meta: Metadata) -> str:
    """schema.org LearningResource of a case (https://schema.org/LearningResource)."""
    data = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "name": meta.title,
        "description": meta.dilemma,
        "abstract": meta.abstract,
        "keywords": meta.keywords,
        "version": meta.version,
        "author": [{"@type": "Organization" if author.role == "collective" else "Person", "name": author.name} for author in meta.authors],
        "learningResourceType": ["case study", meta.class_format],
        "educationalLevel": meta.level,
        "timeRequired": f"PT{meta.minutes.reading}M",
        "teaches": meta.teaches,
        "inLanguage": {"american": "en-US", "british": "en-GB"}[meta.spelling],
        "dateModified": meta.date_reviewed.isoformat(),
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isAccessibleForFree": True,
        "accessibilityFeature": ["alternativeText", "structuralNavigation"],
        "accessMode": ["textual", "visual"],
        "accessModeSufficient": [{"@type": "ItemList", "itemListElement": ["textual"]}],
        "isPartOf": {"@type": "Collection", "name": "Two Rooms"},
    }
    if meta.derived_from:
        data["isBasedOn"] = f"{meta.derived_from.case} {meta.derived_from.version}"
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def prune(app: Sphinx, error: Exception | None) -> None:
    """Drop what stock Sphinx copies and no page asks for."""
    if error or app.builder.format != "html":
        return
    for pattern in UNUSED:
        for path in (Path(app.outdir) / "_static").glob(pattern):
            if path.is_file():
                path.unlink()
    for name in ("objects.inv", ".buildinfo.bak", "genindex.html"):
        (Path(app.outdir) / name).unlink(missing_ok=True)
    # Hosts that run Jekyll would leave out every name that begins with an underscore.
    (Path(app.outdir) / ".nojekyll").touch()


def drop_removed(app: Sphinx, error: Exception | None) -> None:
    """A page that the reading order no longer names must not stay behind in the site."""
    if error or app.builder.format != "html":
        return
    # Not in the environment, which a failed build throws away.
    kept = Path(app.doctreedir) / "pages.txt"
    before = set(kept.read_text(encoding="utf-8").splitlines()) if kept.is_file() else set()
    for docname in before - app.env.found_docs:
        Path(app.builder.get_outfilename(docname)).unlink(missing_ok=True)
    kept.write_text("\n".join(sorted(app.env.found_docs)), encoding="utf-8")


def renamed_neighbours(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages whose "Before" or "Next" names a page by a title that it no longer has."""
    now = {
        docname: [env.titles[turn].astext() for turn in (before, after) if turn in env.titles]
        for docname, (_, before, after) in env.collect_relations().items()
    }
    last = getattr(env, "tworooms_neighbours", now)
    env.tworooms_neighbours = now  # type: ignore[attr-defined]
    return [docname for docname, titles in now.items() if docname in env.found_docs and last.get(docname) != titles]


def register(app: Sphinx) -> None:
    app.connect("env-updated", renamed_neighbours)
    app.connect("html-page-context", add_context)
    app.connect("build-finished", prune)
    app.connect("build-finished", drop_removed)
