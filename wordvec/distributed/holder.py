"""Replicas of a model on a worker of Dask: an actor that trains them, and combines rows with the other actors.

All actors of a run do the same rounds. After a round each of them combines one part of the rows that are due: it
fetches the rows of this part from the replicas of the others, and the others fetch the result from it. An actor waits
for another one only where it needs its rows. Three facts make that safe: combined rows are read from the base, which
changes only when an actor combines its part of the next round; for that it needs the trained rows of all others; and
these train the next round only after they have fetched all combined rows of this one.
"""

import asyncio
import functools
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.distributed import exchange
from wordvec.distributed.exchange import Rows, Span
from wordvec.distributed.worker import check_versions, versions
from wordvec.errors import ClusterError, InputError
from wordvec.formats.common import arrays
from wordvec.kernels.combination import combine
from wordvec.settings import known
from wordvec.trainers.checkpoint import MATRICES, REPLICAS, Checkpoint, write_blocks, write_matrix
from wordvec.trainers.loop import unfinished
from wordvec.trainers.negative_sampling import NegativeSampling
from wordvec.trainers.pieces import Pieces
from wordvec.trainers.replicas import Curvature, curvature_of, held, highest_level, plan
from wordvec.trainers.schedule import Due, parts
from wordvec.workers import Crew, one_thread

Result = TypeVar("Result")
PieceResult = tuple[float, int]


class Member(NamedTuple):
    """An actor: the address of its worker, and its key."""

    address: str
    key: str


class Job(NamedTuple):
    """Replicas to train.

    Attributes
    ----------
    trainer
        Trainer with resolved settings.
    corpus, digest
        Folder of the corpus, and its digest.
    state
        Folder of a checkpoint to continue from; None to begin.
    members, number
        All actors of the run, and the position of this one.
    versions
        Versions of the client.
    """

    trainer: NegativeSampling
    corpus: Path
    digest: str
    state: Path | None
    members: list[Member]
    number: int
    versions: dict[str, str]


class Ready(NamedTuple):
    """What an actor says when its replicas are loaded.

    Attributes
    ----------
    digest
        Digest of the tables that must be the same everywhere.
    highest
        Highest level of all rows.
    threads
        Number of threads that train.
    """

    digest: str
    highest: int
    threads: int


class Holder:
    """Some replicas of a model, and the base that all replicas have in common.

    Raises
    ------
    ClusterError
        If this worker has other versions than the client.
    InputError
        If it finds another corpus, or the checkpoint is damaged.
    MemoryLimitError
        If the replicas do not fit in memory.
    """

    def __init__(self, job: Job) -> None:
        from distributed import get_worker

        check_versions(job.versions, versions(), "a worker")
        self._worker = get_worker()
        self._corpus = EncodedCorpus(job.corpus, verify=False)
        if self._corpus.digest != job.digest:
            raise InputError(f"{job.corpus}: a worker finds another corpus there than this process")
        trainer = job.trainer
        self._members, self._number = job.members, job.number
        self._rate = known(trainer.learning_rate)
        pieces = trainer.pieces_of(self._corpus)
        schedule = plan(trainer, pieces)
        assert schedule is not None
        self._schedule = schedule
        self._owners = [range(*span) for span in parts(0, schedule.replicas, len(job.members))]
        self._own = self._owners[job.number]
        checkpoint = None if job.state is None else Checkpoint.open(job.state)
        kept = None if checkpoint is None else checkpoint.load_kept()
        model = trainer.model_of(self._corpus, kept=kept, copies=len(self._own))
        model.kept = None
        if checkpoint is not None:
            checkpoint.load(model.saved())
        updates = model.updates()
        self._model = model
        self._models, *both = held(schedule, model.embedding, updates, len(self._own))
        self._both: list[Any] = both
        self._load_replicas(checkpoint, pieces)
        self._train_piece = model.piece_trainer(pieces)
        self._digest = _digest_of(
            *(array for matrix in both for array in (matrix.order, matrix.levels, matrix.updates))
        )
        self._crew = Crew(max(1, min(int(self._worker.state.nthreads), len(self._own))))
        self._thread, self._room = one_thread(), exchange.Room()
        self._changed = asyncio.Condition()
        self._trained = self._combined = self._received = 0
        self._curvatures: list[Curvature] = []
        self._closed = False

    async def ready(self) -> Ready:
        """Return what the client checks before the first round."""
        return Ready(self._digest, highest_level(self._both), self._crew.threads)

    async def train(self, rounds: Sequence[tuple[int, int]]) -> tuple[list[list[list[PieceResult]]], int]:
        """Train rounds and combine rows after each.

        Parameters
        ----------
        rounds
            First piece and end of each round.

        Returns
        -------
        tuple
            For each round the losses and numbers of pairs of the pieces of each replica; and the bytes received from
            the other actors since the last call.
        """
        done = []
        for first, end in rounds:
            pieces = range(first, end)
            done.append(await self._computed(functools.partial(self._train_round, pieces)))
            await self._combine(self._schedule.due(pieces, self._rate))
        received, self._received = self._received, 0
        return done, received

    async def finish(self, done: int) -> None:
        """Combine all rows that are not combined after `done` pieces."""
        due = self._schedule.rest(done, self._rate)
        if due is not None:
            await self._combine(due)

    async def curvatures(self, number: int) -> list[Curvature]:
        """Return the curvatures of the matrices for the combination with this number; asked of the first actor."""
        await self._until(lambda: self._trained >= number)
        return self._curvatures

    async def rows(self, number: int, spans: Sequence[Sequence[int]]) -> Rows:
        """Return rows of the own replicas, (own replicas, rows, stride), before the combination with this number."""
        await self._until(lambda: self._trained >= number)
        return await asyncio.to_thread(exchange.replicated_rows, self._both, [Span(*span) for span in spans])

    async def combined(self, number: int, spans: Sequence[Sequence[int]]) -> Rows:
        """Return rows, (rows, stride), that this actor has combined in the combination with this number."""
        await self._until(lambda: self._combined >= number)
        return await asyncio.to_thread(exchange.combined_rows, self._both, [Span(*span) for span in spans])

    async def replica(self, matrix: int, replica: int, first: int, last: int) -> Rows:
        """Return rows of one of the own replicas, for a checkpoint."""
        return np.array(exchange.replicas_of(self._both[matrix])[replica - self._own.start, first:last])

    async def write(self, name: str, path: str) -> str:
        """Write a matrix of a checkpoint and return its digest; replicas of other actors are fetched from these."""
        loop = asyncio.get_running_loop()
        if name in MATRICES:
            return await self._computed(lambda: write_matrix(Path(path), self._model.saved()[name]))
        number = REPLICAS.index(name)
        rows, stride = exchange.base_of(self._both[number]).shape
        shape = self._schedule.replicas * rows, stride
        return await self._computed(lambda: write_blocks(Path(path), shape, self._replica_blocks(number, loop)))

    async def close(self) -> None:
        """End what is in progress: another actor is lost, or the run is finished."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._crew.close(wait=False)

    def _load_replicas(self, checkpoint: Checkpoint | None, pieces: Pieces) -> None:
        state = None if checkpoint is None else checkpoint.state
        if checkpoint is None or state is None or not unfinished(state, pieces):
            return
        if highest_level(self._both) > self._schedule.last_level(state.done):
            views = (matrix.replicas.reshape(-1, matrix.stride) for matrix in self._both)
            saved = dict(zip(REPLICAS, views, strict=True))
            checkpoint.load(saved, self._own.start, self._schedule.replicas)

    def _train_round(self, pieces: range) -> list[list[PieceResult]]:
        shares = [self._schedule.shares(pieces)[replica] for replica in self._own]
        return self._crew.each(self._train, list(enumerate(shares)))

    def _train(self, work: tuple[int, range]) -> list[PieceResult]:
        replica, share = work
        done = []
        for index in share:
            self._check()
            done.append(self._train_piece(self._models[replica], self._schedule.pieces[index]))
        return done

    async def _combine(self, due: Due) -> None:
        """Combine rows: of all of them this actor's part, and fetch the others'."""
        number = self._trained + 1
        if self._number == 0:
            self._curvatures = await self._computed(lambda: [curvature_of(matrix) for matrix in self._both[::-1]])
        await self._reached(trained=number)
        curvatures = self._curvatures if self._number == 0 else await self._asked(0, "curvatures", number)
        others = [other for other in range(len(self._members)) if other != self._number]
        if not others:
            await self._computed(lambda: self._combine_alone(due, curvatures))
        rows = max(1, exchange.BLOCK_BYTES // (4 * self._both[0].stride * self._schedule.replicas))
        for spans in exchange.blocks(self._part(due, self._number) if others else [], rows):
            asked = (self._asked(other, "rows", number, spans) for other in others)
            theirs = dict(zip(others, await asyncio.gather(*asked), strict=True))
            await self._computed(functools.partial(self._combine_block, spans, theirs, curvatures, due))
        await self._reached(combined=number)
        await asyncio.gather(*(self._take(other, number, due, rows) for other in others))

    async def _take(self, other: int, number: int, due: Due, rows: int) -> None:
        """Fetch the rows that another actor has combined."""
        for spans in exchange.blocks(self._part(due, other), rows):
            found = await self._asked(other, "combined", number, spans)
            await asyncio.to_thread(exchange.store, self._both, spans, found)

    def _part(self, due: Due, member: int) -> list[Span]:
        return exchange.part(self._both, due, member, len(self._members))

    def _combine_alone(self, due: Due, curvatures: Sequence[Curvature]) -> None:
        works = [
            (matrix, *curvature, due.tokens, *span)
            for matrix, curvature in zip(self._both, curvatures, strict=True)
            for span in parts(*due.places(matrix.levels), self._crew.threads)
        ]
        self._crew.each(lambda work: combine(*work), works)

    def _combine_block(
        self, spans: Sequence[Span], theirs: dict[int, Rows], curvatures: Sequence[Curvature], due: Due
    ) -> None:
        """Combine rows of which the other actors have sent theirs."""

        def work(one: tuple[int, Span]) -> None:
            at, span = one
            matrix = self._both[span.matrix]
            copies = self._room.array(self._schedule.replicas, span.rows, matrix.stride)
            exchange.take_replicas(self._both, span, copies[self._own.start : self._own.stop])
            for member, rows in theirs.items():
                owned = self._owners[member]
                copies[owned.start : owned.stop] = rows[:, at : at + span.rows]
            found = exchange.combine_span(matrix, span, copies, curvatures[span.matrix], due)
            exchange.store(self._both, [span], found)

        self._crew.each(work, exchange.split(spans, self._crew.threads))

    def _replica_blocks(self, number: int, loop: asyncio.AbstractEventLoop) -> Iterator[Rows]:
        """Yield the rows of all replicas of a matrix, one replica after another."""
        base = exchange.base_of(self._both[number])
        together = len(next(arrays.pieces(base)))
        for member, owned in enumerate(self._owners):
            for replica in owned:
                for first in range(0, len(base), together):
                    last = min(first + together, len(base))
                    if member == self._number:
                        yield exchange.replicas_of(self._both[number])[replica - owned.start, first:last]
                    else:
                        asked = self._asked(member, "replica", number, replica, first, last)
                        yield asyncio.run_coroutine_threadsafe(asked, loop).result()

    async def _computed(self, function: Callable[[], Result]) -> Result:
        """Return the result of a function that the thread of this actor computes."""
        self._check()
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    async def _asked(self, member: int, method: str, *arguments: Any) -> Any:
        """Return the result of a method of another actor."""
        self._check()
        address, key = self._members[member]
        call: Awaitable[Any] = self._worker.rpc(address).actor_execute(
            function=method, actor=key, args=list(arguments), kwargs={}
        )
        answer = await call
        if answer["status"] != "OK":
            raise answer["exception"]
        result = answer["result"]
        if isinstance(result, np.ndarray):
            self._received += result.nbytes
        return result

    async def _reached(self, trained: int = 0, combined: int = 0) -> None:
        """Tell the other actors that wait how many combinations have begun and ended."""
        async with self._changed:
            self._trained, self._combined = max(self._trained, trained), max(self._combined, combined)
            self._changed.notify_all()

    async def _until(self, reached: Callable[[], bool]) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self._closed or reached())
        self._check()

    def _check(self) -> None:
        if self._closed:
            raise ClusterError("the training on this worker was ended")


def _digest_of(*tables: Any) -> str:
    digest = hashlib.sha256()
    for table in tables:
        digest.update(np.ascontiguousarray(table).data.cast("B"))
    return digest.hexdigest()
