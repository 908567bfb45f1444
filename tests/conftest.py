"""Fixtures that several test files use, and signals as a terminal has them."""

import signal

import pytest
from cli_helpers import Call, Result
from hypothesis import settings

from wordvec.cli import run


@pytest.fixture
def wordvec(capsys: pytest.CaptureFixture[str]) -> Call:
    """Return a function that runs one command in this process."""

    def call(*arguments: object) -> Result:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        return Result(code, *capsys.readouterr())

    return call


def pytest_configure() -> None:
    """Let no clock decide about examples, and restore signals that are ignored in background jobs and under nohup."""
    settings.register_profile("without-deadline", deadline=None)
    settings.load_profile("without-deadline")
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)
