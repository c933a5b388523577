"""What Python code would do, told from its syntax tree alone: it is never imported, compiled or run.

No reading of code can prove it harmless. So this names what a case of the book does not do, rather than what is known to be bad:
libraries beyond a short list, files outside the case's folder, names made up while the program runs.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from itertools import product

RUNS, NETWORK, PROGRAMS, FILES, HTML = "runs", "network", "programs", "files", "html"
#: (line, group, what in a few words, whether somebody should look at it).
Told = tuple[int, str, str, bool]

#: What the cases of the book import.
LIBRARIES = {
    "__future__", "calendar", "collections", "csv", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "itertools",
    "json", "math", "numpy", "pandas", "pathlib", "plotly", "random", "re", "scipy", "statistics", "string", "textwrap", "typing",
    "unicodedata", "warnings", "IPython",
}  # fmt: skip
#: The parts of this package that only read its tables, compute, and draw.
OWN = ("tworooms.evidence", "tworooms.figures", "tworooms.models", "tworooms.claims")
_NETWORK = {
    "urllib", "http", "socket", "ssl", "ftplib", "smtplib", "imaplib", "poplib", "nntplib", "telnetlib", "xmlrpc", "socketserver",
    "asyncio", "select", "webbrowser", "requests", "httpx", "aiohttp", "urllib3", "httplib2", "websocket", "websockets", "paramiko",
    "boto3", "pycurl", "fsspec", "wget", "gdown", "huggingface_hub", "kagglehub", "selenium", "playwright", "dns", "chart_studio",
}  # fmt: skip
_PROGRAMS = {
    "subprocess", "multiprocessing", "pty", "pexpect", "sh", "plumbum", "concurrent", "threading", "_thread", "signal", "os", "posix",
    "nt", "pip", "venv", "ensurepip", "invoke", "fabric",
}  # fmt: skip
_WHY = {
    "which runs what is in a file": ("pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve"),
    "which calls machine code": ("ctypes", "_ctypes", "cffi"),
    "which hides what a text says": ("base64", "binascii", "codecs", "zlib", "gzip", "bz2", "lzma"),
    "which runs text as a program": ("code", "codeop"),
    "by which any object can be reached": ("builtins", "sys", "inspect", "gc", "operator", "types"),
    "which unpacks files": ("zipfile", "tarfile"),
    "which loads modules by name": ("importlib", "zipimport", "pkgutil"),
    "which loads compiled code": ("marshal",),
    "which runs other files": ("runpy",),
    "which can make any object from a file": ("yaml",),
}
_LOADS = {name: f"{name}, {why}" for why, names in _WHY.items() for name in names}
_FILE_MODULES = {"shutil", "tempfile", "glob", "fileinput", "io", "mmap", "sqlite3", "dbm", "getpass", "pwd", "platform"}
#: Built-in functions that run text, reach names at run time, or wait for a person.
_BUILTINS = {
    "exec": "runs text as a program", "eval": "runs text as a program", "compile": "makes a program of text",
    "__import__": "loads a module by name",
    "globals": "reaches names by text", "locals": "reaches names by text", "vars": "reaches names by text",
    "__builtins__": "reaches every built-in function",
    "setattr": "changes other objects by name", "delattr": "changes other objects by name", "__loader__": "loads modules",
    "__spec__": "loads modules",
    "breakpoint": "stops for a debugger", "input": "waits for somebody to type", "get_ipython": "reaches the notebook's own machinery",
}  # fmt: skip
_INNER = {
    "__subclasses__", "__globals__", "__builtins__", "__code__", "__bases__", "__base__", "__mro__", "__dict__", "__getattribute__",
    "__reduce__", "__reduce_ex__", "__import__", "__loader__", "__spec__", "__self__", "__wrapped__", "__func__", "__closure__",
    "__module__", "f_globals", "f_locals", "f_back", "f_builtins", "gi_frame", "cr_frame", "ag_frame", "tb_frame", "mro", "__class__",
    "__init_subclass__", "__del__",
}  # fmt: skip
_UNCALLED = {"__del__", "__reduce__", "__reduce_ex__", "__init_subclass__", "__getattr__", "__set_name__", "__class_getitem__"}
#: Modules that no chain of names should lead to: `pandas.io.common.os` is os.
_HIDDEN = {
    "os", "sys", "subprocess", "builtins", "importlib", "shutil", "socket", "ctypes", "urllib", "pickle", "_os", "_sys", "ctypeslib",
    "f2py", "DataSource",
}  # fmt: skip
_STARTS = {
    "system", "popen", "Popen", "check_output", "check_call", "getoutput", "getstatusoutput", "startfile", "spawnl", "spawnv", "spawnlp",
    "spawnvp", "execv", "execve", "execvp", "execl", "execlp", "posix_spawn", "fork", "forkpty",
}  # fmt: skip
_ASKS = {"urlopen", "urlretrieve", "urlcleanup", "create_connection", "HTTPConnection", "HTTPSConnection"}
_UNPACKS = {
    "read_pickle": "pickle", "to_pickle": "pickle", "read_hdf": "HDF5", "read_sql": "a database", "read_sql_query": "a database",
    "read_sql_table": "a database", "to_sql": "a database", "read_gbq": "a service on the network", "to_gbq": "a service on the network",
    "read_clipboard": "the clipboard", "to_clipboard": "the clipboard", "open_memmap": "raw bytes",
    "load": "numpy's own files, which can hold pickle", "fromfile": "raw bytes", "memmap": "raw bytes",
}  # fmt: skip
_READS = {
    "read_csv", "read_table", "read_json", "read_excel", "read_html", "read_xml", "read_fwf", "read_parquet", "read_feather", "read_orc",
    "read_stata", "read_sas", "read_spss", "loadtxt", "genfromtxt", "read_text", "read_bytes", "imread", "ExcelFile",
}  # fmt: skip
_LOOKS = {"exists", "is_file", "is_dir", "iterdir", "glob", "rglob", "stat"}
_WRITES = {
    "to_csv", "to_json", "to_html", "to_excel", "to_parquet", "to_feather", "to_stata", "to_latex", "to_markdown", "to_xml", "to_string",
    "to_hdf", "write_html", "write_image", "write_json", "savefig", "savetxt", "savez", "savez_compressed", "tofile", "imsave",
    "ExcelWriter",
}  # fmt: skip
_OWN_WRITES = {"write_text", "write_bytes", "unlink", "rmdir", "symlink_to", "hardlink_to", "link_to", "chmod", "lchmod", "touch", "mkdir"}
_DISPLAYS = {
    "HTML", "Javascript", "IFrame", "SVG", "Video", "Audio", "YouTubeVideo", "VimeoVideo", "ScribdDocument", "FileLink", "FileLinks",
    "publish_display_data", "display_html", "display_javascript", "display_svg", "Code", "ProgressBar", "set_matplotlib_formats",
    "DisplayHandle",
}  # fmt: skip
_MAGIC_PROGRAMS = {
    "bash", "sh", "script", "system", "sx", "sc", "!", "!!", "cmd", "ruby", "perl", "python", "python2", "python3", "pypy", "pip", "conda",
    "mamba", "micromamba", "uv", "node",
}  # fmt: skip
_MAGIC_HTML = {"html", "HTML", "javascript", "js", "svg", "SVG", "latex"}
_MAGIC_FILES = {"writefile", "file", "save", "store", "cd", "pushd", "load", "loadpy", "logstart", "notebook", "macro", "edit"}
_MAGIC_PYTHON = {"time", "timeit", "capture", "prun", "debug"}
_ADDRESS = re.compile(r"\b(?:https?|ftp|wss?|s3|gs|file)://\S+", re.IGNORECASE)
_OUTSIDE = re.compile(r"(?:/[\w.-]+/|~[/\\]|\.\.[/\\]|[A-Za-z]:[/\\]|\\\\)\S*\Z")
_ENCODED = re.compile(r"[A-Za-z0-9+/=_-]{160,}|(?:\\?x?[0-9a-fA-F]{2}){120,}")
#: Bidirectional controls make code read otherwise than it runs: https://trojansource.codes
_DECEIVING = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\u2060]")
#: Longer than any literal of a case's own program.
LONG_LITERAL, LONG_LINE, LONG_SOURCE = 2_000, 1_500, 200_000
_MOST_WAYS = 64


class Code:
    """Pieces of code that share their names, as a notebook's cells do.

    Parameters
    ----------
    sources
        The pieces in order.
    neighbours
        Names of modules whose files stand beside the code; they are looked at themselves.
    notebook
        Whether lines for IPython (`!`, `%`) may stand in the code.
    """

    def __init__(self, sources: list[str], neighbours: Iterable[str] = (), *, notebook: bool = True):
        self._neighbours = set(neighbours)
        self._names: dict[str, str] = {}
        self._values: dict[str, list[ast.expr]] = {}
        self._arguments: dict[str, dict[str, list[ast.expr]]] = {}
        self._trees = [self._parsed(source, notebook) for source in sources]
        self._sources = sources
        self._nodes = [list(ast.walk(tree)) if tree is not None else [] for tree, _ in self._trees]
        for nodes in self._nodes:
            self._learn_names(nodes)
        for nodes in self._nodes:
            self._learn_arguments(nodes)

    def told(self, number: int) -> list[Told]:
        """What a piece (from 0) would do, in the order of its lines."""
        tree, fault = self._trees[number]
        found = list(_of_text(self._sources[number]))
        if tree is None:
            found.append(fault or (1, RUNS, "is no Python that can be read", True))
        else:
            found += self._walk(self._nodes[number])
        return sorted(dict.fromkeys(found), key=lambda one: one[0])

    def imports(self, number: int) -> list[str]:
        """The modules that a piece imports."""
        names = []
        for node in self._nodes[number]:
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names += [
                    f"{node.module or ''}.{alias.name}".strip(".") if node.module == "tworooms" else node.module or "."
                    for alias in node.names
                ]
        return list(dict.fromkeys(names))

    @staticmethod
    def _parsed(source: str, notebook: bool) -> tuple[ast.Module | None, Told | None]:
        if len(source) > LONG_SOURCE:
            return None, (1, RUNS, f"has {len(source):,} characters, too many to read", True)
        tree, fault = _tree(source)
        if tree is not None or not notebook:
            return tree, fault
        # IPython's own reader of its extra syntax; it turns text into text and runs nothing.
        from IPython.core.inputtransformer2 import TransformerManager

        try:
            return _tree(TransformerManager().transform_cell(source))
        except (SyntaxError, RecursionError, ValueError, IndexError, MemoryError):
            return None, fault

    # Names -------------------------------------------------------------------

    def _learn_names(self, nodes: list[ast.AST]) -> None:
        for node in nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self._names[alias.asname or alias.name.split(".")[0]] = alias.name if alias.asname else alias.name.split(".")[0]
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self._names[alias.asname or alias.name] = f"{'.' * node.level}{node.module or ''}.{alias.name}"
        for node in nodes:
            if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    self._assign(target, node.value)
            elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and isinstance(node.iter, (ast.Tuple, ast.List, ast.Set)):
                for item in node.iter.elts:
                    self._assign(node.target, item)
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                self._assign(node.optional_vars, node.context_expr)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._values.setdefault(target.id, []).append(value)
            name = self._dotted(value)
            if (
                name
                and not name.endswith("()")
                and target.id not in self._names
                and (name.split(".")[0] in {*LIBRARIES, *_HIDDEN, *_PROGRAMS, *_NETWORK, *_LOADS, *_BUILTINS, "open", "getattr"})
            ):
                self._names[target.id] = name
        elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)) and len(target.elts) == len(value.elts):
            for one, item in zip(target.elts, value.elts):
                self._assign(one, item)

    def _learn_arguments(self, nodes: list[ast.AST]) -> None:
        """What each function of the code is called with, parameter by parameter."""
        functions = {node.name: node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
                given = [argument.arg for argument in functions[node.func.id].args.args]
                into = self._arguments.setdefault(node.func.id, {})
                pairs = [*zip(given, node.args), *((word.arg, word.value) for word in node.keywords if word.arg)]
                for name, value in pairs:
                    into.setdefault(name, []).append(value)
        for name, arguments in self._arguments.items():
            if name in functions:
                for parameter, values in arguments.items():
                    self._values.setdefault(parameter, []).extend(values)

    def _dotted(self, node: ast.AST | None) -> str | None:
        """The full name an expression stands for, as far as it can be told; ``()`` behind a call."""
        if isinstance(node, ast.Name):
            return self._names.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            base = self._dotted(node.value)
            return f"{base}.{node.attr}" if base else None
        if isinstance(node, ast.NamedExpr):
            return self._dotted(node.value)
        if isinstance(node, ast.Call):
            name = self._dotted(node.func)
            if name in ("__import__", "importlib.import_module", "importlib.__import__", "builtins.__import__") and node.args:
                words = self._words(node.args[0])
                return next(iter(words)) if words and len(words) == 1 else None
            if name in ("getattr", "builtins.getattr") and len(node.args) > 1:
                base, words = self._dotted(node.args[0]), self._words(node.args[1])
                return f"{base}.{next(iter(words))}" if base and words and len(words) == 1 else None
            return f"{name}()" if name else None
        if isinstance(node, ast.Subscript):
            base, words = self._dotted(node.value), self._words(node.slice)
            if base and words and len(words) == 1:
                word = next(iter(words))
                if base in ("globals()", "locals()", "vars()", "__builtins__", "builtins.__dict__", "__builtins__.__dict__", "sys.modules"):
                    return self._names.get(word, word)
                if base.endswith(".__dict__"):
                    return f"{base.removesuffix('.__dict__')}.{word}"
        return None

    def _words(self, node: ast.AST | None, depth: int = 0) -> set[str] | None:
        """Every text that an expression can be, with a path's folder as its beginning; None when that cannot be told."""
        if depth > 8 or node is None:
            return None
        deeper = depth + 1
        if isinstance(node, ast.Constant):
            return {node.value} if isinstance(node.value, str) else {str(node.value)} if isinstance(node.value, (int, float)) else None
        if isinstance(node, ast.Name):
            if node.id == "__file__":
                return {"./__file__"}
            values = self._values.get(node.id)
            return self._union(values, deeper) if values else None
        if isinstance(node, ast.IfExp):
            return self._union([node.body, node.orelse], deeper)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
            return self._joined([node.left, node.right], "/" if isinstance(node.op, ast.Div) else "", deeper)
        if isinstance(node, ast.JoinedStr):
            return self._joined([part.value if isinstance(part, ast.FormattedValue) else part for part in node.values], "", deeper)
        if isinstance(node, ast.Attribute) and node.attr == "parent":
            inner = self._words(node.value, deeper)
            return {re.sub(r"/?[^/]+$", "", word) or "." for word in inner} if inner and all("/" in word for word in inner) else None
        if isinstance(node, ast.Call):
            name = self._dotted(node.func)
            if name in ("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath"):
                return self._joined(node.args, "/", deeper) if node.args else {"."}
            if name == "pathlib.Path.cwd":
                return {"."}
            if name in ("pathlib.Path.home", "os.path.expanduser"):
                return {"~"}
            if name in ("str", "os.fspath") and len(node.args) == 1:
                return self._words(node.args[0], deeper)
            if name == "os.path.join":
                return self._joined(node.args, "/", deeper)
            if isinstance(node.func, ast.Attribute):
                if node.func.attr in ("resolve", "absolute", "as_posix"):
                    return self._words(node.func.value, deeper)
                if node.func.attr == "expanduser":
                    return {"~"}
                if node.func.attr == "joinpath":
                    return self._joined([node.func.value, *node.args], "/", deeper)
                if node.func.attr == "join" and len(node.args) == 1 and isinstance(node.args[0], (ast.List, ast.Tuple)):
                    glue = self._words(node.func.value, deeper)
                    return self._joined(node.args[0].elts, next(iter(glue)), deeper) if glue and len(glue) == 1 else None
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and ast.unparse(node.slice) == "::-1":
            inner = self._words(node.value, deeper)
            return {word[::-1] for word in inner} if inner else None
        return None

    def _union(self, nodes: Iterable[ast.AST], depth: int) -> set[str] | None:
        every: set[str] = set()
        for node in nodes:
            words = self._words(node, depth)
            if words is None:
                return None
            every |= words
        return every if len(every) <= _MOST_WAYS else None

    def _joined(self, nodes: list, glue: str, depth: int) -> set[str] | None:
        parts = [self._words(node, depth) for node in nodes]
        if any(part is None for part in parts):
            return None
        count = 1
        for part in parts:
            count *= len(part)
        # A later absolute part wins, as in pathlib.
        return {_as_path(way) if glue == "/" else glue.join(way) for way in product(*parts)} if count <= _MOST_WAYS else None

    # What it would do ----------------------------------------------------------

    def _walk(self, nodes: list[ast.AST]) -> Iterator[Told]:
        seen: set[int] = set()
        for node in nodes:
            line = getattr(node, "lineno", 1)
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._import(line, alias.name)
            elif isinstance(node, ast.ImportFrom):
                yield from self._import_from(line, node)
            elif isinstance(node, ast.Call):
                yield from self._call(line, node, seen)
            elif isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
                yield from _constant(line, node.value)
            elif isinstance(node, ast.FunctionDef) and (node.name in _UNCALLED or node.name.startswith(("_repr_", "_ipython_"))):
                yield line, RUNS if node.name in _UNCALLED else HTML, f"defines {node.name}, which runs without being called", True
            elif (
                isinstance(node, ast.While)
                and isinstance(node.test, ast.Constant)
                and node.test.value
                and not any(isinstance(inner, (ast.Break, ast.Return)) for inner in ast.walk(node))
            ):
                yield line, RUNS, "a loop that does not end", True
            elif isinstance(node, (ast.Assign, ast.Delete)):
                yield from self._changes(line, node)
        for node in nodes:
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load) and id(node) not in seen:
                yield from self._name(getattr(node, "lineno", 1), node)
            elif isinstance(node, (ast.Call, ast.Subscript)):
                # A name that only a call or an index spells out, such as getattr(os, "system").
                name = self._dotted(node)
                if name and not name.endswith("()") and not isinstance(getattr(node, "func", None), ast.Attribute):
                    yield from self._named(getattr(node, "lineno", 1), name)

    def _import(self, line: int, name: str) -> Iterator[Told]:
        root = name.split(".")[0]
        if name.startswith("."):
            yield line, RUNS, f"imports {name}, relative to where it runs", True
        elif root == "tworooms":
            if name != "tworooms" and not any(name == own or name.startswith(f"{own}.") for own in OWN):
                yield line, RUNS, f"imports {name}, a part of this program that no case needs", True
        elif root in _NETWORK:
            yield line, NETWORK, f"imports {name}", True
        elif root in _PROGRAMS:
            yield line, PROGRAMS, f"imports {name}", True
        elif root in _LOADS:
            yield line, RUNS, f"imports {_LOADS[root]}", True
        elif root in _FILE_MODULES:
            yield line, FILES, f"imports {name}", True
        elif root in LIBRARIES or root in self._neighbours:
            if any(part in _HIDDEN for part in name.split(".")[1:]):
                yield line, RUNS, f"imports {name}, which leads to another module", True
            elif name.startswith(("plotly.io", "plotly.offline")):
                yield line, FILES, f"imports {name}, which writes files and opens browsers", True
        elif root in sys.stdlib_module_names:
            yield line, RUNS, f"imports {name}, which no case of the book does", True
        else:
            yield line, RUNS, f"imports {name}, a library that no case of the book uses", True

    def _import_from(self, line: int, node: ast.ImportFrom) -> Iterator[Told]:
        module = f"{'.' * node.level}{node.module or ''}"
        if module == "tworooms":
            for alias in node.names:
                yield from self._import(line, f"tworooms.{alias.name}")
        else:
            yield from self._import(line, module)
        for alias in node.names:
            if alias.name == "*":
                yield line, RUNS, f"imports every name of {module}", True
            elif module != "tworooms" and alias.name != "annotations":
                yield from self._named(line, f"{module}.{alias.name}", imported=True)

    def _changes(self, line: int, node: ast.Assign | ast.Delete) -> Iterator[Told]:
        for target in node.targets:
            base = self._dotted(target.value) if isinstance(target, (ast.Attribute, ast.Subscript)) else None
            if base and base in self._names.values() and base.split(".")[0] in (*LIBRARIES, "tworooms"):
                yield line, RUNS, f"changes {base} itself", True

    def _call(self, line: int, node: ast.Call, seen: set[int]) -> Iterator[Told]:
        name = self._dotted(node.func) or ""
        last = node.func.attr if isinstance(node.func, ast.Attribute) else name.rsplit(".", 1)[-1]
        root = name.split(".")[0]
        first = node.args[0] if node.args else None
        words = {word.arg: word.value for word in node.keywords if word.arg}
        if name.startswith("get_ipython()") and last != "get_ipython":
            seen.update(id(inner) for inner in ast.walk(node.func))
            yield from self._magic(line, last, node)
        elif name in ("open", "builtins.open", "io.open", "codecs.open"):
            mode = self._words(node.args[1]) if len(node.args) > 1 else self._words(words["mode"]) if "mode" in words else {"r"}
            seen.add(id(node.func))
            yield from self._file(line, first or words.get("file"), mode is None or any(set(one) & set("wax+") for one in mode))
        elif last == "open" and isinstance(node.func, ast.Attribute):
            mode = self._words(first) if first is not None else self._words(words["mode"]) if "mode" in words else {"r"}
            yield from self._file(line, node.func.value, mode is None or any(set(one) & set("wax+") for one in mode))
        elif name in ("getattr", "builtins.getattr"):
            asked = self._words(node.args[1]) if len(node.args) > 1 else None
            seen.add(id(node.func))
            if asked is None or any(one.startswith("_") for one in asked):
                yield (
                    line,
                    RUNS,
                    "uses getattr with a name that is made while it runs"
                    if asked is None
                    else f"uses getattr for {', '.join(sorted(asked))}",
                    True,
                )
        elif last in _UNPACKS and (root in ("pandas", "numpy") or last not in ("load", "fromfile", "memmap")):
            yield line, FILES, f"calls {last}, which reads or writes {_UNPACKS[last]}", True
        elif last in _READS or (last in _LOOKS and self._is_path(node.func)):
            target = node.func.value if last in ("read_text", "read_bytes", *_LOOKS) and isinstance(node.func, ast.Attribute) else first
            target = target or next(
                (words[key] for key in ("filepath_or_buffer", "io", "path_or_buf", "path", "fname") if key in words), None
            )
            yield from self._file(line, target, False)
        elif last in _WRITES and (first is not None or {"path_or_buf", "path", "buf", "file", "excel_writer", "fname"} & set(words)):
            target = (
                first
                if first is not None
                else next(words[key] for key in ("path_or_buf", "path", "buf", "file", "excel_writer", "fname") if key in words)
            )
            yield from self._file(line, target, True)
        elif name in ("numpy.save", "numpy.lib.format.write_array"):
            yield from self._file(line, first or words.get("file"), True)
        elif last in _OWN_WRITES and isinstance(node.func, ast.Attribute):
            yield from self._file(line, node.func.value, True)
            if last in ("unlink", "rmdir", "symlink_to", "hardlink_to", "link_to", "chmod", "lchmod"):
                yield line, FILES, f"calls {last}, which no case of the book does", True
        elif last in ("rename", "replace", "rmtree", "remove", "copy", "move") and self._is_path(node.func):
            yield line, FILES, f"calls {last} on a file", True
        elif last in ("query", "eval") and isinstance(node.func, ast.Attribute):
            asked = self._words(first)
            if asked is None or any(re.search(r"@\s*\w+\s*[.(\[]|__|`[^`]*\(", one) for one in asked):
                yield line, RUNS, f"calls {last} with a text that can reach more than columns", True
        elif last in _STARTS:
            yield line, PROGRAMS, f"calls {name or last}{self._shown(node)}", True
        elif last in _ASKS or (last in ("get", "post", "put", "request") and root in _NETWORK):
            yield line, NETWORK, f"calls {name or last}{self._shown(node)}", True
        elif last == "show" and isinstance(node.func, ast.Attribute):
            yield line, RUNS, "calls show, which can open a browser; expected figures.publish", True
        elif last in ("fromhex", "unhexlify", "b64decode", "decodebytes") or (last == "decode" and isinstance(node.func, ast.Attribute)):
            yield line, RUNS, f"calls {last}, which makes text of something unreadable", True
        elif last == "display" and "raw" in words:
            yield line, HTML, "shows raw output of its own making", True
        elif last in ("_repr_html_", "_repr_javascript_", "_ipython_display_", "format_map", "__call__"):
            yield line, RUNS, f"calls {last}", True
        elif name == "chr":
            yield line, RUNS, "puts text together from numbers", True

    def _shown(self, node: ast.Call) -> str:
        words = self._words(node.args[0]) if node.args else None
        return f": {_brief(next(iter(sorted(words))))}" if words else ""

    def _is_path(self, func: ast.expr) -> bool:
        if not isinstance(func, ast.Attribute):
            return False
        name = self._dotted(func) or ""
        return name.startswith(("pathlib.", "os.", "shutil."))

    def _magic(self, line: int, method: str, node: ast.Call) -> Iterator[Told]:
        words = [next(iter(found)) if (found := self._words(argument)) and len(found) == 1 else "…" for argument in node.args]
        if method in ("system", "getoutput", "system_piped", "system_raw", "getoutput_pexpect"):
            yield line, PROGRAMS, f"a line for the shell: {_brief(words[0] if words else '…')}", True
            return
        if method not in ("run_line_magic", "run_cell_magic", "magic"):
            yield line, RUNS, f"calls get_ipython().{method}", True
            return
        name, rest = (words[0], " ".join(words[1:2])) if words else ("…", "")
        sign = "%%" if method == "run_cell_magic" else "%"
        group = PROGRAMS if name in _MAGIC_PROGRAMS else HTML if name in _MAGIC_HTML else FILES if name in _MAGIC_FILES else RUNS
        what = f"{sign}{name} {rest}".strip()
        yield line, group, f"the IPython command {_brief(what)}", True
        if name in ("env", "set_env"):
            yield line, FILES, "reads or changes the environment", True
        if method == "run_cell_magic" and name in _MAGIC_PYTHON and len(words) > 2:
            for inner in Code([words[2]], self._neighbours).told(0):
                yield inner[0] + line, *inner[1:]

    def _file(self, line: int, target: ast.AST | None, write: bool) -> Iterator[Told]:
        verb = "writes" if write else "reads"
        ways = self._words(target)
        if ways is None:
            if isinstance(target, ast.Call) and (self._dotted(target.func) or "").rsplit(".", 1)[-1] in ("StringIO", "BytesIO"):
                return
            yield line, FILES, f"{verb} a file whose name is known only when it runs", True
            return
        for word in sorted(ways):
            if _ADDRESS.match(word) or re.match(r"(?:\w+::)?\w{2,}://", word) or word.startswith("//"):
                yield line, NETWORK, f"{verb} {_brief(word)}", True
            elif word.startswith(("/", "~", "\\")) or re.match(r"[A-Za-z]:", word) or ".." in re.split(r"[/\\]", word) or "$" in word:
                yield line, FILES, f"{verb} {_brief(word)}, outside its own folder", True
            else:
                yield line, FILES, f"{verb} {_brief(word.removeprefix('./'))}", False

    def _name(self, line: int, node: ast.Name | ast.Attribute) -> Iterator[Told]:
        if isinstance(node, ast.Attribute) and node.attr in _INNER:
            yield line, RUNS, f"reaches into {node.attr}", True
        name = self._dotted(node)
        if name:
            yield from self._named(line, name)

    def _named(self, line: int, name: str, *, imported: bool = False) -> Iterator[Told]:
        parts = name.split(".")
        if name in _BUILTINS or (parts[0] in ("builtins", "__builtins__") and parts[-1] in _BUILTINS):
            yield line, RUNS, f"uses {parts[-1]}, which {_BUILTINS[parts[-1]]}", True
        elif name in ("open", "getattr") and not imported:
            yield line, FILES if name == "open" else RUNS, f"hands the function {name} on", True
        elif parts[0] == "os" and len(parts) > 1:
            if parts[1] in ("environ", "getenv", "environb", "putenv", "unsetenv", "getlogin", "uname", "getuid"):
                yield line, FILES, "reads or changes the environment", True
            elif parts[1] in _STARTS:
                yield line, PROGRAMS, f"uses {name}", True
            elif parts[1] != "path":
                yield line, FILES, f"uses {name}", True
        elif parts[0] in (*_NETWORK, "subprocess") and len(parts) > 1 and not imported:
            yield line, NETWORK if parts[0] in _NETWORK else PROGRAMS, f"uses {name}", True
        elif name.startswith("sys.modules"):
            yield line, RUNS, "reaches modules by name", True
        elif name.startswith("IPython.display.") and parts[2].rstrip("()") in _DISPLAYS:
            yield line, HTML, f"uses IPython's {parts[2]}", True
        elif parts[0] == "IPython" and len(parts) > 1 and parts[1] != "display":
            yield line, RUNS, f"uses {name}", True
        elif name == "pathlib.Path.home":
            yield line, FILES, "looks for the home folder", True
        elif (
            parts[0] in (*LIBRARIES, "tworooms")
            and any(part in _HIDDEN for part in parts[1:])
            and parts[0] in {value.split(".")[0] for value in self._names.values()}
        ):
            yield line, RUNS, f"uses {name}, which leads to another module", True
        elif imported and parts[-1] in _UNPACKS and parts[0] in ("pandas", "numpy"):
            yield line, FILES, f"uses {name}, for {_UNPACKS[parts[-1]]}", True


def _tree(source: str) -> tuple[ast.Module | None, Told | None]:
    """The syntax tree of a text, or what keeps it from being one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source), None
    except SyntaxError as error:
        return None, (error.lineno or 1, RUNS, f"does not parse as Python ({error.msg})", True)
    except (ValueError, RecursionError, MemoryError):
        return None, (1, RUNS, "is no Python that can be read", True)


def _as_path(parts: Iterable[str]) -> str:
    made = ""
    for part in parts:
        made = part if not made or part.startswith(("/", "~")) or "://" in part else f"{made}/{part}"
    return made


def _of_text(source: str) -> Iterator[Told]:
    """What the text shows before it is parsed."""
    for number, line in enumerate(source.splitlines(), 1):
        if _DECEIVING.search(line):
            yield number, RUNS, "has invisible characters, which make code read otherwise than it runs", True
        if len(line) > LONG_LINE:
            yield number, RUNS, f"has a line of {len(line):,} characters", True


def _constant(line: int, value: str | bytes) -> Iterator[Told]:
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    if len(text) > LONG_LITERAL:
        yield line, RUNS, f"holds a text of {len(text):,} characters", True
    elif _ENCODED.search(text):
        yield line, RUNS, "holds a text that is encoded", True
    if re.search(r"[{.]\s*\w*\.?__\w+__", text) and "{" in text:
        yield line, RUNS, "holds a format that reaches into objects", True
    if _OUTSIDE.match(text):
        yield line, FILES, f"names {_brief(text)}, outside its own folder", True
    if address := _ADDRESS.search(text):
        yield line, NETWORK, f"names the address {_brief(address[0])}", True
    if re.search(r"<\s*(?:script|iframe|object|embed|form|img|svg|link|meta|base|style)\b|javascript:", text, re.IGNORECASE):
        yield line, HTML, f"holds HTML: {_brief(text)}", True


def _brief(text: str, most: int = 70) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
