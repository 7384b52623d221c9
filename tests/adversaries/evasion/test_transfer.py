from dataclasses import replace

import numpy as np
import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.evasion.transfer import Transfer
from seatrial.controls.plants import Linear
from seatrial.errors import TrialError
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.victims import Labels, TorchLinear, cases, linear, reach

VICTIM = linear((1, 8, 8), 2)
BATCH = cases(VICTIM, 24)
FAR = reach(VICTIM, BATCH, "linf")


def played(helpers, eps, *, queries=20, target=None, **tactics):
    """Return who fell, what the target was asked, and what the helpers were."""
    victim = Labels(VICTIM) if target is None else target
    asked, aid = Ledger.empty(24), Ledger.empty(24)
    lent = {name: meter(one, aid) for name, one in helpers.items()}
    ball = Ball("linf", eps, -9, 9, queries=queries)
    bench = Bench(ball, Random(bytes(32), BATCH.ids), queries, lent)
    batch = BATCH.moved(victim.face.home)
    made = Transfer(queries=queries, **tactics).attack(meter(victim, asked, most=queries), batch.open(), bench)
    return VICTIM.respond(np.asarray(made.stimuli)).argmax(axis=1) != BATCH.labels, asked, aid


def test_what_breaks_an_equal_model_breaks_the_target_and_nothing_that_algebra_forbids():
    eps = float(np.median(FAR))
    fell, asked, aid = played({"equal": VICTIM}, eps)
    assert not fell[eps < FAR].any()
    assert fell[0.95 * eps > FAR].all()
    assert asked.backwards.sum() == 0
    assert set(asked.queries[~fell].tolist()) == {20}
    assert asked.queries[fell].max() <= 5
    assert (aid.forwards >= 10).all()


def test_two_models_that_err_apart_are_stronger_together_than_the_worse_of_them():
    noise = np.random.Generator(np.random.Philox(3)).normal(size=(2, *VICTIM.weights.shape)).astype(np.float32)
    apart = [replace(VICTIM, weights=VICTIM.weights + sign * 0.8 * noise[0]) for sign in (1, -1)]
    eps = float(np.quantile(FAR, 0.7)) * 1.1
    single, both = (played(dict(enumerate_named(models)), eps, queries=3)[0].sum() for models in (apart[:1], apart))
    assert both > single


def enumerate_named(models):
    return ((f"m{at}", one) for at, one in enumerate(models))


def test_a_target_in_torch_and_helpers_in_numpy_play_together():
    eps = float(np.median(FAR))
    fell, _, _ = played({"equal": VICTIM}, eps, target=TorchLinear(VICTIM))
    assert fell[0.95 * eps > FAR].all()


@pytest.mark.parametrize("queries", [1, 2, 3, 7])
def test_a_budget_is_used_to_the_last_query(queries):
    _, asked, _ = played({"equal": VICTIM}, 1e-6, queries=queries)
    assert set(asked.forwards.tolist()) == {queries}


def test_a_useless_model_breaks_nothing_that_is_far():
    blind = Linear(np.zeros_like(VICTIM.weights), VICTIM.bias, VICTIM.shape)
    fell, asked, _ = played({"blind": blind}, float(FAR.min()) * 0.5)
    assert not fell.any()
    assert set(asked.forwards.tolist()) == {20}


def test_without_another_model_it_says_so():
    with pytest.raises(TrialError, match="surrogates"):
        played({}, 0.1)
