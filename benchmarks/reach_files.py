"""Files signed by us and by pyHanko, and judged; each in a process that may crash, hang or eat memory without harm."""

from __future__ import annotations

import inspect
import io
import multiprocessing
import resource
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

import esign_core as es
from benchmarks.reach_judges import Judges, State, state_of
from benchmarks.subject import NOW, PASSPHRASE, subject
from esign_core.signers.pkcs12 import Pkcs12Signer

OURS, REPAIRED, PYHANKO = "esign_core", "with repair", "pyHanko, not strict"
CAN_REPAIR = "repair" in inspect.signature(es.sign).parameters
TOO_LONG, CRASHED = "(took too long)", "(crashed)"
_SECONDS = 120  # for one signature and its judges, who have limits of their own
_MEMORY = 3 << 30  # bytes of address space for one process

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Attempt:
    """`refusal`: why there is no signature; `faults`: why the one that there is does not count."""

    refusal: str = ""
    faults: tuple[str, ...] = ()

    @property
    def reached(self) -> bool:
        return not self.refusal and not self.faults


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file, by who signed it."""

    path: Path
    state: State
    attempts: dict[str, Attempt]


def examine_all(paths: Sequence[Path], jobs: int) -> Iterator[Outcome]:
    """In the order given, `jobs` files at a time."""
    workers: SimpleQueue[_Worker] = SimpleQueue()
    made = [_Worker() for _ in range(jobs)]
    for worker in made:
        workers.put(worker)

    def one(path: Path) -> Outcome:
        worker = workers.get()
        try:
            return _outcome(worker, path)
        finally:
            workers.put(worker)

    try:
        with ThreadPoolExecutor(jobs) as threads:
            yield from threads.map(one, paths)
    finally:
        for worker in made:
            worker.end()


def _outcome(worker: _Worker, path: Path) -> Outcome:
    state = state_of(path)
    attempts: dict[str, Attempt] = {}
    if state is not State.LOCKED:
        attempts[OURS] = worker.call(_attempt, OURS, path, state)
        if CAN_REPAIR:
            again = bool(attempts[OURS].refusal)
            attempts[REPAIRED] = worker.call(_attempt, REPAIRED, path, state) if again else attempts[OURS]
        attempts[PYHANKO] = worker.call(_attempt, PYHANKO, path, state)
    return Outcome(path, state, attempts)


class _Worker:
    """One process at a time, made anew where it was lost; all of them sign with one key."""

    def __init__(self) -> None:
        authority = subject().authority
        self._given = (subject().bundle, Judges(authority.root.der, authority.crls(), NOW))
        self._pool = self._started()

    def _started(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=self._given)

    def call(self, attempt: Callable[[str, Path, State], Attempt], name: str, path: Path, state: State) -> Attempt:
        try:
            return self._pool.submit(attempt, name, path, state).result(timeout=_SECONDS)
        except (BrokenProcessPool, TimeoutError) as error:
            self.end()
            self._pool = self._started()
            return Attempt(refusal=TOO_LONG if isinstance(error, TimeoutError) else CRASHED)

    def end(self) -> None:
        for process in list((self._pool._processes or {}).values()):
            process.kill()
        self._pool.shutdown(cancel_futures=True)


# ---- in the worker's process

_kept: list[tuple[bytes, Judges]] = []


def _begin(bundle: bytes, judges: Judges) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    _kept.append((bundle, judges))


@cache
def _signer() -> Pkcs12Signer:
    return Pkcs12Signer.load(_kept[0][0], passphrase=PASSPHRASE)


@cache
def _pyhanko_signer() -> signers.SimpleSigner:
    signer: signers.SimpleSigner = signers.SimpleSigner.load_pkcs12_data(_kept[0][0], [], PASSPHRASE.encode())
    return signer


def _attempt(name: str, path: Path, state: State) -> Attempt:
    try:
        signed, field = _SIGN[name](path.read_bytes())
    except es.EsignError as error:
        return Attempt(refusal=error.code)
    except Exception as error:  # noqa: BLE001 - a peer may raise anything, and so might we
        return Attempt(refusal=f"({type(error).__name__})")
    return Attempt(faults=_kept[0][1].faults(signed, field, state))


def _ours(pdf: bytes) -> tuple[bytes, str]:
    signed = es.sign(pdf, _signer(), signing_time=NOW)
    return signed.pdf, signed.facts.field


def _repaired(pdf: bytes) -> tuple[bytes, str]:
    options = {"repair": True}  # not a keyword of every version
    signed = es.sign(pdf, _signer(), signing_time=NOW, **options)  # type: ignore[arg-type]
    return signed.pdf, signed.facts.field


def _pyhanko(pdf: bytes) -> tuple[bytes, str]:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    if writer.prev.encrypted:
        writer.encrypt("")  # type: ignore[no-untyped-call]
    meta = signers.PdfSignatureMetadata("reach", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES)
    return signers.sign_pdf(writer, meta, signer=_pyhanko_signer()).getvalue(), "reach"


_SIGN = {OURS: _ours, REPAIRED: _repaired, PYHANKO: _pyhanko}
