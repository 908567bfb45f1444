"""Texts that do not end in the batch in which they begin."""

import itertools
from pathlib import Path

import pytest

from wordvec.corpora import batches
from wordvec.corpora.settings import EncodingSettings
from wordvec.sentences import texts
from wordvec.sentences.texts import Texts


@pytest.mark.parametrize("least", [1, 5, 1_000])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_last_line_without_a_line_end_keeps_its_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int, end: str
) -> None:
    monkeypatch.setattr(texts, "text_batches", lambda opened: batches.text_batches(opened, least))
    path = tmp_path / "a.txt"
    path.write_bytes(f"a b\nc\nd e a{end}".encode())
    lines = []
    for block in Texts(path, EncodingSettings(tokenizer="whitespace")).blocks():
        assert block.starts[-1] == len(block.ids)
        tokens = [block.words[number] for number in block.ids]
        lines += [" ".join(tokens[at:to]) for at, to in itertools.pairwise(block.starts)]
    assert lines == ["a b", "c", "d e a"]
