"""Text in, token ids on disk out: readers, tokenizers, the vocabulary, the encoded corpus."""
