"""Work on the workers of Dask: encoding, counting and training, with the results of one process bit for bit.

>>> from wordvec import distributed
>>> from distributed import Client  # doctest: +SKIP
>>> client = Client("tcp://HOST:8786")  # doctest: +SKIP
>>> corpus = distributed.encode("news/", "news.corpus", client=client)  # doctest: +SKIP
>>> vectors = distributed.fit(SkipGram(), corpus, client=client)  # doctest: +SKIP

Importing this package does not import Dask (extra ``dask``).
"""

from wordvec.distributed.counting import count as count
from wordvec.distributed.encoding import encode as encode
from wordvec.distributed.training import fit as fit
