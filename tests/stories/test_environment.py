"""What a run ran in, written down, and what drifted since: between two runs, or between test and production."""

import json
import subprocess

from tests.stories import projects

from seatrial.evidence import recorder
from seatrial.evidence.log import Log


def _git(folder, *words):
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, "-C", str(folder), *words], check=True, capture_output=True)


def _made_in(project, nth):
    """The whole environment of the n-th result."""
    log = Log.open(project.log)
    return recorder.made_in(log, [one["run_result"] for one in project.said("environment")][nth])


def test_two_runs_in_one_environment_give_equal_records_but_for_the_untrusted_clock(project) -> None:
    _git(project.folder, "init")
    _git(project.folder, "add", ".")
    _git(project.folder, "commit", "-m", "first")
    assert project.gate().code == 0
    _git(project.folder, "add", ".")
    project.gate("--again")
    first, second = project.said("environment")
    assert first.keys() == {"run_result", "fields", "started", "ended"}
    assert {**first["fields"], "code.seatrial": ""} == {**second["fields"], "code.seatrial": ""}
    assert project.do("env", "diff", first["run_result"], second["run_result"]).code in (0, 5)
    text = json.dumps(dict(_made_in(project, 0).fields))
    assert str(project.folder) not in text
    assert "package.pytest" in text


def test_what_drifted_is_told_worst_first(project, monkeypatch) -> None:
    assert project.gate("--flag", "night-mode=off", "--window", "2027-03-01/2027-03-07").code == 0
    fields = _made_in(project, 0).fields
    assert (fields["flag.night-mode"], fields["window"]) == ("off", "2027-03-01/2027-03-07")
    saved = project.folder / "production.json"
    assert project.do("env", "save", saved).code == 0
    there = json.loads(saved.read_text())
    there["fields"] |= {
        "cpu.flags": "asimd",
        "package.numpy": "1.26.4",
        "record.numpy": "sha256:0",
        "package.rich": "0.1",
        "flag.night-mode": "on",
        "os": "Another-6.1",
    }
    saved.write_text(json.dumps(there))
    found = project.do("env", "diff", "last", saved, "--json")
    assert found.code == 5
    assert [one["group"] for one in found.json["groups"]] == ["kernels", "compute", "deployment", "system", "other"]
    assert found.json["groups"][2]["fields"]["flag.night-mode"] == ["off", "on"]
    back = project.do("env", "diff", saved, "last", "--json")
    assert [list(one["fields"]) for one in back.json["groups"]] == [list(one["fields"]) for one in found.json["groups"]]
    here = project.do("env", "diff", "last", "here", "--json")
    assert (here.code, here.json["groups"]) == (0, []), here.out
    assert "was said of one side only" in here.json["notes"][0]
    told = project.do("env", "diff", "last", saved).out
    assert "package.numpy: " in told
    assert "record.numpy" not in told
    assert told.index("cpu.flags") < told.index("package.numpy") < told.index("flag.night-mode") < told.index("rich")


def test_nothing_that_matters_is_zero(project) -> None:
    saved = project.folder / "here.json"
    assert project.do("env", "save", saved).code == 0
    same = project.do("env", "diff", saved, saved)
    assert (same.code, same.out) == (0, f"Nothing drifted between {saved} and {saved}.\n")
    there = json.loads(saved.read_text())
    there["fields"] |= {"package.rich": "0.1", "memory.limit": "1.0 GiB"}
    (project.folder / "there.json").write_text(json.dumps(there))
    calm = project.do("env", "diff", saved, "there.json")
    assert calm.code == 0
    assert "cannot change what is answered" in " ".join(calm.out.split())


def test_settings_that_a_target_tells_are_recorded_and_an_unloaded_one_is_not_blamed(net) -> None:
    assert net.gate().code == 0
    fields = _made_in(net, 0).fields
    assert fields["setting.torch.threads"] == "1"
    assert fields["setting.torch.deterministic"] == "error"
    assert fields["setting.torch.device"] == "cpu"
    saved = net.folder / "bare.json"
    assert net.do("env", "save", saved, "--no-load").code == 0
    found = net.do("env", "diff", "last", saved, "--json")
    groups = {one["group"]: one["fields"] for one in found.json["groups"]}
    assert "settings" not in groups, groups
    assert any("not compared" in note for note in found.json["notes"])
    (net.folder / "net.py").write_text("raise RuntimeError('broken')")
    broken = net.do("env", "save", saved)
    assert broken.code == 0
    assert "does not load here" in broken.out


def test_a_bundle_brings_its_environment_along(project, tmp_path) -> None:
    assert project.gate().code == 0
    bundle = tmp_path / "sent" / "evidence.tar"
    bundle.parent.mkdir()
    assert project.do("export", bundle).code == 0
    assert project.do("verify", bundle, "--trust", "trust.json").code == 0
    found = project.do("env", "diff", bundle, "last", "--json")
    assert [one["group"] for one in found.json["groups"]] == []
    assert found.json["notes"] == []


def test_a_mismatch_of_a_replay_tells_the_drift(project, monkeypatch) -> None:
    mood = project.folder.parent / "mood"
    mood.write_text("4")
    text = projects.MODEL.format(centres=projects.centres().tolist())
    moody = text.replace("return 4", f"return float(pathlib.Path({str(mood)!r}).read_text())")
    project.file("model.py", f"import pathlib\n{moody}")
    assert project.gate().code == 0
    mood.write_text("-4")
    monkeypatch.setenv("KMP_AFFINITY", "compact")
    done = project.do("replay", "--quiet", "--executor", "inline")
    assert done.code == 5
    assert "KMP_AFFINITY: (absent) -> compact" in done.problems
    assert "Sums may be taken in another order" in done.problems


def test_wrong_words_are_told(project) -> None:
    assert project.do("gate", "--flag", "beta").code == 2
    twice = project.do("gate", "--flag", "a=1", "--flag", "a=2", "--flag", "=3")
    assert twice.code == 2
    assert "said twice" in twice.problems
    assert "says no value" in twice.problems
    secret = project.do("gate", "--flag", "api-token=x", "--window", "soon")
    assert secret.code == 2
    assert "secret" in secret.problems
    assert "no interval" in secret.problems
    assert project.said("submission") == []
    assert project.do("env", "diff").code == 2
    assert project.gate().code == 0
    (project.folder / "odd.json").write_text("{}")
    odd = project.do("env", "diff", "odd.json", "here")
    assert odd.code == 2
    assert "seatrial env save" in odd.problems
    assert project.do("env", "diff", "absent.json", "here").code == 2
    assert project.do("env", "diff", "0", "here").code in (0, 5)
    assert project.do("env", "diff", "999", "here").code == 2
    assert project.do("env", "save", "no/such/folder.json").code == 2
