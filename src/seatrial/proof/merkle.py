"""The Merkle tree of RFC 6962 (SHA-256): root, proof that an entry is in, proof that a log only grew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""Root of a tree without entries."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of an entry: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows at its right edge; the roots of all its full subtrees are kept, so that proofs are quick.

    It keeps about 130 bytes an entry.  Whatever it can say of all its entries, it can say of the first so many.
    """

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        """Number of entries."""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add the hash of one more entry."""
        nodes, level = self._levels[0], 0
        nodes.append(leaf)
        while not len(nodes) & 1:
            hashed, level = node_hash(nodes[-2], nodes[-1]), level + 1
            if level == len(self._levels):
                self._levels.append([])
            nodes = self._levels[level]
            nodes.append(hashed)

    def cut(self, size: int) -> None:
        """Forget the entries beyond the first so many."""
        for level, nodes in enumerate(self._levels):
            del nodes[size >> level :]

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first so many entries; over all by default.

        Raises:
            IndexError: If there are not so many.
        """
        return self._over(0, self._known(size))

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the path of one entry in the tree of the first so many, from its sibling up (RFC 6962, 2.1.1).

        Raises:
            IndexError: If there is no such entry, or there are not so many.
        """
        start, end, path = 0, self._known(size), list[bytes]()
        if not 0 <= index < end:
            raise IndexError(f"entry {index} of {end}")
        while end - start > 1:
            split = start + _split(end - start)
            if index < split:
                path.append(self._over(split, end))
                end = split
            else:
                path.append(self._over(start, split))
                start = split
        return path[::-1]

    def consistency(self, old_size: int, size: int | None = None) -> list[bytes]:
        """Return the proof that the tree of the first `old_size` entries only grew to this size (RFC 6962, 2.1.2).

        Raises:
            IndexError: If the old size is not between 0 and the size, or there are not so many entries.
        """
        start, end, path = 0, self._known(size), list[bytes]()
        if not 0 <= old_size <= end:
            raise IndexError(f"size {old_size} of {end}")
        if old_size in (0, end):
            return []
        while old_size != end:
            split = start + _split(end - start)
            if old_size <= split:
                path.append(self._over(split, end))
                end = split
            else:
                path.append(self._over(start, split))
                start = split
        return path[::-1] if start == 0 else [self._over(start, end), *path[::-1]]

    def full(self, level: int, start: int, end: int) -> list[bytes]:
        """Return the roots of some full subtrees of 2^level entries: what a tile holds."""
        return self._levels[level][start:end] if level < len(self._levels) else []

    def _known(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise IndexError(f"size {size} of {self.size}")
        return size

    def _over(self, start: int, end: int) -> bytes:
        """Return the root over the entries from `start` on, which is where a subtree begins, to before `end`."""
        if start == end:
            return EMPTY
        ends = list[bytes]()
        while start < end:
            level = (end - start).bit_length() - 1
            ends.append(self._levels[level][start >> level])
            start += 1 << level
        hashed = ends.pop()
        while ends:
            hashed = node_hash(ends.pop(), hashed)
        return hashed


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes; of none, SHA-256 of nothing.

    Examples:
        >>> leaves = [leaf_hash(entry) for entry in (b"one", b"two", b"three")]
        >>> check_inclusion(leaves[2], 2, 3, inclusion(leaves, 2), root(leaves))
        True
    """
    return grown(leaf_hashes).root()


def grown(leaf_hashes: Iterable[bytes]) -> Tree:
    """Return the tree over leaf hashes."""
    tree = Tree()
    for leaf in leaf_hashes:
        tree.append(leaf)
    return tree


def inclusion(leaf_hashes: Iterable[bytes], index: int) -> list[bytes]:
    """Return the path of one entry in the tree over leaf hashes (`Tree.inclusion`).

    Raises:
        IndexError: If there is no such entry.
    """
    return grown(leaf_hashes).inclusion(index)


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether the path leads from this leaf hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _hashes(leaf, root, *path):
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


def consistency(leaf_hashes: Iterable[bytes], old_size: int) -> list[bytes]:
    """Return the proof that the tree of the first `old_size` leaf hashes only grew (`Tree.consistency`).

    Raises:
        IndexError: If the old size is not between 0 and the number of entries.
    """
    return grown(leaf_hashes).consistency(old_size)


def check_consistency(old_size: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Return whether the path shows that the new tree begins with the old one (RFC 9162, 2.1.4.2).

    Trees of one size must have one root and need no path.  Every tree begins with the empty one, so there is nothing
    to prove of it: from size 0 to another one nothing is accepted, and who asks must not (as in the public vectors).
    """
    if old_size == size >= 0:
        return not path and old_root == root and (size > 0 or root == EMPTY)
    if not 0 < old_size < size or not _hashes(old_root, root, *path):
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


def _hashes(*values: bytes) -> bool:
    return all(len(value) == 32 for value in values)


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least two."""
    return 1 << (size - 1).bit_length() - 1
