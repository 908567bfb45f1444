"""Train skip-gram on a small piece of Wikipedia and print neighbours and a score: ``make demo`` runs this.

The text, 106 articles, is part of gensim, so nothing is downloaded. It is 200 times smaller than usual training
corpora; more epochs, a wider window and stronger subsampling make up for some of that.
"""

from pathlib import Path

from gensim.test.utils import datapath

from wordvec import EncodedCorpus, SkipGram
from wordvec.evaluation import similarity
from wordvec.workers import Progress

DUMP = datapath("enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2")
OUTPUT = Path("demo/wikipedia.vec")
ASK = ["music", "language", "philosophy", "computer", "species", "winter"]

progress = Progress(quiet=False)
OUTPUT.parent.mkdir(exist_ok=True)
print("106 articles of Wikipedia; the first run compiles its kernels")
with EncodedCorpus.from_text(DUMP, tokenizer="words", lowercase=True, progress=progress) as corpus:
    print(f"{len(corpus.ids):,} tokens, {len(corpus.vocabulary):,} different words")
    model = SkipGram(window=10, epochs=20, min_count=5, sample=3e-5, learning_rate=0.025)
    vectors = model.fit(corpus, progress=progress)
vectors.save(OUTPUT, overwrite=True)
print(f"{OUTPUT}: {len(vectors):,} words of {vectors.dim} numbers\n")

for word, found in zip(ASK, vectors.nearest(ASK, 6), strict=True):
    print(f"{word:10} {', '.join(near for near, _ in found)}")

(wordsim,) = similarity(vectors, "wordsim353").rows
known = wordsim["covered"] / wordsim["pairs"]
print(f"\nWordSim-353: Spearman {wordsim['spearman']:.3f}, {100 * known:.1f} % of the pairs known")
