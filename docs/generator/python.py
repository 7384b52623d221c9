"""The Python page: every public name, for the site to render from its docstring."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import seatrial
from generator.markdown import page, section, table
from seatrial import plugins, testing

PROTOCOLS = (
    "adversaries.adversary.Adversary",
    "adversaries.adversary.Bench",
    "targets.target.Target",
    "targets.target.Face",
    "targets.target.Differentiable",
    "cases.cases.Cases",
    "oracles.oracle.Oracle",
    "metrics.metric.Metric",
    "controls.control.Control",
    "stores.store.Store",
    "trial.executors.executor.Executor",
    "reports.reporter.Reporter",
    "harden.remedy.Remedy",
    "evidence.signers.signer.Signer",
    "records.card.Card",
    "records.batch.Batch",
    "records.batch.Attempts",
)
"""What a plugin obeys or is handed, below `seatrial`."""


def pages() -> dict[str, str]:
    """Return path below `docs/` -> text."""
    verbs = [name for name in seatrial.__all__ if name != "SeatrialError"]
    return {
        "reference/python.md": page(
            "Python",
            "`import seatrial` loads nothing heavy; a verb is loaded when it is first used. Each does what the command "
            "of its name does, and raises `seatrial.SeatrialError`, which carries every problem and the exit code. The "
            "site shows every signature and docstring below; so does `help(seatrial.gate)`.",
            section("Verbs", _listed((f"seatrial.{name}", getattr(seatrial, name)) for name in verbs)),
            section("Protocols", "What a plugin obeys, and what it is handed.", _listed(_protocols())),
            section(
                "Contracts",
                "For authors of plugins: each runs a plugin against what its shelf promises.",
                _listed(_checks()),
            ),
            section("In full", *(f"::: {name}" for name in ("seatrial.errors.SeatrialError", *_full(verbs)))),
        )
    }


def _listed(found: Any) -> str:
    return table(("name", "what it is"), [(f"`{name}`", _first(thing)) for name, thing in found])


def _first(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").partition("\n\n")[0]


def _protocols() -> Iterator[tuple[str, Any]]:
    for path in PROTOCOLS:
        module, _, name = path.rpartition(".")
        yield f"seatrial.{path}", getattr(importlib.import_module(f"seatrial.{module}"), name)


def _checks() -> Iterator[tuple[str, Any]]:
    for info in pkgutil.iter_modules(testing.__path__):
        module = importlib.import_module(f"seatrial.testing.{info.name}")
        for name in sorted(vars(module)):
            if name.startswith("check_") and getattr(module, name).__module__ == module.__name__:
                yield f"{module.__name__}.{name}", getattr(module, name)


def _full(verbs: list[str]) -> Iterator[str]:
    for name in verbs:
        yield f"seatrial.verbs.{name}.{name}"
    for name, _ in (*_protocols(), *_checks()):
        yield name
    yield f"{plugins.__name__}.find"
