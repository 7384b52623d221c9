"""A draft as text: YAML that says what was found, short lines, and the same text for the same facts."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from seatrial.charter.draft import WIDTH, Draft, Line, Promise, flow, text

WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\x85\u2028\u2029\ufeff", exclude_categories=["Cc", "Cs"]),
    min_size=1,
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6, allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)


def draft(**changed):
    said = {
        "system": "tumours",
        "release": "1.0",
        "owner": "clinic",
        "target": [Line("kind", "sklearn"), Line("weights", "model.skops", "a note")],
        "about_target": "What is tried.",
        "cases": [Line("kind", "table"), Line("path", "rows.csv")],
        "about_cases": "What it is tried on. " * 20,
        "promises": [
            Promise(
                "clean",
                "it must: do its job",
                "baseline/clean",
                "held_rate >= 0.86 at 95%",
                "major",
                "training.pgd",
                pilot="pilot: 48 of 50 held",
            )
        ],
        "about_promises": "What must hold.",
        "minutes": 10,
    }
    return Draft(**{**said, **changed})


@given(VALUES)
def test_a_value_on_one_line_is_read_back(value) -> None:
    written = flow(value)
    assert "\n" not in written
    assert yaml.safe_load(f"key: {written}")["key"] == value


@pytest.mark.parametrize(
    "word",
    ["yes", "no", "null", "1.0", "0", "true", "2026-11-21", "1e3", "a: b", "a #b", "", " a", "- a", "0x1f", "~", "é"],
)
def test_words_that_look_like_something_else_stay_words(word) -> None:
    assert yaml.safe_load(f"[{flow(word)}]") == [word]


def test_the_charter_says_what_was_found() -> None:
    read = yaml.safe_load(text(draft()))
    assert read["system"] == {"name": "tumours", "release": "1.0", "owner": "clinic"}
    assert read["target"] == {"kind": "sklearn", "weights": "model.skops"}
    assert read["clauses"]["clean"] == {
        "because": "it must: do its job",
        "scenarios": ["baseline/clean"],
        "require": "held_rate >= 0.86 at 95%",
        "severity": "major",
        "otherwise": "training.pgd",
    }
    assert "# pilot: 48 of 50 held" in text(draft())


def test_the_same_facts_give_the_same_text() -> None:
    assert text(draft()) == text(draft())


def test_long_values_and_comments_are_wrapped() -> None:
    columns = {f"measurement number {n}": "number" for n in range(40)}
    classes = [f"class {n}" for n in range(60)]
    lines = [
        Line("columns", columns, "in the model's order"),
        Line("classes", classes),
        Line("path", "x" * 80, "y " * 30),
    ]
    written = text(draft(cases=lines))
    assert max(map(len, written.splitlines())) <= WIDTH
    read = yaml.safe_load(written)["cases"]
    assert list(read["columns"]) == list(columns)
    assert read["classes"] == classes


def test_what_else_fits_is_named_up_to_a_limit() -> None:
    written = text(draft(more=[f"corruption/number-{n}" for n in range(12)]))
    assert "corruption/number-0" in written
    assert "and 3 more" in " ".join(written.replace("#", "").split())
    assert "What else" not in text(draft())
