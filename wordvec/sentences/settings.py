"""Settings of sentence vectors; no numerical library is imported here, so that help pages stay fast."""

import dataclasses
from typing import TYPE_CHECKING

from wordvec.documentation import documented
from wordvec.settings import check_settings, setting

if TYPE_CHECKING:
    from wordvec.sentences.model import SentenceModel
    from wordvec.sentences.texts import Texts
    from wordvec.vectors import Vectors
    from wordvec.workers import Progress, StopFlag

SIF, USIF, TFIDF, UNIFORM = "sif", "usif", "tfidf", "uniform"
WEIGHTINGS = (SIF, USIF, TFIDF, UNIFORM)
COUNTS, TEXT = "counts", "text"
"""Sources of frequencies."""
_REMOVED = {SIF: 1, USIF: 5, TFIDF: 0, UNIFORM: 0}


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class Sentences:
    """Sentence vectors: weighted means of word vectors, without their common components.

    Parameters
    ----------
    weighting
        ``"sif"`` (Arora, Liang and Ma 2017), ``"usif"`` (Ethayarajh 2018; without its normalisation of dimensions
        within a sentence, which is not linear), ``"tfidf"`` or ``"uniform"``; see `weights`.
    remove
        Number of common components removed; default: automatic, 1 for ``sif``, 5 for ``usif``, otherwise 0. ``usif``
        removes each in proportion to its squared singular value.
    a
        a of SIF.
    length
        Expected number of tokens of a sentence: for ``usif``, and for components without text.
    all_but_the_top
        Number of principal components removed from the words first, after their mean; 0: neither is.
    frequencies
        ``"counts"``: the frequencies of words are those of the vectors; ``"text"``: those of the texts. Default: counts
        if the vectors have them and the weighting is not ``tfidf``, otherwise text. By counts, TF-IDF takes each token
        for a line.

    Examples
    --------
    >>> vectors = Vectors(["the", "tea"], [[1, 0], [1, 1]], counts=[9, 1])
    >>> model = Sentences(remove=0, a=0.1).fit(vectors)
    >>> model.weights.round(2).tolist()
    [0.1, 0.5]
    >>> model.vectors(vectors).matrix.round(2).tolist()
    [[0.10000000149011612, 0.0], [0.5, 0.5]]
    """

    weighting: str = setting(SIF, "weights of words", choices=WEIGHTINGS)
    remove: int | None = setting(
        None, "common components to remove; default: automatic, 1 for sif, 5 for usif, otherwise 0", at_least=0
    )
    a: float = setting(1e-3, "a of SIF's weights a / (a + p(w))", above=0)
    length: int = setting(11, "expected tokens of a sentence, for usif and for components without text", at_least=1)
    all_but_the_top: int = setting(
        0, "principal components to remove from the words first, with their mean; 0 removes neither", at_least=0
    )
    frequencies: str | None = setting(
        None,
        "source of the frequencies of words; default: the vectors' counts if they have any, for tfidf the text",
        choices=(COUNTS, TEXT),
    )

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def removed(self) -> int:
        """Number of common components to remove."""
        return _REMOVED[self.weighting] if self.remove is None else self.remove

    def fit(
        self,
        vectors: "Vectors",
        texts: "Texts | None" = None,
        *,
        threads: int | None = None,
        progress: "Progress | None" = None,
        stop: "StopFlag | None" = None,
    ) -> "SentenceModel":
        """Compute the weights of the words and the common components.

        Parameters
        ----------
        vectors
            Word vectors.
        texts
            Texts whose common components are removed, and from which frequencies come if the vectors have none. They
            are read once for each. Default: the components expected from the counts.
        threads
            Number of threads; default: one for each processor.

        Raises
        ------
        InputError
            If frequencies are needed and there are none, the texts have no known word, or standard input would be read
            twice.
        SettingsError
            If more components are to be removed than the vectors have dimensions.
        """
        from wordvec.sentences.fitting import fitted

        return fitted(self, vectors, texts, threads=threads, progress=progress, stop=stop)
