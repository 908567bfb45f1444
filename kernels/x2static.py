"""X2Static with all noise at once (Gupta and Jaggi 2021): CBOW whose context vectors are fixed sentence vectors.

X2Static trains the rows e_w of words by the loss of CBOW with the vector r_s of the sentence in the place of the mean
of the context words. The sentence vectors are fixed, so the expected loss falls apart into one convex problem for each
word, a logistic regression of the sentences with the word against noise:

    L(e) = Σ_s a_s softplus(−r_s · e) + ν E softplus(r · e) + λ/2 ‖e − e₀‖²

a_s is the weight of the word's tokens in sentence s, ν that of all its noise, and r the vector of a noise sentence. Its
mean is zero and its covariance the diagonal matrix Λ (principal components), so that r · e, a sum over many components,
is nearly normal, with variance v = eᵀ Λ e. The expectation over x ~ N(0, 1) is a sum over nodes (Gauss–Hermite), and
the gradient is, by Stein's lemma,

    ∇L(e) = −Σ_s a_s σ(−r_s · e) r_s + ν E[σ'(√v x)] Λ e + λ (e − e₀),    E[σ'(√v x)] = E[x σ(√v x)] / √v

The right side is exactly the slope of the sum over nodes, the left side loses no digits where v is small. The sum has a
relative error below 1e-5 up to v = 4, and 2e-4 at v = 9.

The minimum is found by conjugate gradients (Polak and Ribière 1969) with a diagonal preconditioner. As σ' ≤ ¼, the
curvature along a direction p is at most ¼ Σ_s a_s (r_s · p)² + ¼ ν pᵀ Λ p + λ ‖p‖², which gives a step that never
increases L. No word needs another one, so the bits depend neither on threads nor on the order of words.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.logistic import logistic
from wordvec.kernels.simd import LANES, Floats, align_stack, div, fma, load, mul, splat, store, sub, total

ENOUGH = 1e-8
"""Decrease of the loss that no further step is taken for, as a share of the weights of a word."""
MOST_STEPS = 100
_ZERO, _ONE = np.float32(0), np.float32(1)
_QUARTER = np.float32(0.25)


class Sentences(NamedTuple):
    """Sentence vectors, and the sentences of each word.

    Those of word w are ``numbers[starts[w] : starts[w + 1]]``, all different.

    Attributes
    ----------
    vectors
        (sentences · stride,) float32 array: r_s, padded with zeros to `stride`, a multiple of 16.
    starts
        (words + 1,) int64 array.
    numbers, weights
        (pairs,) int64 and float32 arrays: s and a_s > 0.
    """

    vectors: Floats
    starts: NDArray[np.int64]
    numbers: NDArray[np.int64]
    weights: Floats


class Noise(NamedTuple):
    """The noise of each word.

    Attributes
    ----------
    masses
        (words,) float32 array: ν.
    variances
        (stride,) float32 array: the diagonal of Λ; zeros in the padding.
    nodes, shares
        (16,) float32 arrays: nodes of the standard normal distribution and their weights, which sum to 1.
    """

    masses: Floats
    variances: Floats
    nodes: Floats
    shares: Floats


class Ridge(NamedTuple):
    """The penalty: rows e₀ as a (words · stride,) float32 array, padded with zeros, and λ > 0."""

    start: Floats
    strength: np.float32


class Workspace(NamedTuple):
    """Room for one word.

    Attributes
    ----------
    gradient, before, direction, inverse
        (stride,) float32 arrays: ∇L, that of the step before, p, and the inverse of the preconditioner.
    scores, images, factors
        (pairs of a word, up to a multiple of 16) float32 arrays: r_s · e, r_s · p, and a_s with zeros behind, or
        a_s σ(−r_s · e).
    """

    gradient: Floats
    before: Floats
    direction: Floats
    inverse: Floats
    scores: Floats
    images: Floats
    factors: Floats


@kernel
def fit_words(
    sentences: Sentences,
    noise: Noise,
    ridge: Ridge,
    rows: Floats,
    work: Workspace,
    first: int,
    last: int,
) -> int:
    """Move the rows of some words to the minimum of their losses; return the largest number of steps.

    Parameters
    ----------
    rows
        (words · stride,) float32 array: rows with which the steps begin, changed.
    first, last
        First word, and the one after the last.
    """
    align_stack()
    most = 0
    for word in range(first, last):
        mass = _enter(sentences, noise, ridge, rows, work, word)
        enough, energy, steps = ENOUGH * mass, 0.0, 0
        while steps < MOST_STEPS:
            _slope(sentences, noise, ridge, rows, work, word)
            energy, change = _energies(work, energy)
            if 0.5 * energy <= enough:
                break
            slope = _turn(work, change)
            if slope >= 0:
                slope = _turn(work, 0.0)
            _move(sentences, noise, ridge, rows, work, word, slope)
            steps += 1
        most = max(most, steps)
    return most


@kernel
def losses(
    sentences: Sentences, noise: Noise, ridge: Ridge, rows: Floats, work: Workspace, first: int, last: int
) -> float:
    """Return the sum of the losses L of some words; leave the gradient of the last one in the workspace."""
    align_stack()
    found = 0.0
    for word in range(first, last):
        _enter(sentences, noise, ridge, rows, work, word)
        found += _slope(sentences, noise, ridge, rows, work, word)
    return found


@inline
def _product(a: Floats, at: int, b: Floats, place: int, stride: int) -> Any:
    """Return the product of two vectors."""
    found = splat(_ZERO)
    for d in range(0, stride, LANES):
        found = fma(load(a, at + d), load(b, place + d), found)
    return total(found)


@inline
def _enter(sentences: Sentences, noise: Noise, ridge: Ridge, rows: Floats, work: Workspace, word: int) -> Any:
    """Fill the scores and the preconditioner of a word; return the sum of its weights and its noise."""
    stride, first = len(noise.variances), sentences.starts[word]
    mass = np.float64(noise.masses[word])
    for place in range(sentences.starts[word + 1] - first):
        at = sentences.numbers[first + place] * stride
        work.scores[place] = _product(sentences.vectors, at, rows, word * stride, stride)
        mass += sentences.weights[first + place]
    curvature, penalty = splat(np.float32(0.25 * mass)), splat(ridge.strength)
    for d in range(0, stride, LANES):
        store(work.inverse, d, div(splat(_ONE), fma(curvature, load(noise.variances, d), penalty)))
        store(work.gradient, d, splat(_ZERO))
        store(work.direction, d, splat(_ZERO))
    return mass


@inline
def _slope(sentences: Sentences, noise: Noise, ridge: Ridge, rows: Floats, work: Workspace, word: int) -> Any:
    """Replace the gradient by that at the row of a word, keep the one before, and return the loss."""
    stride = len(noise.variances)
    row = word * stride
    spread = splat(_ZERO)
    for d in range(0, stride, LANES):
        e = load(rows, row + d)
        spread = fma(mul(load(noise.variances, d), e), e, spread)
    variance = total(spread)
    deviation = np.float32(np.sqrt(variance))
    nodes, shares, mass = load(noise.nodes, 0), load(noise.shares, 0), noise.masses[word]
    sigma, softplus = logistic(mul(nodes, splat(deviation)))
    if variance > _ONE:
        expected = total(mul(shares, mul(nodes, sigma))) / deviation
    else:
        expected = total(mul(shares, mul(sigma, sub(splat(_ONE), sigma))))
    slope = splat(mass * expected)
    loss = np.float64(mass * total(mul(shares, softplus)))
    penalty, squares = splat(ridge.strength), splat(_ZERO)
    for d in range(0, stride, LANES):
        e = load(rows, row + d)
        moved = sub(e, load(ridge.start, row + d))
        squares = fma(moved, moved, squares)
        store(work.before, d, load(work.gradient, d))
        store(work.gradient, d, fma(penalty, moved, mul(slope, mul(load(noise.variances, d), e))))
    loss += 0.5 * ridge.strength * total(squares)
    return loss + _subtract_sentences(sentences, work, word, stride)


@inline
def _subtract_sentences(sentences: Sentences, work: Workspace, word: int, stride: int) -> Any:
    """Subtract Σ_s a_s σ(−r_s · e) r_s from the gradient; return Σ_s a_s softplus(−r_s · e)."""
    first = sentences.starts[word]
    pairs, loss = sentences.starts[word + 1] - first, 0.0
    for block in range(0, pairs, LANES):
        for place in range(block, block + LANES):
            work.factors[place] = sentences.weights[first + place] if place < pairs else _ZERO
        weights = load(work.factors, block)
        sigma, softplus = logistic(sub(splat(_ZERO), load(work.scores, block)))
        loss += np.float64(total(mul(weights, softplus)))
        store(work.factors, block, mul(weights, sigma))
    for place in range(pairs):
        at, factor = sentences.numbers[first + place] * stride, splat(-work.factors[place])
        for d in range(0, stride, LANES):
            store(work.gradient, d, fma(factor, load(sentences.vectors, at + d), load(work.gradient, d)))
    return loss


@inline
def _energies(work: Workspace, energy: float) -> Any:
    """Return gᵀ P g with the preconditioner P, and the weight of the last direction in the next one.

    `energy` is gᵀ P g of the step before, 0 in the first one.
    """
    new, overlap = splat(_ZERO), splat(_ZERO)
    for d in range(0, len(work.gradient), LANES):
        g = load(work.gradient, d)
        scaled = mul(g, load(work.inverse, d))
        new = fma(g, scaled, new)
        overlap = fma(load(work.before, d), scaled, overlap)
    found = np.float64(total(new))
    return found, max(found - total(overlap), 0.0) / energy if energy > 0 else 0.0


@inline
def _turn(work: Workspace, change: float) -> Any:
    """Replace p by −P g + change · p; return its product with the gradient."""
    share, slope = splat(np.float32(change)), splat(_ZERO)
    for d in range(0, len(work.gradient), LANES):
        g = load(work.gradient, d)
        p = sub(mul(share, load(work.direction, d)), mul(load(work.inverse, d), g))
        store(work.direction, d, p)
        slope = fma(g, p, slope)
    return np.float64(total(slope))


@inline
def _move(
    sentences: Sentences, noise: Noise, ridge: Ridge, rows: Floats, work: Workspace, word: int, slope: float
) -> None:
    """Move the row and the scores of a word along p as far as the bound of the curvature allows."""
    stride, first = len(noise.variances), sentences.starts[word]
    pairs, squares = sentences.starts[word + 1] - first, np.float64(0)
    spread = splat(_ZERO)
    curvature, penalty = splat(_QUARTER * noise.masses[word]), splat(ridge.strength)
    for d in range(0, stride, LANES):
        p = load(work.direction, d)
        spread = fma(mul(fma(curvature, load(noise.variances, d), penalty), p), p, spread)
    for place in range(pairs):
        at = sentences.numbers[first + place] * stride
        image = _product(sentences.vectors, at, work.direction, 0, stride)
        work.images[place] = image
        squares += sentences.weights[first + place] * np.float64(image) * image
    length = np.float32(-slope / (0.25 * squares + total(spread)))
    for d in range(0, stride, LANES):
        at = word * stride + d
        store(rows, at, fma(splat(length), load(work.direction, d), load(rows, at)))
    for place in range(pairs):
        work.scores[place] += length * work.images[place]
