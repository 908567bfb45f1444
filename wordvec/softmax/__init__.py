"""Hierarchical softmax after training: the tree, the rows of its inner nodes, and the probabilities they define."""

from wordvec.softmax.layer import HierarchicalSoftmax as HierarchicalSoftmax
from wordvec.softmax.tree import HuffmanTree as HuffmanTree
