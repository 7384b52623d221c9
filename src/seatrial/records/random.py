"""Random numbers that belong to a case, not to a batch.

Every number is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
doi:10.1145/2063384.2063405) at a key and a counter: the key comes from SHA-256(seed || case id ||
purpose), the counter is the position of the number.  So what a case draws depends neither on its
neighbours nor on the order, and numpy and torch give equal bytes.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil, prod
from statistics import NormalDist
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.records.batch import plain

LOW32 = 0xFFFFFFFF
MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
BUMPS = 0x9E3779B9, 0xBB67AE85
ROUNDS = 10
LANES = 4
LEVELS = 256
"""Different numbers that `Random.bell` draws."""


def _quantiles() -> npt.NDArray[np.float64]:
    """Return the middles of so many equal parts of the normal distribution, stretched to variance 1."""
    made = np.array([NormalDist().inv_cdf((at + 0.5) / LEVELS) for at in range(LEVELS)])
    return np.asarray(made / np.sqrt((made**2).mean()))


_BELL = _quantiles()


@lru_cache(maxsize=1)
def _grains() -> npt.NDArray[np.float32]:
    """Return the middles of 65,536 equal parts of the normal distribution, smallest first."""
    half = np.array([NormalDist().inv_cdf((at + 0.5) * 2.0**-16) for at in range(2**15)])
    return np.concatenate([half, -half[::-1]]).astype(np.float32)


_EIGHTS = (np.arange(256)[:, None] >> np.arange(8)[None, :] & 1) * 2.0 - 1.0
"""Eight signs for each byte, the lowest bit first."""


def philox(counter: tuple[Any, Any, Any, Any], key: tuple[Any, Any]) -> tuple[Any, Any, Any, Any]:
    """Return the four words of Philox4x32-10 at a counter and a key.

    Args:
        counter: Four integer arrays that broadcast, each word in 0..2^32-1, held in int64.
        key: Two more, for the key.

    Products of two words wrap in int64, which leaves all 64 bits right.
    """
    a, b, c, d = counter
    left, right = key
    for _ in range(ROUNDS):
        first, second = a * MULTIPLIERS[0], c * MULTIPLIERS[1]
        a, b = ((second >> 32) & LOW32) ^ b ^ left, second & LOW32
        c, d = ((first >> 32) & LOW32) ^ d ^ right, first & LOW32
        left, right = (left + BUMPS[0]) & LOW32, (right + BUMPS[1]) & LOW32
    return a, b, c, d


@dataclass(frozen=True)
class Random:
    """One stream of random numbers per case and purpose: an adversary's only source of chance."""

    seed: bytes
    """The seed of the stage (32 bytes)."""
    ids: tuple[bytes, ...]
    """The digest of each case (32 bytes)."""
    known: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict, compare=False, repr=False)
    """Keys that were asked for before; only a saving of time."""

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.ids)

    def at(self, rows: Any) -> Random:
        """Return the streams of these cases, the same numbers as before.

        Args:
            rows: Integer or boolean positions, in any array library.
        """
        index = np.asarray(plain(rows))
        places = np.flatnonzero(index) if index.dtype == bool else index.astype(np.intp)
        known = {purpose: keys[places] for purpose, keys in self.known.items()}
        return Random(self.seed, tuple(self.ids[int(i)] for i in places), known)

    def keys(self, purpose: str) -> npt.NDArray[np.int64]:
        """Return one key per case `(n,)`: the first 8 bytes, little-endian, of SHA-256(seed || case id || purpose)."""
        if purpose not in self.known:
            tail = purpose.encode()
            made = b"".join(hashlib.sha256(self.seed + case + tail).digest()[:8] for case in self.ids)
            self.known[purpose] = np.frombuffer(made, dtype="<i8").astype(np.int64)
        return self.known[purpose]

    def words(self, purpose: str, shape: tuple[int, ...], like: Any, *, start: int = 0) -> Any:
        """Return words `(n, *shape)` in 0..2^32-1, int64, in the library and on the device of `like`.

        Args:
            purpose: Names the stream; another purpose is another stream.
            shape: Shape of what one case gets.
            like: Any array of the wanted library and device.
            start: Position in the stream of the first word, below 2^62.
        """
        xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
        size, (block, skip) = prod(shape), divmod(start, LANES)
        blocks = ceil((skip + size) / LANES)
        keys = xp.asarray(self.keys(purpose), device=device)[:, None]
        place = xp.arange(block, block + blocks, dtype=xp.int64, device=device)[None, :]
        none = xp.zeros_like(place)
        lanes = philox((place & LOW32, place >> 32, none, none), (keys & LOW32, (keys >> 32) & LOW32))
        row = xp.reshape(xp.stack(lanes, axis=-1), (len(self.ids), blocks * LANES))
        return xp.reshape(row[:, skip : skip + size], (len(self.ids), *shape))

    def uniform(self, purpose: str, shape: tuple[int, ...], like: Any, *, start: int = 0) -> Any:
        """Return multiples of 2^-24 in [0, 1), `(n, *shape)` in the dtype of `like` (float32 and float64 agree)."""
        xp = array_api_compat.array_namespace(like)
        top = self.words(purpose, shape, like, start=start) >> 8
        return xp.astype(top, like.dtype) * 2.0**-24

    def integers(self, purpose: str, high: int, shape: tuple[int, ...], like: Any, *, start: int = 0) -> Any:
        """Return integers in 0..high-1, `(n, *shape)` int64; `high` is at most 2^31, the bias of each below 2^-32."""
        return (self.words(purpose, shape, like, start=start) * high) >> 32

    def signs(self, purpose: str, shape: tuple[int, ...], like: Any, *, start: int = 0) -> Any:
        """Return -1 or 1, `(n, *shape)` in the dtype of `like`."""
        xp = array_api_compat.array_namespace(like)
        top = self.words(purpose, shape, like, start=start) >> 31
        return xp.astype(top * 2 - 1, like.dtype)

    def bell(self, purpose: str, shape: tuple[int, ...], like: Any, *, start: int = 0) -> Any:
        """Return numbers of mean 0 and variance 1, `(n, *shape)` in the dtype of `like`: normal ones in 256 levels.

        One word makes four, so they are many times cheaper than `normal`: for directions, of which many are drawn.
        """
        xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
        level = self._bytes(purpose, prod(shape), like, start)
        table = xp.astype(xp.asarray(_BELL, device=device), like.dtype)
        return xp.reshape(xp.take(table, xp.reshape(level, (-1,))), (len(self.ids), *shape))

    def flips(self, purpose: str, shape: tuple[int, ...], like: Any, *, start: int = 0) -> Any:
        """Return -1 or 1, `(n, *shape)` in the dtype of `like`: 32 from one word, so the cheapest directions of all."""
        xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
        size, (first, skip) = prod(shape), divmod(start, 8)
        drawn = self._bytes(purpose, ceil((skip + size) / 8), like, first)
        table = xp.astype(xp.asarray(_EIGHTS, device=device), like.dtype)
        signs = xp.reshape(xp.take(table, xp.reshape(drawn, (-1,)), axis=0), (len(self.ids), -1))
        return xp.reshape(signs[:, skip : skip + size], (len(self.ids), *shape))

    def _bytes(self, purpose: str, count: int, like: Any, start: int) -> Any:
        """Return the bytes of the words from a position on, `(n, count)` int64 in 0..255."""
        xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
        word, skip = divmod(start, LANES)
        drawn = self.words(purpose, (ceil((skip + count) / LANES), 1), like, start=word)
        level = (drawn >> xp.asarray([0, 8, 16, 24], device=device)) & (LEVELS - 1)
        return xp.reshape(level, (len(self.ids), -1))[:, skip : skip + count]

    def normal(self, purpose: str, shape: tuple[int, ...], like: Any, *, start: int = 0) -> Any:
        """Return standard normal numbers, `(n, *shape)` in the dtype of `like` (Box-Muller, two words each).

        They are made in float64 on the host and then moved, so that every library and device gets the same.
        """
        xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
        pairs = self.words(purpose, (*shape, 2), np.zeros(1), start=2 * start)
        radius = np.sqrt(-2.0 * np.log((pairs[..., 0] + 0.5) * 2.0**-32))
        made = radius * np.cos(pairs[..., 1] * (2.0**-31 * np.pi))
        return xp.astype(xp.asarray(made, device=device), like.dtype)

    def raw(self, purpose: str, bits: int, shape: tuple[int, ...]) -> npt.NDArray[Any]:
        """Return unsigned whole numbers of 16 or 32 bits, `(n, *shape)`, in numpy: for pictures.

        They are the words of Philox4x64-10 at the key of the case, each cut into 4 or 2, lowest first; numpy makes
        them, tens of times faster than `words` does, always on the host.
        """
        size, made = prod(shape), np.random.Philox(key=0)
        start, rows = made.state, np.empty((len(self.ids), ceil(prod(shape) * bits / 64)), dtype=np.uint64)
        for row, key in zip(rows, self.keys(purpose).view(np.uint64), strict=True):
            start["state"]["key"][0] = key
            made.state = start
            row[:] = made.random_raw(len(row))
        parts = rows.astype("<u8", copy=False).view(f"<u{bits // 8}")
        return parts[:, :size].reshape(len(self.ids), *shape)

    def grain(self, purpose: str, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
        """Return standard normal numbers in 65,536 levels (none beyond 4.4), `(n, *shape)` float32 in numpy."""
        return np.take(_grains(), self.raw(purpose, 16, shape))


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let other people's code run, and bring the global generators of Python and numpy back to where they were."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - it is the global one that is kept
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002 - the same
