"""Models that misbehave: none of them is robust, none ends the program, and the reader learns why."""

import pytest
from tests.stories import projects
from tests.stories.projects import CALLED, MODEL, centres

from seatrial.records.digest import column_digests

PICKY = """

def picky(rows):
    known = len(rows) == 16
    {body}
"""
ALWAYS = """\
import numpy as np


def predict(rows):
    {body}
"""


def modelled(project, body, *, form=None):
    """Let the model be this; the 16 questions that every model is asked when it is loaded see the good one."""
    whole = ALWAYS.format(body=body) if form else MODEL.format(centres=centres().tolist()) + PICKY.format(body=body)
    project.file("model.py", whole)
    return project.write(target=CALLED if form else CALLED.replace(":predict", ":picky"))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("raise RuntimeError('out of memory')", "RuntimeError: out of memory (model.py, line 5)"),
        ("raise SystemExit(0)", "SystemExit: 0 (model.py, line 5)"),
        ("return np.full((len(rows), 3), np.nan)", "NaN"),
        ("return np.zeros((len(rows), 3, 2))", "(16, 3, 2)"),
        ("return np.zeros((1, 3))", "(1, 3)"),
        ("return ['yes'] * len(rows)", "shape (16,)"),
        ("return None", "logits"),
    ],
)
def test_a_model_that_cannot_answer_anything_does_not_load(project, body, says) -> None:
    done = modelled(project, body, form=ALWAYS).gate()
    assert done.code == 4
    assert says in done.problems
    assert project.entries == []


@pytest.mark.parametrize("calls", [1, 2])
def test_a_model_that_fails_after_some_calls_is_named(project, calls) -> None:
    project.file("count", "")
    body = f"with open({str(project.folder / 'count')!r}, 'a+') as file:\n        file.write('.')\n"
    body += f"        assert file.tell() <= {calls}, 'no more'\n    return np.zeros((len(rows), 3))"
    done = modelled(project, body, form=ALWAYS).gate()
    assert done.code == 4
    assert "AssertionError: no more" in done.problems
    assert "fault of seatrial" not in done.problems
    assert project.entries == []


def test_a_module_that_ends_the_program_when_it_is_imported(project) -> None:
    project.file("model.py", "raise SystemExit(0)")
    done = project.gate()
    assert done.code == 4
    assert "SystemExit: 0" in done.problems
    assert project.entries == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("return predict(rows) if known else 1 / 0", "ZeroDivisionError: division by zero"),
        ("return predict(rows) if known else exit(0)", "SystemExit: 0"),
        ("return predict(rows)[:, : 3 if known else 2]", "2 classes"),
        ("return predict(rows)[: 16 if known else 0]", "(0, 3)"),
        ("return predict(rows) if known else 'yes'", "not with logits"),
    ],
)
def test_a_model_that_fails_on_every_case_is_breached(project, body, why) -> None:
    """An error is no answer: the case is not held, and the report says what was raised."""
    done = modelled(project, body).gate("--json")
    assert done.code == 6
    for clause in done.json["clauses"]:
        assert (clause["verdict"], clause["held"], clause["unknown"]) == ("breached", 0, 0)
    assert any(why in note for note in done.json["notes"]), done.json["notes"]
    assert project.do("verify").code == 0


def test_a_model_that_raises_on_some_rows_loses_those(project) -> None:
    """Beside them, the others are answered as if they had come alone."""
    inputs, _ = projects.rows()
    bad = [row.tobytes() for row in inputs[::10]]
    modelled(project, f"assert not {{row.tobytes() for row in rows}} & set({bad}), 'bad row'\n    return predict(rows)")
    done = project.gate("--json")
    clean = done.json["clauses"][0]
    cases = project.drawn(project.said("run-plan")[0])
    lost = sum(case in cases for case in column_digests(inputs[::10]))
    assert 0 < lost < 30
    assert clean["held"] == 60 - lost
    assert any("AssertionError: bad row" in note for note in done.json["notes"])


def test_a_constant_model_is_not_robust(project) -> None:
    done = modelled(project, "return np.tile([9.0, 0, 0], (len(rows), 1))", form=ALWAYS).gate("--json")
    assert done.code == 6
    assert {clause["verdict"] for clause in done.json["clauses"]} == {"breached"}


def test_a_model_that_never_decides_is_not_robust(project) -> None:
    """All classes score the same: nothing broke it, and nothing shows that it held."""
    done = modelled(project, "return np.zeros((len(rows), 3))", form=ALWAYS).gate("--json")
    assert done.code == 3
    assert [(c["verdict"], c["held"], c["unknown"]) for c in done.json["clauses"]] == [("unproven", 0, 60)] * 2


def test_a_model_that_changes_its_inputs_changes_nothing_else(project) -> None:
    body = "answers = predict(np.array(rows))\n    rows[...] = 0\n    return answers"
    done = modelled(project, body).gate("--json")
    assert done.code == 0, done.err
    assert [clause["held"] for clause in done.json["clauses"]] == [60, 60]


def test_a_model_that_prints_does_not_spoil_the_answer_for_scripts(project) -> None:
    done = modelled(project, "print('working')\n    return predict(rows)")
    ran = done.shell("gate", "--json", "--quiet", "--executor", "inline")
    assert ran.code == 0
    assert ran.json["decision"] == "deploy"
