"""From a charter to a plan, with the packaged catalog and real targets."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from seatrial import plugins
from seatrial.catalog.file import load
from seatrial.charter.file import read
from seatrial.charter.steps import Step
from seatrial.errors import PlanError
from seatrial.plan.compile import SHARD, compile_plan
from seatrial.plan.plan import plan_from
from seatrial.plan.subject import Subject
from seatrial.proof import rules
from seatrial.proof.canonical import digest
from seatrial.records.batch import Array, Talks
from seatrial.records.digest import column_digests
from seatrial.records.threat import Ball, Untouched
from seatrial.targets.target import Face
from seatrial.testing.victims import linear

CHARTER = """
charter: 1
system: {{name: reader, release: "1", owner: us}}
target: {{kind: torch, load: "m:build", weights: w.safetensors, input: {{shape: [1, 8, 8], range: [0, 1]}}}}
cases: {{kind: npz, path: cases.npz, gate: 50%, per_attempt: {take}, rehearsal: 10%{more}}}
clauses:
{clauses}
"""

ROBUST = """
  robust:
    because: nobody may change the answer
    scenarios: [{use: evasion/pgd-linf, eps: 0.1}]
    require: held_rate >= 0.6 at 95%
    severity: critical
    otherwise: training.pgd
"""
CLEAN = """
  clean:
    because: the job
    scenarios: [baseline/clean]
    require: held_rate >= 0.9 at 95%
"""
IDS = column_digests(np.arange(1000, dtype=np.float64)[:, None])
MODEL = digest(b"model")


@dataclass(frozen=True)
class Plain:
    """A target with no capability but to answer."""

    face: Face

    def respond(self, inputs: Any, /) -> Any:
        return inputs


def charter_of(clauses: str = ROBUST + CLEAN, *, take: int = 100, more: str = ""):
    return read(CHARTER.format(clauses=clauses, take=take, more=more).encode())


def subject(target: Any = None, *, members: tuple[bytes, ...] = ()) -> Subject:
    return Subject(target or linear((1, 8, 8)), MODEL, rules.pool_blob(IDS, 500, 100), members)


def compiled(charter, **change):
    attempt = change.pop("attempt", 1)
    return compile_plan(charter, load(), subject(**change), attempt=attempt)


def test_every_default_is_resolved() -> None:
    charter = charter_of()
    plan = compiled(charter).plan
    robust, clean = plan.clauses
    (trying,) = robust.tries
    assert trying.scenario.startswith("evasion/pgd-linf@")
    assert trying.threat == Ball("linf", 0.1, 0.0, 1.0)
    assert trying.parameters["eps"] == 0.1
    assert set(trying.stages[0].tactics) == {"steps", "step", "restarts", "random_start", "loss"}
    assert (trying.oracle, trying.settings, trying.presentations) == ("same_label", {"refusal_holds": True}, 1)
    assert clean.tries[0].threat == Untouched()
    assert (robust.count, robust.members, robust.shard) == (100, 0, SHARD)
    assert (plan.model, plan.charter, plan.take) == (MODEL, charter.digest, 100)
    assert (robust.severity, robust.otherwise) == ("critical", (Step("harden", "training.pgd"),))


def test_a_plan_names_the_controls_of_its_adversaries() -> None:
    plan = compiled(charter_of()).plan
    (stage,) = plan.promise("robust").tries[0].stages
    assert stage.controls == tuple(sorted(plugins.find("adversaries", stage.adversary).controls)) != ()
    assert plan_from(plan.blob).promise("robust").tries[0].stages == (stage,)
    named = rules.controls_of(plan.to_json()["clauses"]["robust"])
    assert all(f": {stage.adversary} " in name for name in named)
    assert len(named) == len(stage.controls)


def test_the_threat_has_the_bounds_of_the_target() -> None:
    target = Plain(Face(Array, "logits", (1, 8, 8), -1.0, 3.0, 3))
    clause = ROBUST.replace("{use: evasion/pgd-linf, eps: 0.1}", "{use: evasion/square-linf, eps: 0.1}")
    threat = compiled(charter_of(clause), target=target).plan.clauses[0].tries[0].threat
    assert (threat.low, threat.high) == (-1.0, 3.0)


def test_a_target_without_a_range_is_refused_where_the_range_matters() -> None:
    open_ended = replace(linear((1, 8, 8)).face, low=None, high=None)
    plain = Plain(open_ended)
    compiled(charter_of(CLEAN), target=plain)
    clause = ROBUST.replace("{use: evasion/pgd-linf, eps: 0.1}", "{use: evasion/square-linf, eps: 0.1}")
    with pytest.raises(PlanError, match=r"target\.input\.range"):
        compiled(charter_of(clause), target=plain)


def test_the_blobs_are_those_that_the_plan_names() -> None:
    charter = charter_of()
    made = compiled(charter)
    assert {made.plan.charter, made.plan.pool, made.plan.digest} == set(made.blobs)
    assert all(digest(data) == name for name, data in made.blobs.items())
    assert plan_from(made.plan.blob).digest == made.plan.digest


def test_what_only_judges_is_not_part_of_the_trial() -> None:
    first = compiled(charter_of()).plan
    judged = compiled(charter_of(ROBUST.replace("0.6 at", "0.5 at").replace("critical", "minor") + CLEAN)).plan
    stronger = compiled(charter_of(ROBUST.replace("eps: 0.1", "eps: 0.2") + CLEAN)).plan
    more = compiled(charter_of(take=101)).plan
    assert first.trial == judged.trial
    assert first.digest != judged.digest
    assert len({first.trial, stronger.trial, more.trial}) == 3


def test_other_labels_are_another_trial() -> None:
    known = replace(subject(), truth=digest(b"labels"))
    first, other = (compile_plan(charter_of(), load(), one).plan for one in (known, replace(known, truth=digest(b""))))
    assert first.truth == digest(b"labels")
    assert plan_from(first.blob).truth == first.truth
    assert first.trial != other.trial


def test_plugins_are_named_with_their_origin() -> None:
    code = compiled(charter_of()).plan.code
    wanted = {
        "adversaries.evasion.pgd",
        "adversaries.evasion.clean",
        "oracles.same_label",
        "targets.torch",
        "cases.npz",
    }
    assert wanted <= set(code)
    assert "controls.evasion.linear" in code
    assert all(origin.startswith("seatrial ") for origin in code.values())


def test_all_misfits_come_at_once() -> None:
    clauses = ROBUST + CLEAN.replace("baseline/clean", "redteam/system-prompt-leak")
    with pytest.raises(PlanError) as caught:
        compiled(charter_of(clauses, take=900), target=Plain(linear((1, 8, 8)).face))
    told = str(caught.value)
    assert "Differentiable" in told
    assert "plays with Talks" in told
    assert "an attempt opens 900 gate cases" in told


def test_a_criterion_out_of_reach_is_refused_with_what_it_needs() -> None:
    clause = CLEAN.replace("0.9 at", "0.99 at")
    with pytest.raises(PlanError, match="needs 368 cases at attempt 1"):
        compiled(charter_of(clause, take=100))
    compiled(charter_of(clause, take=368))
    with pytest.raises(PlanError, match="needs 477 cases at attempt 2"):
        compiled(charter_of(clause, take=368), attempt=2)
    compiled(charter_of(clause.rstrip() + "\n    advisory: true\n" + ROBUST, take=100))


def test_no_number_is_all_gate_cases() -> None:
    gate = len(rules.gate_cases(rules.pool_blob(IDS, 500, 100)))
    plan = compiled(charter_of(take=0)).plan
    assert plan.take == gate == plan.clauses[0].count


MEMBERSHIP = """
  private:
    because: nobody may learn who was in the training data
    scenarios: [privacy/membership]
    require: held_rate >= 0.3 at 95%
"""


def test_a_population_probe_gets_one_shard_half_of_it_members() -> None:
    others = column_digests(np.arange(5000, 5060, dtype=np.float64)[:, None])
    charter = charter_of(MEMBERSHIP, more=", members: {kind: npz, path: train.npz}")
    made = compiled(charter, members=others)
    (clause,) = made.plan.clauses
    assert (clause.count, clause.members, clause.shard) == (60, 60, 0)
    assert made.blobs[made.plan.members] == b"".join(sorted(others))


def test_members_that_judge_are_left_out() -> None:
    charter = charter_of(MEMBERSHIP, more=", members: {kind: npz, path: train.npz}")
    made = compiled(charter, members=IDS)
    lent = made.blobs[made.plan.members]
    drawn = {lent[i : i + 32] for i in range(0, len(lent), 32)}
    assert drawn == {case for case in IDS if rules.pool_of(case, 500, 100) == "training"}


def test_a_membership_probe_without_members_is_refused() -> None:
    with pytest.raises(PlanError, match="none are named"):
        compiled(charter_of(MEMBERSHIP))


def test_a_sampled_target_is_presented_as_often_as_the_scenario_says() -> None:
    face = Face(Talks, "talk", sampled=True)
    clause = ROBUST.replace("[{use: evasion/pgd-linf, eps: 0.1}]", "[redteam/system-prompt-leak]")
    plan = compiled(charter_of(clause), target=Plain(face)).plan
    wanted = load().get("redteam/system-prompt-leak").presentations
    assert plan.clauses[0].tries[0].presentations == wanted
    once = compiled(charter_of(clause), target=Plain(replace(face, sampled=False))).plan
    assert once.clauses[0].tries[0].presentations == 1


TRANSFER = """
  borrowed:
    because: what deceives a model like ours must not deceive ours
    scenarios: [{threat: {kind: ball, norm: linf, eps: 0.1, queries: 20}, against: [evasion.transfer]}]
    require: held_rate >= 0.6 at 95%
"""
SURROGATES = "surrogates: {near: {kind: built, load: 'near:target'}}\nclauses:\n"


def test_surrogates_stand_in_the_plan_with_their_identity_and_make_another_trial() -> None:
    text = CHARTER.format(clauses=TRANSFER, take=100, more="")
    with_one = read(text.replace("clauses:\n", SURROGATES).encode())
    plans = [
        compile_plan(with_one, load(), replace(subject(), surrogates={"near": digest(seen)})).plan
        for seen in (b"one", b"other")
    ]
    assert plans[0].surrogates == {"near": {"target": with_one.surrogates["near"], "model": digest(b"one")}}
    assert plan_from(plans[0].blob) == plans[0]
    assert plans[0].trial != plans[1].trial
    assert plans[0].code["targets.built"].startswith("seatrial ")


def test_an_adversary_that_needs_other_models_is_refused_without_them() -> None:
    with pytest.raises(PlanError) as caught:
        compiled(charter_of(TRANSFER))
    assert "clauses.borrowed: evasion.transfer: works on other models" in str(caught.value)
    assert "surrogates:" in str(caught.value)


def test_a_plan_without_surrogates_says_nothing_of_them() -> None:
    assert "surrogates" not in compiled(charter_of()).plan.to_json()
