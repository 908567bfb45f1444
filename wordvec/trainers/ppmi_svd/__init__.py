"""PPMI-SVD: a truncated singular value decomposition of positive pointwise mutual information."""
