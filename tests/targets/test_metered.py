from __future__ import annotations

import numpy as np
import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.errors import RuleBroken
from seatrial.records.batch import Array
from seatrial.targets.accounted import capabilities
from seatrial.targets.metered import Ledger, meter
from seatrial.targets.target import Conditional, Differentiable, Face, Fresh, Service


class Plain:
    face = Face(takes=Array, gives="logits", classes=2)

    def respond(self, inputs):
        return np.stack([inputs.sum(axis=1), -inputs.sum(axis=1)], axis=1)


class Rich(Plain):
    def __init__(self, shift=0.0):
        self.shift = shift

    def linearise(self, inputs):
        return self.respond(inputs), lambda g: (g[:, :1] - g[:, 1:]) * np.ones_like(inputs)

    def under(self, condition):
        return Plain() if condition == "plain" else Rich(condition)

    def fresh(self, key):
        return Rich(float(key[0]))

    def serve(self, inputs):
        return self.respond(inputs), (0.5,) * len(inputs)


class Raises(Plain):
    def respond(self, inputs):
        raise ValueError("no")


X = np.arange(12, dtype=np.float64).reshape(4, 3)


def test_wrapper_has_exactly_the_capabilities_of_what_it_wraps():
    assert capabilities(meter(Plain(), Ledger.empty(4))) == ()
    assert capabilities(meter(Rich(), Ledger.empty(4))) == (Differentiable, Conditional, Fresh, Service)
    assert type(meter(Rich(), Ledger.empty(4))) is type(meter(Rich(), Ledger.empty(1)))
    assert capabilities(meter(Rich(), Ledger.empty(4)).under("plain")) == ()


def test_each_case_is_charged_for_what_it_asks():
    ledger = Ledger.empty(6)
    target = meter(Rich(), ledger, rows=[5, 0, 2, 3])
    assert np.array_equal(target.respond(X), Rich().respond(X))
    bench = Bench(threat=None, random=None)
    bench.at(target, np.array([True, False, False, True])).respond(X[[0, 3]])
    bench.at(bench.at(target, [1, 2]), [1]).respond(X[:1])
    _, back = target.at([2, 2]).linearise(X[[2, 2]])
    back(np.ones((2, 2)))
    back(np.ones((2, 2)))
    assert ledger.queries.tolist() == [1, 0, 2, 2, 0, 2]
    assert ledger.forwards.tolist() == [1, 0, 4, 2, 0, 2]
    assert ledger.backwards.tolist() == [0, 0, 4, 0, 0, 0]
    assert ledger.queries.dtype == np.uint32
    assert (ledger.seconds > 0).tolist() == [True, False, True, True, False, True]


def test_other_states_charge_the_same_ledger():
    ledger = Ledger.empty(4)
    target = meter(Rich(), ledger)
    target.under(2.0).respond(X)
    target.fresh(b"\x07" * 32).respond(X)
    assert target.serve(X)[1] == (0.5,) * 4
    assert ledger.queries.tolist() == ledger.forwards.tolist() == [3] * 4


def test_asking_on_the_account_of_others_breaks_the_rules():
    with pytest.raises(RuleBroken, match=r"8 rows were asked on the account of 4 cases"):
        meter(Rich(), Ledger.empty(4)).respond(np.concatenate([X, X]))


def test_budget_holds_per_case_over_all_wrappers_of_one_ledger():
    ledger = Ledger.empty(4)
    meter(Rich(), ledger, most=3).respond(X)
    later = meter(Rich(), ledger, most=3)
    later.at([1]).respond(X[:1])
    later.at([0, 1]).respond(X[:2])
    later.at([0, 2, 3]).respond(X[:3])
    with pytest.raises(RuleBroken, match="query 4 of one case, but the threat allows 3"):
        later.at([1]).respond(X[:1])


def test_gradients_do_not_go_around_the_query_budget():
    target = meter(Rich(), Ledger.empty(4), most=2)
    target.linearise(X)
    target.linearise(X)
    with pytest.raises(RuleBroken):
        target.linearise(X)


def test_what_raises_is_charged_too():
    ledger = Ledger.empty(4)
    with pytest.raises(ValueError, match="no"):
        meter(Raises(), ledger).respond(X)
    assert ledger.queries.tolist() == [1] * 4


def test_no_public_name_leads_to_the_ledger_or_past_the_meter():
    ledger, target = Ledger.empty(4), Rich()
    seen = set()
    todo = [meter(target, ledger)]
    while todo:
        thing = todo.pop()
        if id(thing) in seen or isinstance(thing, (type, int, float, str)):
            continue
        seen.add(id(thing))
        assert thing is not ledger
        assert thing is not target
        assert thing is not ledger.forwards
        todo += [getattr(thing, name) for name in dir(thing) if not name.startswith("_")]
    assert len(seen) > 5
