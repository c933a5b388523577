"""Cases from strangers: what `tworooms inspect` says of them, what the book and its forms leave out, and ZIPs that lie."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import stat
import struct
import subprocess
import sys
import warnings
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from conftest import unzipped
from fixtures.breaking import CASE, COLLECTION, FIGURE_CELL, NOTE, NOTEBOOK, QUIZ, ROOT, edit, edit_cell, make, refusal, run
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from tworooms import archives, build, sanitise
from tworooms.case import all_cases
from tworooms.errors import TwoRoomsError
from tworooms.figures import MIME_TYPE
from tworooms.inspection import GROUPS, QUIET, inspect

#: Written by whatever should not have run.
CANARY = "canary-of-the-inspection"
BIDI = "\u202e"
WIDGET = "application/vnd.jupyter.widget-view+json"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ENCODED = base64.b64encode(b"import os\n" * 20).decode()

#: A cell, and what is said of it: group, line, words.
CODE = {
    "a command": ("import os\nos.system('touch CANARY')", "programs", 2, "os.system: touch"),
    "a command by another name": ("from os import system as s\ns('touch CANARY')", "programs", 2, "os.system"),
    "a command by a module loaded by name": ("__import__('os').system('touch CANARY')", "programs", 1, "os.system"),
    "a command spelt in pieces": ("getattr(__import__('o' + 's'), 'sys' + 'tem')('touch CANARY')", "programs", 1, "os.system"),
    "a name that cannot be told": ("x = input\ngetattr(x, chr(95) * 2)", "runs", 2, "getattr with a name that is made while it runs"),
    "a program": ("import subprocess\nsubprocess.run(['touch', 'CANARY'])", "programs", 1, "imports subprocess"),
    "a program loaded by name": ("import importlib\nimportlib.import_module('subprocess').Popen(['touch', 'CANARY'])", "programs", 2, "subprocess.Popen"),
    "the shell": ("1 + 1\n!touch CANARY", "programs", 2, "a line for the shell: touch CANARY"),
    "the shell's answer": ("files = !ls ~", "programs", 1, "a line for the shell: ls ~"),
    "a cell of the shell": ("%%bash\ntouch CANARY", "programs", 1, "the IPython command %%bash"),
    "another file run": ("%run ../other.py", "runs", 1, "the IPython command %run ../other.py"),
    "IPython reached by name": ("get_ipython().system('touch CANARY')", "programs", 1, "a line for the shell: touch CANARY"),
    "Python inside a command": ("%%time\nimport socket", "network", 2, "imports socket"),
    "an environment set": ("%env TOKEN=1", "files", 1, "reads or changes the environment"),
    "a script in a cell": ("%%javascript\nalert(1)", "html", 1, "the IPython command %%javascript"),
    "a file written by a command": ("%%writefile evil.py\nx = 1", "files", 1, "the IPython command %%writefile"),
    "text run": ("exec('open(\"CANARY\", \"w\")')", "runs", 1, "exec, which runs text"),
    "text compiled": ("f = compile\nf('1', '', 'eval')", "runs", 1, "compile, which makes a program of text"),
    "eval by another name": ("e = eval\ne('1')", "runs", 1, "eval, which runs text"),
    "code that hides": (f"import base64\nexec(base64.b64decode('{ENCODED}'))", "runs", 2, "holds a text that is encoded"),
    "a long text": (f"x = '{'a b ' * 800}'", "runs", 1, "holds a text of 3,200 characters"),
    "text from numbers": ("''.join(chr(n) for n in [111, 115])", "runs", 1, "puts text together from numbers"),
    "names by text": ("globals()['__buil' + 'tins__']", "runs", 1, "globals, which reaches names by text"),
    "inner parts": ("().__class__.__bases__[0].__subclasses__()", "runs", 1, "reaches into __subclasses__"),
    "inner parts by a format": ("'{0.__class__.__init__}'.format(1)", "runs", 1, "a format that reaches into objects"),
    "a module behind a library": ("import pandas as pd\npd.io.common.os.system('touch CANARY')", "programs", 2, "pandas.io.common.os.system"),
    "a module in the list of modules": ("import sys\nsys.modules['os'].popen('touch CANARY')", "programs", 2, "os.popen"),
    "pickle": ("import pickle\npickle.load(open('x.pkl', 'rb'))", "runs", 1, "pickle, which runs what is in a file"),
    "pickle by pandas": ("import pandas as pd\npd.read_pickle('x.pkl')", "files", 2, "pickle"),
    "pickle by numpy": ("import numpy as np\nnp.load('x.npy', allow_pickle=True)", "files", 2, "numpy's own files, which can hold pickle"),
    "compiled code": ("import marshal", "runs", 1, "marshal, which loads compiled code"),
    "machine code": ("import ctypes\nctypes.CDLL('x.so')", "runs", 1, "ctypes, which calls machine code"),
    "the network": ("from urllib.request import urlopen\nurlopen('https://example.org/')", "network", 1, "imports urllib.request"),
    "a library for the network": ("import requests\nrequests.get('https://example.org/')", "network", 1, "imports requests"),
    "a table from the network": ("import pandas as pd\npd.read_csv('https://example.org/x.csv')", "network", 2, "reads https://example.org/x.csv"),
    "an address in a name": ("import pandas as pd\nu = 'https://' + 'example.org/x'\npd.read_json(u)", "network", 3, "reads https://example.org/x"),
    "a file of the machine": ("open('/etc/passwd').read()", "files", 1, "reads /etc/passwd, outside its own folder"),
    "a file of the reader": ("from pathlib import Path\n(Path.home() / '.ssh' / 'id_rsa').read_text()", "files", 2, "reads ~/.ssh/id_rsa, outside its own folder"),
    "a file above": ("open('../../CANARY', 'w')", "files", 1, "writes ../../CANARY, outside its own folder"),
    "a file nobody knows": ("import pandas as pd\nname = max(['a'])\npd.read_csv(name)", "files", 3, "known only when it runs"),
    "a file deleted": ("from pathlib import Path\nPath('case.yml').unlink()", "files", 2, "calls unlink"),
    "folders deleted": ("import shutil\nshutil.rmtree('.')", "files", 1, "imports shutil"),
    "the environment": ("import os\nos.environ['TOKEN']", "files", 2, "the environment"),
    "HTML": ("from IPython.display import HTML\nHTML('<script>alert(1)</script>')", "html", 1, "uses IPython's HTML"),
    "a page of another host": ("from IPython import display\ndisplay.IFrame('https://example.org', 1, 1)", "html", 2, "uses IPython's IFrame"),
    "a browser": ("import plotly.graph_objects as go\ngo.Figure().show()", "runs", 2, "calls show"),
    "a query that calls": ("import pandas as pd\npd.DataFrame().query('@pd.io.common.os.getcwd()')", "runs", 2, "query with a text that can reach more"),
    "an unknown library": ("import coinminer", "runs", 1, "imports coinminer, a library that no case of the book uses"),
    "this program": ("from tworooms import forks", "runs", 1, "tworooms.forks, a part of this program that no case needs"),
    "another function in ours": ("from tworooms import figures\nfigures.publish = print", "runs", 2, "changes tworooms.figures itself"),
    "what runs without a call": ("class X:\n    def __del__(self):\n        pass", "runs", 2, "defines __del__"),
    "an attribute by a function": ("import functools, pandas as pd\nfunctools.reduce(getattr, ['io', 'common'], pd)", "runs", 2, "hands the function getattr on"),
    "a path that is only named": ("import pandas as pd\nx = pd.ExcelWriter\nx('/home/you/table.xlsx')", "files", 3, "names /home/you/table.xlsx, outside its own folder"),
    "an output of its own": ("class X:\n    def _repr_html_(self):\n        return ''", "html", 2, "defines _repr_html_"),
    "no end": ("while 1:\n    pass", "runs", 1, "a loop that does not end"),
    "somebody waited for": ("input('password?')", "runs", 1, "input, which waits for somebody to type"),
    "no Python": ("def (", "runs", 1, "does not parse as Python"),
    "code that reads otherwise": (f"x = 1 # {BIDI} y", "runs", 1, "invisible characters"),
}  # fmt: skip
MARKDOWN = {
    "a script": ("x\n\n<script>alert(1)</script>", "runs", 3, "raw HTML: <script>"),
    "a frame": ("<iframe src='https://example.org'></iframe>", "html", 1, "raw HTML: <iframe>"),
    "a handler": ("a <b onclick='alert(1)'>b</b>", "runs", 1, "a handler onclick on <b>"),
    "a tracker": ("![](https://example.org/pixel.png)", "network", 1, "a picture from https://example.org/pixel.png"),
    "a tracker in HTML": ("<img src=//example.org/x>", "network", 1, "<img> asks //example.org/x"),
    "a link that acts": ("[x](javascript:alert(1))", "runs", 1, "a link that is a program"),
    "a form": ("<form action='https://example.org'><input></form>", "html", 1, "raw HTML: <form>"),
    "a drawing that acts": ("<svg onload=alert(1)>", "runs", 1, "a handler onload on <svg>"),
    "a way to another page": ("<meta http-equiv=refresh content='0;url=https://example.org'>", "html", 1, "<meta content>"),
    "a file read in": (":::{include} /etc/passwd\n:::", "holds", 1, "the directive include /etc/passwd"),
    "HTML by a directive": ("::::{rooms}\n:::{raw} html\n<script>alert(1)</script>\n:::\n::::", "holds", 2, "the directive raw html"),
    "HTML in a room": ("::::{rooms}\n:::{room} clinic\n<script>alert(1)</script>\n:::\n::::", "runs", 3, "raw HTML: <script>"),
    "a table from elsewhere": ("```{csv-table}\n:url: https://example.org/x.csv\n```", "network", 1, "the directive csv-table"),
    "a role": ("{download}`/etc/passwd`", "holds", 1, "the role download"),
    "harmless HTML": ("a <b>b</b>", "html", 1, "shown as the text it is: <b>"),
}  # fmt: skip


def figure(**layout) -> dict:
    about = {"name": "x", "caption": "**x**", "alt": "x", "provenance": "Invented", "facts": [], "cannot_show": "x", "says": {}, "table": {"columns": ["a"], "rows": [[1]]}}
    return {"data": [], "layout": {"meta": {"tworooms": about}, **layout}, "config": {}}


OUTPUTS = {
    "a script in an output": ({"text/html": "<script>alert(1)</script>"}, "runs", "an output with <script>"),
    "JavaScript": ({"application/javascript": "alert(1)"}, "runs", "an output that is JavaScript"),
    "a widget": ({WIDGET: {"model_id": "1"}}, "html", "an output that is a widget"),
    "a drawing": ({"image/svg+xml": SVG}, "html", "a drawing (SVG) that does more than draw"),
    "an unknown kind": ({"application/x-mystery": "?"}, "holds", "an output of the kind application/x-mystery"),
    "Markdown with a script": ({"text/markdown": "<script>alert(1)</script>"}, "runs", "an output with raw HTML: <script>"),
    "a large output": ({"text/plain": "x" * 300_000}, "holds", "an output of 300,"),
    "a figure with a picture": ({MIME_TYPE: figure(images=[{"source": "https://example.org/x.png"}])}, "network", "a figure with 'https://example.org/x.png' at layout.images[0].source"),
    "a figure with a link": ({MIME_TYPE: figure(title={"text": "<a href='javascript:alert(1)'>x</a>"})}, "runs", "at layout.title.text"),
    "a figure with settings": ({MIME_TYPE: {**figure(), "config": {"plotlyServerURL": "https://example.org"}}}, "network", "at config.plotlyServerURL"),
    "words other than the figure's": ({MIME_TYPE: figure(), "text/html": "<b>Other</b>"}, "html", "HTML that is not what the figure beside it says"),
}  # fmt: skip
#: Files beside the notebook: name, content, group, place, words.
FILES = {
    "a hidden file": (".profile", b"x", "holds", "", "is hidden"),
    "a program of the machine": ("notes.dat", b"\x7fELF" + b"\0" * 40, "programs", "", "is a program"),
    "a script called a table": ("answers.csv", b"#!/bin/sh\ntouch CANARY\n", "programs", "", "is called .csv and is a script"),
    "an archive within": ("more.zip", b"PK\x03\x04", "holds", "", "is an archive within"),
    "pickle by its looks": ("data", b"\x80\x04\x95" + b"\0" * 9, "runs", "", "is data of a kind that can run when it is read"),
    "a library of its own": ("pandas.py", b"open('CANARY', 'w')", "runs", "", "is loaded in place of the library pandas"),
    "a folder in a library's place": ("numpy/__init__.py", b"x = 1\n", "runs", "", "loaded in place of a library"),
    "what pytest loads": ("conftest.py", b"x = 1\n", "runs", "", "tools act on by its name"),
    "a generator that sends": ("make_more.py", b"import socket\n", "network", "line 1", "imports socket"),
    "an object in YAML": ("more.yml", b"a: 1\nb: !!python/object/apply:os.system ['touch CANARY']\n", "runs", "line 2", "the tag"),
    "an alias in YAML": ("bomb.yaml", b"a: &a [x, x]\nb: [*a, *a]\n", "holds", "line 2", "an alias (*a)"),
    "HTML in YAML": ("words.yml", b"a: 'x <script>alert(1)</script>'\n", "runs", "line 1", "raw HTML: <script>"),
    "a formula": ("table.csv", b"a,b\n1,=cmd|' /C calc'!A0\n", "holds", "line 2", "a spreadsheet computes"),
    "a page": ("page.html", b"<p>x", "html", "", "is a page"),
    "a picture that is none": ("p.png", b"MZ" + b"\0" * 9, "holds", "", "is called a picture and is a program for Windows"),
    "a drawing in a file": ("d.svg", SVG.encode(), "html", "", "is a drawing (SVG) that does more than draw"),
    "settings of a page": ("other-note.md", b"---\nmyst:\n  enable_extensions: [substitution]\n---\n# x\n", "runs", "line 1", "settings at its head"),
    "another coding": ("bytes.csv", b"\xff\xfe\x00", "holds", "", "is no UTF-8 text"),
    "an unknown type": ("thing.xyz", b"?", "holds", "", "of a type that no case of the book has (.xyz)"),
    "changes to be finished": ("_build/unfinished.json", b"{}", "files", "", "is a list of changes that the next command would finish"),
    "compiled Python": ("__pycache__/x.pyc", b"x", "holds", "", "holds compiled Python"),
    "a hook of git": (".git/hooks/post-checkout", b"#!/bin/sh\n", "programs", "", "runs whenever git does its part"),
    "settings of git": (".git/config", b"[core]\n\tfsmonitor = touch CANARY\n", "programs", "line 2", "has git start a program"),
    "a look-alike name": ("ｃase.csv", b"a\n", "holds", "", "letters in its name that look like others"),
}  # fmt: skip
SEEN_AS = {"compiled Python": "__pycache__"}
METADATA = {"mystnb": {"execution_mode": "force"}, "myst": {"enable_extensions": ["substitution"]}, "widgets": {}, "kernelspec": {"name": "bash", "display_name": "x"}}
SAID_OF_METADATA = {"mystnb": "settings 'mystnb'", "myst": "settings 'myst'", "widgets": "the state of widgets", "kernelspec": "asks for the kernel bash"}


def hostile_case(folder: Path, canary: Path) -> Path:
    """A case that tries everything above, each in a cell or file of its own."""
    folder.mkdir(parents=True)
    cells = [new_code_cell(source.replace("CANARY", canary.as_posix())) for source, *_ in CODE.values()]
    cells += [new_markdown_cell(source) for source, *_ in MARKDOWN.values()]
    cells += [new_code_cell("1", outputs=[new_output("display_data", data=data)]) for data, *_ in OUTPUTS.values()]
    cells += [new_markdown_cell("x", attachments={"a.png": {"image/png": "AAAA"}}), new_raw_cell("<script>", metadata={"format": "text/html"})]
    (folder / "case.ipynb").write_text(nbformat.writes(new_notebook(cells=cells, metadata=METADATA)), encoding="utf-8")
    for name, raw, *_ in FILES.values():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw.replace(b"CANARY", canary.as_posix().encode()))
    return folder


@pytest.fixture(scope="module")
def canary(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("canary") / CANARY


@pytest.fixture(scope="module")
def report(tmp_path_factory, canary):
    return inspect(hostile_case(tmp_path_factory.mktemp("hostile") / "case", canary))


def looked(report, group: str, file: str, place: str, words: str) -> bool:
    return any(line.group == group and line.file == file and line.place == place and words in line.what for line in report.to_look_at)


def about(report, file: str, place: str) -> list:
    return [line for line in report.lines if line.file == file and line.place.startswith(place)]


# The report -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CODE)
def test_code_is_told_at_its_cell_and_line(report, canary, name):
    number, (_, group, line, words) = list(CODE).index(name) + 1, CODE[name]
    words = words.replace("CANARY", canary.as_posix())[:60]
    assert looked(report, group, "case.ipynb", f"cell {number}, line {line}", words), about(report, "case.ipynb", f"cell {number},")


@pytest.mark.parametrize("name", MARKDOWN)
def test_markdown_is_told_at_its_cell_and_line(report, name):
    number, (_, group, line, words) = len(CODE) + list(MARKDOWN).index(name) + 1, MARKDOWN[name]
    assert looked(report, group, "case.ipynb", f"cell {number}, line {line}", words), about(report, "case.ipynb", f"cell {number},")


@pytest.mark.parametrize("name", OUTPUTS)
def test_outputs_are_told_at_their_cell(report, name):
    number, (_, group, words) = len(CODE) + len(MARKDOWN) + list(OUTPUTS).index(name) + 1, OUTPUTS[name]
    assert looked(report, group, "case.ipynb", f"cell {number}", words), about(report, "case.ipynb", f"cell {number}")


@pytest.mark.parametrize("name", FILES)
def test_files_are_told_by_name(report, name):
    file, _, group, place, words = FILES[name]
    assert looked(report, group, SEEN_AS.get(name, file), place, words), about(report, file, "")


@pytest.mark.parametrize("name", METADATA)
def test_settings_of_the_notebook_are_told(report, name):
    assert any(line.file == "case.ipynb" and line.place == "" and SAID_OF_METADATA[name] in line.what for line in report.to_look_at)


def test_attachments_and_raw_cells_are_told(report):
    last = len(CODE) + len(MARKDOWN) + len(OUTPUTS)
    assert looked(report, "holds", "case.ipynb", f"cell {last + 1}", "attachments of") and looked(report, "html", "case.ipynb", f"cell {last + 2}", "a raw cell")


def test_nothing_of_it_has_run(report, canary):
    assert len(report.to_look_at) > 100 and not canary.exists() and "coinminer" not in sys.modules
    # The canary would sing: the same cell, run, writes it.
    subprocess.run([sys.executable, "-c", CODE["a command"][0].replace("touch CANARY", f'echo x > "{canary}"')], check=True)
    assert canary.exists()
    canary.unlink()


def test_published_cases_are_quiet():
    for case in all_cases(ROOT):
        told = inspect(case.folder)
        assert (told.to_look_at, told.verdict) == ([], QUIET)
        assert any(line.group == "runs" and "lines of code; imports" in line.what for line in told.lines)


def test_the_whole_collection_is_quiet_and_a_changed_program_is_not(tmp_path):
    root = make(tmp_path / "collection")
    (root / "tworooms").mkdir()
    (root / "tworooms/errors.py").write_bytes((ROOT / "tworooms/errors.py").read_bytes().replace(b"\n", b"\r\n"))
    assert inspect(root).to_look_at == []
    (root / "tworooms/errors.py").write_text("import os\n", encoding="utf-8")
    (root / "Makefile").write_text("book:\n\ttouch x\n", encoding="utf-8")
    assert [line.file for line in inspect(root).to_look_at] == ["Makefile", "tworooms/errors.py"]


@pytest.mark.skipif(os.name == "nt", reason="links and pipes need rights on Windows")
def test_links_and_pipes_are_told_and_not_followed(tmp_path):
    case = tmp_path / "case"
    case.mkdir()
    (case / "data.csv").symlink_to("/etc/passwd")
    (case / "more").symlink_to(tmp_path)
    (case / "here.csv").symlink_to("data.csv")
    os.mkfifo(case / "pipe.csv")
    (case / "run.csv").write_text("a\n", encoding="utf-8")
    (case / "run.csv").chmod(0o755)
    said = {line.file: line.what for line in inspect(case).to_look_at}
    assert said == {"data.csv": "is a link to /etc/passwd, outside the folder", "more": f"is a link to {tmp_path}, outside the folder",
                    "here.csv": "is a link to data.csv, outside the folder", "pipe.csv": "is no ordinary file", "run.csv": "is marked as a program"}  # fmt: skip


def test_the_command_says_it_and_its_status_tells(tmp_path):
    calm = run(ROOT, "inspect", "cases/two-rooms")
    assert calm.code == 0 and calm.out.splitlines()[-1] == QUIET and "case.ipynb: cell 7, line 6: reads observations.csv" in calm.out
    case = hostile_case(tmp_path / "case", tmp_path / CANARY)
    outcome = run(tmp_path, "inspect", "case")
    assert outcome.code == 1 and outcome.out.splitlines()[-1] == f"{len(inspect(case).to_look_at)} things to look at."
    assert [line for line in outcome.out.splitlines() if line in GROUPS.values()] == list(GROUPS.values())
    assert "\x1b" not in outcome.out and BIDI not in outcome.out
    told = json.loads(run(tmp_path, "inspect", "case", "--format", "json").out)
    assert told["to_look_at"] == sum(line["look"] for line in told["lines"]) > 100
    alone = inspect(case / "case.ipynb")
    assert looked(alone, "programs", "case.ipynb", "cell 1, line 2", "os.system") and not any(line.file == ".profile" for line in alone.lines)


def test_what_is_no_case_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.txt").write_text("x", encoding="utf-8")
    (tmp_path / "x.zip").write_bytes(b"no zip")
    said = {name: refusal(run(tmp_path, "inspect", name)) for name in ("nothing", "empty", "x.txt", "x.zip")}
    assert said["nothing"].startswith("nothing: is missing; expected") and said["empty"].startswith("empty: is empty; expected")
    assert said["x.txt"].startswith("x.txt: is no folder, notebook or ZIP; expected") and "x.zip: cannot be unpacked (File is not a zip file); expected" in said["x.zip"]
    (tmp_path / "deep.ipynb").write_text('{"cells":' + "[" * 100_000, encoding="utf-8")
    assert inspect(tmp_path / "deep.ipynb").to_look_at[0].what == "is no notebook of format 4 that can be read"


def test_a_folder_that_asks_to_be_changed_is_not(tmp_path):
    root = make(tmp_path / "collection", whole_book=False)
    (root / "_build").mkdir()
    (root / "_build/unfinished.json").write_text(json.dumps({"folders": [], "texts": {"../CANARY": "x"}}), encoding="utf-8")
    outcome = run(root, "inspect", ".")
    assert outcome.code == 1 and "_build/unfinished.json: is a list of changes" in outcome.out
    assert refusal(run(root, "check")).startswith("_build/unfinished.json: is no plan of this program; expected none")
    assert not (tmp_path / "CANARY").exists()


# ZIP files -------------------------------------------------------------------------------------------


def entry(name: str, kind: int = stat.S_IFREG, **fields) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo("x")
    made.filename, made.external_attr, made.create_system = name, (kind | 0o644) << 16, 3
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def put(archive: zipfile.ZipFile, name: str, content: bytes = b"x", **fields) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(entry(name, **fields), content, zipfile.ZIP_DEFLATED)


#: What is put into a ZIP beside a sound case, and what is said of it.
ZIPS = {
    "a way up": (lambda z: put(z, "cases/toy/../../../evil.md"), "leads out of the folder"),
    "an absolute name": (lambda z: put(z, "/cases/toy/evil.md"), "has an absolute name"),
    "a drive": (lambda z: put(z, "C:cases/toy/evil.md"), "begins with a drive's letter"),
    "backslashes": (lambda z: put(z, "cases/toy/..\\..\\evil.md"), "has a backslash in its name"),
    "a device": (lambda z: put(z, "cases/toy/aux.csv"), "that Windows takes for a device"),
    "a hidden stream": (lambda z: put(z, "cases/toy/a.csv:evil"), "a hidden stream"),
    "a dot at the end": (lambda z: put(z, "cases/toy/a.csv."), "which Windows drops"),
    "a link": (lambda z: put(z, "cases/toy/a.csv", b"/etc/passwd", kind=stat.S_IFLNK), "is a link"),
    "a device file": (lambda z: put(z, "cases/toy/a.csv", kind=stat.S_IFCHR), "is no plain file"),
    "twice": (lambda z: [put(z, "cases/toy/a.csv"), put(z, "cases/toy/a.csv")], "stands in it twice"),
    "two that are one": (lambda z: put(z, "cases/toy/CASE.yml"), "are one name on Windows and macOS"),
    "accents that are one": (lambda z: [put(z, "cases/toy/\u00e9.csv"), put(z, "cases/toy/e\u0301.csv")], "are one name on Windows and macOS"),
    "a bomb": (lambda z: put(z, "cases/toy/a.csv", b"0" * 8_000_000), "grows from"),
    "invisible letters": (lambda z: put(z, "cases/toy/a\u200b.csv"), "invisible characters in its name"),
}  # fmt: skip


def zipped(target: Path, spoil) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted((COLLECTION / "cases/toy").iterdir()):
            archive.write(path, f"cases/toy/{path.name}")
        spoil(archive)
    return target


@pytest.mark.parametrize(("spoil", "words"), ZIPS.values(), ids=ZIPS)
def test_a_dangerous_zip_is_told_and_never_unpacked(tmp_path, spoil, words):
    archive = zipped(tmp_path / "case.zip", spoil)
    told = inspect(archive)
    assert any(words in line.what for line in told.to_look_at), [str(line) for line in told.to_look_at]
    folder = tmp_path / "out" / "folder"
    folder.mkdir(parents=True)
    with pytest.raises(TwoRoomsError, match="expected a case of plain files") as refused:
        archives.unpack(archive, folder, lambda parts: parts, "a case")
    assert words in str(refused.value) and [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


def test_a_zip_that_lies_of_its_sizes_or_hides_is_told(tmp_path):
    archive = zipped(tmp_path / "case.zip", lambda z: None)
    raw = bytearray(archive.read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    struct.pack_into("<H", raw, at + 8, 0x1)
    (tmp_path / "locked.zip").write_bytes(raw)
    assert any("is encrypted" in line.what for line in inspect(tmp_path / "locked.zip").to_look_at)
    raw = bytearray(archive.read_bytes())
    # The last entry now begins where the first does: one run of bytes for two files, as in a ZIP bomb.
    struct.pack_into("<L", raw, raw.rindex(b"PK\x01\x02") + 42, 0)
    (tmp_path / "shared.zip").write_bytes(raw)
    assert any("shares its bytes with another entry" in line.what for line in inspect(tmp_path / "shared.zip").to_look_at)
    nested = zipped(tmp_path / "nested.zip", lambda z: put(z, "cases/toy/more.gz", gzip.compress(b"x")))
    assert looked(inspect(nested), "holds", "cases/toy/more.gz", "", "an archive within")


def test_a_sound_zip_is_quiet_wrapped_or_not(tmp_path):
    assert inspect(zipped(tmp_path / "case.zip", lambda z: None)).to_look_at == []
    with zipfile.ZipFile(tmp_path / "wrapped.zip", "w") as archive:
        for path in sorted((ROOT / "cases/two-rooms").iterdir()):
            if path.is_file():
                archive.write(path, f"two-rooms-main/cases/two-rooms/{path.name}")
    told = inspect(tmp_path / "wrapped.zip")
    assert told.to_look_at == [] and any(line.file == "cases/two-rooms/case.ipynb" for line in told.lines)


# What the book and its forms leave out ---------------------------------------------------------------


ELSEWHERE = "https://evil.example/"
TAGS = f"<script src='{ELSEWHERE}x.js'>alert(1)</script><img src='{ELSEWHERE}p.png' onerror='alert(1)'><iframe src='{ELSEWHERE}'></iframe><base href='{ELSEWHERE}'>"


def spoilt(root: Path, canary: Path) -> None:
    """Everything hostile that a page can be built from."""
    edit(root / CASE, "content_notes: Depression.", f"content_notes: {json.dumps(TAGS)}")
    edit(root / CASE, "title: A toy case", f"title: {json.dumps('A toy case </title>' + TAGS)}")
    edit(root / QUIZ, "text: This", f"text: {json.dumps(f'This {TAGS} ![p]({ELSEWHERE}q.png) [l](javascript:alert(1))')}")
    edit(root / NOTE, "# Teaching note", f"---\nfile_format: mystnb\nmyst:\n  enable_extensions: [substitution]\n---\n# Teaching note {TAGS}")
    (root / "cases/toy/page.html").write_text(TAGS, encoding="utf-8")
    (root / "cases/toy/drawing.svg").write_text(SVG, encoding="utf-8")
    notebook = nbformat.read(root / NOTEBOOK, as_version=4)
    notebook.metadata |= {
        "mystnb": {"execution_mode": "force"},
        "myst": {"enable_extensions": ["substitution"], "substitutions": {"x": "y"}, "html_meta": {"refresh": "0"}},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"a": {}}, "version_major": 2, "version_minor": 0}},
    }
    first = notebook.cells[0]
    first.source = first.source.replace("# A toy case", f"# A toy case {TAGS}", 1)
    jinja = f"{{{{ cycler.__init__.__globals__.os.system('echo x > {canary.as_posix()}') }}}}"
    first.source += (
        f"\n\n{TAGS}\n\n<details open ontoggle=alert(1)>\n\ninline {TAGS} <svg onload=alert(1)>\n\n[a](javascript:alert(1)) ![alt]({ELSEWHERE}m.png) "
        f"![two](drawing.svg) [page](page.html) {{download}}`page <page.html>` <!-- a remark -->\n\n{jinja}\n\n"
        f"```{{raw}} html\n{TAGS}\n```\n\n```{{eval-rst}}\n`e <javascript:alert(1)>`_\n\n.. raw:: html\n\n   {TAGS}\n```\n"
    )
    room = notebook.cells[1]
    room.source = room.source.replace("- Clinic", f"- Clinic {TAGS}").replace("A nurse.", f"A nurse. {TAGS}")
    made = notebook.cells[FIGURE_CELL].outputs[0]["data"]
    bundle = made[MIME_TYPE]
    about = bundle["layout"]["meta"]["tworooms"]
    about |= {"caption": f"**It rises.** {TAGS}", "cannot_show": TAGS, "alt": f"{about['alt']} {TAGS}", "says": {"all": f"<!--<script> {TAGS}"}}
    bundle["data"][0]["name"] = f"<!--<script> <a href='{ELSEWHERE}'>n</a> <<i x>a href='{ELSEWHERE}'>"
    bundle["layout"] |= {"images": [{"source": f"{ELSEWHERE}i.png"}], "template": {"layout": {"images": [{"source": " \thttps:\\evil.example\\t.png"}]}}}
    bundle["layout"]["sliders"][0]["steps"][0]["args"].append({"images[0].source": f"{ELSEWHERE}s.png", "__proto__.x": 1})
    bundle["config"] |= {"plotlyServerURL": ELSEWHERE, "showSendToCloud": True}
    made["text/html"] = TAGS
    outputs = [{"text/html": f"<table><tr><th>kept</th></tr></table>{TAGS}"}, {"text/html": TAGS, "text/plain": "<IFrame>"}, {"application/javascript": "alert(1)"},
               {WIDGET: {"model_id": "a", "version_major": 2, "version_minor": 0}}, {"image/svg+xml": SVG}, {"text/markdown": f"words {TAGS}"}]  # fmt: skip
    cell = new_code_cell(f"open({canary.as_posix()!r}, 'w')", execution_count=2, id="hostile", outputs=[new_output("display_data", data=data) for data in outputs])
    notebook.cells.insert(FIGURE_CELL + 1, cell)
    notebook.cells.insert(FIGURE_CELL + 2, new_raw_cell(TAGS, metadata={"format": "text/html"}, id="raw"))
    (root / NOTEBOOK).write_text(nbformat.writes(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, canary) -> Path:
    """The hostile case built for students and instructors, and written in every form that needs no browser."""
    root = make(tmp_path_factory.mktemp("built") / "collection", whole_book=False)
    spoilt(root, canary)
    build.build(root, "instructor")
    outcome = run(root, "export", "--to", "ipynb,slides,epub,cartridge,moodle,qti,zip", "--out", str(root / "out"))
    assert outcome.code == 0, outcome
    return root


class Acting(HTMLParser):
    """What in a page would act or ask somebody else: scripts with a program in them or from elsewhere, handlers, frames, addresses."""

    LOADING = ("src", "srcset", "action", "formaction", "data", "poster", "background", "srcdoc", "ping")

    def __init__(self, text: str, *, inline_scripts: bool = False):
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.tags: list[str] = []
        self.specs: list[str] = []
        self._spec, self._inline = False, inline_scripts
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, pairs):
        values = {name: value or "" for name, value in pairs}
        self.tags.append(tag)
        self._spec = tag == "script" and values.get("type") == "application/json"
        if tag in ("iframe", "object", "embed", "base", "applet", "frame") or (tag == "meta" and values.get("http-equiv", "").lower() == "refresh"):
            self.found.append(f"<{tag}>")
        if tag == "script" and not self._inline and "src" not in values and not values.get("type", "").endswith("json"):
            self.found.append("<script>")
        for name, value in values.items():
            loads = name in self.LOADING or (name == "href" and tag in ("link", "use", "image"))
            if name.startswith("on") or sanitise.scheme(value) in ("javascript", "vbscript") or (loads and "evil.example" in value):
                self.found.append(f"<{tag} {name}={value}>")

    def handle_data(self, data):
        if self._spec:
            self.specs.append(data)
            self._spec = False


def drawn(page: Acting) -> list[dict]:
    """The figures that a page draws, without what is said aloud; none may hold an address."""
    specs = [json.loads(spec) for spec in page.specs]
    for spec in specs:
        told = json.dumps([spec["data"], spec["layout"], spec["config"], [[step["a"] for step in steps] for steps in spec["controls"]]])
        assert "evil" not in told and "__proto__" not in told and "https:" not in told, told
    return specs


@pytest.mark.parametrize("edition", ["student", "instructor"])
def test_a_hostile_page_does_nothing(hostile, canary, edition):
    site = build.output_folder(hostile, edition)
    assert not canary.exists()
    for path in site.rglob("*.html"):
        read = Acting(path.read_text(encoding="utf-8"))
        assert read.found == [], path.name
    read = Acting((site / "cases/toy/case.html").read_text(encoding="utf-8"))
    assert [spec["data"][0]["name"].strip() for spec in drawn(read)] == ["<!--<script> n</a>"] and read.tags.count("footer") == 1
    page = (site / "cases/toy/case.html").read_text(encoding="utf-8")
    assert "<!--<script" not in page
    assert "<th>kept</th>" in page and "Not shown here: JavaScript." in page and "Not shown here: a widget." in page
    assert "Not shown here: a drawing that does more than draw." in page and "Not shown here: HTML that does more than show." in page
    assert "Picture not shown: alt." in page and "Picture not shown: two." in page and "a remark" not in page
    assert "{{ cycler" in page and "&lt;script src=" in page
    assert [path.name for path in site.rglob("*") if path.suffix == ".svg" and b"alert" in path.read_bytes()] == []
    assert not list(site.rglob("page.html")) and "iframe" not in json.dumps([file.name for file in site.rglob("*")])


def test_a_hostile_page_asks_nobody_in_a_browser(hostile, browser):
    page = browser.new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") and not request.url.startswith("data:") else None)
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto((build.output_folder(hostile, "student") / "cases/toy/case.html").as_uri())
    page.evaluate("window.tworoomsDrawAll()")
    assert page.locator(".tr-figure").get_attribute("data-state") == "drawn" and page.locator(".tr-figure .plot a").count() == 0
    assert said == [] and page.evaluate("({}).x") is None
    page.close()


def test_forms_of_a_hostile_case_carry_nothing_that_acts(hostile):
    out = hostile / "out"
    slides = Acting((out / "toy-slides.html").read_text(encoding="utf-8"), inline_scripts=True)
    assert slides.found == [] and len(drawn(slides)) == 1
    checked = 0
    for name in ("two-rooms-book.epub", "two-rooms-book.zip", "toy.imscc", "toy-notebook.zip"):
        for inner, raw in unzipped(out / name).items():
            if inner.endswith((".html", ".xhtml")):
                assert Acting(raw.decode()).found == [], inner
                checked += 1
    assert checked > 8
    # Quizzes and topics carry their HTML as text of XML elements.
    from xml.etree import ElementTree

    carried = [out / "toy-moodle.xml", *(path for path in out.glob("*qti*"))]
    files = {path.name: path.read_bytes() for path in carried if path.suffix == ".xml"}
    for path in [out / "toy.imscc", *(path for path in carried if path.suffix == ".zip")]:
        files |= {f"{path.name}/{name}": raw for name, raw in unzipped(path).items() if name.endswith(".xml")}
    assert len(files) > 4
    for name, raw in files.items():
        for node in ElementTree.parse(io.BytesIO(raw)).iter():
            if "html" in (node.get("texttype") or node.get("format") or ""):
                assert all(Acting(inner.text or "").found == [] for inner in node.iter()), (name, node.tag)
                checked += 1
    assert checked > 20
    notebook = json.loads(unzipped(out / "toy-notebook.zip")["toy/toy.ipynb"])
    assert set(notebook["metadata"]) == {"authors", "kernelspec", "language_info", "license", "lang", "title"}
    shown = [output["data"] for cell in notebook["cells"] for output in cell.get("outputs", ())]
    assert not any(set(data) & {*sanitise.ACTIVE, "image/svg+xml"} for data in shown)
    assert all(Acting("".join(data.get("text/html", ""))).found == [] for data in shown)
    assert "evil.example" not in json.dumps([data.get(MIME_TYPE, {}).get("data") for data in shown])


def test_no_page_reads_a_file_of_the_machine(tmp_path):
    root = make(tmp_path / "collection", whole_book=False)
    reading = [":::{include} /etc/passwd\n:::", "```{literalinclude} /etc/passwd\n```", "```{csv-table}\n:file: /etc/passwd\n```", "```{raw} html\n:file: /etc/passwd\n```"]
    edit_cell(root, 0, lambda cell: cell.update(source="\n\n".join([cell.source, *reading])))
    with pytest.raises(build.BuildError) as stopped:
        build.build(root)
    assert len([line for line in stopped.value.lines if "cases/toy/case.ipynb: cell 1" in line and ("disabled" in line or "deactivated" in line)]) == 4, stopped.value.lines


def test_yaml_that_grows_is_refused(tmp_path):
    root = make(tmp_path / "collection", whole_book=False)
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    (root / CASE).write_text(bomb + (root / CASE).read_text(encoding="utf-8"), encoding="utf-8")
    assert "cases/toy/case.yml:1: found an anchor or an alias" in "\n".join(run(root, "check").lines)


DRAWINGS = {
    "plain": ('<path d="M0 0"/><use href="#a"/><style>*{fill:red}</style>', True),
    "a script": ("<script>1</script>", False),
    "a handler": ('<path onclick="1"/>', False),
    "a picture": ('<image href="https://evil.example/x"/>', False),
    "another drawing": ('<use href="https://evil.example/x#a"/>', False),
    "HTML within": ('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>', False),
    "a style that loads": ("<style>@import 'https://evil.example/x'</style>", False),
    "a fill that loads": ('<path fill="url(https://evil.example/x)"/>', False),
    "an animation": ('<a href="#"><animate attributeName="href" values="javascript:1"/></a>', False),
    "a script among its data": ("<metadata><script>1</script></metadata>", False),
    "what a drawing program notes": ('<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:x>1</r:x></r:RDF></metadata>', True),
}  # fmt: skip


@pytest.mark.parametrize(("inside", "plain"), DRAWINGS.values(), ids=DRAWINGS)
def test_drawings_only_draw(inside, plain):
    assert sanitise.is_plain_svg(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>') is plain


def test_published_outputs_need_nothing_that_is_taken_out():
    for case in all_cases(ROOT):
        stored = json.loads(case.notebook_path.read_text(encoding="utf-8"))
        for output in (output for cell in stored["cells"] for output in cell.get("outputs", ())):
            output["data"]["text/html"] = "".join(output["data"]["text/html"])
        assert sanitise.notebook(stored) == stored, case.slug


def test_a_spoilt_figure_does_not_hide_the_rest(tmp_path):
    notebook = json.loads((ROOT / "cases/two-rooms/case.ipynb").read_text(encoding="utf-8"))
    bundles = [output["data"][MIME_TYPE] for cell in notebook["cells"] for output in cell.get("outputs", ()) if MIME_TYPE in output.get("data", {})]
    bundles[0]["layout"]["meta"]["tworooms"]["caption"] = 3
    (tmp_path / "case.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    outcome = run(ROOT, "inspect", str(tmp_path / "case.ipynb"))
    assert outcome.code == 1 and "a figure that was not made with figures.publish" in outcome.out and "thing" in outcome.out.splitlines()[-1]
