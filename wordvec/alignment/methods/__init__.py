"""The methods of alignment by name."""

from wordvec.alignment.methods.base import Aligner
from wordvec.alignment.methods.linear import Linear
from wordvec.alignment.methods.procrustes import Procrustes
from wordvec.alignment.methods.rcsls import RCSLS
from wordvec.alignment.methods.refine import Refine
from wordvec.alignment.methods.vecmap import VecMap

METHODS: dict[str, type[Aligner]] = {method.method: method for method in (Procrustes, Linear, Refine, RCSLS, VecMap)}
