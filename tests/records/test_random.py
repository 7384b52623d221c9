import hashlib

import numpy as np
import pytest
import torch

from seatrial.records.random import Random, philox

# philox4x32 10, from the kat_vectors of Random123: counter, key, words.
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]
IDS = tuple(bytes([i]) * 32 for i in range(7))
RANDOM = Random(b"s" * 32, IDS)
NUMPY, TORCH = np.zeros(1, dtype=np.float32), torch.zeros(1)


def words(text: str) -> list[int]:
    return [int(word, 16) for word in text.split()]


@pytest.mark.parametrize("library", [np.asarray, torch.tensor])
@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_known_answers_of_random123(library, counter, key, expected):
    def column(text):
        return tuple(library([word]) for word in words(text))

    assert [int(word[0]) for word in philox(column(counter), column(key))] == words(expected)


def test_a_key_is_the_start_of_the_hash_of_seed_case_and_purpose():
    expected = hashlib.sha256(b"s" * 32 + IDS[2] + b"noise").digest()[:8]
    assert int(RANDOM.keys("noise")[2]) == int.from_bytes(expected, "little", signed=True)


def test_the_first_words_are_philox_at_counter_zero():
    key = int(RANDOM.keys("noise")[0]) % 2**64
    parts = [np.asarray([word]) for word in (0, 0, 0, 0, key % 2**32, key >> 32)]
    expected = [int(word[0]) for word in philox(tuple(parts[:4]), tuple(parts[4:]))]
    assert RANDOM.words("noise", (4,), NUMPY)[0].tolist() == expected


@pytest.mark.parametrize("name", ["uniform", "signs", "normal"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numpy_and_torch_give_equal_bytes(name, dtype):
    ours = getattr(RANDOM, name)("p", (3, 5), np.zeros(1, dtype=dtype))
    theirs = getattr(RANDOM, name)("p", (3, 5), torch.zeros(1, dtype=getattr(torch, dtype)))
    assert ours.dtype == dtype
    assert theirs.dtype == getattr(torch, dtype)
    assert ours.shape == (7, 3, 5)
    assert ours.tobytes() == theirs.numpy().tobytes()


def test_integers_agree_and_reach_both_ends():
    ours, theirs = RANDOM.integers("w", 5, (400,), NUMPY), RANDOM.integers("w", 5, (400,), TORCH)
    assert ours.tobytes() == theirs.numpy().tobytes()
    assert sorted(set(ours.ravel().tolist())) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("start", [0, 1, 2, 3, 4, 9, 2**34 + 3])
def test_start_is_a_position_in_the_stream(start):
    far = RANDOM.words("p", (12,), NUMPY, start=start - start % 4)
    assert (RANDOM.words("p", (5,), NUMPY, start=start) == far[:, start % 4 : start % 4 + 5]).all()
    assert (
        RANDOM.normal("p", (5,), NUMPY, start=start) == RANDOM.normal("p", (9,), NUMPY, start=start - 2)[:, 2:7]
    ).all()


def test_positions_beyond_32_bits_are_other_numbers():
    assert (RANDOM.words("p", (4,), NUMPY) != RANDOM.words("p", (4,), NUMPY, start=2**34)).all()


@pytest.mark.parametrize("warm", [False, True])
def test_a_case_draws_the_same_in_any_company(warm):
    random = Random(b"s" * 32, IDS)
    if warm:
        random.keys("p")
    whole = RANDOM.uniform("p", (6,), NUMPY)
    assert (random.at([5, 0]).uniform("p", (6,), NUMPY) == whole[[5, 0]]).all()
    assert (random.at(np.asarray([0, 1, 0, 0, 0, 0, 1], dtype=bool)).uniform("p", (6,), NUMPY) == whole[[1, 6]]).all()
    assert (random.at(torch.tensor([3])).at([0]).uniform("p", (6,), NUMPY) == whole[[3]]).all()
    assert random.at([]).uniform("p", (6,), NUMPY).shape == (0, 6)


def test_seed_case_and_purpose_each_change_everything():
    base = RANDOM.words("p", (50,), NUMPY)
    assert (base != Random(b"t" * 32, IDS).words("p", (50,), NUMPY)).all()
    assert (base != RANDOM.words("q", (50,), NUMPY)).all()
    assert (base[0] != base[1]).all()


def test_the_distributions_are_what_they_say():
    random = Random(b"d" * 32, tuple(i.to_bytes(32, "big") for i in range(200)))
    uniform, signs = random.uniform("u", (500,), np.zeros(1)), random.signs("s", (500,), np.zeros(1))
    normal = random.normal("n", (500,), np.zeros(1))
    assert 0 <= uniform.min() < 1e-3
    assert 1 - 1e-3 < uniform.max() < 1
    assert abs(uniform.mean() - 0.5) < 0.004
    assert abs(signs.mean()) < 0.014
    assert set(np.unique(signs)) == {-1.0, 1.0}
    assert abs(normal.mean()) < 0.014
    assert abs(normal.std() - 1) < 0.01
    assert abs((normal**4).mean() - 3) < 0.15


def test_bells_are_normal_in_256_levels_and_start_anywhere() -> None:
    random = Random(b"s" * 32, (b"a" * 32, b"b" * 32))
    drawn = random.bell("p", (3, 20_001), np.zeros(1))
    assert drawn.shape == (2, 3, 20_001)
    assert abs(drawn.mean()) < 0.01
    assert drawn.var() == pytest.approx(1, rel=0.01)
    assert (drawn**4).mean() == pytest.approx(3, rel=0.05)
    assert len(np.unique(drawn)) == 256
    assert abs(np.corrcoef(drawn[0, 0, :-1], drawn[0, 0, 1:])[0, 1]) < 0.03
    whole = random.bell("p", (100,), np.zeros(1))
    for start in (0, 1, 2, 3, 4, 37):
        assert (random.bell("p", (9,), np.zeros(1), start=start) == whole[:, start : start + 9]).all()
    assert (random.at([1]).bell("p", (100,), np.zeros(1)) == whole[1]).all()
    assert random.bell("p", (0,), np.zeros(1)).shape == (2, 0)
    single = random.bell("p", (5, 7), np.zeros(1, dtype=np.float32))
    assert single.dtype == np.float32
    assert single.tobytes() == random.bell("p", (5, 7), torch.zeros(1)).numpy().tobytes()


@pytest.mark.parametrize("bits", [16, 32])
def test_raw_numbers_are_the_words_of_numpys_philox_at_the_key_of_the_case(bits) -> None:
    random = Random(b"s" * 32, (b"a" * 32, b"b" * 32))
    drawn = random.raw("p", bits, (3, 7))
    assert drawn.shape == (2, 3, 7)
    assert drawn.dtype == np.dtype(f"u{bits // 8}")
    for case, key in enumerate(random.keys("p")):
        words = np.random.Philox(key=int(key) % 2**64).random_raw(11).tolist()
        cut = [word >> step & (2**bits - 1) for word in words for step in range(0, 64, bits)]
        assert drawn[case].reshape(-1).tolist() == cut[:21]
    assert (random.at([1]).raw("p", bits, (3, 7)) == drawn[1]).all()
    assert random.raw("p", bits, (0,)).shape == (2, 0)


def test_grains_are_normal() -> None:
    drawn = Random(b"s" * 32, (b"a" * 32, b"b" * 32)).grain("p", (3, 50_001))
    assert drawn.dtype == np.float32
    assert abs(drawn.mean()) < 0.006
    assert drawn.var() == pytest.approx(1, rel=0.01)
    assert (drawn**4).mean() == pytest.approx(3, rel=0.03)
    assert 3.9 < np.abs(drawn).max() < 4.4
    assert abs(np.corrcoef(drawn[0, 0, :-1], drawn[0, 0, 1:])[0, 1]) < 0.01


def test_flips_are_fair_signs_and_start_anywhere() -> None:
    random = Random(b"s" * 32, (b"a" * 32, b"b" * 32))
    drawn = random.flips("p", (3, 20_001), np.zeros(1))
    assert drawn.shape == (2, 3, 20_001)
    assert set(np.unique(drawn)) == {-1.0, 1.0}
    assert abs(drawn.mean()) < 0.01
    for lag in (1, 7, 8, 32):
        assert abs((drawn[..., lag:] * drawn[..., :-lag]).mean()) < 0.015
    whole = random.flips("p", (300,), np.zeros(1))
    for start in (0, 1, 5, 8, 31, 32, 33, 100):
        assert (random.flips("p", (70,), np.zeros(1), start=start) == whole[:, start : start + 70]).all()
    assert (random.at([1]).flips("p", (300,), np.zeros(1)) == whole[1]).all()
    tensors = random.flips("p", (9, 4), torch.zeros(1))
    assert tensors.dtype == torch.float32
    assert (tensors.numpy() == random.flips("p", (9, 4), np.zeros(1))).all()
