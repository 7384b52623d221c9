import io

import pytest

from seatrial.records.event import Phase, Progress, silent
from seatrial.verbs.ticker import ticker


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_one_line_that_is_written_over_and_wiped():
    terminal = Terminal()
    with ticker(to=terminal) as hear:
        hear(Phase("looking at the model"))
        hear(Progress("cases", 10, 1000, "3 broken"))
    lines = terminal.getvalue().split("\r")
    assert lines[1].strip() == "looking at the model"
    assert lines[2].strip() == "cases: 10 of 1,000  3 broken"
    assert [one.strip() for one in lines[3:]] == ["", ""]
    assert "\n" not in terminal.getvalue()


def test_nothing_is_drawn_where_nobody_looks_or_somebody_listens():
    stream = io.StringIO()
    with ticker(to=stream) as hear:
        assert hear is silent
    heard, terminal = [], Terminal()
    with ticker(heard.append, to=terminal) as hear:
        hear(Phase("x"))
    assert heard == [Phase("x")]
    assert stream.getvalue() == terminal.getvalue() == ""


def failing(terminal):
    with ticker(to=terminal) as hear:
        hear(Phase("x"))
        raise ValueError("no")


def test_the_line_is_wiped_after_an_error():
    terminal = Terminal()
    with pytest.raises(ValueError, match="no"):
        failing(terminal)
    assert terminal.getvalue().endswith("\r")
