"""What is asked of an installed wheel, inside its environment: `python probe.py PART VERSION VERIFIER`.

It uses nothing but the standard library and what the wheel brought.
"""

# ruff: noqa: T201 - it is a command

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent
BRINGS = {"torch": {"torch"}, "sklearn": {"sklearn"}, "data": {"data"}, "demo": {"demo", "torch", "sklearn"}}
"""Part that was installed -> extras that are there with it."""

HEAD = 'charter: 1\nsystem: {{name: sorter-{name}, release: "1", owner: release}}\n'
SHARES = "gate: 60%, rehearsal: 20%, per_attempt: 100"
CASES = f"cases: {{kind: npz, path: cases.npz, {SHARES}}}\n"
IMAGES = f"cases: {{kind: folder, path: images, size: [2, 2], mode: L, classes: [left, right], {SHARES}}}\n"
CLAUSES = """
clauses:
  clean:
    because: it must do its job
    scenarios: [baseline/clean]
    require: held_rate >= 0.80 at 95%
  noise:
    because: a cheap sensor must not change the answer
    scenarios: [{use: corruption/gaussian-noise, severity: 1}]
    require: held_rate >= 0.70 at 95%
"""
INPUT = "input: {shape: [4], range: [0, 1]}"
TARGETS = {
    "core": f'target: {{kind: callable, load: "rule:predict", {INPUT}, gives: logits}}\n',
    "torch": f'target: {{kind: torch, load: "net:build", weights: net.safetensors, {INPUT}}}\n',
    "sklearn": f"target: {{kind: sklearn, weights: model.skops, {INPUT}}}\n",
    "data": 'target: {kind: callable, load: "rule:predict", input: {shape: [1, 2, 2], range: [0, 1]}, gives: logits}\n',
}
RULE = "def predict(rows):\n    flat = rows.reshape(len(rows), 4)\n    return flat[:, :2] - flat[:, 2:]\n"
NET = "from torch import nn\n\n\ndef build():\n    return nn.Linear(4, 2)\n"


class CheckError(Exception):
    """Something that the wheel should do and does not."""


def main() -> int:
    """Ask everything, say what came of it, and return 0 or 4."""
    part, version, verifier = sys.argv[1:]
    there = BRINGS.get(part, set())
    asked: list[tuple[str, Callable[[], None]]] = [
        ("commands", lambda: commands(version)),
        ("imports", lambda: imports(there)),
        ("missing extras", lambda: missing(there)),
        *((f"a gate: {kind}", lambda kind=kind: gate(kind, verifier)) for kind in TARGETS if kind in {"core", *there}),
    ]
    return 4 if [name for name, check in asked if not _passes(name, check)] else 0


def _passes(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except CheckError as error:
        print(f"   FAILED  {name}: {error}", flush=True)
        return False
    print(f"   ok      {name}", flush=True)
    return True


def commands(version: str) -> None:
    """The command line answers."""
    said = _seatrial("--version", code=0)
    _must(said.strip() == f"seatrial {version}", f"--version says {said!r}")
    shown = _seatrial("--help", code=0)
    for command in ("gate", "verify", "report"):
        _must(command in shown, f"--help does not name {command}")
    if "doctor" in shown:
        _seatrial("doctor", code=None)
    _seatrial("catalog", "lint", code=0)


def imports(there: set[str]) -> None:
    """Every module can be imported, but for those whose extra is not installed."""
    from seatrial.plugins import EXTRAS  # noqa: PLC0415 - what was installed is looked at step by step

    lacking = dict(_absent())
    strange = {name: lacks for name, lacks in lacking.items() if lacks.partition(".")[0] not in EXTRAS}
    _must(not strange, f"these need what no extra brings: {strange}")
    absent = {name: lacks.partition(".")[0] for name, lacks in lacking.items()}
    wrong = {name: lacks for name, lacks in absent.items() if EXTRAS[lacks] in there}
    _must(not wrong, f"these should be there: {wrong}")
    for extra, module in (("torch", "seatrial.targets.torch"), ("sklearn", "seatrial.targets.sklearn")):
        _must((module in absent) != (extra in there), f"{module} is {'absent' if module in absent else 'there'}")


def _absent() -> Iterator[tuple[str, str]]:
    """Yield each module that cannot be imported, with the module that it lacks."""
    import seatrial  # noqa: PLC0415 - what was installed is looked at step by step

    for found in pkgutil.walk_packages(seatrial.__path__, "seatrial."):
        if found.name.endswith(("__main__", "pytest_plugin")):  # a command, and what only pytest loads
            continue
        try:
            importlib.import_module(found.name)
        except ModuleNotFoundError as error:
            yield found.name, str(error.name)


def missing(there: set[str]) -> None:
    """A charter that needs what is not installed is told the command that installs it."""
    for extra, witness in (("torch", "torch"), ("sklearn", "sklearn"), ("data", "PIL")):
        if extra not in there and importlib.util.find_spec(witness) is None:
            folder = project(extra, "missing")
            said = _seatrial("rehearse", cwd=folder, code=2)
            _must(
                f"pip install 'seatrial[{extra}]'" in " ".join(said.split()),
                f"a rehearsal without {extra} says: {said}",
            )


def gate(kind: str, verifier: str) -> None:
    """A model goes from its charter to a verdict that verifies, also by the verifier alone."""
    folder = project(kind, "gated")
    for words in (("init",), ("lint",), ("gate", "--quiet"), ("report", "--as", "json")):
        _seatrial(*words, cwd=folder, code=0)
    _seatrial("export", "evidence.tar", cwd=folder, code=0)
    _seatrial("verify", "evidence.tar", "--trust", "trust.json", cwd=folder, code=0)
    for start in (["-m", "seatrial.proof"], [verifier]):
        said = _run([sys.executable, *start, "evidence.tar", "--trust", "trust.json"], cwd=folder, code=0)
        _must("verified: deploy" in said, f"{start[-1]} says: {said}")


def project(kind: str, name: str) -> Path:
    """Write a project whose model is of this kind and return its folder."""
    import numpy as np  # noqa: PLC0415 - what was installed is looked at step by step

    folder = Path.cwd() / f"{name}-{kind}"
    folder.mkdir()
    cases = IMAGES if kind == "data" else CASES
    (folder / "charter.yaml").write_text(HEAD.format(name=kind) + TARGETS[kind] + cases + CLAUSES, encoding="utf-8")
    rows = np.random.default_rng(7).random((500, 4)).astype(np.float32)
    labels = (rows[:, 1] - rows[:, 3] > rows[:, 0] - rows[:, 2]).astype(np.int64)
    clear = np.abs(rows[:, 1] - rows[:, 3] - rows[:, 0] + rows[:, 2]) > 0.3
    np.savez(folder / "cases.npz", x=rows[clear], y=labels[clear])
    (folder / "rule.py").write_text(RULE, encoding="utf-8")
    (folder / "net.py").write_text(NET, encoding="utf-8")
    if kind == "data":
        _images(folder / "images", rows[clear] if name != "missing" else rows[:0], labels[clear])
    elif name != "missing":
        _model(kind, folder, rows, labels)
    return folder


def _images(place: Path, rows: Any, labels: Any) -> None:
    for name in ("left", "right"):
        (place / name).mkdir(parents=True)
        (place / name / "broken.gif.txt").write_text("no image", encoding="utf-8")
    if len(rows):
        from PIL import Image  # noqa: PLC0415 - only with the extra

        for at, (row, label) in enumerate(zip(rows, labels, strict=True)):
            pixels = (row.reshape(2, 2) * 255).round().astype("uint8")
            Image.fromarray(pixels).save(place / ("left", "right")[label] / f"{at}.png")


def _model(kind: str, folder: Path, rows: Any, labels: Any) -> None:
    if kind == "torch":
        import torch  # noqa: PLC0415 - only with the extra
        from safetensors.torch import save_file  # noqa: PLC0415 - only with the extra

        weight = torch.tensor([[1.0, 0, -1, 0], [0, 1, 0, -1]])
        save_file({"weight": weight, "bias": torch.zeros(2)}, folder / "net.safetensors")
    if kind == "sklearn":
        import skops.io  # noqa: PLC0415 - only with the extra
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - only with the extra

        skops.io.dump(LogisticRegression().fit(rows, labels), folder / "model.skops")


def _seatrial(*words: str, cwd: Path | None = None, code: int | None) -> str:
    return _run([str(BIN / "seatrial"), *words], cwd=cwd, code=code)


def _run(words: list[str], *, cwd: Path | None, code: int | None) -> str:
    """Return what a command prints; it must end with this code (None: any but a crash)."""
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    fits = done.returncode != 1 if code is None else done.returncode == code
    _must(fits and "Traceback" not in said, f"{' '.join(words[:4])} ended with {done.returncode}:\n{said[-3000:]}")
    return said


def _must(holds: bool, what: str) -> None:  # noqa: FBT001 - it reads as a word
    if not holds:
        raise CheckError(what)


if __name__ == "__main__":
    sys.exit(main())
