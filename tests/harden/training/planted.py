"""Rows with a planted weakness, and a stump that has it."""

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from seatrial.harden.remedy import Means
from seatrial.records.batch import Array
from seatrial.records.threat import Ball
from seatrial.targets.sklearn import SklearnTarget
from seatrial.targets.target import Face

SEED = Means(bytes(range(32)))
BALL = Ball("linf", 0.1, 0.0, 1.0)
FACE = Face(Array, "probabilities", (2,), 0.0, 1.0, 2)


def planted(count=160, seed=5):
    """The first number tells the class rightly in 95 of 100 cases and by far; the second always, by a hair."""
    chance = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    told = np.where(chance.random(count) < 0.95, labels, 1 - labels)
    far = 0.2 + 0.6 * told + chance.uniform(-0.05, 0.05, count)
    near = 0.5 + np.where(labels == 1, 0.01, -0.01) + chance.uniform(-0.005, 0.005, count)
    return np.stack([far, near], axis=1), labels


def tree(inputs, labels, **settings):
    settings = {"max_depth": 1, **settings}
    return SklearnTarget(DecisionTreeClassifier(**settings).fit(inputs, labels), FACE)
