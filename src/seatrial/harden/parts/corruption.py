"""Noise, blur, dirt: corruptions of the engine, which ask nothing, at a severity that is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from math import ceil
from typing import Any

import numpy as np
import torch

from seatrial import plugins
from seatrial.adversaries.adversary import Bench
from seatrial.harden.lesson import Lesson
from seatrial.harden.rule import Rule
from seatrial.records.batch import plain
from seatrial.records.random import Random
from seatrial.records.threat import Corruption


@dataclass(frozen=True)
class Corrupted:
    """One of some corruptions, each case by lot, at a severity from 1 to the rule's, by lot as well.

    The largest severity that is drawn grows on the way of the run, as the radius of a ball does.
    """

    rule: Rule

    def points(self, lesson: Lesson) -> Any:
        """Return the corrupted inputs, in the input range."""
        threat, foes = self.rule.threat, self.rule.foes(0)
        assert isinstance(threat, Corruption)
        most = max(1, ceil(threat.severity * lesson.course.reach_at(lesson.progress)))
        drawn = lesson.random.uniform(f"corruption/{self.rule.called}/{lesson.epoch}", (2,), np.zeros(1))
        who, severity = ((drawn[:, at] * count).astype(int) for at, count in enumerate((len(foes), most)))
        points = lesson.inputs.clone()
        for one, strong in sorted(set(zip(who.tolist(), severity.tolist(), strict=True))):
            rows = np.flatnonzero((who == one) & (severity == strong))
            threat = replace(threat, severity=strong + 1)
            points[torch.from_numpy(rows)] = _made(lesson, rows, foes[one][0], threat)
        return points


def _made(lesson: Lesson, rows: Any, name: str, threat: Corruption) -> Any:
    """Return some cases as a corruption makes them; its chance is another one at every visit."""
    part = lesson.part.take(rows)
    part = replace(part, inputs=np.asarray(plain(part.inputs)))
    key = sha256(lesson.seed + f"mixture/{lesson.epoch}".encode()).digest()
    made = plugins.find("adversaries", name).make().attack(None, part, Bench(threat, Random(key, part.ids)))
    return torch.from_numpy(np.ascontiguousarray(plain(made.stimuli))).to(lesson.inputs)
