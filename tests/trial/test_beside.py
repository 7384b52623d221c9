"""Two models on the same cases: one row shows both, and half of a pair is none."""

import pytest
from tests.proof.test_observation import BLOB, CASES, COLUMNS

from seatrial.errors import EvidenceError
from seatrial.proof import observation
from seatrial.trial.beside import beside
from seatrial.trial.shard import Sight

MEASURED = observation.encode("measured", "robust", 7, [COLUMNS[0], ("seconds", "f8", bytes(24))], 3)


def sight(**changes) -> Sight:
    return Sight(**{"status": "done", "reason": "", "computed": BLOB, "measured": MEASURED, "held": 1, **changes})


def test_the_outcome_of_the_baseline_stands_beside_that_of_the_candidate() -> None:
    columns = observation.decode(beside(sight(), sight()).computed).columns
    assert columns["held"] == columns["base:held"] == (1, 0, 0)
    assert set(columns) == {name for name, _, _ in COLUMNS} | {f"base:{name}" for name, _, _ in COLUMNS[1:]}
    assert "base:seconds" not in observation.decode(beside(sight(), sight()).measured).columns


@pytest.mark.parametrize(
    ("own", "base", "said"),
    [
        (Sight("failed", "it raised"), sight(), "it raised"),
        (sight(), Sight("failed", "it raised"), "the baseline: it raised"),
    ],
)
def test_if_one_fails_there_is_no_pair(own, base, said) -> None:
    made = beside(own, base)
    assert (made.status, made.reason, made.computed) == ("failed", said, b"")


def test_notes_of_both_are_kept() -> None:
    assert beside(sight(reason="a"), sight(reason="b")).reason == "a; the baseline: b"


def test_other_cases_are_no_pair() -> None:
    other = [("case", "b32", b"".join(reversed(CASES))), *COLUMNS[1:]]
    with pytest.raises(EvidenceError, match="same cases"):
        observation.paired(BLOB, observation.encode("computed", "robust", 7, other, 3))


def test_outcomes_of_the_baseline_must_add_up_too() -> None:
    odd = [*COLUMNS, ("base:held", "u4", bytes(12))]
    with pytest.raises(EvidenceError, match="stand together"):
        observation.encode("computed", "robust", 7, odd, 3)
