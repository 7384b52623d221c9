import dataclasses
from pathlib import Path

import pytest

from seatrial.decision import judge
from seatrial.errors import EvidenceError, InputError, StoreError
from seatrial.evidence import export, recorder
from seatrial.evidence.log import Log
from seatrial.proof import bundle
from seatrial.proof.reading import Question
from seatrial.proof.verify import verify_bundle
from seatrial.testing.gating import System, records


def _gated(log: Log, names: tuple[str, ...] = ("m",)) -> list[int]:
    """Gate some models, each with its stimuli, and return the entries of the decisions."""
    system, found = System(), []
    for name in names:
        begun = system.start(log, name)
        done = [dataclasses.replace(r, stimuli=b"inputs %d" % r.shard) for r in records(begun, lambda *_: True)]
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


def test_stimuli_may_be_withheld(log: Log) -> None:
    _gated(log)
    whole, less = (bundle.read(export.export(log, stimuli=stimuli), 2**24) for stimuli in (True, False))
    withheld = set(whole.blobs) - set(less.blobs)
    assert len(withheld) == 3
    assert all(whole.blobs[digest].startswith(b"inputs ") for digest in withheld)
    assert verify_bundle(export.export(log, stimuli=False), log.trust).ok


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
