import pytest
from tests.controls.probation import shares


@pytest.mark.parametrize("kind", ["lookalike", "unseen"])
def test_every_kind_of_forgery_finds_the_flaw_and_leaves_the_twin(kind) -> None:
    assert shares("text.lookalikes", {"kinds": (kind,)}, adversary="text.homoglyphs") == (1.0, 0.0)
