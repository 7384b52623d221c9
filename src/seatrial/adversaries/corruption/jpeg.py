"""Lossy compression."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.corruption.images import Floats, retouched
from seatrial.adversaries.corruption.scale import side, strength
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Corruption
from seatrial.targets.target import Target

SMALL = (80, 65, 58, 50, 40)
LARGE = (25, 18, 15, 10, 7)
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Jpeg:
    """Write every image as a JPEG file and read it back, as in the common corruptions benchmark.

    (Hendrycks and Dietterich, arXiv:1903.12261.)  The quality is the published one for images of 32 and of 224 pixels
    and geometric in between, rounded to a whole number.  Three channels are red, green and blue, with the usual halved
    colour resolution; any other number of channels is compressed one by one as grey.  Numbers go through eight bits.
    One image at a time by pillow, so another version of it may give other bytes.  Nothing is drawn and the target is
    never asked.
    """

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Corruption]) -> Attempts[Array]:  # noqa: ARG002 - the protocol has it
        """Return every image as it comes out of the file."""
        quality = round(strength(SMALL, LARGE, bench.threat.severity, side(batch.inputs)))

        def change(x: Floats, random: Random) -> Any:  # noqa: ARG001 - nothing is drawn
            levels = np.rint(x * 255).astype(np.uint8)
            return np.stack([_colours(image, quality) for image in levels]).astype(x.dtype) / 255

        return retouched(batch, bench, change)


def _colours(image: Bytes, quality: int) -> Bytes:
    """Return an image `(channels, height, width)` after the round trip."""
    if len(image) == 3:
        return _through(image.transpose(1, 2, 0), quality).transpose(2, 0, 1)
    return np.stack([_through(channel, quality) for channel in image])


def _through(pixels: Bytes, quality: int) -> Bytes:
    """Return pixels `(height, width)` or `(height, width, 3)` after the round trip."""
    file = BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file), dtype=np.uint8)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Jpeg,
    "JPEG compression",
    oracle="same_label",
    controls=("corruption.texture_sensitive",),
    cites=("arXiv:1903.12261",),
    tags=("natural", "black-box"),
    rank=3,
    extra="data",
    lies=(
        "On small images the published qualities are mild. Images that were compressed before lose little more, so "
        "holding on them says less than it seems."
    ),
)
