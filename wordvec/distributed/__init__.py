"""Work on the workers of Dask: encoding and counting, with the results of one process bit for bit.

>>> from wordvec import distributed
>>> from distributed import Client  # doctest: +SKIP
>>> client = Client("tcp://HOST:8786")  # doctest: +SKIP
>>> corpus = distributed.encode("news/", "news.corpus", client=client)  # doctest: +SKIP

Importing this package does not import Dask (extra ``dask``).
"""

from wordvec.distributed.counting import count as count
from wordvec.distributed.encoding import encode as encode
