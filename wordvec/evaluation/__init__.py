"""Judging vectors: similarity, analogies, probes, classification, and one report that compares them.

Every measure takes `Vectors` and a dataset and gives plain results, or, for several vectors and datasets at once, a
`Table`. The conventions by which published numbers differ (case, coverage, restriction of the vocabulary, question
words) are arguments, and stand in the results.
"""
