"""Attacks on evidence, as a table: what is done, who could do it, what closes it, and which check finds it by name.

Each is a function from a fresh honest log (`honest`) to what the attacker presents.  `test_attacks.py` looks that every
one is found by its check and by no other, and that it passes where that check is removed; `docs/generate.py` makes
`docs/explain/attacks.md` of the same table.

A new check is registered by a new attack that only this check finds: write a function below, with `@attack(...)`.
"""

import base64
import gzip
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from seatrial.errors import EvidenceError
from seatrial.proof import (
    bundle,
    canonical,
    checkpoint,
    cosignature,
    envelope,
    manifest,
    merkle,
    note,
    rules,
    samples,
    standard,
    statement,
)
from seatrial.proof import trust as trusts
from seatrial.proof.bundle import Evidence
from seatrial.proof.canonical import dumps
from seatrial.proof.checks import CHECKS, Check
from seatrial.proof.findings import finding_id
from seatrial.proof.key import Key
from seatrial.proof.note import VerifierKey
from seatrial.proof.reading import Question, Reading, Today
from seatrial.proof.statement import log_digest
from seatrial.proof.today import LINK
from seatrial.proof.trust import Person, Trust
from seatrial.proof.verify import Verified, verify, verify_bundle
from tests.proof import ledger
from tests.proof import said as examples
from tests.proof.keyevents import changed, handed
from tests.proof.ledger import MODEL_A, MODEL_B, Ledger, charter, clause, good, story, trust, weak

ANYBODY, SUBMITTER, HOLDER, APPROVER = "anybody", "a submitter", "the log-key holder", "an approver"
TRUST_FILE, LAYOUT = "trust file", "layout"
"""What finds an attack before any check of `CHECKS` is carried out."""
NOON = 43_200


@dataclass(frozen=True)
class Shown:
    """What an attacker presents, and what the verifier brings along."""

    evidence: Evidence | bytes
    """Parts of a bundle, or the bytes of one."""
    trust: Trust | bytes = ledger.trust()  # noqa: RUF009 - frozen
    """What is pinned; bytes, where the file itself is the attack."""
    question: Question = Question()  # noqa: RUF009 - frozen
    theirs: Trust | None = None
    """The keys that would come along with the evidence, where these are others than the pinned ones."""


@dataclass(frozen=True)
class Attack:
    """One way to make evidence say what is not so."""

    name: str
    """A sentence."""
    done: str
    """What is done, in bytes."""
    who: str
    """Who could do it."""
    closes: str
    """What closes it."""
    finds: str
    """The check that finds it, by name, and without which nothing does."""
    show: Callable[[Ledger], Shown]
    row: int = 0
    """Its row in the matrix of nine; 0 if it is none of them."""
    also: tuple[str, ...] = ()
    """Checks that find it too: a second line."""


ATTACKS: list[Attack] = []
"""In the order in which the page lists them."""


def attack(name: str, done: str, **said: Any) -> Callable[[Callable[[Ledger], Shown]], Callable[[Ledger], Shown]]:
    """Register a function as an attack."""

    def registered(show: Callable[[Ledger], Shown]) -> Callable[[Ledger], Shown]:
        ATTACKS.append(Attack(name, done, show=show, **said))
        return show

    return registered


def honest() -> Ledger:
    """Model A is rejected (0-4), model B deployed (5-9), ann approves it (10), its run is told again (11)."""
    log = story()
    log.say("approval", MODEL_B, log.bound(9) | {"at": NOON}, "ann")
    log.environment(7)
    return log


def person(*keys: str) -> Person:
    """Somebody with these keys who may approve and waive."""
    return Person(tuple(Key(ledger.public(key)) for key in keys), ("approver", "waiver"))


def leaves_of(log: Ledger) -> tuple[bytes, ...]:
    """What a verifier of a log remembers."""
    return tuple(merkle.leaf_hash(entry) for entry in log.entries)


def look(shown: Shown, checks: Sequence[Check] = CHECKS) -> set[str]:
    """Names of what finds something in what is presented; empty if all of it verifies."""
    try:
        pinned = trusts.read(shown.trust) if isinstance(shown.trust, bytes) else shown.trust
    except EvidenceError:
        return {TRUST_FILE}
    found = looked(shown, pinned, checks)
    return {check.name for check in found.checks if check.problems}


def looked(shown: Shown, pinned: Trust, checks: Sequence[Check] = CHECKS) -> Verified:
    """What a verifier finds in what is presented."""
    if isinstance(shown.evidence, bytes):
        return verify_bundle(shown.evidence, pinned, question=shown.question, checks=checks)
    return verify(shown.evidence, pinned, question=shown.question, checks=checks)


def whole(log: Ledger) -> Evidence:
    """Evidence of a log with all its blobs, the checkpoint signed again."""
    return Evidence(tuple(log.entries), log.checkpoint(), log.blobs)


def told(kind: str, nth: int, lie: Any) -> Evidence:
    """The story with one statement changed on its way in: everything after it is consistent with the lie."""
    return whole(story({(kind, nth): lie}))


def rechained(evidence: Evidence) -> Evidence:
    """Evidence whose checkpoint is over its entries as they are now; only the old signature is at hand."""
    text, _, signed = evidence.checkpoint.partition(b"\n\n")
    root = merkle.root([merkle.leaf_hash(entry) for entry in evidence.entries])
    lines = [text.split(b"\n")[0], b"%d" % len(evidence.entries), base64.b64encode(root)]
    return replace(evidence, checkpoint=b"\n".join(lines) + b"\n\n" + signed)


def repayload(entry: bytes, old: bytes, new: bytes) -> bytes:
    """An entry with other words and the signatures of the old ones."""
    body = canonical.loads(entry)
    payload = base64.b64decode(body["payload"])
    assert old in payload
    return dumps({**body, "payload": base64.b64encode(payload.replace(old, new)).decode()})


# ---- the matrix of nine -------------------------------------------------------------------------------------------


def _edited(log: Ledger) -> Evidence:
    """The second run was made under another Python than it says (nothing is computed from that)."""
    shown = log.evidence()
    entries = [*shown.entries]
    entries[11] = repayload(entries[11], b'"3.11"', b'"3.12"')
    return replace(shown, entries=tuple(entries))


@attack(
    "A row of the log is edited",
    "the payload of an entry is changed, its signatures are left",
    who=ANYBODY,
    closes="the signed root covers every byte of every entry",
    finds="root",
    row=1,
)
def edit(log: Ledger) -> Shown:
    return Shown(_edited(log))


@attack(
    "A row is edited and everything after it is chained again",
    "the Merkle root is computed anew and written into the checkpoint, under the old signature",
    who=ANYBODY,
    closes="the log key signs the checkpoint",
    finds="checkpoint",
    row=2,
)
def rechain(log: Ledger) -> Shown:
    return Shown(rechained(_edited(log)))


@attack(
    "The newest rows are dropped",
    "the last entries are cut off and the checkpoint is kept",
    who=ANYBODY,
    closes="the signed checkpoint says how many entries there are",
    finds="root",
    row=3,
)
def drop(log: Ledger) -> Shown:
    shown = log.evidence()
    return Shown(replace(shown, entries=shown.entries[:-1]))


@attack(
    "Rows are put in another order and chained again",
    "an approval is put behind what was logged after it, and the root is computed anew",
    who=ANYBODY,
    closes="the log key signs the checkpoint",
    finds="checkpoint",
    row=4,
)
def reorder(log: Ledger) -> Shown:
    shown = log.evidence()
    swapped = (*shown.entries[:10], shown.entries[11], shown.entries[10])
    return Shown(rechained(replace(shown, entries=swapped)))


@attack(
    "A row is put in and everything is chained again",
    "a genuine entry is repeated at the end, and the root is computed anew",
    who=ANYBODY,
    closes="the log key signs the checkpoint",
    finds="checkpoint",
    row=5,
)
def insert(log: Ledger) -> Shown:
    shown = log.evidence()
    return Shown(rechained(replace(shown, entries=(*shown.entries, shown.entries[8]))))


@attack(
    "The whole log is built again with a key of the attacker's own",
    "every entry and the checkpoint are signed by another key",
    who=ANYBODY,
    closes="the key of the log is pinned, and never taken from the evidence",
    finds="checkpoint",
    also=("signatures", "nonces"),
    row=6,
)
def rebuild(_log: Ledger) -> Shown:
    mine = Ledger()
    mine.key = "eve"
    mine.gate(MODEL_B, charter())
    return Shown(mine.evidence(), theirs=trust(log_key=ledger.public("eve")))


@attack(
    "The log is rolled back to an older state that was truly signed",
    "the bundle of yesterday is shown again, without what was logged since",
    who=ANYBODY,
    closes="the verifier remembers what it accepted",
    finds="memory",
    row=7,
)
def roll_back(log: Ledger) -> Shown:
    return Shown(story().evidence(), question=Question(remembered=leaves_of(log)))


@attack(
    "History that a verifier has seen is rewritten",
    "the rejected attempt is left out, and the log is signed again with its true key",
    who=HOLDER,
    closes="the verifier remembers what it accepted",
    finds="memory",
    row=8,
)
def rewrite(log: Ledger) -> Shown:
    mine = Ledger()
    mine.gate(MODEL_B, charter())
    for _ in range(6):
        mine.environment(2)
    return Shown(mine.evidence(), question=Question(remembered=leaves_of(log)))


@attack(
    "A newcomer is shown another history",
    "the rejected attempt is left out for somebody who remembers nothing; no witness cosigns the second history",
    who=HOLDER,
    closes="witnesses cosign one history of a log, and the verifier asks for their word (`--require witnessed`)",
    finds="assurance",
    row=9,
)
def split_view(log: Ledger) -> Shown:
    mine = Ledger()
    mine.gate(MODEL_B, charter())
    return Shown(mine.evidence(), WITNESSED, Question(assurance="witnessed"))


# ---- by witnesses -------------------------------------------------------------------------------------------------

W1, W2 = (VerifierKey(f"w.example/{n}", note.COSIGNATURE, ledger.public(f"w{n}")) for n in (1, 2))
WITNESSED = trust(witnesses={W1.name: W1, W2.name: W2})
"""The pinned keys of somebody who trusts two witnesses; one is enough."""


def cosigned(evidence: Evidence, key: VerifierKey, time: int, *, by: str) -> Evidence:
    """Evidence with one more cosignature under its checkpoint."""
    text = evidence.checkpoint.partition(b"\n\n")[0] + b"\n"
    line = cosignature.write(key, text, time, ledger.key(by).sign)
    return replace(evidence, checkpoint=evidence.checkpoint + line.data)


@attack(
    "A cosignature is claimed that no witness gave",
    "a line under the name and key id of a trusted witness is written beneath the checkpoint, signed by another key",
    who=ANYBODY,
    closes="cosignatures are checked with keys from the trust file",
    finds="witnesses",
)
def forged_witness(log: Ledger) -> Shown:
    return Shown(cosigned(log.evidence(), W1, NOON, by="eve"), WITNESSED)


@attack(
    "A cosignature is brought over from another checkpoint",
    "the line that a witness gave to an earlier state of the log is put beneath this one",
    who=ANYBODY,
    closes="a cosignature is over the whole checkpoint",
    finds="witnesses",
)
def moved_witness(log: Ledger) -> Shown:
    before = cosigned(story().evidence(), W1, NOON, by="w1").checkpoint
    shown = log.evidence()
    return Shown(replace(shown, checkpoint=shown.checkpoint + checkpoint.split(before)[1]), WITNESSED)


@attack(
    "A witness is counted twice",
    "two good cosignatures of one witness, given at two times, stand beneath the checkpoint, and two were asked for",
    who=ANYBODY,
    closes="each witness stands there once, in the order of names",
    finds="witnesses",
)
def witness_twice(log: Ledger) -> Shown:
    once = cosigned(log.evidence(), W1, NOON, by="w1")
    return Shown(cosigned(once, W1, NOON + 1, by="w1"), replace(WITNESSED, quorum={**WITNESSED.quorum, "witness": 2}))


@attack(
    "A stale state is shown to a newcomer",
    "an older bundle, genuine and witnessed to its last byte, hides what was logged since",
    who=ANYBODY,
    closes="a cosignature says when it was given, and the verifier says how old that may be (`--max-age`)",
    finds="age",
)
def stale(log: Ledger) -> Shown:
    shown = cosigned(story().evidence(), W1, NOON, by="w1")
    return Shown(shown, WITNESSED, Question(now=NOON + 8 * 86_400, max_age=7 * 86_400))


@attack(
    "An unwitnessed state is passed off as fresh",
    "the cosignature, which would give its age away, is cut off a stale bundle",
    who=ANYBODY,
    closes="who asks for a greatest age takes no checkpoint without a time",
    finds="age",
)
def undated(log: Ledger) -> Shown:
    return Shown(story().evidence(), WITNESSED, Question(now=NOON, max_age=7 * 86_400))


# ---- what is under a name -----------------------------------------------------------------------------------------


@attack(
    "An observation is replaced under its old name",
    "the scores in a blob are made nicer; its digest in the log is left",
    who=ANYBODY,
    closes="a blob is named by the digest of its bytes",
    finds="blobs",
)
def nicer_scores(log: Ledger) -> Shown:
    shown = log.evidence()
    name = next(shard["computed"] for shard in log.statements[7].predicate["shards"])
    honestly = shown.blobs[name]
    assert honestly.count(struct.pack("<d", 1.0)) > 1
    nicer = honestly.replace(struct.pack("<d", 1.0), struct.pack("<d", 2.0))
    return Shown(replace(shown, blobs={**shown.blobs, name: nicer}))


@attack(
    "An observation that counts is left out of the bundle",
    "the blob of a shard is dropped, in the hope that nobody misses it",
    who=ANYBODY,
    closes="what a decision rests on is needed to compute it again",
    finds="decision",
    also=("results", "stops"),
)
def dropped_rows(log: Ledger) -> Shown:
    shown = log.evidence()
    name = log.statements[7].predicate["shards"][0]["computed"]
    return Shown(replace(shown, blobs={digest: data for digest, data in shown.blobs.items() if digest != name}))


# ---- samples ------------------------------------------------------------------------------------------------------


def sampled(*, withheld: int = 0) -> tuple[Ledger, Evidence, list[str]]:
    """A deployed model of which samples were kept, its evidence without some of them, and the digests of a few."""
    log = Ledger()
    log.kept = 2
    log.gate(MODEL_B, charter())
    shown, (named, *_) = log.evidence(), [one["stimuli"] for one in log.statements[2].predicate["shards"]]
    few = [one.commitment for one in samples.read(shown.blobs[named])]
    left = {name: data for name, data in shown.blobs.items() if name not in few[:withheld]}
    return log, replace(shown, blobs=left, withheld=frozenset(few[:withheld])), few


@attack(
    "A sample is left out as if it had never been kept",
    "the blob of a kept sample is dropped from the bundle, and nothing says so",
    who=ANYBODY,
    closes="the indexes list every kept sample; one that is not there is named as withheld",
    finds="kept",
)
def dropped_sample(_log: Ledger) -> Shown:
    _, shown, few = sampled()
    return Shown(replace(shown, blobs={name: data for name, data in shown.blobs.items() if name != few[0]}))


@attack(
    "Another sample is shown later than the one that was withheld",
    "a nicer sample is disclosed, with a salt of its own",
    who=HOLDER,
    closes="a sample is committed to by the digest of salt and bytes, before anybody asks for it",
    finds="disclosed",
)
def other_sample(_log: Ledger) -> Shown:
    _, shown, _ = sampled(withheld=1)
    return Shown(shown, question=Question(disclosed=(bytes(32) + b"a nicer one",)))


# ---- signatures ---------------------------------------------------------------------------------------------------


def _resealed(log: Ledger, seq: int, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Shown:
    """The holder of the log key changes an envelope, and signs the checkpoint over it."""
    log.entries[seq] = dumps(change(canonical.loads(log.entries[seq])))
    return Shown(log.evidence())


@attack(
    "The signatures of an entry are stripped",
    "the list of signatures is emptied, and the checkpoint is signed over that",
    who=HOLDER,
    closes="no signature is a failure, never another mode",
    finds="signatures",
)
def strip(log: Ledger) -> Shown:
    return _resealed(log, 11, lambda body: {**body, "signatures": []})


@attack(
    "An approval is forged under the name of an approver",
    "the entry names ann's key and carries a signature that this key did not make",
    who=HOLDER,
    closes="each personal signature is computed with the pinned key",
    finds="signatures",
)
def forge(log: Ledger) -> Shown:
    def forged(body: dict[str, Any]) -> dict[str, Any]:
        ours, hers = body["signatures"]
        return {**body, "signatures": [ours, {**hers, "sig": ours["sig"]}]}

    return _resealed(log, 10, forged)


@attack(
    "A signature by somebody whom nobody trusts is added",
    "an entry is signed by a key that is not in the trust file",
    who=HOLDER,
    closes="only keys of the trust file count, and others are refused",
    finds="signatures",
)
def stranger(log: Ledger) -> Shown:
    payload = envelope.parsed(log.entries[11]).payload
    log.entries[11] = envelope.seal(payload, [ledger.signer("log"), ledger.signer("eve")])
    return Shown(log.evidence())


@attack(
    "One key signs twice",
    "the signature of an approver is repeated in the envelope, to look like two",
    who=HOLDER,
    closes="one key signs an envelope once",
    finds="signatures",
)
def twice(log: Ledger) -> Shown:
    return _resealed(log, 10, lambda body: {**body, "signatures": [*body["signatures"], body["signatures"][1]]})


@attack(
    "The envelope carries its own key",
    "a public key stands beside the signature, for a verifier that would use it",
    who=HOLDER,
    closes="an envelope has exactly its fields; keys come from the trust file and from nowhere else",
    finds="envelopes",
)
def own_key(log: Ledger) -> Shown:
    def keyed(body: dict[str, Any]) -> dict[str, Any]:
        named = base64.b64encode(ledger.public("eve")).decode()
        return {**body, "signatures": [{**one, "key": named} for one in body["signatures"]]}

    return _resealed(log, 10, keyed)


@attack(
    "One key stands in the trust file under two names",
    "the same public key is given to two people, so that one signature would count for both",
    who=APPROVER,
    closes="a trust file in which a public key appears twice is refused",
    finds=TRUST_FILE,
)
def two_names(log: Ledger) -> Shown:
    pinned = trusts.write(trust(people={name: person(name) for name in ("ann", "bo")}))
    both = [base64.b64encode(ledger.public(name)) for name in ("ann", "bo")]
    return Shown(log.evidence(), pinned.replace(both[1], both[0]))


# ---- keys ---------------------------------------------------------------------------------------------------------


@attack(
    "A key is added for somebody, and nobody agreed",
    "the log key alone signs that ann has another key, which the log-key holder made",
    who=HOLDER,
    closes="a key is added when an approver other than the one concerned and the log-key holder signs it",
    finds="keys",
    also=("signatures",),
)
def slipped_key(log: Ledger) -> Shown:
    changed(log, "add", "holder's", new="holder's")
    return Shown(log.evidence())


@attack(
    "What was before a change of the log key is rewritten by the holder of the new one",
    "an entry is replaced, under a signature of the old key that is none, and the new key signs a new checkpoint",
    who=HOLDER,
    closes="the change of the log key carries the old key's checkpoint over all entries before it",
    finds="keys",
)
def rewritten_past(log: Ledger) -> Shown:
    handed(log, "log two", "ann")
    other = envelope.parsed(log.entries[11]).payload.replace(b"10:01:00Z", b"10:02:00Z")
    log.entries[11] = envelope.seal(other, [(ledger.public("log"), ledger.key("log two").sign)])
    return Shown(log.evidence())


@attack(
    "A stolen log key that was changed since signs another history",
    "the thief shows the log as it was before the change, with a checkpoint of the old key",
    who=ANYBODY,
    closes="a trust file may name the entry from which the new log key counts",
    finds="keys",
)
def old_log_key(log: Ledger) -> Shown:
    pinned = trust(log_key=ledger.public("log two"), log_since=12, earlier=(Key(ledger.public("log")),))
    return Shown(log.evidence(), pinned)


@attack(
    "A revoked key signs",
    "ann's laptop was lost and its key revoked; whoever found it approves with it",
    who=ANYBODY,
    closes="a key signs no entry after its revocation, whatever time the signature claims",
    finds="signatures",
)
def revoked_key(log: Ledger) -> Shown:
    changed(log, "revoke", key="ann")
    log.say("approval", MODEL_B, log.bound(9) | {"at": NOON}, "ann")
    return Shown(log.evidence())


@attack(
    "A log that was closed is opened again by whoever found its key",
    "the log key is revoked in the log; who has it writes on, and makes a key of their own its successor",
    who=ANYBODY,
    closes="a revoked log key has no successor, unless the trust file names one and the entry from which it counts",
    finds="keys",
    also=("checkpoint", "signatures"),
)
def opened_again(_log: Ledger) -> Shown:
    mine = story()
    changed(mine, "revoke", key="log", role="log", name="")
    mine.environment(7)
    handed(mine, "eve")
    return Shown(mine.evidence(), trust(people={}))


@attack(
    "The holder of the log key submits in the name of the runner",
    "the trust file names a runner, and the log key alone signs what was submitted and run",
    who=HOLDER,
    closes="where a runner is named, submissions, run-plans and results bear a runner's signature",
    finds="runners",
)
def without_runner(log: Ledger) -> Shown:
    return Shown(
        log.evidence(), trust(people=trust().people | {"ci": Person((Key(ledger.public("ci")),), ("runner",))})
    )


# ---- what is said -------------------------------------------------------------------------------------------------


@attack(
    "A statement says one thing to each of two parsers",
    "a field stands twice in the signed JSON: some readers take the first, some the last",
    who=HOLDER,
    closes="JSON with a key twice, or in any other spelling than the canonical one, is refused",
    finds="statements",
)
def two_views(log: Ledger) -> Shown:
    payload = envelope.parsed(log.entries[11]).payload
    both = payload.replace(b'"started":', b'"ended":"2020-01-01T00:00:00Z","started":')
    log.entries[11] = envelope.seal(both, [ledger.signer("log")])
    return Shown(log.evidence())


@attack(
    "A statement carries a field that this verifier does not know",
    "an account of the environment has one field more, for readers that look for it",
    who=HOLDER,
    closes="a statement has exactly the fields of its kind",
    finds="statements",
)
def more_fields(log: Ledger) -> Shown:
    payload = envelope.parsed(log.entries[11]).payload.replace(b'"predicate":{', b'"predicate":{"approved":true,')
    log.entries[11] = envelope.seal(payload, [ledger.signer("log")])
    return Shown(log.evidence())


# ---- the story ----------------------------------------------------------------------------------------------------


@attack(
    "Evidence for one model is shown for another",
    "the account of a run is said to be about another model than the run",
    who=HOLDER,
    closes="what refers to an entry is about the same model, by digest and never by name",
    finds="references",
)
def other_model(log: Ledger) -> Shown:
    log.say("environment", MODEL_A, log.statements[8].predicate)
    return Shown(log.evidence())


@attack(
    "An approval is used for another decision",
    "the word of an approver about one decision is repeated, with its digest, at the entry of another",
    who=HOLDER,
    closes="an approval is bound to a decision by its digest and its entry, to the log by its origin and its root",
    finds="bindings",
)
def approval_reused(log: Ledger) -> Shown:
    log.say("approval", MODEL_B, log.bound(4) | {"entry": 9, "at": NOON}, "ann")
    return Shown(log.evidence())


@attack(
    "An approval is carried into a log with other evidence",
    "the same decision, word for word, rests on other observations, and the approval of the first is shown with it",
    who=HOLDER,
    closes="an approval names the root of the log up to the decision, and so every observation under it",
    finds="bindings",
)
def approval_carried(log: Ledger) -> Shown:
    other = log.bound(9) | {"root": "00" * 32, "at": NOON}
    log.say("approval", MODEL_B, other, "ann")
    return Shown(log.evidence())


@attack(
    "Two runs are made of one submission",
    "the first run-plan is left without a result, and a second draws other cases",
    who=HOLDER,
    closes="a submission has one run-plan",
    finds="references",
)
def two_runs(_log: Ledger) -> Shown:
    mine = Ledger()
    submission = mine.submit(MODEL_A, charter())
    mine.run_plan(submission)
    mine.decide(mine.result(mine.run_plan(submission)), charter())
    return Shown(mine.evidence())


@attack(
    "A second attempt is called the first",
    "the run-plan says attempt 1 after a rejected attempt, so that it would cost less confidence",
    who=HOLDER,
    closes="attempts are counted by a rule over the log",
    finds="attempts",
)
def fewer_attempts(_log: Ledger) -> Shown:
    return Shown(told("run-plan", 1, {"attempt": 1}))


@attack(
    "A run that was going badly is killed, and its submission is not counted",
    "a run-plan has no result, and the next submission says that it is the first attempt",
    who=SUBMITTER,
    closes="an abandoned run-plan is an attempt",
    finds="attempts",
)
def killed(_log: Ledger) -> Shown:
    mine = Ledger({("run-plan", 1): {"attempt": 1}})
    mine.run_plan(mine.submit(MODEL_A, charter()))
    mine.gate(MODEL_B, charter())
    return Shown(mine.evidence())


@attack(
    "A bad result is passed over",
    "the same trial is run again, as if there were no result that it continues",
    who=SUBMITTER,
    closes="a run-plan continues the last result of its trial",
    finds="attempts",
)
def passed_over(_log: Ledger) -> Shown:
    mine = Ledger()
    mine.gate(MODEL_A, charter(), weak)
    mine.gate(MODEL_A, charter())
    return Shown(mine.evidence())


def _chosen_nonce(log: Ledger, said: dict[str, Any]) -> dict[str, Any]:
    """Another nonce, and the slice that it draws."""
    nonce, plan = bytes(32), log.plan(said["submission"])
    free = rules.left(rules.gate_cases(log.blobs[plan["pool"]]), log.opened(), plan["take"], reuse=False)
    drawn = log.put(b"".join(rules.slice_of(nonce, free, plan["take"])))
    return {**said, "nonce": nonce.hex(), "slice": drawn}


@attack(
    "The seeds are chosen",
    "the nonce is another one than follows from the log, with the cases that it draws",
    who=HOLDER,
    closes="the nonce is the hash of the checkpoint that first held the submission",
    finds="nonces",
)
def chosen_nonce(_log: Ledger) -> Shown:
    return Shown(told("run-plan", 1, _chosen_nonce))


@attack(
    "The nonce is drawn from a checkpoint of another moment",
    "the run-plan carries a genuine checkpoint from before its submission",
    who=HOLDER,
    closes="the nonce is the hash of the checkpoint that first held the submission",
    finds="nonces",
)
def other_moment(_log: Ledger) -> Shown:
    lie = lambda log, said: {**said, "checkpoint": base64.b64encode(log.checkpoint(3)).decode()}  # noqa: E731
    return Shown(told("run-plan", 1, lie))


@attack(
    "The cases are chosen",
    "the slice holds other cases of the pool than the nonce draws",
    who=HOLDER,
    closes="the slice is drawn again, from nonce and pool",
    finds="slices",
)
def chosen_cases(_log: Ledger) -> Shown:
    def lie(log: Ledger, said: dict[str, Any]) -> dict[str, Any]:
        return {**said, "slice": log.put(b"".join(rules.gate_cases(log.blobs[log.plan(5)["pool"]])[:30]))}

    return Shown(told("run-plan", 1, lie))


@attack(
    "Cases that were opened before are drawn again",
    "the slice is that of an earlier attempt, on which the model could be chosen",
    who=SUBMITTER,
    closes="what an earlier run-plan opened is not drawn again",
    finds="slices",
)
def opened_cases(_log: Ledger) -> Shown:
    return Shown(told("run-plan", 1, lambda log, said: {**said, "slice": log.statements[1].predicate["slice"]}))


# ---- the promise --------------------------------------------------------------------------------------------------


def _planned(change: Callable[[dict[str, Any]], None]) -> Callable[[Ledger, dict[str, Any]], dict[str, Any]]:
    def lie(log: Ledger, said: dict[str, Any]) -> dict[str, Any]:
        plan = canonical.loads(log.blobs[said["plan"]])
        change(plan)
        return {**said, "plan": log.put(dumps(plan)), "trial": rules.trial(plan)}

    return lie


@attack(
    "The plan promises less than its charter",
    "the criterion in the plan is softer than the one that people read",
    who=SUBMITTER,
    closes="what is judged is taken from the charter and compared with the plan",
    finds="plans",
)
def softer_plan(_log: Ledger) -> Shown:
    def softer(plan: dict[str, Any]) -> None:
        plan["clauses"]["robust"]["require"] = "held_rate >= 0.1 at 95%"

    return Shown(told("submission", 1, _planned(softer)))


@attack(
    "A scenario is played by nobody",
    "the plan lists a scenario and no adversary for it",
    who=SUBMITTER,
    closes="every scenario of a plan has somebody who plays it",
    finds="plans",
)
def nobody(_log: Ledger) -> Shown:
    def empty(plan: dict[str, Any]) -> None:
        plan["clauses"]["robust"]["scenarios"][0]["adversaries"] = []

    return Shown(told("submission", 1, _planned(empty)))


@attack(
    "The charter is weakened after the run",
    "a rejected model is judged again under a softer charter, and the decision does not say so",
    who=HOLDER,
    closes="a charter that asks less than an earlier one of the model is named `weaker`, and holds the decision",
    finds="decision",
)
def weaker_charter(_log: Ledger) -> Shown:
    mine = Ledger({("decision", 1): {"weaker": [], "decision": "deploy"}})
    result = mine.result(mine.run_plan(mine.submit(MODEL_A, charter())), weak)
    mine.decide(result, charter())
    mine.decide(
        result, charter(clause("robust", require="held_rate >= 0.01 at 95%"), clause("clean", severity="major"))
    )
    return Shown(mine.evidence())


# ---- the run ------------------------------------------------------------------------------------------------------


@attack(
    "A shard in which the model broke is left out",
    "the result has one shard less, as if it had not been planned",
    who=HOLDER,
    closes="the rows of a clause are those of the cases drawn for it",
    finds="results",
)
def fewer_rows(_log: Ledger) -> Shown:
    def lie(_log: Ledger, said: dict[str, Any]) -> dict[str, Any]:
        return {**said, "shards": [one for one in said["shards"] if (one["clause"], one["shard"]) != ("robust", 1)]}

    return Shown(told("run-result", 1, lie))


@attack(
    "A shard that was done is replaced by a better one",
    "a later result of the same run has other bytes for a shard",
    who=HOLDER,
    closes="a shard that was done stays as it was",
    finds="results",
)
def changed_shard(_log: Ledger) -> Shown:
    mine = Ledger()
    run_plan = mine.run_plan(mine.submit(MODEL_A, charter()))
    mine.result(run_plan, weak)
    mine.decide(mine.result(run_plan, good), charter())
    return Shown(mine.evidence())


@attack(
    "The rows of an easy clause are shown for a hard one",
    "shards of one clause are named as those of another",
    who=HOLDER,
    closes="the header of a blob names its clause and shard",
    finds="results",
)
def easy_rows(_log: Ledger) -> Shown:
    def lie(_log: Ledger, said: dict[str, Any]) -> dict[str, Any]:
        clean = [shard for shard in said["shards"] if shard["clause"] == "clean"]
        return {**said, "shards": clean + [{**shard, "clause": "robust"} for shard in clean]}

    return Shown(told("run-result", 1, lie))


@attack(
    "A run is stopped where the numbers are good",
    "shards are called not needed although nothing was settled",
    who=HOLDER,
    closes="whether a clause was settled follows from the shards before, and is computed again",
    finds="stops",
)
def stopped(_log: Ledger) -> Shown:
    early = charter(clause("robust"), clause("clean", severity="major"), stop="early")
    mine = Ledger()
    run_plan = mine.run_plan(mine.submit(MODEL_A, early, take=60))
    skip = tuple(("robust", index, "not_needed") for index in range(1, 5))
    mine.decide(mine.result(run_plan, lambda _, case: int(case[0] < 200), skip=skip), early)
    return Shown(mine.evidence())


# ---- people -------------------------------------------------------------------------------------------------------


def _waived(*people: str, pinned: Trust | None = None, **changes: Any) -> Shown:
    """A rejected model, a waiver of its breached critical clause, and a decision that rests on it."""
    mine = Ledger()
    result = mine.result(mine.run_plan(mine.submit(MODEL_A, charter())), weak)
    named = {"clause": "robust", "model": MODEL_A, "reason": "known", "owner": "ann", "expires": 200, "at": 50}
    said = mine.bound(mine.decide(result, charter())) | named | changes
    waiver = mine.say("waiver", said["model"], said, *people)
    mine.decide(result, charter(), waivers={"robust": waiver}, as_of=100)
    return Shown(mine.evidence(), pinned or trust())


@attack(
    "A waiver is used after it expired",
    "the decision names an instant at which the waiver covered nothing",
    who=HOLDER,
    closes="the instant of the decision is before the waiver's expiry",
    finds="waivers",
)
def expired_waiver(_log: Ledger) -> Shown:
    return _waived("ann", expires=100)


@attack(
    "A waiver is signed by nobody who may waive",
    "the log key alone signs it",
    who=HOLDER,
    closes="waivers count people with the role, and never the log key",
    finds="waivers",
)
def nobodys_waiver(_log: Ledger) -> Shown:
    return _waived()


@attack(
    "One person with two keys waives for two",
    "a critical clause needs two people, and one signs with both keys",
    who=APPROVER,
    closes="people are counted, not keys",
    finds="waivers",
)
def one_for_two(_log: Ledger) -> Shown:
    pinned = trust(people={"ann": person("ann", "ann's other")}, quorum={"approve": 1, "waive": 2})
    return _waived("ann", "ann's other", pinned=pinned)


@attack(
    "A waiver that was taken back is used",
    "a decision rests on a waiver whose signer had withdrawn it",
    who=HOLDER,
    closes="a waiver covers nothing once one of its signers, or a quorum, took it back",
    finds="waivers",
)
def withdrawn_waiver(_log: Ledger) -> Shown:
    mine = Ledger()
    result = mine.result(mine.run_plan(mine.submit(MODEL_A, charter())), weak)
    named = {"clause": "robust", "model": MODEL_A, "reason": "known", "owner": "ann", "expires": 200, "at": 50}
    waiver = mine.say("waiver", MODEL_A, mine.bound(mine.decide(result, charter())) | named, "ann")
    mine.say("revocation", MODEL_A, mine.of(waiver) | {"reason": "no longer true", "at": 60}, "ann")
    mine.decide(result, charter(), waivers={"robust": waiver}, as_of=100)
    return Shown(mine.evidence())


@attack(
    "An approval is used again in another log",
    "it is given in the log of a copy that is tried out, and written into the one that counts",
    who=HOLDER,
    closes="an approval names the log that it was given in",
    finds="bindings",
)
def foreign_approval(log: Ledger) -> Shown:
    log.say("approval", MODEL_B, log.bound(9) | {"log": "log.example/copy", "at": NOON}, "ann")
    return Shown(log.evidence())


@attack(
    "Somebody's word is taken back by somebody else",
    "the log key alone signs that an approval no longer stands",
    who=HOLDER,
    closes="a word is taken back by who gave it, or by a quorum of people with the role; never by the log key",
    finds="revocations",
)
def took_back(log: Ledger) -> Shown:
    log.say("revocation", MODEL_B, log.of(10) | {"reason": "in the way", "at": NOON})
    return Shown(log.evidence())


LIVE = {"event": "live", "environment": "production", "share": 100, "reason": "", "by": "runner", "at": NOON}


@attack(
    "A model without approval is said to have gone live with a licence",
    "the account of the rollout says `licensed`, and nobody had approved the decision",
    who=HOLDER,
    closes="a licence is counted again from the approvals and waivers before the entry",
    finds="rollouts",
)
def unlicensed(_log: Ledger) -> Shown:
    mine = story()
    at = {name: value for name, value in mine.bound(9).items() if name in ("decision", "entry")}
    mine.say("rollout-event", MODEL_B, at | LIVE | {"licensed": True})
    mine.say("approval", MODEL_B, mine.bound(9) | {"at": NOON}, "ann")
    return Shown(mine.evidence())


RISK = {
    "id": "R-1",
    "title": "stickers",
    "exploit": "a printed patch",
    "likelihood": "likely",
    "impact": "severe",
    "owner": "ann",
    "treatment": "accept",
    "residual": "",
    "status": "open",
    "scenarios": [],
    "clauses": [],
    "findings": [],
    "review": "",
    "note": "",
    "by": "ann",
    "at": NOON,
}


@attack(
    "A risk is accepted in the name of somebody who did not",
    "the log key alone signs that ann accepts a risk",
    who=HOLDER,
    closes="only a person's signature accepts or closes a risk",
    finds="authors",
)
def accepted(log: Ledger) -> Shown:
    log.say("risk-entry", log_digest(ledger.ORIGIN), RISK)
    return Shown(log.evidence())


@attack(
    "What one person signed is filed under the name of another",
    "a risk that bo accepts is said to be accepted by ann",
    who=HOLDER,
    closes="a name beside a signature is the name of a signer",
    finds="authors",
)
def other_name(log: Ledger) -> Shown:
    log.say("risk-entry", log_digest(ledger.ORIGIN), RISK, "bo")
    return Shown(log.evidence())


def _approved(*people: str, pinned: Trust | None = None, submitter: str = "runner", of: int = 4) -> Shown:
    """A deployed model, approved by people, shown to somebody who asks for enough of them."""
    mine = Ledger({("submission", 0): {"submitter": submitter}})
    mine.gate(MODEL_B, charter())
    mine.say("approval", MODEL_B, mine.bound(of) | {"at": NOON}, *people)
    return Shown(mine.evidence(), pinned or trust(), question=Question(approved=True))


@attack(
    "A submitter approves what she submitted",
    "the approval is signed by a true approver, who is the submitter of the model",
    who=SUBMITTER,
    closes="the submitter and the holder of the log key are never counted",
    finds="approvals",
)
def own_release(_log: Ledger) -> Shown:
    return _approved("ann", submitter="ann")


@attack(
    "A submitter has somebody else submit the model once more, and approves that",
    "the last attempt is submitted under another name than the ones before, for the sake of who submitted those",
    who=SUBMITTER,
    closes="whoever submitted the model in any attempt before the decision is never counted",
    finds="approvals",
)
def once_more(_log: Ledger) -> Shown:
    mine = Ledger({("submission", 0): {"submitter": "ann"}})
    mine.gate(MODEL_B, charter())
    at = mine.gate(MODEL_B, charter(), take=40)
    mine.say("approval", MODEL_B, mine.bound(at) | {"at": NOON}, "ann")
    return Shown(mine.evidence(), question=Question(approved=True))


@attack(
    "A deploy is shown as licensed although a waiver that it rests on was taken back since",
    "the decision was approved; then whoever had waived a breached clause took that back",
    who=HOLDER,
    closes="who asks for approvals asks for the waivers, too: none taken back, and none expired at `--now`",
    finds="approvals",
)
def lapsed(_log: Ledger) -> Shown:
    mine = Ledger()
    result = mine.result(mine.run_plan(mine.submit(MODEL_A, charter())), weak)
    named = {"clause": "robust", "model": MODEL_A, "reason": "known", "owner": "bo", "expires": 200, "at": 50}
    waiver = mine.say("waiver", MODEL_A, mine.bound(mine.decide(result, charter())) | named, "bo")
    at = mine.decide(result, charter(), waivers={"robust": waiver}, as_of=100)
    mine.say("approval", MODEL_A, mine.bound(at) | {"at": NOON}, "ann")
    mine.say("revocation", MODEL_A, mine.of(waiver) | {"reason": "no longer true", "at": NOON}, "bo")
    return Shown(mine.evidence(), question=Question(approved=True))


@attack(
    "One person with two keys approves for two",
    "two people are needed, and one signs with both keys",
    who=APPROVER,
    closes="people are counted, not keys",
    finds="approvals",
)
def approves_twice(_log: Ledger) -> Shown:
    pinned = trust(people={"ann": person("ann", "ann's other")}, quorum={"approve": 2, "waive": 1})
    return _approved("ann", "ann's other", pinned=pinned)


@attack(
    "An approval by somebody without the role is shown as one",
    "somebody of the trust file who may only waive signs the approval",
    who=HOLDER,
    closes="approvals count people with the role",
    finds="approvals",
)
def without_role(_log: Ledger) -> Shown:
    return _approved("bo")


@attack(
    "The approval of an earlier decision is shown for a later one",
    "the model is decided about again, and only the first decision was approved",
    who=HOLDER,
    closes="an approval is of one decision, by digest and entry",
    finds="approvals",
)
def approved_before(_log: Ledger) -> Shown:
    mine = Ledger()
    result = mine.result(mine.run_plan(mine.submit(MODEL_B, charter())))
    mine.say("approval", MODEL_B, mine.bound(mine.decide(result, charter())) | {"at": NOON}, "ann")
    mine.decide(result, charter(clause("robust"), clause("clean", severity="minor")))
    return Shown(mine.evidence(), question=Question(approved=True))


@attack(
    "A waiver for one model is used for another",
    "the decision rests on a waiver that was given for a model with another digest",
    who=HOLDER,
    closes="a waiver covers one clause of one model, by digest",
    finds="waivers",
    also=("references", "bindings"),
)
def borrowed_waiver(_log: Ledger) -> Shown:
    return _waived("ann", model=MODEL_B)


@attack(
    "An expired key approves",
    "an approver signs with a key whose time, counted in entries of the log, was over",
    who=APPROVER,
    closes="a key is good for some entries of the log; no clock is asked, so that nothing can be back-dated",
    finds="signatures",
    also=("approvals",),
)
def expired_key(log: Ledger) -> Shown:
    old = Person((Key(ledger.public("ann"), until=9),), ("approver", "waiver"))
    return Shown(log.evidence(), trust(people={"ann": old}), Question(approved=True))


# ---- the model ----------------------------------------------------------------------------------------------------


FILES = {"model/weights.bin": "11" * 32, "model/vocabulary.txt": "22" * 32, "build.py": "33" * 32}
"""What was decided about: two files that are shipped, and the source that loads them."""
SHIPPED = {"weights.bin": "11" * 32, "vocabulary.txt": "22" * 32}


def filed(files: dict[str, str] | None = None, **more: Any) -> Shown:
    """A deploy of a model of files, shown to somebody who has files of today."""
    mine, text = Ledger(), charter()
    found = manifest.Manifest(FILES, manifest.ordered(("model/weights.bin", "model/vocabulary.txt")))
    mine.artifact = found.artifact or ""
    mine.gate(found.model(text["target"]), text, manifest=mine.put(manifest.write(found)))
    return Shown(
        mine.evidence(), question=Question(today=Today(SHIPPED if files is None else files, **{"whole": False, **more}))
    )


@attack(
    "The model's bytes are replaced after the decision",
    "a file of the folder that is shipped holds other bytes",
    who=ANYBODY,
    closes="`verify --model` compares every file of today with the manifest that was decided about",
    finds="files",
)
def replaced_bytes(_log: Ledger) -> Shown:
    return filed({**SHIPPED, "weights.bin": "99" * 32})


@attack(
    "A file is added to the model after the decision",
    "a file that nobody decided about lies in the folder that is shipped",
    who=ANYBODY,
    closes="a file more is refused, by name",
    finds="files",
)
def added_file(_log: Ledger) -> Shown:
    return filed({**SHIPPED, "plugin.py": "99" * 32})


@attack(
    "A file of the model is missing",
    "a file that was decided about is taken away",
    who=ANYBODY,
    closes="a file less is refused, by name",
    finds="files",
)
def missing_file(_log: Ledger) -> Shown:
    return filed({"weights.bin": SHIPPED["weights.bin"]})


@attack(
    "A file of the model is replaced by a symbolic link",
    "the name is there and leads to bytes that can be exchanged later",
    who=ANYBODY,
    closes="links are not followed, and refused by name",
    finds="files",
)
def linked_file(_log: Ledger) -> Shown:
    return filed({**SHIPPED, "weights.bin": LINK})


@attack(
    "A file of the model is renamed",
    "all bytes are there, one file under another name, so that something else is loaded",
    who=ANYBODY,
    closes="names are compared, and not only bytes",
    finds="files",
)
def renamed_file(_log: Ledger) -> Shown:
    return filed({"weights.bin": SHIPPED["weights.bin"], "words.txt": SHIPPED["vocabulary.txt"]})


@attack(
    "The same files are set up in another way than was decided about",
    "the target block of today has other settings",
    who=SUBMITTER,
    closes="the model's digest covers the target block; `verify --model charter.yaml` computes it again",
    finds="files",
)
def other_block(_log: Ledger) -> Shown:
    return filed(FILES, whole=True, model=canonical.digest(b"another block"))


# ---- the verdict --------------------------------------------------------------------------------------------------


@attack(
    "A rejected model is called deployed",
    "the decision says `deploy` over observations that say `reject`",
    who=HOLDER,
    closes="the decision is computed again from the observations",
    finds="decision",
)
def called_deploy(_log: Ledger) -> Shown:
    shown = story({("decision", 0): {"decision": "deploy"}})
    return Shown(shown.evidence(4), question=Question(decision=4))


# ---- the file -----------------------------------------------------------------------------------------------------


@attack(
    "A finding is closed by a decision in which its clause is not held",
    "what was breached is said to be settled, by the very decision that found it",
    who=HOLDER,
    closes="a finding is closed by evidence, or by an entry that bears it out: held later, waived, or a risk taken",
    finds="findings",
)
def settled(log: Ledger) -> Shown:
    log.say("finding", MODEL_A, _closing(log, log.of(4)["of"]))
    return Shown(log.evidence())


@attack(
    "A finding is closed by nothing",
    "somebody says that it is done, and shows nothing",
    who=HOLDER,
    closes="a finding is closed by evidence, or by an entry that bears it out: held later, waived, or a risk taken",
    finds="findings",
)
def forgotten(log: Ledger) -> Shown:
    log.say("finding", MODEL_A, _closing(log, None))
    return Shown(log.evidence())


def _closing(log: Ledger, rests_on: str | None) -> dict[str, Any]:
    decision = log.of(4)["of"]
    about = {"id": finding_id("robust", decision), "decision": decision, "clause": "robust", "severity": "major"}
    said = {"action": "close", "title": "", "step": None, "owner": "", "due": None, "evidence": None, "note": "done"}
    return {**about, **said, "rests_on": rests_on, "by": "eve", "at": NOON}


def _packed(log: Ledger, **files: bytes) -> bytes:
    """The bundle of a log with more files in it, packed as it must be."""
    return bundle.pack({**bundle.unpack(bundle.write(log.evidence()), bundle.LIMIT), **files})


@attack(
    "A decision is dressed with the files of a model that somebody else signed",
    "a deploy names, as its artifact, the subject of a well-known model's signature",
    who=HOLDER,
    closes="the artifact follows from the manifest of the plan, and is the same wherever the model is spoken of",
    finds="identity",
)
def dressed(log: Ledger) -> Shown:
    said = dict(log.statements[9].predicate)
    log.append(statement.write("decision", MODEL_B, said, artifact=canonical.digest(b"a famous model")))
    return Shown(whole(log))


@attack(
    "The manifest lists other files than the model is made of",
    "the plan keeps a manifest of harmless files beside the digest of the model that was tried",
    who=HOLDER,
    closes="the model's digest is computed again from the manifest and the target block of the plan",
    finds="identity",
)
def harmless(_log: Ledger) -> Shown:
    log = Ledger()
    files = manifest.Manifest({"harmless.bin": "00" * 32})
    log.gate(MODEL_A, charter(), manifest=log.put(manifest.write(files)))
    return Shown(whole(log))


@attack(
    "Where a model comes from is told of another model's files",
    "a statement of lineage names the artifact of a model with better parents",
    who=HOLDER,
    closes="the artifact of a model is that of its manifest, in every statement about it",
    finds="identity",
)
def adopted(log: Ledger) -> Shown:
    said = examples.SAID["lineage"]
    log.append(statement.write("lineage", MODEL_B, said, artifact=canonical.digest(b"a famous model")))
    return Shown(whole(log))


@attack(
    "An attestation says more than its decision",
    "a rejected model is attested as PASSED, in the form that other tools read, under the log key",
    who=HOLDER,
    closes="an attestation is made again from the decision that it names, and must be equal to the byte",
    finds="attestation",
)
def praised(log: Ledger) -> Shown:
    evidence = whole(log)
    facts = standard.facts(Reading(evidence, trust(), Question(4)))
    body = canonical.loads(standard.test_result(facts))
    body["predicate"] |= {"result": "PASSED", "failedTests": []}
    forged = envelope.seal(canonical.dumps(body), [ledger.signer("log")])
    return Shown(evidence, question=Question(4, attestations=(forged,)))


@attack(
    "The bundle is cut off",
    "its last part is missing",
    who=ANYBODY,
    closes="a bundle is packed in one way, to the last byte",
    finds=LAYOUT,
)
def cut(log: Ledger) -> Shown:
    return Shown(bundle.write(log.evidence())[:-1024])


@attack(
    "A file in the bundle has a name that leads out of it",
    "a file is called `../../trust.json`",
    who=ANYBODY,
    closes="a bundle holds files of fixed names only, and none is ever unpacked onto a disk",
    finds=LAYOUT,
)
def traversal(log: Ledger) -> Shown:
    return Shown(_packed(log, **{"../../trust.json": trusts.write(trust(log_key=ledger.public("eve")))}))


@attack(
    "The bundle is a decompression bomb",
    "it is squeezed, so that a small file would become a large one",
    who=ANYBODY,
    closes="nothing in a bundle is ever decompressed",
    finds=LAYOUT,
)
def bomb(log: Ledger) -> Shown:
    return Shown(gzip.compress(bundle.write(log.evidence()) + bytes(10**6), mtime=0))


@attack(
    "The evidence carries code",
    "a pickle that runs a command lies in the bundle as a file of its own",
    who=ANYBODY,
    closes="files that have no place are refused; the verifier imports nothing and unpickles nothing",
    finds=LAYOUT,
)
def code(log: Ledger) -> Shown:
    return Shown(_packed(log, **{"blobs/model.pkl": b"cos\nsystem\n(S'touch owned'\ntR."}))
