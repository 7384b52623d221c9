"""The split goes by the digest of a case alone, so neither seed nor growth moves anybody."""

from hashlib import sha256

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seatrial.harden.batches.split import LABEL, digest_of, is_kept, kept_of, missing, parted
from seatrial.records.batch import Batch
from seatrial.records.digest import column_digests

IDS = [sha256(bytes([at // 256, at % 256])).digest() for at in range(4000)]


def test_about_the_wanted_share_is_kept() -> None:
    assert 0.08 < kept_of(IDS, 0.1).mean() < 0.12
    assert not kept_of(IDS, 0.0).any()


def test_it_is_the_rule_that_is_written_down() -> None:
    number = int.from_bytes(sha256(LABEL + IDS[5]).digest()[:8], "big")
    assert is_kept(IDS[5], (number + 2**12) / 2**64) is True
    assert is_kept(IDS[5], (number - 2**12) / 2**64) is False


@given(st.permutations(range(30)), st.integers(1, 29))
def test_order_and_company_move_nobody(order, size) -> None:
    whole = dict(zip(IDS[:30], kept_of(IDS[:30], 0.3).tolist(), strict=True))
    some = [IDS[at] for at in order[:size]]
    assert kept_of(some, 0.3).tolist() == [whole[case] for case in some]


def test_a_larger_share_keeps_all_that_a_smaller_one_kept() -> None:
    few, many = kept_of(IDS, 0.1), kept_of(IDS, 0.2)
    assert not (few & ~many).any()


def test_the_digest_of_a_set_does_not_know_its_order() -> None:
    assert digest_of(IDS) == digest_of(IDS[::-1])
    assert digest_of(IDS) != digest_of(IDS[1:])


def test_a_class_that_one_side_lacks_is_named() -> None:
    labels, kept = np.array([0, 0, 1, 1, 2, 2]), np.array([True, False, True, True, False, False])
    said = [str(one) for one in missing(labels, kept, 3)]
    assert len(said) == 2
    assert "no case learned from of class 1" in said[0]
    assert "no case kept for choosing of class 2" in said[1]
    assert "forgets" in str(missing(labels, kept, 4)[0])
    assert missing(labels[:2], kept[:2], None) == []


def batch(labels, *, groups=None, first=0) -> Batch:
    column = np.arange(first, first + len(labels), dtype=np.float32)[:, None]
    return Batch(column_digests(column), column, np.asarray(labels), None if groups is None else np.asarray(groups))


def test_cases_that_belong_together_are_never_torn() -> None:
    chance = np.random.default_rng(1)
    whole = batch(chance.integers(0, 2, 600), groups=chance.integers(0, 90, 600))
    kept, alone = parted(whole, 0.2, unit="patient"), parted(whole, 0.2)
    assert 0.1 < kept.mean() < 0.3
    assert not set(whole.groups[kept]) & set(whole.groups[~kept])
    assert set(whole.groups[alone]) & set(whole.groups[~alone])


def test_a_unit_goes_where_its_name_says_whoever_else_is_there() -> None:
    texts = [f"patient {at % 40}" for at in range(200)]
    whole = batch(np.arange(200) // 40 % 2, groups=texts)
    kept = parted(whole, 0.3, unit="patient")
    some = np.flatnonzero(np.arange(200) % 40 < 25)
    assert parted(whole.take(some), 0.3, unit="patient").tolist() == kept[some].tolist()


@given(st.integers(2, 12), st.integers(0, 200), st.sampled_from([0.01, 0.1, 0.4]))
def test_a_rare_class_is_kept_too_and_growth_makes_nobody_that_was_learned_from_a_case_for_choosing(
    rare, more, share
) -> None:
    small = batch([1] * rare + [0] * 60)
    large = batch([1] * rare + [0] * 60 + [1, 0] * more)
    before, after = parted(small, share), parted(large, share)
    assert (small.labels[before] == 1).any()
    learned = {case for case, one in zip(small.ids, before, strict=True) if not one}
    assert not learned & {case for case, one in zip(large.ids, after, strict=True) if one}


def test_the_only_case_of_a_class_is_learned_from() -> None:
    lone = batch([0] * 50 + [1])
    kept = parted(lone, 0.01)
    assert not kept[50]
    assert "kept for choosing of class 1" in str(missing(lone.labels, kept, None)[0])


def test_equal_inputs_are_one_case_even_where_a_class_would_lack_one() -> None:
    twice = Batch(column_digests(np.zeros((9, 1))), np.zeros((9, 1)), np.array([0] * 8 + [1]))
    assert len(set(parted(twice, 0.2).tolist())) == 1
