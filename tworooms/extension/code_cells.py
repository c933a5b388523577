"""Hidden code: a plain disclosure whose name is what it shows."""

from __future__ import annotations

from html import escape

from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def _visit(translator: HTML5Translator, node: HideCodeCellNode) -> None:
    # The stock markup labels every such summary "Toggle hidden content", which is not the name readers see.
    translator.body.append(f'<details class="code"><summary>{escape(node["prompt_show"])}</summary>\n')


def _depart(translator: HTML5Translator, node: HideCodeCellNode) -> None:
    translator.body.append("</details>\n")


def register(app: Sphinx) -> None:
    app.add_node(HideCodeCellNode, override=True, html=(_visit, _depart))
