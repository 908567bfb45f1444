"""``wordvec association``: association tests of sets of words."""

from pathlib import Path
from typing import Any

import click

from wordvec.cli import options
from wordvec.cli.command import Command, Option
from wordvec.cli.commands.associations import OUTPUTS, SETS_HELP, Outputs, models
from wordvec.cli.commands.evaluate import CASE_HELP, VECTORS, case
from wordvec.evaluation.associations.association import AssociationSettings


@click.command(
    cls=Command,
    help="Test how near sets of target words are to sets of attribute words. "
    + SETS_HELP
    + "\n\n--measure is weat (two sets of targets X and Y, two of attributes A and B: effect size, Caliskan et al. "
    "2017), "
    "sc-weat (its form for each target word), rnd (X, Y, A: relative norm distance, Garg et al. 2018), ect (X, Y, A: "
    "embedding coherence, Dev and Phillips 2019), ripa (pairs of X and Y, and A: relational inner product, "
    "Ethayarajh et al. 2019) or rnsb (any targets, A and B: relative negative sentiment bias, Sweeney and Najafian "
    "2019)."
    "\n\np is from a permutation test: of all permutations if there are at most --permutations, otherwise of random "
    "ones. Intervals are bootstraps over the words. Both are about the choice of words, not of texts. With several "
    "VECTORS, or the slices of a compass, each is compared with the first on the words that all know.\n\n" + CASE_HELP,
    params=[
        VECTORS,
        Option(
            ["--target", "targets"],
            multiple=True,
            required=True,
            metavar="WORDS",
            help="set of target words (repeatable: X, then Y)",
        ),
        Option(
            ["--attribute", "attributes"],
            multiple=True,
            required=True,
            metavar="WORDS",
            help="set of attribute words (repeatable: A, then B)",
        ),
        Option(["--by-word"], is_flag=True, help="print the part of each word in the measure, instead"),
        case("ignore"),
        *options.derived(AssociationSettings, "Test"),
        *OUTPUTS,
    ],
    epilog="\b\nExample:\n  wordvec association corpus.vec --target flowers.txt --target insects.txt --attribute "
    "pleasant.txt --attribute unpleasant.txt",
)
def association(
    vectors: tuple[Path, ...], targets: tuple[str, ...], attributes: tuple[str, ...], by_word: bool, **given: Any
) -> None:
    """Print association tests."""
    from wordvec.evaluation.associations.association import association
    from wordvec.evaluation.associations.methods_paragraph import association_text

    outputs = Outputs(given, [*targets, *attributes])
    named, slices = models(vectors)
    found = association(named, targets, attributes, **given)
    found.ordered = slices

    def draw(**look: Any) -> Any:
        from wordvec.plots import associations

        return associations(found, **look)

    result = found.words if by_word and not outputs.for_paper else found
    outputs.write(result, lambda: association_text(found), draw)
