"""The rules against their published vectors."""

import copy
import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.errors import EvidenceError
from seatrial.proof import rules
from seatrial.proof.canonical import digest, dumps, loads
from seatrial.proof.statement import Statement
from tests.proof.ledger import MODEL_A, charter, clause, plan_of

DIGITS = [hashlib.sha256(b"%d" % i).digest() for i in range(10)]
NONCE = bytes(range(32))
PLAN = plan_of(MODEL_A, charter(), digest(b"pool"), "", 30)


def heads(cases) -> list[str]:
    return [case.hex()[:8] for case in cases]


def test_pools() -> None:
    found = {
        pool: {c for c in DIGITS if rules.pool_of(c, 500, 100) == pool} for pool in ("gate", "rehearsal", "training")
    }
    assert sorted(heads(found["gate"])) == ["19581e27", "4e074085", "7902699b", "d4735e3a", "e7f6c011", "ef2d127d"]
    assert sorted(heads(found["rehearsal"])) == ["5feceb66"]
    assert sorted(heads(found["training"])) == ["2c624232", "4b227777", "6b86b273"]


def test_a_pool_that_grows_moves_nobody() -> None:
    for case in DIGITS:
        assert rules.pool_of(case, 1000, 0) == "gate"
        assert rules.pool_of(case, 0, 0) == "training"
        if rules.pool_of(case, 300, 100) == "gate":
            assert rules.pool_of(case, 500, 100) == "gate"


def test_the_pool_blob_knows_its_gate_cases() -> None:
    blob = rules.pool_blob([*DIGITS, DIGITS[0]], 500, 100)
    assert blob.startswith(b'{"cases":["19581e27')
    assert blob.endswith(b'"gate":500,"rehearsal":100}')
    assert heads(rules.gate_cases(blob)) == ["19581e27", "4e074085", "7902699b", "d4735e3a", "e7f6c011", "ef2d127d"]


@pytest.mark.parametrize(
    "pool",
    [
        {"cases": [DIGITS[1].hex(), DIGITS[0].hex()], "gate": 500, "rehearsal": 100},
        {"cases": [DIGITS[0].hex()] * 2, "gate": 500, "rehearsal": 100},
        {"cases": [DIGITS[0].hex().upper()], "gate": 500, "rehearsal": 100},
        {"cases": ["00"], "gate": 500, "rehearsal": 100},
        {"cases": [DIGITS[0].hex()], "gate": 0.5, "rehearsal": 100},
        {"cases": [1], "gate": 500, "rehearsal": 100},
        {"cases": [], "gate": 500, "rehearsal": 100, "more": 1},
        {"gate": 500, "rehearsal": 100},
        [],
    ],
)
def test_odd_pools_are_refused(pool) -> None:
    with pytest.raises(EvidenceError):
        rules.gate_cases(dumps(pool))


def test_slices() -> None:
    left = set(DIGITS) - {DIGITS[3]}
    assert heads(rules.slice_of(NONCE, left, 3)) == ["6b86b273", "d4735e3a", "4b227777"]
    assert len(rules.slice_of(NONCE, left, 99)) == 9
    assert rules.slice_of(NONCE, left, 5)[:3] == rules.slice_of(NONCE, sorted(left), 3)


def test_members_are_drawn_in_another_order() -> None:
    assert rules.members_of(NONCE, DIGITS, 10) != rules.slice_of(NONCE, DIGITS, 10)
    assert rules.members_of(NONCE, DIGITS, 4) == rules.members_of(NONCE, DIGITS[::-1], 10)[:4]


def test_what_is_left() -> None:
    opened = DIGITS[:8]
    assert rules.left(DIGITS, opened, 2, reuse=False) == tuple(DIGITS[8:])
    assert rules.left(DIGITS, opened, 3, reuse=False) == tuple(DIGITS[8:])
    assert rules.left(DIGITS, opened, 2, reuse=True) == tuple(DIGITS[8:])
    assert rules.left(DIGITS, opened, 3, reuse=True) == tuple(DIGITS)


def test_nonce_and_seed() -> None:
    assert rules.nonce(b"note") == hashlib.sha256(b"seatrial/nonce/v1\x00note").digest()
    parts = ("robust", "evasion/pgd@1", "evasion.pgd", {"steps": 40})
    seed = rules.seed(NONCE, digest(b"trial"), *parts)
    assert len(seed) == 32
    assert seed.hex() == "0" * 64 or seed == rules.seed(NONCE, digest(b"trial"), *parts)
    others = [
        rules.seed(bytes(32), digest(b"trial"), *parts),
        rules.seed(NONCE, digest(b"other"), *parts),
        *(rules.seed(NONCE, digest(b"trial"), *parts[:i], "x", *parts[i + 1 :]) for i in range(3)),
        rules.seed(NONCE, digest(b"trial"), *parts[:3], {"steps": 41}),
    ]
    assert len({seed, *others}) == 7


def test_the_trial_leaves_out_what_only_judges() -> None:
    same = copy.deepcopy(PLAN)
    same |= {"charter": digest(b"another"), "shard": 1}
    same["clauses"]["robust"] |= {"require": "held_rate >= 0.1 at 90%", "severity": "minor", "advisory": True}
    same["clauses"]["robust"] |= {"because": "x", "otherwise": "y", "shard": 99}
    assert rules.trial(same) == rules.trial(PLAN)


@pytest.mark.parametrize("field", ["model", "pool", "members", "take", "code", "target", "cases", "schema"])
def test_anything_else_is_another_trial(field) -> None:
    assert rules.trial({**PLAN, field: "another"}) != rules.trial(PLAN)


def test_clauses_are_part_of_the_trial() -> None:
    for change in ({"count": 29}, {"members": 1}, {"scenarios": []}):
        other = copy.deepcopy(PLAN)
        other["clauses"]["robust"] |= change
        assert rules.trial(other) != rules.trial(PLAN)
    renamed = {**PLAN, "clauses": {"sturdy" if n == "robust" else n: c for n, c in PLAN["clauses"].items()}}
    assert rules.trial(renamed) != rules.trial(PLAN)


def _log(text: str) -> list[Statement]:
    """`1` submits a new trial under release 1, `=` the first trial once more under the last release, `D` deploys the
    last submission, `O` judges the first one again and deploys, `h` holds, `r` is a run-plan."""
    log: list[Statement] = []
    releases = "1"
    for sign in text:
        if sign in "DOh":
            log += _decided(log, last=sign != "O", decision="hold" if sign == "h" else "deploy")
        elif sign == "r":
            log.append(Statement("run-plan", MODEL_A, {"submission": 0}))
        else:
            releases += sign.replace("=", releases[-1])
            trial = "first" if sign == "=" or not log else f"trial {len(log)}"
            log.append(Statement("submission", MODEL_A, {"release": releases[-1], "trial": trial}))
    return log


def _decided(log: list[Statement], *, last: bool, decision: str) -> list[Statement]:
    made = [seq for seq, said in enumerate(log) if said.kind == "submission"]
    of, size = made[-1 if last else 0] if made else 0, len(log)
    return [
        Statement("run-plan", MODEL_A, {"submission": of}),
        Statement("run-result", MODEL_A, {"run_plan": size}),
        Statement("decision", MODEL_A, {"decision": decision, "run_result": size + 1}),
    ]


@pytest.mark.parametrize(
    ("log", "numbers"),
    [
        ("1", [1]),
        ("111", [1, 2, 3]),
        ("1r1hr1", [1, 2, 3]),
        ("123", [1, 2, 3]),
        ("1D1", [1, 2]),
        ("1D2", [1, 1]),
        ("1D12", [1, 2, 1]),
        ("1D2h3", [1, 1, 2]),
        ("12D1", [1, 2, 3]),
        ("1D2D1", [1, 1, 2]),
        ("1D2D3D12", [1, 1, 1, 2, 3]),
        ("1D2O3O4", [1, 1, 2, 3]),
        ("1D2O3D4", [1, 1, 2, 1]),
        ("1D2D3O4O5", [1, 1, 1, 2, 3]),
        ("1111D2=", [1, 2, 3, 4, 1, 6]),
        ("1111D2=2", [1, 2, 3, 4, 1, 6, 3]),
        ("1D2=D3", [1, 1, 3, 1]),
    ],
)
def test_attempts_of_a_campaign(log, numbers) -> None:
    assert list(rules.attempts(_log(log)).values()) == numbers


@given(st.text("123=DOhr", max_size=30))
def test_one_attempt_is_counted_as_all_are(text) -> None:
    log = _log(text)
    for seq, number in rules.attempts(log).items():
        assert rules.attempt(log, seq) == number


def test_a_plan_is_judged_by_a_later_charter() -> None:
    text = charter(clause("robust", require="held_rate >= 0.1 at 95%", advisory=True), clause("clean"))
    judged = rules.judged(PLAN, text)
    assert judged["clauses"]["robust"]["require"] == "held_rate >= 0.1 at 95%"
    assert judged["clauses"]["robust"]["advisory"] is True
    assert judged["charter"] == digest(dumps(text))
    assert rules.trial(judged) == rules.trial(PLAN)
    assert rules.judged(PLAN, charter()) | {"clauses": PLAN["clauses"]} == PLAN


@pytest.mark.parametrize(
    "text",
    [
        charter(clause("robust")),
        charter(clause("robust"), clause("clean"), clause("more")),
        charter(clause("robust", scenarios=[]), clause("clean")),
        charter(
            clause("robust", scenarios=[{**clause("robust")["scenarios"][0], "digest": digest(b"changed")}]),
            clause("clean"),
        ),
        charter(clause("robust", scenarios=[{"scenario": "family/clean", "parameters": {}}]), clause("clean")),
        charter(clause("robust", scenarios=[{"scenario": "family/robust@2", "parameters": {}}]), clause("clean")),
        charter(
            clause("robust", scenarios=[{"scenario": "family/robust", "parameters": {"eps": 0.3}}]), clause("clean")
        ),
    ],
)
def test_a_charter_about_something_else_is_refused(text) -> None:
    with pytest.raises(EvidenceError):
        rules.judged(PLAN, text)


PEOPLE = {case: rules.unit_of(b"ann" if at % 3 else b"bob%d" % at) for at, case in enumerate(DIGITS)}


def test_whole_units_are_shared_out_drawn_and_opened() -> None:
    blob = rules.pool_blob(DIGITS, 900, 100, units=PEOPLE)
    pool = rules.read_pool(blob)
    assert pool.units == PEOPLE
    for unit in set(PEOPLE.values()):
        assert len({pool.shared[case] for case in DIGITS if PEOPLE[case] == unit}) == 1
    drawn = [PEOPLE[case] for case in rules.slice_of(NONCE, DIGITS, 99, units=PEOPLE)]
    assert len(drawn) == len(DIGITS)
    assert sum(one != other for one, other in pairwise(drawn)) == len(set(drawn)) - 1
    first = rules.slice_of(NONCE, DIGITS, 1, units=PEOPLE)
    fresh = rules.left(DIGITS, first, 1, reuse=False, units=PEOPLE)
    assert {PEOPLE[case] for case in fresh} == set(PEOPLE.values()) - {PEOPLE[first[0]]}


def test_the_name_of_a_unit_may_be_padded() -> None:
    assert rules.unit_of(b"ann") == rules.unit_of(b"ann".ljust(32, b"\0")) != rules.unit_of(b"bob")


@pytest.mark.parametrize(
    "change", [{"units": []}, {"units": ["00"]}, {"units": "x"}, {"units": [1, 2]}, {"units": None}]
)
def test_a_pool_whose_units_are_odd_is_refused(change) -> None:
    body = loads(rules.pool_blob(DIGITS, 500, 100, units=PEOPLE))
    with pytest.raises(EvidenceError):
        rules.read_pool(dumps({**body, **change}))


def test_shards_of_a_plan_that_stops_early_begin_small() -> None:
    clause = {"count": 600, "members": 0, "shard": 256, "first": 32}
    assert rules.cuts({"clauses": {"it": clause}}, "it") == [32, 32, 64, 128, 256, 88]
    assert rules.cuts({"clauses": {"it": {**clause, "first": 256}}}, "it") == [256, 256, 88]
    assert rules.cuts({"clauses": {"it": {**clause, "shard": 0, "members": 9}}}, "it")[:2] == [32, 32]
    assert rules.cuts({"clauses": {"it": {"count": 9, "members": 1, "shard": 0}}}, "it") == [10]
