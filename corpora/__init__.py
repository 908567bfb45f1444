"""Text to token ids on disk: readers, tokenizers, the vocabulary, the encoded corpus, co-occurrence counts."""
