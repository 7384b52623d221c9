from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.cases.listed import Listed, listed
from seatrial.cases.pools import digests, fetch, part, pools, truth
from seatrial.errors import CasesError
from seatrial.proof.rules import pool_of
from seatrial.records.batch import Batch, Message, Talks, Texts
from seatrial.records.digest import column_digests


def numbers(count: int, first: int = 0) -> Listed:
    inputs = np.arange(first, first + count, dtype=np.float64)[:, None] * np.ones((1, 2))
    return listed(inputs, np.arange(count) % 3, groups=np.arange(count) // 2, sealed=Texts(map(str, range(count))))


def test_every_case_is_in_one_pool_by_its_digest_alone():
    found = pools(numbers(1000), 400, 100)
    assert len(found.gate) + len(found.rehearsal) + len(found.training) == 1000
    assert 340 < len(found.gate) < 460
    assert 70 < len(found.rehearsal) < 130
    for name in ("gate", "rehearsal", "training"):
        members = getattr(found, name)
        assert list(members) == sorted(members)
        assert {pool_of(case, 400, 100) for case in members} == {name}
    assert (found.duplicates, found.contradictions) == ((), ())


def test_growing_and_shuffling_moves_nobody():
    small, large = pools(numbers(300, 100), 500, 100), pools(numbers(1000), 500, 100)
    for name in ("gate", "rehearsal", "training"):
        assert set(getattr(small, name)) < set(getattr(large, name))


def test_twins_are_one_case_and_contradictions_are_named():
    inputs = np.array([[1.0], [2.0], [-0.0], [1.0], [2.0], [0.0], [1.0]])
    cases = listed(inputs, np.array([0, 1, 2, 0, 2, 2, 0]))
    found = pools(cases, 500, 100)
    one, two, zero = column_digests(inputs[[0, 1, 2]])
    assert len(found.gate + found.rehearsal + found.training) == 3
    assert dict(found.duplicates) == {one: (0, 3, 6), two: (1, 4), zero: (2, 5)}
    assert dict(found.contradictions) == {two: (1, 4)}
    assert [found.index[case] for case in (one, two, zero)] == [0, 1, 2]
    assert fetch(cases, [two]).labels.tolist() == [1]


def test_a_source_that_lies_about_its_names_is_refused():
    inputs = np.arange(4.0)[:, None]
    names = list(column_digests(inputs))
    names[2] = bytes(32)
    with pytest.raises(CasesError, match="1 cases are named by something else than their content, the first at 2"):
        pools(Listed(Batch(tuple(names), inputs)), 500, 100)


def test_what_is_said_of_a_case_is_bound_with_its_input():
    inputs, labels = np.array([[1.0], [2.0], [3.0], [1.0]]), np.array([0, 1, 2, 2])
    said = truth(listed(inputs, labels))
    assert said == truth(listed(inputs[[2, 1, 0]], labels[[2, 1, 0]]))
    assert said == truth(listed(inputs, np.array([0, 1, 2, 0])))
    others = [
        truth(listed(inputs, np.array([0, 1, 1, 2]))),
        truth(listed(inputs[::-1], labels[::-1])),
        truth(listed(inputs)),
        truth(listed(inputs, labels, groups=labels)),
        truth(listed(inputs, labels), listed(inputs, labels)),
    ]
    assert len({said, *others}) == 6


class Counting:
    """A source that says how much of it is read."""

    def __init__(self, inner):
        self.inner, self.read = inner, 0

    def __len__(self):
        return len(self.inner)

    def take(self, first, last, /):
        assert first <= last <= len(self.inner)
        self.read += last - first
        return self.inner.take(first, last)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 399), max_size=40))
def test_fetch_gives_the_order_that_was_asked(positions):
    cases = CASES
    batch = fetch(cases, [NAMES[at] for at in positions])
    assert batch.ids == tuple(NAMES[at] for at in positions)
    assert np.asarray(batch.inputs)[:, 0].tolist() == positions
    assert batch.labels.tolist() == [at % 3 for at in positions]
    assert batch.sealed == tuple(str(at) for at in positions)


CASES = Counting(numbers(400))
NAMES = digests(CASES)


def test_few_cases_of_many_are_not_read_whole():
    cases = Counting(numbers(9000))
    names = digests(cases)
    fetch(cases, names[:1])
    cases.read = 0
    assert fetch(cases, [names[8999], names[0], names[10]]).inputs[:, 0].tolist() == [8999, 0, 10]
    assert cases.read < 50


def test_missing_cases_are_named():
    with pytest.raises(CasesError, match=f"1 of 2 cases are not there, the first {'00' * 32}"):
        fetch(CASES, [NAMES[0], bytes(32)])
    with pytest.raises(CasesError, match="1 cases are not there"):
        part(CASES, [bytes(32)])


def test_a_part_is_a_source():
    view = part(CASES, [NAMES[at] for at in (7, 300, 2)])
    assert len(view) == 3
    assert view.take(1, 3).inputs[:, 0].tolist() == [300, 2]
    assert digests(view) == (NAMES[7], NAMES[300], NAMES[2])
    assert part(view, [NAMES[2]]).take(0, 1).labels.tolist() == [2]


@pytest.mark.parametrize(
    "column",
    [
        Texts(f"text {at}" for at in range(200)),
        Talks((Message("user", str(at)),) for at in range(200)),
        {"image": np.arange(200.0)[:, None], "words": np.arange(200)},
    ],
)
def test_every_kind_of_column(column):
    cases = listed(column)
    names = digests(cases)
    batch = fetch(cases, (names[199], names[3]))
    assert type(batch.inputs) is type(column)
    assert column_digests(batch.inputs) == (names[199], names[3])
    assert len(pools(cases, 500, 100).index) == 200
