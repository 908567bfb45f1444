"""Settings of distillation; no numerical library is imported here, so that help pages stay fast."""

import dataclasses
from typing import TYPE_CHECKING, Any

from wordvec.documentation import documented
from wordvec.errors import SettingsError
from wordvec.settings import check_settings, setting

if TYPE_CHECKING:
    from wordvec.rows import Floats
    from wordvec.sentences.texts import Texts
    from wordvec.vectors import Vectors
    from wordvec.workers import Progress, StopFlag

METHOD = "distillation"
"""Method in the metadata of distilled vectors."""
WORDS, SENTENCES, CONTEXTS = METHODS = ("words", "sentences", "contexts")
SIF, ZIPF, UNIFORM = WEIGHTINGS = ("sif", "zipf", "uniform")
USUAL_DIM = 256


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class Distillation:
    """Static vectors of words out of a teacher's vectors of words and sentences.

    Raises
    ------
    SettingsError
        If a value is out of range, or the method does not have the setting.

    Examples
    --------
    >>> teacher = Vectors(["the", "tea"], [[1, 3], [3, 1]], counts=[9, 1])
    >>> Distillation(dim=1, a=0.1).fit(teacher).matrix.round(3).tolist()
    [[-0.1410000026226043], [0.7070000171661377]]
    """

    method: str = setting(
        WORDS,
        "words: principal components of the teacher's vectors of single words, weighted; sentences: rows whose mean "
        "over a sentence is nearest to the teacher's vector of the sentence; contexts: rows that predict the words of "
        "a sentence from the teacher's vector of it, weighted",
        choices=METHODS,
    )
    dim: int | None = setting(
        None,
        f"principal components to keep; default: automatic, {USUAL_DIM}, or all of a teacher with fewer",
        at_least=1,
    )
    centre: bool = setting(True, "subtract the mean of the teacher's vectors first; contexts always does")
    weighting: str | None = setting(
        None,
        "weights of words: sif, a / (a + p), with p the share of the word by its count; zipf, the same with p by rank; "
        "uniform; default: sif, without counts zipf",
        choices=WEIGHTINGS,
    )
    a: float = setting(1e-3, "a of the weights", above=0)
    strength: float | None = setting(
        None,
        "of sentences: number of sentences that the row with which a word starts counts for; of contexts: number of "
        "tokens; default: automatic, the best of several on a tenth of the sentences",
        above=0,
        real=True,
    )
    threads: int | None = setting(None, "of contexts: number of threads; default: all processors", at_least=1)

    def __post_init__(self) -> None:
        check_settings(self)
        for name, methods in (("strength", (SENTENCES, CONTEXTS)), ("threads", (CONTEXTS,))):
            if getattr(self, name) is not None and self.method not in methods:
                raise SettingsError(f": method {self.method} does not have this setting", setting=name)
        if self.method == CONTEXTS and not self.centre:
            raise SettingsError("False: method contexts always subtracts the mean", setting="centre")

    def fit(
        self,
        teacher: "Vectors",
        texts: "Texts | None" = None,
        targets: "Floats | None" = None,
        *,
        progress: "Progress | None" = None,
        stop: "StopFlag | None" = None,
    ) -> "Vectors":
        """Compute static vectors.

        Parameters
        ----------
        teacher
            Words with the teacher's vectors of them, and their counts, if they are known. A row of zeros is a word of
            which the teacher has no vector.
        texts
            Sentences, one a line (methods ``sentences`` and ``contexts``).
        targets
            (sentences, teacher's dim) array of the teacher's vectors of the sentences; those that are zeros are left
            out.

        Returns
        -------
        Vectors
            Vectors whose plain mean over a sentence is its vector; with uniform weights and another method than
            ``sentences``, vectors of words alone. ``metadata["distillation"]`` has the figures of the computation.

        Raises
        ------
        InputError
            If numbers of words, sentences and dimensions do not fit, a vector holds NaN or infinity, or no sentence
            has a known word.
        MemoryLimitError
            If the sentences or the vectors do not fit in memory.
        SettingsError
            If the method needs texts and targets, or does not use them, or `dim` exceeds that of the teacher.
        Interrupted
            If `stop` was set.
        """
        from wordvec.language_models.distillation.fitting import fitted

        return fitted(self, teacher, texts, targets, progress=progress, stop=stop)

    def record(self) -> dict[str, Any]:
        """Return the settings of the method, for metadata; `threads` change no result."""
        left_out = {"threads"} | ({"strength"} if self.method == WORDS else set())
        return {name: value for name, value in dataclasses.asdict(self).items() if name not in left_out}
