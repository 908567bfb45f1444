"""Every kernel runs as plain Python too, for coverage and debugging."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SELECTIONS = {
    "training_kernels": "",
    "pull_kernels": "",
    "hull_kernels": "",
    "hierarchical_kernels": "",
    "adagram_kernels": "not 17",
    "paragraph_kernels": "",
    "code_kernels": "",
    "codecs": "products_of_codes",
    "storages": "kernel",
    "sense_kernels": "",
    "text_kernels": "(not each_character or 2028 or 200b or feff) and not table",
    "vocabulary": "falling_count or table_counts or table_grows or rare_words or merging",
    "simd": "",
    "cooccurrence": "any_corpus or (dictionary and True-True and symmetric-harmonic)",
    "phrase_kernels": "",
    "glove": "kernel or strata",
    "analogies": "places or parallelogram",
    "cipher": "(authors and not 199999) or search or decoded",
    "bit_cipher": "naive or counts_times",
    "retrofit": "two_words or looked_up",
    "rabitq_kernels": "",
    "search": "kernel",
    "sense_contexts": "kernel",
    "context_clusters": "kernel",
    "self_learning": "kernel",
    "walk_kernels": "bits or end_where or permutation or without_weights or (directions and 0.25)",
    "formats": "twins",
    "fasttext_format": "twin",
    "floret": "twin",
    "distill_contexts": "bits_of_a_word or from_their_start",
}
"""The test files with tests of kernels, and which tests those are; all, if nothing is said."""

# Random streams live on overflow, of which NumPy warns.
PROGRAM = """
import sys, pytest
options = ["-q", "-p", "no:cacheprovider", "-W", "ignore:overflow encountered:RuntimeWarning"]
for file, selection in zip(sys.argv[1::2], sys.argv[2::2]):
    code = pytest.main([*options, file, "-k", selection])
    if code:
        sys.exit(f"{file}: {code!r}")
"""


@pytest.mark.parametrize("part", [0, 1])
def test_kernels_pass_their_tests_with_the_jit_off(part: int) -> None:
    # One process for many files, because its start takes longer than the tests of most.
    chosen = list(SELECTIONS.items())[part::2]
    files = [str(Path(__file__).with_name(f"test_{name}.py")) for name, _ in chosen]
    arguments = [argument for file, (_, selection) in zip(files, chosen, strict=True) for argument in (file, selection)]
    # Real text would take hours.
    environment = {name: value for name, value in os.environ.items() if name != "WORDVEC_DATA"}
    environment["NUMBA_DISABLE_JIT"] = "1"
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert done.stdout.count(" passed") == len(files)
