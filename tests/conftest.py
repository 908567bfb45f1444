"""Fixtures that several test files use."""

import pytest
from cli_helpers import Call, Result

from wordvec.cli import run


@pytest.fixture
def wordvec(capsys: pytest.CaptureFixture[str]) -> Call:
    """Give a function that runs one command in this process."""

    def call(*arguments: object) -> Result:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        return Result(code, *capsys.readouterr())

    return call
