import base64
import hashlib
import sys
from importlib.metadata import version
from pathlib import Path

from seatrial.evidence import installed


def lay(folder: Path, name: str, files: dict[str, bytes], *, more: str = "", release: str = "1.0") -> Path:
    """Lay out a distribution as an installer would."""
    info = folder / f"{name}-{release}.dist-info"
    info.mkdir(parents=True)
    lines = []
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
        code = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={code},{len(data)}")
    (info / "RECORD").write_text("\n".join(lines) + "\n" + more)
    return info


def found(name: str, *folders: Path) -> installed.Distribution:
    path = [str(folder) for folder in folders] or None
    return next(one for one in installed.installed(path) if one.name == name)


def test_versions_are_those_that_python_tells() -> None:
    for name in ("numpy", "scikit-learn", "typing-extensions", "array-api-compat"):
        one = found(name)
        assert one.version == version(name)
        assert one.record.startswith("sha256:")


def test_the_digest_is_of_what_the_wheel_brought(tmp_path: Path) -> None:
    mine = "../../bin/tool,sha256=" + "A" * 43 + ",9\nmy_tool-1.0.dist-info/INSTALLER,sha256=" + "B" * 43 + ",4\n"
    lay(tmp_path, "My_Tool", {"b.py": b"2", "a.py": b"1"}, more=mine + "a.pyc,,\n")
    rows = [
        f"{name},{base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},1"
        for name, data in (("a.py", b"1"), ("b.py", b"2"))
    ]
    assert found("my-tool", tmp_path).record == "sha256:" + hashlib.sha256("\n".join(rows).encode()).hexdigest()
    assert found("my-tool", tmp_path).version == "1.0"


def test_another_wheel_of_one_version_has_another_digest(tmp_path: Path) -> None:
    lay(tmp_path, "one", {"one.py": b"1"})
    other = tmp_path / "other"
    lay(other, "one", {"one.py": b"2"})
    first = found("one", tmp_path).record
    assert found("one", other).record != first


def test_working_trees_and_unrecorded_ones_have_no_digest(tmp_path: Path) -> None:
    lay(tmp_path, "mine", {"__editable__.mine-1.0.pth": b"/somewhere"})
    (tmp_path / "old-2.0.egg-info").mkdir()
    (tmp_path / "no_version.dist-info").mkdir()
    assert found("mine", tmp_path).record == installed.EDITABLE
    assert (found("old", tmp_path).version, found("old", tmp_path).record) == ("2.0", "")


def test_the_first_on_the_path_is_the_one(tmp_path: Path) -> None:
    lay(tmp_path, "numpy", {"x.py": b""}, release="0.0.1")
    assert found("numpy", tmp_path, *map(Path, sys.path)).version == "0.0.1"
    assert found("numpy", *map(Path, sys.path), tmp_path).version == version("numpy")


def test_what_is_installed_later_is_seen(tmp_path: Path) -> None:
    assert installed.installed([str(tmp_path)]) == ()
    lay(tmp_path, "late", {"late.py": b""})
    assert [one.name for one in installed.installed([str(tmp_path)])] == ["late"]


def test_changed_and_missing_files_are_counted(tmp_path: Path) -> None:
    lay(tmp_path, "one", {"a.py": b"1", "b.py": b"1", "c.py": b"1"})
    assert installed.altered([str(tmp_path)]) == {}
    (tmp_path / "a.py").write_bytes(b"2")
    (tmp_path / "b.py").unlink()
    assert installed.altered([str(tmp_path)]) == {"one": 2}


def test_code_is_paths_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"1")
    first = installed.code(tmp_path)
    (tmp_path / "notes.txt").write_bytes(b"1")
    assert installed.code(tmp_path) == first
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert installed.code(tmp_path) != first
