import numpy as np
from tests.adversaries.arena import fight
from tests.adversaries.evasion.test_flow import THREAT, ramp

from seatrial.adversaries.evasion.elastic import Elastic
from seatrial.records.threat import Flow
from seatrial.testing.victims import Labels


def test_more_queries_bring_the_margin_down_further() -> None:
    victim, batch = ramp(np.full(12, 0.5) + np.arange(12) / 1000)
    few, many = (fight(Elastic(queries=count), victim, batch, THREAT).stimuli for count in (3, 200))
    one, other = (victim.respond(made)[:, 1] for made in (few, many))
    assert (other <= one).all()
    assert (other < one).sum() > 6


def test_nodes_stand_no_closer_than_the_threat_allows_and_one_node_moves_all_alike() -> None:
    victim, batch = ramp(np.full(4, 0.5) + np.arange(4) / 1000)
    stiff = fight(Elastic(queries=10), victim, batch, Flow(pixels=2.0, smooth=0.05))
    assert np.allclose(stiff.recipe, stiff.recipe[:, :, :1, :1])
    loose = fight(Elastic(queries=10, nodes=3), victim, batch, Flow(pixels=2.0, smooth=2.0))
    assert len(np.unique(np.round(loose.recipe[0, 0], 6))) > 3


def test_labels_are_enough_for_a_plain_random_search() -> None:
    victim, batch = ramp(np.full(8, 0.0005) + np.arange(8) / 1e6)
    assert fight(Elastic(), Labels(victim), batch, THREAT).fallen.all()
