"""Axes and associations, as the social sciences measure them in word vectors: each with intervals and coverage.

Words are compared by unit vectors. Sets of words that are known to all models are the same in all of them, so that
models differ by their vectors alone; unknown words are left out and named in the notes.
"""
