"""The Merkle tree of RFC 6962 (SHA-256): root, proof that an entry is in, proof that a log only grew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of an entry: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows at its right edge; only the roots of its full subtrees are kept."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add the hash of one more entry."""
        carry, self.size = self.size, self.size + 1
        while carry & 1:
            leaf, carry = node_hash(self._edge.pop(), leaf), carry >> 1
        self._edge.append(leaf)

    def root(self) -> bytes:
        """Return the root over all entries so far."""
        if not self._edge:
            return hashlib.sha256(b"").digest()
        *rest, hashed = self._edge
        for left in reversed(rest):
            hashed = node_hash(left, hashed)
        return hashed


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes; of none, SHA-256 of nothing.

    Examples:
        >>> leaves = [leaf_hash(entry) for entry in (b"one", b"two", b"three")]
        >>> check_inclusion(leaves[2], 2, 3, inclusion(leaves, 2), root(leaves))
        True
    """
    tree = Tree()
    for leaf in leaf_hashes:
        tree.append(leaf)
    return tree.root()


def inclusion(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the path of one entry, from its sibling up (RFC 6962, 2.1.1).

    Raises:
        IndexError: If there is no such entry.
    """
    if not 0 <= index < len(leaf_hashes):
        raise IndexError(f"entry {index} of {len(leaf_hashes)}")
    if len(leaf_hashes) == 1:
        return []
    split = _split(len(leaf_hashes))
    left, right = leaf_hashes[:split], leaf_hashes[split:]
    return [*inclusion(left, index), root(right)] if index < split else [*inclusion(right, index - split), root(left)]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether the path leads from this leaf hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, hashed = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            hashed = node_hash(sibling, hashed)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and hashed == root


def consistency(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the proof that the tree of the first `old_size` entries only grew (RFC 6962, 2.1.2).

    Raises:
        IndexError: If the old size is not between 0 and the number of entries.
    """
    if not 0 <= old_size <= len(leaf_hashes):
        raise IndexError(f"size {old_size} of {len(leaf_hashes)}")
    return _grown(leaf_hashes, old_size, whole=True) if 0 < old_size < len(leaf_hashes) else []


def check_consistency(old_size: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Return whether the path shows that the new tree begins with the old one (RFC 9162, 2.1.4.2)."""
    if old_size in (0, size):
        same = root if old_size else hashlib.sha256(b"").digest()
        return not path and old_root == same
    if not 0 < old_size < size:
        return False
    rest = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if not rest:
        return False
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = rest[0]
    for sibling in rest[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old == old_root and new == root


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least two."""
    return 1 << (size - 1).bit_length() - 1


def _grown(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    if old_size <= split:
        return [*_grown(leaves[:split], old_size, whole=whole), root(leaves[split:])]
    return [*_grown(leaves[split:], old_size - split, whole=False), root(leaves[:split])]
