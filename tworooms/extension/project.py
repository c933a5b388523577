"""Which files are pages: those that the reading order names, and no others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.project import Project
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


class NamedPages(Project):
    """Sphinx's project, which looks for the pages it has been told instead of walking through every folder.

    Walking, it would hold each of a collection's files against a pattern for each file that is no page: ten thousand files
    and three thousand patterns where there are a thousand cases.
    """

    def __init__(self, project: Project, names: Iterable[str]) -> None:
        super().__init__(project.srcdir, project.source_suffix)
        self.restore(project)
        self._names = sorted(names)

    def discover(self, exclude_paths: Iterable[str] = (), include_paths: Iterable[str] = ()) -> set[str]:
        """Find the file of each named page; patterns are not asked."""
        self.docnames.clear()
        self._path_to_docname.clear()
        self._docname_to_path.clear()
        for name in self._names:
            found = sorted(name + suffix for suffix in self.source_suffix if (Path(self.srcdir) / (name + suffix)).is_file())
            if found[1:]:
                LOGGER.warning("%s is one page and has %d files; expected one of %s", name, len(found), ", ".join(found))
            if found:
                self.docnames.add(name)
                self._path_to_docname[found[0]] = name
                self._docname_to_path[name] = found[0]
        return self.docnames


def take_over(app: Sphinx) -> None:
    """Let Sphinx ask for the pages of the reading order; runs once that has been read and the last build's state is there."""
    assert app.env is not None
    names = []
    for name in app.config.external_site_map:
        suffix = next((suffix for suffix in app.project.source_suffix if name.endswith(suffix)), "")
        names.append(name.removesuffix(suffix))
    app.project = app.env.project = NamedPages(app.project, names)


def register(app: Sphinx) -> None:
    app.connect("builder-inited", take_over)
