"""AutoAttack on one network: `python confirm.py WEIGHTS.pt CASES.npz` prints which cases stand, as JSON.

It runs under an environment with pyautoattack (which repackages the reference) and nothing of ours.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent))
from data import EPS, network
from pyautoattack.autoattack import AutoAttack


def main() -> None:
    torch.set_num_threads(1)
    model = network()
    model.load_state_dict(torch.load(sys.argv[1], weights_only=True))
    model.eval()
    with np.load(sys.argv[2]) as cases:
        x, y = torch.from_numpy(cases["x"]), torch.from_numpy(cases["y"])
    made = AutoAttack(model, norm="Linf", eps=EPS, version="standard", device="cpu", seed=0)
    made.verbose = False
    with contextlib.redirect_stdout(io.StringIO()):
        found = made.run_standard_evaluation(x, y, batch_size=256)
    points = found[0] if isinstance(found, tuple) else found
    assert float((points - x).abs().max()) <= EPS + 1e-6
    with torch.no_grad():
        stands = model(points).argmax(1) == y
    print(json.dumps(stands.tolist()))


if __name__ == "__main__":
    main()
