"""Fit a logistic regression on the training cases of the charter, and write it as a skops file."""

import argparse
from pathlib import Path

import numpy as np
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import seatrial


def train(charter: Path, weights: Path, seed: int, strength: float) -> None:
    """Write a model fitted on nine tenths of the training cases, chosen by the seed.

    Args:
        charter: Says which cases are for training.
        weights: File to write.
        seed: Another seed fits another model.
        strength: How freely the model may fit (`C` of the regression): the smaller, the smoother.
    """
    cases = seatrial.training(charter)
    chosen = np.random.default_rng(seed).permutation(len(cases))[: len(cases) * 9 // 10]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=5000))
    model.fit(cases.inputs[chosen], cases.labels[chosen])
    weights.write_bytes(skops.io.dumps(model))
    print(f"{len(chosen)} training cases -> {weights.name}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--charter", type=Path, default=Path("charter.yaml"))
    parser.add_argument("--weights", type=Path, default=Path("table.skops"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strength", type=float, default=0.05)
    arguments = parser.parse_args()
    train(arguments.charter, arguments.weights, arguments.seed, arguments.strength)
