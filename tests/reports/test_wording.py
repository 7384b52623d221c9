from dataclasses import replace

import pytest
from tests.reports import dossiers

from seatrial.reports import wording


@pytest.mark.parametrize(
    ("percent", "words"),
    [(95.0, "95"), (97.5, "97.5"), (100 - 5 / 6, "99.2"), (100 - 5 / 12, "99.6"), (99.9875, "99.99"), (99.99, "99.99")],
)
def test_confidence_is_never_rounded_to_certainty(percent, words):
    assert wording.sure(percent) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (3.25, "3.2 s"), (59.4, "59 s"), (60.0, "1 min"), (200.0, "3 min 20 s"), (7500.0, "2 h 5 min")],
)
def test_durations(seconds, words):
    assert wording.duration(seconds) == words


def test_nothing_hides():
    assert wording.visible("a\nb\tc\x1b\u202e\u200d\ufeff\U000e0041\udcff") == (
        "a\nb<U+0009>c<U+001B><U+202E><U+200D><U+FEFF><U+E0041><U+DCFF>"
    )
    assert wording.visible("Grüße, 你好, שלום") == "Grüße, 你好, שלום"


def test_a_clean_trial_has_no_warnings():
    assert wording.warnings(dossiers.deployed()) == ()


def test_reuse_makes_the_confidence_nominal():
    assert "nominal" in wording.confidence(replace(dossiers.deployed(), reuse=True))
    assert "nominal" not in wording.confidence(dossiers.deployed())


def test_a_waiver_is_shown_as_one():
    waived = replace(dossiers.rejected().clauses[0], waived=True)
    names = [name for name, _ in wording.warnings(replace(dossiers.rejected(), clauses=(waived,)))]
    assert names == ["Waived by a person"]
    assert "waived" in wording.standing(waived)


def test_a_waiver_that_has_ended_is_the_first_thing_said_of_it():
    lapsed = replace(dossiers.rejected().clauses[0], waived=True, lapsed=True)
    told = wording.warnings(replace(dossiers.rejected(), clauses=(lapsed,)))
    assert [name for name, _ in told] == ["A waiver has ended", "Waived by a person"]
    assert lapsed.name in told[0][1]
