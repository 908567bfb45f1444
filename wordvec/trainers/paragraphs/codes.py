"""Codes of documents (Grzegorczyk and Kurdziel 2017): first values in training, and the bits of trained rows.

Where codes are trained, `words` has the rows of the projection, of documents with real vectors, and behind them a
sample of codes. The kernels see only the former; from the latter `Replicas` measures the curvature that rows of
`contexts` meet, which is the same at any time.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordvec.codecs.bits import BYTE, Bits
from wordvec.kernels import binary_dbow, real_binary_dbow
from wordvec.kernels.combination import Met
from wordvec.kernels.initial_rows import start_rows
from wordvec.kernels.windows import EmbeddingMatrices
from wordvec.rows import Floats, blocks
from wordvec.trainers.matrices import padded, zero_matrix
from wordvec.trainers.updates import SAMPLES, centres, noise

if TYPE_CHECKING:
    from wordvec.kernels.windows import Sampler
    from wordvec.trainers.paragraphs.trainer import ParagraphVectors


def projection_rows(settings: "ParagraphVectors") -> int:
    """Return the number of rows of the projection."""
    return settings.dim if settings.has_projection else 0


def first_rows(settings: "ParagraphVectors") -> Floats:
    """Return the projection before training, random hyperplanes, and the sample of codes, as rows of `words`."""
    dim, bits = projection_rows(settings), settings.columns - 1
    matrix = zero_matrix(dim + SAMPLES, settings.columns)
    names = [str(number).encode() for number in range(len(matrix))]
    starts = np.cumsum([0, *map(len, names)])
    packed, stride = np.frombuffer(b"".join(names), np.uint8), matrix.shape[1]
    start_rows(packed, starts, settings.seed, bits, matrix.reshape(-1), stride)
    # U(−√3, √3) / √dim, so that a projection has about the length of the real vector in each direction.
    matrix[:dim] *= 2 * bits * np.sqrt(3 / max(dim, 1))
    codes = matrix[dim:, :bits]
    codes[:] = np.where(codes >= 0, 1, -1) * (binary_dbow.LENGTH / np.sqrt(bits))
    matrix[dim:, bits] = 1
    return matrix


def met(settings: "ParagraphVectors") -> Met:
    """Return the sample of codes as rows of `words`."""
    return Met(np.arange(SAMPLES + 1), projection_rows(settings) + np.arange(SAMPLES))


def without_sample(model: EmbeddingMatrices, settings: "ParagraphVectors") -> EmbeddingMatrices:
    """Return a model in training as the kernels see it."""
    return model._replace(words=model.words[: projection_rows(settings) * model.stride])


def first_biases(sampler: "Sampler", counts: NDArray[np.int64], negatives: int) -> Floats:
    """Return the bias of each word (words,) with which codes that say nothing have the least loss."""
    observed = centres(counts, sampler.keep, int(counts.sum()))
    drawn = negatives * observed.sum() * noise(sampler.noise)
    tiny = np.finfo(np.float64).tiny
    return np.asarray(np.log(np.maximum(observed, tiny) / np.maximum(drawn, tiny)), np.float32)


def codes_of(rows: Floats, dim: int, projection: Floats | None) -> Bits:
    """Return the codes of documents; rows of zeros stay.

    Parameters
    ----------
    rows, dim
        Rows of documents, padded, and their length.
    projection
        (dim, bits) projection of real vectors; None if the rows themselves are rounded.
    """
    if projection is None:
        return Bits.encode(rows[:, :dim])
    bits = projection.shape[1]
    filled = zero_matrix(dim, bits)
    filled[:, :bits] = projection
    width = padded(bits)
    coded, absent = [np.empty((0, bits // BYTE), np.uint8)], [np.empty(0, np.int64)]
    for span in blocks(len(rows)):
        some, out = rows[span], np.empty(len(rows[span]) * width, np.float32)
        real_binary_dbow.project(some.reshape(-1), rows.shape[1], filled.reshape(-1), dim, out, width)
        scores = out.reshape(-1, width)[:, :bits]
        scores[~some.any(axis=1)] = 0
        part = Bits.encode(scores)
        coded.append(part.codes)
        absent.append(part.absent + span.start)
    return Bits(np.concatenate(coded), bits, np.concatenate(absent))
