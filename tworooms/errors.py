"""The one error a user of Two Rooms can cause."""


class TwoRoomsError(Exception):
    """A mistake in something a user wrote or typed.

    Its text is a single line, ``file:place: what is wrong; expected what``, so that the command
    line can print it as it stands and an editor can jump to the place.
    """

    def __init__(self, message: str):
        """Keep `message`, folded into one line."""
        super().__init__(one_line(str(message)))


def one_line(text: str, most: int = 1_200) -> str:
    """The text as one line that any terminal can print: white space folded, halves of characters spelt out, the middle of a long one left out."""
    text = " ".join(text.split()).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= most else f"{text[: most // 2]} […] {text[-most // 2 :]}"
