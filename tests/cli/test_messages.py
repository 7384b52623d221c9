"""Messages: one handler for one command line, JSON lines, and stand-ins for characters that an encoding lacks."""

import io
import json
import logging

import pytest

from seatrial.cli import messages
from seatrial.cli.messages import GLYPHS, LOGGER, Lines, installed, line, safe
from seatrial.errors import Problem


def record(level=logging.INFO, message="hello %s", *args, **extra):
    made = logging.LogRecord("seatrial.run", level, "", 0, message, args, None)
    made.created = 1_762_161_247.12
    vars(made).update(extra)
    return made


def test_a_record_is_one_object() -> None:
    said = json.loads(line(record(logging.WARNING, "hello %s", "wörld", event={"name": "Phase", "what": "x"})))
    assert said == {
        "time": "2025-11-03T09:14:07.120Z",
        "level": "warning",
        "logger": "seatrial.run",
        "message": "hello wörld",
        "event": {"name": "Phase", "what": "x"},
    }
    assert "\n" not in line(record(logging.INFO, "two\nlines"))


def test_the_handler_is_there_for_one_command_line_only() -> None:
    before = (list(LOGGER.handlers), LOGGER.level)
    with installed() as handler:
        assert messages.current() is handler
        assert (handler.level, LOGGER.level) == (logging.WARNING, logging.WARNING)
    assert (list(LOGGER.handlers), LOGGER.level) == before


@pytest.mark.parametrize(
    ("verbose", "quiet", "as_json", "level"),
    [
        (0, False, False, logging.WARNING),
        (1, False, False, logging.INFO),
        (2, False, False, logging.DEBUG),
        (9, False, False, logging.DEBUG),
        (0, True, False, logging.ERROR),
        (0, False, True, logging.INFO),
        (1, False, True, logging.DEBUG),
        (0, True, True, logging.ERROR),
    ],
)
def test_levels(verbose, quiet, as_json, level) -> None:
    with installed() as handler:
        handler.settle(verbose=verbose, quiet=quiet, json=as_json)
        assert handler.level == level


def test_a_problem_is_said_in_both_forms(capsys) -> None:
    with installed() as handler:
        messages.show_problem(Problem("a:1", "[bold] is no markup", "do [/this]"))
        assert capsys.readouterr().err == "error  a:1: [bold] is no markup\n       do [/this]\n"
        handler.settle(verbose=0, quiet=True, json=True)
        messages.show_problem(Problem("a:1", "wrong", "mend it"))
    said = json.loads(capsys.readouterr().err)
    assert said["event"] == {"name": "Problem", "where": "a:1", "what": "wrong", "hint": "mend it"}


def test_what_a_model_prints_becomes_records_line_by_line(caplog) -> None:
    with caplog.at_level(logging.INFO, logger="seatrial"):
        stream = Lines()
        stream.write("one\ntw")
        stream.write("o\nthree")
        stream.close()
    assert [one.getMessage() for one in caplog.records] == ["one", "two", "three"]


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252", "latin-1"])
def test_every_stand_in_can_be_written_and_is_as_wide(encoding) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding)
    safe(stream)
    for fancy, plain in GLYPHS.items():
        stream.write(fancy)
        stream.flush()
        written = stream.buffer.getvalue().decode(encoding)[-1]
        assert written in (fancy, plain)
        assert len(plain) == 1
        assert plain.isascii()
    stream.write("\N{SNOWMAN}")
    stream.flush()
    assert stream.buffer.getvalue().decode(encoding)[-1] == "?"


def test_utf_8_is_left_alone() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8")
    safe(stream)
    assert stream.errors == "strict"
