"""What bad input gets: the right exit code, what is wrong and where, what to do next, and nothing spent."""

import pickle
import stat

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from tests.stories import projects
from tests.stories.projects import CALLED, CASES, CLEAN, NOISE, TORCH


def refused(project, code, *says, words=("gate", "--quiet")):
    """Hold that a command fails so, says this, and leaves the log as it was."""
    before = project.entries
    done = project.do(*words)
    assert done.code == code, done.err
    for text in says:
        assert text in done.problems, done.err
    assert "Traceback" not in done.err
    assert done.out == ""
    assert project.entries == before
    return done


def test_broken_yaml(project) -> None:
    project.charter.write_text("charter: 1\nsystem: {name: sorter, release\n")
    refused(project, 2, "charter.yaml:3")
    assert project.do("lint").code == 2


def test_all_mistakes_of_a_charter_are_told_at_once(project) -> None:
    project.write(
        clauses=(CLEAN.replace("because", "becuase"), NOISE.replace("gaussian-noise", "gausian-noise")),
        more="bugdet: 3",
    )
    done = refused(project, 2, "becuase", "corruption/gaussian-noise", "bugdet", "budget", "charter.yaml:6")
    assert done.err.count("error") >= 3
    linted = project.do("lint", "--json")
    assert linted.code == 2
    assert {one["where"].split(":")[0] for one in linted.json["problems"]} == {"charter.yaml"}


def test_a_criterion_that_can_never_be_met(project) -> None:
    project.write(clauses=(CLEAN.replace("0.80", "0.99"),))
    refused(project, 2, "clauses.clean", "held_rate >= 0.99", "368 cases")
    refused(project, 2, "clauses.clean", words=("lint",))
    project.write(clauses=(CLEAN.replace("0.80", "1"),))
    refused(project, 2, "can never be")


def test_a_release_that_yaml_reads_as_a_number(project) -> None:
    project.charter.write_text(project.charter.read_text().replace('"1.0"', "1.0"))
    refused(project, 2, "charter.yaml:2", "release", 'write "1.0"')


@pytest.mark.parametrize("words", ["gate", "lint", "judge", "report", "rehearse", "run", "harden"])
def test_there_is_no_charter(project, words) -> None:
    project.charter.unlink()
    refused(project, 2, "charter.yaml", "seatrial init", words=(words,))


def test_there_are_no_cases(project) -> None:
    (project.folder / "cases.npz").unlink()
    refused(project, 2, "cases.npz", "there is no such file")
    refused(project, 2, "cases.npz", words=("lint",))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_cases_that_are_no_numbers(project, bad) -> None:
    inputs, labels = projects.rows()
    inputs[17, 0, 2, 2] = bad
    projects.save_cases(project.folder / "cases.npz", inputs, labels)
    refused(project, 2, "cases.npz: x", "NaN or infinity", "17")


def test_labels_that_the_charter_has_no_class_for(project) -> None:
    inputs, labels = projects.rows()
    labels[4] = 7
    projects.save_cases(project.folder / "cases.npz", inputs, labels)
    project.write(cases=CASES.replace("gate:", "classes: 3, gate:"))
    refused(project, 2, "cases.npz: y", "7 at 4", "0 to 2")


def test_labels_that_the_model_has_no_class_for(project) -> None:
    inputs, labels = projects.rows()
    labels[4] = 7
    projects.save_cases(project.folder / "cases.npz", inputs, labels)
    refused(project, 2, "classes 0 to 2", "case 4", "label 7")


def test_cases_of_another_shape_than_the_model_takes(project) -> None:
    inputs, labels = projects.rows()
    projects.save_cases(project.folder / "cases.npz", inputs[:, :, :, :3], labels)
    refused(project, 2, "[1, 4, 3]", "target.input.shape", "[1, 4, 4]")
    refused(project, 2, "[1, 4, 3]", "target.input.shape", "[1, 4, 4]", words=("lint",))


def test_cases_outside_the_range_that_the_charter_says(project) -> None:
    inputs, labels = projects.rows()
    inputs[9] *= 255
    projects.save_cases(project.folder / "cases.npz", inputs, labels)
    refused(project, 2, "case 9", "target.input.range", "0 to 1")
    refused(project, 2, "case 9", "target.input.range", "0 to 1", words=("lint",))


def test_more_cases_asked_for_than_there_are(project) -> None:
    project.write(cases=CASES.replace("60}", "6000}"))
    refused(project, 2, "6000", "per_attempt")


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (CALLED.replace("model:predict", "modle:predict"), ("target.load", "modle")),
        (CALLED.replace("model:predict", "model:predicts"), ("target.load", "predicts")),
        (CALLED.replace("model:predict", "json:loads"), ("target",)),
        (CALLED.replace("[1, 4, 4]", "[1, 4, 5]"), ("target", "model.py")),
        (CALLED.replace("gives: logits", "gives: labels"), ("target", "labels")),
        (CALLED.replace("gives: logits", "gives: probabilities"), ("probabilities",)),
        (CALLED.replace("gives: logits", "gives: logits, classes: 4"), ("3", "4")),
    ],
)
def test_a_model_that_is_not_what_the_charter_says(project, target, says) -> None:
    project.write(target=target)
    refused(project, 4, *says)


def test_a_plugin_of_no_known_name(project) -> None:
    project.write(target=CALLED.replace("kind: callable", "kind: calable"))
    refused(project, 2, "calable", "callable")
    project.write(target=CALLED, cases=CASES.replace("kind: npz", "kind: npx"))
    refused(project, 2, "npx", "npz")
    project.write(cases=CASES)
    refused(project, 2, "procesess", "processes", words=("gate", "--executor", "procesess"))
    assert project.gate().code == 0
    refused(project, 2, "htlm", "html", words=("report", "--as", "htlm"))
    refused(project, 2, "evasion.pdg", "evasion.pgd", words=("range", "--adversary", "evasion.pdg"))


def test_there_are_no_weights(net) -> None:
    (net.folder / "net.safetensors").unlink()
    refused(net, 4, "net.safetensors", "there is no file")
    refused(net, 4, "other.safetensors", words=("gate", "--weights", "other.safetensors"))


def test_weights_that_do_not_fit_the_module(net) -> None:
    (net.folder / "net.py").write_text(projects.NET.replace("nn.Linear(16, 3)", "nn.Linear(16, 5)"))
    refused(net, 4, "1.weight", "(3, 16)", "(5, 16)", "1.bias")
    (net.folder / "net.py").write_text(projects.NET)
    projects.save_weights(net.folder / "net.safetensors", spare=np.zeros(2, np.float32))
    refused(net, 4, "spare", "no place")


def test_weights_that_are_damaged(net) -> None:
    path = net.folder / "net.safetensors"
    path.write_bytes(path.read_bytes()[:-8])
    refused(net, 4, "net.safetensors", "damaged")
    path.write_bytes(b"")
    refused(net, 4, "net.safetensors", "empty")


class Trap:
    """Leaves a file where it is unpickled."""

    def __init__(self, path) -> None:
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_a_pickle_runs_only_if_the_charter_says_unsafe(own, tmp_path) -> None:
    target = "target: {{kind: sklearn, weights: {}, input: {{shape: [16], range: [0, 1]}}}}"
    project = own(target=target.format("trap.pkl"), clauses=(CLEAN,))
    inputs, labels = projects.rows()
    flat = inputs.reshape(len(inputs), -1)
    projects.save_cases(project.folder / "cases.npz", flat, labels)
    (project.folder / "trap.pkl").write_bytes(pickle.dumps(Trap(tmp_path / "sprung")))
    refused(project, 4, "trap.pkl", "can run code", "unsafe: true")
    assert not (tmp_path / "sprung").exists()

    (project.folder / "good.pkl").write_bytes(pickle.dumps(LogisticRegression().fit(flat, labels)))
    project.write(target=target.format("good.pkl"))
    refused(project, 4, "good.pkl", "can run code")
    project.write(target=target.format("good.pkl, unsafe: true"))
    done = project.gate()
    assert done.code == 0, done.err
    assert "Unsafe loading was allowed" in done.out
    assert project.do("report", "--as", "json").json["unsafe"] is True
    assert "Unsafe loading was allowed" in project.do("report", "--as", "html").out


def test_a_log_without_a_key(project, tmp_path) -> None:
    key = project.folder.parent / "key"
    key.rename(tmp_path / "elsewhere")
    refused(project, 4, str(key), "SEATRIAL_KEY")
    refused(project, 4, str(key), words=("keys", "show"))


def test_a_key_that_others_can_read(project) -> None:
    key = project.folder.parent / "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o644)
    refused(project, 4, str(key), "chmod 600")


def test_the_key_of_another_log(project, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SEATRIAL_KEY", str(tmp_path / "another"))
    monkeypatch.setenv("SEATRIAL_LOG", str(tmp_path / "second"))
    other = projects.make(tmp_path / "other")
    assert other.do("init").code == 0
    monkeypatch.setenv("SEATRIAL_LOG", str(project.log))
    refused(project, 4, "not the key of the log")


def test_there_is_no_log(own) -> None:
    project = own(init=False)
    done = project.gate()
    assert done.code == 4
    assert "seatrial init" in done.problems


def test_ci_must_name_its_log(project, monkeypatch) -> None:
    monkeypatch.delenv("SEATRIAL_LOG")
    monkeypatch.setenv("CI", "true")
    refused(project, 4, "CI must name its log", "SEATRIAL_LOG")


def test_a_log_belongs_to_one_system(project) -> None:
    project.write(system="another")
    refused(project, 2, "seatrial/sorter", "another", "--log")


def test_another_log_than_the_one_that_is_pinned(project, tmp_path, monkeypatch) -> None:
    second = projects.make(tmp_path / "second" / "work")
    assert second.do("init", "--log", tmp_path / "second" / "log").code == 0
    (second.folder / "trust.json").unlink()
    monkeypatch.setenv("SEATRIAL_KEY", str(tmp_path / "third-key"))
    third = projects.make(tmp_path / "third" / "work")
    assert third.do("init", "--log", tmp_path / "third" / "log").code == 0
    refused(project, 5, "trust", words=("gate", "--log", tmp_path / "third" / "log"))


def test_nothing_to_judge_report_or_mend_yet(project) -> None:
    refused(project, 2, "seatrial run", words=("judge",))
    refused(project, 2, "seatrial gate", words=("report",))
    refused(project, 2, "seatrial gate", words=("harden",))
    refused(project, 2, "seatrial gate", words=("verify",))
    refused(project, 2, "seatrial gate", words=("export",))
    assert not (project.folder / "evidence.tar").exists()


def test_entries_that_are_no_decisions(project) -> None:
    assert project.gate().code == 0
    for words in (("export", "--decision", "0"), ("report", "--decision", "99"), ("export", "--decision", "-7")):
        done = project.do(*words)
        assert done.code == 2, (words, done.err)
        assert "Traceback" not in done.err
        assert "decision" in done.problems


def test_remedies_that_cannot_be(net) -> None:
    assert net.gate().code == 0
    refused(net, 2, "no clause", words=("harden", "--clause", "nowhere"))
    refused(net, 2, "names no remedy", words=("harden", "--clause", "near"))
    refused(net, 2, "no clause that names a remedy failed", words=("harden",))


def test_attacks_that_need_gradients_are_refused_where_there_are_none(project) -> None:
    project.write(clauses=(projects.NEAR,))
    refused(project, 2, "clauses.near", "evasion.fgsm", "Differentiable", "black-box")


def test_a_range_that_is_missing(net) -> None:
    net.write(target=TORCH.replace(", range: [0, 1]", ""))
    refused(net, 2, "target.input.range")


def test_a_plan_says_that_one_attempt_would_open_every_case(project) -> None:
    said = "One attempt opens all gate cases"
    assert said not in project.do("plan", "--pilot", "0").out
    project.write(cases=CASES.replace(", per_attempt: 60}", "}"))
    assert said in project.do("plan", "--pilot", "0").out
