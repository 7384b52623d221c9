"""`python -m tests.house.public`: writes the public names, as the code has them, into tests/house/public.txt."""

import argparse
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from types import FunctionType

import typer

import seatrial
from seatrial import errors, plugins, testing
from seatrial.catalog.file import PACKAGED, read
from seatrial.cli.app import INTERRUPTED, app
from seatrial.decision.decision import EXIT_CODES
from seatrial.proof.__main__ import _parser

SNAPSHOT = Path(__file__).with_name("public.txt")
PROTOCOLS = {
    "adversaries": "seatrial.adversaries.adversary",
    "cases": "seatrial.cases.cases",
    "controls": "seatrial.controls.control",
    "executors": "seatrial.trial.executors.executor",
    "metrics": "seatrial.metrics.metric",
    "oracles": "seatrial.oracles.oracle",
    "remedies": "seatrial.harden.remedy",
    "reports": "seatrial.reports.reporter",
    "signers": "seatrial.evidence.signers.signer",
    "stores": "seatrial.stores.store",
    "targets": "seatrial.targets.target",
}
"""Shelf -> the file of its protocol."""
RECORDS = ("seatrial.records.batch", "seatrial.records.card", "seatrial.records.event", "seatrial.records.threat")


def lines() -> list[str]:
    """Return every public name, one a line, in the order of VERSIONING.md."""
    parts = {
        "Python": _verbs(),
        "Errors and their exit codes": _errors(),
        "Command line": _commands(),
        "Verifier": _verifier(),
        "Protocols": _members(PROTOCOLS.values()),
        "Records": _members(RECORDS),
        "For authors of plugins": _testing(),
        "Plugins": (f"{shelf}: {name}" for shelf in plugins.SHELVES for name in plugins.names(shelf)),
        "Scenarios": (scenario.name for scenario in read(PACKAGED).scenarios),
    }
    return [line for title, body in parts.items() for line in (f"# {title}", *body, "")]


def _verbs() -> Iterator[str]:
    told = set()
    for name in sorted(seatrial.__all__):
        value = getattr(seatrial, name)
        yield f"seatrial.{name}{_signature(value) if isinstance(value, FunctionType) else ''}"
        home = inspect.getmodule(value)
        result = getattr(home, str(getattr(value, "__annotations__", {}).get("return")), None)
        if inspect.isclass(result) and is_dataclass(result) and result not in told:
            told.add(result)
            yield from _class(result)


def _errors() -> Iterator[str]:
    found = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, errors.SeatrialError)]
    yield from (
        f"{one.__name__}({', '.join(base.__name__ for base in one.__bases__)}): {one.exit_code}" for one in found
    )
    yield from (f"{decision}: {code}" for decision, code in EXIT_CODES.items())
    yield f"interrupted: {INTERRUPTED}"


def _commands() -> Iterator[str]:
    def walk(command: object, path: str) -> Iterator[str]:
        for name, inner in sorted(getattr(command, "commands", {}).items()):
            yield from walk(inner, f"{path} {name}")
        for one in command.params:
            shown = "/".join((*one.opts, *one.secondary_opts)) if one.param_type_name == "option" else f"<{one.name}>"
            needs = " (required)" if one.required else ""
            value = "" if getattr(one, "is_flag", False) or one.param_type_name == "argument" else " VALUE"
            yield f"{path} {shown}{value}{needs}"
        if not command.params:
            yield path

    yield from walk(typer.main.get_command(app), "seatrial")


def _verifier() -> Iterator[str]:
    parser = _parser()
    for one in parser._actions:
        if not isinstance(one, argparse._HelpAction):
            yield f"{parser.prog} {'/'.join(one.option_strings) or f'<{one.dest}>'}{' (required)' * one.required}"


def _members(modules: object) -> Iterator[str]:
    for name in modules:
        module = importlib.import_module(name)
        for value in vars(module).values():
            named = inspect.isclass(value) or isinstance(value, FunctionType)
            if named and value.__module__ == name and not value.__name__.startswith("_"):
                yield from _class(value) if inspect.isclass(value) else [f"{name}.{value.__name__}{_signature(value)}"]


def _testing() -> Iterator[str]:
    for found in pkgutil.iter_modules(testing.__path__, "seatrial.testing."):
        module = importlib.import_module(found.name)
        for name, value in sorted(vars(module).items()):
            own = getattr(value, "__module__", None) == found.name
            if own and not name.startswith("_") and (name.startswith("check_") or found.name.endswith("victims")):
                yield f"{found.name}.{name}{_signature(value) if isinstance(value, FunctionType) else ''}"


def _class(kind: type) -> Iterator[str]:
    """Yield a class and its public parts: fields, properties, methods."""
    top = f"{kind.__module__}.{kind.__name__}"
    yield f"{top}{_signature(kind) if is_dataclass(kind) else ''}"
    for name, value in sorted(vars(kind).items()):
        if name.startswith("_"):
            continue
        if isinstance(value, property):
            yield f"{top}.{name}: {value.fget.__annotations__.get('return')}"
        elif isinstance(value, FunctionType | classmethod | staticmethod):
            yield f"{top}.{name}{_signature(getattr(value, '__func__', value))}"


def _signature(function: object) -> str:
    try:
        given = inspect.signature(function)
    except (TypeError, ValueError):
        return ""
    kept = [
        one.replace(default=_plain(one.default), annotation=_Shown.of(one.annotation))
        for one in given.parameters.values()
    ]
    return str(given.replace(parameters=kept, return_annotation=_Shown.of(given.return_annotation)))


def _plain(value: object) -> object:
    """Return a default that says the same on every machine: functions by their names."""
    return _Shown(value.__name__) if isinstance(value, FunctionType) else value


class _Shown:
    """Something that is shown without quotes."""

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def of(cls, annotation: object) -> object:
        return cls(annotation) if isinstance(annotation, str) else annotation

    def __repr__(self) -> str:
        return self.text


def text() -> str:
    return "\n".join(lines())


if __name__ == "__main__":
    SNAPSHOT.write_text(text(), encoding="utf-8")
