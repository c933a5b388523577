"""The one error a user of Two Rooms can cause."""


class TwoRoomsError(Exception):
    """A mistake in something a user wrote or typed.

    Its text is a single line, ``file:place: what is wrong; expected what``, so that the command
    line can print it as it stands and an editor can jump to the place.
    """

    def __init__(self, message: str):
        """Keep `message`, folded into one line."""
        super().__init__(" ".join(str(message).split()))
