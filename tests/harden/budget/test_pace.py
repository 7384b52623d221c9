"""How long a run is: decided by a clock, followed by whoever goes on with it."""

from time import process_time

from seatrial.harden.budget.pace import Bend, Pace, Purse


def test_progress_goes_evenly_from_nothing_to_all() -> None:
    pace = Pace([Bend(0, 0.0, 200)])
    assert [pace.progress(step) for step in (0, 50, 200, 300)] == [0.0, 0.25, 1.0, 1.0]


def test_a_bend_changes_the_speed_and_nothing_else() -> None:
    pace = Pace([Bend(0, 0.0, 200)])
    pace.bend(Bend(100, pace.progress(100), 150))
    assert (pace.progress(100), pace.progress(125), pace.progress(150), pace.total) == (0.5, 0.75, 1.0, 150)


def test_a_plan_that_is_nearly_right_stays() -> None:
    pace = Pace([Bend(0, 0.0, 1000)])
    assert pace.decided(500, left=5.02, price=0.01) is None
    assert pace.decided(500, left=2.5, price=0.01) == Bend(500, 0.5, 750)
    assert pace.decided(500, left=10.0, price=0.01) == Bend(500, 0.5, 1500)
    assert pace.decided(500, left=-3.0, price=0.01) == Bend(500, 0.5, 500)


def test_decisions_that_lie_ahead_are_followed_and_the_clock_is_not_asked() -> None:
    known = [Bend(0, 0.0, 100), Bend(20, 0.2, 60), Bend(40, 0.6, 50)]
    pace = Pace(known, done=20)
    assert pace.total == 60
    assert pace.known == tuple(known)
    assert pace.followed(30) is True
    assert pace.total == 60
    assert pace.followed(40) is True
    assert pace.total == 50
    assert pace.followed(45) is False


def test_a_purse_counts_cpu_seconds_and_what_was_spent_before() -> None:
    purse = Purse(10.0, spent=4.0)
    begun = process_time()
    while process_time() - begun < 0.02:
        pass
    assert 4.02 <= purse.spent < 5
    assert 5 < purse.left <= 5.98
