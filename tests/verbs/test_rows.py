"""Recorded rows as columns, and what became of each case."""

import numpy as np
import pytest

from seatrial.proof.observation import Table
from seatrial.verbs.rows import BROKEN, HELD, UNKNOWN, Rows, rows

A, B, C = (bytes([at]) * 32 for at in range(3))


def of(**columns):
    made = {name: np.array(values) for name, values in columns.items()}
    size = len(next(iter(made.values())))
    return Rows(tuple(bytes([at]) * 32 for at in range(size)), made, np.zeros(size, int), ())


def test_a_case_holds_if_it_holds_in_every_draw():
    seen = of(held=[3, 2, 2, 0, 0], draws=[3, 3, 3, 3, 3], unknown=[0, 1, 0, 3, 0])
    assert seen.outcomes("held_rate >= 0.5 at 95%").tolist() == [HELD, UNKNOWN, BROKEN, UNKNOWN, BROKEN]


@pytest.mark.parametrize(
    ("require", "came"),
    [
        ("p90(latency) <= 0.2 s at 95%", [HELD, HELD, BROKEN, UNKNOWN]),
        ("p10(latency) >= 0.2 s at 95%", [BROKEN, HELD, HELD, UNKNOWN]),
    ],
)
def test_a_quantile_is_met_by_what_keeps_to_its_number(require, came):
    seen = of(**{"value:latency": [0.1, 0.2, 0.3, np.nan], "held": [1, 1, 1, 1]})
    assert seen.outcomes(require).tolist() == came


def test_both_blobs_are_joined_by_case():
    computed = Table("computed", "x", 0, 3, {"case": (A, B, C), "held": (1, 0, 1)})
    measured = Table("measured", "x", 0, 3, {"case": (C, A, B), "seconds": (0.3, 0.1, 0.2)})
    shard = {"clause": "x", "shard": 0, "status": "done", "computed": "c", "measured": "m"}
    other = {"clause": "x", "shard": 1, "status": "not_done", "computed": None, "measured": None}
    seen = rows("x", [{"run_plan": 1, "shards": [shard, other]}], {"c": computed, "m": measured})
    assert seen.cases == (A, B, C)
    assert seen.columns["seconds"].tolist() == [0.1, 0.2, 0.3]
    assert seen.total("seconds") == pytest.approx(0.6)
    assert seen.total("dollars") == 0
    assert seen.shards == (shard,)


def test_a_clause_of_which_nothing_was_done_has_no_rows():
    seen = rows("x", [{"run_plan": 1, "shards": []}], {})
    assert len(seen) == 0
    assert seen.total("queries") == 0
