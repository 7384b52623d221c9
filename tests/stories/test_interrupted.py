"""Runs that end early: nothing that was finished is lost, and the same command gives the same bytes."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.stories import projects
from tests.stories.projects import CALLED, CASES, CLEAN, MODEL, NOISE, centres

SLOW = """

def slow(rows):
    import time

    time.sleep(0.5 if len(rows) > 16 else 0)
    return predict(rows)
"""
SHARDS = 4
FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))
"""


@pytest.fixture
def slow(own):
    """A project whose gate has four shards, each of which takes a second."""
    project = own(cases=CASES.replace("60}", "300}"), target=CALLED.replace(":predict", ":slow"))
    project.file("model.py", MODEL.format(centres=centres().tolist()) + SLOW)
    return project


def shards(project):
    return sorted(project.folder.glob(".seatrial/runs/*/*.shard"))


def until(condition, process):
    end = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)


def stopped(project, how, *words):
    """Start a gate, send it a signal when its first shard is done, and return how it ended."""
    process = project.start("gate", "--executor", "inline", *words)
    until(lambda: shards(project), process)
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    return projects.Outcome(process.returncode, out, err)


def finished(project, *words):
    """Hold that the same command goes on where it stopped, and that what it gives is what a fresh run gives."""
    before = {path: path.read_bytes() for path in shards(project)}
    assert 0 < len(before) < SHARDS
    plans = project.said("run-plan")
    assert (len(plans), project.said("run-result")) == (1, [])
    done = project.do("gate", "--executor", "inline", *words)
    assert done.code == 0, done.err
    assert f"{SHARDS} shards, {len(before)} already done" in done.err
    assert project.said("run-plan") == plans
    assert all(path.read_bytes() == data for path, data in before.items())
    again = project.do("replay", "--quiet", "--json")
    assert again.code == 0, again.err
    assert again.json["compared"] == SHARDS
    assert project.do("verify").code == 0


def test_an_interrupted_gate_goes_on_with_the_same_bytes(slow) -> None:
    done = stopped(slow, signal.SIGINT)
    assert done.code == 130
    assert "type the same command to go on" in done.problems
    assert "Traceback" not in done.err
    finished(slow)


def test_a_killed_gate_goes_on_with_the_same_bytes(slow) -> None:
    assert stopped(slow, signal.SIGKILL).code == -signal.SIGKILL
    finished(slow)


def test_a_killed_gate_takes_its_workers_along(slow) -> None:
    process = slow.start("gate", "--executor", "processes", "--workers", "2")
    until(lambda: len(children(process.pid)) == 2, process)
    workers = children(process.pid)
    until(lambda: shards(slow), process)
    process.kill()
    process.communicate()
    end = time.monotonic() + 20
    while any(alive(worker) for worker in workers):
        assert time.monotonic() < end
        time.sleep(0.05)
    done = slow.do("gate", "--quiet", "--executor", "inline")
    assert done.code == 0, done.err


def children(pid):
    tasks = Path(f"/proc/{pid}/task")
    try:
        lists = [task / "children" for task in tasks.iterdir()]
        return [int(child) for one in lists for child in one.read_text().split()]
    except OSError:
        return []


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_torn_last_line_of_a_killed_writer_is_cut(project) -> None:
    assert project.do("run", "--quiet", "--executor", "inline").code == 0
    whole = (project.log / "log").read_bytes()
    (project.log / "log").write_bytes(whole + b'{"payload":"eyJ')
    assert project.gate().code == 0
    assert (project.log / "log").read_bytes().startswith(whole + b'{"payload')
    assert project.do("verify").code == 0


def test_a_budget_that_is_over_stops_and_a_raised_one_goes_on(slow) -> None:
    slow.write(more="budget: {minutes: 0.02}")
    first = slow.do("gate", "--executor", "inline", "--json")
    assert first.code == 3
    assert "stopped by the budget" in first.err
    assert first.json["clauses"][-1]["verdict"] in ("unproven", "untried")
    slow.write(more="budget: {minutes: 9}")
    second = slow.do("gate", "--executor", "inline", "--json")
    assert second.code == 0, second.err
    assert (first.json["attempt"], second.json["attempt"]) == (1, 1)
    assert len(slow.said("run-plan")) == 1
    assert slow.do("verify").code == 0


@pytest.mark.parametrize("most", [600, 2500, 6000, 9000])
def test_a_full_disk_is_4_and_loses_nothing(project, most) -> None:
    """Files may not grow beyond so many bytes: the log's own line, a shard, a blob or a report does not fit."""
    limit = FULL.format(most)
    done = project.shell("gate", "--quiet", "--executor", "inline", prelude=limit)
    assert done.code == 4, done.err
    assert "Traceback" not in done.err
    assert "File too large" in done.err
    spent = len(project.said("submission"))
    assert not list(project.log.rglob("*.tmp"))
    again = project.gate()
    assert again.code == 0, again.err
    assert len(project.said("submission")) == max(1, spent) == 1
    assert project.do("verify").code == 0


def test_a_log_that_cannot_be_written(project) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    project.log.chmod(0o500)
    done = project.gate()
    project.log.chmod(0o700)
    assert done.code == 4
    assert str(project.log) in done.problems


def test_two_gates_of_the_same_model_on_one_log_share_one_record(slow) -> None:
    both = [slow.start("gate", "--json", "--quiet", "--executor", "inline") for _ in range(2)]
    done = [(process.communicate(timeout=120), process.returncode) for process in both]
    assert [code for _, code in done] == [0, 0], done
    for kind in ("submission", "run-plan", "run-result", "environment", "decision"):
        assert len(slow.said(kind)) == 1, kind
    assert slow.do("verify").code == 0


def test_two_gates_of_two_models_on_one_log_are_two_attempts(own) -> None:
    """One project, two models: each has its own cases, and no entry is lost."""
    project = own(clauses=(CLEAN, NOISE))
    project.file("twin.py", MODEL.format(centres=centres().tolist()) + "\n# another model\n")
    twin = project.folder / "twin.yaml"
    twin.write_text(project.charter.read_text().replace("model:predict", "twin:predict"))
    both = [project.start("gate", name, "--json", "--quiet") for name in ("charter.yaml", "twin.yaml")]
    done = [(process.communicate(timeout=120), process.returncode) for process in both]
    assert [code for _, code in done] == [0, 0], done
    assert sorted(one["attempt"] for one in project.said("run-plan")) == [1, 2]
    first, second = (set(project.drawn(one)) for one in project.said("run-plan"))
    assert first & second == set()
    assert len(project.said("decision")) == 2
    for name in ("charter.yaml", "twin.yaml"):
        assert project.do("verify", name, "--all").code == 0


def test_without_a_terminal_progress_is_plain_lines(project) -> None:
    done = project.shell("gate", "--executor", "inline")
    assert done.code == 0
    assert "2 shards, 0 already done" in done.err
    assert "clean, shard 1: 60 of 60 held" in done.err
    assert "\x1b" not in done.out + done.err
    assert "\r" not in done.err


def test_on_a_terminal_there_are_bars_and_colour(project) -> None:
    """`script` lends a terminal; the exit code and the report are the same."""
    command = f"{projects.sys.executable} -c '{projects.MAIN}' gate --executor inline"
    done = subprocess.run(
        ["script", "-qec", command, "/dev/null"],
        cwd=project.folder,
        env={**os.environ, **project.environment, "TERM": "xterm-256color", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout
    assert "\x1b[" in done.stdout
    assert "DEPLOY" in done.stdout
