import pytest

from seatrial.plan.draws import ARRAYS, TALKS, presented
from seatrial.records.batch import Array, Talks
from seatrial.targets.target import Face


@pytest.mark.parametrize(
    ("takes", "sampled", "named", "draws"),
    [
        (Array, False, 1, 1),
        (Array, False, 5, 1),
        (Array, True, 1, ARRAYS),
        (Array, True, 5, 5),
        (Talks, True, 1, TALKS),
    ],
)
def test_one_draw_is_never_enough_where_answers_are_drawn(takes, sampled, named, draws) -> None:
    assert presented(named, Face(takes, "logits", sampled=sampled)) == draws
