"""Identifiers of real people, which must not stand in a published case.

The kinds are the eighteen of the Safe Harbor method, 45 CFR 164.514(b)(2)(i), and what stands for them in Britain and Europe.
`files` goes through a collection, `search` through one text; the other modules each know some kinds.
"""

from .files import around, check
from .finding import KINDS, Found, Known, group_of
from .public import known_in
from .search import found

__all__ = ["KINDS", "Found", "Known", "around", "check", "found", "group_of", "known_in"]
