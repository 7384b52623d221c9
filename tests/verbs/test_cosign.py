"""What cosigning and stamping give back in Python."""

import pytest
from tests.evidence.witness.authority import Authority, needs_openssl
from tests.evidence.witness.logs import serving
from tests.stories import projects

import seatrial
from seatrial.errors import InputError
from seatrial.proof.trust import read
from seatrial.verbs import outsiders, witness
from seatrial.verbs.cosign import log_key


@pytest.fixture
def project(tmp_path, monkeypatch):
    made = projects.make(tmp_path / "work", clauses=(projects.CLEAN,))
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    assert made.do("init").code == 0
    return made


def test_what_cosigning_gives_back(project, tmp_path) -> None:
    one = witness.create(tmp_path / "w", "w.example/1")
    witness.trust(tmp_path / "w", log_key(project.charter))
    with serving(one) as url:
        with pytest.raises(InputError, match="names no witness"):
            seatrial.cosign(project.charter, urls=[url])
        outsiders.witness(project.charter, one.key.text)
        found = seatrial.cosign(project.charter, urls=[url, "http://127.0.0.1:1"])
    assert (found.witnessed, found.contradicted) == (True, False)
    assert str(found).splitlines()[0] == "w.example/1 cosigned at 2026-03-03T10:00:00Z"
    assert str(found).endswith("0 entries, is witnessed")
    said = found.to_json()
    assert said["witnesses"] == [{"name": "w.example/1", "time": 1_772_532_000, "at": "2026-03-03T10:00:00Z"}]
    assert [one["why"] == "" for one in said["told"]] == [True, False]
    assert witness.seen(witness.opened(tmp_path / "w")) == ((found.origin, 0),)


def test_a_witness_is_replaced_by_name_and_keeps_no_old_address(project, tmp_path) -> None:
    first, second = (witness.create(tmp_path / name, "w.example/1") for name in ("a", "b"))
    outsiders.witness(project.charter, first.key.text, url="https://w.example")
    said = outsiders.witness(project.charter, second.key.text)
    assert (dict(said.witnesses), dict(said.urls)) == ({"w.example/1": second.key}, {})
    assert read((project.folder / "trust.json").read_bytes()) == said


@needs_openssl
def test_an_authority_may_be_given_as_pem_or_der(project, tmp_path) -> None:
    authority = Authority(tmp_path / "authority")
    (tmp_path / "root.der").write_bytes(authority.root)
    assert outsiders.authority(project.charter, tmp_path / "root.der").timestamps == (authority.root,)
    with pytest.raises(seatrial.SeatrialError, match="appears twice"):
        outsiders.authority(project.charter, authority.folder / "root.pem")
    with pytest.raises(InputError, match="holds no certificate"):
        outsiders.authority(project.charter, project.charter)
    with authority.serving() as url:
        assert seatrial.timestamp(project.charter, url).authority == "harbour"
