from seatrial import plugins
from seatrial.testing.executors import check_executor


def test_it_keeps_the_contract(tmp_path) -> None:
    check_executor(plugins.find("executors", "inline").make(), tmp_path)


def test_a_shard_is_worked_when_it_is_asked_for() -> None:
    seen: list[int] = []
    coming = plugins.find("executors", "inline").make().map(seen.append, [1, 2, 3])
    next(coming)
    assert seen == [1]
