"""What ``make bench`` runs: wordvec beside other tools and beside what the machine can do."""
