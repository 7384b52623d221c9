"""What the first layer of a torch module takes: so much can be known before it meets data."""

from __future__ import annotations

from typing import Any

import torch

from seatrial.targets.model import CHANNELS, NUMBERS


def first(module: Any) -> tuple[str, int]:
    """Return `channels` or `numbers` and how many of them the first layer takes; an empty text if it does not say."""
    for layer in module.modules():
        if isinstance(layer, torch.nn.Conv1d | torch.nn.Conv2d | torch.nn.Conv3d):
            return CHANNELS, int(layer.in_channels)
        if isinstance(layer, torch.nn.Linear):
            return NUMBERS, int(layer.in_features)
    return "", 0
