"""``python -m wordvec``."""

from wordvec.cli import main

main()
