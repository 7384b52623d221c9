import numpy as np
import pytest

from seatrial.errors import TrialError
from seatrial.oracles.not_member import NotMember
from seatrial.records.batch import Answers, Attempts, Batch

IDS = (b"a" * 32, b"b" * 32, b"c" * 32, b"d" * 32)


def judged(sealed, claims):
    return NotMember().judge(Batch(IDS, np.zeros(4), sealed=sealed), Attempts(claims=claims), Answers())


def test_held_where_the_claim_is_wrong() -> None:
    verdicts = judged(np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0]))
    assert verdicts.held.tolist() == [[0], [1], [1], [0]]
    assert np.isnan(verdicts.score).all()


def test_flags_may_be_facts() -> None:
    facts = tuple({"member": flag} for flag in (True, True, False, False))
    assert judged(facts, np.array([1, 0, 1, 0])).held.tolist() == [[0], [1], [1], [0]]


@pytest.mark.parametrize(
    ("sealed", "claims", "said"),
    [
        (None, np.zeros(4), "no member flags"),
        (np.zeros(4), None, "no claims"),
        (np.zeros(4), np.full(4, np.nan), "0 or 1"),
        (np.zeros(4), np.full(4, 0.5), "0 or 1"),
        (np.zeros(3), np.zeros(4), "one per case"),
        (np.array(["a"] * 4), np.zeros(4), "0 or 1"),
    ],
)
def test_anything_else_is_an_error_not_a_verdict(sealed, claims, said) -> None:
    with pytest.raises(TrialError, match=said):
        judged(sealed, claims)
