"""Signals as lines: what was given, what it was changed to, and the difference below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SHORTEST = 64
"""Samples from which a row of numbers is drawn as a signal."""
CHANNELS = 16
"""Channels that `(channels, samples)` may have."""
_WIDTH = 300.0
_COLUMNS = 150
"""Columns of the drawing; of a longer signal each is the span of the samples in it."""
_SHOWN = 3
"""Channels drawn: those that changed most."""
_HEIGHT = 100.0


@dataclass(frozen=True, slots=True)
class Wave:
    """One channel before and after, as points of SVG polylines in a box of 300 by 100."""

    name: str
    before: tuple[str, ...]
    """Each a run of finite samples."""
    after: tuple[str, ...]
    change: tuple[str, ...]
    """The difference on a scale of its own, its zero in the middle."""
    top: str
    """Largest value drawn."""
    bottom: str
    largest: str
    """Largest change."""
    note: str


def signals(value: npt.NDArray[np.generic]) -> npt.NDArray[np.float64] | None:
    """Return an array as `(channels, samples)` floats, or None if it is no signal.

    Signals are `(samples,)` and `(channels, samples)` with 64 samples or more, 16 channels at most, and four times
    as many samples as channels.
    """
    if value.dtype.kind not in "biuf" or value.ndim not in (1, 2) or value.shape[-1] < SHORTEST:
        return None
    rows = value.reshape(-1, value.shape[-1]).astype(np.float64)
    return rows if len(rows) <= CHANNELS and rows.shape[1] >= 4 * len(rows) else None


def waves(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> tuple[tuple[Wave, ...], str]:
    """Return the channels that changed most, and what is left out, in a sentence.

    Args:
        before: `(channels, samples)`.
        after: The same shape.
    """
    moved = np.abs(np.nan_to_num(after - before, nan=0.0, posinf=0.0, neginf=0.0)).max(axis=1)
    order = sorted(range(len(before)), key=lambda at: (-moved[at], at))[:_SHOWN]
    left = len(before) - len(order)
    omitted = f"{left} of {len(before)} channels changed less and are not shown." if left else ""
    return tuple(_wave(before[at], after[at], at, len(before)) for at in sorted(order)), omitted


def _wave(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64], at: int, channels: int) -> Wave:
    both = np.concatenate([before, after])
    finite = both[np.isfinite(both)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    with np.errstate(invalid="ignore"):
        change = after - before
    most = float(np.abs(change[np.isfinite(change)]).max(initial=0.0))
    odd = int((~np.isfinite(after)).sum())
    note = f"{len(before):,} samples" + (f", {odd:,} of the changed signal are no finite number" if odd else "")
    return Wave(
        name="Signal" if channels == 1 else f"Channel {at}",
        before=_lines(before, low, high),
        after=_lines(after, low, high),
        change=_lines(change, -most, most) if most else (),
        top=f"{high:.4g}",
        bottom=f"{low:.4g}",
        largest=f"{most:.3g}",
        note=note,
    )


def _lines(values: npt.NDArray[np.float64], low: float, high: float) -> tuple[str, ...]:
    """Return the runs of finite samples as points; of a long signal the lowest and highest sample of each column."""
    spread = (high - low) or 1.0
    place = np.linspace(0.0, _WIDTH, len(values))
    with np.errstate(invalid="ignore"):
        height = _HEIGHT * (1 - (values - low) / spread)
    keep = _kept(values)
    found, run = list[list[str]](), list[str]()
    for at in keep:
        if np.isfinite(height[at]):
            run.append(f"{place[at]:.4g},{height[at]:.3g}")
            continue
        found, run = [*found, run], []
    return tuple(" ".join(points) for points in (*found, run) if len(points) > 1)


def _kept(values: npt.NDArray[np.float64]) -> list[int]:
    """Return which samples are drawn: all, or of each column its lowest, its highest and any that is not finite."""
    if len(values) <= 2 * _COLUMNS:
        return list(range(len(values)))
    kept: set[int] = set()
    for part in np.array_split(np.arange(len(values)), _COLUMNS):
        here = values[part]
        good = np.isfinite(here)
        if not good.all():
            kept.add(int(part[np.argmin(good)]))
        if good.any():
            kept |= {int(part[np.nanargmin(np.where(good, here, np.inf))])}
            kept |= {int(part[np.nanargmax(np.where(good, here, -np.inf))])}
    return sorted(kept)
