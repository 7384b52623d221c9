import numpy as np

from seatrial.controls.evasion.corner import QUERIES, Corner
from seatrial.controls.evasion.linear import LinearControl


def test_it_is_the_plane_of_the_linear_control_that_names_classes_only():
    for ours, theirs in ((Corner().flaw(), LinearControl().flaw()), (Corner().twin(), LinearControl().twin())):
        batch = ours.cases.take(0, len(ours.cases))
        assert ours.target.face.gives == "labels"
        assert (ours.target.respond(batch.inputs) == np.argmax(theirs.target.respond(batch.inputs), axis=1)).all()
        assert ours.threat.queries == QUERIES
        assert ours.share == theirs.share
