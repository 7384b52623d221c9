"""Every proof and every spoiled proof of the fixture file, judged by `merkle` as the RFC's definitions judge it."""

import json
import time

import pytest

from seatrial.proof import merkle
from tests.proof import vectors

CASES = [json.loads(line) for line in vectors.FILE.read_text(encoding="ascii").splitlines()]
INCLUSIONS = [case for case in CASES if case["kind"] == "inclusion"]
CONSISTENCIES = [case for case in CASES if case["kind"] == "consistency"]


def _path(case) -> list[bytes]:
    return [bytes.fromhex(part) for part in case["path"]]


def test_the_file_is_what_the_definitions_give() -> None:
    assert vectors.FILE.read_text(encoding="ascii") == vectors.written()


@pytest.mark.parametrize("case", INCLUSIONS, ids=lambda case: f"{case['index']} of {case['size']}: {case['says']}")
def test_inclusion(case) -> None:
    leaf, root = bytes.fromhex(case["leaf"]), bytes.fromhex(case["root"])
    assert merkle.check_inclusion(leaf, case["index"], case["size"], _path(case), root) is case["good"]


@pytest.mark.parametrize(
    "case", CONSISTENCIES, ids=lambda case: f"{case['old_size']} to {case['size']}: {case['says']}"
)
def test_consistency(case) -> None:
    old, new = bytes.fromhex(case["old_root"]), bytes.fromhex(case["root"])
    assert merkle.check_consistency(case["old_size"], case["size"], old, new, _path(case)) is case["good"]


def test_what_we_prove_is_what_the_definitions_prove() -> None:
    good = [case for case in CASES if case["good"] and case["size"]]
    tree = merkle.grown(map(merkle.leaf_hash, vectors.INPUTS))
    for case in good:
        if case["kind"] == "inclusion":
            assert tree.inclusion(case["index"], case["size"]) == _path(case)
        else:
            assert tree.consistency(case["old_size"], case["size"]) == _path(case)
        assert tree.root(case["size"]).hex() == case["root"]
    assert len(good) > 20


def test_a_tree_that_is_cut_and_grows_again_is_the_same() -> None:
    leaves = [merkle.leaf_hash(b"%d" % at) for at in range(70)]
    tree = merkle.grown(leaves)
    for size in (70, 64, 63, 33, 32, 1, 0):
        tree.cut(size)
        assert (tree.size, tree.root()) == (size, merkle.root(leaves[:size]))
        again = merkle.grown(leaves[:size])
        for leaf in leaves[size:]:
            again.append(leaf)
        assert again.root() == merkle.root(leaves)


def test_a_proof_in_a_large_log_costs_next_to_nothing() -> None:
    tree = merkle.grown(index.to_bytes(32, "big") for index in range(100_000))
    took = []
    for index in range(0, 100_000, 997):
        begun = time.perf_counter()
        path = tree.inclusion(index)
        took.append(time.perf_counter() - begun)
        assert merkle.check_inclusion(index.to_bytes(32, "big"), index, 100_000, path, tree.root())
        assert len(path) == 17 or index >= 98_304
    assert min(took) < 0.001
