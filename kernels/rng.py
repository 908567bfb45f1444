"""Counter-based random streams: SplitMix64 (Steele, Lea and Flood 2014), a pure function of its key and position.

A stream is one uint64; each draw adds a constant to it and mixes. The stream of (seed, epoch, piece) depends neither on
the thread that uses it nor on earlier draws.
"""

import numpy as np

from wordvec.kernels._jit import inline, kernel

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@inline
def mix(z: np.uint64) -> np.uint64:
    """Return 64 mixed bits of `z`; a bijection."""
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


@kernel
def piece_stream(seed: int, epoch: int, piece: int) -> np.uint64:
    """Return the random stream of one piece of work in one epoch."""
    return mix(mix(mix(np.uint64(seed) + GOLDEN) + np.uint64(epoch) * GOLDEN) + np.uint64(piece) * GOLDEN)


@inline
def high(bits: np.uint64) -> np.uint64:
    """Return the upper 32 of 64 random bits."""
    return bits >> _32


@inline
def low(bits: np.uint64) -> np.uint64:
    """Return the lower 32 of 64 random bits."""
    return bits & _LOW


@inline
def below(bits: np.uint64, bound: int) -> int:
    """Return an integer in [0, bound) from 32 random bits; bound < 2³²."""
    return int(np.int64((bits * np.uint64(bound)) >> _32))
