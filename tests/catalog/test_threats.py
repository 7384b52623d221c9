"""Whether a threat makes sense."""

import pytest

from seatrial.catalog.threats import unfit
from seatrial.records.threat import (
    KINDS,
    Ball,
    Colour,
    Corruption,
    Flow,
    Groups,
    Motion,
    Outage,
    Patch,
    Swap,
    Turns,
    threat_from,
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_sound_as_it_comes(kind) -> None:
    assert unfit(threat_from({"kind": kind})) == []


@pytest.mark.parametrize(
    ("threat", "field"),
    [
        (Ball(norm="l3"), "norm"),
        (Ball(eps=0), "eps"),
        (Ball("l0", 2.5), "eps"),
        (Ball(eps=-1), "eps"),
        (Ball(eps="big"), "eps"),
        (Ball(eps=True), "eps"),
        (Ball(low=1, high=1), "low"),
        (Ball(queries=-1), "queries"),
        (Ball(queries=1.5), "queries"),
        (Patch(share=1.5), "share"),
        (Patch(share=0), "share"),
        (Corruption(severity=0), "severity"),
        (Corruption(severity=6), "severity"),
        (Corruption(severity=1.5), "severity"),
        (Turns(0), "count"),
        (Outage(0), "seconds"),
        (Motion(degrees=-1), "degrees"),
        (Motion(0, 0), "degrees"),
        (Motion(shift=1), "shift"),
        (Motion(zoom=1), "zoom"),
        (Motion(zoom=-0.1), "zoom"),
        (Flow(pixels=0), "pixels"),
        (Flow(smooth=0), "smooth"),
        (Flow(pixels=-1), "pixels"),
        (Colour(0, 0), "brightness"),
        (Colour(contrast=1), "contrast"),
        (Colour(saturation=1.5), "saturation"),
        (Colour(hue=-1), "hue"),
        (Groups(0), "count"),
        (Groups(1.5), "count"),
        (Groups(unit="block"), "unit"),
        (Swap((-1,)), "columns"),
        (Swap((1.0,)), "columns"),
        (Swap(3), "columns"),
    ],
)
def test_what_makes_no_sense(threat, field) -> None:
    assert [problem.where for problem in unfit(threat)] == [field]
