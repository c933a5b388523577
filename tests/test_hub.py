"""`hub/` and `binder/`: a real JupyterHub with its proxy, three students who follow a link at once, and the links themselves.

The proxy is the one that pip brings (`configurable-http-proxy`, in Python); nothing here needs Node, a container or a system user.
"""

import csv
import html
import io
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import parse_qs, quote, unquote, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import nbformat
import psutil
import pytest
import websocket
from fixtures.breaking import ROOT, make, refusal, run
from nbformat.v4 import output_from_msg
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from ruamel.yaml import YAML
from traitlets.config import PyFileConfigLoader

from tworooms.case import all_cases

CONFIG = ROOT / "hub/jupyterhub_config.py"
STUDENTS = ("ada", "ben", "cyd")
#: For whatever is waited for; none of it is measured.
PATIENCE = 120

pytestmark = pytest.mark.skipif(os.name == "nt", reason="JupyterHub does not run on Windows")

#: What a test needs that a campus must not have: one password for all, and servers that are no system user's.
OVERLAY = """
import os
load_subconfig(os.environ["HUB_CONFIG"])
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["HUB_PASSWORD"]
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = os.path.join(os.environ["HOME"], "homes", "{username}")
c.Spawner.env_keep.extend(["GIT_CONFIG_NOSYSTEM"])
if os.geteuid() == 0:
    c.Spawner.args.append("--allow-root")
c.JupyterHub.bind_url = "http://127.0.0.1:" + os.environ["HUB_PORT"]
c.JupyterHub.hub_port = int(os.environ["HUB_OWN_PORT"])
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:" + os.environ["HUB_PROXY_PORT"]
"""


def free_ports(number):
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [str(one.getsockname()[1]) for one in sockets]


def git(folder, *arguments):
    command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main", *arguments]
    # Whoever runs the tests may sign commits, or have hooks.
    surroundings = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(command, cwd=folder, env=surroundings, check=True, capture_output=True, text=True).stdout.strip()


def processes_of(home):
    """Every living process whose home is in `home`: the hub, its proxy, the students' servers, their kernels."""
    for process in psutil.process_iter():
        try:
            if process.environ().get("HOME", "").startswith(str(home)):
                yield process
        except psutil.Error:
            continue


class Page(NamedTuple):
    """What a browser holds after a visit."""

    status: int
    url: str
    text: str


class Student:
    """A browser's part in a visit: cookies, the login form, the two pages that wait, and what their scripts ask for."""

    def __init__(self, home, name, password):
        self.home, self.name, self.password = home, name, password
        self.server = f"{home}user/{name}/"
        # Cookies are for encrypted connections only; like a browser this counts its own machine among those.
        self.cookies = CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(self.cookies))

    def open(self, address, mode, method="GET", data=None, **headers):
        """The answer at the end of the redirections, whatever its status; `mode` is how the browser says that it came to ask."""
        headers = {"Sec-Fetch-Mode": mode, "Sec-Fetch-Site": "same-origin", **{name.replace("_", "-"): value for name, value in headers.items()}}
        request = Request(urljoin(self.server, address), data, headers, method=method)
        try:
            return self.opener.open(request, timeout=PATIENCE)
        except HTTPError as refused:
            return refused

    def get(self, address):
        with self.open(address, "navigate") as answer:
            return Page(answer.status, answer.url, answer.read().decode())

    def api(self, method, path, content=None):
        """What the script of a page asks of the student's own server; its answer, or the status where it refuses."""
        token = next(cookie.value for cookie in self.cookies if cookie.name == "_xsrf" and cookie.path == urlsplit(self.server).path)
        data = json.dumps(content).encode() if content is not None else None
        with self.open(f"api/{path}", "cors", method, data, X_XSRFToken=token, Content_Type="application/json") as answer:
            return json.loads(answer.read() or "null") if answer.status < 400 else answer.status

    def last_event(self, address):
        """What a page that waits is told at the end."""
        with self.open(address, "cors", Accept="text/event-stream") as answer:
            assert answer.status == 200, answer.read()
            *_, last = (line for line in answer if line.startswith(b"data:"))
            return json.loads(last.removeprefix(b"data:"))

    def follow(self, link):
        """Follow a link as a browser does; return the page of nbgitpuller that it ends on."""
        page = self.get(link)
        if "/hub/login" in page.url:
            token = re.search(r'name="_xsrf" value="([^"]+)"', page.text)[1]
            form = urlencode({"_xsrf": token, "username": self.name, "password": self.password}).encode()
            with self.open(page.url, "navigate", "POST", form) as answer:
                page = Page(answer.status, answer.url, answer.read().decode())
        if "/hub/spawn-pending/" in page.url:
            token = re.search(r'xsrf_token: "([^"]+)"', page.text)[1]
            assert self.last_event(f"{self.home}hub/api/users/{self.name}/server/progress?_xsrf={quote(token)}").get("ready")
            page = self.get(page.url)
        assert page.status == 200 and urlsplit(page.url).path == f"/user/{self.name}/git-pull", (page.status, page.url)
        return page

    def pull(self, link):
        """Follow a link to its end; return the page of JupyterLab that opens."""
        said = {name: unquote(html.unescape(value)) for name, value in re.findall(r'\bdata-([\w-]+)="([^"]*)"', self.follow(link).text)}
        asked = {"_xsrf": said["xsrf"], **{name: said[name] for name in ("repo", "targetpath", "branch") if name in said}}
        assert self.last_event(f"git-pull/api?{urlencode(asked)}") == {"phase": "finished"}
        page = self.get(said["path"])
        assert page.status == 200
        return page

    def run(self, path):
        """Run every code cell of a notebook in a kernel of the student's; return the cells, each with what it showed."""
        notebook = nbformat.from_dict(self.api("GET", f"contents/{path}")["content"])
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        session = self.api("POST", "sessions", {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}})
        cookies = [f"{cookie.name}={cookie.value}" for cookie in self.cookies if cookie.path == urlsplit(self.server).path]
        channels = websocket.create_connection(
            f"{self.server.replace('http', 'ws', 1)}api/kernels/{session['kernel']['id']}/channels?session_id={uuid.uuid4().hex}",
            cookie="; ".join(cookies), origin=self.home.rstrip("/"), header={"Sec-Fetch-Mode": "websocket"}, timeout=PATIENCE,
        )  # fmt: skip
        try:
            return [(cell, executed(channels, cell.source)) for cell in cells]
        finally:
            channels.close()
            self.api("DELETE", f"sessions/{session['id']}")


def executed(channels, code):
    """What a kernel at the end of a websocket shows for some code."""
    message = {"header": {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3", "username": "", "session": uuid.uuid4().hex, "date": ""},
               "parent_header": {}, "metadata": {}, "channel": "shell", "buffers": [],
               "content": {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}}  # fmt: skip
    channels.send(json.dumps(message))
    outputs = []
    while True:
        answer = json.loads(channels.recv())
        if answer["parent_header"].get("msg_id") != message["header"]["msg_id"] or answer["channel"] != "iopub":
            continue
        if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
            return outputs
        if answer["msg_type"] in ("stream", "display_data", "execute_result", "error"):
            outputs.append(output_from_msg(nbformat.from_dict(answer)))


class Classroom:
    """A hub's address, and the instructor's folder whose pushes reach the repository that students pull from."""

    def __init__(self, home):
        self.home, self.source, bare = home, home / "instructor" / "two-rooms", home / "two-rooms.git"
        left = shutil.ignore_patterns(".git", ".venv", "_build", "*.egg-info", "__pycache__", ".*_cache", "node_modules", "tests")
        shutil.copytree(ROOT, self.source, ignore=left)
        git(self.source, "init", "-q")
        git(self.source, "add", "-A")
        git(self.source, "commit", "-qm", "as it is")
        git(home, "clone", "-q", "--bare", str(self.source), str(bare))
        git(self.source, "remote", "add", "origin", str(bare))
        port, own_port, proxy_port = free_ports(3)
        self.address, self.repository, password = f"http://127.0.0.1:{port}/", bare.as_uri(), secrets.token_hex()
        self.students = {name: Student(self.address, name, password) for name in STUDENTS}
        # Which case is all one to the hub, so the one with least to run.
        self.case = min(all_cases(self.source), key=lambda case: sum(len(cell.source) for cell in case.notebook.cells if cell.cell_type == "code")).slug
        self.notebook = f"two-rooms/cases/{self.case}/case.ipynb"
        outcome = run(self.source, "hub-links", "--hub", self.address, "--repository", self.repository, "--format", "csv", self.case)
        assert outcome.code == 0, outcome.err
        (row,) = csv.DictReader(io.StringIO(outcome.out))
        self.link = row["link"]
        (home / "overlay.py").write_text(OVERLAY, encoding="utf-8")
        self.surroundings = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTEST", "XDG", "IPYTHON", "GIT_"))},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1",
            "HUB_CONFIG": str(CONFIG), "HUB_PASSWORD": password, "HUB_PORT": port, "HUB_OWN_PORT": own_port, "HUB_PROXY_PORT": proxy_port,
            "TWO_ROOMS_START": self.link.partition("/hub/user-redirect")[2],
        }  # fmt: skip

    def folder(self, name):
        return self.home / "homes" / name


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """A running hub with its proxy; what it began ends with it, come what may."""
    home = tmp_path_factory.mktemp("hub") / "a class"
    room = Classroom(home)
    with (home / "hub.log").open("w", encoding="utf-8") as log, ExitStack() as stack:
        command = [sys.executable, "-m", "jupyterhub", "-f", "overlay.py"]
        hub = stack.enter_context(subprocess.Popen(command, cwd=home, env=room.surroundings, stdout=log, stderr=log))
        stack.callback(end, home)
        ready(room.address, hub, home / "hub.log")
        yield room


def ready(address, hub, log):
    """Wait until the hub answers through its proxy."""
    opener, until = build_opener(ProxyHandler({})), time.monotonic() + PATIENCE
    while time.monotonic() < until and hub.poll() is None:
        try:
            with opener.open(f"{address}hub/api/", timeout=PATIENCE):
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail(f"no hub at {address}:\n{log.read_text(encoding='utf-8')[-3000:]}")


def end(home):
    """End the hub and whatever it began; a hub that is asked nicely takes its time over it."""
    while living := list(processes_of(home)):
        for process in living:
            process.kill()
        psutil.wait_procs(living, timeout=PATIENCE)


@pytest.fixture(scope="module")
def visits(classroom):
    """What each of three students saw who followed the link at the same moment and ran the case."""

    def visit(name):
        began, student = time.perf_counter(), classroom.students[name]
        page = student.pull(classroom.link)
        cells = student.run(classroom.notebook)
        return {"page": page, "cells": cells, "seconds": time.perf_counter() - began}

    with ThreadPoolExecutor(len(STUDENTS)) as pool:
        return dict(zip(STUDENTS, pool.map(visit, STUDENTS)))


def test_three_students_at_once_pull_the_case_and_run_it_to_the_stored_outputs(classroom, visits):
    commit = git(classroom.source, "rev-parse", "HEAD")
    for name, visit in visits.items():
        pulled = git(classroom.folder(name) / "two-rooms", "rev-parse", "HEAD")
        equal = [outputs == cell.outputs for cell, outputs in visit["cells"]]
        print(f"{name}, {pulled[:12]}, {len(equal)} cells run, {sum(equal)} outputs equal, {visit['seconds']:.1f} s")
        assert pulled == commit
        assert len(equal) > 1 and all(equal) and all(cell.outputs for cell, _ in visit["cells"])


def test_a_student_has_a_folder_of_their_own_and_reaches_nobody_elses(classroom, visits):
    for name in STUDENTS:
        classroom.students[name].api("PUT", f"contents/of-{name}.txt", {"type": "file", "format": "text", "content": name})
    for name in STUDENTS:
        student, mine = classroom.students[name], {"two-rooms", f"of-{name}.txt"}
        assert {entry["name"] for entry in student.api("GET", "contents/")["content"]} == mine
        assert {path.name for path in classroom.folder(name).iterdir() if not path.name.startswith(".")} == mine
        for other in set(STUDENTS) - {name}:
            for place in (f"/user/{other}/", f"/user/{other}/api/contents/", f"/user/{other}/api/kernels", f"/user/{other}/files/of-{other}.txt",
                          f"api/contents/%2e%2e/{other}", f"files/%2e%2e/{other}/of-{other}.txt"):  # fmt: skip
                assert student.get(place).status in (403, 404), place
    stranger = Student(classroom.address, "ada", "not the password")
    assert stranger.get("api/contents/").status == 403
    assert "/hub/login" in stranger.get(classroom.link).url


def test_a_server_asks_no_other_host_opens_no_shell_and_lets_no_login_travel_in_the_clear(classroom, visits):
    student = classroom.students["ada"]
    lab = json.loads(re.search(r'<script id="jupyter-config-data" type="application/json">(.*?)</script>', visits["ada"]["page"].text, re.DOTALL)[1])
    assert lab["news"] == {"disabled": True} and lab["extensionManager"]["name"] == "read-only"
    assert student.get("lab/api/update").text == '{"notification": null}'
    assert lab["terminalsAvailable"] is False and student.get("api/terminals").status == 404
    logins = [cookie for cookie in student.cookies if cookie.name != "_xsrf"]
    assert len(logins) >= 3 and all(cookie.secure and cookie.has_nonstandard_attr("HttpOnly") for cookie in logins)


def test_whoever_comes_without_a_link_lands_at_the_same_pull(classroom, visits):
    landed = urlsplit(classroom.students["ben"].get(classroom.address).url)
    assert landed.path == "/user/ben/git-pull" and parse_qs(landed.query)["repo"] == [classroom.repository]


def test_a_second_pull_brings_the_new_text_and_keeps_what_the_student_wrote(classroom, visits):
    student, path = classroom.students["ada"], classroom.source / "cases" / classroom.case / "case.ipynb"
    original = nbformat.read(path, as_version=4)
    prose = [number for number, cell in enumerate(original.cells) if cell.cell_type == "markdown"]
    only_hers, of_both, only_theirs = prose[1], prose[len(prose) // 2], prose[-2]
    assert only_hers < of_both < only_theirs

    theirs = nbformat.from_dict(original)
    hers = nbformat.from_dict(student.api("GET", f"contents/{classroom.notebook}")["content"])
    for notebook, numbers, words in ((hers, (only_hers, of_both), "I doubt it."), (theirs, (of_both, only_theirs), "Read this again.")):
        for number in numbers:
            notebook.cells[number].source += f"\n\n{words}"
    student.api("PUT", f"contents/{classroom.notebook}", {"type": "notebook", "format": "json", "content": hers})
    path.write_text(nbformat.writes(theirs) + "\n", encoding="utf-8")
    git(classroom.source, "commit", "-qam", "a word for the class")
    git(classroom.source, "push", "-q", "origin", "main")

    student.pull(classroom.link)
    merged = nbformat.read(classroom.folder("ada") / classroom.notebook, as_version=4)
    said = {number: cell.source.rpartition("\n\n")[2] for number, cell in enumerate(merged.cells) if cell.source != original.cells[number].source}
    assert said == {only_hers: "I doubt it.", of_both: "I doubt it.", only_theirs: "Read this again."}


def test_what_repo2docker_reads_agrees_with_the_collection(tmp_path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    language, _, version = (ROOT / "binder/runtime.txt").read_text(encoding="utf-8").strip().partition("-")
    assert language == "python" and f"{version}.0" in SpecifierSet(project["project"]["requires-python"])
    # repo2docker installs what lies there by itself, and not as is needed here.
    assert sorted(path.name for path in (ROOT / "binder").iterdir()) == ["postBuild", "runtime.txt"]
    requirements = ROOT / "requirements.txt"
    # Built without isolation, so what builds it must be among what was installed before.
    pinned = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", requirements.read_text(encoding="utf-8"), re.MULTILINE))
    for needed in map(Requirement, project["build-system"]["requires"]):
        assert pinned[needed.name] in needed.specifier

    asked, stand_in = tmp_path / "asked", tmp_path / "python"
    stand_in.write_text(f'#!/bin/sh\necho "$@" >> "{asked}"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    subprocess.run([ROOT / "binder/postBuild"], cwd=tmp_path, env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}, check=True)
    libraries, install, quiet = asked.read_text(encoding="utf-8").splitlines()
    assert libraries.startswith("-m pip install ") and libraries.endswith(" --no-deps --require-hashes -r requirements.txt")
    assert install.startswith("-m pip install ") and install.endswith(" .") and {"--no-deps", "--no-build-isolation"} < set(install.split())
    assert " -e " not in install
    assert quiet == "-m jupyter labextension disable @jupyterlab/apputils-extension:announcements"
    assert quiet.removeprefix("-m ") in (ROOT / "hub/README.md").read_text(encoding="utf-8")


def test_values_for_kubernetes_say_the_same_as_the_configuration():
    loader = PyFileConfigLoader(CONFIG.name, CONFIG.parent)
    spawner = loader.load_config().Spawner
    values = YAML(typ="safe").load((ROOT / "hub/values.yaml").read_text(encoding="utf-8"))
    assert values["singleuser"]["memory"] == {"limit": spawner.mem_limit, "guarantee": spawner.mem_guarantee}
    assert values["singleuser"]["cpu"]["limit"] == spawner.cpu_limit


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    return make(tmp_path_factory.mktemp("links") / "a collection", whole_book=False)


HUB, REPOSITORY = "https://hub.example.edu", "https://git.example.edu/course/two-rooms"


@pytest.mark.parametrize(
    ("hub", "repository", "more", "link"),
    [
        (HUB, REPOSITORY, (), f"{HUB}/hub/user-redirect/git-pull?repo={REPOSITORY}&targetPath=two-rooms&urlpath=lab/tree/two-rooms/cases/toy/case.ipynb"),
        (f"{HUB}/jupyter/hub/", f"{REPOSITORY}.git/", ("--branch", "spring&2"),
         f"{HUB}/jupyter/hub/user-redirect/git-pull?repo={REPOSITORY}.git/&targetPath=two-rooms&branch=spring%262&urlpath=lab/tree/two-rooms/cases/toy/case.ipynb"),
    ],
)  # fmt: skip
def test_a_link_names_repository_folder_and_case(collection, hub, repository, more, link):
    assert run(collection, "hub-links", "--hub", hub, "--repository", repository, *more) == (0, f"toy: {link}\n", "")


REFUSED = {
    "no scheme": ("hub.example.edu", REPOSITORY, "--hub hub.example.edu: is no such address; expected the address of a JupyterHub"),
    "no port": (f"{HUB}:port", REPOSITORY, f"--hub {HUB}:port: is no such address"),
    "half an address": ("https://[", REPOSITORY, "--hub https://[: is no such address"),
    "a key that no student has": (HUB, "git@git.example.edu:course/two-rooms", "--repository git@git.example.edu:course/two-rooms: is no such address"),
    "no repository": (HUB, "https://git.example.edu/", "--repository https://git.example.edu/: names no repository"),
    "a password for all to see": (HUB, "https://me:token@git.example.edu/two-rooms", "--repository: holds a name or password, and every student"),
}


@pytest.mark.parametrize(("hub", "repository", "said"), REFUSED.values(), ids=REFUSED)
def test_an_address_that_cannot_work_is_refused(collection, hub, repository, said):
    line = refusal(run(collection, "hub-links", "--hub", hub, "--repository", repository))
    assert line.startswith(said) and "; expected " in line and "token" not in line


def test_an_unknown_form_is_refused(collection):
    line = refusal(run(collection, "hub-links", "--hub", HUB, "--repository", REPOSITORY, "--format", "html"))
    assert line == "--format html: there is no such form; expected one of text, csv"
