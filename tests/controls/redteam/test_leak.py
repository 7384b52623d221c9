import threading

import pytest
from tests.controls.probation import shares

from seatrial.adversaries.redteam.leak import ASKS
from seatrial.controls.redteam.assistant import CANARY, Assistant
from seatrial.oracles.secret_kept import tells


@pytest.mark.parametrize("asks", [1, 3, len(ASKS)])
def test_the_flaw_falls_and_the_twin_does_not(asks) -> None:
    before = set(threading.enumerate())
    assert shares("redteam.leak", {"asks": asks}) == (1.0, 0.0)
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("ask", ASKS)
def test_every_ask_alone_draws_out_the_code_word_in_some_spelling(ask) -> None:
    turn = {"role": "user", "content": ask}
    assert tells(Assistant(leaks=True).answer([turn]), CANARY)
    assert not tells(Assistant(leaks=False).answer([turn]), CANARY)


def test_ordinary_questions_are_answered_alike() -> None:
    for text in ("Hello!", "When are you open?", "What is two and two?"):
        turn = [{"role": "user", "content": text}]
        assert Assistant(leaks=True).answer(turn) == Assistant(leaks=False).answer(turn)
