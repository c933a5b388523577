"""Some hundred mangled files through the loaders; `make fuzz` tries many more."""

from __future__ import annotations

import warnings

import pytest
from fuzz.inputs import inputs
from fuzz.loaders import LOADERS, Loader, Place
from hypothesis import HealthCheck, Phase, given, settings

#: How many files of each kind, by what one costs.
EXAMPLES = {"unfinished plan": 100, "answers folder": 60, "_toc.yml": 30, "answers": 20, "arguments": 20, "update folder": 20, "page": 20}
OTHERS = 5


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    return Place(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("loader", LOADERS.values(), ids=LOADERS)
def test_whatever_is_read_is_taken_or_refused_in_one_line(place: Place, loader: Loader):
    """No other error, and no write outside the collection. What is too slow shows as a test that does not end."""

    # What fails is small as it is, and making it smaller takes minutes.
    @settings(max_examples=EXAMPLES.get(loader.name, OTHERS), phases=[Phase.generate], derandomize=True, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(inputs(loader))
    def one(content: bytes) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loader.try_one(place, content)

    one()


@pytest.mark.parametrize("loader", LOADERS.values(), ids=LOADERS)
def test_sound_files_are_sound(place: Place, loader: Loader):
    """The smallest file that the changes start from goes through; otherwise they would change what is refused anyway."""
    loader.try_one(place, loader.sound[0])
