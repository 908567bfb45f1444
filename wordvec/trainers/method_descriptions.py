"""Descriptions of training methods for the methods section of a paper, with the works to cite."""

from collections.abc import Callable, Mapping
from typing import Any

from wordvec.wording import quantity

MODELS = {"skipgram": "skip-gram", "cbow": "CBOW", "fasttext": "fastText"}
COMBINED = {
    "sum": "the vector of a word is the sum of its word and context vectors",
    "words": "the vector of a word is its word vector alone",
}

Settings = Mapping[str, Any]


def negative_sampling(method: str, settings: Settings) -> str:
    """Return the name and the main settings of a model with negative sampling, or with hierarchical softmax."""
    if _is_hierarchical(settings):
        return (
            f"{MODELS[method]} with hierarchical softmax over a Huffman tree of the words ({settings['dim']} "
            f"dimensions, window {settings['window']}, subsampling {settings['sample']:g}; Mikolov et al., 2013)"
        )
    return (
        f"{MODELS[method]} with negative sampling ({settings['dim']} dimensions, window {settings['window']}, "
        f"{settings['negatives']} negatives, subsampling {settings['sample']:g}; Mikolov et al., 2013)"
    )


def _is_hierarchical(settings: Settings) -> bool:
    return settings.get("loss") == "hierarchical-softmax"


def _skipgram(settings: Settings) -> tuple[str, list[str]]:
    if _is_hierarchical(settings):
        return negative_sampling("skipgram", settings), ["mikolov2013"]
    if settings.get("negatives_per") == "pair":
        return f"{negative_sampling('skipgram', settings)}{_drawn(settings)}", ["mikolov2013"]
    shared = ", shared by the pairs of a window (Ji et al., 2016)"
    return f"{negative_sampling('skipgram', settings)}{_drawn(settings)}{shared}", ["mikolov2013", "ji2016"]


def _cbow(settings: Settings) -> tuple[str, list[str]]:
    works = ["mikolov2013", "irsoy2021"]
    return (
        f"{negative_sampling('cbow', settings)} and the gradient of the mean (İrsoy et al., 2021){_drawn(settings)}",
        works,
    )


def _fasttext(settings: Settings) -> tuple[str, list[str]]:
    description, works = f"{negative_sampling(settings['model'], settings)}{_drawn(settings)}", ["mikolov2013"]
    if settings["max_n"] == 0:
        return f"{description}, predicting as fastText does (Bojanowski et al., 2017)", [*works, "bojanowski2017"]
    ngrams = f"character n-grams of length {settings['min_n']} to {settings['max_n']}"
    rows = f"{settings['buckets']:,} rows"
    if settings["hash"] == "floret":
        hashed = f"the word and its {ngrams}, each hashed to {settings['hashes']} of {rows} (Boyd and Warmerdam, 2022)"
        works.append("boyd2022")
    else:
        hashed = f"the word and its {ngrams}, hashed to {rows}"
    described = f"{description}; the vector of a word is the mean of the rows of {hashed} (Bojanowski et al., 2017)"
    return described, [*works, "bojanowski2017"]


def _drawn(settings: Settings) -> str:
    if _is_hierarchical(settings):
        return ""
    return f", with noise words drawn by their counts to the power {settings['noise_power']:g}"


def _senses(settings: Settings) -> tuple[str, list[str]]:
    passes, reward = quantity(settings["shared_epochs"], "epoch"), settings["entropy_reward"]
    keys = "one for each word" if settings["keys"] == "own" else "the same one"
    first = f"{passes} with a disambiguation matrix that all words share and a reward of {reward:g} for the entropy of "
    first += f"senses, then with {keys}"
    described = (
        f"Disambiguated Skip-gram (Grzegorczyk and Kurdziel, 2018) with negative sampling in place of sampled softmax "
        f"({settings['dim']} dimensions, window {settings['window']}, {settings['negatives']} negatives, subsampling "
        f"{settings['sample']:g}, at most {settings['senses']} senses of words that occur at least "
        f"{settings['sense_min_count']} times; {first}, Gumbel noise, and a temperature that falls from 1 to "
        f"{settings['final_temperature']:g})"
    )
    left_out = f"; senses with less than {settings['min_share']:.0%} of the tokens of their word were left out"
    return described + left_out, ["grzegorczyk2018", "mikolov2013"]


def _counted(settings: Settings) -> str:
    """Return the window and weighting of counts; empty for imported counts."""
    return f", window {settings['window']}, {settings['weighting']} weighting" if "window" in settings else ""


def _adagram(settings: Settings) -> tuple[str, list[str]]:
    discount = f", discount {settings['discount']:g}" if settings["discount"] else ""
    description = (
        f"AdaGram (Bartunov et al., 2016; {settings['dim']} dimensions, window {settings['window']}, subsampling "
        f"{settings['sample']:g}, at most {settings['senses']} senses of words that occur at least "
        f"{settings['sense_min_count']} times, concentration {settings['alpha']:g}{discount}), with gradients of whole "
        f"windows; senses with less than {settings['min_share']:.0%} of the tokens of their word were left out"
    )
    return description, ["bartunov2016"]


def _glove(settings: Settings) -> tuple[str, list[str]]:
    description = (
        f"GloVe (Pennington et al., 2014; {settings['dim']} dimensions{_counted(settings)}, x_max "
        f"{settings['x_max']:g}, alpha {settings['alpha']:g}); {COMBINED[settings['combine']]}"
    )
    return description, ["pennington2014"]


def _ppmi_svd(settings: Settings) -> tuple[str, list[str]]:
    description = (
        f"truncated singular value decomposition of positive pointwise mutual information (Levy et al., 2015; "
        f"{settings['dim']} dimensions{_counted(settings)}, shift {settings['shift']:g}, context distribution "
        f"smoothing {settings['context_smoothing']:g}, eigenvalue power {settings['eigenvalue_power']:g}); "
        f"{COMBINED[settings['combine']]}"
    )
    return description, ["levy2015"]


def _bit_cipher(settings: Settings) -> tuple[str, list[str]]:
    description = (
        f"a bit-cipher (Zhao and Williams, 2023; {settings['dim']} dimensions, radius {settings['radius']}, mode "
        f"{settings['mode']}, {settings['weighting']} weighting, transform {settings['transform']})"
    )
    return description, ["zhao2023"]


def _paragraphs(settings: Settings) -> tuple[str, list[str]]:
    sizes = f"{settings['negatives']} negatives, subsampling {settings['sample']:g}"
    works = ["le2014", "mikolov2013"]
    if settings.get("bits") is not None:
        real = "" if settings["dim"] == settings["bits"] else f", as the projection of {settings['dim']} dimensions"
        description = (
            f"binary paragraph vectors (Grzegorczyk and Kurdziel, 2017; DBOW, Le and Mikolov, 2014; codes of "
            f"{settings['bits']} bits{real}, {sizes})"
        )
        return description, ["grzegorczyk2017", *works]
    sizes = f"{settings['dim']} dimensions, window {settings['window']}, {sizes}"
    if settings["model"] == "dm":
        mean = "DM, with the exact gradient of the mean of document and context words (İrsoy et al., 2021)"
        return f"paragraph vectors (Le and Mikolov, 2014; {mean}; {sizes})", [*works, "irsoy2021"]
    beside = "word vectors trained beside by skip-gram" if settings["train_words"] else "without word vectors"
    return f"paragraph vectors (Le and Mikolov, 2014; DBOW, {beside}; {sizes})", works


METHODS: Mapping[str, Callable[[Settings], tuple[str, list[str]]]] = {
    "skipgram": _skipgram,
    "cbow": _cbow,
    "fasttext": _fasttext,
    "adagram": _adagram,
    "glove": _glove,
    "node2vec": _skipgram,
    "ppmi-svd": _ppmi_svd,
    "bit-cipher": _bit_cipher,
    "paragraphs": _paragraphs,
    "senses": _senses,
}
