"""Every kernel runs as plain Python too, for coverage and debugging."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("module", "selection"),
    [
        ("training_kernels", ""),
        ("text_kernels", ""),
        ("vocabulary", ""),
        ("simd", ""),
        ("cooccurrence", ""),
        ("glove", "kernel or strata"),
        ("analogies", "places or parallelogram"),
        ("cipher", "authors or search or decoded"),
        ("bit_cipher", "naive or counts_times"),
        ("retrofit", "two_words or looked_up"),
        ("search", "kernel"),
        ("self_learning", "kernel"),
        ("formats", "twins"),
        ("fasttext_format", "twin"),
        ("floret", "twin"),
    ],
)
def test_kernels_pass_their_tests_with_the_jit_off(module: str, selection: str) -> None:
    file = Path(__file__).with_name(f"test_{module}.py")
    # Real text would take hours.
    environment = {name: value for name, value in os.environ.items() if name != "WORDVEC_DATA"}
    environment["NUMBA_DISABLE_JIT"] = "1"
    # Random streams live on overflow, of which NumPy warns.
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file), "-k", selection]
    command += ["-W", "ignore:overflow encountered:RuntimeWarning"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert " passed" in done.stdout
