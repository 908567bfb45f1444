"""Code compiled for other processors, in processes of their own."""

import os
import platform
import subprocess
import sys
from pathlib import Path

GENERIC = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
HASWELL = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx,+avx2,+fma,+bmi,+bmi2,+sse4.2,+popcnt"}
ALL = bool(os.environ.get("WORDVEC_SOAK"))
"""Compile every kernel for every processor (``make soak``); otherwise some, for one of them."""


def evaluated(expression: str, module: str, processor: dict[str, str]) -> str:
    """Return the text of an expression, evaluated in a test module, whose kernels are compiled for a processor."""
    assert processor is GENERIC or platform.machine() == "x86_64"
    program = f"import sys; sys.path.insert(0, sys.argv[1]); from {module} import *; print({expression})"
    command = [sys.executable, "-c", program, str(Path(__file__).parent)]
    environment = os.environ | processor
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()
