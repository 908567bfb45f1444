"""Paragraph vectors: vectors of documents, trained with those of words (Le and Mikolov 2014)."""
