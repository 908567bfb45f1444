"""The benchmarks of ``make bench``: wordvec compared with other tools and with the limits of the machine."""
