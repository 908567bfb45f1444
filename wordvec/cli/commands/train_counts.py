"""``wordvec train glove`` and ``ppmi-svd``: methods trained on co-occurrence counts."""

from wordvec.cli.commands.train import command
from wordvec.trainers.glove.trainer import GloVe
from wordvec.trainers.ppmi_svd.trainer import PPMISVD

CORPUS = """\
CORPUS is one folder made by wordvec corpus cooccur, or one made by wordvec corpus encode, or text, as for wordvec
train skipgram. Text is encoded and counted in OUT.partial, which is removed at the end.

OUT.vocab, the words and their counts, and OUT.json, the method, settings, versions and corpus, are written beside
OUT.vec.

"""

glove = command(
    GloVe,
    "wordvec train glove corpus.txt --window 15 -o corpus.vec",
    CORPUS
    + """\
The same counts, settings and seed give the same bits with any number of threads and any --memory.

Ctrl-C keeps the unfinished run in OUT.partial; --resume continues it.
""",
)
ppmi_svd = command(PPMISVD, "wordvec train ppmi-svd corpus.txt --sample 1e-4 --dim 300 -o corpus.vec", CORPUS)
