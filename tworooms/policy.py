"""What a page of ours may load and run, as its Content Security Policy (https://www.w3.org/TR/CSP3/)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

#: A page of the site: files of the site alone, no script or style sheet within the page, nothing that makes code out of text.
#: Attributes may style, since plotly.js sets bold and raised words of a drawing so.
#: Digests of those files (Subresource Integrity) would add nothing: page and file come from the same host, and a browser
#: that opens the site from a folder would refuse to compare them.
SITE = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)


def digest(script: str) -> str:
    """A script within a page as `script-src` names it: https://www.w3.org/TR/CSP3/#grammardef-hash-source.

    Parameters
    ----------
    script
        Everything between the tags, with the line ends that the file has; LF, as browsers read every line end.
    """
    found = hashlib.sha256(script.replace("\r\n", "\n").encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(found).decode('ascii')}'"


def one_file(scripts: Iterable[str]) -> str:
    """Policy of a page that is one file: of scripts only those that it was made with.

    Parameters
    ----------
    scripts
        Each script of the page, and of windows that it opens, as `digest` takes it.
    """
    known = " ".join(map(digest, scripts)) or "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {known}",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            "font-src data:",
            "frame-src 'self' file:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
