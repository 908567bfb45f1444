"""``python -m wordvec`` and the command ``wordvec``."""

from typing import NoReturn

from wordvec import signals


def main() -> NoReturn:
    """Run the command that the process was started with, and end the process."""
    signals.install()  # first, because the imports take long enough to be interrupted
    from wordvec import cli

    cli.main()


if __name__ == "__main__":
    main()
