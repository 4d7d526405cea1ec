"""A document of any size, and what this process needs of memory of its own while it is signed."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_IMAGE = b"<</Type/XObject/Subtype/Image/Width 1024/Height 1024/BitsPerComponent 8/ColorSpace/DeviceGray/Length %d>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<</XObject<</I %d 0 R>>>>>>"
_DRAW = b"q 595 0 0 842 0 0 cm /I Do Q"


def write_document(path: Path, megabytes: int) -> None:
    """As many pages, each an uncompressed picture of 1024 by 1024 bytes of noise, as a scanner writes them."""
    noise = os.urandom(1 << 20)
    offsets: list[int] = []
    with path.open("wb") as file:

        def put(*parts: bytes) -> None:
            offsets.append(file.tell())
            file.write(b"%d 0 obj\n" % len(offsets) + b"".join(parts) + b"\nendobj\n")

        file.write(b"%PDF-1.7\n")
        kids = b" ".join(b"%d 0 R" % (4 + 2 * index) for index in range(megabytes))
        put(b"<</Type/Catalog/Pages 2 0 R>>")
        put(b"<</Type/Pages/Count %d/Kids[%s]>>" % (megabytes, kids))
        put(b"<</Length %d>>\nstream\n%s\nendstream" % (len(_DRAW), _DRAW))
        for index in range(megabytes):
            put(_PAGE % (5 + 2 * index))
            put(_IMAGE % len(noise), b"\nstream\n", noise, b"\nendstream")
        section = file.tell()
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
        file.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
        file.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, section))


class AnonymousMemory:
    """How much private memory this process gains at most while it is open, in bytes (Linux).

    RssAnon, sampled by a thread: pages of a mapped file do not count, the system can drop them.
    """

    growth = 0

    def __enter__(self) -> Self:
        self._before = self._now()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        self._look()

    @staticmethod
    def _now() -> int:
        status = Path("/proc/self/status").read_text()
        return int(status.partition("RssAnon:")[2].split()[0]) * 1024

    def _look(self) -> None:
        self.growth = max(self.growth, self._now() - self._before)

    def _sample(self) -> None:
        while not self._done.wait(0.002):
            self._look()
