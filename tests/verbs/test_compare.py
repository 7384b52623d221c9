"""Two decisions side by side: figures with known intervals, and logs with known outcomes."""

from dataclasses import replace

import pytest
from tests.reports import dossiers

from seatrial.catalog.file import load
from seatrial.decision import judge
from seatrial.reports.reporter import Tried
from seatrial.testing.gating import Asked, System, evenly, log_in
from seatrial.verbs.compare import Side, compared
from seatrial.verbs.dossier import dossier, gathered, side


def given(counts, *, limit=0.6, attempt=1, decision="hold", **changed):
    """A side with one clause of so many cases, held, unknown and wrong."""
    clause = replace(dossiers.clause("change", "", limit, counts, attempt), **changed)
    return Side("a", dossiers.dossier(decision, "", (clause,), attempt))


def only(comparison):
    (one,) = comparison.clauses
    return one


def test_a_rate_that_left_its_interval_is_more_than_chance() -> None:
    one = only(compared(given((900, 100, 0, 0)), given((900, 681, 0, 0), attempt=2)))
    assert (one.change, one.before.verdict, one.after.verdict) == ("better", "breached", "held")
    assert one.said == ("the intervals lie apart: more than chance",)
    assert (one.before.measured, one.after.measured) == ("11.1 %", "75.7 %")


def test_overlapping_intervals_are_never_called_better_or_worse() -> None:
    one = only(compared(given((100, 60, 0, 0)), given((100, 66, 0, 0))))
    assert one.before.verdict == one.after.verdict == "unproven"
    assert (one.change, one.said) == ("same", ("the intervals overlap: chance alone may do this",))


def test_a_verdict_that_fell_is_worse_even_where_chance_may_have_done_it() -> None:
    one = only(compared(given((400, 265, 0, 0)), given((400, 250, 0, 0))))
    assert (one.before.verdict, one.after.verdict) == ("held", "unproven")
    assert (one.change, one.said) == ("worse", ("the intervals overlap: chance alone may do this",))


def test_where_less_is_better_lower_is_better() -> None:
    changed = {"require": "mean(score) <= 0.5 at 95%", "side": "<=", "verdict": "unproven"}
    before = given((400, 300, 0, 0), low=0.7, high=0.8, **changed)
    after = given((400, 200, 0, 0), low=0.4, high=0.6, **changed)
    assert only(compared(before, after)).change == "better"
    assert only(compared(after, before)).change == "worse"


def test_equal_counts_tested_more_strictly_say_so() -> None:
    one = only(compared(given((400, 265, 0, 0)), given((400, 265, 0, 0), attempt=5)))
    assert (one.before.verdict, one.after.verdict) == ("held", "unproven")
    assert one.said == ("the counts are the same, tested at 99.83 % instead of 97.5 %",)


def test_another_attack_makes_the_figures_incomparable() -> None:
    fgsm, pgd = (Tried("evasion/x@1", "", name, "linf ball, eps 0.1", 0) for name in ("evasion.fgsm", "evasion.pgd"))
    one = only(compared(given((900, 100, 0, 0), tried=(fgsm,)), given((900, 300, 0, 0), tried=(pgd,))))
    assert one.change == "same"
    told = "tries evasion.pgd (linf ball, eps 0.1) and no longer evasion.fgsm (linf ball, eps 0.1)"
    assert one.said == (f"{told}, so the figures are not of one kind",)


def test_what_is_asked_otherwise_is_said() -> None:
    one = only(compared(given((900, 500, 0, 0)), given((900, 500, 0, 0), limit=0.5, severity="minor", waived=True)))
    assert one.said == (
        "asks held_rate >= 0.50 at 95%, before held_rate >= 0.60 at 95%",
        "is minor, was critical",
        "is waived now",
    )


def test_an_untried_clause_has_no_figures() -> None:
    one = only(compared(given((900, 500, 0, 0)), given((900, 0, 900, 0), verdict="untried")))
    assert (one.change, one.after.measured, one.after.interval, one.after.low) == ("same", "", "", None)


def test_clauses_come_worst_first_and_new_and_gone_ones_are_named() -> None:
    clause = dossiers.clause
    before = [clause("kept", "", 0.6, (400, 390, 0, 0)), clause("left", "", 0.6, (400, 390, 0, 0))]
    before.append(clause("fell", "", 0.6, (400, 390, 0, 0)))
    after = [clause("kept", "", 0.6, (400, 390, 0, 0)), clause("come", "", 0.6, (400, 390, 0, 0))]
    after.append(clause("fell", "", 0.6, (400, 10, 0, 0)))
    found = compared(
        Side("a", dossiers.dossier("deploy", "", tuple(before))),
        Side("b", dossiers.dossier("reject", "", tuple(after))),
    )
    assert [(one.name, one.change) for one in found.clauses] == [
        ("fell", "worse"),
        ("left", "gone"),
        ("come", "new"),
        ("kept", "same"),
    ]
    assert found.sentence == (
        "Deploy became reject: fell is worse; come is new; left is no longer asked. "
        "The same model, other clauses, the same catalog."
    )
    assert found.common is None


def test_digests_and_environment_name_what_differs_worst_first() -> None:
    before, after = given((400, 300, 0, 0)), given((400, 300, 0, 0))
    other = {**after.dossier.digests, "model": "sha256:0", "slice": "sha256:1"}
    drifted = {**after.dossier.environment, "os": "another", "cpu.flags": "avx512f"}
    changed = replace(after, dossier=replace(after.dossier, digests=other, environment=drifted))
    found = compared(before, changed)
    assert list(found.digests) == ["model"]
    assert [one.name for one in found.environment] == ["cpu.flags", "os"]
    assert found.sentence.endswith("Another model, the same clauses, the same catalog.")


@pytest.fixture
def gated(tmp_path):
    """Gates a model whose cases hold by a rule, and returns the entry of the decision."""
    system = System(clauses={"change": Asked()}, cases=400, take=60, reuse=True)
    log = log_in(tmp_path / "log")

    def gate(model, held, *, release="1"):
        result = system.gate(log, model, held, release=release)
        judged_by = {**system.charter(release).text, "target": {}, "cases": {"reuse": "declared"}}
        return judge.record(log, result, judged_by, now=0)

    return log, gate


def test_cases_in_common_are_counted_case_by_case(gated) -> None:
    log, gate = gated
    entries = [gate("one", lambda _, case: case[0] % 2 == 0), gate("two", lambda _, case: case[0] % 4 == 0)]
    sides = [side(gathered(log, seq), dossier(log, seq, load(None))) for seq in entries]
    one = only(compared(*sides))
    cases = [one.outcomes["change"] for one in sides]
    both = cases[0].keys() & cases[1].keys()
    assert len(cases[0]) == len(cases[1]) == 60
    assert (one.common, one.won) == (len(both), 0)
    assert one.lost == sum(case[0] % 4 == 2 for case in both)
    assert compared(*sides).common == len(both)


def test_a_decision_compared_with_itself_changed_nothing(gated) -> None:
    log, gate = gated
    seq = gate("one", evenly({"change": 0.7}))
    same = side(gathered(log, seq), dossier(log, seq, load(None)))
    found = compared(same, same)
    assert only(found).said == ("on the 60 cases in common every outcome is the same",)
    assert (found.digests, found.environment, found.common) == ({}, (), 60)
    assert found.sentence == (
        "Still hold: no clause came out otherwise than chance may do. "
        "The same model, the same clauses, the same catalog."
    )
