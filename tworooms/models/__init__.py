"""Pure functions that the cases compute with.

A model takes its parameters as arguments (a table, numbers, a random generator) and imports nothing
else of ``tworooms``, so that each can be read, tested and reused without the rest.
"""
