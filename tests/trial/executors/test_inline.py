from seatrial import plugins


def test_a_shard_is_worked_when_it_is_asked_for() -> None:
    seen: list[int] = []
    coming = plugins.find("executors", "inline").make().map(seen.append, [1, 2, 3])
    next(coming)
    assert seen == [1]
