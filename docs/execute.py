"""Run the notebooks, each in a folder and a home of its own, and write a page of each below build/notebooks/.

`python docs/execute.py` runs all; names of guides run these only. A cell that fails is named, and
the exit code is 1.
"""

# ruff: noqa: INP001, T201 - a script

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory

import nbformat
from generator import notebooks
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

TIMEOUT = 300
"""Seconds that one cell may take."""


class NotebookError(Exception):
    """A notebook whose cells do not all run."""


def main() -> None:
    """Run notebooks and write their pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="guides (default: all)")
    parser.add_argument("--from", type=Path, default=notebooks.SOURCES, dest="source", help="folder of the notebooks")
    parser.add_argument(
        "--to", type=Path, default=notebooks.BUILT, help="folder for the pages (default: build/notebooks)"
    )
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    failed = 0
    for name in options.names or sorted(path.stem for path in options.source.glob("*.ipynb")):
        file = options.source / f"{name}.ipynb"
        try:
            done = executed(file)
        except NotebookError as error:
            print(error, file=sys.stderr)
            failed += 1
        else:
            text = notebooks.page(done, name, notebooks.stamp(file.read_bytes()))
            (options.to / f"{name}.md").write_text(text, encoding="utf-8", newline="\n")
            print(f"{name}: {len(done['cells'])} cells")
    sys.exit(1 if failed else 0)


def executed(file: Path) -> Mapping[str, object]:
    """Return a notebook with its outputs.

    Raises:
        NotebookError: If a cell fails, with the notebook, the cell and what went wrong.
    """
    notebook = nbformat.read(file, as_version=4)
    with TemporaryDirectory() as place:
        client = NotebookClient(
            notebook, timeout=TIMEOUT, kernel_name="python3", resources={"metadata": {"path": place}}
        )
        try:
            client.execute(env=environment(place), stderr=DEVNULL)
        except CellExecutionError as error:
            raise NotebookError(_named(file, notebook, f"{error.ename}: {error.evalue}")) from error
        except (CellTimeoutError, DeadKernelError) as error:
            raise NotebookError(_named(file, notebook, str(error))) from error
    return notebook


def environment(home: str) -> dict[str, str]:
    """Return the environment of a reader: a home of their own, nothing set, one thread."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SEATRIAL_", "XDG_", "CI"))}
    return {**kept, "HOME": home, "OMP_NUM_THREADS": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def _named(file: Path, notebook: nbformat.NotebookNode, what: str) -> str:
    """Return what went wrong, and in which cell: the last one that was begun."""
    begun = [cell for cell in notebook.cells if cell.cell_type == "code" and "execution" in cell.metadata]
    cell = begun[-1] if begun else notebook.cells[0]
    return f"{file.name}, cell {notebook.cells.index(cell) + 1} ({cell.id}): {what}\n{cell.source}"


if __name__ == "__main__":
    main()
