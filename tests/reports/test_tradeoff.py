"""Where models stand on the page that lays them side by side."""

import re

from seatrial.reports.tradeoff import Candidate, Scale, page

COST = Scale("Training", more=False, factors=True, shown=lambda value: f"{value:g} s")
ERROR = Scale("ECE clean", more=False, factors=False, shown=lambda value: f"{value:.1%}")


def one(name: str, clean: float, worst: float, *, unbeaten: bool = True, **values: float) -> Candidate:
    named = {"Training": values.get("cost"), "ECE clean": values.get("error")}
    there = {key: value for key, value in named.items() if value is not None}
    return Candidate(name, clean, worst, "noise", (name,), unbeaten, {}, there)


def drawn(*candidates: Candidate) -> str:
    return page("digits", ("Model",), candidates, (COST, ERROR), ("a note",)).decode()


def strip(text: str, name: str) -> list[tuple[str, float]]:
    """Return number and position of every model on one axis."""
    start = text.index(f"<h3>{name}</h3>")
    part = text[start : text.index("</figure>", start)]
    return [
        (number, float(at)) for at, number in re.findall(r'cx="([\d.]+)%".*?text-anchor="middle">(\d+)</text>', part)
    ]


def test_right_is_better_on_every_axis() -> None:
    text = drawn(one("dear", 0.9, 0.7, cost=240, error=0.02), one("cheap", 0.6, 0.2, cost=60, error=0.3))
    for name, best in (
        ("Untouched cases", "1"),
        ("The clause that goes worst", "1"),
        ("Training", "2"),
        ("ECE clean", "1"),
    ):
        assert max(strip(text, name), key=lambda stop: stop[1])[0] == best, name
    assert [number for number, _ in strip(text, "Training")] == ["1", "2"]


def test_like_models_are_drawn_near_each_other_and_a_factor_is_a_distance() -> None:
    text = drawn(one("a", 0.9, 0.7, cost=100), one("b", 0.9, 0.705, cost=103), one("c", 0.9, 0.7, cost=101))
    places = [at for _, at in strip(text, "Training")]
    assert max(places) - min(places) < 5
    far = [at for _, at in strip(drawn(one("a", 0.9, 0.7, cost=10), one("b", 0.9, 0.7, cost=1000)), "Training")]
    assert far == [0.0, 100.0][::-1]


def test_numbers_that_would_cover_each_other_are_stacked_and_labels_are_joined() -> None:
    text = drawn(*(one(name, 0.9, 0.7, cost=100) for name in "abc"))
    heights = re.findall(r'cy="(-?\d+)"', text[text.index("<h3>Training</h3>") :])[:3]
    assert len(set(heights)) == 3
    assert ">1, 2, 3</text>" in text


def test_what_one_model_alone_was_measured_in_is_no_comparison() -> None:
    text = drawn(one("a", 0.9, 0.7, cost=100), one("b", 0.8, 0.7))
    assert "<h3>Training</h3>" not in text
    assert "What else is given up" in text
    assert "What else is given up" not in drawn(one("a", 0.9, 0.7, cost=100))


def test_models_that_cost_nothing_are_drawn_too() -> None:
    places = strip(drawn(one("a", 1.0, 0.0, cost=0, error=0), one("b", 1.0, 0.0, cost=9, error=0)), "Training")
    assert dict(places)["1"] > dict(places)["2"]


def test_equal_models_give_equal_bytes_and_names_are_escaped() -> None:
    models = (one("<b>", 0.9, 0.7, cost=1), one("&", 0.8, 0.6, cost=2))
    assert drawn(*models) == drawn(*models)
    assert "<b>" not in drawn(*models)
