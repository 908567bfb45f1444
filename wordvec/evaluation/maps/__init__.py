"""Linear maps from word vectors to measured spaces, and from definitions to words, judged on held-out words."""
