"""Manners of a tool: quiet and talkative, narrow and without a terminal, interrupted, and with nobody to talk to."""

import json
import logging
import os
import signal
import subprocess
import sys

import pytest
from tests.stories import projects
from tests.stories.projects import CALLED, CASES, CLEAN, MAIN, MODEL, NOISE, SQUARE, centres
from tests.stories.test_interrupted import SLOW, shards, until

import seatrial
from seatrial.records.event import RunStarted, ShardFinished

VERBS = (
    ("init",),
    ("lint",),
    ("plan", "--pilot", "20"),
    ("rehearse",),
    ("gate", "--executor", "inline"),
    ("run",),
    ("judge",),
    ("report", "--to", "html", "-o", "report.html"),
    ("log",),
    ("where",),
    ("diff", "last", "last"),
    ("replay",),
    ("verify",),
    ("export", "evidence.tar"),
    ("catalog", "list"),
    ("keys", "show"),
)
WATCHED = """
import sys
talks = []
def heard(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.bind"):
        talks.append((event, str(args[1:])))
sys.addaudithook(heard)
import json
from seatrial.cli.app import run_app
codes = {" ".join(words): run_app(words) for words in json.loads(sys.argv[1])}
if len(sys.argv) > 2:
    import socket
    with socket.socket() as one:
        one.settimeout(0.1)
        one.connect_ex(("127.0.0.1", 9))
print("\\n" + json.dumps([codes, talks]))
"""


def watched(project, verbs, *more):
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, json.dumps(verbs), *more],
        cwd=project.folder,
        env={**os.environ, **project.environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_no_verb_talks_to_anybody(own) -> None:
    project = own(init=False)
    codes, talks = watched(project, VERBS)
    assert set(codes.values()) == {0}, codes
    assert talks == []


def test_the_watch_would_see_it(own) -> None:
    _, talks = watched(own(init=False), [], "and talk")
    assert [event for event, _ in talks] == ["socket.connect"]


@pytest.fixture
def slow(own):
    """A project whose gate has four shards, each of which takes a second."""
    project = own(cases=CASES.replace("60}", "300}"), target=CALLED.replace(":predict", ":slow"))
    project.file("model.py", MODEL.format(centres=centres().tolist()) + SLOW)
    return project


def interrupted(process, condition):
    until(condition, process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return projects.Outcome(process.returncode, out, err)


@pytest.mark.parametrize("executor", ["inline", "processes"])
def test_ctrl_c_in_a_gate_names_the_command_that_goes_on(slow, executor, tmp_path) -> None:
    words = ("gate", "charter.yaml", "--executor", executor, "--submitter", "ada lovelace")
    done = interrupted(slow.start(*words), lambda: shards(slow))
    assert done.code == 130, done.err
    assert f"  seatrial gate charter.yaml --executor {executor} --submitter 'ada lovelace'" in done.err
    assert "Traceback" not in done.err
    (row,) = slow.do("log", "--json").json["rows"]
    assert (row["what"], row["who"]) == ("interrupted", "ada lovelace")
    before = {path: path.read_bytes() for path in shards(slow)}
    again = slow.do(*words, "--quiet")
    assert again.code == 0, again.err
    assert all(path.read_bytes() == data for path, data in before.items())
    replayed = slow.do("replay", "--quiet", "--json")
    assert (replayed.code, replayed.json["compared"]) == (0, 4)


def test_ctrl_c_before_anything_is_submitted_leaves_nothing(own) -> None:
    project = own()
    project.file("model.py", "import time, pathlib\npathlib.Path('loading').touch()\ntime.sleep(60)\n")
    done = interrupted(project.start("gate", "--log-json"), (project.folder / "loading").exists)
    assert done.code == 130
    said = [json.loads(line) for line in done.err.splitlines()]
    assert said[-1]["event"] == {"name": "Interrupted", "command": "seatrial gate --log-json"}
    assert project.entries == []


def test_every_line_of_standard_error_is_an_object(own) -> None:
    """What the model prints and what goes wrong, too."""
    project = own(clauses=(CLEAN, NOISE))
    model = MODEL.format(centres=centres().tolist())
    project.file("model.py", model.replace("    flat", "    print('hello')\n    flat"))
    done = project.do("gate", "--executor", "inline", "--log-json")
    assert done.code == 0
    said = [json.loads(line) for line in done.err.splitlines()]
    assert all({"time", "level", "logger", "message"} <= one.keys() for one in said)
    names = [one["event"]["name"] for one in said if "event" in one]
    assert [name for name in names if name in ("Submitted", "RunStarted", "RunFinished", "Decided")] == [
        "Submitted",
        "RunStarted",
        "RunFinished",
        "Decided",
    ]
    (shard,) = [one["event"] for one in said if "event" in one and one["event"].get("clause") == "noise"]
    assert (shard["name"], shard["cases"], shard["held"]) == ("ShardFinished", 60, 60)
    assert ("seatrial.model", "hello") in {(one["logger"], one["message"]) for one in said}
    wrong = project.do("--log-json", "gate", "none.yaml")
    assert wrong.code == 2
    (one,) = [json.loads(line) for line in wrong.err.splitlines()]
    assert (one["level"], one["event"]["where"]) == ("error", "none.yaml")
    mistyped = project.do("gate", "--log-json", "--agin")
    assert "--again" in json.loads(mistyped.err)["message"]


@pytest.mark.parametrize(
    ("words", "says", "silent"),
    [
        ((), ("2 shards, 0 already done", "loading the model"), ("info ", "debug ")),
        (("-q",), (), ("",)),
        (("-v",), ("info     2 shards", "submission is entry 0"), ("debug ", "\n2 shards")),
        (("-vv",), ("info     2 shards", "debug    seatrial.project: the log is"), ()),
    ],
)
def test_it_says_as_much_as_was_asked(project, words, says, silent) -> None:
    """Before the command or after it."""
    line = ("gate", *words) if words == ("-v",) else (*words, "gate")
    done = project.do(*line, "--executor", "inline")
    assert done.code == 0
    assert "DEPLOY" in done.out
    assert all(text in done.err for text in says)
    assert all(text not in done.err or text == "" for text in silent)
    assert (done.err == "") == (words == ("-q",))


def test_both_at_once_is_2(project) -> None:
    done = project.do("-q", "gate", "-v")
    assert (done.code, "contradict" in done.problems) == (2, True)


def test_the_library_logs_and_prints_nothing(project, caplog, capsys) -> None:
    heard = []
    with caplog.at_level(logging.DEBUG, logger="seatrial"):
        gated = seatrial.gate(project.charter, hear=heard.append)
    assert gated.decision == "deploy"
    assert capsys.readouterr() == ("", "")
    assert logging.getLogger("seatrial").handlers == []
    events = [record.event for record in caplog.records if record.name == "seatrial.run"]
    names = [one["name"] for one in events if one["name"] not in ("Submitted", "Decided")]
    assert names == [type(one).__name__ for one in heard]
    assert {RunStarted, ShardFinished} <= {type(one) for one in heard}


@pytest.fixture(scope="module")
def rejected(tmp_path_factory):
    """A project with one decision, a reject; nothing is added to its log."""
    project = projects.make(tmp_path_factory.mktemp("rejected") / "work", clauses=(CLEAN, NOISE, SQUARE))
    with pytest.MonkeyPatch.context() as patch:
        for key, value in project.environment.items():
            patch.setenv(key, value)
        assert project.do("init").code == 0
        assert project.gate().code == 6
        yield project


@pytest.fixture(scope="module")
def case(rejected):
    """A broken case whose bytes were kept."""
    return json.loads(rejected.do("report", "--to", "json").out)["clauses"][2]["examples"][0]["case"]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_nothing_is_cut_where_it_is_narrow(rejected, case, width, monkeypatch) -> None:
    """No line is longer than the terminal unless it is one word, and no name is broken."""
    monkeypatch.setenv("COLUMNS", str(width))
    for words in (
        ["catalog", "list"],
        ["plan", "--pilot", "0"],
        ["log"],
        ["diff", "last", "last"],
        ["show", case[:12]],
    ):
        done = rejected.do(*words)
        assert done.code == 0, done.err
        for line in done.out.splitlines():
            whole = [word for word in line.split() if len(word) > width - 4] or "case" in line[:8]
            assert len(line) <= width or whole, (words, line)
        assert not [line for line in done.out.splitlines() if line.endswith("  ")], words
    names = {line.split()[0] for line in rejected.do("catalog", "list").out.splitlines() if "@" in line}
    assert names == {scenario.name for scenario in seatrial.catalog().latest}
    words = {"cases", "needs", "rate", "clean", "noise", "far", *(["unproven"] if width > 40 else [])}
    said = rejected.do("plan", "--rate", "clean=0.9").out
    assert {word for word in words if word not in said} == set()
    helped = rejected.do("gate", "--help").out
    for option in ("--executor", "--submitter", "--log-json"):
        assert option in helped
    assert max(map(len, helped.splitlines())) <= width


def test_without_colours_or_with_them(rejected, monkeypatch) -> None:
    assert "\x1b" not in rejected.do("report").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31m" in rejected.do("report").out
    assert "\x1b[" in rejected.do("log").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31m" not in rejected.do("report").out
    assert "\x1b[31m" not in rejected.do("log").out


ALL = """
import json, sys
from seatrial.cli.app import run_app
print(json.dumps([run_app(words) for words in json.loads(sys.argv[1])]))
"""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_terminal_that_lacks_a_character_gets_another(rejected, case, encoding) -> None:
    lines = [["report"], ["log"], ["where"], ["diff", "last", "last"], ["catalog", "list"], ["--help"], ["show", case]]
    done = subprocess.run(
        [sys.executable, "-c", ALL, json.dumps(lines)],
        cwd=rejected.folder,
        env={**os.environ, **rejected.environment, "PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=120,
        check=True,
    )
    said = done.stdout.decode(encoding)
    assert ("✗ REJECT" if encoding == "utf-8" else "x REJECT") in said
    assert json.loads(said.splitlines()[-1]) == [0] * len(lines)


def test_json_has_escapes_instead_of_stand_ins(project) -> None:
    project.write(clauses=(CLEAN.replace("it must do", "✓ it must do"),))
    assert project.gate().code == 0
    said = [project.shell("judge", "--json", PYTHONIOENCODING=encoding) for encoding in ("ascii", "utf-8")]
    assert said[0].out.isascii()
    assert said[0].json["clauses"][0]["because"] == said[1].json["clauses"][0]["because"] == "✓ it must do its job"


def terminal(project, *words, **environment):
    """Run a command line on a terminal that `script` lends."""
    command = " ".join([sys.executable, "-c", f"'{MAIN}'", *words])
    return subprocess.run(
        ["script", "-qec", command, "/dev/null"],
        cwd=project.folder,
        env={**os.environ, **project.environment, "TERM": "xterm-256color", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_a_narrow_terminal_has_bars_that_fit(slow) -> None:
    done = terminal(slow, "gate", "--executor", "inline", COLUMNS="40")
    assert done.returncode == 0, done.stdout
    assert "loading the model" in done.stdout
    assert "4/4" in done.stdout or "3/4" in done.stdout


def test_a_dumb_terminal_gets_plain_lines(project) -> None:
    done = terminal(project, "gate", "--executor", "inline", TERM="dumb")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "clean, shard 1: 60 of 60 held" in done.stdout


def test_a_picture_has_half_blocks_where_there_are_colours(rejected, case) -> None:
    colored = terminal(rejected, "show", case, COLORTERM="truecolor").stdout
    assert "\N{UPPER HALF BLOCK}" in colored
    assert "\x1b[38;2;" in colored
    plain = terminal(rejected, "show", case, NO_COLOR="1").stdout
    assert "\N{UPPER HALF BLOCK}" not in plain
    assert "Difference, largest 0.6" in plain


def test_python_m_seatrial_is_the_command(project) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "seatrial", "lint"],
        cwd=project.folder,
        env={**os.environ, **project.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "charter.yaml: nothing is wrong\n")


@pytest.mark.parametrize(
    ("variable", "value", "words", "says"),
    [
        ("SEATRIAL_EXECUTOR", "inlin", (), "did you mean inline?"),
        ("SEATRIAL_EXECUTOR", "inlin", ("--executor", "inline"), ""),
        ("SEATRIAL_WORKERS", "0", (), "SEATRIAL_WORKERS"),
        ("SEATRIAL_WORKERS", "0", ("--workers", "1"), ""),
        ("SEATRIAL_LOG", "nowhere", (), "nowhere: there is no evidence log here"),
    ],
)
def test_a_flag_goes_before_the_environment(project, variable, value, words, says, monkeypatch) -> None:
    monkeypatch.setenv(variable, value)
    done = project.do("gate", "-q", *words)
    assert (done.code != 0, says in done.problems) == (bool(says), True), done.err


def test_submitter_and_log_by_flag_environment_and_default(project, monkeypatch) -> None:
    monkeypatch.setenv("SEATRIAL_SUBMITTER", "ci")
    assert project.gate().code == 0
    assert project.said("submission")[-1]["submitter"] == "ci"
    log = project.log
    monkeypatch.setenv("SEATRIAL_LOG", "nowhere")
    assert project.do("gate", "-q", "--again", "--submitter", "ada", "--log", log).code in (0, 3)
    assert project.said("submission")[-1]["submitter"] == "ada"
