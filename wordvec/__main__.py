"""``python -m wordvec`` and the command ``wordvec``."""

import gc
from typing import NoReturn

from wordvec import signals


def main() -> NoReturn:
    """Run the command that the process was started with, and end the process."""
    # Imports make many objects that stay; looking through them again and again took 5 % of a small job.
    gc.set_threshold(20_000)
    signals.install()  # first, because the imports take long enough to be interrupted
    from wordvec import cli

    cli.main()


if __name__ == "__main__":
    main()
