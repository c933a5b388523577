"""A case as a notebook that runs by itself: beside it lie its data, the modules it imports, the licences, and nothing to hand in.

No teaching note and no quiz is read. Whoever opens it needs Jupyter, pandas and Plotly, and what else `requirements.txt` in the
ZIP names; the installed `tworooms` is not needed.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import nbformat
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .. import evidence, paths, sanitise
from ..case import Case, read_text
from ..checks.passages import LINK, said_of
from ..claims import VERDICTS, named
from ..errors import TwoRoomsError
from ..evidence import Reference
from ..extension.dates import reader_date
from ..extension.places import ROOM_NAMES, place_name
from ..figures import MIME_TYPE
from .package import LANGUAGES, LICENCE, credit, write_zip
from .prose import Found, directives, lines_of

_PACKAGE = Path(__file__).resolve().parents[1]
#: Tables for maintainers: how rows came to be, when they are read again, and their seals.
_KEPT_BACK = ("curation-log", "review_intervals", "readings", "row_digests")
#: Whoever opens the notebook has it.
_JUPYTER = {"IPython", "ipykernel"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_CODE = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
#: Jupyter reads what stands between two of these as mathematics.
_PRICE = re.compile(r"(?<!\\)\$(?=\d)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!(?:https?://|mailto:)[^\s<>]*>)")
_SOURCES = "\x00sources\x00"


def export(case: Case, root: Path, target: Path) -> Path:
    """Write `SLUG-notebook.zip`; the same case and tables give the same bytes.

    Returns
    -------
    The file written.

    Raises
    ------
    TwoRoomsError
        When the notebook links to an unknown finding (names the cell), a table is at fault, or a licence file is missing.
    """
    notebook = _Pages(case, root).notebook()
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    modules = _modules(code)
    files = {
        f"{case.slug}.ipynb": f"{nbformat.writes(notebook)}\n",
        "README.md": _readme(case),
        "requirements.txt": _requirements(code, modules, {path.stem: read_text(path, "a program of the case") for path in case.folder.glob("*.py")}),
        # The search for data looks for this file in the notebook's folder and above it.
        "_config.yml": "# Marks this folder: the notebook reads its data from data/ here, not from a collection above it.\n",
    }
    files |= {f"tworooms/{name}": text for name, text in modules.items()}
    files |= _data(root)
    files |= {name: _licence(root, name) for name in ("LICENSE", "LICENSE-CONTENT")}
    packed = {f"{case.slug}/{name}": text.encode() for name, text in files.items()}
    for path in sorted([*case.folder.glob("*.csv"), *case.folder.glob("*.py")]):
        packed[f"{case.slug}/{path.name}"] = path.read_bytes()
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{case.slug}-notebook.zip"
    write_zip(path, packed)
    return path


# The reading ----------------------------------------------------------------------------------------


class _Pages:
    """The cells of the reading with Markdown that any Jupyter shows: no directive, no link of our own kind."""

    def __init__(self, case: Case, root: Path):
        self.case, self.root = case, root
        self.works: dict[str, Reference] = {}
        self.stops = 0

    def notebook(self) -> nbformat.NotebookNode:
        made = nbformat.from_dict(sanitise.notebook(json.loads(json.dumps(self.case.notebook))))
        for number, cell in enumerate(made.cells, 1):
            cell.metadata = {}
            try:
                if cell.cell_type == "markdown":
                    cell.source = self._markdown(cell.source).strip()
                for output in cell.get("outputs", ()):
                    about = said_of(output.get("data", {}).get(MIME_TYPE))
                    for _, scheme, rest in LINK.findall(f"{about['caption']} {about['cannot_show']}") if about else ():
                        if scheme == "fact":
                            self._cite(rest)
            except TwoRoomsError as error:
                raise TwoRoomsError(f"cases/{self.case.slug}/case.ipynb: cell {number}: {error}") from None
        for cell in made.cells:
            # The list of sources stands before what the last cells may cite.
            cell.source = cell.source.replace(_SOURCES, self._sources())
        meta = self.case.metadata
        made.metadata = nbformat.from_dict({
            "authors": [{"name": author.name} for author in meta.authors],
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "license": LICENCE,
            "lang": LANGUAGES[meta.spelling],
            "title": meta.title,
        })  # fmt: skip
        return made

    def _markdown(self, source: str) -> str:
        lines, kept, done = lines_of(source), [], 0
        for found in directives(source):
            kept.append(self._linked("\n".join(lines[done : found.lines[0]])))
            kept.append(f"\n{self._directive(found)}\n")
            done = found.lines[1]
        kept.append(self._linked("\n".join(lines[done:])))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(kept))

    def _linked(self, text: str) -> str:
        """Markdown with links to works instead of findings; raw HTML becomes text, and code stays as it is."""
        pieces = _CODE.split(text)
        for number in range(0, len(pieces), 2):
            pieces[number] = LINK.sub(lambda link: self._link(*link.groups()), _PRICE.sub(r"\\$", _TAG.sub("&lt;", pieces[number])))
        return "".join(pieces)

    def _link(self, text: str, scheme: str, rest: str) -> str:
        if scheme != "fact":
            return text
        work = self._cite(rest)
        return f"[{text}]({_address(work.href)} {json.dumps(_plain(work.label), ensure_ascii=False)})" if work.href else f"{text} ({_escaped(work.label)})"

    def _cite(self, rest: str) -> Reference:
        work = evidence.fact(rest.split("#")[0], self.root).reference
        return self.works.setdefault(work.key, work)

    def _directive(self, found: Found) -> str:
        if found.name == "case-card":
            return self._card()
        if found.name == "quiz":
            return "The practice questions, with feedback for every choice, are in the book."
        if found.name == "decisions":
            return "Write your answers to the stops into a cell of your own here: choice, how sure you are, and why."
        if found.name == "sources":
            return _SOURCES
        if found.name == "terms":
            return self._terms(found.argument)
        if found.name == "claims-exercise":
            return self._claims(found)
        head = ""
        if found.name == "room":
            head = f"### {_escaped(ROOM_NAMES.get(found.argument, found.argument))}\n\n"
        elif found.name == "stop":
            self.stops += 1
            head = f"### Stop {self.stops}. {self._linked(found.options.get('title', ''))}\n\n"
        after = "\n\n*How sure are you: low, medium or high? Because…*" if found.name == "stop" else ""
        return f"{head}{self._markdown(found.body).strip()}{after}"

    def _claims(self, found: Found) -> str:
        meanings = "\n".join(f"- **{_escaped(verdict.name)}:** {_escaped(verdict.meaning)}" for verdict in VERDICTS.values())
        choices = ", ".join(f"☐\u00a0{_escaped(verdict.name.lower())}" for verdict in VERDICTS.values())
        listed = "\n".join(
            f"{number}. {_escaped(claim.text)} ({_escaped(claim.place)})  \n   {choices}"
            for number, claim in enumerate(named(found.options.get("claims"), self.root), 1)
        )
        return f"### Judge the claims\n\n{self._markdown(found.body).strip()}\n\n{meanings}\n\n{listed}"

    def _card(self) -> str:
        meta = self.case.metadata
        facts = {
            "Time": f"{meta.minutes.reading} min reading, {meta.minutes.class_} min class",
            "Where, level": f"{', '.join(map(place_name, meta.jurisdictions))} · {meta.level}",
            "Contains": meta.content_notes,
        }
        listed = "\n".join(f"- **{name}:** {_escaped(value)}" for name, value in facts.items())
        return f"**{self._linked(meta.dilemma)}**\n\n{listed}\n\n{self._linked(meta.fiction)} {_escaped(credit(self.case))}"

    def _terms(self, argument: str) -> str:
        wanted = {evidence.slug(word) for word in argument.split(",")}
        table = evidence.glossary(self.root).sort_values("term", key=lambda column: column.str.lower())
        rows = table[table["slug"].isin(wanted)] if argument else table
        return "\n".join(f"- **{_escaped(row.term)}:** {_escaped(row.definition)}" for row in rows.itertuples())

    def _sources(self) -> str:
        listed = []
        for work in sorted(self.works.values(), key=lambda work: (work.label.lower(), work.year, work.key)):
            said = " ".join(part if part.endswith((".", "?", "!", "…")) else f"{part}." for part in (work.authors, work.title, work.container, work.year) if part)
            listed.append(f"- {_escaped(said)}" + (f" <{_address(work.href)}>" if work.href else ""))
        return "\n".join(listed)


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("\\", "")


def _escaped(text: str) -> str:
    """Words as Markdown that shows them as they are."""
    return re.sub(r"([\\`*_\[\]<>#|$])", r"\\\1", " ".join(text.split()))


def _address(href: str) -> str:
    """An address that neither ends a Markdown link nor leaves it."""
    return re.sub(r"[\s()<>\"\\]", lambda found: f"%{ord(found[0]):02X}", href)


# What the code needs --------------------------------------------------------------------------------


def _imports(text: str, package: str = "", *, loaded: bool = False) -> Iterator[str]:
    """Dotted names that Python code imports, those inside functions too unless only what loads with it is asked for.

    `package` is where relative ones start; without it they are left out.
    """
    # A notebook's lines for IPython are none of Python's.
    lines = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in text.splitlines())
    try:
        tree = ast.parse(lines)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # A cell in another language, or one that does not run here either: NUL, and nesting that the parser gives up on.
        return
    inside = {id(node) for outer in ast.walk(tree) if isinstance(outer, _FUNCTIONS) for node in ast.walk(outer)} if loaded else ()
    for node in ast.walk(tree):
        if id(node) in inside:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and (package or not node.level):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from [base, *(f"{base}.{name.name}" for name in node.names)]


def _modules(code: list[str]) -> dict[str, str]:
    """The modules of `tworooms` that code needs, by their place in the package, with everything those need."""
    wanted = [name for text in code for name in _imports(text)]
    found: dict[str, str] = {}
    while wanted:
        parts = wanted.pop().split(".")
        if parts[0] != "tworooms":
            continue
        for depth in range(len(parts)):
            inside = Path(*parts[1 : depth + 1])
            file = inside / "__init__.py" if (_PACKAGE / inside).is_dir() else inside.with_suffix(".py")
            if file.as_posix() in found or not (_PACKAGE / file).is_file():
                continue
            found[file.as_posix()] = text = (_PACKAGE / file).read_text(encoding="utf-8")
            wanted += _imports(text, ".".join(["tworooms", *file.parent.parts]))
    return found


def _requirements(code: list[str], modules: dict[str, str], own: dict[str, str]) -> str:
    """The libraries to install and what those need in turn, in the versions that are installed here.

    Without hashes: they belong to files, and whoever unpacks the ZIP may need those of another system than this one.

    A model may import inside a function what it is there for, so all that models import counts. Of the other modules only what
    they import when they load: the rest of them serves the collection. `own` holds the programs beside the notebook by their names.
    """
    names = {"pandas", "plotly", *(name for text in [*code, *own.values()] for name in _imports(text))}
    for place, text in modules.items():
        names |= set(_imports(text, loaded=not place.startswith("models/")))
    names = {name.split(".")[0] for name in names} - sys.stdlib_module_names - _JUPYTER - own.keys() - {"", "tworooms"}
    if re.search(r"\.references?\b", "\n".join(text for text in [*code, *modules.values()] if "def reference" not in text)):
        # Works are read from BibTeX.
        names.add("pybtex")
    pinned, wanted = {}, sorted(map(_distribution, names))
    while wanted:
        name = wanted.pop()
        if name in pinned:
            continue
        try:
            installed = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            pinned[name] = name
            continue
        pinned[name] = f"{name}=={installed.version}"
        needs = map(Requirement, installed.requires or ())
        wanted += [canonicalize_name(need.name) for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return "".join(f"{pinned[name]}\n" for name in sorted(pinned))


def _distribution(module: str) -> str:
    """What to install for a module; most go by the same name."""
    try:
        metadata.distribution(module)
    except metadata.PackageNotFoundError:
        return canonicalize_name(min(metadata.packages_distributions().get(module, [module])))
    return canonicalize_name(module)


# What lies beside it --------------------------------------------------------------------------------


def _data(root: Path) -> dict[str, str]:
    """The tables that readers may see, without the columns kept for maintainers, and the declaration cut to fit."""
    package = json.loads(json.dumps(evidence.package(root)))
    files, kept = {}, []
    for resource in package["resources"]:
        if resource["name"] in _KEPT_BACK:
            continue
        # They describe the file as the collection has it.
        for name in ("bytes", "hash"):
            resource.pop(name, None)
        place = f"{paths.DATA}/{resource['path']}"
        if "schema" in resource:
            table = evidence.for_readers(resource["name"], root)
            resource["schema"]["fields"] = [spec for spec in resource["schema"]["fields"] if spec["name"] in table.columns]
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerows([list(table.columns), *table.itertuples(index=False, name=None)])
            files[place] = text.getvalue()
        else:
            files[place] = read_text(root / place, "the works that the tables cite")
        kept.append(resource)
    package["resources"] = kept
    files[paths.PACKAGE] = f"{json.dumps(package, ensure_ascii=False, indent=2)}\n"
    return files


def _licence(root: Path, name: str) -> str:
    """A licence file of the collection; of the one that this program belongs to, where a copy has none."""
    own = root / name
    return read_text(own if own.is_file() else _PACKAGE.parent / name, "the licence")


def _readme(case: Case) -> str:
    meta = case.metadata
    return f"""# {_escaped(meta.title)}: the notebook

`{case.slug}.ipynb` is the reading with its figures already drawn. It runs by itself: its data and the few modules it
imports lie in this folder, and nothing is fetched while it runs.

```text
python -m venv notebook
notebook/bin/python -m pip install jupyterlab -r requirements.txt
notebook/bin/jupyter lab {case.slug}.ipynb
```

On Windows the two programs stand in `notebook\\Scripts`. Any other Jupyter that has what `requirements.txt` names does as well.
Keep the files together: the notebook looks for them beside itself.

| Here | What it is |
|---|---|
| `{case.slug}.ipynb` | the reading, its stops and its figures; change what you like |
| `data/` | the evidence behind every number, as tables; `datapackage.json` says what each column means |
| other `.csv` and `.py` files | the case's own invented observations, where it has any, and the program that made them |
| `tworooms/` | the modules that the notebook imports, copied unchanged |

## Rights

{_escaped(credit(case))} The file LICENSE-CONTENT says more.

The code in `tworooms/` and in the notebook is under the BSD license in LICENSE. Works that are cited keep their own rights.
Every number stands beside a link to its source. Reviewed {reader_date(meta.date_reviewed)}; laws and telephone numbers change.
"""
