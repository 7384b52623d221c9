from tests.controls.probation import shares

from seatrial.controls.privacy.membership import CASES, MembershipControl


def test_the_memoriser_is_found_and_the_prior_is_a_coin() -> None:
    flaw, twin = shares("privacy.membership")
    assert flaw >= 0.95
    assert abs(twin - 0.5) < 0.1


def test_half_are_members_and_no_two_rows_are_one_case() -> None:
    cases = MembershipControl().flaw().cases.take(0, CASES)
    assert cases.sealed.sum() == CASES / 2
    assert len(set(cases.ids)) == CASES
