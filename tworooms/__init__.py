"""What the cases and the book of Two Rooms share: evidence, models, figures, the Sphinx extension and checks."""

__version__ = "0.1.0"
