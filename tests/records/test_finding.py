from seatrial.records.finding import Finding, finding, united


def one(name, figure, *, found=False, cases=16, answer=""):
    return Finding(name, found=found, figure=figure, limit=0.1, cases=cases, said="A sentence.", answer=answer)


def test_there_and_back() -> None:
    said = one("vanishing", 0.5, found=True, answer="Rescaled.")
    assert finding(said.to_json()) == said
    assert finding({**said.to_json(), "figure": 1, "limit": 0}).figure == 1.0


def test_shards_are_united_by_what_speaks_loudest() -> None:
    parts = [one("a", 0.3), one("b", 0.0), one("a", 0.2, found=True, cases=4, answer="x"), one("a", 0.15, found=True)]
    first, second = united(parts)
    assert (first.name, first.found, first.figure, first.cases, first.answer) == ("a", True, 0.2, 36, "x")
    assert second == one("b", 0.0)
    assert united([]) == ()
