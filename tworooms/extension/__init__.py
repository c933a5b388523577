"""The Sphinx extension that turns the cases into the book: links, figures, stops, quizzes, evidence pages."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from .. import __version__
from . import builder, case_directives, code_cells, evidence_directives, links, page


def _revision() -> str:
    """Digest of everything that shapes a page while it is read."""
    package = Path(__file__).parent.parent
    sources = [*package.glob("*.py"), *package.glob("extension/*.py"), *package.glob("theme/parts/*.html")]
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx; called by Sphinx itself."""
    # Pages keep the HTML of the parts they were read with, so a changed part must bring every page back.
    app.add_config_value("tworooms_revision", _revision(), "env", [str])
    app.add_config_value("tworooms_edition", "student", "env", [str])
    # Jupyter Book always sets these for extensions that this book leaves out.
    for unused in ("comments_config", "thebe_config"):
        app.add_config_value(unused, {}, "", [dict])
    app.add_html_theme("tworooms", str(Path(__file__).parent.parent / "theme"))
    for part in (builder, links, code_cells, case_directives, evidence_directives, page):
        part.register(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
