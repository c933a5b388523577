"""Markup of the recurring parts of a page, kept as templates beside the theme."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from docutils import nodes
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .. import evidence

THEME = Path(__file__).parent.parent / "theme"


@lru_cache(1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(THEME / "parts"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["slug"] = evidence.slug
    return environment


def render(template: str, **values: Any) -> Markup:
    """HTML of `theme/parts/TEMPLATE.html` with everything escaped that is not marked safe."""
    return Markup(_environment().get_template(f"{template}.html").render(**values))


def raw(template: str, **values: Any) -> nodes.raw:
    """The same as a docutils node."""
    return html(str(render(template, **values)))


def sandwich(template: str, children: list[nodes.Node], **values: Any) -> list[nodes.Node]:
    """The template around docutils nodes that stand where it says `{{ body }}`."""
    marker = "\u0000body\u0000"
    before, after = str(render(template, body=Markup(marker), **values)).split(marker)
    return [html(before), *children, html(after)]


def html(text: str) -> nodes.raw:
    """HTML that this package made; only such reaches the pages of cases (see :mod:`tworooms.extension.untrusted`)."""
    return nodes.raw("", text, format="html", ours=True)


def script_json(value: Any) -> Markup:
    """JSON for a script element, which neither "</" nor "<!--" inside it can end or stretch."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("</", "<\\/").replace("<!--", "<\\u0021--"))
