"""``wordvec train adagram``: vectors of senses, whose number is found."""

from wordvec.cli.commands.train import command
from wordvec.trainers.senses.adagram import AdaGram

HELP = """\
CORPUS is text as for the other methods, or one folder made by wordvec corpus encode.

OUT.vec has a row for each sense: bank#1, bank#2 by falling share, or bank if one sense was found. OUT.senses.tsv lists
the senses with their shares and neighbours, and OUT.model.vectors is the model that tells senses apart in context, by
their prior and the likelihood of the context words.

One thread trains, because senses begin at single tokens: the same text, settings and seed give the same bits.

Ctrl-C keeps the unfinished run in OUT.partial; --resume continues it."""

adagram = command(
    AdaGram,
    "wordvec train adagram corpus.txt --tokenizer words --lowercase --window 5 -o corpus.vec",
    HELP,
)
