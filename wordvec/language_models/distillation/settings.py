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
WORDS, SENTENCES = METHODS = ("words", "sentences")
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
        "over a sentence is nearest to the teacher's vector of the sentence",
        choices=METHODS,
    )
    dim: int | None = setting(
        None,
        f"principal components to keep; default: automatic, {USUAL_DIM}, or all of a teacher with fewer",
        at_least=1,
    )
    centre: bool = setting(True, "subtract the mean of the teacher's vectors first")
    weighting: str | None = setting(
        None,
        "weights of words: sif, a / (a + p), with p the share of the word by its count; zipf, the same with p by rank; "
        "uniform; default: sif, without counts zipf",
        choices=WEIGHTINGS,
    )
    a: float = setting(1e-3, "a of the weights", above=0)
    strength: float | None = setting(
        None,
        "of sentences: number of sentences that the row with which a word starts counts for; default: automatic, the "
        "best of several on a tenth of the sentences",
        above=0,
        real=True,
    )

    def __post_init__(self) -> None:
        check_settings(self)
        if self.method == WORDS and self.strength is not None:
            raise SettingsError(": method words does not have this setting", setting="strength")

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
            Sentences, one a line (method ``sentences``).
        targets
            (sentences, teacher's dim) array of the teacher's vectors of the sentences; those that are zeros are left
            out.

        Returns
        -------
        Vectors
            Vectors whose plain mean over a sentence is its vector; with uniform weights and method ``words``, vectors
            of words alone. ``metadata["distillation"]`` has the figures of the computation.

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
        """Return the settings of the method, for metadata."""
        shown = dataclasses.asdict(self)
        return {name: value for name, value in shown.items() if not (name == "strength" and self.method == WORDS)}
