from dataclasses import replace

from tests.reports import dossiers

from seatrial.records.finding import Finding
from seatrial.reports.findings import OWN, findings, unversioned

SIGN = Finding("vanishing", found=True, figure=0.9, limit=0.1, cases=16, said="Zero gradients.", answer="Estimated.")


def test_stages_of_one_scenario_are_one_finding() -> None:
    one = dossiers.rejected()
    first = one.clauses[0].tried[0]
    twice = replace(one.clauses[0], tried=(first, replace(first, adversary="evasion.pgd", broke=2)))
    found = findings(replace(one, clauses=(twice,)))
    assert [finding.rule for finding in found] == ["evasion/fgsm-linf"]
    assert "broke 176 (evasion.fgsm · Linf, eps 0.2: 174; evasion.pgd · Linf, eps 0.2: 2)" in found[0].says


def test_a_held_clause_is_no_finding_even_if_cases_broke() -> None:
    assert [one.clause.name for one in findings(dossiers.rejected())] == ["imperceptible-change"] * 3


def test_our_own_rules_are_all_reachable() -> None:
    clause = dossiers.rejected().clauses[0]
    bare = replace(clause, tried=(), wrong=0)
    made = [
        replace(bare, verdict="breached"),
        replace(bare, verdict="unproven"),
        replace(bare, verdict="untried"),
        replace(bare, wrong=3),
        replace(bare, verdict="held", weaker=True),
        replace(bare, verdict="held", masking=(SIGN,)),
    ]
    found = [one for each in made for one in findings(replace(dossiers.rejected(), clauses=(each,)))]
    assert {one.rule for one in found} == set(OWN)
    assert all(one.says.endswith(".") for one in found)


def test_a_version_is_cut_off() -> None:
    assert unversioned("evasion/pgd-linf@12") == "evasion/pgd-linf"


def test_a_masked_clause_that_held_is_a_warning_and_an_advisory_one_a_note() -> None:
    clause = replace(dossiers.rejected().clauses[0], verdict="held", tried=(), masking=(SIGN,))
    (one,) = findings(replace(dossiers.rejected(), clauses=(clause,)))
    assert (one.rule, one.level) == ("seatrial/masked", "warning")
    assert "vanishing: 0.9, counts above 0.1, 16 cases probed" in one.says
    (other,) = findings(replace(dossiers.rejected(), clauses=(replace(clause, advisory=True),)))
    assert other.level == "note"


def test_questions_that_found_nothing_are_no_finding() -> None:
    clause = replace(dossiers.rejected().clauses[0], verdict="held", tried=(), masking=(replace(SIGN, found=False),))
    assert findings(replace(dossiers.rejected(), clauses=(clause,))) == ()
