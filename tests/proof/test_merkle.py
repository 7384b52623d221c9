"""The Merkle tree against known roots, a second implementation of its definition, and forged proofs."""

import hashlib

import pytest

from seatrial.proof import merkle

INPUTS = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [  # of the first n inputs: the set that Certificate Transparency implementations share
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(data) for data in INPUTS]
MANY = [merkle.leaf_hash(b"%d" % i) for i in range(40)]


def defined_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + defined_root(leaves[:split]) + defined_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size]


def test_known_proofs() -> None:
    def told(path: list[bytes]) -> list[str]:
        return [part.hex()[:16] for part in path]

    assert told(merkle.inclusion(LEAVES, 0)) == ["96a296d224f285c6", "5f083f0a1a33ca07", "6b47aaf29ee3c2af"]
    assert told(merkle.inclusion(LEAVES[:3], 2)) == ["fac54203e7cc696c"]
    assert told(merkle.consistency(LEAVES, 6)) == ["0ebc5d3437fbe2db", "ca854ea128ed050b", "d37ee418976dd957"]
    assert merkle.consistency(LEAVES[:1], 1) == []


@pytest.mark.parametrize("size", range(41))
def test_a_growing_tree_has_the_defined_root(size) -> None:
    tree = merkle.Tree()
    for leaf in MANY[:size]:
        tree.append(leaf)
    assert tree.size == size
    assert tree.root() == merkle.root(MANY[:size]) == defined_root(MANY[:size])


@pytest.mark.parametrize("size", range(1, 41))
def test_every_entry_is_shown_to_be_in(size) -> None:
    leaves = MANY[:size]
    root = merkle.root(leaves)
    for index, leaf in enumerate(leaves):
        path = merkle.inclusion(leaves, index)
        assert merkle.check_inclusion(leaf, index, size, path, root)
        assert not merkle.check_inclusion(merkle.leaf_hash(b"x"), index, size, path, root)
        assert not merkle.check_inclusion(leaf, index, size, [*path, root], root)
        assert not merkle.check_inclusion(leaf, index, size, path, merkle.leaf_hash(b"x"))
        assert not merkle.check_inclusion(leaf, size, size, path, root)
        assert not merkle.check_inclusion(leaf, -1, size, path, root)
        for other in range(size):
            assert merkle.check_inclusion(leaf, other, size, path, root) == (other == index)
        if path:
            assert not merkle.check_inclusion(leaf, index, size, path[:-1], root)


@pytest.mark.parametrize("size", range(41))
def test_every_earlier_tree_is_shown_to_be_a_beginning(size) -> None:
    root = merkle.root(MANY[:size])
    for old in range(0 if size == 0 else 1, size + 1):
        before = merkle.root(MANY[:old])
        path = merkle.consistency(MANY[:size], old)
        assert merkle.check_consistency(old, size, before, root, path)
        assert not merkle.check_consistency(old, size, before, root, [*path, root])
        assert not merkle.check_consistency(old, size, merkle.leaf_hash(b"x"), root, path)
        if path:
            assert not merkle.check_consistency(old, size, before, root, path[:-1])
            assert not merkle.check_consistency(old, size, before, merkle.leaf_hash(b"x"), path)
            assert not merkle.check_consistency(size, old, root, before, path)


def test_nothing_is_proved_of_the_empty_tree() -> None:
    assert merkle.consistency(LEAVES, 0) == []
    assert merkle.check_consistency(0, 0, merkle.EMPTY, merkle.root([]), [])
    assert not merkle.check_consistency(0, 8, merkle.EMPTY, merkle.root(LEAVES), [])


def test_places_outside_are_refused() -> None:
    for index in (-1, 8):
        with pytest.raises(IndexError):
            merkle.inclusion(LEAVES, index)
    for size in (-1, 9):
        with pytest.raises(IndexError):
            merkle.consistency(LEAVES, size)
        with pytest.raises(IndexError):
            merkle.grown(LEAVES).root(size)
