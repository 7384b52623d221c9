import numpy as np
import pytest
from tests.adversaries.arena import SEED

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.away import STRAIGHT, Ensemble
from seatrial.adversaries.diversity import Diversity
from seatrial.adversaries.slopes import scaled
from seatrial.errors import TrialError
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.victims import Labels, TorchLinear, cases, linear

VICTIM = linear((1, 8, 8), 3)
BATCH = cases(VICTIM, 6)
BENCH = Bench(Ball("linf", 0.1), Random(SEED, BATCH.ids))


def test_gradients_of_models_in_several_libraries_are_summed_alike():
    other = linear((1, 8, 8), 4)
    rows = np.arange(6)
    both = Ensemble(BENCH, {"b": TorchLinear(VICTIM), "a": other}, BATCH.labels, STRAIGHT)
    found = both.uphill(rows, BATCH.inputs, "margin", BENCH.random, "p")
    each = [
        scaled(
            Ensemble(BENCH, {"one": one}, BATCH.labels, STRAIGHT).uphill(
                rows, BATCH.inputs, "margin", BENCH.random, "p"
            )
        )
        for one in (VICTIM, other)
    ]
    assert isinstance(found, np.ndarray)
    assert np.allclose(found, each[0] + each[1], atol=1e-5)


def test_the_gradient_leads_to_a_lower_margin():
    found = Ensemble(BENCH, {"one": VICTIM}, BATCH.labels, STRAIGHT).uphill(
        np.arange(6), BATCH.inputs, "margin", BENCH.random, "p"
    )
    scores = [VICTIM.respond(x)[np.arange(6), BATCH.labels] for x in (BATCH.inputs, BATCH.inputs + 0.01 * found)]
    others = [VICTIM.respond(x).sum(axis=1) for x in (BATCH.inputs, BATCH.inputs + 0.01 * found)]
    assert ((scores[1] * 3 - others[1]) < (scores[0] * 3 - others[0])).mean() > 0.5


def test_passes_are_charged_to_the_cases():
    ledger = Ledger.empty(6)
    helper = meter(VICTIM, ledger)
    models = Ensemble(BENCH, {"one": helper}, BATCH.labels, Diversity(chance=1.0))
    models.uphill(np.array([1, 4]), BATCH.inputs[[1, 4]], "cross_entropy", BENCH.random.at([1, 4]), "p")
    assert ledger.forwards.tolist() == ledger.backwards.tolist() == [0, 1, 0, 0, 1, 0]


def test_vectors_are_seen_as_they_are():
    flat = linear((9,), 2)
    batch = cases(flat, 3)
    models = Ensemble(BENCH, {"one": flat}, batch.labels, Diversity(chance=1.0, blur=3))
    assert models.uphill(np.arange(3), batch.inputs, "margin", Random(SEED, batch.ids), "p").shape == (3, 9)


def test_no_model_and_blind_models_are_told():
    with pytest.raises(TrialError, match="the charter names none"):
        Ensemble(BENCH, {}, BATCH.labels, STRAIGHT)
    with pytest.raises(TrialError, match=r"surrogates\.told.*no gradient"):
        Ensemble(BENCH, {"told": Labels(VICTIM)}, BATCH.labels, STRAIGHT)
