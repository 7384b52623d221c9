"""YAML in: a small, safe part of it."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.catalog.source.file import DEEPEST, LARGEST, parse


def said(text: str | bytes) -> list[str]:
    _, problems = parse(text if isinstance(text, bytes) else text.encode(), "c.yaml")
    return [str(problem) for problem in problems]


def values(text: str):
    page, problems = parse(text.encode(), "c.yaml")
    assert problems == []
    assert page is not None
    return page.values


def test_values_are_what_they_look_like() -> None:
    text = "[1, -2, 2.5, 1e-3, .5, 5., 1E2, true, false, null, ~, '1', x]"
    assert values(text) == [1, -2, 2.5, 0.001, 0.5, 5.0, 100.0, True, False, None, None, "1", "x"]


@pytest.mark.parametrize(
    "text", ["no", "yes", "on", "2026-11-21", "12:30:45", "0x1f", "0o17", "1_000", "8/255", ".inf", ".nan", "True", "="]
)
def test_nothing_else_is_guessed(text) -> None:
    assert values(f"a: {text}") == {"a": text}


def test_every_line_is_known() -> None:
    page, _ = parse(b"a: 1\nb:\n  c: [x,\n    y]\n  'd':\n    long\n", "c.yaml")
    assert page is not None
    assert page.keys[("b",)] == 2
    assert (page.keys[("b", "c", 1)], page.lines[("b", "c", 1)]) == (4, 4)
    assert (page.keys[("b", "d")], page.lines[("b", "d")]) == (5, 6)


def test_unquoted_numbers_keep_their_digits() -> None:
    page, _ = parse(b"a: 2026.10\nb: '2026.10'\n", "c.yaml")
    assert page is not None
    assert page.raw == {("a",): "2026.10"}


def test_a_bomb_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 200))]
    start = time.process_time()
    problems = said("\n".join(lines))
    assert time.process_time() - start < 2
    assert problems[0] == "c.yaml:1: an anchor (`&a0`) is not read here (remove it)"
    assert "c.yaml:2: an alias (`*a0`) is not read here (write the value out)" in problems
    assert len(problems) == 200 + 2 * 199


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [id]", "!!python/name:os.system", "!x 1", "!!str 1"])
def test_tags_are_refused(tag) -> None:
    (problem,) = said(f"a: 1\nb: {tag}\n")
    assert problem.startswith("c.yaml:2: a tag (")


def test_merge_keys_are_refused() -> None:
    assert said("a:\n  <<: {b: 1}\n") == ["c.yaml:2: a: a merge key (`<<`) is not read here (write the keys out)"]
    assert values("'<<': 1") == {"<<": 1}


def test_keys_that_are_there_twice_are_all_named() -> None:
    problems = said("a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n")
    assert problems == [
        "c.yaml:2: b.c: is there twice, first in line 2 (keep one)",
        "c.yaml:3: a: is there twice, first in line 1 (keep one)",
        "c.yaml:4: a: is there twice, first in line 1 (keep one)",
    ]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\nb: c: d\n", 2, "put quotes around a text"),
        ("a: 1\n\tb: 1\n", 2, "is not YAML"),
        ("a: 1\nb:\n\t- 1\n", 3, "indent with spaces"),
        ("a:\n  - 1\n b: 2\n", 3, "is not YAML"),
        ("a: [1, 2\n", 2, "is not YAML"),
        ("a: 'x\n", 2, "is not YAML"),
        ("a: 1\nb: \x00\n", 2, "a character that no text has"),
        ("a: 1\n---\nb: 2\n", 2, "a second document begins here"),
        ("? [a, b]\n: 1\n", 1, "a key must be text"),
        ("a: 99999999999999999999\n", 1, "too many digits"),
        ("a: 9007199254740992\n", 1, "too many digits"),
        ("a:\n  b: 1e999\n", 2, "too large a number"),
        ('a: "\\ud800"\n', 1, "half a character"),
        ('"\\ud800": 1\n', 1, "half a character"),
        ("", 1, "is empty"),
        ("# nothing\n", 1, "is empty"),
    ],
)
def test_broken_yaml_has_a_line(text, line, what) -> None:
    (problem,) = said(text)
    assert problem.startswith(f"c.yaml:{line}: ")
    assert what in problem


def test_bytes_that_are_no_text_have_a_line() -> None:
    assert said(b"a: 1\nb: \xff\n") == ["c.yaml:2: is not UTF-8 text (save it as UTF-8)"]


def test_a_mark_of_byte_order_is_ignored() -> None:
    page, problems = parse(b"\xef\xbb\xbfa: 1\n", "c.yaml")
    assert problems == []
    assert page is not None
    assert page.values == {"a": 1}


def test_nesting_and_length_have_an_end() -> None:
    assert "nested deeper" in said("[" * 100_000)[0]
    assert values("[" * DEEPEST + "]" * DEEPEST)
    assert "longer than 256 KiB" in said("#" * (LARGEST + 1))[0]


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(data) -> None:
    page, problems = parse(data, "c.yaml")
    assert page is not None or problems


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(codec="ascii"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_json_is_read_as_it_is(value) -> None:
    assert values(json.dumps({"a": value})) == {"a": value}
