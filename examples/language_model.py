"""A small language model with embedding layers out of word vectors, frozen or trained: its loss after some steps.

    python examples/language_model.py measure TRAIN HELD_OUT FOLDER [--steps 150] [--seeds 1,2,3,4,5] [--threads 2]
    python examples/language_model.py table FOLDER

The model is a causal transformer of two layers (dim 128, four heads, an output layer of its own) on byte-level tokens,
of which a tokenizer with 4,096 is trained on TRAIN. Its embedding layer has skip-gram or bit-cipher vectors of these
tokens in TRAIN, the rows of the bit-cipher in random order, or random rows. All rows have the same length, and all
layers of a seed the same other weights and the same batches, so that differences between layers are paired. Needs torch
and tokenizers.

A line is appended to FOLDER/losses.jsonl after each run, so that a stopped measurement can be continued.
"""

import argparse
import itertools
import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from replicas import rows
from scipy import stats
from torch import nn
from torch.nn import functional

from wordvec import EncodedCorpus, SkipGram
from wordvec.corpora.subword_tokenizers import SubwordTokenizer
from wordvec.language_models import LayerSettings, SubwordVocabulary, embedding_layer
from wordvec.rows import Floats, unit

DIM, HEADS, BLOCKS, CONTEXT, BATCH, TOKENS = 128, 4, 2, 64, 16, 4_096
STD, RATE = 0.02, 1e-3
RANDOM, LAYERS = "random", ("random", "skip-gram", "bit-cipher", "bit-cipher, shuffled")
FROZEN, TRAINED = WAYS = ("frozen", "trained")
RESULTS = "losses.jsonl"
HELD_OUT_BATCHES = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parts = parser.add_subparsers(required=True, dest="part")
    one = parts.add_parser("measure")
    one.add_argument("train", type=Path)
    one.add_argument("held_out", type=Path)
    one.add_argument("folder", type=Path)
    one.add_argument("--steps", type=int, default=150)
    one.add_argument("--seeds", default="1,2,3,4,5")
    one.add_argument("--threads", type=int, default=2)
    parts.add_parser("table").add_argument("folder", type=Path)
    given = parser.parse_args()
    if given.part == "table":
        print_table(rows(given.folder / RESULTS))
        return
    given.folder.mkdir(exist_ok=True)
    torch.set_num_threads(given.threads)
    trial = Trial(given.train, given.held_out, given.folder)
    for seed, way, layer in itertools.product(map(int, given.seeds.split(",")), WAYS, LAYERS):
        trial.measure(layer, way, seed, given.steps)


class Trial:
    """Text in the tokens of a tokenizer, and the embedding layers out of it."""

    def __init__(self, train: Path, held_out: Path, folder: Path) -> None:
        self.results, path = folder / RESULTS, folder / "tokenizer.json"
        if not path.exists():
            write_tokenizer(train, path)
        self.vocabulary = SubwordVocabulary.load(path)
        tokenizer = SubwordTokenizer(path)
        self.train, self.held_out = (
            torch.tensor(tokenizer.ids([text.read_text(encoding="utf-8")])[0]) for text in (train, held_out)
        )
        if not (folder / "train.corpus").exists():
            EncodedCorpus.from_text(train, folder / "train.corpus", tokenizer=str(path)).close()
        self.corpus = EncodedCorpus.open(folder / "train.corpus")

    def measure(self, name: str, way: str, seed: int, steps: int) -> None:
        """Train one model, and append a line with its losses, unless there is one."""
        key = [name, way, seed, steps]
        if any(row["key"] == key for row in rows(self.results)):
            return
        layer = torch.tensor(self.layer(name, seed))
        torch.manual_seed(seed)
        model = Transformer(len(self.vocabulary))
        model.embedding.weight.data.copy_(layer)
        model.embedding.weight.requires_grad_(way == TRAINED)
        begun, losses = time.perf_counter(), {}
        optimizer = torch.optim.AdamW([one for one in model.parameters() if one.requires_grad], lr=RATE)
        chance = np.random.default_rng(seed)
        for step in range(1, steps + 1):
            loss = model.loss(*self._batch(self.train, chance))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if step in (steps // 4, steps // 2, steps):
                losses[step] = round(self._held_out_loss(model), 4)
        line = {"key": key, "losses": losses, "seconds": round(time.perf_counter() - begun, 1)}
        with self.results.open("a") as file:
            file.write(json.dumps(line) + "\n")
        print(line, flush=True)

    def layer(self, name: str, seed: int) -> Floats:
        """Return the rows (tokens, dim) of an embedding layer, all of the same length."""
        how: dict[str, Any] = {"seed": seed, "std": STD}
        if name == RANDOM:
            matrix = np.random.default_rng(seed).normal(size=(len(self.vocabulary), DIM)).astype(np.float32)
        elif name == "skip-gram":
            vectors = SkipGram(dim=DIM, threads=1, seed=seed, min_count=1).fit(self.corpus)
            matrix = embedding_layer(LayerSettings(**how), self.vocabulary, vectors=vectors).matrix
        else:
            settings = LayerSettings(mode="cipher", dim=DIM, **how)
            matrix = embedding_layer(settings, self.vocabulary, corpus=self.corpus).matrix
        if name.endswith("shuffled"):
            matrix = np.random.default_rng(seed).permutation(matrix)
        return unit(matrix) * np.float32(STD * math.sqrt(DIM))

    def _batch(self, text: torch.Tensor, chance: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        begins = chance.integers(0, len(text) - CONTEXT - 1, BATCH).tolist()
        inputs = torch.stack([text[begin : begin + CONTEXT] for begin in begins])
        return inputs, torch.stack([text[begin + 1 : begin + CONTEXT + 1] for begin in begins])

    @torch.no_grad()
    def _held_out_loss(self, model: "Transformer") -> float:
        chance = np.random.default_rng(0)
        found = [float(model.loss(*self._batch(self.held_out, chance))) for _ in range(HELD_OUT_BATCHES)]
        return float(np.mean(found))


class Transformer(nn.Module):
    """A causal transformer, with norms before attention and feed-forward layers, as in GPT-2."""

    def __init__(self, tokens: int) -> None:
        super().__init__()
        self.embedding, self.positions = nn.Embedding(tokens, DIM), nn.Embedding(CONTEXT, DIM)
        block = nn.TransformerEncoderLayer(DIM, HEADS, 4 * DIM, 0.0, "gelu", batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(block, BLOCKS, enable_nested_tensor=False)
        self.norm, self.head = nn.LayerNorm(DIM), nn.Linear(DIM, tokens, bias=False)
        for one in (self.embedding, self.positions, self.head):
            nn.init.normal_(one.weight, std=STD)
        self.mask = nn.Transformer.generate_square_subsequent_mask(CONTEXT)

    def loss(self, inputs: torch.Tensor, outputs: torch.Tensor) -> torch.Tensor:
        """Return the mean loss of the next token."""
        x = self.embedding(inputs) + self.positions.weight[: inputs.shape[1]]
        states = self.norm(self.blocks(x, mask=self.mask, is_causal=True))
        return functional.cross_entropy(self.head(states).flatten(0, 1), outputs.flatten())


def write_tokenizer(text: Path, path: Path) -> None:
    """Train a byte-level BPE on a text."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train([str(text)], trainers.BpeTrainer(vocab_size=TOKENS, initial_alphabet=alphabet, show_progress=False))
    made.save(str(path))


def print_table(found: Sequence[dict[str, Any]]) -> None:
    """Print the mean losses over the seeds, and the paired difference from random rows with its 95 % interval."""
    steps = list(found[0]["losses"])
    print("| layer | | " + " | ".join(f"step {step}" for step in steps) + " | difference from random rows |")
    print("|---|---|" + "---|" * (len(steps) + 1))
    for way, layer in itertools.product(WAYS, LAYERS):
        losses = _losses(found, layer, way)
        cells = [f"{np.mean([one[step] for one in losses.values()]):.3f}" for step in steps]
        base = _losses(found, RANDOM, way)
        differences = [losses[seed][steps[-1]] - base[seed][steps[-1]] for seed in losses if seed in base]
        print(f"| {layer} | {way} | {' | '.join(cells)} | {_interval(differences) if layer != RANDOM else ''} |")


def _losses(found: Sequence[dict[str, Any]], layer: str, way: str) -> dict[int, dict[str, float]]:
    return {row["key"][2]: row["losses"] for row in found if row["key"][:2] == [layer, way]}


def _interval(differences: Sequence[float]) -> str:
    """Return the mean and the margin of its interval by Student's t."""
    number = len(differences)
    if number < 2:
        return f"{np.mean(differences):+.3f}"
    margin = stats.t.ppf(0.975, number - 1) * np.std(differences, ddof=1) / math.sqrt(number)
    return f"{np.mean(differences):+.3f} ± {margin:.3f}"


if __name__ == "__main__":
    main()
