"""Extrinsic evaluation by simple classifiers on frozen vectors: tagging and text classification."""
