"""The published schema, for editors."""

import json
from pathlib import Path

import jsonschema
import pytest
from tests.charter.charters import TEXT, changed
from tests.charter.test_file import INLINE, KINDS, WHOLE

from seatrial.catalog.source.file import parse
from seatrial.charter.schema.file import PUBLISHED, schema

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/charter*.yaml"))
BUNDLED = "kind: bundled\n  name: mnist-5000"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema()))


def errors(data: bytes) -> list[str]:
    page, problems = parse(data, "c.yaml")
    assert page is not None
    assert problems == []
    return [error.message for error in VALIDATOR.iter_errors(page.values)]


def test_what_is_published_is_what_is_read() -> None:
    assert PUBLISHED.read_bytes() == schema(), "write it again: PUBLISHED.write_bytes(schema())"


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema()))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_examples_fit(path) -> None:
    assert errors(path.read_bytes()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_target_fits(kind) -> None:
    assert errors(changed((WHOLE, f"target: {{{KINDS[kind]}}}\n"))) == []


@pytest.mark.parametrize(
    "pair",
    [
        ("51/255", "0.2"),
        ("40%", "0.4"),
        ("[baseline/clean]", f"[{INLINE}]"),
        ("kind: torch", "kind: somebody.elses"),
        ("kind: bundled", "kind: somebody.elses"),
        ("[baseline/clean]", "[{use: fairness/counterfactual-swap, columns: [1, 2]}]"),
        ("[baseline/clean]", "[{use: fairness/counterfactual-swap, columns: [sex], values: [f, m]}]"),
        (BUNDLED, "kind: table\n  path: a.csv\n  classes: [no, yes]\n  columns: {a: text}"),
        (BUNDLED, "kind: table\n  path: a.csv\n  classes: [0, 1]\n  columns: [a, b]\n  form: array"),
        (BUNDLED, "kind: texts\n  path: a.csv\n  text: t\n  classes: [false, true]"),
        (BUNDLED, "kind: folder\n  path: a\n  size: [8, 9]\n  mode: L"),
    ],
)
def test_what_may_be_written_fits(pair) -> None:
    assert errors(changed(pair)) == []


@pytest.mark.parametrize(
    "pair",
    [
        ("because: a", "becuase: a"),
        ('"2026.10"', "2026.10"),
        ("gate: 40%", "gate: 40"),
        ("severity: critical", "severity: huge"),
        ("weights:", "wieghts:"),
        ("per_attempt", "per_attempts"),
        ("[baseline/clean]", "[]"),
        ("budget:", "baseline: x\nbudget:"),
        ("charter: 1", "charter: 2"),
        ("  stickers:", "  Stickers:"),
        (BUNDLED, "kind: table\n  path: a.csv\n  classes: [no]"),
        (BUNDLED, "kind: table\n  path: a.csv\n  columns: {a: date}"),
        (BUNDLED, "kind: table\n  path: a.csv\n  form: rows"),
        (BUNDLED, "kind: texts\n  path: a.csv"),
        (BUNDLED, "kind: folder\n  path: a\n  size: [0, 9]"),
    ],
)
def test_what_may_not_does_not(pair) -> None:
    assert errors(changed(pair))


def test_the_whole_charter_fits() -> None:
    assert errors(TEXT.encode()) == []
