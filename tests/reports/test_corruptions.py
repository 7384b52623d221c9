from dataclasses import replace

import pytest
from tests.reports.dossiers import clause, compared, curve, deployed, standing

from seatrial.reports.corruptions import errors
from seatrial.reports.html import Html
from seatrial.reports.markdown import Markdown
from seatrial.reports.reporter import Moved, Tried
from seatrial.reports.text import Text

WHAT = "severity (corruption)"
FOG = {0.0: 98, 1.0: 96, 2.0: 92, 3.0: 85, 4.0: 70, 5.0: 50}
SNOW = {0.0: 98, 1.0: 90, 2.0: 80, 3.0: 70, 4.0: 60, 5.0: 50}


def swept(name, held, title="Fog"):
    return curve(name, 100, held, what=WHAT, nested=False, scenario=f"corruption/{name}", title=title)


def alone(name, held):
    """A curve whose points come from a clause each."""
    one = swept(name, held)
    points = tuple(replace(point, clause=f"{name}-{point.size:.0f}") for point in one.points if point.size)
    return replace(one, clauses=tuple(point.clause for point in points), points=points)


def told(*curves, **more):
    return replace(deployed(), curves=curves, **more)


def test_the_table_holds_the_errors_and_their_means():
    found = errors(told(swept("fog", FOG), swept("snow", SNOW, "Snow")))
    assert [one.title for one in found.types] == ["Fog", "Snow"]
    assert found.types[0].errors == ("4.0 %", "8.0 %", "15.0 %", "30.0 %", "50.0 %")
    assert found.types[0].clean == "2.0 %"
    assert [one.mean for one in found.types] == pytest.approx([0.214, 0.30])
    assert found.mean == pytest.approx(0.257)
    assert found.relative is None
    assert found.said == "25.7 % over 2 types"
    assert "never less than the published error" in found.note
    assert "five severities" not in found.note


def test_types_that_were_tried_at_some_severities_count_with_those():
    found = errors(told(swept("fog", FOG), swept("snow", {0.0: 98, 3.0: 70})))
    assert found.types[1].errors == ("", "", "30.0 %", "", "")
    assert found.mean == pytest.approx((0.214 + 0.3) / 2)
    assert "Not every type was tried at all five severities" in found.note


@pytest.mark.parametrize("others", [[], [curve("far", 100, {0.0: 96, 0.1: 3})]])
def test_one_type_is_no_table(others):
    assert errors(told(swept("fog", FOG), *others)) is None
    assert errors(told()) is None


def test_errors_are_compared_with_a_baseline_type_by_type():
    curves, fog, snow = (alone("fog", FOG), alone("snow", SNOW)), [10, 10, 20, 40, 80], [20, 20, 40, 60, 60]
    before = [clause(f"{name}-{at + 1}", "because", 0.1, (100, 100 - lost, 0, 0))
              for name, errs in (("fog", fog), ("snow", snow)) for at, lost in enumerate(errs)]  # fmt: skip
    moved = compared(tuple(before), tuple(before))
    assert isinstance(moved.clauses[0], Moved)
    live = replace(moved, clauses=tuple(_moved(one) for one in before))
    found = errors(told(*curves, compared={"live": live}))
    assert [one.relative for one in found.types] == pytest.approx([107 / 160, 150 / 200])
    assert found.relative == pytest.approx((107 / 160 + 150 / 200) / 2)
    assert found.said.endswith("70.9 % of that of the last deploy")
    assert "published" not in found.note
    less = replace(live, clauses=live.clauses[1:])
    assert errors(told(*curves, compared={"previous": less})).relative is None


def _moved(one):
    return Moved(one.name, "same", standing(one), standing(one), ())


def test_reports_show_the_table():
    dossier = told(swept("fog", FOG), swept("snow", SNOW, "Snow | drift"))
    html, text, markdown = (maker.render(dossier).decode() for maker in (Html(), Text(width=100), Markdown()))
    assert "Error by corruption and severity" in html
    assert "25.7 % over 2 types" in html
    assert html.count('<td class="n">30.0 %</td>') == 3
    assert "4.0 %, 8.0 %, 15.0 %, 30.0 %, 50.0 %   Fog" in text
    assert "| 4.0 % | 8.0 % | 15.0 % | 30.0 % | 50.0 % | 21.4 % |" in markdown
    assert "Snow \\| drift" in markdown
    for maker in (Html(), Text(), Markdown()):
        assert b"corruption error" not in maker.render(told(swept("fog", FOG)))


def test_the_worst_of_many_types_is_no_type():
    mixed = swept("common-15", SNOW, "Fifteen corruptions, the worst of them")
    weapons = tuple(
        Tried("corruption/common-15@1", "Fifteen", f"corruption.{name}", "severity 2", 1) for name in ("fog", "snow")
    )
    one = replace(clause("all", "because", 0.1, (100, 50, 0, 0)), tried=weapons)
    assert errors(told(swept("fog", FOG), mixed, clauses=(one,))) is None
    found = errors(told(swept("fog", FOG), swept("snow", SNOW, "Snow"), mixed, clauses=(one,)))
    assert [one.title for one in found.types] == ["Fog", "Snow"]
