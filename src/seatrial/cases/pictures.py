"""Images in folders, one folder a class: found, opened, and made into numbers of one size and mode.

What is done to each image, in this order: the first frame is taken; it is turned as its camera says (EXIF
orientation); what is transparent is laid on white; it is converted to the mode (16 bits keep their range); it is
resized to the size, without regard to its proportions (bilinear, averaging where it shrinks); 0..255 becomes 0..1.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from seatrial.errors import CasesError, Problem

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm"}
)
MODES = ("L", "RGB")
_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What decoders raise on damaged files, and the guard against images that are too large to be meant."""


class BrokenImageError(Exception):
    """An image that cannot be read, with the reason."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in a folder of images."""

    path: Path
    classes: dict[str, list[str]]
    """Name of each class folder, in alphabetical order -> its images, below `path`, in alphabetical order."""
    outside: list[str]
    """Images that lie in no class folder."""
    strange: list[str]
    """Files that are no images by their ending."""


def listing(path: Path) -> Listing:
    """Return what is in a folder; hidden files and folders are passed over.

    Raises:
        CasesError: If it is no folder, or holds no class folders.
    """
    if not path.exists():
        raise CasesError(Problem(str(path), "there is no such folder", "paths start at the charter's folder"))
    if not path.is_dir():
        raise CasesError(
            Problem(str(path), "is a file", "name the folder that holds a folder of images for each class")
        )
    classes: dict[str, list[str]] = {
        entry.name: [] for entry in sorted(path.iterdir()) if entry.is_dir() and not entry.name.startswith(".")
    }
    found = Listing(path, classes, [], [])
    for name in _files(path):
        parts = name.split("/")
        if Path(name).suffix.lower() not in SUFFIXES:
            found.strange.append(name)
        else:
            (classes[parts[0]] if len(parts) > 1 else found.outside).append(name)
    if not classes:
        many = f"holds {len(found.outside)} images, but no folder for each class" if found.outside else "is empty"
        raise CasesError(Problem(str(path), many, f"put the images of each class into a folder: {path.name}/cat/1.png"))
    return found


def _files(path: Path) -> Iterator[str]:
    """Yield the names of all files below a folder, with `/`, sorted; nothing hidden."""
    for entry in sorted(path.rglob("*")):
        name = entry.relative_to(path)
        if entry.is_file() and not any(part.startswith(".") for part in name.parts):
            yield name.as_posix()


def look(path: Path) -> tuple[tuple[int, int], str]:
    """Return (height, width) of an image as it would be turned, and its mode; only its head is read.

    Raises:
        BrokenImageError: If it cannot be opened.
    """
    with _blamed(), Image.open(path) as image:
        turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
        width, height = image.size
        return ((width, height) if turned else (height, width)), str(image.mode)


def pixels(path: Path, size: tuple[int, int], mode: str) -> npt.NDArray[np.float32]:
    """Return an image as float32 `(channels, height, width)` in 0..1.

    Args:
        path: The file.
        size: Height and width.
        mode: `L` or `RGB`.

    Raises:
        BrokenImageError: If it cannot be read to its end, or has a mode without a known range (`F`, `I`).
    """
    with _blamed(), Image.open(path) as image:
        upright = ImageOps.exif_transpose(image)
        plain = _resized(_converted(upright, mode), size)
        made = np.asarray(plain, dtype=np.float32) / np.float32(255)
    return np.ascontiguousarray(made[None] if made.ndim == 2 else made.transpose(2, 0, 1))


def _converted(image: Image.Image, mode: str) -> Image.Image:
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image).astype(np.uint32) // 257).astype(np.uint8), "L")
    if image.mode in ("I", "F"):
        raise BrokenImageError(f"has mode {image.mode}, whose range nobody knows; save it with 8 bits a channel")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return image.convert(mode)


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    wanted = size[1], size[0]
    return image if image.size == wanted else image.resize(wanted, Image.Resampling.BILINEAR)


@contextmanager
def _blamed() -> Iterator[None]:
    """Translate what decoders raise; what they warn of is not shown, but for an image too large to be meant."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except _ERRORS as error:
        said = " ".join(str(error).split()) or type(error).__name__
        said = "is no image" if "cannot identify image file" in said else said
        raise BrokenImageError(said) from error
