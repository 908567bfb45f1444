"""Graphs: edge lists, GraphML and sparse matrices as compressed rows in memory, and random walks as encoded corpora."""
