"""Which model it is, whether it is the one that was signed or decided on, and where it comes from."""

import json
import shutil

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.evidence import test_modelsig as signing
from tests.stories import projects
from tests.stories.projects import FAR, TORCH

from seatrial.evidence import lineage
from seatrial.evidence.log import Log


@pytest.fixture
def shipped(net):
    """A project whose weights lie in a folder that is shipped, and signed, as a whole."""
    (net.folder / "model").mkdir()
    shutil.move(net.folder / "net.safetensors", net.folder / "model" / "net.safetensors")
    (net.folder / "model" / "config.json").write_text("{}")
    net.write(target=TORCH.replace("weights: net.safetensors", "weights: model/net.safetensors, artifact: model"))
    return net


def test_a_signed_model_and_its_decision_carry_the_same_subject(shipped) -> None:
    files = {one.name: one.read_bytes() for one in sorted((shipped.folder / "model").iterdir())}
    signed = signing.body(files)
    (shipped.folder / "model.sig").write_bytes(signing.sealed(signed))
    (shipped.folder / "key.pem").write_bytes(signing.pem(signing.KEYS["P-256"][0]))
    assert shipped.gate().code == 0
    decision = Log.open(shipped.log).statements()[-1]
    assert decision.artifact == f"sha256:{signed['subject'][0]['digest']['sha256']}"
    assert shipped.do("model", "digest", "model", "--json").json["artifact"] == decision.artifact
    done = shipped.do("model", "verify", "model", "--against", "model.sig", "--key", "key.pem")
    assert (done.code, "good signature" in done.out) == (0, True)
    assert shipped.do("model", "verify", "model").code == 0
    assert shipped.do("model", "verify", "charter.yaml", "--against", "last").code == 0
    assert shipped.do("verify").code == 0


def test_extra_missing_changed_and_linked_files_are_named(shipped) -> None:
    assert shipped.gate().code == 0
    done = shipped.do("model", "manifest", "model", "--json")
    (shipped.folder / "manifest.json").write_text(done.out)
    place = shipped.folder / "model"
    (place / "extra.py").write_text("1")
    (place / "config.json").write_text("{ }")
    (place / "net.safetensors").rename(shipped.folder / "gone.safetensors")
    for against in ("last", "manifest.json"):
        found = shipped.do("model", "verify", "model", "--against", against, "--json")
        assert found.code == 5
        told = {one["where"]: one["what"] for one in found.json["problems"]}
        assert told.keys() == {"extra.py", "config.json", "net.safetensors"}
        assert "extra" in told["extra.py"]
        assert "changed" in told["config.json"]
        assert "missing" in told["net.safetensors"]
    (place / "net.safetensors").symlink_to(shipped.folder / "gone.safetensors")
    linked = shipped.do("model", "verify", "model")
    assert linked.code == 4
    assert "symbolic link" in linked.problems


def test_a_forged_signature_and_another_key_are_found(shipped) -> None:
    files = {one.name: one.read_bytes() for one in sorted((shipped.folder / "model").iterdir())}
    (shipped.folder / "model.sig").write_bytes(signing.sealed(signing.body(files)))
    (shipped.folder / "eve.pem").write_bytes(signing.pem(ec.generate_private_key(ec.SECP256R1())))
    words = ("model", "verify", "model", "--against", "model.sig")
    by_eve = shipped.do(*words, "--key", "eve.pem")
    assert by_eve.code == 5
    assert "not by this key" in by_eve.problems
    unchecked = shipped.do(*words)
    assert (unchecked.code, "not checked" in unchecked.out) == (0, True)
    assert shipped.do(*words, "--key", "absent.pem").code == 2
    (shipped.folder / "model" / "config.json").write_text("{ }")
    assert shipped.do(*words).code == 5


def test_wrong_words(net) -> None:
    assert net.do("model", "digest", "absent").code == 2
    assert net.do("model", "verify", "net.safetensors", "--against", "last").code == 2
    assert net.do("model", "verify", "net.safetensors", "--against", "net.py").code == 2
    assert net.do("model", "verify", "net.safetensors", "--against", "0" * 64).code == 5
    assert net.do("model", "lineage").code == 2
    assert net.do("model", "lineage", "--data", "absent.csv").code == 2
    assert net.do("model", "lineage", "--revision", "1", "--clause", "far").code == 2
    assert net.do("model", "lineage", "--answers", "last").code == 2
    assert net.do("model", "tree", "123456").code == 2
    assert "no model yet" in net.do("model", "tree").out


def test_the_ancestry_of_a_mended_model_and_the_finding_that_it_answers(net) -> None:
    net.write(clauses=(FAR,))
    assert net.gate().code == 6
    projects.save_weights(net.folder / "mended.safetensors", scale=8.0)
    (net.folder / "training.csv").write_text("1,2\n")
    words = ("--weights", "mended.safetensors", "--parent", "last", "--data", "training.csv", "--revision", "0123abc")
    done = net.do("model", "lineage", *words, "--remedy", "trained longer", "--answers", "last", "--clause", "far")
    assert done.code == 0, done.err
    assert net.do(
        "model", "lineage", *words, "--remedy", "trained longer", "--answers", "last", "--clause", "far"
    ).out == (done.out)
    assert net.gate("--weights", "mended.safetensors").code == 6
    log = Log.open(net.log)
    child = log.statements()[-1]
    (made,) = lineage.ancestors(log, child.model)
    assert (made.remedy, made.clause, made.revision) == ("trained longer", "far", "0123abc")
    assert made.artifact == child.artifact
    found = net.do("model", "tree", "last", "--json")
    assert [one["depth"] for one in found.json["models"]] == [0, 1]
    assert "reject" in found.json["models"][1]["sentence"]
    assert "in answer to clause far of decision" in found.json["models"][0]["sentence"]
    every = net.do("model", "tree", "--json").json["models"]
    assert [(one["depth"], one["decisions"][0].partition(" ")[0]) for one in every] == [(0, "reject"), (1, "reject")]
    assert f"   {every[1]['digest'].removeprefix('sha256:')[:12]}  reject" in net.do("model", "tree").out
    assert net.do("verify").code == 0
    told = net.do("report", "--to", "json").json
    assert any("trained longer" in note for note in told["notes"]), told["notes"]
    assert "trained longer" in json.dumps(net.do("log", "--json").json)
    shutil.copy(net.folder / "mended.safetensors", net.folder / "renamed.safetensors")
    renamed = net.do("model", "tree", "renamed.safetensors", "--json")
    assert [one["depth"] for one in renamed.json["models"]] == [0, 1]
