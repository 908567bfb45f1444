"""``wordvec train senses``: vectors of senses, between which the context decides."""

from wordvec.cli.commands.train import command
from wordvec.trainers.senses.disambiguated import Senses

HELP = """\
CORPUS is text as for the other methods, or one folder made by wordvec corpus encode.

OUT.vec has a row for each sense: bank#1, bank#2 by falling share, or bank if the word has one. OUT.senses.tsv lists
the senses with their shares and neighbours, and OUT.model.vectors is the model that tells senses apart in context: it
has the vectors of plain words, too.

The same text, settings and seed give the same bits with any number of threads.

Ctrl-C keeps the unfinished run in OUT.partial; --resume continues it."""

senses = command(
    Senses,
    "wordvec train senses corpus.txt --tokenizer words --lowercase --senses 5 -o corpus.vec",
    HELP,
)
