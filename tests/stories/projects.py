"""Small whole projects, and the command line over them: a gate of one takes about a second."""

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, indent

import numpy as np
from safetensors.numpy import save_file

from seatrial.cli.app import run_app
from seatrial.evidence.log import Log

SHAPE = (1, 4, 4)
CALLED = 'target: {kind: callable, load: "model:predict", input: {shape: [1, 4, 4], range: [0, 1]}, gives: logits}'
TORCH = 'target: {kind: torch, load: "net:build", weights: net.safetensors, input: {shape: [1, 4, 4], range: [0, 1]}}'
CASES = "cases: {kind: npz, path: cases.npz, gate: 60%, rehearsal: 20%, per_attempt: 60}"
CLEAN = """
clean:
  because: it must do its job
  scenarios: [baseline/clean]
  require: held_rate >= 0.80 at 95%
"""
NOISE = """
noise:
  because: a cheap sensor must not change the answer
  scenarios: [{use: corruption/gaussian-noise, severity: 1}]
  require: held_rate >= 0.70 at 95%
  severity: critical
"""
NEAR = """
near:
  because: a change that nobody can see must not change the answer
  scenarios: [{use: evasion/fgsm, eps: 0.01}]
  require: held_rate >= 0.70 at 95%
  severity: critical
"""
FAR = NEAR.replace("near:", "far:").replace("0.01", "0.6")
"""Nothing holds inside a ball that wide."""
SQUARE = NEAR.replace("near:", "far:").replace("evasion/fgsm, eps: 0.01", "evasion/square-linf, eps: 0.6")
"""Nothing holds inside a ball that wide, and no gradient is needed to see it."""

MODEL = """\
import numpy as np
from safetensors.numpy import save_file

CENTRES = np.array({centres})


def predict(rows):
    flat = np.asarray(rows, dtype=np.float64).reshape(len(rows), -1)
    return 4 * (flat @ CENTRES.T - 0.5 * (CENTRES**2).sum(axis=1))
"""
NET = """\
from torch import nn


def build():
    return nn.Sequential(nn.Flatten(), nn.Linear(16, 3))
"""
MAIN = "from seatrial.cli.app import main; main()"


@dataclass
class Outcome:
    """What one command line left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def problems(self):
        """Everything that it said is wrong, on one line."""
        return " ".join(self.err.split())


@dataclass
class Project:
    """A charter with what it names, a log and a key of its own."""

    folder: Path
    target: str = CALLED
    cases: str = CASES
    clauses: tuple[str, ...] = (CLEAN, NOISE)
    system: str = "sorter"
    release: str = "1.0"
    more: str = ""
    written: dict = field(default_factory=dict)

    def write(self, **changed):
        """Write the charter, with these parts changed."""
        for name, value in changed.items():
            setattr(self, name, value)
        clauses = indent("".join(self.clauses), "  ")
        head = f'charter: 1\nsystem: {{name: {self.system}, release: "{self.release}", owner: tests}}\n'
        self.charter.write_text(f"{head}{self.target}\n{self.cases}\nclauses:{clauses}\n{self.more}\n")
        return self

    @property
    def charter(self):
        return self.folder / "charter.yaml"

    @property
    def log(self):
        return self.folder.parent / "log"

    @property
    def environment(self):
        return {"SEATRIAL_LOG": str(self.log), "SEATRIAL_KEY": str(self.folder.parent / "key")}

    @property
    def entries(self):
        """The envelopes in the log."""
        return (self.log / "log").read_bytes().splitlines()

    def said(self, kind):
        """What the statements of a kind say, oldest first."""
        return [one.predicate for one in Log.open(self.log).statements() if one.kind == kind]

    def computed(self):
        """Digests of what every shard of the last result computed."""
        return [(one["clause"], one["shard"], one["computed"]) for one in self.said("run-result")[-1]["shards"]]

    def drawn(self, run_plan):
        """The cases of a run-plan that `said` gave, in draw order."""
        slices = Log.open(self.log).store.get(run_plan["slice"])
        return [slices[at : at + 32] for at in range(0, len(slices), 32)]

    def file(self, name, text):
        (self.folder / name).write_text(dedent(text))
        return self

    def do(self, *words):
        """Run a command line in this process, from the project's folder."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run_app([str(word) for word in words])
        return Outcome(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())

    def gate(self, *words):
        return self.do("gate", "--quiet", "--executor", "inline", *words)

    def start(self, *words, prelude="", **environment):
        """Start a command line as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-c", f"{prelude}\n{MAIN}", *map(str, words)],
            cwd=self.folder,
            env={**os.environ, **self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def shell(self, *words, prelude="", **environment):
        """Run a command line as a process of its own."""
        process = self.start(*words, prelude=prelude, **environment)
        out, err = process.communicate(timeout=120)
        return Outcome(process.returncode, out, err)


def centres():
    """What the three classes look like, `(3, 16)` in 0.2 .. 0.8."""
    return np.random.default_rng(11).choice([0.2, 0.8], (3, 16))


def rows(count=600, seed=5):
    """Return cases that the model answers well: inputs `(count, 1, 4, 4)` float32 in 0..1, and labels."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 3, count)
    inputs = centres()[labels] + random.normal(0, 0.04, (count, 16))
    return np.clip(inputs, 0, 1).astype(np.float32).reshape(count, *SHAPE), labels


def save_cases(path, inputs, labels):
    np.savez(path, x=inputs, y=labels)


def make(folder, **parts):
    """Write a project with a model that is a function of numpy, and its cases."""
    folder.mkdir(parents=True, exist_ok=True)
    project = Project(folder, **parts).write()
    (folder / "model.py").write_text(MODEL.format(centres=centres().tolist()))
    save_cases(folder / "cases.npz", *rows())
    return project


def make_torch(folder, **parts):
    """Write a project with a module of torch whose weights are in a file."""
    project = make(folder, **{"target": TORCH, "clauses": (CLEAN, NEAR), **parts})
    (folder / "net.py").write_text(NET)
    save_weights(folder / "net.safetensors")
    return project


def save_weights(path, *, ulps=0, scale=4.0, **more):
    """Save the module's weights; the first one may be some steps of float32 larger."""
    weight = (scale * centres()).astype(np.float32)
    for _ in range(ulps):
        weight[0, 0] = np.nextafter(weight[0, 0], np.float32(2**20))
    bias = (-0.5 * scale * (centres() ** 2).sum(axis=1)).astype(np.float32)
    save_file({"1.weight": weight, "1.bias": bias, **more}, path)
