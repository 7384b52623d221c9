"""A bar below a cell: drawn in place, gone or one line when the cell ends, and nothing where there is no notebook."""

from types import SimpleNamespace

import pytest

import seatrial
from seatrial.records.event import (
    Phase,
    Progress,
    RunFinished,
    RunStarted,
    ShardFailed,
    ShardFinished,
    silent,
)
from seatrial.verbs.bar import drawn_by


class Notebook:
    """Stands where IPython stands in a kernel: events of cells, and displays that are updated."""

    def __init__(self) -> None:
        self.kernel = object()
        self.events = self
        self.display = SimpleNamespace(display=self.shown)
        self.ended: list = []
        self.drawn: list[str] = []
        self.displays = 0

    def get_ipython(self):
        return self

    def register(self, event, call) -> None:
        assert event == "post_run_cell"
        self.ended.append(call)

    def unregister(self, event, call) -> None:
        self.ended.remove(call)

    def shown(self, data, *, raw, display_id):
        assert raw
        assert display_id
        self.displays += 1
        self.drawn.append(data["text/html"])
        return SimpleNamespace(update=lambda data, *, raw: self.drawn.append(data["text/html"]))

    def end(self) -> None:
        for call in list(self.ended):
            call(None)


@pytest.fixture
def notebook():
    return Notebook()


def test_without_a_notebook_nothing_is_drawn() -> None:
    assert drawn_by(None) is silent
    assert seatrial.bar() is silent


def test_in_a_terminal_nothing_is_drawn(notebook) -> None:
    del notebook.kernel
    assert drawn_by(notebook) is silent


def test_one_display_goes_from_a_phase_over_shards_to_a_line(notebook) -> None:
    hear = drawn_by(notebook)
    hear(Phase("loading the <model>"))
    assert "loading the &lt;model&gt;" in notebook.drawn[-1]
    hear(RunStarted("d", 4, 1))
    assert 'value="25"' in notebook.drawn[-1]
    for shard in range(3):
        hear(ShardFinished("clean", shard, 10, 10, 0.1))
    assert "4 of 4" in notebook.drawn[-1]
    hear(RunFinished(4, 0, 0))
    hear(Phase("judging, and writing the report"))
    notebook.end()
    assert "4 shards done" in notebook.drawn[-1]
    assert "<progress" not in notebook.drawn[-1]
    assert notebook.displays == 1
    assert notebook.ended == []


def test_what_failed_stays_to_be_seen(notebook) -> None:
    hear = drawn_by(notebook)
    hear(RunStarted("d", 2, 0))
    hear(ShardFailed("clean", 0, "Traceback\nValueError: no"))
    hear(RunFinished(1, 1, 0))
    notebook.end()
    assert "clean, shard 1 failed: ValueError: no" in notebook.drawn[-1]
    assert "1 shards done, 1 failed" in notebook.drawn[-1]


def test_a_cell_that_is_stopped_says_how_far_it_was(notebook) -> None:
    hear = drawn_by(notebook)
    hear(Progress("epoch", 3, 9))
    notebook.end()
    assert "epoch: 3 of 9" in notebook.drawn[-1]


def test_a_phase_alone_leaves_nothing(notebook) -> None:
    drawn_by(notebook)(Phase("reading"))
    notebook.end()
    assert "reading" not in notebook.drawn[-1]


def test_the_same_look_is_not_drawn_twice(notebook) -> None:
    hear = drawn_by(notebook)
    hear(Phase("reading"))
    hear(Phase("reading"))
    assert len(notebook.drawn) == 1
