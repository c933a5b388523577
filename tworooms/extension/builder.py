"""Addresses of the pages: `book/for-students` is read at `for-students.html`, cases keep their folder."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from docutils import nodes
from docutils.utils import new_document
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder


def address(docname: str) -> str:
    """Where a page lives in the built site, without suffix; moving a page in the repository need not move readers."""
    return docname.removeprefix("book/")


class BookBuilder(StandaloneHTMLBuilder):
    """The HTML builder with short addresses, so that the site opens at its own index.html."""

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return quote(address(docname)) + self.link_suffix

    def get_outfilename(self, pagename: str) -> str:
        return super().get_outfilename(address(pagename))

    def index_page(self, pagename: str, doctree: Any, title: str) -> None:
        if self.indexer is None or not title:
            return
        searchable = not {"nosearch", "no-search"} & self.env.metadata.get(pagename, {}).keys()
        source = self.env.doc2path(pagename, base=False)
        self.indexer.feed(address(pagename), source, title if searchable else "",
                          _spaced(doctree) if searchable else new_document(""))  # fmt: skip

    def load_indexer(self, docnames: Any) -> None:
        # Sphinx prunes by document name, here and again before it writes; the index is kept by address.
        if self.indexer is not None:
            prune = self.indexer.prune
            self.indexer.prune = lambda names: prune({address(name) for name in names})  # type: ignore[method-assign]
        super().load_indexer(docnames)


def _spaced(doctree: nodes.document) -> nodes.document:
    """A copy for the index: Sphinx drops the tags of ready HTML, which would glue "Limits" to the word after it."""
    copy = doctree.deepcopy()
    for node in copy.findall(nodes.raw):
        node.children = [nodes.Text(node.astext().replace("<", " <"))]
    return copy


def register(app: Sphinx) -> None:
    app.add_builder(BookBuilder, override=True)
