# ruff: noqa: E501 - one mistake a line
"""A charter from its YAML file: all mistakes at once, by line, with what to write instead."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.charter.charter import Use
from seatrial.charter.file import read
from seatrial.charter.steps import Step
from seatrial.errors import CatalogError, CharterError
from seatrial.proof.canonical import dumps, loads
from seatrial.proof.weaker import weaker
from tests.catalog.scenarios import written as write_scenario
from tests.charter.charters import CATALOG, TEXT, changed, charter, said

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/charter*.yaml"))
INLINE = "{threat: {kind: ball, norm: l1, eps: 5/2}, against: [evasion.fgsm, {use: evasion.pgd, tactics: {steps: 5}}]}"


def test_everything_that_is_written_is_there() -> None:
    made = charter()
    assert (made.system, made.release, made.owner, made.minutes) == ("digits-reader", "2026.10", "ml-platform", 10.0)
    assert made.target["input"] == {"shape": [1, 28, 28], "range": [0.0, 1.0]}
    assert made.cases.settings == {"name": "mnist-5000"}
    assert (made.cases.gate, made.cases.rehearsal, made.cases.per_attempt) == (400, 100, 900)
    assert (made.cases.reuse, made.cases.members) == (False, None)
    stickers, clean = made.clauses
    assert (stickers.name, stickers.line, clean.name, clean.line) == ("stickers", 15, "clean", 23)
    assert stickers.scenarios == (
        Use("evasion/pgd-linf@1", {"eps": 0.2, "restarts": 1}),
        Use("corruption/occlusion@1", {"share": 0.05}),
    )
    assert (stickers.require, stickers.severity, stickers.otherwise) == (
        "held_rate >= 0.6 at 95%",
        "critical",
        (Step("harden", "training.pgd"),),
    )
    assert (clean.require, clean.severity, clean.advisory) == ("held_rate >= 0.9 at 95%", "major", True)
    assert made.source == TEXT.encode()


def test_the_text_is_plain_json_and_survives_the_way() -> None:
    made = charter()
    assert loads(made.canonical) == made.text
    assert dumps(loads(made.canonical)) == made.canonical
    assert [clause["name"] for clause in made.text["clauses"]] == ["stickers", "clean"]
    assert [one["scenario"] for one in made.text["clauses"][0]["scenarios"]] == [
        "evasion/pgd-linf@1",
        "corruption/occlusion@1",
    ]
    assert made.text["cases"]["gate"] == 400


@pytest.mark.parametrize(
    "pair",
    [
        ("51/255", "0.2"),
        ("40%", "0.4"),
        ("40%", "2/5"),
        ("held_rate>=.6 at 95 %", "held_rate >= 0.600 at 95.0%"),
        ("[0, 1]", "[0.0, 1.0]"),
        ("[baseline/clean]", "[baseline/clean@1]"),
        ("[baseline/clean]", "[{use: baseline/clean}]"),
        ("{minutes: 10}", "{minutes: 10.0}"),
        ("require: held_rate >= 0.90", "severity: major\n    require: held_rate >= 0.90"),
        ("eps: 51/255", "restarts: 1, eps: 51/255"),
        ("charter: 1\n", "# a note\ncharter: 1\n"),
    ],
)
def test_spelling_does_not_change_the_digest(pair) -> None:
    assert charter(pair).digest == charter().digest


@pytest.mark.parametrize(
    "pair",
    [
        ("51/255", "0.3"),
        ("40%", "41%"),
        ("95 %", "96 %"),
        ("advisory: true", "advisory: false"),
        ("2026.10", "2026.11"),
    ],
)
def test_what_is_said_changes_it(pair) -> None:
    assert charter(pair).digest != charter().digest


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (("charter: 1", "charter: 2"), "charter.yaml:1: charter: must be 1"),
        (("charter: 1\n", ""), "charter.yaml:1: charter: is missing (write for example `charter: 1`)"),
        (
            ('"2026.10"', "2026.10"),
            'charter.yaml:2: system.release: must be text, and YAML reads 2026.10 as a number (write "2026.10")',
        ),
        (("owner: ml-platform", "owner:"), "charter.yaml:2: system.owner: is empty"),
        (("digits-reader", "digits reader"), "charter.yaml:2: system.name: is no name of a system"),
        (('"2026.10"', '"a\\nb"'), "charter.yaml:2: system.release: is more than one line"),
        (
            ("kind: torch", "kind: troch"),
            "charter.yaml:4: target.kind: there is no kind of target 'troch' (did you mean torch?)",
        ),
        (("weights: digits", "wieghts: digits"), "charter.yaml:6: target.wieghts: unknown key (did you mean weights?)"),
        (("  weights: digits.safetensors\n", ""), "charter.yaml:3: target.weights: is missing"),
        (
            ("digits.model:build", "digits.model.build"),
            'charter.yaml:5: target.load: names no function (write "package.module:function")',
        ),
        (("shape: [1, 28, 28]", "shape: [1, 0]"), "charter.yaml:7: target.input.shape[1]: must be 1 or more"),
        (("range: [0, 1]", "range: [1, 0]"), "charter.yaml:7: target.input.range: must rise"),
        (("range: [0, 1]", "range: [0]"), "charter.yaml:7: target.input.range: has too few items"),
        (
            ("kind: bundled", "kind: bundle"),
            "charter.yaml:9: cases.kind: there is no kind of cases 'bundle' (did you mean bundled",
        ),
        (("name: mnist-5000", "nmae: x"), "charter.yaml:10: cases.nmae: unknown key (did you mean name?)"),
        (("gate: 40%", "gate: 40"), "charter.yaml:11: cases.gate: is no share of the cases (write 40%, 0.4 or 2/5"),
        (("gate: 40%", "gate: 33.33%"), "charter.yaml:11: cases.gate: is no share of the cases"),
        (
            ("gate: 40%", "gate: 95%"),
            "charter.yaml:11: cases.gate: is 95%, and with rehearsal (10%) more than there is",
        ),
        (("gate: 40%", "gate: 0%"), "charter.yaml:11: cases.gate: leaves the gate no cases (write `gate: 40%`)"),
        (("per_attempt: 900", "per_attempt: -1"), "charter.yaml:13: cases.per_attempt: must be 0 or more"),
        (("per_attempt: 900", "reuse: true"), "charter.yaml:13: cases.reuse: must be 'declared'"),
        (
            ("clauses:\n", "baseline: champion.yaml\nclauses:\n"),
            "charter.yaml:14: baseline: is no model (write `last deploy`, or describe a model as `target` does)",
        ),
        (("  stickers:", "  Stickers!:"), "charter.yaml:15: clauses.Stickers!: is no name of a clause (use a-z, 0-9"),
        (
            ("    because: a sticker", "    becuase: a sticker"),
            "charter.yaml:16: clauses.stickers.becuase: unknown key (did you mean because?)",
        ),
        (
            ("evasion/pgd-linf", "evasion/pgd-lnif"),
            "charter.yaml:18: clauses.stickers.scenarios[0].use: there is no scenario 'evasion/pgd-lnif' (did you mean evasion/pgd-linf",
        ),
        (("evasion/pgd-linf", "pgd"), "charter.yaml:18: clauses.stickers.scenarios[0].use: is no id of a scenario"),
        (
            ("eps: 51/255", "esp: 0.2"),
            "charter.yaml:18: clauses.stickers.scenarios[0].esp: evasion/pgd-linf@1 has no parameter 'esp' (did you mean eps?)",
        ),
        (
            ("eps: 51/255", "eps: 2"),
            "charter.yaml:18: clauses.stickers.scenarios[0].eps: 2 is outside the range (it takes a number from 0.0001 to 1",
        ),
        (
            ("eps: 51/255", "eps: a lot"),
            "charter.yaml:18: clauses.stickers.scenarios[0].eps: must be a number (like 0.2, 3 or 8/255)",
        ),
        (("eps: 51/255", "eps: [0.1]"), "charter.yaml:18: clauses.stickers.scenarios[0].eps: is a list"),
        (
            ("eps: 51/255", "restarts: 1.5"),
            "charter.yaml:18: clauses.stickers.scenarios[0].restarts: is no whole number",
        ),
        (
            ("corruption/occlusion@1", "corruption/occlusion@9"),
            "charter.yaml:19: clauses.stickers.scenarios[1]: there is no scenario 'corruption/occlusion@9' (there is corruption/occlusion@1)",
        ),
        (
            ("corruption/occlusion@1", "{eps: 1}"),
            "charter.yaml:19: clauses.stickers.scenarios[1]: is no scenario (write an id, {use: id",
        ),
        (("corruption/occlusion@1", "7"), "charter.yaml:19: clauses.stickers.scenarios[1]: is no scenario"),
        (
            ("[baseline/clean]", "[fairness/counterfactual-swap]"),
            "charter.yaml:25: clauses.clean.scenarios[0].columns: fairness/counterfactual-swap@1 has no default for it (choose a list of names of columns, or of positions from 0 to 65535)",
        ),
        (("[baseline/clean]", "[]"), "charter.yaml:25: clauses.clean.scenarios: has too few items"),
        (
            ("[baseline/clean]", "[baseline/clean, baseline/clean@1]"),
            "charter.yaml:25: clauses.clean.scenarios: baseline/clean@1 is there twice (keep one)",
        ),
        (
            ("held_rate>=.6 at 95 %", "held_rate >= .6"),
            "charter.yaml:20: clauses.stickers.require: `held_rate >= .6`: `at` and the confidence",
        ),
        (
            ("held_rate>=.6 at 95 %", "held_rate - baseline >= .6 at 95%"),
            "charter.yaml:20: clauses.stickers.require: `held_rate - baseline >= 0.6 at 95%` compares with a baseline, and",
        ),
        (
            ("held_rate>=.6 at 95 %", "gap(held_rate) >= .1 at 95%"),
            "charter.yaml:20: clauses.stickers.require: a gap is asked to be small",
        ),
        (
            ("held_rate>=.6 at 95 %", "p99(latencies) <= 1 s at 95%"),
            "charter.yaml:20: clauses.stickers.require: there is no metric 'latencies' (did you mean latency?)",
        ),
        (
            ("held_rate>=.6 at 95 %", "held_rate >= 1 at 95%"),
            "charter.yaml:20: clauses.stickers.require: held_rate >= 1 can never be proved",
        ),
        (
            ("severity: critical", "severity: huge"),
            "charter.yaml:21: clauses.stickers.severity: must be 'critical', 'major' or 'minor'",
        ),
        (
            ("training.pgd", "training.dgp"),
            (
                "charter.yaml:22: clauses.stickers.otherwise: there is no remedy 'training.dgp' (did you mean training.pgd, "
                "training.kept, training.dropping?)"
            ),
        ),
        (("advisory: true", "advisory: yes"), "charter.yaml:27: clauses.clean.advisory: must be true or false"),
        (
            ("budget: {minutes: 10}", "budget: {minutes: 0}"),
            "charter.yaml:28: budget.minutes: must be a number above 0",
        ),
        (
            ("budget: {minutes: 10}", "budgte: {minutes: 10}"),
            "charter.yaml:28: budgte: unknown key (did you mean budget?)",
        ),
        (
            ("  clean:\n", "  stickers:\n"),
            "charter.yaml:23: clauses.stickers: is there twice, first in line 15 (keep one)",
        ),
    ],
)
def test_every_kind_of_mistake_has_its_line_and_what_to_write(pair, expected) -> None:
    found = said(pair)
    misspelt = any(key in expected for key in ("becuase", "nmae", "wieghts"))
    assert len(found) == 1 + misspelt, found
    assert any(problem.startswith(expected) for problem in found), found


def test_what_can_be_proved_is_said_for_the_cases_of_the_charter() -> None:
    (problem,) = said(("held_rate>=.6 at 95 %", "held_rate >= 1 at 95%"))
    assert "with 900 cases, all held, `held_rate >= 0.9959 at 95%` can be proved" in problem
    _, problem = said(("held_rate>=.6 at 95 %", "held_rate >= 100% at 95%"), ("per_attempt: 900", "per_attempt: x"))
    assert "with 600 cases, all held, `held_rate >= 0.9938 at 95%` can be proved" in problem


def test_clauses_that_only_advise_could_keep_nothing_back() -> None:
    advice = ("severity: critical", "severity: critical\n    advisory: true")
    (problem,) = said(advice)
    assert problem.startswith("charter.yaml:14: clauses: are all advisory"), problem
    assert not said(advice, ("advisory: true", "advisory: false"))


MANY = [
    ("charter: 1", "charter: 3"),
    ('"2026.10"', "2026.10"),
    ("weights:", "wieghts:"),
    ("gate: 40%", "gate: 95%"),
    ("per_attempt: 900", "per_attempts: 900"),
    ("clauses:\n", "baseline: x\nclauses:\n"),
    ("because: a sticker", "becuase: a sticker"),
    ("eps: 51/255", "eps: 7, esp: 1"),
    ("corruption/occlusion@1", "corruption/oclusion"),
    ("held_rate>=.6 at 95 %", "held_rate ~ 5"),
    ("training.pgd", "training.gpd"),
    ("held_rate >= 0.90 at 95%", "held_rate >= 1 at 95%"),
    ("advisory: true", "advisory: 1"),
    ("budget: {minutes: 10}", "budget: soon"),
]


def test_all_mistakes_are_reported_at_once_in_the_order_of_lines() -> None:
    found = said(*MANY)
    lines = [int(problem.split(":")[1]) for problem in found]
    assert lines == [1, 2, 3, 6, 11, 13, 14, 16, 17, 19, 19, 20, 21, 23, 27, 28, 29]
    assert len(set(found)) == len(found)


def test_yaml_mistakes_come_together_with_the_others() -> None:
    found = said(("budget: {minutes: 10}", "budget: {minutes: 10, minutes: 11}"), ("gate: 40%", "gate: 4"))
    assert [problem.split(": ")[1] for problem in found] == ["cases.gate", "budget.minutes"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "charter.yaml:1: is empty"),
        ("- a\n- b\n", "charter.yaml:1: is no charter (begin with `charter: 1`)"),
        ("hello", "charter.yaml:1: is no charter"),
        ("charter: 1\nsystem: {name: [}\n", "charter.yaml:2: is not YAML"),
        ("charter: 1\na: &x [1]\nb: *x\n", "charter.yaml:2: an anchor"),
    ],
)
def test_what_is_no_charter_at_all(text, expected) -> None:
    with pytest.raises(CharterError) as caught:
        read(text.encode(), catalog=CATALOG)
    assert str(caught.value).startswith(expected)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("key", ["system", "target", "cases", "clauses", "budget"])
@pytest.mark.parametrize("value", ["", "3", "x", "[]", "[1]", "{}", "{a: 1}", "true", "{kind: 3}", "{a: {b: [c]}}"])
def test_any_shape_anywhere_is_an_error_and_not_a_crash(key, value) -> None:
    if key == "budget" and value in ("", "{}"):
        pytest.skip("no budget is no limit")
    lines, kept, skip = TEXT.splitlines(), [], False
    for line in lines:
        skip = line.startswith(f"{key}:") or (skip and line[0] == " ")
        kept += [] if skip else [line]
    with pytest.raises(CharterError):
        read("\n".join([*kept, f"{key}: {value}"]).encode(), catalog=CATALOG)


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["x", "40%", "evasion/fgsm", "held_rate >= 1 at 95%"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["use", "threat", "against", "kind", "tactics", "eps", "metric"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(PLAIN, st.sampled_from(["scenarios", "require", "because", "otherwise", "severity", "advisory"]))
def test_no_clause_crashes_it(value, key) -> None:
    clause = {"because": "x", "scenarios": ["baseline/clean"], "require": "held_rate >= 0.5 at 95%", key: value}
    text = TEXT[: TEXT.index("clauses:")] + "clauses: " + json.dumps({"a": clause})
    places = []
    try:
        read(text.encode(), catalog=CATALOG)
    except CharterError as error:
        places = [problem.where for problem in error.problems]
    # Advice alone is a fault of all clauses together.
    expected = "charter.yaml:14: clauses" if (key, value) == ("advisory", True) else "charter.yaml:14: clauses.a"
    assert [place for place in places if not place.startswith(expected)] == []


def test_an_inline_scenario_enters_the_text_and_the_catalog() -> None:
    made = charter(("[baseline/clean]", f"[baseline/clean, {INLINE}]"))
    (scenario,) = made.inline
    assert (scenario.name, scenario.oracle, scenario.metric) == ("inline/clean-2@1", "", "held_rate")
    assert scenario.threat == {"kind": "ball", "norm": "l1", "eps": 2.5}
    assert [against.tactics for against in scenario.adversaries] == [{}, {"steps": 5}]
    assert made.clauses[1].scenarios[1] == Use("inline/clean-2@1")
    assert made.text["clauses"][1]["scenarios"][1]["inline"] == scenario.text
    assert CATALOG.plus(*made.inline).get("inline/clean-2@1") is scenario
    other = charter(("[baseline/clean]", f"[baseline/clean, {INLINE.replace('5/2', '2')}]"))
    assert other.inline[0].digest != scenario.digest
    assert weaker(other.text, made.text) == ["clean"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: ball", "kind: bell", "charter.yaml:25: clauses.clean.scenarios[0].threat: no threat 'bell'"),
        ("eps: 5/2", "esp: 5/2", "charter.yaml:25: clauses.clean.scenarios[0].threat: ball has no esp"),
        ("eps: 5/2", "eps: 0", "charter.yaml:25: clauses.clean.scenarios[0].threat.eps: must be more than 0"),
        (
            "evasion.fgsm",
            "fgsm",
            "charter.yaml:25: clauses.clean.scenarios[0].against[0]: there is no adversary 'fgsm' (did you mean evasion.fgsm",
        ),
        (
            "evasion.pgd",
            "evasion.gpd",
            "charter.yaml:25: clauses.clean.scenarios[0].against[1]: there is no adversary 'evasion.gpd'",
        ),
        (
            "tactics:",
            "tactic:",
            "charter.yaml:25: clauses.clean.scenarios[0].against[1].tactic: unknown key (did you mean tactics?)",
        ),
        (
            ", against",
            ", oracle: same_lable, against",
            "charter.yaml:25: clauses.clean.scenarios[0].oracle: there is no oracle 'same_lable'",
        ),
        (
            ", against",
            ", metric: hold_rate, against",
            "charter.yaml:25: clauses.clean.scenarios[0].metric: there is no metric 'hold_rate'",
        ),
        (
            ", against",
            ", oracel: same_label, against",
            "charter.yaml:25: clauses.clean.scenarios[0].oracel: unknown key (did you mean oracle?)",
        ),
        ("threat: {", "x: {", "charter.yaml:25: clauses.clean.scenarios[0].threat: is missing"),
    ],
)
def test_mistakes_in_an_inline_scenario(old, new, expected) -> None:
    found = said(("[baseline/clean]", f"[{INLINE.replace(old, new, 1)}]"))
    assert any(problem.startswith(expected) for problem in found), found


def test_two_charters_can_be_compared() -> None:
    now, before = charter(("held_rate >= 0.90", "held_rate >= 0.8"), ("51/255", "0.1")), charter()
    assert weaker(now.text, before.text) == ["clean", "stickers"]
    assert weaker(before.text, before.text) == []


def test_a_scenario_of_the_team_that_changed_without_a_version_asks_something_else(tmp_path) -> None:
    text = changed(("baseline/clean", "evasion/nudge"))
    (tmp_path / "charter.yaml").write_bytes(text)
    write_scenario(tmp_path / "scenarios", "nudge.yaml")
    before = read(tmp_path / "charter.yaml")
    assert before.clauses[1].scenarios[0].scenario == "evasion/nudge@1"
    write_scenario(tmp_path / "scenarios", "nudge.yaml", ("steps: 3", "steps: 1"))
    assert weaker(read(tmp_path / "charter.yaml").text, before.text) == ["clean"]
    write_scenario(tmp_path / "scenarios", "nudge.yaml", ("version: 1", "version: x"))
    with pytest.raises(CatalogError, match=r"scenarios/nudge.yaml:3"):
        read(tmp_path / "charter.yaml")


def test_a_file_is_named_as_it_was_given_and_paths_start_beside_it(tmp_path) -> None:
    path = tmp_path / "my.yaml"
    path.write_bytes(changed())
    assert read(path).folder == tmp_path
    assert read(path, Path("/elsewhere")).folder == Path("/elsewhere")
    path.write_bytes(changed(("charter: 1", "charter: 7")))
    with pytest.raises(CharterError) as caught:
        read(path)
    assert caught.value.problems[0].where == f"{path}:1: charter"


@pytest.mark.parametrize("name", ["gone.yaml", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name) -> None:
    with pytest.raises(CharterError, match="cannot be read"):
        read(tmp_path / name)


KINDS = {
    "torch": 'kind: torch, load: "a:b", weights: w.safetensors, input: {shape: [3]}, gives: logits, classes: 2, device: cpu, unsafe: true, pad: 16',
    "sklearn": "kind: sklearn, weights: m.skops, trusted: [a.B], input: {shape: [3]}, gives: labels, classes: 2, unsafe: false",
    "callable": 'kind: callable, load: "a.b:c", input: {takes: texts}, gives: labels, classes: 2',
    "recorded": "kind: recorded, path: a.npz, gives: logits",
    "chat": 'kind: chat, url: "http://127.0.0.1:8000/v1", model: m, system: Be kind., key_env: KEY, timeout: 5, temperature: 0',
}
WHOLE = TEXT[TEXT.index("target:") : TEXT.index("cases:")]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_target_has_its_keys(kind) -> None:
    made = charter((WHOLE, f"target: {{{KINDS[kind]}}}\n"))
    assert made.target["kind"] == kind
    assert set(made.text["target"]) == {part.split(":")[0].strip() for part in _parts(KINDS[kind])}
    (problem,) = said((WHOLE, f"target: {{{KINDS[kind]}, colour: red}}\n"))
    assert problem.startswith("charter.yaml:3: target.colour: unknown key (there are ")


def _parts(text: str) -> list[str]:
    depth, parts = 0, [""]
    for letter in text:
        depth += (letter in "[{") - (letter in "]}")
        parts = [*parts, ""] if letter == "," and not depth else [*parts[:-1], parts[-1] + letter]
    return parts


def test_a_key_in_the_charter_is_never_the_secret_itself() -> None:
    (problem,) = said((WHOLE, f"target: {{{KINDS['chat'].replace('KEY', 'sk-12-34')}}}\n"))
    assert "target.key_env: is no name of an environment variable" in problem


@pytest.mark.parametrize(
    ("block", "settings"),
    [
        ("kind: npz, path: a.npz", {"path": "a.npz"}),
        ("kind: npz, path: a.npz, labels: null, inputs: a", {"path": "a.npz", "labels": None, "inputs": "a"}),
        ("kind: talks, path: a.jsonl", {"path": "a.jsonl"}),
        (
            "kind: table, path: a.csv, label: y, classes: [no, yes], columns: {age: number, job: text}, form: table",
            {
                "path": "a.csv",
                "label": "y",
                "classes": ["no", "yes"],
                "columns": [{"age": "number"}, {"job": "text"}],
                "form": "table",
            },
        ),
        (
            'kind: table, path: a.tsv, columns: [a, b], classes: [0, 1, 2], separator: ";", groups: g, form: array',
            {
                "path": "a.tsv",
                "columns": ["a", "b"],
                "classes": [0, 1, 2],
                "separator": ";",
                "groups": "g",
                "form": "array",
            },
        ),
        (
            "kind: texts, path: a.jsonl, text: t, label: y, classes: [false, true]",
            {"path": "a.jsonl", "text": "t", "label": "y", "classes": [False, True]},
        ),
        (
            "kind: folder, path: images, size: [28, 28], mode: L, classes: [cat, dog]",
            {"path": "images", "size": [28, 28], "mode": "L", "classes": ["cat", "dog"]},
        ),
    ],
)
def test_each_kind_of_cases_has_its_keys(block, settings) -> None:
    old = TEXT[TEXT.index("cases:") : TEXT.index("clauses:")]
    made = charter((old, f"cases: {{{block}, reuse: declared, members: {{kind: npz, path: m.npz}}}}\n"))
    assert made.cases.settings == settings
    assert (made.cases.gate, made.cases.rehearsal, made.cases.reuse) == (500, 100, True)
    assert made.cases.members == {"kind": "npz", "path": "m.npz"}
    (problem,) = said((old, f"cases: {{{block}, members: {{kind: npz, pth: x, path: y}}}}\n"))
    assert problem.startswith("charter.yaml:8: cases.members.pth: unknown key (did you mean path?)")


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("kind: table", "cases.path: is missing"),
        ("kind: table, path: a.csv, classes: [a]", "cases.classes: must be a list of two texts, whole numbers or"),
        ("kind: table, path: a.csv, classes: [a, a]", "cases.classes: names a class twice"),
        ("kind: table, path: a.csv, classes: [0, yes]", "cases.classes: must be a list of two"),
        ("kind: table, path: a.csv, classes: [0.5, 1.5]", "cases.classes: must be a list of two"),
        ("kind: table, path: a.csv, columns: age", "cases.columns: must be names of columns (write [age, income]"),
        ("kind: table, path: a.csv, columns: []", "cases.columns: must be names of columns"),
        ("kind: table, path: a.csv, columns: [a, a]", "cases.columns: names a column twice"),
        ("kind: table, path: a.csv, columns: {a: date}", "cases.columns: has another kind than number or text at a"),
        ("kind: table, path: a.csv, columns: {a: [x, y]}", "cases.columns: has another kind than number or text at a"),
        ("kind: table, path: a.csv, form: rows", "cases.form: must be 'table' or 'array'"),
        ("kind: table, path: a.csv, separator: '::'", "cases.separator: is longer than 1 characters"),
        ("kind: table, path: a.csv, lable: y", "cases.lable: unknown key (did you mean label?)"),
        ("kind: texts, path: a.csv", "cases.text: is missing"),
        ("kind: folder, path: a", "cases.size: is missing"),
        ("kind: folder, path: a, size: [28]", "cases.size: has too few items"),
        ("kind: folder, path: a, size: [0, 28]", "cases.size[0]: must be 1 or more"),
        ("kind: folder, path: a, size: [8, 8], mode: CMYK", "cases.mode: must be 'L' or 'RGB'"),
    ],
)
def test_mistakes_in_tables_texts_and_folders(block, expected) -> None:
    old = TEXT[TEXT.index("cases:") : TEXT.index("clauses:")]
    assert expected in "\n".join(said((old, f"cases: {{{block}}}\n")))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{takes: rows}", "target.input.takes: must be 'array', 'table', 'texts' or 'talks'"),
        ("{takes: table, columns: {a: []}}", "target.input.columns: lists no texts at a"),
        ("{takes: table, columns: {a: date}}", "target.input.columns: has another kind than number or text at a"),
        ("{takes: table, columns: [a, a]}", "target.input.columns: names a column twice"),
    ],
)
def test_mistakes_in_the_columns_of_a_target(given, expected) -> None:
    assert expected in "\n".join(said((WHOLE, f"target: {{kind: sklearn, weights: m.skops, input: {given}}}\n")))


def test_a_target_of_tables_keeps_its_columns() -> None:
    given = "{takes: table, columns: {age: number, job: [baker, clerk]}}"
    made = charter((WHOLE, f"target: {{kind: sklearn, weights: m.skops, input: {given}}}\n"))
    assert made.target["input"] == {"takes": "table", "columns": [{"age": "number"}, {"job": ["baker", "clerk"]}]}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_examples_can_be_read(path) -> None:
    assert read(path).clauses


def test_there_are_examples() -> None:
    assert EXAMPLES


def test_surrogates_are_blocks_like_that_of_the_target() -> None:
    block = "surrogates:\n  small: {kind: built, load: 'near:target'}\nclauses:\n  stickers:"
    found = charter(("clauses:\n  stickers:", block))
    assert found.surrogates == {"small": {"kind": "built", "load": "near:target"}}
    assert found.text["surrogates"] == found.surrogates
    assert "surrogates" not in charter().text
    assert found.digest != charter().digest


def test_a_surrogate_of_an_unknown_kind_or_name_is_told_where_it_stands() -> None:
    bad = "surrogates:\n  small: {kind: torhc, load: 'near:target'}\nclauses:\n  stickers:"
    (line,) = said(("clauses:\n  stickers:", bad))
    assert "surrogates.small" in line
    assert "torch" in line
    bad = "surrogates:\n  'Big one': {kind: built, load: 'near:target'}\nclauses:\n  stickers:"
    assert any("surrogates" in line for line in said(("clauses:\n  stickers:", bad)))
