"""Batches of corrupted images against code that makes one at a time: `python benchmarks/speed/corruptions.py`.

The 19 corruptions of the common corruptions benchmark at severities 1, 3 and 5, on batches of colour images of 32 and
of 224 pixels in eight bits.  The other side is the package `imagecorruptions` where it can be imported (`--peer FOLDER`
is put in front of the path), else a plain implementation of each definition with numpy, scipy and pillow, one image
after the other, which is here below.  A round is peer, ours, ours, peer of one corruption; CPU seconds on one thread,
and the median ratio of neighbours.  Budget: 5 over the whole suite of each size.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from statistics import median
from time import process_time
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from PIL import Image
from scipy import ndimage

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.corruption import (
    brightness,
    contrast,
    elastic,
    fog,
    frost,
    glass,
    impulse,
    jpeg,
    noise,
    resize,
    saturate,
    shake,
    shot,
    snow,
    spatter,
    speckle,
    zoom,
)
from seatrial.adversaries.corruption.blur import Blur
from seatrial.adversaries.corruption.crystals import panes
from seatrial.adversaries.corruption.defocus import LARGE as DISCS
from seatrial.adversaries.corruption.defocus import Defocus, disc
from seatrial.adversaries.corruption.liquid import depth, edges, equalised
from seatrial.records.batch import Batch
from seatrial.records.random import Random
from seatrial.records.threat import Corruption

SIZES = {32: 256, 224: 16}
"""Side in pixels -> images of a batch."""
SEVERITIES, BUDGET = (1, 3, 5), 5.0
OURS: dict[str, Any] = {
    "gaussian_noise": noise.Noise(),
    "shot_noise": shot.Shot(),
    "impulse_noise": impulse.Impulse(),
    "defocus_blur": Defocus(),
    "glass_blur": glass.Glass(),
    "motion_blur": shake.Shake(),
    "zoom_blur": zoom.Zoom(),
    "snow": snow.Snow(),
    "frost": frost.Frost(),
    "fog": fog.Fog(),
    "brightness": brightness.Brightness(),
    "contrast": contrast.Contrast(),
    "elastic_transform": elastic.Elastic(),
    "pixelate": resize.Resize(),
    "jpeg_compression": jpeg.Jpeg(),
    "speckle_noise": speckle.Speckle(),
    "gaussian_blur": Blur(),
    "spatter": spatter.Spatter(),
    "saturate": saturate.Saturate(),
}
CHANCE = np.random.default_rng(0)
Picture = np.ndarray[Any, np.dtype[Any]]


def pictures(side: int, count: int) -> Picture:
    """Return smooth colour images with edges, `(count, side, side, 3)` in eight bits."""
    made = ndimage.gaussian_filter(CHANCE.random((count, side, side, 3)), (0, side / 16, side / 16, 0))
    made = (made - made.min()) / (made.max() - made.min())
    return np.rint(255 * np.where(made > 0.55, 1 - made / 2, made)).astype(np.uint8)


# --- One image after the other, by the definition: (height, width, 3) in shares of 1 -> the same.


def zoomed(x: Picture, factor: float) -> Picture:
    side, kept = len(x), int(np.ceil(len(x) / factor))
    first = (side - kept) // 2
    grown = ndimage.zoom(x[first : first + kept, first : first + kept], (factor, factor, 1), order=1)
    cut = (len(grown) - side) // 2
    return grown[cut : cut + side, cut : cut + side]


def dragged(x: Picture, length: float, soft: float, angle: float) -> Picture:
    steps = np.arange(2 * int(length) + 1)
    bell = np.exp(-(steps**2) / (2 * soft**2))
    rows, columns = np.arange(x.shape[0]), np.arange(x.shape[1])
    made = np.zeros_like(x)
    for step, weight in zip(steps, bell / bell.sum(), strict=True):
        down, right = int(np.ceil(step * np.sin(angle) - 0.5)), int(np.ceil(step * np.cos(angle) - 0.5))
        made += weight * x[np.clip(rows + down, 0, len(x) - 1)][:, np.clip(columns + right, 0, x.shape[1] - 1)]
    return made


def shuffled(x: Picture, soft: float, far: int, times: int) -> Picture:
    x = ndimage.gaussian_filter(x, (soft, soft, 0), mode="nearest")
    for _ in range(times):
        for row in range(len(x) - far, far, -1):
            for column in range(len(x) - far, far, -1):
                down, right = CHANCE.integers(-far, far, 2)
                x[row, column] = x[row + down, column + right]
    return ndimage.gaussian_filter(x, (soft, soft, 0), mode="nearest")


def clouds(side: int, decay: float) -> Picture:
    made, step, strength = np.zeros((side, side)), side, 100.0
    while step >= 2:
        half, force = step // 2, strength**2
        corner = made[::step, ::step]
        pairs = corner + np.roll(corner, -1, 0)
        middle = (pairs + np.roll(pairs, -1, 1)) / 4 + force * CHANCE.uniform(-1, 1, corner.shape)
        made[half::step, half::step] = middle
        across = (middle + np.roll(middle, 1, 0) + corner + np.roll(corner, -1, 1)) / 4
        made[::step, half::step] = across + force * CHANCE.uniform(-1, 1, corner.shape)
        down = (middle + np.roll(middle, 1, 1) + corner + np.roll(corner, -1, 0)) / 4
        made[half::step, ::step] = down + force * CHANCE.uniform(-1, 1, corner.shape)
        step, strength = half, strength / decay
    made -= made.min()
    return made / made.max()


def snowed(x: Picture, numbers: tuple[float, ...]) -> Picture:
    mean, deviation, size, least, length, soft, kept = numbers
    flakes = zoomed(CHANCE.normal(mean, deviation, (*x.shape[:2], 1)), size)
    flakes[flakes < least] = 0
    layer = dragged(np.clip(flakes, 0, 1), length, soft, np.deg2rad(CHANCE.uniform(-135, -45)))
    grey = (x @ [0.299, 0.587, 0.114])[..., None]
    return kept * x + (1 - kept) * np.maximum(x, grey * 1.5 + 0.5) + layer + np.rot90(layer, 2)


def frosted(x: Picture, seen: float, frozen: float) -> Picture:
    whole = panes(102 if len(x) == 32 else 512)[CHANCE.integers(5)].transpose(1, 2, 0)
    top, left = CHANCE.integers(0, len(whole) - len(x), 2)
    return seen * x + frozen * whole[top : top + len(x), left : left + len(x)]


def stretched(x: Picture, force: float, soft: float, shift: float) -> Picture:
    middle, arm = np.array(x.shape[:2]) // 2, len(x) // 3
    before = middle + arm * np.array([[1, 1], [1, -1], [-1, -1]])
    after = np.hstack([before + CHANCE.uniform(-shift, shift, (3, 2)), np.ones((3, 1))])
    down, right = np.mgrid[: x.shape[0], : x.shape[1]]
    come = np.stack([right, down, np.ones_like(down)], axis=2) @ np.linalg.solve(after, before)
    planes = [
        ndimage.map_coordinates(x[..., at], (come[..., 1], come[..., 0]), order=1, mode="mirror") for at in (0, 1, 2)
    ]
    waves = [
        ndimage.gaussian_filter(CHANCE.uniform(-1, 1, x.shape[:2]), soft, mode="reflect", truncate=3) * force
        for _ in range(2)
    ]
    place = down + waves[0], right + waves[1]
    return np.stack([ndimage.map_coordinates(one, place, order=1, mode="reflect") for one in planes], axis=2)


def spattered(x: Picture, numbers: tuple[float, ...], *, mud: bool) -> Picture:
    mean, deviation, soft, least, last = numbers
    layer = ndimage.gaussian_filter(CHANCE.normal(mean, deviation, x.shape[:2]), soft, mode="nearest")
    layer[layer < least] = 0
    if mud:
        cover = ndimage.gaussian_filter((layer > least).astype(float), last, mode="nearest")[..., None]
        cover[cover < 0.8] = 0
        return x * (1 - cover) + cover * np.array([63, 42, 20]) / 255
    drops = (np.minimum(layer, 1) * 255).astype(np.uint8)
    deep = ndimage.uniform_filter(depth(edges(drops[None], 50, 150), 20)[0], 3, mode="mirror").astype(np.uint8)
    kernel = np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])
    lit = np.clip(ndimage.correlate(equalised(deep[None])[0].astype(float), kernel, mode="mirror"), 0, 255)
    wet = drops * np.rint(ndimage.uniform_filter(lit, 3, mode="mirror"))
    return x + (last * wet / max(wet.max(), 1))[..., None] * np.array([175, 238, 238]) / 255


def recoloured(x: Picture, change: Callable[[Picture], Picture]) -> Picture:
    """Return an image changed in hue, saturation and value, sector by sector, as colour libraries do it."""
    value, least = x.max(2), x.min(2)
    spread = value - least
    safe = np.where(spread > 0, spread, 1)
    red, green, blue = ((value - x[..., at]) / safe for at in (0, 1, 2))
    hue = np.where(x[..., 0] == value, blue - green, np.where(x[..., 1] == value, 2 + red - blue, 4 + green - red))
    hue = np.where(spread > 0, hue / 6 % 1, 0)
    hue, saturation, value = np.moveaxis(
        change(np.stack([hue, spread / np.where(value > 0, value, 1), value], 2)), 2, 0
    )
    sector = np.floor(hue * 6)
    part = hue * 6 - sector
    one, two, three = value * (1 - saturation), value * (1 - part * saturation), value * (1 - (1 - part) * saturation)
    which = [sector % 6 == at for at in range(6)]
    return np.stack(
        [
            np.select(which, [value, two, one, one, three, value]),
            np.select(which, [three, value, value, two, one, one]),
            np.select(which, [one, one, three, value, value, two]),
        ],
        axis=2,
    )


def brighter(more: float) -> Callable[[Picture], Picture]:
    return lambda hsv: np.stack([hsv[..., 0], hsv[..., 1], np.clip(hsv[..., 2] + more, 0, 1)], axis=2)


def vivid(times: float, more: float) -> Callable[[Picture], Picture]:
    return lambda hsv: np.stack([hsv[..., 0], np.clip(hsv[..., 1] * times + more, 0, 1), hsv[..., 2]], axis=2)


def filed(x: Picture, quality: int) -> Picture:
    file = BytesIO()
    Image.fromarray(np.rint(x * 255).astype(np.uint8)).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file)) / 255


def fewer(x: Picture, share: float) -> Picture:
    side = int(len(x) * share)
    small = Image.fromarray(np.rint(x * 255).astype(np.uint8)).resize((side, side), Image.Resampling.BOX)
    return np.asarray(small.resize((len(x), len(x)), Image.Resampling.BOX)) / 255


def plainly(name: str, x: Picture, at: int, *, small: bool) -> Picture:
    """Return one image corrupted by the definition; `at` is the severity less one."""

    def numbers(module: Any) -> Any:
        return (module.SMALL if small else module.LARGE)[at]

    side = len(x)
    if name == "glass_blur":
        return shuffled(x, *numbers(glass))
    if name == "defocus_blur":
        kernel = disc(*(import_module("seatrial.adversaries.corruption.defocus").SMALL if small else DISCS)[at])
        return np.stack([ndimage.convolve(x[..., c], kernel, mode="mirror") for c in (0, 1, 2)], axis=2)
    if name == "zoom_blur":
        factors = np.arange(1, *numbers(zoom))
        return (x + sum(zoomed(x, factor) for factor in factors)) / (len(factors) + 1)
    if name == "fog":
        thick, decay = numbers(fog)
        swaths = clouds(32 if small else 256, decay)[:side, :side, None]
        return (x + thick * swaths) * x.max() / (x.max() + thick)
    made: dict[str, Callable[[], Picture]] = {
        "gaussian_noise": lambda: x + CHANCE.normal(size=x.shape, scale=numbers(noise)),
        "shot_noise": lambda: CHANCE.poisson(x * numbers(shot)) / numbers(shot),
        "impulse_noise": lambda: np.where(
            CHANCE.random(x.shape) < numbers(impulse), (CHANCE.random(x.shape) < 0.5).astype(float), x
        ),
        "motion_blur": lambda: dragged(x, *numbers(shake), np.deg2rad(CHANCE.uniform(-45, 45))),
        "snow": lambda: snowed(x, numbers(snow)),
        "frost": lambda: frosted(x, *numbers(frost)),
        "brightness": lambda: recoloured(x, brighter(numbers(brightness))),
        "contrast": lambda: (x - x.mean((0, 1))) * numbers(contrast) + x.mean((0, 1)),
        "elastic_transform": lambda: stretched(x, *numbers(elastic)),
        "pixelate": lambda: fewer(x, numbers(resize)),
        "jpeg_compression": lambda: filed(x, numbers(jpeg)),
        "speckle_noise": lambda: x + x * CHANCE.normal(size=x.shape, scale=numbers(speckle)),
        "gaussian_blur": lambda: ndimage.gaussian_filter(
            x, [(0.4, 0.6, 0.7, 0.8, 1.0)[at] if small else (1, 2, 3, 4, 6)[at]] * 2 + [0], mode="nearest"
        ),
        "spatter": lambda: spattered(x, numbers(spatter), mud=at > 2),
        "saturate": lambda: recoloured(x, vivid(*numbers(saturate))),
    }
    return made[name]()


def plain(name: str, severity: int, image: Picture) -> Picture:
    x = plainly(name, image / 255, severity - 1, small=len(image) == 32)
    return (np.clip(x, 0, 1) * 255).astype(np.uint8)


def peer() -> Callable[[str, int, Picture], Picture] | None:
    """Return the package's function, None if it is not there."""
    try:
        package = import_module("imagecorruptions")
        import_module("cv2").setNumThreads(1)
    except ImportError:
        return None
    filters = import_module("skimage.filters")

    def gaussian(*given: Any, multichannel: bool = False, **named: Any) -> Any:
        # The package asks in a word that newer releases of scikit-image do not know any more.
        return filters.gaussian(*given, channel_axis=-1 if multichannel else None, **named)

    package.corruptions.gaussian = gaussian
    return lambda name, severity, image: package.corrupt(image, corruption_name=name, severity=severity)


def spent(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def measured(
    name: str, severity: int, images: Picture, rounds: int, other: Callable[[str, int, Picture], Picture]
) -> Any:
    """Return seconds of CPU per image, ours and theirs, and the median ratio; the slow side sees fewer images."""
    planes = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
    ids = tuple(at.to_bytes(32, "big") for at in range(len(images)))
    bench, batch = Bench(Corruption(severity, 0, 255), Random(bytes(32), ids)), Batch(ids, planes)
    few = images[: max(1, len(images) // 16)] if name == "glass_blur" else images
    ours, theirs = [], []

    def mine() -> float:
        return spent(lambda: OURS[name].attack(None, batch, bench)) / len(images)

    def their() -> float:
        return spent(lambda: [other(name, severity, image) for image in few]) / len(few)

    OURS[name].attack(None, batch, bench)
    other(name, severity, images[0])
    for _ in range(rounds):
        theirs.append(their())
        ours += [mine(), mine()]
        theirs.append(their())
    return median(ours), median(theirs), median(b / a for a, b in zip(ours, theirs, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one round of few images at one severity")
    parser.add_argument("--peer", help="folder to import `imagecorruptions` from")
    parser.add_argument("--side", type=int, choices=list(SIZES), help="one of the two sizes only")
    parser.add_argument("--only", nargs="+", choices=list(OURS), default=list(OURS), help="some of the types only")
    parser.add_argument("--images", type=int, help="images of a batch")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.peer:
        sys.path.insert(0, options.peer)
    package = None if options.quick else peer()
    other, rounds = package or plain, 1 if options.quick else options.rounds
    sizes = (
        {32: 8} if options.quick else {a: options.images or n for a, n in SIZES.items() if options.side in (a, None)}
    )
    severities = (3,) if options.quick else SEVERITIES
    made: dict[str, Any] = {
        "peer": "imagecorruptions" if package else "plain",
        "budget": BUDGET,
        "ratio": {},
        "sizes": {},
    }
    for side, count in sizes.items():
        images, rows = pictures(side, count), {}
        for name in options.only:
            found = [measured(name, severity, images, rounds, other) for severity in severities]
            ours, theirs = (1e3 * sum(one[at] for one in found) / len(found) for at in (0, 1))
            rows[name] = {"ours_ms": ours, "peer_ms": theirs, "ratio": median(one[2] for one in found)}
        totals = [sum(row[key] for row in rows.values()) for key in ("ours_ms", "peer_ms")]
        each = sorted(row["ratio"] for row in rows.values())
        without = [
            sum(row[key] for name, row in rows.items() if name != "glass_blur") for key in ("ours_ms", "peer_ms")
        ]
        made["ratio"][str(side)] = totals[1] / totals[0]
        made["sizes"][str(side)] = {
            "without_glass": without[1] / without[0] if without[0] else None,
            "median_ratio": median(each),
            "corruptions": rows,
        }
    print(json.dumps(made) if options.json else told(made))


def told(made: dict[str, Any]) -> str:
    lines = [f"against {made['peer']}, CPU milliseconds an image, mean over severities"]
    for side, one in made["sizes"].items():
        lines.append(
            f"{side} pixels: suite {made['ratio'][side]:.1f} times faster ({one['without_glass'] or 0:.1f} without "
            f"glass blur, {one['median_ratio']:.1f} in the median type); budget {made['budget']:.0f}"
        )
        lines += [
            f"  {name:18} {row['ours_ms']:8.3f} {row['peer_ms']:10.3f}  x {row['ratio']:.1f}"
            for name, row in one["corruptions"].items()
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
