"""The split goes by the digest of a case alone, so neither seed nor growth moves anybody."""

from hashlib import sha256

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seatrial.harden.split import LABEL, digest_of, is_kept, kept_of, missing

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
