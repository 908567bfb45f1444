"""The cipher: the authors' order of codes, noise, decoding, capacity."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec.errors import InputError, SettingsError
from wordvec.trainers.bit_cipher.cipher import Cipher, label

GOLDEN = {
    3: "0 1 2 12 02 01 012",
    4: "0 1 2 3 23 13 03 12 02 01 013 023 123 012 0123",
    5: "0 1 2 3 4 34 24 14 04 23 13 03 12 02 01 014 024 124 034 134 234 013 023 123 012 0124 1234 0234 0134 0123 01234",
}
RANKS = [
    (25, 24, [24]),
    (25, 25, [23, 24]),
    (25, 26, [22, 24]),
    (25, 48, [0, 24]),
    (25, 49, [22, 23]),
    (25, 324, [0, 1]),
    (25, 325, [0, 1, 24]),
    (25, 2624, [0, 1, 2]),
    (25, 9999, [1, 15, 17, 20]),
    (100, 99, [99]),
    (100, 100, [98, 99]),
    (100, 5049, [0, 1]),
    (100, 5050, [0, 1, 99]),
    (100, 199_999, [24, 44, 59, 99]),
]
COUNTS = [6, 3, 2, 1, 1]


def falling(words: int) -> list[int]:
    return list(range(words, 0, -1))


def codes(cipher: Cipher) -> list[list[int]]:
    return [[int(bit) for bit in row if bit >= 0] for row in cipher.active]


@pytest.mark.parametrize("bits", GOLDEN)
def test_codes_are_the_authors(bits: int) -> None:
    expected = [[int(bit) for bit in code] for code in GOLDEN[bits].split()]
    assert codes(Cipher(falling(len(expected)), bits)) == expected


@pytest.mark.parametrize(("bits", "rank", "code"), RANKS)
def test_codes_of_high_ranks_are_the_authors(bits: int, rank: int, code: list[int]) -> None:
    cipher = Cipher(np.ones(rank + 1), bits)
    assert codes(cipher)[rank] == code
    assert cipher.lengths[rank] == len(code)


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 5, 6, 7, 8, 9])
def test_all_codes_are_those_of_the_search(bits: int) -> None:
    words = 2**bits - 1
    assert codes(Cipher(falling(words), bits)) == naive.cipher_codes(bits, words)


@given(st.integers(1, 60), st.integers(1, 3000))
def test_codes_differ_and_grow_longer_with_the_rank(bits: int, words: int) -> None:
    if words >= 2**bits:
        words = 2**bits - 1
    cipher = Cipher(falling(words), bits)
    assert len({tuple(code) for code in codes(cipher)}) == words
    assert (np.diff(cipher.lengths) >= 0).all()
    assert cipher.active.max() < bits
    assert ((cipher.active >= 0).sum(1) == cipher.lengths).all()


def test_levels_hold_as_many_words_as_there_are_codes() -> None:
    assert np.bincount(Cipher(np.ones(68_405), 25).lengths).tolist() == [0, 25, 300, 2_300, 12_650, 53_130]
    assert Cipher(np.ones(200_000), 100).active.shape[1] == 4


def test_as_many_bits_as_words_are_one_hot() -> None:
    assert np.array_equal(Cipher(falling(7), 7).matrix(), np.eye(7))


def test_noise_is_the_authors() -> None:
    cipher = Cipher(COUNTS, 3)
    assert cipher.noise() == pytest.approx([0.25, 0.3654, 0.3846], abs=5e-5)
    rare = cipher.matrix("nf")
    assert np.array_equal(rare[:3], np.eye(3))
    assert rare[3:] == pytest.approx(np.array([[0.125, 0.4327, 0.4423], [0.375, 0.1827, 0.4423]]), abs=5e-5)
    assert cipher.matrix("f")[:3] == pytest.approx(
        np.array([[0.8929, 0.0522, 0.0549], [0.0625, 0.8413, 0.0962], [0.0833, 0.1218, 0.7949]]), abs=6e-5
    )


def test_all_types_of_noise_are_as_defined_and_sum_to_one() -> None:
    cipher, documents = Cipher(COUNTS, 3), [4, 2, 2, 1, 1, 4]
    spread, rare = np.array([1, 0.5, 0.5, 0.25, 0.25]), np.array([1, 1, 1, 0.5, 0.5])
    often = np.array(COUNTS) / (np.array(COUNTS) + 1)
    expected = {
        "none": np.ones(5),
        "f": often,
        "nf": rare,
        "df": spread,
        "dfnf": np.sqrt(spread * rare),
        "all": np.cbrt(spread * rare * often),
    }
    for noise, beta in expected.items():
        assert cipher.beta(noise, documents) == pytest.approx(beta)
        made = cipher.matrix(noise, documents)
        assert made == pytest.approx(naive.cipher_noise(codes(cipher), COUNTS, 3, list(beta)))
        assert made.sum(1) == pytest.approx(np.ones(5))


def test_noise_of_documents_needs_them() -> None:
    with pytest.raises(SettingsError, match="noise df: needs the document frequencies of all words"):
        Cipher(COUNTS, 3).matrix("df")
    with pytest.raises(SettingsError, match="noise loud: choose one of none, f, nf, df, dfnf, all"):
        Cipher(COUNTS, 3).matrix("loud")


def test_a_word_s_own_vector_is_decoded_to_it() -> None:
    cipher = Cipher(falling(200), 8)
    assert cipher.decode(cipher.matrix()).tolist() == list(range(200))


def test_what_fits_several_words_is_decoded_to_the_most_frequent() -> None:
    assert Cipher(falling(7), 3).decode([[1, 0, 0], [0, 1, 1], [0, 0, 0]]).tolist() == [0, 3, 0]
    with pytest.raises(InputError, match=r"vectors of shape \(1, 2\): a cipher of 3 bits takes \(many, 3\)"):
        Cipher(falling(7), 3).decode([[1, 0]])


def test_too_few_bits_say_how_many_are_needed() -> None:
    assert len(Cipher(falling(7), 3)) == 7
    with pytest.raises(SettingsError, match="bits 3: makes 7 codes, too few for 8 words; at least 4 bits are needed"):
        Cipher(falling(8), 3)
    with pytest.raises(SettingsError, match="bits 0: must be at least 1"):
        Cipher(falling(8), 0)


def test_owners_of_a_bit_are_the_words_that_have_it() -> None:
    cipher = Cipher(falling(7), 3)
    assert cipher.owners(1).tolist() == [1, 3, 5, 6]
    assert label(cipher.active[6]) == "0 1 2"
    with pytest.raises(SettingsError, match="bit 3: must be from 0 to 2"):
        cipher.owners(3)
