"""Lessons: labelled cases from service, rehearsals and attempts are learned from; what the gate asks about is not."""

import json
from threading import Thread

import numpy as np
import pytest
from tests.stories.projects import CLEAN, NEAR, rows, save_cases

import seatrial
from seatrial.cases import lessons as shelf
from seatrial.cases.pools import fetch
from seatrial.proof.canonical import digest
from seatrial.records.batch import Batch
from seatrial.records.digest import column_digests
from seatrial.verbs.lessons import add
from seatrial.verbs.project import opened, tried

MIDDLE = NEAR.replace("near:", "middle:").replace("0.01", "0.3").replace("0.70", "0.90") + "  otherwise: training.pgd\n"


@pytest.fixture
def weak(net):
    """A torch project with a clause that a change breaks, and a remedy for it."""
    return net.write(clauses=(CLEAN, MIDDLE))


def pooled(project):
    model = tried(opened(project.charter))
    return {name: fetch(model.cases, getattr(model.pools, name)) for name in ("gate", "rehearsal", "training")}


def served(project, count=30, seed=77, name="served.npz", **more):
    """Write labelled rows that no pool has."""
    inputs, labels = rows(count, seed)
    np.savez(project.folder / name, x=inputs, y=labels, **more)
    return inputs, labels


def cheat(project, batch, **changed):
    given = {"x": batch.inputs, "y": batch.labels, **changed}
    np.savez(project.folder / "other.npz", **given)
    return project.do("lessons", "add", "other.npz")


def test_rows_from_service_are_learned_from_under_a_digest(weak) -> None:
    inputs, _ = served(weak)
    added = weak.do("lessons", "add", "served.npz", "--json")
    assert added.code == 0, added.err
    version = added.json["version"]
    assert version["from"] == {"production": 30}
    again = weak.do("lessons", "add", "served.npz", "--json").json
    assert (again["added"], again["known"], again["version"]["digest"]) == (0, 30, version["digest"])
    done = weak.do("harden", "--clause", "middle", "--steps", "8", "--json")
    assert done.code == 0, done.err
    record = done.json["record"]
    assert record["lessons"] == version
    learned = record["learned_from"]["cases"] + record["chosen_on"]["cases"]
    assert learned == len(seatrial.training(weak.charter)) + len(inputs)
    alone = weak.do("harden", "--clause", "middle", "--steps", "8", "--no-lessons", "--json").json["record"]
    assert "lessons" not in alone
    assert alone["learned_from"]["cases"] + alone["chosen_on"]["cases"] == learned - len(inputs)
    assert alone["weights"] != record["weights"]


def test_equal_lessons_are_one_version_whoever_added_them_in_whatever_order(weak, own) -> None:
    inputs, labels = rows(20, 9)
    save_cases(weak.folder / "all.npz", inputs, labels)
    first = weak.do("lessons", "add", "all.npz", "--json").json["version"]["digest"]
    other = own(name="second")
    save_cases(other.folder / "late.npz", inputs[10:], labels[10:])
    save_cases(other.folder / "early.npz", inputs[:10], labels[:10])
    other.do("lessons", "add", "late.npz")
    assert other.do("lessons", "add", "early.npz", "--json").json["version"] == {
        "digest": first,
        "cases": 20,
        "from": {"production": 20},
    }
    past = other.do("lessons", "list", "--json").json["versions"]
    assert [one["cases"] for one in past] == [10, 20]
    told = other.do("lessons", "show", past[0]["digest"][7:15], "--json").json["lessons"]
    assert {one["case"] for one in told} == {case.hex() for case in column_digests(inputs[10:])}
    assert "late.npz, row " in told[0]["told"]


def test_gate_cases_in_another_file_are_refused_all_at_once(weak) -> None:
    gate = pooled(weak)["gate"].take(np.arange(12))
    refused = cheat(weak, gate)
    assert refused.code == 2
    assert "12 are a gate case that no attempt has opened" in refused.problems
    assert "other.npz, row 1, other.npz, row 2" in refused.problems
    assert "and 7 more" in refused.problems
    assert not (weak.folder / "lessons").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.astype(np.float64),
        lambda x: (np.round(x * 255) / 255).astype(np.float32),
        lambda x: np.nextafter(x, np.float32(2)),
        lambda x: (x + 0.01 * np.sign(np.random.default_rng(3).normal(size=x.shape))).clip(0, 1).astype(np.float32),
    ],
    ids=["double", "eight bits", "one ulp", "an attacked copy"],
)
def test_a_gate_case_stored_otherwise_or_attacked_is_refused(weak, change) -> None:
    gate = pooled(weak)["gate"].take(np.arange(9))
    refused = cheat(weak, gate, x=change(gate.inputs))
    assert refused.code == 2
    assert "9 are " in refused.problems
    assert "gate case" in refused.problems


def test_a_row_that_was_made_from_an_unopened_gate_case_is_refused_by_its_origin(weak) -> None:
    gate = pooled(weak)["gate"].take(np.arange(4))
    far, labels = rows(4, 5150)
    origin = np.array([*(case.hex() for case in gate.ids[:3]), ""])
    np.savez(weak.folder / "other.npz", x=far, y=labels, origin=origin)
    refused = weak.do("lessons", "add", "other.npz")
    assert refused.code == 2
    assert "3 are made from a gate case that no attempt has opened" in refused.problems
    assert "row 4" not in refused.problems
    np.savez(weak.folder / "other.npz", x=far, y=labels, origin=np.array(["", "nonsense", "", ""]))
    assert "row 2" in weak.do("lessons", "add", "other.npz").problems


def test_a_rehearsal_case_as_it_is_is_refused(weak) -> None:
    refused = cheat(weak, pooled(weak)["rehearsal"].take(np.arange(2)))
    assert refused.code == 2
    assert "2 are a rehearsal case" in refused.problems


def test_training_cases_are_known_already_and_other_labels_of_them_are_refused(weak) -> None:
    training = pooled(weak)["training"].take(np.arange(6))
    assert cheat(weak, training).code == 0
    assert not (weak.folder / "lessons").exists()
    refused = cheat(weak, training, y=(training.labels + 1) % 3)
    assert refused.code == 2
    assert "6 are labelled otherwise" in refused.problems


def test_labels_that_are_missing_or_unknown_are_refused_with_their_rows(weak) -> None:
    inputs, labels = rows(8, 91)
    labels[[2, 5]] = 7
    np.savez(weak.folder / "other.npz", x=inputs, y=labels)
    refused = weak.do("lessons", "add", "other.npz")
    assert refused.code == 2
    assert "2 are labelled with a class that there is not: other.npz, row 3, other.npz, row 6" in refused.problems
    np.savez(weak.folder / "other.npz", x=inputs, y=np.where(np.arange(8) == 4, np.nan, 1.0))
    assert weak.do("lessons", "add", "other.npz").code == 2
    np.savez(weak.folder / "other.npz", x=inputs)
    assert weak.do("lessons", "add", "other.npz").code == 2


def test_rows_of_another_form_are_refused(weak) -> None:
    inputs, labels = rows(8, 91)
    np.savez(weak.folder / "other.npz", x=inputs.reshape(8, 16), y=labels)
    refused = weak.do("lessons", "add", "other.npz")
    assert refused.code == 2
    assert "shape (16,), and the cases are arrays of float32 and shape (1, 4, 4)" in refused.problems
    assert weak.do("lessons", "add", "nowhere.npz").code == 2
    assert "nothing is named" in weak.do("lessons", "add").problems


def test_drop_leaves_out_what_may_not_be_learned_and_adds_the_rest(weak) -> None:
    gate = pooled(weak)["gate"].take(np.arange(3))
    inputs, labels = rows(5, 404)
    save_cases(weak.folder / "mixed.npz", np.concatenate([gate.inputs, inputs]), np.concatenate([gate.labels, labels]))
    done = weak.do("lessons", "add", "mixed.npz", "--drop", "--json")
    assert done.code == 0, done.err
    assert done.json["added"] == 5
    assert sum(done.json["left_out"].values()) == 3
    told = {one["case"] for one in weak.do("lessons", "show", "--json").json["lessons"]}
    assert told == {case.hex() for case in column_digests(inputs)}


def test_what_broke_the_model_in_a_rehearsal_is_learned_and_no_longer_compares(weak) -> None:
    done = weak.do("lessons", "add", "--rehearsal", "--clause", "middle", "--json")
    assert done.code == 0, done.err
    added = done.json["added"]
    assert added > 5
    assert done.json["version"]["from"] == {"rehearsal": added}
    there = {case.hex() for case in tried(opened(weak.charter)).pools.rehearsal}
    manifest = weak.folder / "lessons" / done.json["version"]["digest"][7:]
    origins = {one["origin"] for one in json.loads(manifest.read_text())["lessons"]}
    assert origins <= there
    hardened = weak.do("harden", "--clause", "middle", "--steps", "8", "--json")
    assert hardened.code in (0, 3), hardened.err
    assert hardened.json["beside"]["cases"] == len(there) - len(origins)


def test_gate_cases_that_an_attempt_has_opened_are_learned_as_they_were_attacked(weak) -> None:
    none = weak.do("lessons", "add", "--attempt", "last")
    assert none.code == 2
    assert weak.gate().code in (3, 6)
    opened_ = {case.hex() for plan in weak.said("run-plan") for case in weak.drawn(plan)}
    done = weak.do("lessons", "add", "--attempt", "last", "--json")
    assert done.code == 0, done.err
    assert done.json["version"]["from"] == {"gate": done.json["added"]}
    manifest = json.loads((weak.folder / "lessons" / done.json["version"]["digest"][7:]).read_text())
    assert {one["origin"] for one in manifest["lessons"]} <= opened_
    assert done.json["added"] > 5


def test_lessons_that_fall_to_the_gate_later_are_refused_when_they_would_be_learned(weak) -> None:
    inputs, labels = served(weak, 40)
    assert weak.do("lessons", "add", "served.npz").code == 0
    known = dict(np.load(weak.folder / "cases.npz"))
    save_cases(weak.folder / "cases.npz", np.concatenate([known["x"], inputs]), np.concatenate([known["y"], labels]))
    refused = weak.do("harden", "--clause", "middle", "--steps", "8")
    assert refused.code == 2
    assert "a gate case that no attempt has opened" in refused.problems
    assert "lessons remove --unfit" in refused.problems
    assert not (weak.folder / "hardened.safetensors").exists()
    assert weak.do("lessons", "remove", "--unfit").code == 0
    done = weak.do("harden", "--clause", "middle", "--steps", "8", "--json")
    assert done.code in (0, 3), done.err


def test_a_lesson_that_was_changed_on_disk_is_not_learned_from(weak) -> None:
    served(weak)
    weak.do("lessons", "add", "served.npz")
    for file in (weak.folder / "lessons").iterdir():
        if file.name != "history":
            file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert weak.do("harden", "--clause", "middle", "--steps", "8").code == 5


def test_learn_adds_first_and_words_that_contradict_are_refused(weak) -> None:
    served(weak)
    done = weak.do("harden", "--clause", "middle", "--steps", "8", "--learn", "served.npz")
    assert done.code in (0, 3), done.err
    assert "30 added" in done.out
    assert weak.do("harden", "--learn", "served.npz", "--no-lessons").code == 2
    assert weak.do("harden", "--lessons", "abcd", "--clause", "middle").code == 2
    assert weak.do("lessons", "remove", "zz").code == 2


def test_what_is_added_while_somebody_else_adds_is_not_lost(weak) -> None:
    served(weak, 10, 7, "mine.npz")
    served(weak, 10, 8, "yours.npz")
    folder = weak.folder / "lessons"
    adding = Thread(target=add, args=(weak.charter, [weak.folder / "mine.npz"]))
    with shelf.alone(opened(weak.charter).scratch("lessons", "adding")):
        adding.start()
        adding.join(timeout=0.5)
        inputs, labels = rows(10, 8)
        batch = Batch(column_digests(inputs), inputs, labels)
        told = tuple(f"row {row}" for row in range(10))
        shelf.kept(shelf.lessons(folder).with_batch(batch, "production", origins={}, told=told))
    adding.join()
    assert len(shelf.lessons(folder)) == 20


def test_lessons_outside_the_range_of_inputs_are_refused_with_their_rows(weak) -> None:
    inputs, labels = rows(6, 92)
    inputs[[1, 4]] *= 255
    np.savez(weak.folder / "other.npz", x=inputs, y=labels)
    refused = weak.do("lessons", "add", "other.npz")
    assert refused.code == 2
    assert "2 are outside the range of the inputs, 0 to 1: other.npz, row 2, other.npz, row 5" in refused.problems
    assert weak.do("lessons", "add", "other.npz", "--drop", "--json").json["added"] == 4


def test_origins_that_cannot_be_read_are_refused(weak) -> None:
    inputs, labels = rows(3, 93)
    for origin in (np.array([None, "", ""], dtype=object), np.array([["", "", ""]])):
        np.savez(weak.folder / "other.npz", x=inputs, y=labels, origin=origin)
        refused = weak.do("lessons", "add", "other.npz")
        assert refused.code == 2, refused.err
        assert "origin" in refused.problems


def test_cases_that_an_ancestor_learned_from_do_not_compare_its_child(weak) -> None:
    done = weak.do("lessons", "add", "--rehearsal", "--clause", "middle", "--json")
    there = tried(opened(weak.charter)).pools.rehearsal
    version = weak.folder / "lessons" / done.json["version"]["digest"][7:]
    origins = {one["origin"] for one in json.loads(version.read_text())["lessons"]}
    asked = ("harden", "--clause", "middle", "--steps", "8", "--json")
    assert weak.do(*asked, "--out", "first.safetensors").code in (0, 3)
    for case in [one["case"] for one in json.loads(version.read_text())["lessons"]]:
        assert weak.do("lessons", "remove", case).code == 0
    again = weak.do(*asked, "--no-lessons", "--weights", "first.safetensors")
    assert again.code in (0, 3), again.err
    assert again.json["beside"]["cases"] == len(there) - len(origins)


def test_weights_never_lie_beside_the_record_of_others_whatever_becomes_of_the_comparison(weak) -> None:
    file = weak.folder / "hardened.safetensors"
    file.with_suffix(".json").write_text("of another model")

    def hear(event):
        if "child and parent" in getattr(event, "what", ""):
            raise RuntimeError(event.what)

    with pytest.raises(RuntimeError, match="child and parent"):
        seatrial.harden(weak.charter, file, clause="middle", steps=8, log=str(weak.log), hear=hear)
    record = json.loads(file.with_suffix(".json").read_text())
    assert record["weights"] == digest(file.read_bytes())
    done = weak.do("harden", "--clause", "middle", "--steps", "8", "--json")
    assert done.code in (0, 3), done.err
    assert done.json["record"]["weights"] == record["weights"]
