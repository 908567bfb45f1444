"""Sense vectors: several vectors for a word, and what decides between them."""
