"""Draws the figures of `tworooms.figures` in the book, with native controls in place of Plotly's; shows other outputs' HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from markupsafe import Markup

from .. import sanitise
from ..checks.passages import said_of
from ..figures import MIME_TYPE, table_html
from . import parts

if TYPE_CHECKING:
    from myst_nb.core.render import MimeData, NbElementRenderer


class FigureRenderer:
    """MyST-NB's MIME renderer for the bundle that `figures.publish` stores; a protocol, not a base class."""

    mime_priority_overrides = [("html", MIME_TYPE, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Node] | None:
        """Nodes of one figure, or None when the bundle is not ours to draw."""
        # Not above: slides and handout use this module too, and would wait two seconds for the builder.
        from myst_nb.core.render import MimeData

        if data.mime_type == "text/html":
            return [parts.html(sanitise.html(data.string))]
        if inline or data.mime_type != MIME_TYPE:
            return None
        bundle = data.content
        about = said_of(bundle)
        if about is None:
            renderer.logger.warning(
                "a Plotly figure was not published through tworooms.figures.publish; it would have no caption, "
                "alt text or data table",
                subtype="unknown_mime_type", line=data.line,
            )  # fmt: skip
            return []
        caption = renderer.render_markdown_inline(
            MimeData(mime_type="text/markdown", content=about["caption"], line=data.line)
        )
        spec, controls = native_controls(bundle)
        document = renderer.renderer.document
        # Questions and notes speak of "Figure 2"; a notebook does not know which of its figures that is.
        document.tworooms_figures = number = getattr(document, "tworooms_figures", 0) + 1
        return parts.sandwich(
            "figure",
            [nodes.inline("", "", *caption)],
            about=about,
            number=number,
            controls=controls,
            spec=parts.script_json(spec),
            table=Markup(table_html(about["table"])),
            height=int((bundle["layout"].get("height")) or 420),
        )


def native_controls(bundle: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Split a bundle into what Plotly draws and the controls the page draws itself, both without what could act.

    Returns the bundle without `sliders` and `updatemenus`, and one entry per control:
    id, label, kind (`range`, `select` or `checkbox`), steps with method, args, label and the sentence to read out.
    """
    about = said_of(bundle)
    bundle = sanitise.bundle(bundle)
    layout = bundle["layout"]
    layout.pop("meta")
    controls = []
    for slider in layout.pop("sliders", ()) or ():
        prefix = ((slider.get("currentvalue") or {}).get("prefix") or "").strip().rstrip(":")
        controls.append(_control(about, len(controls), "range", prefix, slider.get("steps"), slider.get("active")))
    for menu in layout.pop("updatemenus", ()) or ():
        controls.append(_control(about, len(controls), "select", menu.get("name"), menu.get("buttons"), menu.get("active")))
    layout.pop("height", None)
    steps = [[{"m": s["method"], "a": s["args"], "says": s["says"]} for s in c["steps"]] for c in controls]
    return {"data": bundle["data"], "layout": layout, "config": bundle["config"], "controls": steps}, controls


def _control(about: dict[str, Any], index: int, kind: str, label: str | None, steps: Any, active: Any) -> dict[str, Any]:
    label = re.sub(r"<[^>]+>", "", label or "").strip() or "Show"
    shown = []
    for step in steps or ():
        text = re.sub(r"<[^>]+>", " ", str(step.get("label", "")))
        shown.append({"label": text, "method": step.get("method", "restyle"), "args": step.get("args") or [],
                      "says": about["says"].get(step.get("label"), f"{label}: {text}.")})  # fmt: skip
    return {"id": f"{about['name']}-control-{index + 1}", "label": label, "kind": kind, "steps": shown,
            "active": max(0, int(active or 0))}  # fmt: skip


def figures_in(doctree: nodes.document | None) -> bool:
    """Whether a page draws a figure, and so needs the drawing script."""
    return doctree is not None and any('class="tr-figure"' in node.astext() for node in doctree.findall(nodes.raw))
