"""Intrinsic evaluation: word similarity, analogies and word translation."""
