"""`tworooms …`: reads arguments, calls the rooms that do the work, prints what they say."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from . import __version__, paths
from .errors import TwoRoomsError, one_line
from .exports import FORMS, Order
from .exports import chosen as chosen_forms

app = typer.Typer(
    help="Teaching cases on ketamine: build, check and execute the book.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# Fixed when the program starts: a build redirects sys.stdout while it listens to Sphinx.
# Neither markup nor emoji: paths may hold brackets, and rich would turn `facts.csv:100:` into a picture.
OUT = Console(file=sys.stdout, highlight=False, soft_wrap=True, markup=False, emoji=False)
ERR = Console(file=sys.stderr, highlight=False, soft_wrap=True, markup=False, emoji=False)

_FORMS_HELP = " ".join(f"{name}: {form.what}." for name, form in FORMS.items())
Slugs = Annotated[list[str] | None, typer.Argument(help="Cases by folder name; every case when left out.")]


def _progress(*, auto_refresh: bool = True) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal, auto_refresh=auto_refresh)


def _chosen(root: Path, slugs: list[str] | None) -> list:
    from .case import all_cases

    cases = all_cases(root)
    known = {case.slug: case for case in cases}
    for slug in slugs or ():
        if slug not in known:
            raise TwoRoomsError(f"cases/{slug}: there is no such case; expected one of {', '.join(known) or 'none yet'}")
    return [known[slug] for slug in slugs] if slugs else cases


@app.command()
def build(
    edition: Annotated[str, typer.Option(help="student: readings. instructor: teaching notes too.")] = "student",
    fresh: Annotated[bool, typer.Option("--fresh", help="Read every page anew.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, max=16, help="Processes at a time; by the size of the book when left out.")] = None,
) -> None:
    """Build the book from stored outputs. Example: tworooms build --edition instructor"""
    # Looked for rarely, garbage costs a tenth of a build instead of a quarter; never, a thousand cases would take 6 GB.
    gc.set_threshold(100_000, 10, 5)
    from . import build as book

    root = paths.root()
    # Drawn when there is news: a thread that draws would be halved when Sphinx forks.
    with _progress(auto_refresh=False) as progress:
        task = progress.add_task("Building")
        tell = lambda line: progress.update(task, description=line[:76], refresh=True)  # noqa: E731
        folder = book.build(root, edition, fresh=fresh, jobs=jobs, tell=tell)
    # The process ends with the build, and its memory with it.
    gc.freeze()
    OUT.print(f"Built. Open {(folder / 'index.html').as_uri()}")


@app.command()
def check(
    slugs: Slugs = None,
    form: Annotated[str, typer.Option("--format", help="text; json: for programs; github: notes beside changed lines.")] = "text",
    quiet: Annotated[bool, typer.Option("--quiet", help="Print problems only.")] = False,
) -> None:
    """Check evidence, notebooks, numbers, language, safety, wholeness, identifiers and more. Example: tworooms check two-rooms --format github"""
    from .checks import run

    if form not in run.FORMS:
        raise TwoRoomsError(f"--format {form}: there is no such form; expected one of {', '.join(run.FORMS)}")
    root = paths.root()
    chosen = _chosen(root, slugs) if slugs else None
    with _progress() as progress:
        task = progress.add_task("Checking")
        problems = run.check(root, chosen, tell=lambda done, of: progress.update(task, description=f"Checked {done} of {of} cases"))
    if problems or form == "json":
        OUT.print(run.written(problems, form))
    if problems:
        raise typer.Exit(1)
    if not quiet and form == "text":
        OUT.print("Every check holds.")


@app.command()
def execute(
    slugs: Slugs = None,
    jobs: Annotated[int, typer.Option(min=1, max=16, help="Kernels at a time.")] = 2,
) -> None:
    """Run notebooks anew; store outputs and derived metadata. Example: tworooms execute two-rooms"""
    from .execute import execute as run

    root = paths.root()
    cases = _chosen(root, slugs)
    with _progress() as progress:
        task = progress.add_task(f"Running {len(cases)} notebook(s)")

        def tell(case, changed: bool) -> None:  # noqa: ANN001
            progress.update(task, description=f"{case.slug}: {'stored anew' if changed else 'unchanged'}")
            OUT.print(f"{case.slug}: {'stored anew' if changed else 'unchanged'}")

        run(root, cases, jobs=jobs, tell=tell)


@app.command()
def new(
    slug: Annotated[str, typer.Argument(help="The folder's name: a topic in lowercase words joined by hyphens.")],
    title: Annotated[str, typer.Option(help="The case's title.")],
    part: Annotated[str, typer.Option(help="Caption of its part in book/_toc.yml; the first when left out.")] = "",
    jurisdiction: Annotated[str, typer.Option(help="ISO code of a place that has crisis lines.")] = "US",
    spelling: Annotated[str, typer.Option(help="american or british")] = "american",
) -> None:
    """Begin a case from the template. Example: tworooms new the-night-shift --title "The Night Shift" --jurisdiction IE"""
    from datetime import date

    from . import forks

    with _progress() as progress:
        progress.add_task(f"Making cases/{slug}")
        folder = forks.new(paths.root(), slug, title=title, part=part, jurisdiction=jurisdiction, spelling=spelling, today=date.today())
    OUT.print(f"{folder}: begun. `tworooms check {slug}` names what is to be written.")


@app.command()
def fork(
    original: Annotated[str, typer.Argument(metavar="CASE", help="The case to copy.")],
    slug: Annotated[str, typer.Argument(metavar="NEW-SLUG", help="The copy's name: lowercase words joined by hyphens.")],
    title: Annotated[str, typer.Option(help="The copy's title; the original's when left out.")] = "",
    jurisdiction: Annotated[str, typer.Option(help="ISO code of the place it now plays in.")] = "",
    spelling: Annotated[str, typer.Option(help="american or british; the original's when left out.")] = "",
    author: Annotated[str, typer.Option(help="Who adapts it; named after the original's authors.")] = "",
) -> None:
    """Copy a case to make it yours, with credit. Example: tworooms fork two-rooms two-rooms-galway --jurisdiction IE --author "A. Name" """
    from datetime import date

    from . import forks

    root = paths.root()
    (case,) = _chosen(root, [original])
    folder = forks.fork(root, case, slug, title=title, jurisdiction=jurisdiction, spelling=spelling, author=author, today=date.today())
    OUT.print(f"{folder}: copied from {original} {case.metadata.version}. Say under derived_from in case.yml what you change.")


@app.command()
def update(
    slug: Annotated[str, typer.Argument(metavar="NEW-SLUG", help="A copy made by `tworooms fork`.")],
    source: Annotated[Path | None, typer.Option("--from", help="A newer collection: its folder or its ZIP; this one when left out.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")] = False,
) -> None:
    """Bring later improvements of the original into a copy. Example: tworooms update two-rooms-galway --from two-rooms-main.zip"""
    from . import updates

    root = paths.root()
    _chosen(root, [slug])
    with _progress() as progress:
        task = progress.add_task("Merging")
        done = updates.update(root, slug, source, dry_run=dry_run, tell=lambda line: progress.update(task, description=line))
    for line in done.taken:
        OUT.print(f"cases/{slug}/{line}")
    for line in done.conflicts:
        ERR.print(f"cases/{slug}/{line}")
    if done.conflicts:
        would = "would need" if dry_run else "need"
        ERR.print(f"{len(done.conflicts)} place(s) {would} your decision; then run `tworooms execute {slug}` and `tworooms check {slug}`.")
        raise typer.Exit(1)
    if not done.taken:
        OUT.print(f"cases/{slug}: has everything of {done.original} {done.version}.")
    elif not dry_run:
        OUT.print(f"cases/{slug}: now holds {done.original} {done.version}; before, it was as in _build/before-update/{slug}.")


@app.command()
def diff(slug: Annotated[str, typer.Argument(metavar="NEW-SLUG", help="A copy made by `tworooms fork`.")]) -> None:
    """Show in words what a copy changed. Example: tworooms diff two-rooms-galway"""
    from . import updates

    root = paths.root()
    _chosen(root, [slug])
    for line in updates.changes(root, slug):
        OUT.print(f"cases/{slug}/{line}")


@app.command()
def inspect(
    path: Annotated[Path, typer.Argument(help="A case's or a collection's folder, a notebook, or a ZIP of one.")],
    form: Annotated[str, typer.Option("--format", help="text; json: for programs.")] = "text",
) -> None:
    """Show what somebody else's case would do, without running it; exit status 1 when there is something to look at. Example: tworooms inspect their-case.zip"""
    from rich.text import Text

    from . import inspection

    if form not in ("text", "json"):
        raise TwoRoomsError(f"--format {form}: there is no such form; expected one of text, json")
    with _progress() as progress:
        progress.add_task("Reading")
        report = inspection.inspect(path)
    if form == "json":
        OUT.print(report.as_json())
    else:
        for group, lines in report.grouped().items():
            if lines:
                OUT.print(Text(inspection.GROUPS[group], style="bold"))
            for line in lines:
                OUT.print(Text(f"  {'!' if line.look else ' '} {line}", style="red" if line.look else ""))
        OUT.print(report.verdict)
    if report.to_look_at:
        raise typer.Exit(1)


@app.command()
def seal() -> None:
    """Record the evidence tables as they stand, after a correction. Example: tworooms seal"""
    from .checks.evidence import seal as run

    changed = run(paths.root())
    OUT.print("\n".join(changed) if changed else "Nothing had changed.")


@app.command()
def export(
    slugs: Slugs = None,
    every: Annotated[bool, typer.Option("--all", help="Every case, as when none is named.")] = False,
    to: Annotated[str, typer.Option(help=f"{_FORMS_HELP} Several with commas between.")] = "pdf",
    out: Annotated[Path | None, typer.Option(help="Folder for the files; _build/exports when left out.")] = None,
) -> None:
    """Write cases in other forms. Example: tworooms export two-rooms --to cartridge,pdf"""
    names = chosen_forms(to)
    if every and slugs:
        raise TwoRoomsError(f"--all {' '.join(slugs)}: names every case and some; expected one or the other")
    root = paths.root()
    cases = _chosen(root, slugs)
    target = out or root / "_build" / "exports"
    seconds: dict[str, float] = {}
    with _progress() as progress:
        task = progress.add_task("Building")
        site = None
        if any(FORMS[name].browser for name in names):
            from .exports import chromium

            chromium.required()
        if any(FORMS[name].site for name in names):
            from . import build as book

            started = time.perf_counter()
            site = book.build(root, tell=lambda line: progress.update(task, description=line[:76]))
            seconds["book"] = time.perf_counter() - started
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            progress.update(task, description=f"Writing {name}")
            started = time.perf_counter()
            for path in FORMS[name].write(Order(root, cases, target, site, ERR.print)):
                OUT.print(f"{path} ({_size(path)})")
            seconds[name] = time.perf_counter() - started
    OUT.print(", ".join(f"{name} {spent:.1f} s" for name, spent in seconds.items()))


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


@app.command(name="class-report")
def class_report(
    folder: Annotated[Path, typer.Argument(help="Folder with the files that students saved.")],
    out: Annotated[Path | None, typer.Option(help="The page, ending in .html; class-report.html in the folder when left out.")] = None,
    case: Annotated[str | None, typer.Option(help="Report this case only.")] = None,
    show_reasons_of_few: Annotated[bool, typer.Option("--show-reasons-of-few", help="Show reasons even where fewer than five answered.")] = False,
) -> None:
    """Show what a class decided, on one page and in one table. Example: tworooms class-report answers --case two-rooms"""
    from . import class_report as report

    with _progress() as progress:
        task = progress.add_task("Reading")
        outcome = report.write(
            folder, out, case, show_few=show_reasons_of_few, tell=lambda done, of: progress.update(task, description=f"{done} of {of} files"),
        )  # fmt: skip
    for line in outcome.said:
        ERR.print(line)
    OUT.print(outcome.summary)


@app.command(name="hub-links")
def hub_links(
    hub: Annotated[str, typer.Option(help="Address of the JupyterHub.")],
    repository: Annotated[str, typer.Option(help="Where students' copies come from: an address that git reads without a password.")],
    slugs: Slugs = None,
    branch: Annotated[str, typer.Option(help="Branch or tag; the repository's own choice when left out.")] = "",
    form: Annotated[str, typer.Option("--format", help="text; csv: for a spreadsheet.")] = "text",
) -> None:
    """Print a link for each case that opens it live on a JupyterHub. Example: tworooms hub-links --hub URL --repository URL"""
    from . import hub as live

    OUT.print(live.written(live.links(_chosen(paths.root(), slugs), hub, repository, branch), form))


@app.command()
def serve(
    edition: Annotated[str, typer.Option(help="student or instructor")] = "student",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 picks a free one.")] = 8000,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
) -> None:
    """Build the book, show it on this machine, and follow every save. Example: tworooms serve --port 8080"""
    import threading
    import webbrowser

    from . import build as book
    from . import policy
    from .serve import server, watch

    root = paths.root()
    folder = book.build(root, edition)
    rebuilt, stop = threading.Condition(), threading.Event()

    def build_again() -> None:
        try:
            book.build(root, edition)
        except TwoRoomsError as error:
            _complain(error)
            return
        with rebuilt:
            rebuilt.notify_all()
        OUT.print("Built anew.")

    with server(folder, port, rebuilt, policy.SITE) as running:
        address = f"http://127.0.0.1:{running.server_port}/"
        OUT.print(f"{address} shows the {edition} edition and follows every save; Ctrl-C ends it.")
        if open_browser:
            webbrowser.open(address)
        # Sphinx changes what is global to a process, so it builds in the main thread and pages are served beside it.
        threading.Thread(target=running.serve_forever, daemon=True).start()
        try:
            watch(root, build_again, stop)
        finally:
            running.shutdown()


def _complain(error: TwoRoomsError) -> None:
    for line in getattr(error, "lines", None) or [str(error)]:
        ERR.print(line)


def _version(asked: bool) -> None:
    if asked:
        OUT.print(__version__)
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Options before a command."""
    from .files import finish

    if context.invoked_subcommand == "inspect":
        # It may be asked about the very folder it stands in, and does nothing there.
        return
    try:
        root = paths.root()
    except TwoRoomsError:
        return
    finish(root)


def main() -> None:
    """Entry point: a mistake of the caller's is one line and exit status 1, never a traceback."""
    OUT.file, ERR.file = sys.stdout, sys.stderr
    try:
        app()
    except TwoRoomsError as error:
        _complain(error)
        raise SystemExit(1) from None
    except OSError as error:
        where = error.filename or "a file"
        ERR.print(one_line(f"{where}: {error.strerror or error}; expected a file that can be read and written"))
        raise SystemExit(1) from None
    except (KeyboardInterrupt, SystemExit) as stop:
        # Typer turns Ctrl-C into a silent exit with this status.
        if isinstance(stop, SystemExit) and stop.code != 130:
            raise
        ERR.print("Stopped; nothing is half-written.")
        raise SystemExit(130) from None
