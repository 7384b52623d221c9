import numpy as np
import pytest
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.structured import Structured
from seatrial.errors import CasesError, TrialError
from seatrial.records.threat import Groups
from seatrial.testing.victims import TorchLinear, cases, linear

SHAPE = (2, 9, 7)


def rises(victim, batch, unit):
    """Return by how much the margin of each case can fall in every group `(n, groups)`: two classes."""
    gap = (victim.weights[batch.labels] - victim.weights[1 - batch.labels]).reshape(len(batch), *victim.shape)
    x = batch.inputs.astype(np.float64)
    each = np.maximum(gap * x, gap * (x - 1)).sum(axis=1)
    if unit == "pixel":
        return each.reshape(len(batch), -1)
    if unit == "frame":
        rings = [each[:, at : 9 - at, at : 7 - at] for at in range(4)]
        whole = [ring.sum(axis=(1, 2)) for ring in rings]
        return np.stack([one - other for one, other in zip(whole, [*whole[1:], 0], strict=True)], axis=1)
    return each.sum(axis=2 if unit == "row" else 1)


@pytest.mark.parametrize(("unit", "count"), [("pixel", 5), ("row", 1), ("column", 2), ("frame", 1)])
def test_on_a_linear_model_of_two_classes_it_finds_the_best_groups_there_are(unit, count) -> None:
    victim = linear(SHAPE, 2)
    batch = cases(victim, 80, spread=0.5)
    said = victim.respond(batch.inputs).astype(np.float64)
    each = np.arange(80)
    margin = said[each, batch.labels] - said[each, 1 - batch.labels]
    least = np.sort(rises(victim, batch, unit), axis=1)[:, -count:].sum(axis=1)
    shown = fight(Structured(), victim, batch, Groups(count, unit))
    can = margin < least
    assert can.any()
    assert (shown.fallen == can)[np.abs(margin - least) > 1e-4].all()


def test_more_groups_break_more_and_all_of_them_break_everything() -> None:
    victim = linear((1, 8, 8), 4)
    batch = cases(victim, 40, spread=0.3)
    fallen = [fight(Structured(), victim, batch, Groups(count, "pixel")).fallen for count in (1, 4, 64)]
    assert fallen[0].sum() < fallen[1].sum() <= 40
    assert fallen[2].all()
    assert not (fallen[0] & ~fallen[1]).any()


def test_what_a_case_that_stands_costs_is_what_the_page_says() -> None:
    victim = linear((1, 8, 8), 3)
    shown = fight(Structured(steps=6, restarts=3), victim, cases(victim, 8), Groups(1, "pixel", 0.499, 0.501))
    assert not shown.fallen.all()
    assert set(shown.ledger.forwards[~shown.fallen].tolist()) == {3 * 7}
    assert set(shown.ledger.backwards[~shown.fallen].tolist()) == {3 * 6}


@pytest.mark.parametrize("left", [1, 2, 8])
def test_a_budget_is_kept(left) -> None:
    victim = linear((1, 8, 8), 3)
    shown = fight(Structured(), victim, cases(victim, 8), Groups(1, "row", 0.499, 0.501), left=left)
    assert shown.ledger.forwards.max() <= left


def test_torch_has_the_outcomes_of_numpy() -> None:
    victim = linear((3, 8, 8), 3)
    batch, threat = cases(victim, 32, spread=0.4), Groups(1, "pixel")
    ours, theirs = (fight(Structured(), one, batch, threat).fallen for one in (victim, TorchLinear(victim)))
    assert ours.tolist() == theirs.tolist()
    assert 0 < ours.sum() < 32


def test_what_is_no_image_or_no_unit_is_refused() -> None:
    flat, victim = linear((64,), 2), linear((1, 8, 8), 2)
    with pytest.raises(CasesError, match="a change of groups of pixels needs images"):
        fight(Structured(), flat, cases(flat, 4), Groups())
    with pytest.raises(TrialError, match="no unit 'block'"):
        fight(Structured(), victim, cases(victim, 4), Groups(unit="block"))
