"""Which tokenizer is chosen for real texts, and what their letter cases and punctuation would cost.

Usage: python examples/untokenised.py TEXT...

Each line of the table: the text, the tokenizer that is chosen, in per cent of its first tokens those with punctuation
attached, then in per cent of all tokens those in a rarer letter case of their word.
"""

import re
import sys
from pathlib import Path

from wordvec import EncodedCorpus
from wordvec.corpora.automatic import SAMPLED_BYTES, punctuation
from wordvec.corpora.readers import blocks, sources

for path in sys.argv[1:]:
    (first, *_) = sources(path)
    head = next(iter(blocks(first)), b"")[:SAMPLED_BYTES].decode("utf-8", "replace")
    found = punctuation(head.split())
    with EncodedCorpus.from_text(path) as corpus:
        tokenizer, hints = corpus.meta["settings"]["tokenizer"], corpus.meta["hints"]
        rarer = re.match(r"\d+ %", hints[0]).group() if hints else "-"
    share = 100 * found.attached / max(found.tokens, 1)
    print(f"{Path(path).name:40} {tokenizer:10} {share:5.1f} % attached, {rarer} in a rarer case", flush=True)
