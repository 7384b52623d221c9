"""The truth table: `python benchmarks/truth/run.py CLAIM ... --folder F [--peers P] [--rounds 1] [--out DIR]`.

A claim is a set of contestants on the same networks and cases, played in turns, each in a process and an environment
of its own.  `--peers P` names a folder of virtual environments, made on the first use (`P/foolbox/bin/python`).
Networks come from `train.py F`, or are your own.  One JSON per claim is written: CPU seconds are medians over the
rounds, ratios are medians of what was run in the same round.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from models import EPS

PEERS = {
    "autoattack": ["pyautoattack==0.2.0"],
    "torchattacks": ["torchattacks==3.5.1"],
    "foolbox": ["foolbox==3.3.4"],
    "art": ["adversarial-robustness-toolbox==1.20.1", "scikit-learn", "packaging"],
    "advlib": ["adv-lib==0.2.8"],
}
"""What an environment holds besides torch and numpy."""
ROBUST = ("cnn-onestep", "cnn-pgd", "residual-onestep", "residual-pgd")


@dataclass(frozen=True)
class Claim:
    """Contestants, and what they all play."""

    contestants: dict[str, dict[str, Any]]
    """A name in the table -> `use` (a contestant), and `numbers` or `queries` of its own."""
    against: str
    """The name whose seconds are the measure of the others."""
    norm: str = "linf"
    models: tuple[str, ...] = ROBUST
    eps: dict[str, float | None] | None = None
    """Radius per network (`cnn`, `residual`); None takes those of `models.py`."""
    cases: int = 1000
    more: dict[str, Any] = field(default_factory=dict)


def tier(name: str) -> dict[str, Any]:
    return {"use": "seatrial.standard", "numbers": {"tier": name}}


def alike(*names: str, **told: Any) -> dict[str, dict[str, Any]]:
    """Return contestants that all play with these numbers."""
    return {name: {"use": name, "numbers": told} for name in names}


def minimal(name: str, **told: Any) -> dict[str, Any]:
    """Return one of ours that looks for the nearest break, with as many passes as the peers get."""
    return {"use": f"seatrial.{name}", "numbers": {"minimise": True, **told}, "queries": PASSES}


PASSES = 100
WITHOUT = {"cnn": None, "residual": None}
TIERS = {f"seatrial {name}": tier(name) for name in ("quick", "standard", "thorough")}
CLAIMS = {
    "standard-linf": Claim(
        {
            "reference AutoAttack": {"use": "autoattack.standard"},
            "torchattacks AutoAttack": {"use": "torchattacks.auto"},
            **TIERS,
        },
        "reference AutoAttack",
        models=(*ROBUST, "cnn-plain", "residual-plain"),
    ),
    "standard-l2": Claim(
        {"reference AutoAttack": {"use": "autoattack.standard"}, **TIERS},
        "reference AutoAttack", norm="l2", models=("cnn-pgd", "residual-pgd"), eps={"cnn": 1.5, "residual": 0.5},
        cases=300,
    ),
    "standard-l1": Claim(
        {"reference AutoAttack": {"use": "autoattack.standard"}, **TIERS},
        "reference AutoAttack", norm="l1", models=("cnn-pgd", "residual-pgd"), eps={"cnn": 8.0, "residual": 8.0},
        cases=300,
    ),
    "pgd-40": Claim(
        alike(*(f"{peer}.pgd" for peer in ("bare", *PEERS, "seatrial") if peer != "autoattack"), steps=40, step=0.1),
        "bare.pgd", models=("cnn-pgd", "residual-pgd", "cnn-plain", "residual-plain"),
    ),
    "square": Claim(
        alike("autoattack.square", "torchattacks.square", "art.square", "seatrial.square", queries=1000),
        "autoattack.square", models=("cnn-pgd", "residual-pgd"), cases=500,
    ),
    "hopskipjump": Claim(
        {
            "foolbox.hopskipjump": {"use": "foolbox.hopskipjump", "numbers": {"steps": 8}},
            "art.hopskipjump": {"use": "art.hopskipjump", "numbers": {"steps": 8}},
            "seatrial.hopskipjump": {"use": "seatrial.hopskipjump", "numbers": {"queries": 1750}, "queries": 1750},
        },
        "art.hopskipjump", norm="l2", models=("cnn-plain", "residual-plain"), eps={"cnn": 2.7, "residual": 2.2},
        cases=50,
    ),
    "labels": Claim(
        {
            "foolbox.boundary": {"use": "foolbox.boundary", "numbers": {"steps": 900}},
            "art.boundary": {"use": "art.boundary", "numbers": {"steps": 30}},
            "art.geoda": {"use": "art.geoda", "numbers": {"queries": 1000}},
            "art.signopt": {"use": "art.signopt", "numbers": {"queries": 1000}},
            **{
                f"seatrial.{name}": {"use": f"seatrial.{name}", "numbers": {"queries": 1000}, "queries": 1000}
                for name in ("boundary", "surfree")
            },
        },
        "art.geoda", norm="l2", models=("cnn-plain", "residual-plain"), eps={"cnn": 2.5, "residual": 1.5}, cases=20,
    ),
    "scores": Claim(
        {
            "art.simba": {"use": "art.simba", "numbers": {"steps": 650, "epsilon": 0.3}},
            **{
                f"seatrial.{name}": {"use": f"seatrial.{name}", "numbers": {"queries": 1000}, "queries": 1000}
                for name in ("square", "simba", "nes", "spsa", "bandits", "coordinates")
            },
        },
        "seatrial.square", norm="l2", models=("cnn-plain", "residual-plain"), eps={"cnn": 2.0, "residual": 1.0},
        cases=50,
    ),
    **{
        f"minimal-{norm}": Claim(
            alike(*peers, steps=PASSES) | {f"seatrial.{name}": minimal(name, **told) for name, told in mine.items()},
            peers[0], norm=norm, models=("cnn-pgd", "cnn-plain"), eps=WITHOUT, cases=100,
        )
        for norm, peers, mine in (
            ("l0", ("advlib.sigma_zero", "advlib.fmn", "foolbox.fmn_l0"), {"sigma_zero": {}, "fmn": {"step": 3.0}}),
            ("l1", ("advlib.fmn", "advlib.primal_dual", "foolbox.fmn_l1"), {"fmn": {"step": 3.0}, "fab": {}}),
            ("l2", ("advlib.ddn", "advlib.fmn", "foolbox.ddn", "foolbox.fmn_l2"), {"ddn": {}, "fab": {}}),
            ("linf", ("advlib.fmn", "advlib.primal_dual", "foolbox.fmn_linf"), {"fmn": {"step": 5.0}, "fab": {}}),
        )
    },
}  # fmt: skip


def python(peers: Path | None, contestant: str) -> str:
    """Return the Python that a contestant runs under; its environment is made if it is not there."""
    name = contestant.split(".", maxsplit=1)[0]
    if name not in PEERS:
        return sys.executable
    if peers is None:
        raise SystemExit(f"{contestant} needs --peers, a folder for environments")
    place = peers / name
    if not (place / "bin/python").exists():
        version = subprocess.run(
            [sys.executable, "-c", "import torch; print(torch.__version__.split('+')[0])"],
            check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        index = ["--extra-index-url", "https://download.pytorch.org/whl/cpu"]
        wanted = [f"torch=={version}", "numpy", "scipy", *PEERS[name]]
        subprocess.run([str(place / "bin/python"), "-m", "pip", "install", "-q", *index, *wanted], check=True)
    return str((place / "bin/python").absolute())


def played(claim: Claim, name: str, model: str, options: argparse.Namespace) -> dict[str, Any]:
    """Return the result of one contestant on one network; one that fails says why."""
    one = claim.contestants[name]
    radii = EPS if claim.eps is None else claim.eps
    task = {
        "folder": str(options.folder.resolve()),
        "model": model,
        "norm": claim.norm,
        "eps": radii[model.split("-", maxsplit=1)[0]],
        "cases": min(claim.cases, options.cases or claim.cases),
        "contestant": one["use"],
        **{key: value for key, value in one.items() if key != "use"},
    }
    with tempfile.TemporaryDirectory() as folder:
        asked, told = Path(folder) / "task.json", Path(folder) / "result.json"
        asked.write_text(json.dumps(task))
        variables = {**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")}
        command = [python(options.peers, one["use"]), str(HERE / "contest.py"), str(asked), str(told)]
        ended = subprocess.run(command, capture_output=True, text=True, env=variables, cwd=folder, check=False)
        if ended.returncode:
            return {"contestant": one["use"], "model": model, "error": ended.stderr.strip().splitlines()[-1:]}
        result: dict[str, Any] = json.loads(told.read_text())
        return result


def table(claim: Claim, model: str, rounds: list[dict[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return one row per contestant of what a network's rounds showed."""
    rows = []
    for name in claim.contestants:
        runs = [found[name] for found in rounds if "error" not in found[name]]
        if not runs:
            rows.append({"name": name, "model": model, "error": rounds[0][name]["error"]})
            continue
        pairs = [(found[name], found[claim.against]) for found in rounds if "error" not in found[claim.against]]
        base = rounds[0][claim.against]
        row = {
            "name": name,
            "model": model,
            **{key: runs[0][key] for key in ("cases", "clean", "robust", "refused", "forwards", "backwards", "median")},
            "seconds": round(median(run["seconds"] for run in runs), 3),
            "ratio": round(median(other["seconds"] / mine["seconds"] for mine, other in pairs), 2) if pairs else None,
            "megabytes": round(median(run["megabytes"] for run in runs)),
        }
        if "error" not in base:
            row["missed"] = sorted(set(runs[0]["standing"]) - set(base["standing"]))
            row["more"] = len(set(base["standing"]) - set(runs[0]["standing"]))
        rows.append(row)
    return rows


def shown(row: dict[str, Any]) -> str:
    if "error" in row:
        return f"{row['model']:17}{row['name']:25}failed: {row['error']}"
    middle = "" if row["median"] in (None, float("inf")) else f"  median {row['median']:.4g}"
    return (
        f"{row['model']:17}{row['name']:25}robust {row['robust']:.3f}  {row['seconds']:8.2f} s  ratio {row['ratio']}"
        f"  passes {row['forwards']:.0f}/{row['backwards']:.0f}  missed {len(row.get('missed', []))}"
        f"  more {row.get('more', 0)}  {row['megabytes']} MB{middle}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="+", choices=CLAIMS)
    parser.add_argument("--folder", type=Path, required=True, help="data and networks, from train.py")
    parser.add_argument("--peers", type=Path, help="environments of the peers")
    parser.add_argument("--out", type=Path, help="where the JSON goes; printed only by default")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--cases", type=int, help="at most so many")
    parser.add_argument("--models", nargs="*", help="only these networks")
    parser.add_argument("--only", nargs="*", help="only contestants whose name contains one of these")
    options = parser.parse_args()
    for title in options.claims:
        claim = CLAIMS[title]
        names = [n for n in claim.contestants if not options.only or any(part in n for part in options.only)]
        claim = Claim(**{**vars(claim), "contestants": {n: claim.contestants[n] for n in names}})
        if claim.against not in names:
            claim = Claim(**{**vars(claim), "against": names[0]})
        rows = []
        for model in options.models or claim.models:
            rounds = [{name: played(claim, name, model, options) for name in names} for _ in range(options.rounds)]
            made = table(claim, model, rounds)
            print("\n".join(shown(row) for row in made), flush=True)
            rows += made
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            text = json.dumps({"claim": title, "norm": claim.norm, "against": claim.against, "rows": rows}, indent=1)
            (options.out / f"{title}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
