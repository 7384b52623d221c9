"""Draw the sheet of corruptions: a photograph under each of the nineteen at five severities.

`python docs/sheet.py` writes `docs/pictures/corruptions.webp`; it needs scikit-learn, which comes with the photograph.
"""

# ruff: noqa: INP001, T201 - a script

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from sklearn.datasets import load_sample_image

from seatrial import plugins
from seatrial.adversaries.adversary import Bench
from seatrial.records.batch import Batch
from seatrial.records.random import Random
from seatrial.records.threat import Corruption

PLACE = Path(__file__).parent / "pictures" / "corruptions.webp"
NAMES = (
    ("noise", "shot", "impulse", "speckle", "blur", "defocus", "glass", "shake", "zoom", "resize"),
    ("snow", "frost", "fog", "spatter", "brightness", "contrast", "saturate", "elastic", "jpeg"),
)
"""Corruptions in two columns."""
SIDE, SHOWN, LABEL, GAP = 224, 96, 76, 3
"""Pixels: of the image that is corrupted, of it on the sheet, of the names, and between two."""
CASE = (b"contact sheet".ljust(32, b"\0"),)


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--to", type=Path, default=PLACE, help="file (default: docs/pictures/corruptions.webp)")
    place: Path = parser.parse_args().to
    sheet().save(place, quality=72, method=6)
    print(f"{place}: {place.stat().st_size:,} bytes")


def sheet() -> Image.Image:
    """Return the whole sheet."""
    picture = photograph()
    wide, high = LABEL + 6 * (SHOWN + GAP), SHOWN + GAP
    made = Image.new("RGB", (len(NAMES) * (wide + LABEL // 4), 16 + high * max(map(len, NAMES))), "white")
    draw, font = ImageDraw.Draw(made), ImageFont.load_default(12)
    for panel, names in enumerate(NAMES):
        left = panel * (wide + LABEL // 4)
        for column, head in enumerate(("as it is", "1", "2", "3", "4", "5")):
            draw.text((left + LABEL + column * (SHOWN + GAP), 0), head, "black", font)
        for row, name in enumerate(names):
            top = 16 + row * high
            draw.text((left, top + SHOWN // 2 - 6), name, "black", font)
            for severity in range(6):
                shown = corrupted(picture, name, severity) if severity else picture
                place = left + LABEL + severity * (SHOWN + GAP), top
                made.paste(thumbnail(shown), place)
    return made


def photograph() -> npt.NDArray[np.float32]:
    """Return the middle of a photograph, `(1, 3, SIDE, SIDE)`, from 0 to 1."""
    whole = Image.fromarray(load_sample_image("china.jpg"))
    edge = (whole.width - whole.height) // 3
    middle = whole.crop((edge, 0, edge + whole.height, whole.height)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return (np.asarray(middle, dtype=np.float32) / 255).transpose(2, 0, 1)[None]


def corrupted(picture: npt.NDArray[np.float32], name: str, severity: int) -> Any:
    """Return the photograph under one corruption."""
    adversary = plugins.find("adversaries", f"corruption.{name}").make()
    bench = Bench(Corruption(severity), Random(bytes(32), CASE))
    return adversary.attack(None, Batch(CASE, picture.copy()), bench).stimuli


def thumbnail(picture: Any) -> Image.Image:
    """Return a picture as it is shown on the sheet."""
    levels = np.rint(picture[0].transpose(1, 2, 0) * 255).astype(np.uint8)
    return Image.fromarray(levels).resize((SHOWN, SHOWN), Image.Resampling.BOX)


if __name__ == "__main__":
    main()
