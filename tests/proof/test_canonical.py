"""Canonical JSON against the reference implementation, and what must be refused."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from seatrial.errors import EvidenceError
from seatrial.proof.canonical import LARGEST, digest, dumps, loads, raw

texts = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.integers(-LARGEST, LARGEST) | st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda x: abs(x) <= LARGEST or abs(x) >= 1e21
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_it_spells_as_rfc_8785_does(value) -> None:
    assert dumps(value) == rfc8785.dumps(value)


@given(values)
def test_what_it_writes_it_reads(value) -> None:
    assert loads(dumps(value)) == value


@given(st.binary(max_size=60) | values.map(lambda v: json.dumps(v).encode()))
def test_what_it_reads_has_one_spelling(data) -> None:
    try:
        value = loads(data)
    except EvidenceError:
        return
    assert dumps(value) == data


def test_the_example_of_rfc_8785() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    expected = (
        r'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert dumps(value) == expected.encode()


def test_keys_are_ordered_by_utf_16_code_units() -> None:
    assert dumps({"\ufb33": 1, "\U0001f600": 2, "a": 3}) == '{"a":3,"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b" 1",
        b"1\n",
        b"1.0",
        b"-0",
        b"-0.0",
        b"1e2",
        b'"\\u0061"',
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf1",
        b"",
        b"[1",
        b"[1]]",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_other_spellings_are_refused(data) -> None:
    with pytest.raises(EvidenceError):
        loads(data)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, float(2**53), 1e20, "\ud800", [-(2**53)]])
def test_what_others_would_read_differently_is_not_written(value) -> None:
    with pytest.raises(ValueError, match=r"."):
        dumps(value)


@pytest.mark.parametrize("value", [{1: 2}, b"", {1}, object()])
def test_what_is_not_json_is_not_written(value) -> None:
    with pytest.raises(TypeError):
        dumps(value)


def test_digests() -> None:
    assert digest(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert raw(digest(b"")).hex() == digest(b"")[7:]
    for odd in ("", "sha256:", digest(b"").upper(), digest(b"")[7:], digest(b"") + "0", digest(b"") + "\n"):
        with pytest.raises(EvidenceError):
            raw(odd)
