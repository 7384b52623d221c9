"""Trust files: one key, one person."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from seatrial.errors import EvidenceError
from seatrial.proof import trust
from seatrial.proof.key import Key, key_id
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


# ---- terms, algorithms and places ---------------------------------------------------------------------------------

LATTICE = MLDSA44PrivateKey.from_seed_bytes(bytes(32)).public_key().public_bytes_raw()
NEWER = ledger.trust(
    people={
        "ann": trust.Person((Key(ledger.public("ann"), since=3, until=9), Key(LATTICE, "ml-dsa-44")), ("approver",)),
        "ci": trust.Person((Key(ledger.public("ci"), since=4),), ("runner",)),
    },
    quorum={"approve": 1, "waive": 1, "keys": 2},
    log_key=ledger.public("log two"),
    log_since=12,
    earlier=(Key(ledger.public("log")),),
)


def test_terms_algorithms_runners_and_earlier_log_keys_are_read_back() -> None:
    data = trust.write(NEWER)
    assert trust.read(data) == NEWER
    assert trust.write(trust.read(data)) == data
    body = json.loads(data)
    assert body["people"]["ann"]["keys"][0] == {"key": _b64("ann"), "from": 3, "until": 9}
    assert body["people"]["ann"]["keys"][1] == {"key": base64.b64encode(LATTICE).decode(), "algorithm": "ml-dsa-44"}
    assert body["log"] == {
        "origin": ledger.ORIGIN,
        "key": _b64("log two"),
        "holder": "runner",
        "from": 12,
        "earlier": [_b64("log")],
    }
    assert (NEWER.needed("keys"), GOOD.needed("keys")) == (2, 1)


def test_without_anything_new_the_bytes_are_what_they_were() -> None:
    assert trust.write(GOOD).decode() == (
        json.dumps(
            {
                "log": {"origin": ledger.ORIGIN, "key": _b64("log"), "holder": "runner"},
                "people": {
                    "ann": {"keys": [_b64("ann")], "roles": ["approver", "waiver"]},
                    "bo": {"keys": [_b64("bo")], "roles": ["waiver"]},
                },
                "quorum": {"approve": 1, "waive": 1},
            },
            indent=2,
        )
        + "\n"
    )


def _b64(name: str) -> str:
    return base64.b64encode(ledger.public(name)).decode()


def _lattice() -> dict[str, str]:
    return {"key": base64.b64encode(LATTICE).decode(), "algorithm": "ml-dsa-44"}


def _ann(*keys, **changes) -> bytes:
    return _changed(people={"ann": {"keys": list(keys), "roles": ["approver"], **changes}})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_ann({"key": _b64("ann"), "from": 5, "until": 5}), "people.ann.keys[0]: is valid for no entry"),
        (_ann({"key": _b64("ann"), "from": -1}), "people.ann.keys[0].from: names an entry by its index"),
        (_ann({"key": _b64("ann"), "until": 1.0}), "people.ann.keys[0].until: names an entry"),
        (_ann({"key": _b64("ann"), "until": True}), "people.ann.keys[0].until: names an entry"),
        (_ann({"key": _b64("ann"), "til": 3}), "people.ann.keys[0].til: no such field (did you mean until?)"),
        (_ann({"key": _b64("ann"), "algorithm": "ml-dsa-44"}), "is not the base64 of a raw ML-DSA-44 public key"),
        (_ann({"key": _b64("ann"), "algorithm": ["ed25519"]}), "people.ann.keys[0]"),
        (_ann({"algorithm": "ed25519"}), "people.ann.keys[0].key: is missing"),
        (_ann(_b64("ann"), {"key": _b64("ann"), "from": 7}), "is the public key of people.ann.keys[0], too"),
        (_ann(_b64("ann"), roles=["approver", "log"]), "people.ann.roles: no role 'log'"),
        (_changed(log={**BODY["log"], "key": {"key": _b64("log"), "until": 9}}), "log.key: '' is not the base64"),
        (_changed(log={**BODY["log"], "key": _lattice()}), "log.key: '' is not the base64 of a raw Ed25519"),
        (_changed(log={**BODY["log"], "from": 3}), "its keys begin at entry 0"),
        (_changed(log={**BODY["log"], "from": 3, "earlier": [BODY["log"]["key"]]}), "the public key of log.earlier[0]"),
        (_changed(log={**BODY["log"], "earlier": [_b64("x")]}), "its keys begin at entry 0"),
        (_changed(log={**BODY["log"], "from": 3, "earlier": [{"key": _b64("x"), "until": 3}]}), "log.earlier"),
        (_changed(log={**BODY["log"], "from": 3, "earlier": {"key": _b64("x")}}), "log.earlier: is a list of keys"),
        (_changed(quorum={"approve": 1, "waive": 1, "keys": 0}), "quorum.keys: a quorum is a whole number"),
    ],
)
def test_what_is_refused_of_the_newer_fields(data, said) -> None:
    with pytest.raises(EvidenceError) as caught:
        trust.read(data)
    assert said in str(caught.value)


def test_all_mistakes_are_told_at_once_with_their_places() -> None:
    broken = {
        "log": {"origin": 1, "key": "AAAA"},
        "people": {"ann": {"keys": ["x", {"key": _b64("ann"), "from": "now"}], "roles": ["king"], "age": 7}, "bo": []},
        "quorum": {"approve": 0, "waive": 1},
        "more": 1,
    }
    with pytest.raises(EvidenceError) as caught:
        trust.read(json.dumps(broken).encode())
    assert [problem.where.removeprefix("trust file, ") for problem in caught.value.problems] == [
        "more",
        "log.holder",
        "log.key",
        "log.origin",
        "people.ann.age",
        "people.ann.keys[0]",
        "people.ann.keys[1].from",
        "people.ann.roles",
        "people.bo",
        "quorum.approve",
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.none() | st.integers(1, 20), st.sampled_from(["a", "b", "c"])),
        max_size=6,
    )
)
def test_every_trust_file_is_read_back_as_it_was_written(drawn) -> None:
    people: dict[str, trust.Person] = {}
    for at, (since, length, name) in enumerate(drawn):
        key = Key(ledger.public(f"{name} {at}"), since=since, until=None if length is None else since + length)
        before = people.get(name, trust.Person((), ("approver",)))
        people[name] = trust.Person((*before.keys, key), before.roles)
    said = ledger.trust(people=people)
    assert trust.read(trust.write(said)) == said
