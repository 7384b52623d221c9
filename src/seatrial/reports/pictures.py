"""Arrays as pictures: what was shown, what it was changed to, and the difference magnified."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatrial.reports.png import encode

_SIDE = 160
"""Longest side in pixels; a larger picture is drawn at one half, one third ..."""
_ODD = (214, 40, 160)
"""Colour of a pixel that is not a finite number."""
_LESS, _MORE = np.array([0.0, 92.0, 175.0]), np.array([190.0, 72.0, 0.0])
"""Colours of the largest fall and the largest rise: blue and vermilion, told apart by every kind of sight."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, ready for a page."""

    uri: str
    width: int
    """In CSS pixels, a multiple of the picture's own."""
    height: int
    note: str = ""


def image(value: npt.NDArray[np.generic]) -> npt.NDArray[np.float64] | None:
    """Return an array as `(height, width, 1 or 3)` floats, or None if it is no picture.

    Pictures are `(h, w)`, `(1 or 3, h, w)` and `(h, w, 1 or 3)`, numbers, no side empty.
    """
    if value.size == 0 or value.dtype.kind not in "biuf":
        return None
    if value.ndim == 2 and min(value.shape) > 1:
        return value.astype(np.float64)[:, :, None]
    if value.ndim == 3 and value.shape[0] in (1, 3):
        return np.moveaxis(value, 0, 2).astype(np.float64)
    return value.astype(np.float64) if value.ndim == 3 and value.shape[2] in (1, 3) else None


def scale(*pictures: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the values drawn black and white: 0 to 1 or 0 to 255 where that fits, else what is there."""
    finite = np.concatenate([picture[np.isfinite(picture)] for picture in pictures])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    for top in (1.0, 255.0):
        if low >= 0 and high <= top:
            return 0.0, top
    return low, high


def shown(picture: npt.NDArray[np.float64], low: float, high: float) -> Picture:
    """Return a picture with `low` drawn black and `high` white; what is no number is drawn magenta."""
    odd = np.asarray(~np.isfinite(picture).all(axis=2), dtype=np.bool_)
    finite = np.nan_to_num(picture, nan=low) / 2
    grey = np.clip((finite - low / 2) / max(high / 2 - low / 2, 1e-300), 0, 1) * 255
    pixels = _fit(grey)
    note = ""
    if odd.any():
        pixels = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
        pixels[_fit(odd.astype(np.float64)[:, :, None])[:, :, 0] > 0] = _ODD
        count = int(odd.sum())
        note = f"{count} {'pixel is' if count == 1 else 'pixels are'} no finite number (magenta)"
    return _picture(pixels, note)


def difference(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> Picture | None:
    """Return the change drawn so that the largest one has full colour, or None if there is no such picture.

    White is unchanged, blue is less, vermilion more; of three channels the one that changed most counts.
    """
    if before.shape != after.shape:
        return None
    with np.errstate(invalid="ignore"):
        half = after / 2 - before / 2
    half = np.where(np.isfinite(half), half, 0.0)
    most = np.take_along_axis(half, np.abs(half).argmax(axis=2)[:, :, None], axis=2)
    largest = float(np.abs(most).max())
    if largest == 0.0:
        return _picture(np.full((*_fit(most).shape[:2], 1), 255.0), "unchanged")
    part = _strongest(most / largest)
    colour = np.where(part < 0, _LESS, _MORE)
    pixels = 255.0 + np.abs(part) * (colour - 255.0)
    return _picture(pixels, f"full colour is {2.0 * largest:.3g}")


def _stride(height: int, width: int) -> int:
    return -(-max(height, width) // _SIDE)


def _blocks(picture: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return `(rows, columns, channels, pixels of a block)`."""
    height, width, channels = picture.shape
    step = _stride(height, width)
    padded = np.pad(picture, ((0, -height % step), (0, -width % step), (0, 0)), mode="edge")
    cut = padded.reshape(padded.shape[0] // step, step, padded.shape[1] // step, step, channels)
    return cut.transpose(0, 2, 4, 1, 3).reshape(cut.shape[0], cut.shape[2], channels, step * step)


def _fit(picture: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the picture small enough: each pixel the mean of a block."""
    mean: npt.NDArray[np.float64] = _blocks(picture).mean(axis=3)
    return mean


def _strongest(picture: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the picture small enough: each pixel the strongest of a block, so that no change is averaged away."""
    blocks = _blocks(picture)
    chosen: npt.NDArray[np.float64] = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=3)[..., None], axis=3)
    return chosen[..., 0]


def _picture(pixels: npt.NDArray[np.float64], note: str) -> Picture:
    height, width, channels = pixels.shape
    small = np.rint(pixels).astype(np.uint8)
    data = encode(small[:, :, 0] if channels == 1 else small)
    times = max(1, 144 // max(height, width))
    uri = "data:image/png;base64," + base64.b64encode(data).decode("ascii")
    return Picture(uri, width * times, height * times, note)
