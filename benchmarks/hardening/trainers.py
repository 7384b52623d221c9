"""Trainers in the style of their reference code, and those of ART: what our recipes are measured against.

Each gets a network, images, a number of CPU seconds and a seed.  The learning rate rises over the first tenth of the
budget and falls to zero at its end, by the clock, so nobody has to plan: that is the best case of all of them.
"""

# ruff: noqa: PLC0415 - a contestant imports what it needs when its turn comes

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np
import torch
from data import EPS
from torch.nn import functional

RATE, BATCH = 4e-3, 128


def _rate(share: float) -> float:
    return RATE * max(min(share / 0.1, (1 - share) / 0.9), 1e-3)


def _batches(x: Any, y: Any, seconds: float, seed: int, optimiser: Any, batch: int = BATCH) -> Any:
    """Yield batches until the budget is used up, and set the rate."""
    rng, begun = np.random.default_rng(seed), process_time()
    while True:
        order = rng.permutation(len(x))
        for first in range(0, len(x) - batch + 1, batch):
            share = (process_time() - begun) / seconds
            if share >= 1:
                return
            for group in optimiser.param_groups:
                group["lr"] = _rate(share)
            rows = order[first : first + batch]
            yield torch.from_numpy(x[rows]), torch.from_numpy(y[rows])


def _ascent(model: Any, x: Any, loss: Callable[[Any], Any], steps: int, stride: float, start: Any) -> Any:
    """Return points of higher loss; `backward` fills the gradients of the weights too, as the references do."""
    points = start
    for _ in range(steps):
        points = points.detach().requires_grad_()
        model.zero_grad()
        loss(model(points)).backward()
        points = points.detach() + stride * points.grad.sign()
        points = torch.min(torch.max(points, x - EPS), x + EPS).clamp(0, 1)
    return points.detach()


def pgd(model: Any, x: Any, y: Any, seconds: float, seed: int, batch: int = BATCH) -> int:
    """Train on ten steps of a quarter of the radius (Madry et al.)."""
    torch.manual_seed(seed)
    optimiser, steps = torch.optim.Adam(model.parameters()), 0
    for inputs, labels in _batches(x, y, seconds, seed, optimiser, batch):
        start = (inputs + torch.empty_like(inputs).uniform_(-EPS, EPS)).clamp(0, 1)
        points = _ascent(
            model, inputs, lambda out, labels=labels: functional.cross_entropy(out, labels), 10, EPS / 4, start
        )
        optimiser.zero_grad()
        functional.cross_entropy(model(points), labels).backward()
        optimiser.step()
        steps += 1
    return steps


def trades(model: Any, x: Any, y: Any, seconds: float, seed: int, batch: int = BATCH) -> int:
    """Train by TRADES with ten steps and beta 6."""
    torch.manual_seed(seed)
    optimiser, steps = torch.optim.Adam(model.parameters()), 0
    for inputs, labels in _batches(x, y, seconds, seed, optimiser, batch):
        model.eval()
        with torch.no_grad():
            clean = model(inputs).softmax(1)

        def apart(out: Any, clean: Any = clean) -> Any:
            return functional.kl_div(out.log_softmax(1), clean, reduction="sum")

        points = _ascent(model, inputs, apart, 10, EPS / 4, inputs + 0.001 * torch.randn_like(inputs))
        model.train()
        optimiser.zero_grad()
        own = model(inputs)
        smooth = functional.kl_div(model(points).log_softmax(1), own.softmax(1), reduction="batchmean")
        (functional.cross_entropy(own, labels) + 6.0 * smooth).backward()
        optimiser.step()
        steps += 1
    return steps


def free(model: Any, x: Any, y: Any, seconds: float, seed: int, batch: int = BATCH) -> int:
    """Train for free: every batch is met eight times, the perturbation goes on."""
    torch.manual_seed(seed)
    optimiser, steps = torch.optim.Adam(model.parameters()), 0
    shift = torch.zeros(batch, *x.shape[1:])
    for inputs, labels in _batches(x, y, seconds, seed, optimiser, batch):
        for _ in range(8):
            points = (inputs + shift).clamp(0, 1).requires_grad_()
            optimiser.zero_grad()
            functional.cross_entropy(model(points), labels).backward()
            shift = (shift + EPS * points.grad.sign()).clamp(-EPS, EPS)
            optimiser.step()
            steps += 1
    return steps


def art(model: Any, x: Any, y: Any, seconds: float, seed: int) -> int:
    """Train by ART's Madry trainer with ten steps; the number of images is priced first, outside the budget."""
    from art.defences.trainer import AdversarialTrainerMadryPGD
    from art.estimators.classification import PyTorchClassifier

    torch.manual_seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - what ART draws from
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    classifier = PyTorchClassifier(
        model, torch.nn.CrossEntropyLoss(), (1, 28, 28), 10, optimizer=optimiser, clip_values=(0, 1)
    )
    kept = {name: one.clone() for name, one in model.state_dict().items()}
    told = {"eps": EPS, "eps_step": EPS / 4, "max_iter": 10, "num_random_init": 1, "batch_size": BATCH}
    few = 8 * BATCH
    AdversarialTrainerMadryPGD(classifier, nb_epochs=1, **told).fit(x[:few], y[:few])
    begun = process_time()
    AdversarialTrainerMadryPGD(classifier, nb_epochs=1, **told).fit(x[:few], y[:few])
    price = (process_time() - begun) / few
    model.load_state_dict(kept)
    optimiser.state.clear()
    begun = process_time()

    def paced(one: Any, *_: Any) -> None:
        for group in one.param_groups:
            group["lr"] = _rate(min(1.0, (process_time() - begun) / seconds))

    optimiser.register_step_pre_hook(paced)
    wanted = int(seconds / price)
    epochs = max(1, round(wanted / len(x)))
    size = min(len(x), wanted // epochs)
    order = np.random.default_rng(seed).permutation(len(x))[:size]
    AdversarialTrainerMadryPGD(classifier, nb_epochs=epochs, **told).fit(x[order], y[order])
    return epochs * size // BATCH


PEERS = {"pgd-10": pgd, "trades-10": trades, "free-8": free, "art-pgd-10": art}
