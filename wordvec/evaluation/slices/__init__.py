"""Evaluation of compared slices: graded change, temporal analogies and held-out likelihood."""
