"""Random numbers that belong to a case, not to a batch.

Every number is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
doi:10.1145/2063384.2063405) at a key and a counter: the key comes from SHA-256(seed || case id ||
purpose), the counter is the position of the number.  So what a case draws depends neither on its
neighbours nor on the order, and numpy and torch give equal bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
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
        size, (word, skip) = prod(shape), divmod(start, LANES)
        drawn = self.words(purpose, (ceil((skip + size) / LANES), 1), like, start=word)
        level = (drawn >> xp.asarray([0, 8, 16, 24], device=device)) & (LEVELS - 1)
        flat = xp.reshape(level, (len(self.ids), -1))[:, skip : skip + size]
        table = xp.astype(xp.asarray(_BELL, device=device), like.dtype)
        return xp.reshape(xp.take(table, xp.reshape(flat, (-1,))), (len(self.ids), *shape))

    def normal(self, purpose: str, shape: tuple[int, ...], like: Any, *, start: int = 0) -> Any:
        """Return standard normal numbers, `(n, *shape)` in the dtype of `like` (Box-Muller, two words each).

        They are made in float64 on the host and then moved, so that every library and device gets the same.
        """
        xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
        pairs = self.words(purpose, (*shape, 2), np.zeros(1), start=2 * start)
        radius = np.sqrt(-2.0 * np.log((pairs[..., 0] + 0.5) * 2.0**-32))
        made = radius * np.cos(pairs[..., 1] * (2.0**-31 * np.pi))
        return xp.astype(xp.asarray(made, device=device), like.dtype)
