"""Blocks of a source that begins with UTF-8 text; another encoding is refused, with its likely name."""

from collections.abc import Iterable, Iterator

from wordvec.corpora.batches import invalid_sequences
from wordvec.corpora.readers import Source, blocks
from wordvec.corpora.records import RecordCounts
from wordvec.corpora.settings import EncodingSettings
from wordvec.encodings import advice_on_text
from wordvec.errors import InputError

_HEAD = 1 << 16
_NAME = "name its encoding (--encoding NAME)"
_MOST_INVALID, _FEW_INVALID = 0.005, 16
"""Maximal share and number of invalid sequences in the first 64 KiB; more mean another encoding, not damage."""


def checked_blocks(source: Source, settings: EncodingSettings, records: RecordCounts) -> Iterator[bytes]:
    """Yield the blocks of a source, after checking that the first is UTF-8."""
    reading = settings.reading
    yield from checked(source, blocks(source, reading, records=records), reading.encoding)


def checked(source: Source, blocks: Iterable[bytes], encoding: str | None = None) -> Iterator[bytes]:
    """Yield the blocks of a source, after checking that the first is UTF-8.

    Parameters
    ----------
    source
        The source.
    blocks
        Its blocks.
    encoding
        Encoding that was named, from which the blocks were converted; None: none.

    Raises
    ------
    InputError
        If it is not.
    """
    for number, block in enumerate(blocks):
        head = block[:_HEAD] if number == 0 else b""
        if (invalid := invalid_sequences(head)) > max(_FEW_INVALID, _MOST_INVALID * len(head)):
            if encoding is not None:
                raise InputError(
                    f"{source.name}: is not text in {encoding}: {invalid:,} characters of its beginning are invalid",
                    advice="try another {encoding}",
                )
            advice = advice_on_text(head, _NAME, "name its encoding (such as --encoding {})")
            raise InputError(f"{source.name}: is not UTF-8 text: {advice}")
        yield block
