"""The public names: all callable, loaded when they are used, and the same as the files of verbs."""

import inspect
import json
import subprocess
import sys

import pytest

import seatrial
import seatrial.catalog
import seatrial.harden
import seatrial.plan
from seatrial.errors import SeatrialError

ASKED = "import json, sys; import seatrial; dir(seatrial); {}; print(json.dumps(sorted(sys.modules)))"
FRAMEWORKS = {"torch", "sklearn", "scipy", "pandas", "joblib"}


def modules(statement):
    done = subprocess.run(
        [sys.executable, "-c", ASKED.format(statement)], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("name", seatrial.__all__)
def test_every_public_name_is_a_callable_with_a_docstring(name) -> None:
    found = getattr(seatrial, name)
    assert callable(found)
    assert inspect.getdoc(found)
    assert name in dir(seatrial)


@pytest.mark.parametrize("name", sorted(set(seatrial.__all__) - {"SeatrialError"}))
def test_every_verb_stands_in_a_file_of_its_name_and_explains_its_parameters(name) -> None:
    verb = getattr(seatrial, name)
    assert verb.__module__ == f"seatrial.verbs.{name}"
    told = inspect.getdoc(verb) or ""
    for parameter in inspect.signature(verb).parameters.values():
        assert f"{parameter.name}:" in told or f"`{parameter.name}`" in told, parameter.name
        assert parameter.annotation is not inspect.Parameter.empty
        assert parameter.kind is not parameter.VAR_KEYWORD
        if parameter.default is not parameter.empty and name not in ("catalog", "range_"):
            assert parameter.kind is parameter.KEYWORD_ONLY, parameter.name


def test_a_verb_stays_a_verb_where_a_room_has_its_name() -> None:
    assert all(inspect.isfunction(verb) for verb in (seatrial.plan, seatrial.harden, seatrial.catalog))


def test_errors_are_one_tree() -> None:
    assert seatrial.SeatrialError is SeatrialError


def test_there_is_no_other_name() -> None:
    with pytest.raises(AttributeError, match="deploy"):
        seatrial.deploy  # noqa: B018


def test_the_import_loads_nothing() -> None:
    loaded = modules("pass")
    assert {name for name in loaded if name.partition(".")[0] == "seatrial"} == {"seatrial"}
    assert ({"numpy", "pydantic", "yaml", "rich", "typer", "cryptography"} | FRAMEWORKS) & loaded == set()


@pytest.mark.parametrize("name", sorted(seatrial.__all__))
def test_a_name_loads_no_framework(name) -> None:
    loaded = modules(f"seatrial.{name}")
    assert FRAMEWORKS & loaded == set()


def test_what_raises_is_caught_by_its_base(tmp_path) -> None:
    with pytest.raises(seatrial.SeatrialError, match="no such charter"):
        seatrial.gate(tmp_path / "charter.yaml")
