from __future__ import annotations

import sys

import pytest

from seatrial.errors import TargetError
from seatrial.targets.importing import named, reachable, sources


def put(folder, **files):
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder


def test_two_folders_with_one_name_do_not_mix(tmp_path):
    one = put(
        tmp_path / "one", twin_model="from twin_layers import NAME\ndef build(): return NAME", twin_layers="NAME = 1"
    )
    two = put(
        tmp_path / "two", twin_model="from twin_layers import NAME\ndef build(): return NAME", twin_layers="NAME = 2"
    )
    assert [named("twin_model:build", folder)() for folder in (one, two, one)] == [1, 2, 1]


def test_an_edited_file_is_read_again(tmp_path):
    for value in (1, 2, 3):
        put(tmp_path, edited_model="from edited_layers import x", edited_layers=f"x = {value}")
        assert named("edited_model:x", tmp_path) == value
    assert not list(tmp_path.rglob("*.pyc"))


def test_what_is_installed_under_the_folder_is_never_forgotten(tmp_path):
    put(tmp_path, uses_installed="import wave_installed")
    put(tmp_path / "site", wave_installed="")
    sys.path.append(str(tmp_path / "site"))
    try:
        named("uses_installed:wave_installed", tmp_path)
        first = sys.modules["wave_installed"]
        named("uses_installed:wave_installed", tmp_path)
        assert sys.modules["wave_installed"] is first
    finally:
        sys.path.remove(str(tmp_path / "site"))


def test_packages_and_relative_imports(tmp_path):
    put(
        tmp_path,
        deep_pkg__init="",
        deep_pkg__model="from .parts import X\nfrom deep_pkg import parts\ndef f(): return X",
    )
    (tmp_path / "deep_pkg" / "parts.py").write_text("X = 5")
    assert named("deep_pkg.model:f", tmp_path)() == 5


def test_nothing_is_left_on_the_path(tmp_path):
    put(tmp_path, lonely="x = 1")
    before = list(sys.path)
    named("lonely:x", tmp_path)
    with pytest.raises(ZeroDivisionError), reachable(tmp_path):
        raise ZeroDivisionError
    assert sys.path == before


@pytest.mark.parametrize("taken", ["random", "numpy"])
def test_a_taken_name_is_refused_not_shadowed(tmp_path, taken):
    put(tmp_path, **{taken: "x = 1"})
    with pytest.raises(TargetError, match="has the name of an installed module"):
        named(f"{taken}:x", tmp_path)


def test_sibling_files_never_hide_installed_modules(tmp_path):
    put(tmp_path, asks_json="import json\nx = json.dumps", json="dumps = None")
    assert named("asks_json:x", tmp_path)(1) == "1"


@pytest.mark.parametrize("load", ["", "a", "a:", ":b", "a b:c", "a..b:c", "os;x:y"])
def test_what_names_nothing(tmp_path, load):
    with pytest.raises(TargetError, match="names nothing"):
        named(load, tmp_path)


def test_a_module_that_does_not_parse_says_where(tmp_path):
    put(tmp_path, torn="def f(:\n")
    with pytest.raises(TargetError, match=r"torn cannot be imported .* SyntaxError.*line 1"):
        named("torn:f", tmp_path)


def test_sources_follow_imports_in_the_folder_only(tmp_path):
    put(tmp_path, src_model="import numpy\nimport src_layers", src_layers="from src_pkg.deep import x", unrelated="")
    put(tmp_path, src_pkg__deep="x = 1", src_pkg__other="")
    assert list(sources("src_model:build", tmp_path)) == [
        "src_model.py",
        "src_layers.py",
        "src_pkg/deep.py",
        "src_pkg/other.py",
    ]
    assert "installed/skops/io/__init__.py" in sources("skops.io:load", tmp_path)
    with pytest.raises(TargetError, match="there is no module 'nowhere'"):
        sources("nowhere:x", tmp_path)


@pytest.mark.parametrize(
    ("load", "said"),
    [
        ("modle:build", "modle cannot be imported: there is no such module in .*beside the charter"),
        ("modle.net:build", "modle cannot be imported: there is no such module in "),
        ("model.py:build", "names a file, not a module .a module goes without .py: model:build"),
    ],
)
def test_a_mistyped_module_is_told_in_plain_words(tmp_path, load, said):
    (tmp_path / "model.py").write_text("def build(): ...\n")
    with pytest.raises(TargetError, match=said) as caught:
        named(load, tmp_path)
    assert "frozen" not in str(caught.value)
