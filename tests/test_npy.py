"""The one reader of NumPy's arrays: whatever is wrong with a file is one line that names it."""

from pathlib import Path

import numpy as np
import pytest

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.npy import map_array
from wordvec.errors import InputError

MAGIC = b"\x93NUMPY\1\0"


def headed(header: bytes) -> bytes:
    return MAGIC + len(header).to_bytes(2, "little") + header


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUM",
        MAGIC,
        headed(b"{'descr': '<u4', 'fortran_order': False, 'shape': (3,"),
        headed(b"{'descr': 3, 'fortran_order': False, 'shape': (3,)}"),
        headed(b"{'descr': {}, 'fortran_order': False, 'shape': (3,)}"),
        headed(b"{'descr': '<u4', 'fortran_order': False, 'shape': 3}"),
        headed(b"{'descr': '<u4', 'fortran_order': False, 'shape': (-3,)}"),
        headed(b"{'descr': '|O', 'fortran_order': False, 'shape': (3,)}") + bytes(24),
        headed(b"{'descr': '<u4', 'fortran_order': False, 'shape': (3,)}") + bytes(11),
        headed(b"[" * 5000),
        headed(b'"""'),
    ],
)
def test_a_damaged_array_is_an_input_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        map_array(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_another_type_or_shape_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.arange(3, dtype=np.uint32))
    assert map_array(tmp_path / "a.npy", np.uint32, (3,)).tolist() == [0, 1, 2]
    wrong: list[tuple[type, tuple[int, ...]]] = [(np.int32, (3,)), (np.uint32, (4,)), (np.uint32, (3, 1))]
    for dtype, shape in wrong:
        with pytest.raises(InputError, match="holds uint32 of shape"):
            map_array(tmp_path / "a.npy", dtype, shape)
    with pytest.raises(FileNotFoundError):
        map_array(tmp_path / "b.npy")


def test_an_array_that_a_power_cut_left_empty_damages_a_corpus_by_name(tmp_path: Path) -> None:
    with EncodedCorpus.from_sentences(["a b a", "b c"], tmp_path / "corpus"):
        pass
    (tmp_path / "corpus/ids.npy").write_bytes(b"")
    with pytest.raises(InputError, match=r"corpus: damaged \(.*ids.npy: no array of NumPy"):
        EncodedCorpus.open(tmp_path / "corpus")
