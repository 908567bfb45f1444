"""Hyperparameters and training with negative sampling or hierarchical softmax: the base of skip-gram and CBOW."""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, Self

from wordvec import arguments
from wordvec.errors import SettingsError
from wordvec.settings import known, setting
from wordvec.trainers import rules
from wordvec.trainers.base import LOSS_RISES, Estimate, Trainer, trained_vocabulary
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.kernels.windows import WindowShape
    from wordvec.trainers.checkpoint import Checkpoint
    from wordvec.trainers.continuing import Kept
    from wordvec.trainers.model import Kernel, NegativeSamplingModel
    from wordvec.trainers.pieces import Pieces
    from wordvec.trainers.pull import Graph
    from wordvec.trainers.stopping import OnReport
    from wordvec.vectors import Vectors


SAMPLING, HIERARCHICAL = LOSSES = ("negative-sampling", "hierarchical-softmax")
_NODES_OF_PATH = 14
"""Inner nodes on the path of a token that subsampling keeps, on average, about (16.9 M tokens of Wikipedia)."""
FINAL_RATE = "fraction of the initial learning rate that remains at the end"


def learning_rate(usual: float, started: float) -> Any:
    """Return the field of an automatic learning rate: `usual`, and `started` if training starts from other vectors."""
    rule = rules.learning_rate(usual, started)
    return setting(None, rules.LEARNING_RATE.format(usual, started), above=0, real=True, rule=rule)


def replicas(most: int) -> Any:
    """Return the field of an automatic number of replicas, at most `most`."""
    about = rules.REPLICAS.format(most, rules.MEMORY_OF_REPLICAS / 1e9)
    return setting(None, about, at_least=1, at_most=256, rule=rules.replicas(most))


@dataclasses.dataclass(frozen=True, kw_only=True)
class NegativeSampling(Trainer):
    """A model that is trained to distinguish words from sampled noise words, or to predict them by a Huffman tree."""

    resumable: ClassVar[bool] = True
    keeps_words: ClassVar[bool] = True
    distributable: ClassVar[bool] = True
    """Whether workers can train replicas."""

    @property
    def scores_pairs(self) -> bool:
        """Whether each word of a window is scored by itself, and not their mean."""
        return True

    dim: int = setting(100, "number of dimensions of a vector", at_least=2)
    window: int = setting(5, "maximum number of context words on either side", at_least=1)
    fixed_window: bool = setting(False, "always use the whole window, not a random part of it")
    epochs: int | None = setting(None, rules.PASSES.format(20, 60_000), at_least=1, rule=rules.skipgram_passes)
    min_count: int | None = setting(None, rules.MIN_COUNT, at_least=1, rule=rules.min_count)
    loss: str = setting(
        SAMPLING,
        "distinguish a word from noise words (negative-sampling), or predict its code in a Huffman tree "
        "(hierarchical-softmax), which gives exact probabilities",
        choices=LOSSES,
    )
    negatives: int = setting(None, "number of noise words drawn for each window; default: 5", at_least=1)
    sample: float = setting(
        1e-4, "subsample words more frequent than about this share of the corpus; 0 keeps all tokens", at_least=0
    )
    noise_power: float = setting(
        None, "power of the counts by which noise words are drawn; default: 0.75", at_least=0, real=True
    )
    learning_rate: float | None = learning_rate(0.05, 0.005)
    final_rate: float = setting(1e-4, FINAL_RATE, at_least=0, at_most=1)
    stop_when_loss_rises: int | None = setting(None, LOSS_RISES, at_least=1)
    replicas: int | None = replicas(rules.MOST_REPLICAS)
    round_tokens: int | None = setting(
        None,
        rules.ROUND_TOKENS.format(rules.SHORTEST_ROUND, rules.LONGEST_ROUND, 1_600_000),
        at_least=1,
        rule=rules.round_tokens,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, value in self.of_noise.items():
            if self.hierarchical and getattr(self, name) is not None:
                raise SettingsError(": hierarchical softmax draws no noise words; leave this out", setting=name)
            if not self.hierarchical and getattr(self, name) is None:
                object.__setattr__(self, name, value)

    @property
    def hierarchical(self) -> bool:
        """Whether the loss is hierarchical softmax, whose output matrix has rows of inner nodes."""
        return self.loss == HIERARCHICAL

    @property
    def of_noise(self) -> dict[str, Any]:
        """Default values of the settings of noise words, by name; with hierarchical softmax they have none."""
        return {"negatives": 5, "noise_power": 0.75}

    def resolved(self, source: "EncodedCorpus | Cooccurrence", *, started: bool = False) -> Self:
        """Return the trainer with a value for each automatic setting: see `Trainer.resolved`."""
        from wordvec.trainers.pieces import piece_tokens

        run = super().resolved(source, started=started)
        if self.learning_rate is None and self.hierarchical:
            run = dataclasses.replace(run, learning_rate=known(run.learning_rate) * rules.RATE_OF_PATHS)
        if self.replicas is None:
            size = run.rows(len(trained_vocabulary(source, known(run.min_count)))) * run.dim * 4
            run = dataclasses.replace(run, replicas=rules.replicas_that_fit(max(1, size), known(run.replicas)))
        if self.round_tokens is None:
            # A stop waits for the end of a round.
            most = rules.MOST_PIECES * piece_tokens(run.work())
            run = dataclasses.replace(run, round_tokens=min(known(run.round_tokens), most))
        return run

    def rows(self, words: int) -> int:
        """Return about how many rows both matrices have together."""
        return 2 * words

    def fit(
        self,
        corpus: "EncodedCorpus",
        *,
        init: "Vectors | None" = None,
        init_contexts: "Vectors | None" = None,
        init_words: str = "union",
        graph: "Graph | None" = None,
        checkpoint: "Checkpoint | None" = None,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
        on_report: "OnReport | None" = None,
    ) -> "Vectors":
        """Train on a corpus.

        Parameters
        ----------
        corpus
            Encoded text; its words with a count of at least `min_count`, and those of `keep_words`, are trained.
        init, init_contexts
            Starting rows of the words they contain, for `words` and for `contexts`. Default of `init_contexts`: the
            contexts of `init`, if it has any; otherwise 0.
        init_words
            ``"union"`` keeps the words of `init` that are not trained, because the corpus has fewer than `min_count`
            of them, with unchanged rows; counts are then those of the earlier and the new text together. ``"corpus"``
            leaves them out.
        graph
            Path of a lexicon (see `wordvec.lexicons.reading`), or a lexicon, whose neighbours are drawn together and
            whose opposites are pushed apart, as strongly as `pull` says.
        checkpoint
            Folder in which the state is saved at an interruption and at intervals. One opened from an interrupted run
            is resumed, with the same `graph`; with one thread the result has the same bits as that of an uninterrupted
            run. After training its `state` is the final one.
        progress, stop
            Receiver of progress reports, and the flag that stops training.
        on_report
            Called with a `wordvec.trainers.stopping.Report` twice a second and after each epoch. If it returns False,
            training stops early; the result is complete, and its metadata records the reason.

        Returns
        -------
        Vectors
            (words, dim) float32 input matrix, by falling frequency; its `contexts` are the output matrix.

        Raises
        ------
        InputError
            If no word is frequent enough, `init`, the checkpoint or its graph does not match, or no edge of the graph
            has two words that are trained.
        MemoryLimitError
            If the matrices do not fit in memory.
        DivergedError
            If the loss becomes NaN or infinite.
        Interrupted
            If `stop` was set.
        """
        from wordvec.trainers import fitting

        start = fitting.Start(init, init_contexts, init_words, graph)
        control = fitting.Control(checkpoint, progress or Progress(), stop or StopFlag(), on_report)
        return fitting.fit(self, corpus, start, control)

    def estimate(
        self,
        corpus: "EncodedCorpus",
        *,
        init: "Vectors | None" = None,
        init_contexts: "Vectors | None" = None,
        init_words: str = "union",
        graph: "Graph | None" = None,
    ) -> Estimate:
        """Estimate memory and time by training for about a second; parameters are those of `fit`.

        Raises
        ------
        InputError, MemoryLimitError
            As `fit`.
        """
        from wordvec.corpora.encoded import EncodedCorpus
        from wordvec.trainers import continuing, loop
        from wordvec.trainers.pull import lexicon_of
        from wordvec.trainers.pull_setting import with_pull

        arguments.expect("corpus", corpus, EncodedCorpus)
        run = with_pull(self.resolved(corpus, started=init is not None), graph)
        keep = continuing.check_choice(init_words) == continuing.UNION
        init_contexts = self.starting_contexts(init, init_contexts)
        model = run.model_of(corpus, init, init_contexts, keep=keep)
        if (lexicon := lexicon_of(graph)) is not None:
            model.connect(lexicon)
        pieces = run.pieces_of(corpus)
        seconds = loop.estimate_seconds(pieces, model.workers(pieces))
        memory = model.memory + sum(start.matrix.nbytes for start in (init, init_contexts) if start is not None)
        kept = 0 if model.kept is None else len(model.kept)
        return Estimate(model.size, pieces.tokens * pieces.epochs, "tokens", memory, seconds, pieces.epochs, kept)

    def check_start(self, init: "Vectors | None", init_contexts: "Vectors | None" = None) -> None:
        """Check that starting vectors fit the model: their dim.

        Raises
        ------
        InputError
            If they do not.
        """
        from wordvec.trainers.starting import check

        self.starting_contexts(init, init_contexts)
        check(self.dim, init, init_contexts)

    def starting_contexts(self, init: "Vectors | None", init_contexts: "Vectors | None") -> "Vectors | None":
        """Return the starting rows of the output matrix; the rows of inner nodes start from zero.

        Raises
        ------
        SettingsError
            If `init_contexts` are given for inner nodes.
        """
        from wordvec.trainers.continuing import contexts_of

        if not self.hierarchical:
            return contexts_of(init, init_contexts)
        if init_contexts is not None:
            raise SettingsError(
                ": hierarchical softmax has rows of inner nodes, which follow from the counts of the text, in place of "
                "context words; leave this out",
                setting="init_contexts",
            )
        return None

    def model_of(
        self,
        corpus: "EncodedCorpus",
        init: "Vectors | None" = None,
        init_contexts: "Vectors | None" = None,
        *,
        keep: bool = False,
        kept: "Kept | None" = None,
        copies: int | None = None,
    ) -> "NegativeSamplingModel":
        """Return the model to train; parameters are those of `NegativeSamplingModel`."""
        from wordvec.trainers.model import NegativeSamplingModel

        return NegativeSamplingModel(self, corpus, init, init_contexts, keep, kept, copies)

    def pieces_of(self, corpus: "EncodedCorpus") -> "Pieces":
        """Return the corpus as pieces, over all epochs."""
        from wordvec.trainers.pieces import Pieces

        text = corpus.trained(known(self.min_count))
        return Pieces(text, known(self.epochs), self.work(), self.final_rate)

    def window_shape(self) -> "WindowShape":
        """Return the settings that the kernels need."""
        from wordvec.kernels.windows import WindowShape

        return WindowShape(self.window, self.fixed_window, 0 if self.hierarchical else self.negatives)

    @property
    def columns(self) -> int:
        """Length of a row of the output matrix."""
        return self.dim

    def kernel(self) -> "Kernel":
        """Return the kernel that trains one piece."""
        raise NotImplementedError

    def work(self) -> int:
        """Return about how many numbers training reads for a token."""
        return self.dim * self.window * (_NODES_OF_PATH if self.hierarchical else 1 + self.negatives)
