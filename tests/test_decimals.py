import os
import subprocess
import sys

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wordvec.formats.word2vec_text import nearest_float32
from wordvec.kernels.decimal_parsing import parse_rows
from wordvec.kernels.decimals import LONGEST_NUMBER, format_rows

LARGEST = np.float32(3.4028235e38)
any_float32 = st.integers(0, 2**32 - 1).map(lambda bits: np.uint32(bits).view(np.float32)).filter(np.isfinite)


def written(numbers: NDArray[np.float32]) -> list[str]:
    out = np.empty(2 + LONGEST_NUMBER * numbers.size, np.uint8)
    end = format_rows(numbers.reshape(1, -1).view(np.int32), np.frombuffer(b"w\n", np.uint8), out)
    assert 0 < end <= out.size
    word, *fields = out[:end].tobytes().decode().removesuffix("\n").split(" ")
    assert word == "w"
    return fields


def read(*fields: str) -> NDArray[np.float32] | None:
    """Return the numbers that the kernel parses from a line, NaN where it is undecided; None if it rejects the line."""
    text = np.frombuffer(f"w {' '.join(fields)}\n".encode(), np.uint8)
    numbers = np.zeros((1, len(fields)), np.float32)
    rows, _, undecided = parse_rows(text, numbers, np.empty(len(text), np.uint8))
    assert rows == 0 or undecided == np.isnan(numbers).sum()
    return numbers[0] if rows else None


def decided(fields: list[str]) -> NDArray[np.float32]:
    numbers = read(*fields)
    assert numbers is not None
    for i in np.flatnonzero(np.isnan(numbers)):
        numbers[i] = nearest_float32(fields[i])
    return numbers


def bits_of(numbers: NDArray[np.float32]) -> list[int]:
    return [int(number) for number in numbers.view(np.uint32)]


def hard_numbers() -> NDArray[np.float32]:
    """Powers of two with both neighbours, subnormals, powers of ten, whole numbers, and their negatives."""
    powers = (np.arange(255, dtype=np.uint32) << 23).view(np.float32)
    tens = np.array([float(f"1e{power}") for power in range(-45, 39)], np.float32)
    whole = np.array([2.0**24 - 1, 2.0**24, 2.0**24 + 2, 123456789, 9999999, 1e9, 33554432], np.float32)
    bits = np.concatenate([powers, tens, whole, np.arange(300, dtype=np.uint32).view(np.float32)]).view(np.uint32)
    bits = np.unique(np.concatenate([bits, bits + 1, np.maximum(bits, 1) - 1, [0x7F7FFFFF, 0x007FFFFF]]))
    numbers: NDArray[np.float32] = bits.astype(np.uint32).view(np.float32)
    numbers = numbers[np.isfinite(numbers)]
    return np.concatenate([numbers, -numbers])


def random_numbers() -> NDArray[np.float32]:
    """Bit patterns, vectors' components, and short decimals."""
    stream = np.random.default_rng(1)
    patterns = stream.integers(0, 2**32, 20_000, np.uint64).astype(np.uint32).view(np.float32)
    components = stream.normal(0, 0.3, 20_000).astype(np.float32)
    short = (stream.integers(-9999, 9999, 5_000) / 10.0 ** stream.integers(0, 9, 5_000)).astype(np.float32)
    numbers: NDArray[np.float32] = np.concatenate([patterns, components, short])
    return numbers[np.isfinite(numbers)]


class TestWriting:
    def test_digits_are_those_of_numpy(self) -> None:
        numbers = np.concatenate([hard_numbers(), random_numbers()])
        expected = []
        for number in numbers:
            if number == 0 or np.float32(1e-4) <= abs(number) < 1e16:
                expected.append(np.format_float_positional(number, trim="0"))
            else:
                expected.append(np.format_float_scientific(number, trim="-", exp_digits=2))
        assert written(numbers) == expected

    @given(any_float32)
    def test_every_number_is_its_shortest_decimal(self, number: np.float32) -> None:
        assert written(np.array([number])) == [naive.shortest_decimal(number)]

    @pytest.mark.parametrize(
        ("number", "text"),
        [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-12.5, "-12.5"),
            (0.1, "0.1"),
            (1e-4, "0.0001"),
            (9.999e-5, "9.999e-05"),
            (1e-5, "1e-05"),
            (1e-45, "1e-45"),
            (-9999999198527488.0, "-9999999000000000.0"),
            (1e16, "1e+16"),
            (3.4028235e38, "3.4028235e+38"),
            (16777216.0, "16777216.0"),
        ],
    )
    def test_notation(self, number: float, text: str) -> None:
        assert written(np.array([number], np.float32)) == [text]

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    def test_the_row_of_a_number_that_is_not_finite_is_given(self, bad: float) -> None:
        numbers = np.ones((4, 3), np.float32)
        numbers[2, 1] = bad
        out = np.empty(400, np.uint8)
        assert format_rows(numbers.view(np.int32), np.frombuffer(b"a\nb\nc\nd\n", np.uint8), out) == -3


class TestReading:
    def test_what_was_written_has_the_same_bits(self) -> None:
        numbers = np.concatenate([hard_numbers(), random_numbers()])
        assert bits_of(decided(written(numbers))) == bits_of(numbers)

    @given(st.from_regex(r"[+-]?([0-9]{1,25}\.?[0-9]{0,25}|\.[0-9]{1,25})([eE][+-]?[0-9]{1,2})?", fullmatch=True))
    def test_a_decimal_is_rounded_once_to_the_nearest_float32(self, text: str) -> None:
        exact = naive.nearest_float32(text)
        got = read(text)
        if np.isinf(exact):
            assert got is None
        else:
            assert got is not None
            assert np.isnan(got[0]) or bits_of(got) == bits_of(np.array([exact]))
        assert bits_of(np.array([nearest_float32(text)])) == bits_of(np.array([exact]))

    @given(any_float32, st.integers(-1, 1))
    def test_midpoints_and_what_is_next_to_them_are_left_to_exact_arithmetic(
        self, number: np.float32, nudge: int
    ) -> None:
        above = np.nextafter(number, LARGEST)
        text = naive.decimal_between(number, above, nudge)
        got = read(text)
        exact = nearest_float32(text)
        assert bits_of(np.array([exact])) == bits_of(np.array([naive.nearest_float32(text)]))
        assert got is not None
        if number != above:
            assert np.isnan(got[0])

    @pytest.mark.parametrize(
        "text", ["", "-", ".", "1e", "1e+", "e5", "1.2.3", "--1", "1_0", "0x1", "nan", "inf", "1,5"]
    )
    def test_what_is_no_number_is_refused(self, text: str) -> None:
        assert read("1", text) is None

    @pytest.mark.parametrize("text", ["3.4028236e38", "1e39", "-1e39", "1e400", "1e99999999999999999999", "9" * 400])
    def test_what_is_too_large_for_float32_is_refused(self, text: str) -> None:
        assert read(text) is None

    @pytest.mark.parametrize("text", ["1e-400", "-0." + 400 * "0" + "1", "0e999999999999999999999", "1e-46", "0"])
    def test_what_is_too_small_becomes_zero_of_its_sign(self, text: str) -> None:
        got = read(text)
        assert got is not None
        assert got[0] == 0
        assert np.signbit(got[0]) == text.startswith("-")

    def test_digits_beyond_the_eighteenth_count(self) -> None:
        midpoint = naive.decimal_between(np.float32(1), np.nextafter(np.float32(1), LARGEST), 0)
        assert nearest_float32(midpoint) == np.float32(1)
        assert nearest_float32(midpoint + 50 * "0" + "1") > np.float32(1)


def test_kernels_do_the_same_without_the_compiler() -> None:
    code = (
        "import numpy as np, test_decimals as t\n"
        "numbers = np.concatenate([t.hard_numbers()[::9], t.random_numbers()[::500]])\n"
        "fields = t.written(numbers)\n"
        "assert t.bits_of(t.decided(fields)) == t.bits_of(numbers)\n"
        "print(*fields)\n"
    )
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert run.stdout.split() == written(np.concatenate([hard_numbers()[::9], random_numbers()[::500]]))
