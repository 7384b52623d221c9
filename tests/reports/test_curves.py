from itertools import pairwise

from tests.reports.dossiers import curve

from seatrial.reports.curves import drawn

SWEEP = {0.0: 96, 0.05: 80, 0.1: 31, 0.2: 0}


def test_points_stand_where_their_numbers_say():
    drawing = drawn(curve("far", 100, SWEEP), 0.6)
    assert [dot.at for dot in drawing.dots] == ["0.00%", "25.00%", "50.00%", "100.00%"]
    assert [dot.y for dot in drawing.dots] == ["4.00%", "20.00%", "69.00%", "100.00%"]
    assert [dot.share for dot in drawing.dots] == ["96.0 %", "80.0 %", "31.0 %", "0.0 %"]
    assert drawing.limit == "40.00%"


def test_what_was_not_measured_is_a_box_between_two_points():
    drawing = drawn(curve("far", 100, SWEEP))
    assert [(box.x, box.width) for box in drawing.boxes] == [
        ("0.00%", "25.00%"),
        ("25.00%", "25.00%"),
        ("50.00%", "50.00%"),
    ]
    assert [(box.y, box.height) for box in drawing.boxes] == [
        ("4.00%", "16.00%"),
        ("20.00%", "49.00%"),
        ("69.00%", "31.00%"),
    ]
    assert "lies in the shaded box" in drawing.said


def test_where_a_larger_size_does_not_allow_what_a_smaller_one_does_nothing_is_claimed_between():
    drawing = drawn(curve("noise", 100, SWEEP, what="severity (corruption)", nested=False))
    assert drawing.boxes == ()
    assert "shaded" not in drawing.said
    assert "nothing was measured" in drawing.said


def test_points_of_several_clauses_are_not_joined():
    one = curve("far", 100, SWEEP, nested=False)
    both = drawn(type(one)(one.title, one.scenario, one.what, ("near", "far"), one.points, nested=False))
    assert both.boxes == ()
    assert "near, far" in both.said


def test_two_points_say_that_they_are_too_few():
    assert "name several" in drawn(curve("far", 100, {0.0: 96, 0.2: 3})).said


def test_an_interval_holds_its_point():
    for dot in drawn(curve("far", 100, SWEEP)).dots:
        high, at, low = (float(text[:-1]) for text in (dot.high, dot.y, dot.low))
        assert high <= at <= low


def test_labels_that_would_touch_are_left_out_but_not_their_marks():
    sizes = {0.0: 99, 0.001: 98, 0.002: 97, 0.1: 50, 0.105: 49}
    drawing = drawn(curve("far", 100, sizes))
    assert len(drawing.sizes) == 5
    told = [float(tick.at[:-1]) for tick in drawing.sizes if tick.label]
    assert len(told) < 5
    assert all(right - left >= 11 for left, right in pairwise(told))
    assert told[-1] == 100
