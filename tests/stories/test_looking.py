"""Looking back: what ran, what changed between two runs, one case, and what is where."""

import json
import re

import pytest
from tests.stories import projects
from tests.stories.projects import CLEAN, FAR, MODEL, NEAR, NOISE, centres

from seatrial.evidence.log import Log
from seatrial.evidence.signers.ed25519 import load
from seatrial.proof import envelope, statement
from seatrial.proof.binding import binding
from seatrial.proof.canonical import digest, dumps

FORGETFUL = """


def forgetful(rows):
    answers = predict(rows)
    flat = np.asarray(rows, dtype=np.float64).reshape(len(rows), -1)
    lost = flat.sum(axis=1) * 1000 % 10 < 8
    answers[lost] = np.roll(answers[lost], 1, axis=1)
    return answers
"""


def gated_twice(project):
    """Gate a model, and then one that forgot most of what it knew."""
    project.file("model.py", MODEL.format(centres=centres().tolist()) + FORGETFUL)
    assert project.do("init").code == 0
    assert project.gate().code == 0
    worse = project.folder / "worse.yaml"
    worse.write_text(project.charter.read_text().replace("model:predict", "model:forgetful"))
    assert project.gate(worse).code == 6
    return project


CLAUSES = (CLEAN.replace("require", "severity: critical\n  require"), NOISE)


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """A project with two decisions, a deploy and a reject; nothing is added to its log."""
    project = projects.make(tmp_path_factory.mktemp("twice") / "work", clauses=CLAUSES)
    with pytest.MonkeyPatch.context() as patch:
        for key, value in project.environment.items():
            patch.setenv(key, value)
        yield gated_twice(project)


def test_the_history_is_newest_first_with_exit_codes(twice) -> None:
    rows = twice.do("log", "--json").json["rows"]
    assert [(row["kind"], row["what"], row["exit_code"], row["attempt"]) for row in rows] == [
        ("decision", "reject", 6, 2),
        ("decision", "deploy", 0, 1),
    ]
    assert rows[0]["model"] != rows[1]["model"]
    assert rows[0]["clauses"]["clean"] == "breached"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", rows[0]["when"])
    assert len(twice.do("log", "--json", "--limit", "1").json["rows"]) == 1
    shown = twice.do("log").out
    assert shown.index("reject") < shown.index("deploy")


def test_the_history_of_a_new_log_says_what_to_do(project) -> None:
    assert "seatrial gate" in project.do("log").out


def test_entries_of_other_kinds_are_no_obstacle(own) -> None:
    """A waiver, an approval, an abandoned submission, and an entry that only a later version can read."""
    twice = gated_twice(own(init=False, clauses=CLAUSES))
    log = Log.open(twice.log, load(twice.folder.parent / "key"))
    first = log.statements()[0]
    model, bound = first.model, binding(log.origin, log.entries(), 4) | {"at": 1_800_000_000}
    waiver = {"clause": "noise", "model": model, "reason": "known", "owner": "ada", "expires": 4_000_000_000}
    log.append(statement.write("waiver", model, bound | waiver))
    log.append(statement.write("approval", model, bound))
    log.append(statement.write("submission", model, {**first.predicate, "trial": digest(b"another")}))
    payload = dumps({"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://example.org/later/v9"})
    signer = load(twice.folder.parent / "key")
    with log.locked():
        line = envelope.seal(payload, [(signer.public, signer.sign)])
        log._cover([line], lambda note: log._tape.extend(len(log.entries()), [line], note), log.keyring)
    done = twice.do("log", "--json")
    assert done.code == 0, done.err
    kinds = [(row["kind"], row["what"]) for row in done.json["rows"]]
    assert kinds[:4] == [
        ("unreadable", "unreadable"),
        ("attempt", "abandoned"),
        ("approval", "approval"),
        ("waiver", "waiver"),
    ]
    assert done.json["rows"][3]["sentence"] == "noise: known (until 2096-10-02 07:06 UTC, at the risk of ada)"
    assert len(kinds) == 6


def test_a_run_that_is_not_judged_says_so(project) -> None:
    assert project.do("run", "--quiet", "--executor", "inline").code == 0
    (row,) = project.do("log", "--json").json["rows"]
    assert (row["kind"], row["what"]) == ("attempt", "not judged")
    assert "seatrial judge" in row["sentence"]


def test_two_runs_side_by_side(twice) -> None:
    found = twice.do("diff", "--json").json
    assert found["decisions"] == ["deploy", "reject"]
    assert found["clauses"][0]["name"] == "clean"
    assert found["clauses"][0]["change"] == "worse"
    assert found["clauses"][0]["said"] == ["the intervals lie apart: more than chance"]
    assert set(found["digests"]) == {"model", "charter", "plan"}
    assert (found["common"], found["environment"]) == (0, [])
    shown = " ".join(twice.do("diff").out.split())
    assert "Deploy became reject" in shown
    assert "worse clean" in shown
    assert "Another model, the same clauses, the same catalog." in shown


@pytest.mark.parametrize(
    ("words", "decisions"),
    [
        (["last", "previous"], ["reject", "deploy"]),
        (["deployed", "last"], ["deploy", "reject"]),
        (["4", "9"], ["deploy", "reject"]),
        (["0", "6"], ["deploy", "reject"]),
        (["last", "last"], ["reject", "reject"]),
    ],
)
def test_a_decision_is_named_by_word_or_by_any_entry_that_it_rests_on(twice, words, decisions) -> None:
    done = twice.do("diff", *words, "--json")
    assert done.code == 0, done.err
    assert done.json["decisions"] == decisions


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["lst", "last"], "did you mean last?"),
        (["99", "last"], "the log has no entry 99 decisions are entries 4, 9"),
        (["x", "last"], "'x' names no decision"),
        (["gone.json", "last"], "there is no file gone.json"),
        (["charter.yaml", "last"], "charter.yaml: is neither a report nor a bundle"),
        (["last", "cases.npz"], "cases.npz: is neither a report nor a bundle"),
    ],
)
def test_a_bad_reference_is_2_and_says_what_there_is(twice, words, says) -> None:
    done = twice.do("diff", *words)
    assert (done.code, "Traceback" in done.err) == (2, False)
    assert says in done.problems


def test_one_decision_has_no_previous_one(project) -> None:
    assert "there is no decision yet" in project.do("diff").problems
    assert project.gate().code == 0
    done = project.do("diff")
    assert (done.code, "there is only one decision yet" in done.problems) == (2, True)


def test_reports_and_bundles_are_compared_as_the_log_is(twice, tmp_path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    (away / "trust.json").write_bytes((twice.folder / "trust.json").read_bytes())
    for name, entry in (("old", 4), ("new", 9)):
        assert twice.do("report", "--to", "json", "--decision", entry, "-o", away / f"{name}.json").code == 0
        words = ("--withhold-stimuli",) if name == "old" else ()
        assert twice.do("export", away / f"{name}.tar", "--decision", entry, *words).code == 0
    wanted = twice.do("diff", "4", "9", "--json").json
    for kind in ("json", "tar"):
        done = twice.do("diff", away / f"old.{kind}", away / f"new.{kind}", "--charter", away / "none.yaml", "--json")
        assert done.code == 0, done.err
        assert done.json["sentence"] == wanted["sentence"]
        assert [one["after"] for one in done.json["clauses"]] == [one["after"] for one in wanted["clauses"]]
        assert done.json["common"] == (0 if kind == "tar" else None)
    mixed = twice.do("diff", away / "old.json", "last", "--json").json
    assert mixed["decisions"] == ["deploy", "reject"]


def test_a_bundle_that_was_changed_or_has_no_trust_is_not_compared(twice, tmp_path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    assert twice.do("export", away / "one.tar").code == 0
    done = twice.do("diff", away / "one.tar", "last", "--charter", away / "none.yaml")
    assert (done.code, "no pinned trust.json" in done.problems) == (2, True)
    data = bytearray((away / "one.tar").read_bytes())
    data[data.index(b'"payload"') + 20] ^= 1
    (away / "one.tar").write_bytes(bytes(data))
    done = twice.do("diff", away / "one.tar", "last", "--trust", twice.folder / "trust.json")
    assert (done.code, "Traceback" in done.err) == (5, False)


def test_a_truncated_report_is_no_report(twice, tmp_path) -> None:
    whole = twice.do("report", "--to", "json").out
    for text in (whole[:-20], "{}", '{"schema": "seatrial/report/v1"}', whole.replace('"clauses":[', '"clauses":[{},')):
        (tmp_path / "x.json").write_text(text)
        done = twice.do("diff", tmp_path / "x.json", "last")
        assert (done.code, "Traceback" in done.err) == (2, False), text[:40]


def test_a_case_is_shown_by_the_first_digits_of_its_digest(own) -> None:
    project = own(projects.make_torch, clauses=(CLEAN, NEAR, FAR))
    assert project.gate().code == 6
    example = json.loads(project.do("report", "--to", "json").out)["clauses"][2]["examples"][0]
    done = project.do("show", example["case"][:12])
    assert done.code == 0, done.err
    assert [line.split()[2] for line in done.out.splitlines() if line[:1] in ("✓", "✗")] == ["clean", "near", "far"]
    assert "broken by evasion.fgsm (linf ball, eps 0.6)" in done.out
    assert "Changed" in done.out
    assert f"distance     {example['distance']}" in done.out
    (shown,) = project.do("show", example["case"].upper(), "--clause", "far", "--json").json["shown"]
    assert (shown["case"], shown["outcome"], shown["values"]["held"]) == (example["case"], "broken", 0)
    assert shown["example"]["perturbed"]["shape"] == [1, 4, 4]
    assert shown["scenario"] == "evasion/fgsm@1"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["zebra"], "'zebra' is no digest"),
        ([""], "is no digest"),
        (["f" * 64], "no case of decision 4 begins with"),
        (["a" * 65], "is no digest"),
        (["0", "--clause", "claen"], "did you mean clean?"),
        (["0", "--decision", "7"], "the log has no entry 7"),
    ],
)
def test_a_case_that_is_not_there_is_2(project, words, says) -> None:
    assert project.gate().code == 0
    done = project.do("show", *words)
    assert (done.code, "Traceback" in done.err) == (2, False)
    assert says in done.problems


def test_a_prefix_of_several_cases_lists_them(project) -> None:
    assert project.gate().code == 0
    drawn = [case.hex() for case in project.drawn(project.said("run-plan")[0])]
    first = max("0123456789abcdef", key=lambda digit: sum(case.startswith(digit) for case in drawn))
    there = sorted(case for case in drawn if case.startswith(first))
    done = project.do("show", first)
    assert done.code == 2
    assert f"{len(there)} cases of decision 4 begin with {first}" in done.problems
    assert f"there are {', '.join(case[:5] for case in there[:8])}" in done.problems


def test_a_case_whose_bytes_were_not_kept_says_what_was_recorded(project) -> None:
    assert project.gate().code == 0
    for case in (case.hex() for case in project.drawn(project.said("run-plan")[0])):
        shown = project.do("show", case, "--clause", "clean", "--json").json["shown"]
        if shown[0]["example"] is None:
            done = project.do("show", case, "--clause", "clean")
            assert "were not kept" in done.out
            assert "recorded     draws 1, held 1" in done.out
            return
    pytest.fail("every case was kept")


def test_places_say_who_decided(project, monkeypatch) -> None:
    def decided(*words):
        return {one["name"]: one for one in project.do("where", "--json", *words).json["places"]}

    found = decided()
    assert (found["log"]["decided"], found["log"]["by"]) == ("environment", "SEATRIAL_LOG")
    assert (found["key"]["decided"], found["key"]["exists"]) == ("environment", True)
    assert (found["charter"]["decided"], found["cases"]["by"]) == ("default", "cases.path")
    assert found["cases"]["size"] == (project.folder / "cases.npz").stat().st_size
    assert found["trust"]["exists"]
    assert not found["reports"]["exists"]
    named = decided("--log", "elsewhere", "charter.yaml")
    assert (named["log"]["decided"], named["log"]["exists"]) == ("flag", False)
    assert named["log"]["path"] == str(project.folder / "elsewhere")
    monkeypatch.delenv("SEATRIAL_LOG")
    assert decided()["log"]["decided"] == "default"
    monkeypatch.setenv("CI", "true")
    unknown = decided()["log"]
    assert (unknown["path"], "CI must name its log" in unknown["note"]) == ("", True)
    assert project.do("where").code == 0
    monkeypatch.setenv("SEATRIAL_KEY", "-----BEGIN PRIVATE KEY-----")
    assert (decided()["key"]["path"], decided()["key"]["exists"]) == ("", True)


def test_places_are_told_without_a_charter_and_with_a_broken_one(tmp_path, own) -> None:
    project = own(init=False)
    project.charter.write_text("charter: 1\n")
    found = {one["name"]: one for one in project.do("where", "--json").json["places"]}
    assert "seatrial lint" in found["charter"]["note"]
    project.charter.unlink()
    done = project.do("where")
    assert done.code == 0
    assert "seatrial init" in done.out


def test_weights_on_the_command_line_go_before_the_charter(net) -> None:
    found = {one["name"]: one for one in net.do("where", "--weights", "other", "--json").json["places"]}
    assert (found["weights"]["decided"], found["weights"]["by"]) == ("flag", "--weights")
    found = {one["name"]: one for one in net.do("where", "--json").json["places"]}
    assert (found["weights"]["decided"], found["weights"]["by"]) == ("charter", "target.weights")
