"""A release is equal to the byte wherever it is built, holds what it must, and nothing else."""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from release.dist import ROOT, SUMS, main, project_of

from release import archives, tree

WHEN = 1_700_000_000
OURS = ROOT / "src" / "seatrial"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory) -> Path:
    """The tree as it is now, copied once, so that nobody changes it between two builds."""
    place = tmp_path_factory.mktemp("snapshot") / "tree"
    tree.stage(ROOT, place, WHEN)
    return place


@pytest.fixture(scope="module")
def built(snapshot, tmp_path_factory) -> Path:
    """What `python -m release.dist` made of it."""
    return _built(snapshot, tmp_path_factory.mktemp("built"), umask=0o022)


def _built(source: Path, to: Path, *, umask: int) -> Path:
    done = subprocess.run(
        [sys.executable, "-m", "release.dist", "--source", str(source), "--to", str(to)],
        cwd=ROOT,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(WHEN)},
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return to


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_two_builds_are_equal_bytes_elsewhere_at_another_hour_and_umask(snapshot, built, tmp_path) -> None:
    other = tmp_path / "a folder" / "of another name"
    shutil.copytree(snapshot, other, copy_function=shutil.copyfile)
    for folder, inner, names in os.walk(other):
        Path(folder).chmod(0o700)
        for name in names:
            Path(folder, name).chmod(0o600)
            os.utime(Path(folder, name), (WHEN + 86_400, WHEN + 86_400))
        inner.sort(reverse=True)
    again = _files(_built(other, tmp_path / "out", umask=0o077))
    assert again.keys() == _files(built).keys()
    assert [name for name, data in _files(built).items() if again[name] != data] == []


def test_the_sums_are_of_what_lies_beside_them(built) -> None:
    listed = dict(reversed(line.split("  ")) for line in (built / SUMS).read_text().splitlines())
    files = {name: data for name, data in _files(built).items() if name != SUMS}
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    version = project_of(ROOT)["version"]
    assert set(files) == {
        f"seatrial-{version}-py3-none-any.whl",
        f"seatrial-{version}.cdx.json",
        f"seatrial-{version}.tar.gz",
        "seatrial-verify.pyz",
    }


def test_the_wheel_holds_every_file_of_the_package_and_no_test(snapshot, built) -> None:
    wheel = next(built.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert archive.testzip() is None
        assert {entry.external_attr >> 16 & 0o777 for entry in archive.infolist()} == {0o644}
    package = snapshot / "src"
    assert names == {
        path.relative_to(package).as_posix()
        for path in package.rglob("*")
        if path.is_file() and path.parts[len(package.parts)] == "seatrial"
    }
    assert {"seatrial/py.typed", "seatrial/charter/schema/v1.json", "seatrial/reports/schema/v1.json"} <= names
    assert any(name.startswith("seatrial/catalog/packs/") and name.endswith(".yaml") for name in names)
    assert any(name.endswith(".j2") for name in names)


def test_the_sdist_is_the_tree(snapshot, built) -> None:
    top = f"seatrial-{project_of(ROOT)['version']}/"
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        members = archive.getmembers()
    names = {member.name.removeprefix(top) for member in members}
    made = {"PKG-INFO", "setup.cfg", *(f"src/seatrial.egg-info/{name}" for name in EGG)}
    assert names - made == set(tree.files(snapshot))
    assert {(member.uid, member.gid, member.uname, member.gname, member.mtime) for member in members} == {
        (0, 0, "", "", WHEN)
    }


EGG = ("PKG-INFO", "SOURCES.txt", "dependency_links.txt", "entry_points.txt", "requires.txt", "top_level.txt")


@pytest.mark.slow
def test_the_sdist_builds_the_same_release(built, tmp_path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    again = _files(_built(next(tmp_path.iterdir()), tmp_path / "out", umask=0o022))
    assert [name for name, data in _files(built).items() if again[name] != data] == []


def test_a_tree_that_cannot_be_built_is_4_and_leaves_no_files(tmp_path, capsys) -> None:
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    (tmp_path / "constraints.txt").write_text("")
    assert main(["--source", str(tmp_path), "--to", str(tmp_path / "dist")]) == 4
    assert "nothing was built" in capsys.readouterr().err
    assert not (tmp_path / "dist").exists()


def test_a_wrong_command_is_2_and_says_why(tmp_path, monkeypatch, capsys) -> None:
    for words, told in ((["--source", str(tmp_path)], "no pyproject.toml"), ([], "SOURCE_DATE_EPOCH")):
        with pytest.raises(SystemExit) as left:
            main([*words, "--to", str(tmp_path / "dist")])
        assert left.value.code == 2
        assert told in capsys.readouterr().err
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert not (tmp_path / "dist").exists()


def test_the_instant_is_that_of_the_variable_or_the_commit_or_the_sdist(tmp_path) -> None:
    assert tree.epoch(tmp_path, {"SOURCE_DATE_EPOCH": "5"}) == 5
    assert tree.epoch(tmp_path, {}) == tree.LONG_AGO
    (tmp_path / "PKG-INFO").touch()
    os.utime(tmp_path / "PKG-INFO", (WHEN, WHEN))
    assert tree.epoch(tmp_path, {}) == WHEN
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    (tmp_path / "new").write_text("")
    subprocess.run([*git, "add", "PKG-INFO"], check=True)
    dated = {**os.environ, "GIT_COMMITTER_DATE": "1600000000 +0200", "GIT_AUTHOR_DATE": "1500000000 +0200"}
    subprocess.run([*git, "commit", "-q", "-m", "x"], check=True, env=dated)
    assert tree.epoch(tmp_path, {}) == 1_600_000_000
    assert tree.files(tmp_path) == ("PKG-INFO",)
    assert tree.changed(tmp_path) == "?? new"


def test_archives_do_not_say_who_packed_them() -> None:
    def tarred(order: list[str], owner: str, when: int) -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz") as archive:
            for name in order:
                entry = tarfile.TarInfo(f"top/{name}")
                entry.size, entry.uname, entry.uid, entry.mtime, entry.mode = 1, owner, len(owner), when, 0o640
                archive.addfile(entry, io.BytesIO(name.encode()))
        return out.getvalue()

    one, two = tarred(["a", "b"], "ann", 1), tarred(["b", "a"], "bertram", 99)
    assert one != two
    assert archives.sdist(one, WHEN) == archives.sdist(two, WHEN)
    zips = [archives.zipped(dict.fromkeys(order, b"x"), WHEN + 1) for order in ("ab", "ba")]
    assert zips[0] != zips[1]
    assert archives.wheel(zips[0], WHEN) == archives.wheel(zips[1], WHEN)
