"""The first minutes: a key, a log, a pin, and a charter to fill in; nothing that is there is overwritten."""

import stat

from tests.stories import projects


def everything(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "lock"}


def test_init_twice_changes_nothing(project) -> None:
    before = everything(project.folder.parent)
    done = project.do("init")
    assert done.code == 0
    assert "was there" in done.out
    assert everything(project.folder.parent) == before


def test_init_after_a_gate_changes_nothing(project) -> None:
    assert project.gate().code == 0
    before = everything(project.folder.parent)
    assert project.do("init").code == 0
    assert everything(project.folder.parent) == before


def test_init_makes_a_private_key_outside_the_project(project) -> None:
    key = project.folder.parent / "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [path.name for path in sorted(project.folder.iterdir()) if path.suffix in (".json", ".txt")] == [
        "checkpoint.txt",
        "trust.json",
    ]
    assert b"PRIVATE" not in b"".join(everything(project.folder).values())
    shown = project.do("keys", "show")
    assert shown.code == 0
    assert str(key) in shown.out
    assert "PRIVATE" not in shown.out


def test_a_log_that_is_pinned_and_lost_is_not_begun_anew(project, tmp_path) -> None:
    assert project.gate().code == 0
    (project.log).rename(tmp_path / "moved")
    before = everything(project.folder)
    done = project.do("init")
    assert done.code == 2
    assert "pins a log" in done.problems
    assert "SEATRIAL_LOG" in done.problems
    assert not project.log.exists()
    assert everything(project.folder) == before
    assert project.do("init", "--log", tmp_path / "moved").code == 0


def test_without_a_charter_one_is_written_to_fill_in(own, tmp_path) -> None:
    project = own(init=False)
    project.charter.unlink()
    done = project.do("init", "--yes")
    assert done.code == 0
    assert "fill it in" in done.out
    assert not project.log.exists()
    written = project.charter.read_text()
    assert written.startswith("#")
    linted = project.do("lint")
    assert linted.code == 2
    assert "holdout.npz" in linted.problems
    inputs, labels = projects.rows(1200)
    projects.save_cases(project.folder / "holdout.npz", inputs.repeat(7, axis=2).repeat(7, axis=3), labels)
    linted = project.do("lint")
    assert linted.code == 0, linted.err


def test_a_charter_is_not_written_where_nobody_wants_it(own) -> None:
    project = own(init=False)
    project.charter.unlink()
    done = project.shell("init")
    assert done.code != 0
    assert not project.charter.exists()
    assert "Traceback" not in done.err


def test_a_charter_with_mistakes_makes_nothing(own) -> None:
    project = own(init=False)
    project.write(more="nonsense: 1")
    assert project.do("init").code == 2
    assert not project.log.exists()
    assert not (project.folder.parent / "key").exists()


def test_where_nobody_can_be_asked_nothing_is_written(project) -> None:
    project.charter.unlink()
    before = everything(project.folder)
    done = project.start("init")
    said = done.communicate(timeout=120)[1]
    assert done.returncode == 2
    assert "seatrial init --yes" in said
    assert "interrupted" not in said
    assert everything(project.folder) == before
    assert project.do("init", "--yes").code == 0
    assert project.charter.is_file()
