"""What is public in a collection: authors and hosts of its sources, its help lines, the words of its tables."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from ... import evidence, paths
from ...errors import TwoRoomsError
from .finding import WORD, Known, key_of

_TABLES = (
    "evidence/facts.csv", "evidence/series.csv", "evidence/disputes.csv", "evidence/claims.csv", "evidence/pk_parameters.csv",
    "evidence/help_lines.csv", "glossary.csv",
)  # fmt: skip
#: Columns of keys and of the maintainers' trail: their words stand on no page.
_UNREAD = re.compile(r"(?:_id|_ids|_key|provenance|curation|checked_on)$")
_ADDRESS = re.compile(r"https?://[^\s,;)>\]\"]+|\b(?:[a-z0-9-]+\.)+(?:org|com|net|gov|uk|ie|au|nz|ca|de|eu)\b")
_PHONE = re.compile(r"\d[\d ()-]{1,16}\d")


def known_in(root: Path) -> Known:
    """What the collection in `root` holds in public; nothing where its tables cannot be read, which another rule reports."""
    home = root.resolve() / paths.DATA
    files = tuple(path for path in (*(home / name for name in _TABLES), home / evidence.BIBLIOGRAPHY) if path.is_file())
    return _known(root.resolve(), tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files))


@lru_cache(maxsize=4)
def _known(root: Path, files: tuple[tuple[Path, int, int], ...]) -> Known:
    authors, full_names, words, phones, hosts = set(), set(), set(), set(), set()
    for path, *_ in files:
        if path.suffix != ".csv":
            continue
        try:
            rows = list(csv.DictReader(path.read_text(encoding="utf-8", errors="replace").splitlines()))
        except csv.Error:
            rows = []
        for row in rows:
            for column, cell in row.items():
                if not isinstance(cell, str) or not isinstance(column, str):
                    continue
                hosts.update(host_of(address) for address in _ADDRESS.findall(cell))
                if path.name == "help_lines.csv":
                    phones.update(re.sub(r"\D", "", number) for number in _PHONE.findall(cell))
                if not _UNREAD.search(column) and column != "check_url":
                    words.update(key_of(word) for word in WORD.findall(cell) if word[0].isupper())
    try:
        entries = evidence.bib_entries(root)
    except TwoRoomsError:
        entries = []
    for _, _, fields, _ in entries:
        for name in re.split(r"\s+and\s+", fields.get("author", "")):
            last, _, first = name.strip("{} ").partition(",")
            last_words = [key_of(word) for word in WORD.findall(last)]
            authors.update(last_words)
            if first.strip():
                full_names.add(" ".join([*(key_of(word) for word in WORD.findall(first) if len(word) > 1), *last_words]))
            else:
                words.update(last_words)  # a body, not a person
        hosts.update(host_of(address) for address in _ADDRESS.findall(fields.get("url", "")))
        for field in ("title", "journal", "institution", "publisher", "howpublished", "booktitle", "note"):
            words.update(key_of(word) for word in WORD.findall(fields.get(field, "")) if word[0].isupper())
    return Known(frozenset(authors), frozenset(full_names), frozenset(words - authors), frozenset(phones), frozenset(hosts))


def host_of(address: str) -> str:
    """The host that a web address names, in small letters and without `www.`."""
    try:
        named = urlsplit(address).netloc or address
    except ValueError:
        named = address  # brackets that hold no address
    return named.lower().removeprefix("www.").split(":")[0]
