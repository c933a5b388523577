"""Colours of code: few, and each with a contrast of at least 4.5 to 1 on the page's paper."""

from pygments.style import Style
from pygments.token import Comment, Keyword, Literal, Name, Number, Operator, String


class ReadableStyle(Style):
    """Four inks on paper; the dark theme lifts them in the style sheet."""

    background_color = "#F1EEE7"
    styles = {
        Comment: "italic #5F5C56",
        Keyword: "bold #1C1B19",
        Operator: "#1C1B19",
        Name: "#1C1B19",
        String: "#00664D",
        Number: "#8A3800",
        Literal: "#8A3800",
    }
