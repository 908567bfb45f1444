"""Paragraphs on axes and associations for the methods section of a paper, with the works to cite."""

from wordvec.bibliography import with_works
from wordvec.evaluation.associations.axes import PAIRED, PAIRS, PCA, SEEDS, SEMAXIS
from wordvec.evaluation.associations.context_regression import ContextRegression
from wordvec.evaluation.associations.projections import Projections
from wordvec.evaluation.associations.results import Associations, drawn_items
from wordvec.evaluation.intervals import LEAST_ITEMS
from wordvec.evaluation.oov import SUBWORDS
from wordvec.provenance import machinery
from wordvec.wording import listed, quantity

AXES = {
    PAIRS: (
        "the mean of the differences between the unit vectors of the words of {units} (Kozlowski et al., 2019)",
        ["kozlowski2019"],
    ),
    PCA: (
        "the first principal component of the unit vectors of {units}, each pair centred at its middle (Bolukbasi et "
        "al., 2016)",
        ["bolukbasi2016"],
    ),
    SEMAXIS: ("the difference between the mean vectors of {units} (An et al., 2018)", ["an2018"]),
    SEEDS: ("seed words, {units} (Watanabe, 2021)", ["watanabe2021"]),
}
COMPOSED = (
    "Words that a vocabulary lacks were composed from their character n-grams, where vectors have them (Bojanowski et "
    "al., 2017)."
)


def reproduced(seed: int) -> str:
    """Return the sentence on seed and versions."""
    versions = machinery()["versions"]
    return f"The seed was {seed}; wordvec {versions['wordvec']}, numpy {versions['numpy']}."


def axis_text(found: Projections) -> str:
    """Return a paragraph on projections on an axis, and BibTeX of the works cited."""
    axis, settings = found.axis, found.settings
    text, works = AXES[settings.method]
    a, b = axis.poles
    if settings.method in PAIRED:
        pairs = listed([f"{one}\u2013{other}" for one, other in zip(a, b, strict=True)])
        units = f"{quantity(len(a), 'pair')} of words ({pairs})"
    else:
        units = f"{quantity(len(a), 'word')} ({', '.join(a)}) and {quantity(len(b), 'word')} ({', '.join(b)})"
    if settings.expand:
        units += f", each with its {quantity(settings.expand, 'nearest word')}"
    measure = (
        f"The score of a word is its mean cosine with the former minus that with the latter of two sets of "
        f"{text.format(units=units)}."
        if settings.method == SEEDS
        else f"The axis is {text.format(units=units)}. The projection of a word is the cosine of its vector with it."
    )
    said = [measure]
    if len(axis.models) > 1:
        names = ", ".join(model.name for model in axis.models)
        said.append(
            f"Axis and projections were computed in each of {len(axis.models)} models ({names})"
            + (
                "; differences are from the first."
                if axis.path
                else ", and projections are means over them, given with their standard deviation."
            )
        )
    if settings.oov == SUBWORDS:
        said.append(COMPOSED)
        works = [*works, "bojanowski2017"]
    return with_works(" ".join([*said, _axis_intervals(found), reproduced(settings.seed)]), works)


def _axis_intervals(found: Projections) -> str:
    axis, settings = found.axis, found.settings
    left_out = axis.without_each()
    least = min((one.cosine for one in left_out), default=None)
    unit = "pair" if settings.method in PAIRED else "word"
    stable = ""
    if least is not None:
        stable = f" Without any one {unit}, the cosine of the axis with the whole axis is at least {least:.2f}."
    if not axis.draws_poles:
        return f"Intervals were not computed, because there are too few {unit}s.{stable}"
    drawn = "pairs" if settings.method in PAIRED else "words of each set"
    over = f"{drawn} and of the models" if len(axis.models) > 1 and not axis.path else drawn
    scaled = (
        ""
        if settings.method == SEEDS
        else ", whose projections were divided by the mean cosine of the resampled axes with the axis "
        f"({axis.reliability(settings.resamples, settings.seed):.2f})"
    )
    return f"Intervals (95 %) are percentiles of {settings.resamples:,} bootstraps of the {over}{scaled}.{stable}"


MEASURES = {
    "weat": (
        "by the Word Embedding Association Test (WEAT; Caliskan et al., 2017), whose effect size is the difference "
        "between the mean associations of the two sets of targets, divided by the standard deviation over all targets; "
        "the association of a target is its mean cosine with the first set of attributes minus that with the second"
    ),
    "sc-weat": (
        "by the association test for single words (Caliskan et al., 2017): the mean cosine of a word with the first "
        "set of attributes minus that with the second, divided by the standard deviation over all attributes"
    ),
    "rnd": (
        "by the relative norm distance (Garg et al., 2018): the mean over the attributes of the distance to the mean "
        "vector of the first set of targets minus that to the second"
    ),
    "ect": (
        "by the embedding coherence test (Dev and Phillips, 2019): Spearman's correlation over the attributes between "
        "their cosines with the mean vectors of the two sets of targets"
    ),
    "ripa": (
        "by the relational inner product association (Ethayarajh et al., 2019): the mean inner product of attributes "
        "with the unit differences of pairs of targets"
    ),
    "rnsb": (
        "by relative negative sentiment bias (Sweeney and Najafian, 2019): the Kullback-Leibler divergence from "
        "equality of the targets' probabilities of the second set of attributes, under a logistic regression (C = 1) "
        "that separates the two"
    ),
}


def association_text(found: Associations) -> str:
    """Return a paragraph on an association test, and BibTeX of the works cited."""
    from wordvec.evaluation.associations.association import MEASURES as TESTS

    settings, sample, test = found.settings, found.samples[0], TESTS[found.settings.measure]
    sets = []
    for what, words in (("targets", sample.target_words()), ("attributes", sample.attribute_words())):
        names = list(dict.fromkeys(name for name, _ in words))
        parts = [f"{name}: {', '.join(word for own, word in words if own == name)}" for name in names]
        sets.append(f"{what} ({'; '.join(parts)})")
    said = [f"The association of {sets[0]} with {sets[1]} was measured {MEASURES[settings.measure]}."]
    if settings.unit:
        said.append("All vectors were scaled to length 1.")
    if len(found.models) > 1:
        said.append(f"It was computed in each of {len(found.models)} models ({', '.join(found.models)}).")
    alternative = settings.alternative or test.default_alternative
    count = "all permutations" if found.exact else f"{settings.permutations:,} random permutations"
    said.append(f"P-values ({alternative}) are from {count} of {test.permuted}.")
    if settings.measure == "sc-weat":
        said.append("False discovery rates are those of Benjamini and Hochberg (1995).")
    if drawn_items(sample, settings.measure) >= LEAST_ITEMS:
        said.append(f"Intervals (95 %) are percentiles of {settings.resamples:,} bootstraps of the words.")
    works = test.works
    if settings.oov == SUBWORDS:
        said.append(COMPOSED)
        works = [*works, "bojanowski2017"]
    return with_works(" ".join([*said, reproduced(settings.seed)]), works)


def regression_text(found: ContextRegression) -> str:
    """Return a paragraph on an embedding regression, and BibTeX of the works cited."""
    settings, design = found.settings, found.design
    weight = {"log": "the logarithms of their counts", "count": "their counts", "equal": "equal weights"}
    said = [
        f"Each of {quantity(found.uses, 'use')} of {listed(found.words)} in "
        f"{quantity(found.documents, 'document')} was "
        f"embedded by the mean vector of its context words (window {settings.window}) and a linear transform "
        "(\u00e0 la "
        f"carte embedding; Khodak et al., 2018), which was fitted to {found.fitted:,} words that occur at least "
        f"{settings.min_count} times, weighted by {weight[settings.weighting]}.",
        "These vectors" + (", scaled to length 1," if settings.unit else "") + " were regressed on "
        f"{listed(design.names[1:])} (embedding regression; Rodriguez et al., 2023; {'; '.join(design.notes)}).",
        f"P-values are the shares of {settings.permutations:,} permutations of the documents with a "
        "coefficient vector of "
        f"at least the observed length; standard errors and intervals (95 %) are from {settings.resamples:,} "
        "bootstraps "
        "of the documents, whose variance is subtracted from the squared lengths.",
        reproduced(settings.seed),
    ]
    return with_works(" ".join(said), ["khodak2018", "rodriguez2023"])
