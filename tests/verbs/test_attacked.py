"""What an attack's result says of itself: numbers, text, a card, a table."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.verbs import faked

from seatrial.records.finding import Finding
from seatrial.records.threat import Ball, Patch
from seatrial.verbs.attacked import OUTCOMES


def test_counts_and_shares_are_of_the_tried():
    result = faked.attacked()
    assert result.counts == {"held": 4, "broken": 2, "wrong": 1, "unknown": 1, "untried": 2}
    assert result.tried == 8
    assert result.robust_accuracy == 0.5
    assert result.clean_accuracy == 6 / 8
    low, high = result.interval
    assert low == pytest.approx(0.157, abs=1e-3)
    assert high == pytest.approx(0.843, abs=1e-3)


TABLE = """\
evasion.standard (tier quick), linf ball, eps 0.03137 (8/255), seed 0: 10 cases of 3 x 4, answers read as 5 logits

  right untouched                6  75.0%  clean accuracy
  broken by pairs                2  25.0%
  wrong untouched, not attacked  1  12.5%
  unknown                        1  12.5%
  not tried                      2  20.0%
  held                           4  50.0%  robust accuracy (95 %: 15.7% to 84.3%)

  per case: 12.5 forwards, 6.2 backwards, 3.8 queries; 1.5 s
  note: it was interrupted"""


def test_it_prints_like_a_table():
    assert str(faked.attacked()) == TABLE


def test_signs_of_masking_and_what_was_done_are_said_once():
    found = Finding("zero", True, 1.0, 0.1, 16, "All gradients are zero.", "They went straight through.")
    other = Finding("odd", True, 1.0, 0.1, 16, "The radius does not matter.", "They went straight through.")
    none = Finding("fine", False, 0.0, 0.1, 16, "Nothing here.")
    text = str(faked.attacked(findings=(found, other, none)))
    assert text.count("They went straight through.") == 1
    assert "sign of masking: All gradients are zero." in text
    assert "sign of masking: The radius does not matter." in text
    assert "Nothing here" not in text
    assert faked.attacked(findings=(found,)).masked
    assert not faked.attacked(findings=(none,)).masked


def test_a_notebook_gets_a_card_and_pandas_a_table():
    result = faked.attacked()
    card = result._repr_html_()
    assert "robust accuracy" in card
    assert "<table" in card
    table = result.to_frame()
    assert table["outcome"].tolist() == result.outcome.tolist()
    assert set(table["outcome"]) <= set(OUTCOMES)
    assert "adversarial" not in table.columns


def test_one_case_is_a_record_and_positions_are_pythons():
    result = faked.attacked()
    assert (result[0].outcome, result[0].by, result[0].label) == ("broken", "pairs", 0)
    assert result[-1].outcome == "untried"
    assert len(list(result)) == len(result) == 10
    with pytest.raises(IndexError):
        result[10]


def test_plain_values_survive_json():
    told = json.loads(json.dumps(faked.attacked().to_json(), allow_nan=False))
    assert told["robust_accuracy"] == 0.5
    assert told["threat"] == "linf ball, eps 0.03137"
    nothing = faked.attacked(outcome=np.full(10, "untried"))
    assert json.loads(json.dumps(nothing.to_json(), allow_nan=False))["robust_accuracy"] is None
    assert nothing.interval == (0.0, 1.0)


def test_an_eps_that_is_no_fraction_of_255_stays_a_number():
    assert "/255" not in str(faked.attacked(threat=Ball("linf", 0.05)))
    assert "/255" not in str(faked.attacked(threat=Ball("l2", 8 / 255)))
    assert "/255" not in str(faked.attacked(threat=Ball("linf", 8.0, 0.0, 255.0)))


def test_chance_is_told_by_presentations():
    shares = np.array([0.25, 0.5, 1.0, 1.0, 0.75, 0.75, 0.0, 0.0, 0.0, 0.0])
    assert "53.1% of presentations" in str(faked.attacked(shares=shares, draws=16))


def test_where_nothing_was_tried_no_share_is_above_all():
    found = replace(faked.attacked(), outcome=np.full(10, "untried"), by=("",) * 10)
    assert " 100.0%" in next(line for line in str(found).splitlines() if "not tried" in line)


def test_one_case_is_no_cases_and_a_radius_of_0_is_said():
    whole = faked.attacked()
    ball = replace(whole.setting.threat, eps=0.0)
    one = replace(whole, setting=replace(whole.setting, threat=ball), outcome=np.array(["held"]), by=("",))
    assert "linf ball, eps 0, seed" in str(one)
    assert ": 1 case of" in str(one)


def test_only_a_ball_has_a_distance_worth_telling():
    whole = faked.attacked()
    near = replace(whole, distance=np.full(10, 0.001))
    assert "median distance" in str(near)
    assert "median distance" not in str(replace(near, setting=replace(whole.setting, threat=Patch())))
