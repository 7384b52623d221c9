"""Every source of cases keeps what `cases/cases.py` promises."""

import json

import numpy as np
import pytest

from seatrial import plugins
from seatrial.cases.pools import digests, fetch
from seatrial.records.batch import count, plain

MANY = 20


def npz(folder):
    x = np.random.default_rng(2).random((MANY, 2, 3), dtype=np.float32)
    np.savez(folder / "cases.npz", x=x, y=np.arange(MANY) % 3)
    return {"path": "cases.npz"}


def talks(folder):
    lines = [json.dumps({"messages": [{"role": "user", "content": f"question {at}"}]}) for at in range(MANY)]
    (folder / "talks.jsonl").write_text("\n".join(lines) + "\n")
    return {"path": "talks.jsonl"}


FIXTURES = {"bundled": lambda _folder: {"name": "wine"}, "npz": npz, "talks": talks}
"""Kind -> what makes its settings, given a folder."""


@pytest.mark.parametrize("kind", plugins.names("cases"))
def test_contract(kind, tmp_path) -> None:
    cases = plugins.find("cases", kind).make(FIXTURES[kind](tmp_path), tmp_path)
    whole = cases.take(0, len(cases))
    assert len(cases) == len(whole) == count(whole.inputs) >= MANY
    assert digests(cases) == whole.ids, "a case is named by its content"
    for first, last in ((0, 1), (3, 11), (len(cases) - 2, len(cases)), (5, 5)):
        piece = cases.take(first, last)
        assert piece.ids == whole.ids[first:last]
        assert same(piece.inputs, whole.take(range(first, last)).inputs)
        assert same(piece.labels, whole.take(range(first, last)).labels)
    backwards = fetch(cases, whole.ids[::-1])
    assert backwards.ids == whole.ids[::-1]
    again = plugins.find("cases", kind).make(FIXTURES[kind](tmp_path), tmp_path)
    assert again.take(0, len(again)).ids == whole.ids, "the order is fixed"


def same(one, other) -> bool:
    one, other = plain(one), plain(other)
    return bool(np.array_equal(one, other)) if isinstance(one, np.ndarray) else one == other
