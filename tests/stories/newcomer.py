"""What somebody brings who has never seen seatrial: a model that is trained already, and data in ordinary files."""

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import skops.io
import torch
from PIL import Image
from safetensors.torch import save_file
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from torch import nn

from seatrial.cli.app import run_app

LABEL = "diagnosis"
COLUMNS = ["mean_radius", "mean_area", "worst_smoothness", "worst_concavity"]
NUMBERS = ["mean_radius", "worst_smoothness", "worst_concavity"]
NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
NET = """\
from torch import nn


def build():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
"""


@dataclass
class Desk:
    """A folder where somebody types commands, all in this process."""

    folder: Path

    def do(self, *words):
        """Return exit code, standard output and standard error of a command line."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run_app([str(word) for word in words])
        return code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode()

    @property
    def charter(self):
        return self.folder / "charter.yaml"


def tumours():
    """569 real rows: three measurements as numbers, one binned into words, and the diagnosis in words."""
    data = load_breast_cancer(as_frame=True)
    table = data.frame.rename(columns=lambda name: name.replace(" ", "_"))
    table["mean_area"] = pd.cut(table["mean_area"], 3, labels=["small", "medium", "large"]).astype(str)
    table[LABEL] = data.target_names[table.pop("target")]
    return table[[*COLUMNS, LABEL]].sample(frac=1, random_state=1)


def pipeline(table):
    """A scikit-learn pipeline, fitted on data frames."""
    words = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    columns = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), NUMBERS), (words, ["mean_area"])
    )
    return make_pipeline(columns, LogisticRegression()).fit(table[COLUMNS], table[LABEL])


def write_table(folder, name="rows.csv"):
    """Save a pipeline that was fitted on some rows, and the other rows as a file."""
    table = tumours()
    skops.io.dump(pipeline(table[:200]), folder / "model.skops")
    table[200:].to_csv(folder / name, index=False)


def write_pictures(folder, count=700, names=NAMES):
    """Save a small network that was trained on some digits, and other digits as a folder of pictures."""
    data = load_digits()
    images = (data.images / 16 * 255).astype(np.uint8)
    torch.manual_seed(1)
    module = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    inputs, labels = torch.from_numpy(images[:600] / 255).float()[:, None], torch.from_numpy(data.target[:600])
    optimiser = torch.optim.Adam(module.parameters(), 3e-3)
    for _ in range(150):
        optimiser.zero_grad()
        nn.functional.cross_entropy(module(inputs), labels).backward()
        optimiser.step()
    save_file(module.state_dict(), folder / "model.safetensors")
    (folder / "model.py").write_text(NET)
    for at in range(600, 600 + count):
        place = folder / "images" / names[data.target[at]]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(images[at]).save(place / f"{at}.png")
