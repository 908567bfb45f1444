"""Senses as clusters of contexts: hyperparameters; the control for trained models of senses."""

import dataclasses
from typing import TYPE_CHECKING

from wordvec.documentation import documented
from wordvec.settings import check_settings, setting

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.senses.result import SenseVectors
    from wordvec.vectors import Vectors
    from wordvec.workers import Progress, StopFlag


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class ContextClusters:
    """Vectors of senses from word vectors: clusters of the contexts of each word (Schütze 1998).

    The vector of a context is the sum of the vectors of its words, without the mean of all words, weighted as in SIF.
    Spherical k-means clusters a sample of the contexts of each word. The vector of sense k is that of the word, moved
    by the difference between the centre μ_k of its cluster and the mean of the centres by their shares π, times the
    length of the word's vector: v_k = v + |v| (μ_k − Σ_l π_l μ_l). The mean of the senses by their shares is v.

    The same corpus, vectors, settings and seed give the same bits with any number of threads.

    Examples
    --------
    >>> from wordvec import EncodedCorpus, Vectors
    >>> with EncodedCorpus.from_sentences(["a bank lends", "river bank"] * 30) as corpus:
    ...     vectors = Vectors(["bank", "lends", "river", "a"], [[1, 1], [1, 0], [0, 1], [0.5, 0.5]])
    ...     senses = ContextClusters(senses=2).fit(corpus, vectors)
    >>> [round(sense.share, 2) for sense in senses.senses("bank")]
    [0.5, 0.5]
    """

    senses: int = setting(5, "largest number of senses of a word", at_least=2)
    window: int = setting(5, "number of tokens on either side of a word that are its context", at_least=1)
    contexts: int = setting(500, "expected number of contexts of each word in the sample", at_least=10)
    sense_min_count: int = setting(20, "words with fewer occurrences have one sense", at_least=1)
    min_share: float = setting(
        0.05, "leave out senses with a smaller share of the tokens of their word", at_least=0, at_most=0.5
    )
    restarts: int = setting(2, "starts of k-means, of which the best counts", at_least=1)
    threads: int | None = setting(None, "number of threads; default: all processors", at_least=1)
    seed: int = setting(1, "seed of the random numbers", at_least=0, at_most=2**63 - 1)

    def __post_init__(self) -> None:
        check_settings(self)

    def fit(
        self,
        corpus: "EncodedCorpus",
        vectors: "Vectors",
        *,
        progress: "Progress | None" = None,
        stop: "StopFlag | None" = None,
    ) -> "SenseVectors":
        """Return vectors of senses, with typical contexts and without a model.

        Parameters
        ----------
        corpus
            Text of the contexts, encoded as the text of the vectors was.
        vectors
            Word vectors, of any method.
        progress, stop
            Receiver of progress reports, and the flag that stops the work.

        Raises
        ------
        InputError
            If no word of the vectors is frequent enough in the corpus, their text was encoded with other settings,
            or they have senses already.
        Interrupted
            If `stop` was set.
        """
        from wordvec.trainers.senses.clustering import clustered

        return clustered(self, corpus, vectors, progress, stop)

    def memory(self, corpus: "EncodedCorpus", dim: int) -> int:
        """Return about how many bytes the sample and the rows of contexts and of senses need."""
        words = corpus.vocabulary.cut(self.sense_min_count)
        return 32 * words * self.contexts + 4 * dim * (2 * len(corpus.vocabulary) + 2 * words * self.senses)
