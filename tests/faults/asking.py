"""How tests ask the process of ``driver.py``."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Ask = Callable[[dict[str, Any]], dict[str, Any]]


@contextlib.contextmanager
def driver(preload: Path | None = None) -> Iterator[Ask]:
    """Start a process that runs commands; give the function that asks it."""
    path = os.pathsep.join(path for path in (str(HERE.parent), *sys.path) if path)
    environment = os.environ | {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}
    if preload:
        environment["LD_PRELOAD"] = str(preload)
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", str(HERE / "driver.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        requests, answers = process.stdin, process.stdout

        def ask(request: dict[str, Any]) -> dict[str, Any]:
            requests.write(json.dumps(request) + "\n")
            requests.flush()
            answer: dict[str, Any] = json.loads(answers.readline())
            return answer

        try:
            yield ask
        finally:
            requests.close()
