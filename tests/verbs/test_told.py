"""What a run tells goes to the logger, once, at a level that fits."""

import logging

import pytest

from seatrial.records.event import (
    ControlFinished,
    Phase,
    Progress,
    RunFinished,
    RunStarted,
    ShardFailed,
    ShardFinished,
    StoppedByClock,
    StoppedByMoney,
    in_words,
    silent,
)
from seatrial.verbs.told import told

EVENTS = {
    RunStarted("sha256:0", 4, 1): (logging.INFO, "4 shards, 1 already done"),
    ControlFinished("evasion.linear", found=True): (logging.INFO, "control evasion.linear found"),
    ControlFinished("evasion.linear", found=False): (
        logging.WARNING,
        "control evasion.linear missed: what it guards is untried",
    ),
    ShardFinished("clean", 0, 60, 59, 1.25): (logging.INFO, "clean, shard 1: 59 of 60 held, 1.2 s"),
    ShardFailed("clean", 1, "first line\nlast line\n"): (logging.WARNING, "clean, shard 2 failed: last line"),
    StoppedByClock(0.5, 3): (logging.WARNING, "stopped by the budget of 0.5 minutes, 3 shards not done"),
    StoppedByMoney("5 USD", "5.02 USD", 3): (
        logging.WARNING,
        "stopped by the budget of 5 USD (5.02 USD spent), 3 shards not done",
    ),
    RunFinished(3, 1, 0): (logging.INFO, "3 shards done, 1 failed, 0 not done"),
    Progress("harden", 3, 100, "loss 0.1"): (logging.DEBUG, "harden 3 of 100  loss 0.1"),
    Progress("harden", 10, 100): (logging.INFO, "harden 10 of 100"),
    Progress("harden", 7, 7): (logging.INFO, "harden 7 of 7"),
    Phase("loading the model"): (logging.INFO, "loading the model"),
}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_has_its_level_its_words_and_its_fields(event, caplog) -> None:
    heard = []
    with caplog.at_level(logging.DEBUG, logger="seatrial"):
        told(told(heard.append))(event)
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == EVENTS[event]
    assert record.name == "seatrial.run"
    assert record.event["name"] == type(event).__name__
    assert heard == [event]
    assert in_words(event) == record.getMessage()


def test_nothing_is_made_where_nobody_listens(caplog) -> None:
    with caplog.at_level(logging.ERROR, logger="seatrial"):
        told(silent)(Phase("loading the model"))
    assert caplog.records == []
