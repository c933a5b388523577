"""Addresses of the pages: `book/for-students` is read at `for-students.html`, cases keep their folder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

from docutils import nodes
from docutils.utils import new_document
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder


def address(docname: str) -> str:
    """Where a page lives in the built site, without suffix; moving a page in the repository need not move readers."""
    return docname.removeprefix("book/")


#: Pages kept in memory between being read and being written; those beyond are read back from disk.
_KEPT = 32


class BookBuilder(StandaloneHTMLBuilder):
    """The HTML builder with short addresses, so that the site opens at its own index.html; made for many pages."""

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

    def write_doctree(self, docname: str, doctree: nodes.document, *, _cache: bool = True) -> None:
        # Sphinx keeps every page it has read until it is written: 4 MB each.
        super().write_doctree(docname, doctree, _cache=_cache and len(self.env._write_doc_doctree_cache) < _KEPT)  # type: ignore[misc]

    def write_doc_serialized(self, docname: str, doctree: nodes.document) -> None:
        super().write_doc_serialized(docname, doctree)
        # What was read back from disk to be written is kept too, as bytes.
        self.env._pickled_doctree_cache.pop(docname, None)

    def _write_parallel(self, docnames: Sequence[str], nproc: int) -> None:
        # One more than Sphinx takes: pages waiting to be written are held in memory, and this process prepares them faster.
        super()._write_parallel(docnames, nproc + 1)

    def load_indexer(self, docnames: Any) -> None:
        # Every page has a cache of stems of its own; most words stand on most pages.
        if self.indexer is not None:
            self.indexer.lang.stem = cache(self.indexer.lang.stem)  # type: ignore[method-assign]
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
