"""Where the collection lies on disk."""

from pathlib import Path

from tworooms.errors import TwoRoomsError

DATA = "data"
EVIDENCE = "data/evidence"
PACKAGE = "data/datapackage.json"
CASES = "cases"


def root(start: str | Path | None = None) -> Path:
    """Return the folder of the collection: the one that holds `_config.yml` and `data/`.

    The folder `start` (by default the working directory) and the folders above it are searched
    first, so that a fork or a copy wins over the installed one; then the folder from which the
    package was installed in editable mode.

    Raises TwoRoomsError when no such folder is found.
    """
    here = Path(start or ".").resolve()
    for folder in (here, *here.parents):
        if (folder / "_config.yml").is_file() and (folder / DATA).is_dir():
            return folder
    installed = Path(__file__).resolve().parents[1]
    if (installed / DATA).is_dir():
        return installed
    raise TwoRoomsError(f"{here}: no collection here or above; expected a folder with _config.yml and data/")
