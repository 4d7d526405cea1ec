"""`python -m benchmarks large`: what a signature costs on a file of a gigabyte, beside hashing it and pyHanko."""

from __future__ import annotations

import argparse
import hashlib
import mmap
import os
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from benchmarks.large_document import AnonymousMemory, write_document
from benchmarks.subject import NOW, PASSPHRASE, subject
from esign_core.files import sign_file


def run(asked: Sequence[str]) -> int:
    """CPU and wall time, in turn in one process, files cached; memory in a run of its own."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks large", description=__doc__)
    arguments.add_argument("--megabytes", type=int, default=1024, help="size of the file [default: 1024]")
    arguments.add_argument("--rounds", type=int, default=3, help="timed rounds [default: 3]")
    arguments.add_argument("--folder", type=Path, help="where the file is made [default: the system's for such files]")
    choice = arguments.parse_args(asked)
    with tempfile.TemporaryDirectory(dir=choice.folder) as folder:
        path = Path(folder) / "large.pdf"
        write_document(path, choice.megabytes)
        _times(path, choice.rounds)
        _memory(path)
    return 0


def _in_place(path: Path) -> None:
    sign_file(path, subject().signer, signing_time=NOW)


def _to_copy(path: Path) -> None:
    sign_file(path, subject().signer, signing_time=NOW, target=path.with_name("copy.pdf"))


def _sha256(path: Path) -> None:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        hashlib.sha256(view)


def _pyhanko(path: Path) -> None:
    signer = signers.SimpleSigner.load_pkcs12_data(subject().bundle, [], PASSPHRASE.encode())
    meta = signers.PdfSignatureMetadata("Sig", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES)
    with path.open("r+b") as file:
        signers.sign_pdf(IncrementalPdfFileWriter(file), meta, signer=signer, in_place=True)


_CONTESTANTS: dict[str, Callable[[Path], None]] = {
    "SHA-256 of the file": _sha256,
    "esign_core, in place": _in_place,
    "esign_core, to a copy": _to_copy,
    "pyHanko, in place": _pyhanko,
}


def _times(path: Path, rounds: int) -> None:
    size = path.stat().st_size
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in _CONTESTANTS}
    for number in range(rounds + 1):
        for name, job in _CONTESTANTS.items():
            cpu, wall = time.process_time(), time.perf_counter()
            job(path)
            if number:  # the first one warms up
                samples[name].append((time.process_time() - cpu, time.perf_counter() - wall))
            os.truncate(path, size)
    print(f"\nsign, {size / 2**20:.0f} MiB (median of {rounds})          CPU s            wall s")
    first = [statistics.median(times) for times in zip(*samples["SHA-256 of the file"], strict=True)]
    for name, taken in samples.items():
        cpu, wall = (statistics.median(times) for times in zip(*taken, strict=True))
        print(f"  {name:<28} {cpu:8.3f} {cpu / first[0]:6.2f} x  {wall:8.3f} {wall / first[1]:6.2f} x")


def _memory(path: Path) -> None:
    size = path.stat().st_size
    with AnonymousMemory() as memory:
        _in_place(path)
    os.truncate(path, size)
    tracemalloc.start()
    _in_place(path)
    traced = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"  in place, memory: RssAnon +{memory.growth / 2**20:.1f} MiB, Python's peak {traced / 2**20:.1f} MiB")
