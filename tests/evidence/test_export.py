import base64
import dataclasses
from pathlib import Path

import numpy as np
import pytest

from seatrial.decision import judge
from seatrial.errors import EvidenceError, InputError, LogError, StoreError
from seatrial.evidence import export, recorder
from seatrial.evidence.log import Log
from seatrial.evidence.recorder import ShardRecord
from seatrial.evidence.withhold import disclosure, kept
from seatrial.proof import bundle, envelope, samples, trust
from seatrial.proof.observation import decode
from seatrial.proof.reading import Question
from seatrial.proof.verify import verify_bundle
from seatrial.testing.gating import System, log_in, records, signer_of
from seatrial.trial.stimuli import Specimen, packed


def _samples(record: ShardRecord) -> bytes:
    """Two kept cases of a shard: numbers, and a text."""
    one, two = decode(record.computed or b"").columns["case"][:2]
    return packed(
        [Specimen(one, 0, "1", "1", "0", np.ones(3)), Specimen(two, 0, "1", "1", "0", "a secret", "A secret")]
    )


def _gated(log: Log, names: tuple[str, ...] = ("m",)) -> list[int]:
    """Gate some models, each with its stimuli, and return the entries of the decisions."""
    system, found = System(), []
    for name in names:
        begun = system.start(log, name)
        done = [dataclasses.replace(r, stimuli=_samples(r)) for r in records(begun, lambda *_: True)]
        result = recorder.finish(log, begun.run_plan, done, {}, {})
        found.append(judge.record(log, result, system.charter().text, now=0))
    return found


def test_equal_logs_give_equal_bundles_and_they_verify(log: Log) -> None:
    (decision,) = _gated(log)
    data = export.export(log)
    assert data == export.export(Log.open(log.place)) == export.export(log, decision)
    found = verify_bundle(data, log.trust)
    assert found.ok
    assert found.seq == decision


def test_all_samples_may_be_withheld(log: Log) -> None:
    _gated(log)
    whole, less = (bundle.read(export.export(log, withhold=words), 2**24) for words in ((), ("stimuli",)))
    assert set(whole.blobs) - set(less.blobs) == less.withheld
    assert (len(less.withheld), whole.withheld) == (6, frozenset())
    assert all(samples.opened(whole.blobs[digest]).startswith(samples.MAGIC) for digest in less.withheld)
    found = verify_bundle(export.export(log, withhold=["stimuli"]), log.trust)
    assert found.ok
    assert (found.account.kept, found.account.withheld) == (6, 6)


def test_texts_or_single_cases_may_be_withheld(log: Log) -> None:
    (decision,) = _gated(log)
    listed = [one for _, one in kept(log, decision)]
    texts = {one.commitment for one in listed if one.form == "json"}
    assert bundle.read(export.export(log, withhold=["texts"]), 2**24).withheld == texts
    case = listed[0].case.hex()
    mine = {one.commitment for one in listed if one.case == listed[0].case}
    assert bundle.read(export.export(log, withhold=[case[:12].upper()]), 2**24).withheld == mine
    assert bundle.read(export.export(log, withhold=[f"sha256:{case}", "texts"]), 2**24).withheld == mine | texts


def test_what_cannot_be_withheld_is_said_all_at_once(log: Log) -> None:
    (decision,) = _gated(log)
    with pytest.raises(InputError, match=r"(?s)xyz: is no case.*0000: no kept sample"):
        export.export(log, withhold=["xyz", "0000"])
    with pytest.raises(InputError, match="no kept sample"):
        disclosure(log, decision, "0000")


def test_a_sample_is_disclosed_and_is_the_one_that_was_withheld(log: Log) -> None:
    (decision,) = _gated(log)
    case = next(iter(kept(log, decision)))[1].case.hex()
    less = export.export(log, withhold=["stimuli"])
    shown = bundle.disclosed(disclosure(log, decision, case))
    found = verify_bundle(less, log.trust, question=Question(disclosed=shown))
    assert found.ok
    assert found.account.disclosed == len(shown) > 0
    other = (shown[0][:-1] + bytes([shown[0][-1] ^ 1]),)
    assert not verify_bundle(less, log.trust, question=Question(disclosed=other)).ok


def test_equal_runs_under_one_key_give_equal_bytes_and_under_another_other_salts(log: Log, tmp_path) -> None:
    again = log_in(tmp_path / "again")
    for one in (log, again):
        _gated(one)
    assert export.export(log) == export.export(again)
    label = samples.LABEL + bytes.fromhex(log.statements()[1].predicate["nonce"])
    other = Log.create(tmp_path / "other", log.origin, signer_of("another"), holder="holder")
    assert log.secret(label) == again.secret(label) != other.secret(label)
    with pytest.raises(LogError, match="open for reading"):
        Log.open(log.place).secret(label)


def test_no_salt_follows_from_what_a_bundle_shows(log: Log) -> None:
    """Every signature, digest and nonce in it, taken for the secret, gives another salt; and no salt stands in it."""
    (decision,) = _gated(log)
    data = export.export(log, withhold=["stimuli"])
    found = bundle.read(data, 2**24)
    shown = [signature for entry in found.entries for signature in envelope.parsed(entry).signatures]
    shown += [base64.b64decode(found.checkpoint.split()[-1])[4:], found.checkpoint]
    said = log.statements()[1].predicate
    shown += [bytes.fromhex(said["nonce"]), base64.b64decode(said["checkpoint"])]
    shown += [base64.b64decode(base64.b64decode(said["checkpoint"]).split()[-1])[4:]]
    shards = {shard["stimuli"]: shard for shard in log.statements()[2].predicate["shards"]}
    for index, one in kept(log, decision):
        blob, shard = log.store.get(one.commitment), shards[index]
        assert blob[: samples.SALT] not in data
        secret = log.secret(samples.LABEL + bytes.fromhex(said["nonce"]))
        assert samples.salt(secret, shard["clause"], shard["shard"], one.case) == blob[: samples.SALT]
        guesses = {samples.salt(guess, shard["clause"], shard["shard"], one.case) for guess in shown}
        assert blob[: samples.SALT] not in guesses
        assert secret not in data
        assert base64.b64encode(secret) not in data


def test_a_restored_log_tells_what_was_withheld_and_exports_it_again(log: Log, tmp_path) -> None:
    (decision,) = _gated(log)
    data = export.export(log, withhold=["texts"])
    (tmp_path / "restored").mkdir()
    again = export.restored(data, tmp_path / "restored", trust.write(log.trust))
    assert export.export(again) == data
    text = next(one for _, one in kept(log, decision) if one.form == "json")
    with pytest.raises(StoreError):
        disclosure(again, decision, text.case.hex())


def test_an_earlier_decision_can_be_asked_for(log: Log) -> None:
    first, second = _gated(log, ("m", "n"))
    found = verify_bundle(export.export(log, first), log.trust, question=Question(first))
    assert found.ok
    assert any(f"not recomputed: entries {second}" in note for note in found.notes)


def test_without_a_decision_there_is_no_bundle(log: Log) -> None:
    with pytest.raises(InputError, match="no decision yet"):
        export.export(log)
    _gated(log)
    with pytest.raises(InputError, match=r"entry 1 is no decision .*entries 3"):
        export.export(log, 1)


def test_what_is_missing_or_changed_is_named(log: Log) -> None:
    _gated(log)
    digest = log.statements()[2].predicate["shards"][0]["computed"]
    place = Path(log.place) / "blobs" / digest.removeprefix("sha256:")
    place.write_bytes(b"")
    with pytest.raises(EvidenceError, match=place.name):
        export.export(log)
    place.unlink()
    with pytest.raises(StoreError, match=place.name):
        export.export(log)


def test_a_flipped_bit_anywhere_in_a_bundle_is_found(log: Log) -> None:
    _gated(log)
    data = export.export(log)
    for at in range(0, len(data), 1999):
        assert not verify_bundle(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :], log.trust).ok, at
