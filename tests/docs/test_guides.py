"""What the guides tell people to type exists, and what they show as a charter is one."""

import ast
import re
import shlex
from pathlib import Path
from textwrap import dedent

import pytest
import typer
import yaml
from tests.docs import need

from seatrial.charter.file import read
from seatrial.cli.app import app
from seatrial.errors import CharterError
from seatrial.proof.__main__ import _parser

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs" / "guides").glob("*.md"), *ROOT.glob("*.md"), *(ROOT / "examples").glob("*/README.md")])
OTHERS = {"pip", "sha256sum", "python", "make", "git", "cd", "export", "mkdir"}
"""Programs, besides seatrial, that a reader may be asked to start."""
FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def fences(kind: str) -> list[tuple[str, str]]:
    return [
        (f"{path.relative_to(ROOT)}:{text[: found.start()].count(chr(10)) + 1}", dedent(found.group(3)))
        for path in PAGES
        for text in [path.read_text(encoding="utf-8")]
        for found in FENCE.finditer(text)
        if found.group(2) == kind
    ]


def typed(block: str) -> list[list[str]]:
    """Return the words of every command of a console block, comments and what follows `||` left out."""
    lines = [line.strip()[2:] for line in block.splitlines() if line.strip().startswith("$ ")]
    parts = [re.split(r" (?:\|\||&&|\|) ", line)[0] for line in lines]
    return [words for words in (shlex.split(part, comments=True) for part in parts) if words]


COMMANDS = [
    pytest.param(words, id=f"{place} {' '.join(words)[:60]}")
    for place, block in fences("console")
    for words in typed(block)
]


def wrong(words: list[str]) -> str:
    """Return what is wrong with a command line, or an empty text."""
    if words[:3] == ["python", "-m", "seatrial.proof"]:
        return "" if _accepts(words[3:]) else "the verifier takes no such words"
    if words[0] == "torchrun" and words.count("seatrial") == 1:
        return wrong(words[words.index("seatrial") :])
    if words[0] != "seatrial":
        return "" if words[0] in OTHERS else f"{words[0]} is no program that the reader has"
    command, rest = typer.main.get_command(app), words[1:]
    while hasattr(command, "commands"):
        if not rest or rest[0] in ("--help", "-h", "--version"):
            return ""
        if rest[0] not in command.commands:
            return f"there is no command {rest[0]}"
        command, rest = command.commands[rest[0]], rest[1:]
    return _misfit(command, rest)


def _misfit(command, rest: list[str]) -> str:
    options = {word: one for one in command.params if one.param_type_name == "option" for word in one.opts}
    places, given = len([one for one in command.params if one.param_type_name == "argument"]), 0
    words = iter(rest)
    for word in words:
        name = word.partition("=")[0]
        if not word.startswith("-"):
            given += 1
        elif name in ("--help", "-h"):
            continue
        elif name not in options:
            return f"there is no option {name}"
        elif not options[name].is_flag and "=" not in word and next(words, None) is None:
            return f"{name} needs a value"
    return f"{given} arguments, at most {places}" if given > places else ""


def _accepts(words: list[str]) -> bool:
    try:
        _parser().parse_args(words)
    except SystemExit as left:
        return not left.code
    return True


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_exists_with_its_options(words) -> None:
    assert wrong(words) == ""


@pytest.mark.parametrize(
    "line",
    [
        "seatrial gates",
        "seatrial gate --agian",
        "seatrial gate a.yaml b.yaml",
        "seatrial gate --weights",
        "seatrial catalog shows evasion/fgsm",
        "frobnicate",
        "torchrun --nproc-per-node 2 train.py",
        "torchrun --nproc-per-node 2 -m seatrial hardn",
        "python -m seatrial.proof evidence.tar --trusty trust.json",
    ],
)
def test_a_wrong_command_is_seen(line, capsys) -> None:
    assert wrong(shlex.split(line))


def test_the_guides_use_most_commands() -> None:
    used = {param.values[0][1] for param in COMMANDS if param.values[0][0] == "seatrial"}
    assert used >= {"init", "lint", "plan", "gate", "rehearse", "judge", "report", "export", "replay", "harden"}


YAML = [pytest.param(text, id=place) for place, text in fences("yaml")]


@pytest.mark.parametrize("text", YAML)
def test_yaml_is_yaml_and_charters_are_charters(text, tmp_path) -> None:
    value = yaml.safe_load(text)
    assert value
    if isinstance(value, dict) and "charter" in value:
        assert read(text.encode(), tmp_path).clauses


def test_there_are_charters_and_a_wrong_one_is_seen(tmp_path) -> None:
    charters = [text for _, text in fences("yaml") if text.startswith("charter:")]
    assert len(charters) >= 2
    attacked = next(text for text in charters if "evasion/" in text)
    with pytest.raises(CharterError):
        read(attacked.replace("evasion/", "evasion/x").encode(), tmp_path)


@pytest.mark.parametrize("page", sorted((ROOT / "docs/catalog/scenarios").glob("*.md")), ids=lambda page: page.stem)
def test_the_line_to_paste_fits_into_a_charter(page, tmp_path) -> None:
    line = re.search(r"## In a charter\n\n```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert line is not None
    text = (
        'charter: 1\nsystem: {name: a, release: "1", owner: b}\n'
        "target: {kind: torch, weights: w.safetensors, input: {shape: [2], range: [0, 1]}}\n"
        "cases: {kind: npz, path: c.npz}\n"
        "clauses:\n  one:\n    because: it must\n    require: held_rate >= 0.5 at 95%\n    scenarios:\n"
    )
    charter = read((text + f"      {line.group(1)}").encode(), tmp_path)
    assert charter.clauses[0].scenarios[0].scenario.replace("/", "-").startswith(page.stem)


@pytest.mark.parametrize(("place", "text"), fences("python"), ids=lambda value: value[:40])
def test_python_parses(place, text) -> None:
    assert ast.parse(text).body, place


def tables() -> tuple[list[list[str]], list[list[str]]]:
    text = (ROOT / "docs/guides/attempts.md").read_text(encoding="utf-8").partition("## How many cases")[2]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:3] == "| 0"]
    return [row for row in rows if len(row) == 4], [row for row in rows if len(row) == 5]


def test_the_numbers_of_cases_are_those_of_the_bounds() -> None:
    sure, likely = tables()
    assert len(sure) == 5
    assert len(likely) == 8
    assert sure == [[row[0], *(str(need.all_held(row[0], k)) for k in (1, 2, 3))] for row in sure]
    assert likely == [[*row[:2], *(str(need.nine_in_ten(row[0], row[1], k)) for k in (1, 2, 3))] for row in likely]


PROSE = [path for part in ("guides", "explain", "learn") for path in sorted((ROOT / "docs" / part).glob("*.md"))]


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.stem)
def test_every_page_is_in_the_menu_of_the_site(page) -> None:
    assert f": {page.relative_to(ROOT / 'docs')}\n" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


def test_the_changelog_counts_what_the_catalog_counts() -> None:
    listed = (ROOT / "docs/catalog/README.md").read_text(encoding="utf-8")
    found = re.search(r"(\d+) scenarios and (\d+) adversaries", listed)
    assert found is not None
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").partition("## Unreleased")[2]
    assert f"A catalog of {found.group(1)} scenarios on {found.group(2)} adversaries" in changes
