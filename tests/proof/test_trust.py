"""Trust files: one key, one person."""

import json

import pytest

from seatrial.errors import EvidenceError
from seatrial.proof import trust
from seatrial.proof.envelope import key_id
from tests.proof import ledger

GOOD = ledger.trust()
BODY = json.loads(trust.write(GOOD))


def test_it_reads_what_it_writes() -> None:
    assert trust.read(trust.write(GOOD)) == GOOD
    assert trust.read(json.dumps(BODY).encode()) == GOOD  # people may reformat it


def test_who_is_who() -> None:
    assert set(GOOD.keys) == {key_id(ledger.public(name)) for name in ("log", "ann", "bo")}
    assert GOOD.person(key_id(ledger.public("ann"))) == "ann"
    assert GOOD.person(GOOD.log_key_id) is None
    assert GOOD.person("0" * 16) is None


def _changed(**changes) -> bytes:
    return json.dumps({**BODY, **changes}).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"log":{},"log":{}}',
        b"[" * 100_000,
        _changed(more=1),
        _changed(log={**BODY["log"], "key": "AAAA"}),
        _changed(log={**BODY["log"], "key": BODY["log"]["key"] + "\n"}),
        _changed(log={**BODY["log"], "key": 1}),
        _changed(log={**BODY["log"], "origin": "a b"}),
        _changed(log={**BODY["log"], "origin": 1}),
        _changed(log={"origin": "x"}),
        _changed(people=[]),
        _changed(people={"ann": {**BODY["people"]["ann"], "roles": ["king"]}}),
        _changed(people={"ann": {**BODY["people"]["ann"], "until": 5}}),
        _changed(people={"ann": BODY["people"]["ann"], "twin": BODY["people"]["ann"]}),
        _changed(people={"ann": {**BODY["people"]["ann"], "keys": BODY["people"]["ann"]["keys"] * 2}}),
        _changed(people={"log": {"keys": [BODY["log"]["key"]], "roles": []}}),
        _changed(quorum={"approve": 0, "waive": 1}),
        _changed(quorum={"approve": True, "waive": 1}),
        _changed(quorum={"approve": 1}),
    ],
)
def test_what_is_refused(data) -> None:
    with pytest.raises(EvidenceError):
        trust.read(data)
