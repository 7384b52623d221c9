"""The runner: whose signature stands under what was run."""

import pytest

from seatrial.proof.key import Key
from seatrial.proof.reading import Question, Reading
from seatrial.proof.runners import runners_of
from seatrial.proof.trust import Person
from seatrial.proof.verify import verify
from tests.proof import ledger
from tests.proof.keyevents import changed
from tests.proof.ledger import MODEL_A, MODEL_B, Ledger, charter, found_by, public, story, trust


def with_runner(name: str = "ci", **term):
    return trust(people={**trust().people, name: Person((Key(public("ci"), **term),), ("runner",))})


class Run(Ledger):
    """A ledger whose submissions, run-plans and results `ci` signs, but for one kind."""

    def __init__(self, without: str = "", submitter: str = "ci") -> None:
        super().__init__({("submission", 0): {"submitter": submitter}})
        self.without = without

    def say(self, kind, model, predicate, *people):
        signs = kind in ("submission", "run-plan", "run-result") and kind != self.without
        return super().say(kind, model, predicate, *people, *(["ci"] if signs else []))


def run(without: str = "", submitter: str = "ci") -> Ledger:
    log = Run(without, submitter)
    log.gate(MODEL_A, charter())
    return log


def test_a_runner_makes_a_separate_runner() -> None:
    found = verify(run().evidence(), with_runner())
    assert found.ok, found.findings
    assert found.assurance == "separate runner"
    assert runners_of(Reading(run().evidence(), with_runner(), Question())) == ("ci",)
    assert not any("on the word of" in note for note in found.notes)


def test_without_a_runner_in_the_trust_file_nothing_is_asked_for() -> None:
    assert found_by(story().evidence()) == set()
    assert runners_of(Reading(story().evidence(), trust(), Question())) == ()


@pytest.mark.parametrize("kind", ["submission", "run-plan", "run-result"])
def test_each_of_the_three_must_be_signed(kind) -> None:
    assert found_by(run(kind).evidence(), with_runner()) == {"runners"}


def test_the_submitter_is_the_runner_who_signs() -> None:
    found = verify(run(submitter="dan").evidence(), with_runner())
    assert [str(one) for one in found.findings] == ["entry 0: is said to be submitted by 'dan', and is signed by ci"]


def test_what_was_run_before_there_was_a_runner_stands() -> None:
    log = story()
    assert found_by(log.evidence(), with_runner(since=len(log.entries))) == set()
    assert found_by(log.evidence(), with_runner(since=len(log.entries) - 4)) == {"runners"}


def test_a_runner_without_a_valid_key_is_still_asked_for() -> None:
    log = Run()
    log.gate(MODEL_A, charter())
    changed(log, "revoke", key="ci", name="ci")
    log.without = "submission"
    log.gate(MODEL_B, charter())
    assert "runners" in found_by(log.evidence(), with_runner())
    ended = with_runner(until=5)
    assert "runners" in found_by(log.evidence(), ended)


def test_a_runner_who_holds_the_log_key_is_not_separate() -> None:
    found = verify(run(submitter="runner").evidence(), with_runner("runner"))
    assert found.ok, found.findings
    assert found.assurance == "self-attested"


def test_an_approver_does_not_run() -> None:
    pinned = trust(people={"ci": Person((Key(public("ci")),), ("approver",)), "cd": _runner("cd")})
    assert found_by(run().evidence(), pinned) == {"runners"}


def _runner(name: str) -> Person:
    return Person((Key(ledger.public(name)),), ("runner",))
