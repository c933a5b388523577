"""figures.publish: what it refuses, and that what it stores compares digit by digit."""

import copy
import datetime
import json
import math
import re

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from tworooms import figures
from tworooms.errors import TwoRoomsError

LII = "clinic-lii2023-effect"
GOOD = {
    "name": "peaks",
    "caption": "**It rises.** As in [−5.82](fact:clinic-lii2023-effect).",
    "alt": "One line rises to three and falls to two over two minutes.",
    "provenance": "Published",
    "facts": [LII],
    "cannot_show": "Anything else.",
}


@pytest.fixture
def publish(monkeypatch):
    """A function that publishes and returns what the notebook would store."""
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **options: shown.append((data, options)))

    def call(fig, **changes):
        figures.publish(fig, **{**GOOD, **changes})
        data, options = shown.pop()
        assert not shown and options == {"raw": True}
        return data

    return call


def line(x=(0, 1, 2), y=(1, 3, 2), **options):
    fig = go.Figure()
    fig.add_scatter(x=x, y=y, name="clinic", **options)
    fig.update_layout(xaxis_title="minutes", yaxis_title="ng/mL", height=400)
    return fig


def with_controls():
    fig = line()
    fig.update_layout(
        sliders=[{"currentvalue": {"prefix": "Weight: "}, "steps": [{"label": "60 kg", "method": "restyle", "args": [{}]}]}],
        updatemenus=[{"name": "Route", "buttons": [{"label": "nasal", "method": "restyle", "args": [{}]}]}],
    )
    return fig


def stored(data):
    return json.dumps(data, ensure_ascii=False, allow_nan=False)


def table(data):
    return data[figures.MIME_TYPE]["layout"]["meta"]["tworooms"]["table"]


# Refusals -------------------------------------------------------------------------------------------

REFUSED = {
    "no name": ({"name": ""}, "a figure: its name is missing or no slug; expected name='lower-case-with-hyphens'"),
    "name no slug": ({"name": "My Figure"}, "figure 'My Figure': its name is missing or no slug; expected"),
    "name with a line end": ({"name": "peaks\n"}, "its name is missing or no slug"),
    "name a number": ({"name": 3}, "figure '3': its name is missing or no slug"),
    "no caption": ({"caption": ""}, "figure 'peaks': caption is missing; expected a caption that begins with the finding in bold"),
    "caption None": ({"caption": None}, "caption is missing"),
    "caption blank": ({"caption": " \n"}, "caption is missing"),
    "caption without finding": ({"caption": "It rises."}, "the caption does not begin with its finding in bold; expected caption='**The finding.** …'"),
    "no alt": ({"alt": ""}, "alt is missing; expected alt text that says what the drawing shows"),
    "alt None": ({"alt": None}, "alt is missing"),
    "alt too short": ({"alt": "A line chart of peaks."}, "alt has only 5 words; expected at least 8 words that say what the drawing shows"),
    "no cannot_show": ({"cannot_show": ""}, "cannot_show is missing; expected a sentence on what the figure cannot show"),
    "no provenance": ({"provenance": ""}, "provenance is ''; expected one of Published, Modelled, Invented"),
    "unknown provenance": ({"provenance": "published"}, "provenance is 'published'; expected one of Published, Modelled, Invented"),
    "published without facts": ({"facts": ()}, "a Published figure names no facts; expected facts=[ids from data/evidence/facts.csv]"),
    "unknown fact": ({"facts": ["clinic-lii2023-efect"]}, f"'clinic-lii2023-efect' is not a fact id of this table; expected one of {LII},"),
    "empty table": ({"table": pd.DataFrame()}, "it has no data table; expected table=a DataFrame of the numbers drawn"),
    "table no frame": ({"table": [[1, 2]]}, "its data table is a list; expected table=a DataFrame of the numbers drawn"),
    "table too long": ({"table": pd.DataFrame({"x": range(61)})}, "its data table has 61 rows; expected at most 60: pass table= with the rows that matter"),
    "says without control": ({"says": {"60 kg": "Heavy."}}, "says= speaks of '60 kg', which no control offers; expected labels among those of sliders and menus: the figure has none"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), REFUSED.values(), ids=REFUSED)
def test_refused(publish, changes, said):
    with pytest.raises(TwoRoomsError) as caught:
        publish(line(), **changes)
    text = str(caught.value)
    assert said in text and "\n" not in text and "; expected " in text


@pytest.mark.parametrize(("fig", "said"), [
    (go.Figure(), "it has no data table"),
    (line([*range(61)], [*range(61)]), "its data table has 61 rows"),
    ({"data": []}, "a dict is no figure; expected a plotly.graph_objects.Figure"),
    (None, "a NoneType is no figure"),
], ids=["no traces", "too many points for a table", "a dictionary", "nothing"])  # fmt: skip
def test_refused_figures(publish, fig, said):
    with pytest.raises(TwoRoomsError, match=re.escape(said)):
        publish(fig)


def test_says_names_the_labels_there_are(publish):
    with pytest.raises(TwoRoomsError, match=r"says= speaks of '70 kg', which no control offers; expected labels among '60 kg', 'nasal'$"):
        publish(with_controls(), says={"60 kg": "Light.", "70 kg": "Heavy."})


def test_a_refusal_names_the_folder_of_the_notebook(publish, tmp_path, monkeypatch):
    monkeypatch.setattr(figures.evidence, "fact", lambda name: None)
    (tmp_path / "two-rooms").mkdir()
    monkeypatch.chdir(tmp_path / "two-rooms")
    with pytest.raises(TwoRoomsError, match=r"^two-rooms: figure 'peaks': provenance is 'x'; "):
        publish(line(), provenance="x")


def test_the_size_limit_counts_bytes_and_holds_at_the_edge(publish):
    def bytes_of(words):
        data = publish(line(text=[words]), table=pd.DataFrame({"x": [1]}))
        return len(json.dumps(data[figures.MIME_TYPE], ensure_ascii=False).encode())

    room = figures.MAX_BUNDLE_BYTES - bytes_of("")
    assert bytes_of("a" * room) == figures.MAX_BUNDLE_BYTES
    with pytest.raises(TwoRoomsError, match=r"its JSON has 40,001 bytes; expected at most 40,000: draw fewer points"):
        bytes_of("a" * (room + 1))
    # Two bytes a letter.
    with pytest.raises(TwoRoomsError, match="draw fewer points"):
        bytes_of("é" * (room // 2 + 1))


def test_nothing_is_shown_when_refused(monkeypatch):
    monkeypatch.setattr("IPython.display.display", lambda *_, **__: pytest.fail("was shown"))
    with pytest.raises(TwoRoomsError):
        figures.publish(line(), **{**GOOD, "says": {"nothing": "x"}})


# What is stored -------------------------------------------------------------------------------------


def test_stored_twice_the_same(publish):
    assert stored(publish(with_controls())) == stored(publish(with_controls()))


def test_two_representations_and_no_others(publish):
    assert list(publish(line())) == [figures.MIME_TYPE, "text/html"]


def test_what_the_author_said_is_stored_beside_the_drawing(publish):
    data = publish(with_controls(), says={"nasal": "Sprayed."}, alt=f"  {GOOD['alt']} ", facts=LII)
    about = data[figures.MIME_TYPE]["layout"]["meta"]["tworooms"]
    assert about == {**GOOD, "says": {"nasal": "Sprayed."}, "table": about["table"]}


INPUTS = {
    "lists": ([0, 1, 2], [0.1, 0.2, 0.3]),
    "numpy": (np.array([0, 1, 2]), np.array([0.1, 0.2, 0.3])),
    "numpy, small types": (np.array([0, 1, 2], dtype="int8"), np.array([0.1, 0.2, 0.3], dtype="float32")),
    "pandas": (pd.Series([0, 1, 2], index=[5, 6, 7]), pd.Series([0.1, 0.2, 0.3])),
    "pandas index": (pd.Index([0, 1, 2]), pd.Index([0.1, 0.2, 0.3])),
    "tuples": ((0, 1, 2), (0.1, 0.2, 0.3)),
}


@pytest.mark.parametrize("given", INPUTS.values(), ids=INPUTS)
def test_any_input_is_stored_as_the_same_plain_lists(publish, given):
    data = publish(line(*given))
    (trace,) = data[figures.MIME_TYPE]["data"]
    assert (trace["x"], trace["y"]) == ([0, 1, 2], [0.1, 0.2, 0.3])
    assert stored(data) == stored(publish(line(*INPUTS["lists"])))
    assert "bdata" not in stored(data)


def test_two_dimensional_arrays_and_nested_options_are_plain_too(publish):
    fig = go.Figure(go.Heatmap(z=np.arange(4.0).reshape(2, 2), x=np.array(["a", "b"])))
    fig.update_layout(xaxis_tickvals=np.array([0, 1]), sliders=[{"steps": [{"label": "a", "method": "restyle", "args": [{"z": [np.eye(2)]}]}]}])
    bundle = publish(fig, table=pd.DataFrame({"x": [1]}))[figures.MIME_TYPE]
    assert bundle["data"][0]["z"] == [[0, 1], [2, 3]]
    assert bundle["layout"]["xaxis"]["tickvals"] == [0, 1]
    assert bundle["layout"]["sliders"][0]["steps"][0]["args"] == [{"z": [[[1, 0], [0, 1]]]}]


NUMBERS = {
    "third": (1 / 3, 0.333333),
    "thousands": (1234.5678, 1234.57),
    "large": (123456789.0, 123457000),
    "tiny": (0.000123456789, 0.000123457),
    "whole": (3.0, 3),
    "negative zero": (-0.0, 0),
    "not a number": (math.nan, None),
    "infinite": (math.inf, None),
    "minus infinite": (-math.inf, None),
    "none": (None, None),
    "numpy float": (np.float64(2.5), 2.5),
}


@pytest.mark.parametrize(("given", "kept"), NUMBERS.values(), ids=NUMBERS)
def test_six_significant_digits_and_no_nan(publish, given, kept):
    data = publish(line([0, 1], [1, given]), table=pd.DataFrame({"y": pd.Series([1, given], dtype=object)}))
    drawn = data[figures.MIME_TYPE]["data"][0]["y"][1]
    assert drawn == kept and type(drawn) is type(kept)
    assert table(data)["rows"][1] == [kept]
    assert "NaN" not in stored(data) and "Infinity" not in stored(data)


def test_dates_gaps_and_truths_in_a_table(publish):
    frame = pd.DataFrame({
        "day": [datetime.date(2026, 1, 2), pd.Timestamp("2026-01-03"), pd.NaT],
        "known": pd.array([True, None, False], dtype="boolean"),
        "kind": pd.Categorical(["a", "b", "a"]),
        "count": pd.array([1, None, 3], dtype="Int64"),
    })  # fmt: skip
    assert table(publish(line(), table=frame)) == {
        "columns": ["day", "known", "kind", "count"],
        "rows": [["2026-01-02", True, "a", 1], ["2026-01-03T00:00:00", None, "b", None], [None, False, "a", 3]],
    }


def test_keys_stand_in_order(publish):
    def ordered(value):
        if isinstance(value, dict):
            return list(value) == sorted(value) and all(map(ordered, value.values()))
        return all(map(ordered, value)) if isinstance(value, list) else True

    bundle = publish(with_controls())[figures.MIME_TYPE]
    layout = {key: value for key, value in bundle["layout"].items() if key != "meta"}
    assert ordered(bundle["data"]) and ordered(layout)


def test_the_order_of_an_authors_calls_leaves_no_trace(publish):
    one, other = go.Figure(), go.Figure()
    one.add_scatter(x=[1], y=[2], name="a", mode="lines")
    one.update_layout(height=400, xaxis_title="minutes")
    other.update_layout(xaxis_title="minutes")
    other.add_scatter(mode="lines", name="a", y=[2], x=[1], uid="made-up-at-random")
    other.update_layout(height=400)
    assert stored(publish(one)) == stored(publish(other))


def test_the_authors_figure_is_left_as_it_was(publish):
    fig = with_controls()
    fig.update_layout(title="Mine", template="plotly_dark", meta={"mine": 1})
    frame = pd.DataFrame({"x": [1.23456789]})
    says, facts = {"nasal": "Sprayed."}, [LII]
    before = copy.deepcopy((fig.to_dict(), frame.to_dict(), says, facts))
    publish(fig, table=frame, says=says, facts=facts)
    assert (fig.to_dict(), frame.to_dict(), says, facts) == before


def test_the_look_is_the_collections_and_the_caption_is_the_title(publish):
    fig = line()
    fig.update_layout(title="Mine", template="plotly_dark")
    bundle = publish(fig)[figures.MIME_TYPE]
    assert "title" not in bundle["layout"] or not bundle["layout"]["title"]
    assert bundle["layout"]["template"]["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert bundle["config"]["displayModeBar"] is False and bundle["config"]["plotlyServerURL"] == ""


def test_changing_a_stored_bundle_does_not_change_the_next_one(publish):
    publish(line())[figures.MIME_TYPE]["config"]["displayModeBar"] = True
    assert publish(line())[figures.MIME_TYPE]["config"]["displayModeBar"] is False


# The data table -------------------------------------------------------------------------------------


def test_a_table_is_made_from_the_traces(publish):
    fig = line([0, 1], [1, 1 / 3])
    fig.add_bar(x=["a"], y=[2], name="alone")
    assert table(publish(fig)) == {
        "columns": ["Series", "minutes", "ng/mL"],
        "rows": [["clinic", 0, 1], ["clinic", 1, 0.333333], ["alone", "a", 2]],
    }


def test_a_table_without_axis_titles_or_names(publish):
    fig = go.Figure(go.Scatter(x=[1], y=[2]))
    assert table(publish(fig)) == {"columns": ["Series", "x", "y"], "rows": [["", 1, 2]]}


def test_sixty_rows_are_not_too_many(publish):
    assert len(table(publish(line([*range(60)], [*range(60)])))["rows"]) == 60


def test_the_fallback_tells_the_figure_in_words_and_numbers(publish):
    frame = pd.DataFrame({"Year": [2023], "people <all>": [12345], "change": [-0.5], "note": ["a < b"], "gap": [None]})
    html = publish(line(), table=frame, caption="**It *rises*.** As in [−5.82](fact:clinic-lii2023-effect) & <b>on</b>.")["text/html"]
    assert "<strong>It <em>rises</em>.</strong> As in −5.82 &amp;" in html
    assert "fact:" not in html
    assert '<th scope="col">people &lt;all&gt;</th>' in html
    assert "<td>2023</td><td>12,345</td><td>−0.5</td><td>a &lt; b</td><td></td>" in html
    assert GOOD["alt"] in html and "Cannot show: Anything else." in html


@pytest.mark.parametrize("which", ["COLOUR", "SYMBOL", "DASH", "PATTERN"])
def test_every_room_has_a_mark_of_its_own(which):
    marks = getattr(figures, which)
    assert set(marks) == set(figures.SETTINGS)
    assert len(set(marks.values())) == 3
