"""Changes of finished vectors: selection of words, principal components, unit length, precision, conversion."""
