"""What a verification gives back in Python."""

import pytest
from tests.stories import projects
from tests.stories.projects import CLEAN

import seatrial


@pytest.fixture
def project(tmp_path, monkeypatch):
    made = projects.make(tmp_path / "work", clauses=(CLEAN,))
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    assert made.do("init").code == 0
    return made


def test_paths_may_be_texts_and_results_print_as_a_sentence(project, tmp_path) -> None:
    assert "A gate would be attempt 1" in str(seatrial.plan(project.charter, pilot=0))
    assert "clause would be held" in str(seatrial.rehearse(str(project.charter), executor="inline"))
    decided = seatrial.gate(project.charter, executor="inline")
    bundle, memory = tmp_path / "evidence.tar", tmp_path / "seen.json"
    bundle.write_bytes(seatrial.export(project.charter))
    for reached in ("self-attested", "remembered"):
        found = seatrial.verify(str(bundle), trust=str(project.folder / "trust.json"), remembered=str(memory))
        assert str(found) == f"Verified: {decided.decision} (entry 4 of 5), {reached}, not witnessed."
    bundle.write_bytes(b"hello")
    assert str(seatrial.verify(bundle, trust=project.folder / "trust.json")) == "Not verified."
