"""A licence, asked of logs that somebody with the log key made up: only words about this very decision count."""

from pathlib import Path
from typing import Any

import pytest
from tests.proof.attacks import NOON
from tests.proof.ledger import MODEL_A, MODEL_B, Ledger, charter, story, trust, weak

from seatrial.decision.licence import Licence, licence
from seatrial.evidence.log import Log
from seatrial.proof import trust as trusts


def asked(place: Path, log: Ledger, decision: int) -> Licence:
    """The licence of a decision, of a log that lies in a folder."""
    (place / "blobs").mkdir()
    (place / "log").write_bytes(b"".join(entry + b"\n" for entry in log.entries))
    (place / "checkpoint").write_bytes(log.checkpoint())
    (place / "trust.json").write_bytes(trusts.write(trust()))
    return licence(Log.open(place), decision, now=NOON)


def test_the_word_of_an_approver_licenses_the_decision(tmp_path: Path) -> None:
    log = story()
    log.say("approval", MODEL_B, log.bound(9) | {"at": NOON}, "ann")
    found = asked(tmp_path, log, 9)
    assert found.granted
    assert found.approved == ("ann",)


@pytest.mark.parametrize(
    "other", [{"log": "log.example/copy"}, {"root": "00" * 32}, {"decision": "sha256:" + "00" * 32}]
)
def test_an_approval_of_something_else_licenses_nothing(tmp_path: Path, other: dict[str, Any]) -> None:
    log = story()
    log.say("approval", MODEL_B, log.bound(9) | {"at": NOON} | other, "ann")
    found = asked(tmp_path, log, 9)
    assert (found.granted, found.approved, found.uncounted) == (False, (), ())


def test_whoever_submitted_the_model_in_an_earlier_attempt_does_not_approve_it(tmp_path: Path) -> None:
    log = Ledger({("submission", 0): {"submitter": "ann"}})
    log.gate(MODEL_B, charter())
    at = log.gate(MODEL_B, charter(), take=40)
    log.say("approval", MODEL_B, log.bound(at) | {"at": NOON}, "ann")
    found = asked(tmp_path, log, at)
    assert (found.granted, found.uncounted) == (False, (("ann", "submitted the model"),))


@pytest.mark.parametrize(
    ("who", "elsewhere", "granted"), [("bo", {}, True), ("", {}, False), ("bo", {"log": "x"}, False)]
)
def test_a_waiver_that_nobody_gave_here_licenses_nothing(
    tmp_path: Path, who: str, elsewhere: Any, granted: bool
) -> None:
    log = Ledger()
    result = log.result(log.run_plan(log.submit(MODEL_A, charter())), weak)
    named = {"clause": "robust", "model": MODEL_A, "reason": "known", "owner": "bo", "expires": NOON + 1, "at": 50}
    bound = log.bound(log.decide(result, charter()))
    waiver = log.say("waiver", MODEL_A, bound | named | elsewhere, *filter(None, [who]))
    at = log.decide(result, charter(), waivers={"robust": waiver}, as_of=100)
    log.say("approval", MODEL_A, log.bound(at) | {"at": NOON}, "ann")
    found = asked(tmp_path, log, at)
    assert (found.decision, found.granted) == ("deploy", granted)
    assert granted or found.lacking[0].endswith("is the word of nobody who may waive here")
