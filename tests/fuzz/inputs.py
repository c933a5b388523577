"""The loaders' inputs as Hypothesis strategies: sound files, changed once or twice."""

from __future__ import annotations

from hypothesis import strategies as st

from .loaders import Loader


def inputs(loader: Loader) -> st.SearchStrategy[bytes]:
    """Changed files of a loader; Hypothesis draws, and when one fails shrinks, every choice of the change."""
    # The first ones are the small ones, and what is small is tried more often in the same time.
    sound = st.one_of(st.sampled_from(loader.sound[:2]), st.sampled_from(loader.sound[:5]))
    once = st.builds(loader.changed, st.randoms(use_true_random=False), sound)
    return st.one_of(once, once, st.builds(loader.changed, st.randoms(use_true_random=False), once))
