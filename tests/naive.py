"""Naive twins: every algorithm as its paper states it, one number at a time where that is clearest."""

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]
MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15


# Random streams and sampling


def mix(z: int) -> int:
    """Return the output function of SplitMix64."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


class Stream:
    """SplitMix64: 64 random bits at a time."""

    def __init__(self, state: int) -> None:
        self.state = state

    def bits(self) -> int:
        self.state = (self.state + GOLDEN) & MASK
        return mix(self.state)


def piece_stream(seed: int, epoch: int, piece: int) -> int:
    first = mix((seed + GOLDEN) & MASK)
    second = mix((first + epoch * GOLDEN) & MASK)
    return mix((second + piece * GOLDEN) & MASK)


def keep_probabilities(counts: list[int], sample: float) -> list[float]:
    """word2vec.c's subsampling: (√x + 1) / x with x = count / (sample · total), at most 1."""
    shares = [count / (sample * sum(counts)) for count in counts]
    return [min(1.0, (math.sqrt(x) + 1) / x) for x in shares]


def noise_probabilities(counts: list[int], power: float) -> list[float]:
    weights = [count**power for count in counts]
    return [weight / sum(weights) for weight in weights]


def draw_noise(table: NDArray[np.uint32], bits: int) -> int:
    cell = ((bits >> 32) * (len(table) // 2)) >> 32
    return cell if (bits & 0xFFFFFFFF) < int(table[2 * cell]) else int(table[2 * cell + 1])


def start_row(word: str, seed: int, dim: int) -> Rows:
    key = mix((seed + GOLDEN) & MASK)
    for byte in word.encode():
        key = mix(((key ^ byte) + GOLDEN) & MASK)
    stream = Stream(key)
    return np.array([((stream.bits() >> 40) / 2**24 - 0.5) / dim for _ in range(dim)])


# Skip-gram and CBOW

AHEAD = 1
CHUNK = 6
PACE = 3.0


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def pair_loss(score: float, label: int) -> float:
    """Return −ln σ(score) for a context word, −ln σ(−score) for noise."""
    return math.log1p(math.exp(-score if label else score))


def skipgram_window(
    words: Rows, contexts: Rows, inputs: list[int], outputs: list[int], rate: float
) -> tuple[float, int]:
    """One window: `inputs` against outputs[0] (the centre) and noise; all scores from the rows before the update."""
    counted = [k == 0 or output != outputs[0] for k, output in enumerate(outputs)]
    loss, pairs = 0.0, 0
    gradient = np.zeros((len(inputs), len(outputs)))
    for i, c in enumerate(inputs):
        for k, o in enumerate(outputs):
            if counted[k]:
                score = float(words[c] @ contexts[o])
                gradient[i, k] = rate * ((k == 0) - sigmoid(score))
                loss += pair_loss(score, k == 0)
                pairs += 1
    olds = [words[c].copy() for c in inputs]
    for chunk in _chunks(len(outputs)):
        before = contexts.copy()
        for i, c in enumerate(inputs):
            # A word that occurs twice is read after its first update, unless rows are kept for a second chunk.
            old = olds[i] if len(outputs) > CHUNK else words[c].copy()
            for k in chunk:
                words[c] += gradient[i, k] * before[outputs[k]]
                contexts[outputs[k]] += gradient[i, k] * old
    return loss, pairs


def _chunks(outputs: int) -> list[range]:
    """Return chunks of six output rows: a noise word drawn again in a later chunk is read after its update."""
    return [range(first, min(first + CHUNK, outputs)) for first in range(0, outputs, CHUNK)]


def cbow_window(words: Rows, contexts: Rows, inputs: list[int], outputs: list[int], rate: float) -> tuple[float, int]:
    """One window: the mean of `inputs` against outputs[0] (the centre) and noise."""
    h = np.mean([words[c] for c in inputs], axis=0)
    scores, error = [float(h @ contexts[o]) for o in outputs], np.zeros_like(h)
    loss, pairs = 0.0, 0
    for chunk in _chunks(len(outputs)):
        before = contexts.copy()
        for k in chunk:
            if k == 0 or outputs[k] != outputs[0]:
                gradient = rate * ((k == 0) - sigmoid(scores[k]))
                loss += pair_loss(scores[k], k == 0)
                pairs += 1
                error += gradient * before[outputs[k]]
                contexts[outputs[k]] += gradient * h
    for c in inputs:
        words[c] += PACE * len(inputs) ** 0.8 * error / len(inputs)
    return loss, pairs


def train_piece(
    step: Callable[[Rows, Rows, list[int], list[int], float], tuple[float, int]],
    words: Rows,
    contexts: Rows,
    sentences: list[list[int]],
    keep: NDArray[np.uint32],
    noise: NDArray[np.uint32],
    window: int,
    negatives: int,
    rate: float,
    state: int,
    fixed: bool = False,
    per_pair: bool = False,
    shared: Sequence[int] = (),
) -> tuple[float, int]:
    """Train on a piece of text, drawing random numbers in the order of the kernels.

    Words beyond the noise words have the output rows of the words in `shared`.
    """
    stream = Stream(state)
    kept = [[w for w in sentence if w < len(keep) and stream.bits() & 0xFFFFFFFF <= keep[w]] for sentence in sentences]
    flat = [w for sentence in kept for w in sentence]

    def draw(centre: int) -> list[int]:
        return [[*range(len(noise) // 2), *shared][flat[centre]]] + [
            draw_noise(noise, stream.bits()) for _ in range(negatives)
        ]

    drawn = {centre: draw(centre) for centre in range(min(AHEAD, len(flat)))}
    loss, pairs = 0.0, 0
    for centre, inputs in _windows(kept, len(flat), draw, drawn, stream, window, fixed):
        groups = [[c] for c in inputs] if per_pair else [inputs] if inputs else []
        for number, group in enumerate(groups):
            outputs = draw(centre) if number else drawn[centre]
            step_loss, step_pairs = step(words, contexts, group, outputs, rate)
            loss, pairs = loss + step_loss, pairs + step_pairs
    return loss, pairs


def _windows(
    kept: list[list[int]],
    total: int,
    draw: Callable[[int], list[int]],
    drawn: dict[int, list[int]],
    stream: Stream,
    window: int,
    fixed: bool,
) -> Iterator[tuple[int, list[int]]]:
    centre = 0
    for sentence in kept:
        for position in range(len(sentence)):
            if centre + AHEAD < total:
                drawn[centre + AHEAD] = draw(centre + AHEAD)
            reach = window if fixed else 1 + (((stream.bits() >> 32) * window) >> 32)
            yield centre, sentence[max(0, position - reach) : position] + sentence[position + 1 : position + reach + 1]
            centre += 1


# Decimals


def nearest_float32(text: str) -> np.float32:
    """Return the float32 nearest to a decimal, ties to even; 2^128 represents infinity."""
    exact = Fraction(text)
    with np.errstate(over="ignore"):
        guess = np.float32(float(exact)) if abs(exact) < 2**200 else np.float32(math.copysign(math.inf, exact))
        nearby = [guess, np.nextafter(guess, np.float32(-np.inf)), np.nextafter(guess, np.float32(np.inf))]

    def distance(number: Any) -> tuple[Fraction, int]:
        value = Fraction(float(number)) if np.isfinite(number) else Fraction(math.copysign(2.0**128, number))
        return abs(value - exact), int(number.view(np.uint32)) & 1

    return np.float32(math.copysign(min(nearby, key=distance), -1 if text.startswith("-") else 1))


def shortest_decimal(number: np.float32) -> str:
    """Return the nearest decimal that parses to the number, trying one digit more at a time."""
    exact = abs(Fraction(float(number)))
    if exact == 0:
        return str(float(number))
    for digits in range(1, 10):
        unit = Fraction(10) ** (math.floor(math.log10(float(exact))) + 1 - digits)
        multiples = sorted((exact // unit * unit, (exact // unit + 1) * unit), key=lambda near: abs(near - exact))
        for decimal in multiples:
            scientific = f"{Decimal(decimal.numerator) / Decimal(decimal.denominator):e}"
            if decimal and nearest_float32(scientific) == abs(number):
                return ("-" if number < 0 else "") + _notation(Decimal(scientific))
    raise AssertionError(number)


def decimal_between(number: np.float32, above: np.float32, nudge: int) -> str:
    """Return the midpoint of two numbers, exact or with one distant digit added (`nudge` 1 or -1)."""
    middle = (Fraction(float(number)) + Fraction(float(above))) / 2
    with localcontext(prec=400):
        return f"{Decimal(middle.numerator) / Decimal(middle.denominator) * (1 + nudge * Decimal('1e-60')):e}"


def _notation(decimal: Decimal) -> str:
    decimal = decimal.normalize()
    if Decimal("1e-4") <= decimal < Decimal("1e16"):
        text = f"{decimal:f}"
        return text if "." in text else text + ".0"
    digits, _, exponent = f"{decimal:e}".partition("e")
    return f"{digits}e{exponent[0]}{exponent[1:]:0>2}"


# Neighbours


def nearest(
    words: list[str], matrix: NDArray[np.float32], query: NDArray[Any], without: set[str]
) -> list[tuple[str, float]]:
    """Return every word with its cosine to the query, the nearest first."""

    def cosine(row: NDArray[Any]) -> float:
        product = sum(float(x) * float(y) for x, y in zip(row, query, strict=True))
        return product / math.sqrt(sum(float(x) ** 2 for x in row) * sum(float(y) ** 2 for y in query))

    scored = [(word, cosine(row)) for word, row in zip(words, matrix, strict=True) if word not in without]
    return sorted(scored, key=lambda pair: -pair[1])


def best(scores: Rows, k: int) -> tuple[list[list[float]], list[list[int]]]:
    """Return the k highest scores of each row and their columns, ties to the first; padded with −∞ and −1."""
    kept_scores, kept_places = [], []
    for row in scores.tolist():
        pairs = sorted((-score, place) for place, score in enumerate(row) if score > -math.inf)[:k]
        pairs += [(math.inf, -1)] * (k - len(pairs))
        kept_scores.append([-score for score, _ in pairs])
        kept_places.append([place for _, place in pairs])
    return kept_scores, kept_places


# Text to ids

SEPARATORS = re.compile("[\x00-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")


def split_tokens(text: str) -> list[str]:
    return [token for part in SEPARATORS.split(text) if (token := part.lstrip("\ufeff"))]


def split_sentences(text: str, sentence: str) -> list[list[str]]:
    """Return the sentences of one source, without empty ones."""
    if sentence == "file":
        return [tokens] if (tokens := split_tokens(text)) else []
    sentences: list[list[str]] = [[]]
    for line in re.split("\r\n|\r|\n", text):
        tokens = split_tokens(line)
        sentences[-1] += tokens
        if sentence == "line" or not tokens:
            sentences.append([])
    return [tokens for tokens in sentences if tokens]


def cut_sentences(sentences: list[list[str]], longest: int) -> list[list[str]]:
    return [tokens[k : k + longest] for tokens in sentences for k in range(0, len(tokens), longest)]


def count_words(sentences: list[list[str]]) -> list[tuple[str, int]]:
    """Return words and counts by falling count, ties by bytes."""
    counts = Counter(token for tokens in sentences for token in tokens)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0].encode()))


# Co-occurrence


def cooccurrences(
    sentences: list[list[int]], words: int, window: int, weighting: str, direction: str, across: bool, places: bool
) -> dict[tuple[int, int], Fraction]:
    """Count the pairs of words in windows, weighted by distance; ids from `words` on are removed or leave a gap."""
    weigh = {
        "harmonic": lambda d: Fraction(1, d),
        "flat": lambda d: Fraction(1),
        "dynamic": lambda d: Fraction(window - d + 1, window),
    }[weighting]
    if across:
        sentences = [[word for sentence in sentences for word in sentence]]
    found: Counter[tuple[int, int]] = Counter()
    for sentence in sentences:
        left = sentence if places else [word for word in sentence if word < words]
        for place, word in enumerate(left):
            for other in range(max(0, place - window), min(len(left), place + window + 1)):
                side = "left" if other < place else "right"
                if other != place and word < words > left[other] and direction in ("symmetric", side):
                    found[word, left[other]] += weigh(abs(other - place))
    return dict(found)


# Mutual information and singular values


def ppmi(counts: dict[tuple[int, int], float], shift: float, smoothing: float) -> dict[tuple[int, int], float]:
    """max(ln(#(w, c) · Σ #(c)^α / (#(w) · #(c)^α)) − ln shift, 0), where it is not 0."""
    words: Counter[int] = Counter()
    contexts: Counter[int] = Counter()
    for (word, context), count in counts.items():
        words[word] += count
        contexts[context] += count
    smoothed = {context: count**smoothing for context, count in contexts.items()}
    total, found = sum(smoothed.values()), {}
    for (word, context), count in counts.items():
        if count:
            value = math.log(count * total / (words[word] * smoothed[context])) - math.log(shift)
            if value > 0:
                found[word, context] = value
    return found


def svd_factors(matrix: Rows, dim: int, power: float) -> tuple[Rows, Rows]:
    """U_d S_d^p and V_d S_d^p, with the sign that makes the largest component of each column of U positive."""
    u, s, vt = np.linalg.svd(matrix)
    words, contexts = np.zeros((len(matrix), dim)), np.zeros((len(matrix), dim))
    for k in range(dim):
        sign = math.copysign(1, max(u[:, k], key=abs))
        words[:, k], contexts[:, k] = sign * s[k] ** power * u[:, k], sign * s[k] ** power * vt[k]
    return words, contexts


# GloVe


def glove_entry(
    words: Rows, contexts: Rows, i: int, j: int, x: float, x_max: float, alpha: float, rate: float, bias_rate: float
) -> float:
    """Train on one entry and return its cost; a row is w, G, b and G_b."""
    dim = words.shape[1] // 2 - 1
    w, v = words[i].copy(), contexts[j].copy()
    diff = float(w[:dim] @ v[:dim]) + w[2 * dim] + v[2 * dim] - math.log(x)
    f = min(1.0, (x / x_max) ** alpha) * diff
    for row, other in ((words[i], v), (contexts[j], w)):
        for d in range(dim):
            t = rate * max(-100.0, min(100.0, f * other[d]))
            row[d] -= t / math.sqrt(row[dim + d])
            row[dim + d] += t**2
        t = bias_rate * f
        row[2 * dim] -= t / math.sqrt(row[2 * dim + 1])
        row[2 * dim + 1] += t**2
    return 0.5 * f * diff


# Evaluation


def analogy_rank(matrix: Rows, asked: tuple[int, int, int], right: set[int], excluded: set[int], method: str) -> int:
    """Return the rank of the best row of `right` among the permitted rows, sorted by float64 score."""
    unit = matrix.astype(np.float64)
    unit = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    a, b, c = (unit @ unit[row] for row in asked)
    scores = b - a + c if method == "3cosadd" else (1 + b) / 2 * (1 + c) / 2 / ((1 + a) / 2 + 1e-6)
    order = [row for row in sorted(range(len(unit)), key=lambda row: (-scores[row], row)) if row not in excluded]
    return next((place for place, row in enumerate(order, 1) if row in right), len(unit) + 1)


def spearman(x: list[float], y: list[float]) -> float:
    """Return Spearman's correlation as Pearson's of mean ranks."""

    def ranks(values: list[float]) -> list[float]:
        return [
            sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2
            for value in values
        ]

    def centred(values: list[float]) -> list[float]:
        return [value - sum(values) / len(values) for value in values]

    a, b = centred(ranks(x)), centred(ranks(y))
    return sum(p * q for p, q in zip(a, b, strict=True)) / math.sqrt(sum(p * p for p in a) * sum(q * q for q in b))


# Bit-cipher


def cipher_codes(bits: int, words: int) -> list[list[int]]:
    """The codes by search, level by level: from the level before, its last code first, and each bit, the last first."""
    codes = [{bit} for bit in range(bits)]
    level, seen = codes, {frozenset(code) for code in codes}
    while len(codes) < words:
        new = []
        for bit in reversed(range(bits)):
            for code in reversed(level):
                changed = code ^ {bit}
                if len(changed) == len(code) + 1 and frozenset(changed) not in seen:
                    seen.add(frozenset(changed))
                    new.append(changed)
        codes, level = codes + new, new
    return [sorted(code) for code in codes[:words]]


def cipher_noise(codes: list[list[int]], counts: list[int], bits: int, betas: list[float]) -> Rows:
    """Return the code of each word, each active bit 1/k, with noise."""
    clean = np.zeros((len(codes), bits))
    for word, code in enumerate(codes):
        clean[word, code] = 1 / len(code)
    shares = np.array(counts) @ clean / sum(counts)
    noise = (1 - shares) / (1 - shares).sum()
    return np.array([beta * row + (1 - beta) * noise for beta, row in zip(betas, clean, strict=True)])


def code_sums(
    sentences: list[list[int]],
    codes: Rows,
    radius: int,
    weigh: Callable[[int, int], float],
    block: Callable[[int], int],
) -> NDArray[np.float64]:
    """Return the sums of context words' codes (words, blocks, bits); a block is a function of the signed distance."""
    blocks = 1 + max(block(distance) for distance in range(-radius, radius + 1) if distance)
    sums = np.zeros((len(codes), blocks, codes.shape[1]))
    for sentence in sentences:
        left = [word for word in sentence if word < len(codes)]
        for place, word in enumerate(left):
            for distance in range(-radius, radius + 1):
                if distance and 0 <= place + distance < len(left):
                    other = left[place + distance]
                    sums[word, block(distance)] += weigh(other, abs(distance)) * codes[other]
    return sums


def code_transform(sums: NDArray[np.float64], transform: str, smoothing: float) -> Rows:
    """Return the transformed sums (words, blocks, bits), one at a time."""
    words, blocks, bits = sums.shape
    made = np.zeros_like(sums)
    smoothed = sums + smoothing
    for block in range(blocks):
        everything = smoothed[:, block].sum()
        for word in range(words):
            for bit in range(bits):
                value, of_word = smoothed[word, block, bit], smoothed[word, block].sum()
                of_bit = smoothed[:, block, bit].sum()
                made[word, block, bit] = {
                    "none": lambda w=word, k=block, j=bit: sums[w, k, j],
                    "log1p": lambda w=word, k=block, j=bit: math.log(1 + sums[w, k, j]),
                    "logprob": lambda v=value, r=of_word: math.log(v / r),
                    "pmi": lambda v=value, r=of_word, c=of_bit, t=everything: math.log(v * t / (r * c)),
                    "ppmi": lambda v=value, r=of_word, c=of_bit, t=everything: (
                        max(0.0, math.log(v * t / (r * c))) if v > 0 else 0.0
                    ),
                }[transform]()
    return made.reshape(words, -1)


# Alignment


def csls(source: Rows, target: Rows, k: int) -> Rows:
    """Return 2 cos − r_T − r_S for each pair of words (Conneau, Lample et al. 2018)."""

    def cosine(x: Rows, y: Rows) -> float:
        return float(x @ y) / math.sqrt(float(x @ x) * float(y @ y))

    cosines = np.array([[cosine(x, y) for y in target] for x in source])
    near_targets = [sum(sorted(row)[-k:]) / min(k, len(row)) for row in cosines.tolist()]
    near_sources = [sum(sorted(column)[-k:]) / min(k, len(column)) for column in cosines.T.tolist()]
    return np.array(
        [
            [2 * cosines[i, j] - near_targets[i] - near_sources[j] for j in range(len(target))]
            for i in range(len(source))
        ]
    )


def rcsls_loss(matrix: Rows, pairs: list[tuple[int, int]], source: Rows, target: Rows, k: int) -> float:
    """Return the loss of Joulin et al. (2018), pair by pair, with the k neighbours found by sorting."""
    mapped = source @ matrix
    total = 0.0
    for i, j in pairs:
        near_targets = sorted(float(mapped[i] @ z) for z in target)[-k:]
        near_sources = sorted(float(z @ target[j]) for z in mapped)[-k:]
        total += 2 * float(mapped[i] @ target[j]) - sum(near_targets) / k - sum(near_sources) / k
    return -total / len(pairs)


def vecmap(x: Rows, y: Rows) -> tuple[Rows, Rows]:
    """Return the mapped rows of a dictionary, step by step (Artetxe, Labaka and Agirre 2018): x and y (pairs, dim)."""

    def power(square: Rows, exponent: float) -> Rows:
        values, axes = np.linalg.eigh(square)
        return np.asarray(axes @ np.diag(values**exponent) @ axes.T)

    white_x, white_y = power(x.T @ x, -0.5), power(y.T @ y, -0.5)  # 1 whitening
    x1, y1 = x @ white_x, y @ white_y
    u, s, vt = np.linalg.svd(x1.T @ y1)  # 2 orthogonal mapping
    x2, y2 = x1 @ u, y1 @ vt.T
    x3, y3 = x2 @ np.diag(np.sqrt(s)), y2 @ np.diag(np.sqrt(s))  # 3 re-weighting
    x4 = x3 @ u.T @ power(x.T @ x, 0.5) @ u  # 4 de-whitening
    y4 = y3 @ vt @ power(y.T @ y, 0.5) @ vt.T
    return x4, y4


def best_with_dropout(scores: Rows, share: float, seed: int, draw: int, first: int) -> list[int]:
    """Return the best row of each query among those not dropped at random, or −1."""
    found = []
    for query, row in enumerate(scores, first):
        state = piece_stream(seed, draw, query)
        coins = [mix((state + (column + 1) * GOLDEN) & MASK) >> 32 for column in range(len(row))]
        admitted = [column for column in range(len(row)) if coins[column] < int(share * 2**32)]
        found.append(max(admitted, key=lambda column: (row[column], -column), default=-1))
    return found


def translation_scores(source: Rows, target: Rows, retrieval: str, k: int = 10, beta: float = 30.0) -> Rows:
    """Return the published score of each target word as a translation of each source word (sources, targets)."""
    if retrieval == "csls":
        return csls(source, target, k)
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (source, target)]
    cosines: Rows = unit[0] @ unit[1].T
    shares = np.exp(beta * cosines) / np.exp(beta * cosines).sum(axis=0)  # of a translation, among its sources
    return cosines if retrieval == "nearest" else shares


# Retrofitting


def retrofitted(rows: Rows, edges: dict[int, dict[int, float]], iterations: int) -> Rows:
    """Faruqui et al. 2015, equation 1 with α_i = Σ_j β_ij, one word after another in float64."""
    began, rows = rows.copy(), rows.copy()
    for _ in range(iterations):
        for i in sorted(edges):
            alpha = sum(edges[i].values())
            drawn = sum(weight * rows[j] for j, weight in edges[i].items())
            rows[i] = (alpha * began[i] + drawn) / (alpha + alpha)
    return rows


# Vector files


def defects_of_lines(content: bytes, dim: int) -> list[list[str]]:
    """Return the defects of each line of a text of vectors, one letter and one number at a time."""
    lines = content.split(b"\n")
    unfinished = bool(lines[-1])
    lines = lines if unfinished else lines[:-1]
    return [sorted(_defects_of_line(line, dim, unfinished and i == len(lines) - 1)) for i, line in enumerate(lines)]


def _defects_of_line(line: bytes, dim: int, last: bool) -> set[str]:
    found = {"no-newline"} if last else set()
    if line.endswith(b"\r"):
        found.add("crlf")
        line = line[:-1]
    if line.endswith((b" ", b"\t")):
        found.add("blank-at-end")
    line = line.rstrip(b" \t\r")
    if not line:
        return found | {"blank-line"}
    fields = re.split(rb"[ \t]+", line)
    kinds = [_kind_of_number(field) for field in fields]
    numbers_alone = "bad-number" not in kinds[-dim:]
    more_numbers = "bad-number" not in kinds[1:-dim]
    if len(fields) < dim + 1:
        return found | {"truncated" if last else "ragged"}
    if len(fields) > dim + 1 and (more_numbers or not numbers_alone):
        return found | {"ragged"}
    # White space with a tab in it at the beginning is a word, if a blank follows.
    word = (
        rb"[ \t]*\t[ \t]*(?=[ \t])" if re.match(rb"[ \t]*\t[ \t]*[ \t]", line) and len(fields) == dim + 1 else rb".*?"
    )
    head = re.fullmatch(rb"(?s)(" + word + rb")[ \t]" + rb"[ \t]*([^ \t]+)" + rb"[ \t]+([^ \t]+)" * (dim - 1), line)
    assert head is not None
    found |= _defects_of_word(head[1])
    if line != b" ".join(head.groups()):
        found.add("separators")
    found |= {kind for kind in kinds[-dim:] if kind in ("bad-number", "not-finite")}
    if set(kinds[-dim:]) == {"zero"}:
        found.add("zero-row")
    return found


def _kind_of_number(field: bytes) -> str:
    text = field.decode("latin-1")
    if re.fullmatch(r"[+-]?(nan|inf|infinity)", text, re.IGNORECASE | re.ASCII):
        return "not-finite"
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        return "bad-number"
    number = nearest_float32(text)
    return "not-finite" if np.isinf(number) else "zero" if number == 0 else "number"


def _defects_of_word(word: bytes) -> set[str]:
    found = set() if word else {"empty-word"}
    try:
        text = word.decode()
    except UnicodeDecodeError:
        found.add("invalid-utf8")
        text = word.decode(errors="replace")
    for letter in text:
        if letter == " ":
            found.add("space")
        elif ord(letter) < 32:
            found.add("control")
        elif letter.isspace():
            found.add("unicode-space")
    return found


def binary_rows(words: list[bytes], rows: NDArray[np.uint8], newline: bool) -> bytes:
    """Return word2vec's binary rows, with or without a newline after each."""
    pairs = zip(words, rows, strict=True)
    return b"".join(word + b" " + row.tobytes() + b"\n" * newline for word, row in pairs)


def split_binary_rows(content: bytes, size: int, most: int) -> tuple[list[tuple[bytes, bytes]], int]:
    """Return the complete rows at the beginning of `content`, at most `most`, and their bytes."""
    found: list[tuple[bytes, bytes]] = []
    used = 0
    while len(found) < most:
        word, blank, rest = content[used:].lstrip(b"\n").partition(b" ")
        if not blank or len(rest) < size:
            break
        found.append((word, rest[:size]))
        used = len(content) - len(rest) + size
    return found, used


def fasttext_ngrams(word: str, shortest: int, longest: int) -> list[str]:
    """Bojanowski et al. (2017) as fastText's dictionary.cc has it: all lengths, but not "<" or ">" alone."""
    text = f"<{word}>"
    spans = [(i, j) for i in range(len(text)) for j in range(i + shortest, min(i + longest, len(text)) + 1)]
    return [text[i:j] for i, j in spans if j - i > 1 or (i > 0 and j < len(text))]


def fasttext_hash(text: str) -> int:
    """FNV-1a of 32 bits, with bytes as signed numbers."""
    hashed = 2166136261
    for byte in text.encode(errors="surrogateescape"):
        hashed = ((hashed ^ ((byte - 256 if byte > 127 else byte) & 0xFFFFFFFF)) * 16777619) & 0xFFFFFFFF
    return hashed


def fasttext_vector(word: str, rows: NDArray[np.float32], shortest: int, longest: int) -> Rows:
    """Return the mean of the rows of a word's n-grams."""
    found = [rows[fasttext_hash(ngram) % len(rows)] for ngram in fasttext_ngrams(word, shortest, longest)]
    return np.mean(np.array(found, np.float64).reshape(-1, rows.shape[1]), 0)


def murmur(key: bytes, seed: int) -> tuple[int, int]:
    """MurmurHash3_x64_128, as its author's page describes it."""

    def rotated(number: int, by: int) -> int:
        return (number << by | number >> (64 - by)) & MASK

    def finished(number: int) -> int:
        number = ((number ^ number >> 33) * 0xFF51AFD7ED558CCD) & MASK
        number = ((number ^ number >> 33) * 0xC4CEB9FE1A85EC53) & MASK
        return number ^ number >> 33

    c1, c2 = 0x87C37B91114253D5, 0x4CF5AD432745937F
    h1 = h2 = seed
    whole = len(key) // 16 * 16
    for at in range(0, whole, 16):
        k1, k2 = (int.from_bytes(key[at + i : at + i + 8], "little") for i in (0, 8))
        h1 ^= rotated(k1 * c1 & MASK, 31) * c2 & MASK
        h1 = ((rotated(h1, 27) + h2) * 5 + 0x52DCE729) & MASK
        h2 ^= rotated(k2 * c2 & MASK, 33) * c1 & MASK
        h2 = ((rotated(h2, 31) + h1) * 5 + 0x38495AB5) & MASK
    tail = key[whole:]
    h2 ^= rotated(int.from_bytes(tail[8:], "little") * c2 & MASK, 33) * c1 & MASK
    h1 ^= rotated(int.from_bytes(tail[:8], "little") * c1 & MASK, 31) * c2 & MASK
    h1, h2 = h1 ^ len(key), h2 ^ len(key)
    h1 = (h1 + h2) & MASK
    h2 = (h2 + h1) & MASK
    h1, h2 = finished(h1), finished(h2)
    h1 = (h1 + h2) & MASK
    return h1, (h2 + h1) & MASK


def floret_vector(
    word: str, rows: NDArray[np.float32], lengths: tuple[int, int], hashes: int, seed: int, marks: tuple[str, str]
) -> Rows:
    """Return the mean of all rows of the marked word and its n-grams."""
    text = f"{marks[0]}{word}{marks[1]}"
    spans = [(i, i + n) for n in range(lengths[0], lengths[1] + 1) for i in range(len(text) - n + 1)]
    found = []
    for ngram in [text] + [text[i:j] for i, j in spans]:
        one, two = murmur(ngram.encode(), seed)
        parts = [one & 0xFFFFFFFF, one >> 32, two & 0xFFFFFFFF, two >> 32][:hashes]
        found += [rows[part % len(rows)].astype(np.float64) for part in parts]
    return np.mean(found, 0)


# Paragraph vectors


def document_window(
    words: Rows, contexts: Rows, inputs: list[int], outputs: list[int], rate: float
) -> tuple[float, int]:
    """One word of a document, predicted from the document alone; scores are from the rows before the update."""
    d, error = words[inputs[0]].copy(), np.zeros(words.shape[1])
    scores = [float(d @ contexts[o]) for o in outputs]
    loss, pairs = 0.0, 0
    for chunk in _chunks(len(outputs)):
        before = contexts.copy()
        for k in chunk:
            if k == 0 or outputs[k] != outputs[0]:
                gradient = rate * ((k == 0) - sigmoid(scores[k]))
                loss, pairs = loss + pair_loss(scores[k], k == 0), pairs + 1
                error += gradient * before[outputs[k]]
                contexts[outputs[k]] += gradient * d
    words[inputs[0]] += error
    return loss, pairs


def train_documents(
    step: Callable[[Rows, Rows, list[int], list[int], float], tuple[float, int]],
    words: Rows,
    contexts: Rows,
    documents: Rows,
    texts: list[list[list[int]]],
    keep: NDArray[np.uint32],
    noise: NDArray[np.uint32],
    window: int,
    negatives: int,
    rate: float,
    state: int,
    fixed: bool = False,
    windows: bool = True,
) -> tuple[float, int]:
    """Train on a piece of whole documents; while one is trained, its row is the last row of `words`.

    Without `windows`, a word is predicted from the document alone.
    """
    loss, pairs, own = 0.0, 0, len(words) - 1
    for number, text in enumerate(texts):
        words[own] = documents[number]
        stream = Stream(mix(state + mix(number + GOLDEN)))
        kept = [[w for w in part if w < len(keep) and stream.bits() & 0xFFFFFFFF <= keep[w]] for part in text]
        flat = [w for part in kept for w in part]

        def draw(centre: int, flat: list[int] = flat, stream: Stream = stream) -> list[int]:
            return [flat[centre]] + [draw_noise(noise, stream.bits()) for _ in range(negatives)]

        drawn = {centre: draw(centre) for centre in range(min(AHEAD, len(flat)))}
        if windows:
            steps = _windows(kept, len(flat), draw, drawn, stream, window, fixed)
        else:
            steps = _words(len(flat), draw, drawn)
        for centre, inputs in steps:
            step_loss, step_pairs = step(words, contexts, [*inputs, own], drawn[centre], rate)
            loss, pairs = loss + step_loss, pairs + step_pairs
        documents[number] = words[own]
    return loss, pairs


def soft_code(e: Rows, size: float) -> Rows:
    """Return γ (2 σ(e) − 1), which a code rounds."""
    return np.asarray(size * (2 / (1 + np.exp(-np.asarray(e, np.float64))) - 1))


def train_codes(
    contexts: Rows,
    documents: Rows,
    texts: list[list[list[int]]],
    keep: NDArray[np.uint32],
    noise: NDArray[np.uint32],
    negatives: int,
    rate: float,
    state: int,
    length: float,
    pace: float,
    projection: Rows | None = None,
    together: int = 1,
) -> tuple[float, int]:
    """Train codes of documents by words; rows of `contexts` have a number for each bit, and the bias.

    With a projection, `documents` are real vectors. `together` words are predicted from one code.
    """
    loss, pairs, bits = 0.0, 0, contexts.shape[1] - 1
    size = length / math.sqrt(bits)
    for number, text in enumerate(texts):
        stream = Stream(mix(state + mix(number + GOLDEN)))
        flat = [w for part in text for w in part if w < len(keep) and stream.bits() & 0xFFFFFFFF <= keep[w]]

        def draw(centre: int, flat: list[int] = flat, stream: Stream = stream) -> list[int]:
            return [flat[centre]] + [draw_noise(noise, stream.bits()) for _ in range(negatives)]

        drawn = {centre: draw(centre) for centre in range(min(AHEAD, len(flat)))}
        steps = _words(len(flat), draw, drawn)
        for first in range(0, len(flat), together):
            e = documents[number] if projection is None else documents[number] @ projection
            code = np.append(np.where(e >= 0, size, -size), 1.0)
            error = np.zeros(bits + 1)
            for centre, _ in itertools.islice(steps, min(together, len(flat) - first)):
                held = np.stack([code])
                step_loss, step_pairs = document_window(held, contexts, [0], drawn[centre], rate)
                loss, pairs = loss + step_loss, pairs + step_pairs
                error += held[0] - code
            sigma = 1 / (1 + np.exp(-e))
            change = pace * size * sigma * (1 - sigma) * error[:bits]
            if projection is None:
                documents[number] += change
            else:
                before = documents[number].copy()
                documents[number] += projection @ change
                projection += np.outer(before, change)
    return loss, pairs


def _words(
    total: int, draw: Callable[[int], list[int]], drawn: dict[int, list[int]]
) -> Iterator[tuple[int, list[int]]]:
    for centre in range(total):
        if centre + AHEAD < total:
            drawn[centre + AHEAD] = draw(centre + AHEAD)
        yield centre, []
