"""Links for a class on a JupyterHub: each copies the collection into the student's own folder there and opens one case.

The hub's user environment needs nbgitpuller, which defines what the link may say:
https://nbgitpuller.readthedocs.io/en/latest/topic/url-options.html
"""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass, fields
from urllib.parse import SplitResult, unquote, urlencode, urlsplit

from .case import Case
from .errors import TwoRoomsError

FORMS = ("text", "csv")
_HUB = "the address of a JupyterHub, such as https://hub.example.edu"
_REPOSITORY = "an address that git can read without a password, such as https://git.example.edu/course/two-rooms"


@dataclass(frozen=True)
class Link:
    """One case, and the address that opens it on the hub."""

    case: str
    title: str
    link: str


def links(cases: list[Case], hub: str, repository: str, branch: str = "") -> list[Link]:
    """Return one link for each case.

    Parameters
    ----------
    cases
        The cases to open.
    hub
        Address of the JupyterHub, with the path that it has if it has one.
    repository
        Address from which students' servers fetch the collection; its last part names the folder in each home.
    branch
        Branch or tag; the repository's own choice when empty.

    Raises
    ------
    TwoRoomsError
        When an address is none, or holds a password that every student would read.
    """
    base = _address("--hub", hub, _HUB, ("http", "https")).geturl().rstrip("/").removesuffix("/hub")
    source = _address("--repository", repository, _REPOSITORY, ("http", "https", "git", "file"))
    folder = unquote(source.path.rstrip("/").rpartition("/")[2]).removesuffix(".git")
    if not folder:
        raise TwoRoomsError(f"--repository {repository}: names no repository; expected {_REPOSITORY}")
    # targetPath is said outright: left to itself nbgitpuller would keep a ".git" at the end of the folder's name.
    common = {"repo": repository, "targetPath": folder} | ({"branch": branch} if branch else {})
    return [
        Link(
            case.slug,
            case.metadata.title,
            f"{base}/hub/user-redirect/git-pull?" + urlencode({**common, "urlpath": f"lab/tree/{folder}/cases/{case.slug}/case.ipynb"}, safe=":/"),
        )
        for case in cases
    ]


def written(found: list[Link], form: str) -> str:
    """Return the links as text, one a line, or as CSV with a heading.

    Raises
    ------
    TwoRoomsError
        When `form` is neither.
    """
    if form not in FORMS:
        raise TwoRoomsError(f"--format {form}: there is no such form; expected one of {', '.join(FORMS)}")
    if form == "text":
        return "\n".join(f"{link.case}: {link.link}" for link in found)
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(field.name for field in fields(Link))
    writer.writerows(astuple(link) for link in found)
    return table.getvalue().rstrip("\n")


def _address(option: str, text: str, expected: str, schemes: tuple[str, ...]) -> SplitResult:
    try:
        parts = urlsplit(text)
        named = parts.scheme == "file" or bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, named = urlsplit(""), False
    if parts.scheme not in schemes or not named or parts.query or parts.fragment or any(letter.isspace() for letter in text):
        raise TwoRoomsError(f"{option} {text}: is no such address; expected {expected}")
    if parts.username is not None:
        raise TwoRoomsError(f"{option}: holds a name or password, and every student would see it in the link; expected {expected}")
    return parts
