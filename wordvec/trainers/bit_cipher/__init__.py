"""Bit-cipher: sums of the codes of context words, without learning."""
