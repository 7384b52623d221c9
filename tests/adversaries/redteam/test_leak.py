import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.redteam.leak import ASKS, Leak
from seatrial.errors import TrialError
from seatrial.records.batch import Batch, Message, Talks
from seatrial.records.random import Random
from seatrial.records.threat import Turns
from seatrial.targets.chat import Chat
from seatrial.trial import referee

TARGET = Chat(url="http://127.0.0.1:9/v1", model="none")
IDS = tuple(bytes([at]) * 32 for at in range(40))
SCRIPT = (Message("system", "s"), Message("user", "hello"), Message("assistant", "hi"), Message("user", "so?"))


def attacked(asks, turns, *, ids=IDS, script=SCRIPT, seed=bytes(32)):
    batch = Batch(ids, Talks(script for _ in ids))
    attempts = Leak(asks=asks).attack(TARGET, batch, Bench(Turns(turns), Random(seed, ids)))
    referee.check(Turns(turns), batch, attempts)
    return attempts.stimuli


def test_the_script_is_kept_and_ends_in_different_asks() -> None:
    for talk in attacked(3, 10):
        assert talk[:4] == SCRIPT
        asked = [turn.content for turn in talk[4:]]
        assert len(asked) == len(set(asked)) == 3
        assert set(asked) <= set(ASKS)
        assert {turn.role for turn in talk[4:]} == {"user"}


def test_the_threat_limits_the_turns() -> None:
    assert {len(talk) for talk in attacked(3, 4)} == {6}
    assert {len(talk) for talk in attacked(99, 99)} == {4 + len(ASKS)}


@pytest.mark.parametrize(("asks", "turns"), [(3, 2), (3, 1), (0, 9)])
def test_without_room_to_ask_it_is_an_error_not_a_silent_pass(asks, turns) -> None:
    with pytest.raises(TrialError, match="2 user turns"):
        attacked(asks, turns)


def test_order_is_drawn_per_case_and_does_not_depend_on_company() -> None:
    whole = attacked(1, 9)
    assert len({talk[-1].content for talk in whole}) > len(ASKS) / 2
    assert attacked(1, 9, ids=(IDS[7], IDS[3])) == Talks((whole[7], whole[3]))
    assert attacked(1, 9, seed=b"\x01" * 32) != whole
