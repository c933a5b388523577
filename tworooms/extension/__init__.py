"""The Sphinx extension that turns the cases into the book: links, figures, stops, quizzes, evidence pages."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def _digest(*patterns: str) -> str:
    """Digest of the package's files that match some patterns."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in package.glob(pattern) if path.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _allow_processes(app: Sphinx, config: Any) -> None:
    # Jupyter Book brings it. It numbers sections once all pages are read, in the process that gathers them, and says nothing of it.
    numbering = app.extensions.get("sphinx_multitoc_numbering")
    if numbering is not None:
        numbering.parallel_read_safe = True


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx; called by Sphinx itself."""
    # Not above: the exports use a few of these modules, and would wait two seconds for the rest.
    from . import builder, case_directives, claims_directives, code_cells, evidence_directives, links, page, project, untrusted

    # Pages keep the HTML of the parts they were read with, so a changed part must bring every page back.
    revision = _digest("*.py", "extension/*.py", "theme/parts/*.html")
    app.add_config_value("tworooms_revision", revision, "env", [str])
    # Sphinx copies style sheets and scripts only when it writes pages.
    app.add_config_value("tworooms_static", _digest("theme/static/*"), "html", [str])
    app.add_config_value("tworooms_edition", "student", "env", [str])
    # Jupyter Book always sets these for extensions that this book leaves out.
    for unused in ("comments_config", "thebe_config"):
        app.add_config_value(unused, {}, "", [dict])
    app.add_html_theme("tworooms", str(Path(__file__).parent.parent / "theme"))
    app.connect("config-inited", _allow_processes)
    for part in (untrusted, builder, links, code_cells, case_directives, claims_directives, evidence_directives, page, project):
        part.register(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
