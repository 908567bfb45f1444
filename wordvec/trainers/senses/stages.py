"""A corpus as pieces over two stages of training: first with keys that all words share, then with keys of their own."""

import dataclasses

from wordvec.trainers.pieces import Piece, Pieces, Sentences


@dataclasses.dataclass(frozen=True)
class StagedPiece(Piece):
    """One piece of one epoch.

    Attributes
    ----------
    second
        Whether it belongs to the second stage.
    cooled
        Share of the way from the first to the last temperature.
    """

    second: bool
    cooled: float


class StagedPieces(Pieces):
    """A corpus as pieces of whole sentences; the learning rate decreases linearly in each stage.

    Parameters
    ----------
    corpus, epochs, work, final_rate
        As of `Pieces`.
    shared
        Number of epochs of the first stage.
    """

    def __init__(self, corpus: Sentences, epochs: int, work: int, final_rate: float, shared: int) -> None:
        super().__init__(corpus, epochs, work, final_rate)
        self.shared = shared

    def __getitem__(self, index: int) -> StagedPiece:
        piece = super().__getitem__(index)
        second = piece.epoch >= self.shared
        cooled = 0.0
        if second:
            cooled = min(1.0, (self.tokens_before(index) - self.shared * self.tokens) / self.tokens)
        return StagedPiece(piece.epoch, piece.number, piece.ids, piece.offsets, piece.rate, second, cooled)

    def rate(self, index: int) -> float:
        """Return the fraction of the initial learning rate at the beginning of a piece."""
        before, first = self.tokens_before(index), self.shared * self.tokens
        done, all_of_stage = (before, first) if before < first else (before - first, self.epochs * self.tokens - first)
        return 1 - (1 - self.final_rate) * done / all_of_stage
