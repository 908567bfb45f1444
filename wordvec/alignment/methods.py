"""The methods of alignment by name."""

from wordvec.alignment.base import Aligner
from wordvec.alignment.linear import Linear
from wordvec.alignment.procrustes import Procrustes
from wordvec.alignment.rcsls import RCSLS
from wordvec.alignment.refine import Refine
from wordvec.alignment.vecmap import VecMap

METHODS: dict[str, type[Aligner]] = {method.method: method for method in (Procrustes, Linear, Refine, RCSLS, VecMap)}
