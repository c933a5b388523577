"""The only way a figure leaves a notebook: one look, one description, one deterministic bundle.

An author builds an ordinary Plotly figure and ends the cell with :func:`publish`. The notebook then stores two
things and nothing else: the Plotly JSON, rounded so that it compares and merges, and an HTML fallback that
carries the caption and the data table wherever Plotly cannot run.
"""

from __future__ import annotations

import base64
import html
import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from . import evidence
from .errors import TwoRoomsError

MIME_TYPE = "application/vnd.plotly.v1+json"
PROVENANCES = ("Published", "Modelled", "Invented")
MAX_BUNDLE_BYTES = 40_000
MAX_TABLE_ROWS = 60
SIGNIFICANT_DIGITS = 6

SETTINGS = ("clinic", "remote", "alone")
COLOUR = {"clinic": "#0072B2", "remote": "#00785A", "alone": "#B84A00"}
SYMBOL = {"clinic": "square", "remote": "diamond", "alone": "circle"}
DASH = {"clinic": "solid", "remote": "dash", "alone": "dot"}
PATTERN = {"clinic": "", "remote": "/", "alone": "."}
INK = "#1C1B19"
GREY = "#6B6862"
LIGHT = "#D9D5CB"
#: One quiet fill for published bands and ranges.
BAND = "rgba(107,104,98,0.16)"

_SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_AXIS = {
    "showgrid": True,
    "gridcolor": LIGHT,
    "zeroline": False,
    "linecolor": GREY,
    "ticks": "outside",
    "tickcolor": GREY,
    "automargin": True,
    "fixedrange": True,
    "title": {"standoff": 12},
}
TEMPLATE: dict[str, Any] = {
    "layout": {
        "font": {"family": _SANS, "size": 13, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": [COLOUR["clinic"], COLOUR["remote"], COLOUR["alone"], GREY],
        "margin": {"l": 56, "r": 16, "t": 16, "b": 56},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False,
                   "itemdoubleclick": False},
        "hoverlabel": {"font": {"family": _SANS, "size": 13}},
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "dragmode": False,
    }
}
CONFIG = {
    "displayModeBar": False,
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
    "plotlyServerURL": "",
}

_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
_YEARS = re.compile(r"(?:calendar )?year\b", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]]*)\]\((?:fact|figure|story|term):[^)]*\)")


def publish(
    fig: go.Figure,
    *,
    name: str = "",
    caption: str = "",
    alt: str = "",
    provenance: str = "",
    facts: Iterable[str] = (),
    cannot_show: str = "",
    table: pd.DataFrame | None = None,
    says: Mapping[str, str] | None = None,
) -> None:
    """Show a figure in the notebook and store the one bundle that the book, Jupyter and a diff can all read.

    Parameters
    ----------
    fig
        An ordinary Plotly figure. Sliders and update menus may be used as Plotly documents them; the book
        replaces them with native controls made from the same specification.
    name
        Slug of the figure, unique in its notebook. ``[158](figure:NAME)`` in prose links to it.
    caption
        Markdown; the finding first, in bold. May hold ``fact:`` links.
    alt
        What a reader who cannot see the drawing needs to know from it, in plain text.
    provenance
        ``Published`` (facts cited), ``Modelled`` (published parameters, our computation) or ``Invented``.
    facts
        Ids of the facts drawn. Required for ``Published``.
    cannot_show
        What the figure is silent about; one or two sentences.
    table
        The numbers behind the drawing, at most 60 rows, columns named with their units.
        Derived from the traces when left out.
    says
        For each step of a control, by its label, the sentence read out when a reader chooses it.

    Raises
    ------
    TwoRoomsError
        When a part is missing or malformed; names the figure, and the folder of its notebook.
    """
    facts = [facts] if isinstance(facts, str) else list(facts)
    name, caption, alt, cannot_show = (str(text or "") for text in (name, caption, alt, cannot_show))
    where = f"{Path.cwd().name}: figure {name!r}" if name else f"{Path.cwd().name}: a figure"

    def refuse(problem: str, expected: str) -> None:
        raise TwoRoomsError(f"{where}: {problem}; expected {expected}")

    if not isinstance(fig, go.Figure):
        refuse(f"a {type(fig).__name__} is no figure", "a plotly.graph_objects.Figure")
    if not _SLUG.match(name):
        refuse("its name is missing or no slug", "name='lower-case-with-hyphens'")
    for part, text, wanted in (
        ("caption", caption, "a caption that begins with the finding in bold"),
        ("alt", alt, "alt text that says what the drawing shows"),
        ("cannot_show", cannot_show, "a sentence on what the figure cannot show"),
    ):
        if not text.strip():
            refuse(f"{part} is missing", wanted)
    if not caption.strip().startswith("**"):
        refuse("the caption does not begin with its finding in bold", "caption='**The finding.** …'")
    if len(alt.split()) < 8:
        refuse(f"alt has only {len(alt.split())} words", "at least 8 words that say what the drawing shows")
    if provenance not in PROVENANCES:
        refuse(f"provenance is {provenance!r}", "one of " + ", ".join(PROVENANCES))
    if provenance == "Published" and not facts:
        refuse("a Published figure names no facts", "facts=[ids from data/evidence/facts.csv]")
    for fact_id in facts:
        try:
            evidence.fact(fact_id)
        except TwoRoomsError as error:
            raise TwoRoomsError(f"{where}: {error}") from None

    table = _derived_table(fig) if table is None else table
    if not isinstance(table, pd.DataFrame):
        refuse(f"its data table is a {type(table).__name__}", "table=a DataFrame of the numbers drawn")
    if table.empty:
        refuse("it has no data table", "table=a DataFrame of the numbers drawn")
    if len(table) > MAX_TABLE_ROWS:
        refuse(f"its data table has {len(table)} rows", f"at most {MAX_TABLE_ROWS}: pass table= with the rows that matter")

    labels = control_labels(fig.to_plotly_json().get("layout", {}))
    strangers = sorted(set(says or {}) - set(labels))
    if strangers:
        refuse(f"says= speaks of {strangers[0]!r}, which no control offers", "labels among " + (", ".join(map(repr, labels)) or "those of sliders and menus: the figure has none"))

    bundle = _bundle(fig)
    rows = [[_cell(value) for value in row] for row in table.itertuples(index=False, name=None)]
    bundle["layout"]["meta"] = {
        "tworooms": {
            "name": name,
            "caption": caption.strip(),
            "alt": alt.strip(),
            "provenance": provenance,
            "facts": facts,
            "cannot_show": cannot_show.strip(),
            "says": dict(says or {}),
            "table": {"columns": [str(column) for column in table.columns], "rows": rows},
        }
    }
    size = len(json.dumps(bundle, ensure_ascii=False).encode())
    if size > MAX_BUNDLE_BYTES:
        refuse(f"its JSON has {size:,} bytes", f"at most {MAX_BUNDLE_BYTES:,}: draw fewer points")

    from IPython.display import display

    display({MIME_TYPE: bundle, "text/html": fallback_html(bundle)}, raw=True)


def control_labels(layout: Mapping[str, Any]) -> list[str]:
    """Labels of every step of every slider and update menu in a Plotly layout, in order."""
    steps = [step for slider in layout.get("sliders") or () for step in slider.get("steps") or ()]
    steps += [button for menu in layout.get("updatemenus") or () for button in menu.get("buttons") or ()]
    return [str(step.get("label", "")) for step in steps]


def fallback_html(bundle: Mapping[str, Any]) -> str:
    """The figure in words and numbers, for GitHub, e-mail and readers without JavaScript."""
    about = bundle["layout"]["meta"]["tworooms"]
    caption = _inline_html(_LINK.sub(r"\1", about["caption"]))
    return (
        f'<figure><p>{html.escape(about["alt"])}</p><figcaption>{html.escape(about["provenance"])}. {caption} '
        f'Cannot show: {html.escape(about["cannot_show"])}</figcaption>{table_html(about["table"])}</figure>'
    )


def _inline_html(text: str) -> str:
    """A line of Markdown as HTML."""
    try:
        from markdown_it import MarkdownIt
    except ModuleNotFoundError:
        # A notebook given to students needs pandas and Plotly alone. What captions use comes out the same.
        text = html.escape(text)
        for pattern, tag in ((r"\*\*(.+?)\*\*", "strong"), (r"\*(.+?)\*", "em"), (r"`(.+?)`", "code")):
            text = re.sub(pattern, rf"<{tag}>\1</{tag}>", text)
        return text.replace("&#x27;", "'")
    return MarkdownIt("commonmark", {"html": False}).renderInline(text)


def table_html(table: Mapping[str, Any]) -> str:
    """A figure's data table as an HTML table with column headers; numbers are written as they are stored."""
    plain = [bool(_YEARS.match(column)) for column in table["columns"]]
    head = "".join(f'<th scope="col">{html.escape(column)}</th>' for column in table["columns"])
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(_written(value, year))}</td>" for value, year in zip(row, plain)) + "</tr>"
        for row in table["rows"]
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _written(value: Any, year: bool = False) -> str:
    if year and isinstance(value, int):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:,}".replace("-", "−")
    return str(value)


def _bundle(fig: go.Figure) -> dict[str, Any]:
    drawn = go.Figure(fig)
    drawn.layout.template = TEMPLATE
    drawn.layout.title = None
    plain = _plain(drawn.to_plotly_json())
    for trace in plain["data"]:
        trace.pop("uid", None)
    return {"data": plain["data"], "layout": plain["layout"], "config": dict(CONFIG)}


def _plain(value: Any) -> Any:
    """Plain JSON values only: Plotly 6 and later would otherwise store arrays as base64, which cannot be compared."""
    if isinstance(value, Mapping):
        if {"bdata", "dtype"} <= set(value):
            array = np.frombuffer(base64.b64decode(value["bdata"]), dtype=f"<{value['dtype']}")
            shape = [int(size) for size in str(value.get("shape", array.size)).split(",")]
            return _plain(array.reshape(shape))
        return {str(key): _plain(item) for key, item in sorted(value.items())}
    if isinstance(value, np.ndarray):
        return [_plain(item) for item in value.tolist()]
    if isinstance(value, (pd.Series, pd.Index)):
        return [_plain(item) for item in value.tolist()]
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return _cell(value)


def _cell(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        if not math.isfinite(value):
            return None
        rounded = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
        return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
    if isinstance(value, (date, pd.Timestamp)):
        return value.isoformat()
    return str(value)


def _derived_table(fig: go.Figure) -> pd.DataFrame:
    layout = fig.to_plotly_json().get("layout", {})

    def axis(letter: str) -> str:
        title = (layout.get(f"{letter}axis") or {}).get("title") or {}
        return title.get("text") or letter

    rows = []
    for trace in fig.data:
        xs, ys = getattr(trace, "x", None), getattr(trace, "y", None)
        if xs is None or ys is None:
            continue
        rows += [{"Series": trace.name or "", axis("x"): x, axis("y"): y} for x, y in zip(xs, ys)]
    return pd.DataFrame(rows)
