"""Plays a page: writes the files that it shows, types the commands that it shows, and compares what comes.

Comments that a reader does not see say what Markdown cannot:

* `<!-- file: charter.yaml -->` before a block: it is this file (a block that begins with `# name.py` is, too);
* `<!-- exit: 6 -->` before a console block: how its commands end, in order (0 unless said; the last is for the rest);
* `<!-- in: table -->` before a console block: its commands are typed in this folder;
* `<!-- not run: why -->` before a console block: nobody can run it here;
* `<!-- after: first-gate.md -->`: the page goes on where that one ended;
* `<!-- with: examples/digits/model.py -->`: the reader has this file (of the repository) in the folder.

Shown output is compared word by word, where every number, digest, path and bar stands for any other; a line `...`, or
one that begins with `(`, stands for anything.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs"
_BLOCK = re.compile(
    r"^(?P<notes>(?:[ ]*<!--[^>]*-->\n)*)(?P<indent> *)```(?P<kind>\w+)\n(?P<body>.*?)^(?P=indent)```$", re.M | re.S
)
_NOTE = re.compile(r"<!-- (file|exit|in|not run|with|after): (.+?) -->")
_NAMED = re.compile(r"# ([\w./-]+\.(?:py|yaml))\n")
_SETUP = ("pip install", "git clone", "python -m venv", "cd seatrial", "sudo ")
"""How a reader sets up what a test has."""
_ANY = (
    (re.compile(r"[·━●│─┃╸╺*=|-]{3,}|[·━●│]+"), " "),
    (re.compile(r"(?:[\w.~-]*/)+[\w.-]*"), "#"),
    (re.compile(r"\b[0-9a-f]{6,}\b"), "#"),
    (re.compile(r"[~+-]?\d[\d,.]*"), "#"),
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    kind: str
    body: str
    notes: dict[str, str]
    line: int

    @property
    def file(self) -> str:
        """The file that it is, or an empty text."""
        named = _NAMED.match(self.body)
        return self.notes.get("file", named.group(1) if named and self.kind in ("python", "yaml") else "")


@dataclass(frozen=True)
class Typed:
    """A command, what is shown of its output, and how it must end."""

    words: str
    shown: str
    code: int
    line: int


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            found["kind"],
            dedent(found["body"]),
            dict(_NOTE.findall(found["notes"])),
            text.count("\n", 0, found.start("kind")) + 1,
        )
        for found in _BLOCK.finditer(text)
    ]


def page_notes(page: Path) -> dict[str, list[str]]:
    """Return what the page says of itself: `after`, `with`."""
    made: dict[str, list[str]] = {}
    for name, value in _NOTE.findall(page.read_text(encoding="utf-8")):
        made.setdefault(name, []).append(value)
    return made


def commands(block: Block) -> Iterator[Typed]:
    """Yield the commands of a console block."""
    parts = re.split(r"^\$ ", block.body, flags=re.M)[1:]
    codes = [int(code) for code in block.notes.get("exit", "0").split()]
    at = block.line + 1
    for index, part in enumerate(parts):
        lines = part.splitlines()
        words = [lines.pop(0)]
        while words[-1].endswith("\\") and lines:
            words.append(lines.pop(0).strip())
        yield Typed(
            " ".join(word.rstrip("\\") for word in words), "\n".join(lines), codes[min(index, len(codes) - 1)], at
        )
        at += part.count("\n")


def play(page: Path, folder: Path, home: Path) -> list[str]:
    """Play a page in a folder and return what went wrong, with the lines of the page."""
    for name in page_notes(page).get("with", []):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / source.name)
    wrong: list[str] = []
    for block in blocks(page):
        if block.file:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.body, encoding="utf-8")
        elif block.kind == "console" and "not run" not in block.notes:
            for typed in commands(block):
                wrong += [
                    f"{page.name}:{typed.line}: {what}"
                    for what in _typed(typed, folder / block.notes.get("in", ""), home)
                ]
        if wrong:
            return wrong
    return wrong


def _typed(typed: Typed, folder: Path, home: Path) -> Iterator[str]:
    if typed.words.startswith(_SETUP):
        return
    run = subprocess.run(
        ["bash", "-c", typed.words],
        cwd=folder,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    said = run.stdout + run.stderr
    if run.returncode != typed.code:
        yield f"`{typed.words}` ended with {run.returncode}, not {typed.code}:\n{said}"
        return
    for part in missing(typed.shown, run.stdout, run.stderr):
        yield f"`{typed.words}` does not show:\n{part}\nbut:\n{said}"


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a reader: a home of their own, the programs of this installation, one thread."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SEATRIAL_", "XDG_", "CI"))}
    place = {"HOME": str(home), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"}
    return {**kept, **place, "COLUMNS": "80", "NO_COLOR": "1", "OMP_NUM_THREADS": "1"}


def missing(shown: str, *streams: str) -> list[str]:
    """Return the parts of a shown output that no stream has, in order."""
    parts = [part for part in re.split(r"^(?:\.\.\.|\(.*)$", shown, flags=re.M) if part.strip()]
    heard = [masked(stream) for stream in streams]
    return [part.strip("\n") for part in parts if not any(masked(part) in stream for stream in heard)]


def masked(text: str) -> str:
    """Return a text with everything that may differ replaced, and single spaces."""
    for pattern, by in _ANY:
        text = pattern.sub(by, text)
    return " ".join(text.split())
