"""Changes of a sound file that keep its form: what people, programs and mischief do to JSON, YAML, tables, BibTeX, Markdown and ZIPs.

Every change is a function of a `random.Random`, so that Hypothesis (which draws and shrinks the choices) and atheris (which
gives a seed to its mutator) make the same kinds of files.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import re
import stat
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

#: A file's content to another.
Change = Callable[[Random, bytes], bytes]

#: Stands in a tree for text that no encoder would write.
_RAW = "\ue000raw{}\ue001"
_RAWS = (
    "NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, "-0", "1E400", '{"a": 1, "a": 2}', "[" * 200 + "]" * 200,
    "[" * 100_000, "[" * 30_000 + "]" * 30_000, '{"a":' * 3_000 + "1" + "}" * 3_000, '"\\ud800"', '"\\u0000"', '"\\ud83d\\ude00"', "tru", "",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 3.5, 2**63, -(2**64), 1e308, "", " ", "x", "\n", "a\nb", "\r\n", "\x00", "\x1b[31m", "\x7f", "\u2028",
    "\ufeff", "\u202e", "\ud800", "²", "٣", "９", "é" * 10, "x" * 5000, "0", "-1", "1e5", "10000e5", "1e999", "nan", "2026-02-30", "0001-01-01",
    "9999-12-31", "2026-W01-1", "20261121", "../../canary", "/etc/passwd", "C:\\x", "a/b", ".", "..", "~", "toy", "US", "fact:", "[](fact:)",
    "<script>", "</script>", "{{ body }}", "{x}", "%s", "[", "]", "(", "`", "$", "\\", "<<<<<<< ", "TO WRITE", [], {}, [None], [[]], {"a": None}, {"": 1}, [0, "a"],
)  # fmt: skip
_YAML = (
    "~", "No", "on", "0o17", "0x1F", ".nan", ".inf", "-.inf", "1e400", "12:30:45", "2026-13-01", "2026-02-30", "0001-01-01", "9999-12-31",
    "2026-11-21T25:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9" * 5000, "!!python/object:os.system x", "!!binary x",
    "!!set {a, b}", "!!int x", "!!float x", "!!bool x", "!!timestamp x", "!!omap [a]", "!!pairs [a]", "!!null x", "!x y", "&a [*a]", "*a", "&a x",
    "{? [1] : 2}", "{1: 2}", "{~: 1}", "{true: 1}", "{2026-01-01: 1}", "{<<: x}", "{<<: [x]}", "{<<: {a: 1}}", "[" * 3000, "{a: " * 2000, "[[[]]]", '"\\ud800"', '"\\0"', '"\\x07"',
    "|", ">", "|9", "'", '"', "---", "...", "%YAML 1.1", "@", "`", "? a", "- a", "a: b: c", "\t", "#", "=", "<<", "1_000", "+", "-", "''", "[a, b", "{a", "x" * 5000,
)  # fmt: skip
_CELLS = (
    "", " ", " x", "x ", "0", "-0", "00", "1e5", "10000e5", "1.5e10", "1e999", "-1e999", "9" * 400, "9" * 5000, "0." + "1" * 400, "٣", "²", "１", "nan", "inf",
    "2026-02-30", "2026-W01-1", "0000-00-00", "20261331", "99999999", "a\nb", "a\rb", '"', '""', "a,b", ";", ";;", "a;a", "=1+1", "\x00", "\ufeff", "x" * 200_000, "é",
    "../../canary", "{", "}", "\\", "fact:", "clinic-lii2023-effect", "clinic-x-y", "US", "XX", "facts", "via x.", "\u2028", "\x85", "\x1c",
)  # fmt: skip
_BIB = (
    "@", "@article{", "{", "}", "}}", '"', "#", ",", "=", "\\", "%", "~", "--", "@comment{x}", "@preamble{x}", '@string{x = "y"}', "@article{k, title = x}", "author = { and }",
    "author = {others}", "author = {others and others and others}", "author = {a, b, c, d}", "author = {,}", "author = {-}", "title = {with a of the in on at by to}",
    "url = {http://[}", "url = {https://[::1}", "doi = {\\}", "title = {}", "year = 9", "title = {{{{}", "title = {\\'{}}", "title = {\\textbf}", "{" * 3000, "\x00", "é", "\u2028",
)  # fmt: skip
_LINES = (
    ":::{stop} a", ":::{room} clinic", ":::{room}", ":::", "::::", "```", "````", "~~~", "```{x}", ":::{help} US", ":::{help}", ":::{help} XX", ":::{claims-exercise}", ":claims: wiki-01",
    ":claims: ,,", ":claims: x", ":::{terms} x", ":::{terms}", ":::{sources}", ":::{decisions}", ":::{quiz}", ":::{case-card}", ":::{rooms}", ":title: x", ":title:", ":a: b", "# a", "## Part A", "### Discussion", "#", "1. a", "99999999999. a",
    "9" * 5000 + ". a", "**9" + "9" * 5000 + ". a**", "### Question " + "9" * 5000, "### " + "9" * 5000 + " minutes", "- a", "> a", "> " * 300 + "a", "- " * 300 + "a", "| min | a |", "| --- | --- |", "| ² | 3 |", "| " + "9" * 5000 + " |", "### 50-minute class", "### 2 × 50-minute classes",
    "[a](fact:x)", "[3](fact:clinic-lii2023-effect)", "[−5.82](fact:clinic-lii2023-effect#x)", "[30 February 2020](fact:clinic-lii2023-effect#year)", "[9](figure:toy)", "[9](figure:)", "[x](term:)", "[1](story:)", "[a](http://[)", "![a](fact:x)", "<fact:x>",
    "[a]: fact:x", "[", "[[[[", "](", "<!--", "-->", "<a ", "“", "‘", '"', "`", "``", "$1", "$$", "1.5 ", "12% ", "n = 5", "----", "---", "edition: instructor", "<<<<<<< yours", "=======", ">>>>>>> upstream", "TO WRITE: x", "TO WRITE",
    "&#0;", "&#xD800;", "&#x110000;", "\x00", "\x0b", "\u2028", "\x1c", "\ufeff", "\ud800", "\r", "\t", "    x", "<b>", "<!DOCTYPE", "<?x", "<![CDATA[", "\\", "**a**: b", "**a", "***", "_" * 100, "*" * 1000, "x" * 5000, "a " * 5000,
)  # fmt: skip


def json_changed(random: Random, content: bytes) -> bytes:
    """JSON with other values, keys gone, twice or renamed, and now and then with what no encoder writes."""
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError):
        return bytes_changed(random, content)
    raws: list[str] = []
    for _ in range(random.randint(1, 3)):
        tree = _tree_changed(random, tree, raws, _RAWS)
    text = json.dumps(tree, indent=random.choice((None, 1)), ensure_ascii=random.choice((True, False)))
    for number, raw in enumerate(raws):
        text = text.replace(json.dumps(_RAW.format(number)), raw).replace(json.dumps(_RAW.format(number), ensure_ascii=False), raw)
    return _sometimes_bytes(random, text.encode("utf-8", "surrogatepass"))


def yaml_changed(random: Random, content: bytes) -> bytes:
    """YAML with other scalars, lines twice or gone or elsewhere, aliases that multiply."""
    text = content.decode("utf-8", "surrogateescape")
    lines = text.split("\n")
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(lines))
        kind = random.randint(0, 8)
        if kind <= 3:
            found = re.match(r"(\s*(?:- )*(?:[\w-]+:)?\s?)(.*)", lines[at])
            written = random.choice(_YAML) if kind else json.dumps(random.choice(VALUES))
            lines[at] = f"{found[1]}{written}" if found else written
        elif kind == 4:
            del lines[at]
            lines = lines or [""]
        elif kind == 5:
            lines.insert(random.randrange(len(lines)), lines[at])
        elif kind == 6:
            lines[at] = " " * random.randint(0, 8) + lines[at].lstrip()
        elif kind == 7:
            lines[at] += random.choice(_YAML)
        else:
            lines.insert(0, _bomb(random.choice((2, 9)), random.choice((3, 9))))
            lines[at] = re.sub(r":.*", ": *b0", lines[at]) if lines else ""
    return _sometimes_bytes(random, "\n".join(lines).encode("utf-8", "surrogatepass"))


def _bomb(wide: int, deep: int) -> str:
    names = [f"b{number}" for number in range(deep)]
    made = [f"x{deep}: &{names[-1]} [{', '.join(['a'] * wide)}]"]
    for name, inner in zip(reversed(names[:-1]), reversed(names)):
        made.append(f"y{name}: &{name} [{', '.join([f'*{inner}'] * wide)}]")
    return "\n".join(made)


def csv_changed(random: Random, content: bytes) -> bytes:
    """A table with other cells, rows and columns."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return bytes_changed(random, content)
    for _ in range(random.randint(1, 3)):
        if not rows:
            break
        at = random.randrange(len(rows))
        row, kind = rows[at], random.randint(0, 9)
        if kind <= 5 and row:
            cell = random.randrange(len(row))
            row[cell] = random.choice((*_CELLS, row[random.randrange(len(row))]))
        elif kind == 6:
            del rows[at]
        elif kind == 7:
            rows.insert(random.randrange(len(rows)), list(row))
        elif kind == 8 and row:
            random.choice((row.pop, lambda: row.append("x")))()
        else:
            rows = rows[:1]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=random.choice(("\n", "\n", "\n", "\r\n", "\r")))
    writer.writerows(rows)
    return _sometimes_bytes(random, text.getvalue().encode("utf-8", "surrogatepass"))


def bib_changed(random: Random, content: bytes) -> bytes:
    """BibTeX with other fields, braces that do not match, names without people."""
    return _lines_changed(random, content, _BIB, inside=True)


def markdown_changed(random: Random, content: bytes) -> bytes:
    """Markdown with directives that do not close, links of our own kind to nowhere, long runs of what regular expressions look for."""
    return _lines_changed(random, content, _LINES, inside=False)


def toc_changed(random: Random, content: bytes) -> bytes:
    """A reading order: YAML, and the forms that entering a case has to cope with."""
    return random.choice((
        yaml_changed,
        lambda r, _: _sometimes_bytes(r, r.choice((
            b"root: book/index\nparts: [{caption: P, chapters: [{file: cases/toy/case}]}]\n",
            b"root: book/index\nparts:\n- caption: P\n  chapters: []\n", b"root: book/index\nparts: 3\n", b"root: book/index\nparts: [a]\n", b"[]\n", b"a\n", b"",
            b"root: book/index\nparts:\n- caption: P\n  chapters:\n  - file: book/index\n  - 3\n", b"root: book/index\nparts:\n  a: b\n", b"root: book/index\nparts:\n- chapters:\n  - file: cases/toy/case\n",
            b"root: book/index\nparts: [{caption: P, chapters: [{file: book/index}]},\n  {caption: Q, chapters: [{file: cases/toy/case}]}]\n", b"root: book/index\nparts: [[]]\n", b"root: book/index\nparts: [{}]\n",
        ))),
    ))(random, content)  # fmt: skip


def notebook_changed(random: Random, content: bytes) -> bytes:
    """A notebook: its JSON, or the words of one of its cells."""
    if random.randint(0, 2):
        return json_changed(random, content)
    try:
        notebook = json.loads(content)
        cell = random.choice([cell for cell in notebook["cells"] if cell["cell_type"] == random.choice(("markdown", "markdown", "code"))])
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        cell["source"] = markdown_changed(random, source.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogateescape")
        return json.dumps(notebook).encode("utf-8", "surrogatepass")
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return bytes_changed(random, content)


def figure_changed(random: Random, content: bytes) -> bytes:
    """A notebook of which only a stored figure is changed."""
    try:
        notebook = json.loads(content)
        bundles = [output["data"] for cell in notebook["cells"] for output in cell.get("outputs", ()) if "application/vnd.plotly.v1+json" in output.get("data", ())]
        data, name, raws = random.choice(bundles), "application/vnd.plotly.v1+json", []
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return bytes_changed(random, content)
    for _ in range(random.randint(1, 3)):
        if random.randint(0, 1) and isinstance(data[name], dict) and isinstance(about := _said(data[name]), dict) and about:
            about[random.choice(list(about))] = copy.deepcopy(random.choice(VALUES))
        else:
            data[name] = _tree_changed(random, data[name], raws, _RAWS)
    text = json.dumps(notebook, indent=1)
    for number, raw in enumerate(raws):
        text = text.replace(json.dumps(_RAW.format(number)), raw)
    return text.encode("utf-8", "surrogatepass")


def _said(bundle: Any) -> Any:
    for key in ("layout", "meta", "tworooms"):
        bundle = bundle.get(key) if isinstance(bundle, dict) else None
    return bundle


def zip_changed(random: Random, content: bytes) -> bytes:
    """A ZIP with names that lead elsewhere, links, entries twice, folders as files, other methods, and broken bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except Exception:  # noqa: BLE001 -- whatever is no ZIP is changed as bytes
        return bytes_changed(random, content)
    made: list[tuple[zipfile.ZipInfo, bytes]] = []
    at = {random.randrange(len(entries)) for _ in range(random.randint(1, 3))} if entries else set()
    for number, (name, inside) in enumerate(entries):
        info, kind = zipfile.ZipInfo(name), random.randint(0, 9) if number in at else -1
        info.compress_type = zipfile.ZIP_DEFLATED
        if kind == 0:
            info.filename = random.choice((f"../{name}", f"/{name}", name.replace("/", "\\"), f"{name}/../../../../canary", f"{name}\0x", "C:/x", f"{name} ", "", name.upper(), f"{name}/x", "x" * 300 + name, name + "x" * 300, "cases/toy-b", "cases/two-rooms/\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace")))
        elif kind == 1:
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            inside = random.choice((b"../../../canary", b"/etc/passwd", b"case.yml", b"."))
        elif kind == 2:
            inside = b"\0" * 3_000_000
        elif kind == 3:
            info.compress_type = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
        elif kind == 4:
            made.append((zipfile.ZipInfo(name), b"twice"))
        elif kind == 5:
            continue
        elif kind == 6:
            inside = bytes_changed(random, inside)
        elif kind == 7:
            change = {"yml": yaml_changed, "ipynb": notebook_changed, "md": markdown_changed}.get(name.rpartition(".")[2], bytes_changed)
            inside = change(random, inside)
        elif kind == 8:
            info.filename = f"{name}/"
            inside = b""
        elif kind == 9:
            info.external_attr = (stat.S_IFIFO | 0o777) << 16
        made.append((info, inside))
    buffer = io.BytesIO()
    try:
        with zipfile.ZipFile(buffer, "w") as archive:
            for info, inside in made:
                archive.writestr(info, inside)
    except (ValueError, UnicodeError, OverflowError):
        return bytes_changed(random, content)
    packed = buffer.getvalue()
    return bytes_changed(random, packed) if random.randint(0, 3) == 0 else packed


def arguments_changed(random: Random, content: bytes) -> bytes:
    """A command's arguments, as a JSON list of texts, some of them replaced by others."""
    try:
        words = json.loads(content)
    except (ValueError, RecursionError):
        return bytes_changed(random, content)
    if not isinstance(words, list) or not words:
        return bytes_changed(random, content)
    for _ in range(random.randint(1, 2)):
        at = random.randrange(len(words))
        kind = random.randint(0, 7)
        if kind <= 4:
            words[at] = str(random.choice((*(value for value in VALUES if isinstance(value, str)), *_LINES, *_YAML, "CON", "nul", "a" * 300, "-" * 3, "a--b", "Ä", "<<slug>>", "a: b", "'a'", '"')))
        elif kind == 5:
            words[at] = str(words[at]) + random.choice(("\0", "\n", " ", "/", "/..", "x" * 300, "\udcff", "é"))
        elif kind == 6:
            del words[at]
            words = words or [""]
        else:
            words.insert(at, words[at])
    return json.dumps(words).encode()


def bytes_changed(random: Random, content: bytes) -> bytes:
    """The bytes cut, doubled, overwritten, or with what editors and broken programs leave."""
    made = bytearray(content)
    for _ in range(random.randint(1, 3)):
        at = random.randint(0, len(made))
        kind = random.randint(0, 8)
        if kind == 0:
            made[at:at] = random.choice((b"\xef\xbb\xbf", b"\0", b"\xff", b"\xed\xa0\x80", b"\r", b"\r\n", b"\x1a", b"\xc3", b"\xe2\x80\xa8", b"\x85", b"\x1b"))
        elif kind == 1:
            del made[at : at + random.choice((1, 2, 10, 100))]
        elif kind == 2:
            del made[at:]
        elif kind == 3 and made:
            made[at - 1] = random.randrange(256)
        elif kind == 4:
            made[at:at] = made[at : at + random.choice((1, 20, 200))] * random.choice((2, 50))
        elif kind == 5:
            made = bytearray(bytes(made).replace(b"\n", random.choice((b"\r\n", b"\r", b"", b"\n\n"))))
        elif kind == 6:
            made[:0] = random.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0\xfe\xff", b"\x1f\x8b", b"PK\x03\x04"))
        elif kind == 7:
            made = made.decode("utf-8", "replace").encode(random.choice(("utf-16", "latin-1", "utf-32")), "replace") if random.randint(0, 3) == 0 else made
            made = bytearray(made)
        else:
            made[at:at] = bytes([random.choice(b"[{(\"'`:*_<>#-\n \t$&!|")]) * random.choice((1, 3, 300, 5000))
    return bytes(made)


def _sometimes_bytes(random: Random, content: bytes) -> bytes:
    return bytes_changed(random, content) if random.randint(0, 7) == 0 else content


def _lines_changed(random: Random, content: bytes, others: tuple[str, ...], *, inside: bool) -> bytes:
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(lines))
        kind = random.randint(0, 8)
        if kind <= 2:
            lines.insert(at, random.choice(others))
        elif kind == 3:
            lines[at] = random.choice(others)
        elif kind == 4:
            middle = random.randint(0, len(lines[at]))
            lines[at] = lines[at][:middle] + random.choice(others) + lines[at][middle:]
        elif kind == 5:
            del lines[at]
            lines = lines or [""]
        elif kind == 6:
            lines.insert(random.randrange(len(lines)), lines[at])
        elif kind == 7:
            times = random.choice((2, 30, 400))
            lines[at:at] = [random.choice(others)[:300]] * times if random.randint(0, 1) else [random.choice(others)[:20] * times]
        elif inside:
            lines[at] = re.sub(r"=.*", f"= {random.choice(others)},", lines[at])
        else:
            lines[at] = f"{lines[at]} {random.choice(others)}"
    return _sometimes_bytes(random, "\n".join(lines).encode("utf-8", "surrogatepass" if "\ud800" in "".join(lines) else "surrogateescape"))


def _tree_changed(random: Random, tree: Any, raws: list[str], outlandish: tuple[str, ...]) -> Any:
    """A tree with one place of it changed; the place is found by walking down, so that deep and shallow ones come up alike."""
    if isinstance(tree, (dict, list)) and tree and random.randint(0, 5):
        key = random.choice(list(tree) if isinstance(tree, dict) else range(len(tree)))
        kind = random.randint(0, 9)
        if kind == 0:
            del tree[key]
        elif kind == 1 and isinstance(tree, dict):
            tree[str(random.choice(VALUES))[:100]] = tree.pop(key)
        elif kind == 1:
            tree.insert(key, json.loads(json.dumps(tree[key])))
        elif kind == 2 and isinstance(tree, dict):
            tree[key] = tree[random.choice(list(tree))]
        else:
            tree[key] = _tree_changed(random, tree[key], raws, outlandish)
        return tree
    if random.randint(0, 3) == 0:
        raws.append(random.choice(outlandish))
        return _RAW.format(len(raws) - 1)
    return copy.deepcopy(random.choice(VALUES))
