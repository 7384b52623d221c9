"""How much a verifier brings along, from little to much, and what each finds of an attack: measured, for the docs."""

from dataclasses import replace

from seatrial.proof.reading import Question
from seatrial.proof.trust import Trust
from seatrial.proof.verify import verify
from tests.proof.attacks import NOON, W1, WITNESSED, Attack, Shown, cosigned, honest, leaves_of, look

SETUPS = {
    "keys from the data": "trusts whatever keys come along with the evidence",
    "self-attested": "has pinned the keys",
    "remembered": "has pinned the keys, and remembers what it accepted",
    "witnessed": "has pinned the keys, remembers, and asks for a witness and for a greatest age",
}
"""Name -> what such a verifier does; each does what the one before does, too."""

ASKED = {
    "approved": "--approved",
    "today": "--model",
    "disclosed": "--disclosed",
    "attestations": "--attestation",
    "max_age": "--max-age",
    "assurance": "--require witnessed",
    "remembered": "--remember",
}
"""Part of a question -> the option that asks it."""


def accepts_the_honest(setup: str) -> bool:
    """Whether a verifier accepts the honest log."""
    log = honest()
    shown = Shown(cosigned(log.evidence(), W1, NOON, by="w1"), WITNESSED, Question(remembered=leaves_of(log)))
    full = replace(shown, question=replace(shown.question, assurance="witnessed", now=NOON, max_age=60))
    given = _given(full, setup)
    assert not isinstance(given.evidence, bytes)
    assert isinstance(given.trust, Trust)
    return verify(given.evidence, given.trust, question=given.question).ok


def caught(one: Attack, setup: str) -> bool:
    """Whether a verifier finds an attack."""
    log = honest()
    before = leaves_of(log)
    shown = one.show(log)
    if one.row and not shown.question.remembered and not shown.question.assurance:
        shown = replace(shown, question=replace(shown.question, remembered=before))
    return bool(look(_given(shown, setup)))


def least(one: Attack) -> str:
    """The least that a verifier must bring along to find an attack."""
    return next((setup for setup in list(SETUPS)[1:] if caught(one, setup)), "")


def asked(one: Attack) -> str:
    """The options with which a verifier asks for what finds an attack; empty if it always looks."""
    question, plain = one.show(honest()).question, Question()
    return " ".join(f"`{option}`" for name, option in ASKED.items() if getattr(question, name) != getattr(plain, name))


def _given(shown: Shown, setup: str) -> Shown:
    """What is presented, to a verifier that brings along so much."""
    at = list(SETUPS).index(setup)
    question = shown.question
    if at < 3:
        question = replace(question, assurance="", max_age=None, now=None)
    if at < 2:
        question = replace(question, remembered=())
    pinned = shown.theirs if at == 0 and shown.theirs is not None else shown.trust
    return replace(shown, question=question, trust=pinned)
