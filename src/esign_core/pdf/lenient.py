"""A reader that goes on where the file is damaged, for finding only: what it reads may not be signed or judged."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, ClassVar

from esign_core.errors import PasswordError, PdfError
from esign_core.pdf.lexer import SPACE
from esign_core.pdf.objects import ENDSTREAM, PdfFile, PdfObject
from esign_core.pdf.values import Ref, Stream, is_integer
from esign_core.pdf.xref import Xref

if TYPE_CHECKING:
    from esign_core.pdf.rebuild import Scan

_HEADER = re.compile(rb"%PDF-(\d\.\d)?")
_HEADER_WITHIN = 1024  # bytes; ISO 32000-1, annex H.3
_STREAM = re.compile(SPACE + rb"stream(?:[\t ]*+(?:\r\n|\n|\r))?+")
_END = re.compile(rb"endstream|endobj")
_MISPLACED = ("OBJECT_MISPLACED", "OBJECT_STREAM_DAMAGED")
_NO_CURE = ("EMPTY", "ENCRYPTION_UNSUPPORTED", "ENCRYPTION_PUBLIC_KEY", "ENCRYPTION_DAMAGED")  # by looking for objects


class LenientFile(PdfFile):
    """As PdfFile, but damaged cross-reference sections are replaced by what the file holds, streams end where their
    data does, and of data that cannot be decoded the beginning is taken.

    `rebuilt` says why the sections were not used, None where they were. `damage` collects what else was passed over.
    """

    lenient: ClassVar[bool] = True
    _stream_keyword: ClassVar[re.Pattern[bytes]] = _STREAM
    rebuilt: str | None = None
    _password: str | None = None

    def _start(self, password: str | None) -> None:
        self.damage: dict[str, None] = {}
        self._failed: dict[int, PdfError] = {}
        self._ends: array[int] | None = None
        self._password = password
        try:
            super()._start(password)
            count = len(self.sections)  # now, so that damage further back is found before the first object is read
            if not count or not isinstance(self.get(self.catalog[1], "Pages"), dict):
                raise PdfError("the file has no pages where its catalog says", code="PAGE_TREE")
        except PasswordError:
            raise
        except PdfError as error:
            header = _HEADER.search(self.buffer, 0, _HEADER_WITHIN)
            if header is None or self.rebuilt is not None or error.code in _NO_CURE:
                raise
            self.version = (header[1] or b"1.4").decode("ascii")
            self._rebuild(error)
        finally:
            self._password = None

    def pass_over(self, error: PdfError) -> None:
        """Note it."""
        self.damage[str(error)] = None

    # ---- objects where the file has them

    def _rebuild(self, why: PdfError) -> None:
        """PdfError where the file has no catalog."""
        from esign_core.pdf.rebuild import scan  # few files need it, and its expressions take time to compile

        self.rebuilt = str(why).partition(";")[0]
        loading, self._loading = self._loading, []  # the object that led here may be needed on the way
        try:
            self._use_instead(scan(self.buffer, self.limits), why)
        finally:
            self._loading = loading

    def _use_instead(self, found: Scan, why: PdfError) -> None:
        self._use(found)
        if self.security is None:
            self._unlock(self._password)
        for container in found.object_streams:
            self._put_compressed(found, container)
        self._use(found)
        if self._has_pages(found.trailer.get("Root")):
            return
        compressed = [number for number, entry in found.entries.items() if entry.kind == "compressed"]
        for number in [*found.catalogs(self.buffer), *reversed(compressed)]:
            if self._has_pages(Ref(number, 0)):
                found.trailer["Root"] = Ref(number, 0)
                return
        raise why

    def _use(self, found: Scan) -> None:
        self.xref = Xref(self.buffer, found.section(), self._read_xref_stream, self.limits)
        self._objects.clear()
        self._object_streams.clear()
        self._failed.clear()
        self._unparsed = len(self.buffer)

    def _put_compressed(self, found: Scan, container: int) -> None:
        try:
            stream, holder = self._read_object_stream(container)
        except PdfError as error:
            self.pass_over(error)
            return
        self._object_streams[container] = (stream, holder)
        found.put_compressed(container, stream.numbers)

    def _has_pages(self, value: object) -> bool:
        try:
            entries = self.resolve(value) if isinstance(value, Ref) else None
            return isinstance(entries, dict) and isinstance(self.get(entries, "Pages"), dict)
        except PdfError:
            return False

    def _load(self, number: int) -> PdfObject | None:
        """What cannot be read is not tried twice, since many may refer to it."""
        if number in self._failed:
            error = self._failed[number]
            raise PdfError(str(error), code=error.code)
        try:
            return super()._load(number)
        except PdfError as error:
            if error.code in _MISPLACED and self.rebuilt is None and len(self._loading) == 1:
                self._rebuild(error)
                return super()._load(number)
            self._failed[number] = error
            raise

    def _behind_endobj(self, position: int, offset: int) -> int:
        try:
            return super()._behind_endobj(position, offset)
        except PdfError:
            return position

    # ---- streams where their data ends

    def data(self, stream: Stream) -> bytes:
        """Complete or not."""
        return self.data_and_damage(stream)[0]

    def data_and_damage(self, stream: Stream) -> tuple[bytes, str | None]:
        """A stream's data as far as it can be decoded, and why it is not complete. PdfError for an unknown filter."""
        damage: list[str] = []
        data = self._decoded(stream, damage)
        return data, "; ".join(damage) or None

    def _stream_end(self, stream: Stream) -> int:
        """Where /Length says when `endstream` is there, else in front of the next one, else the end of the file."""
        try:
            length = self.get(stream.entries, "Length")
        except PdfError:
            length = None
        if is_integer(length) and length >= 0 and ENDSTREAM.match(self.buffer, stream.start + length):
            return stream.start + length
        if self._ends is None:
            self._ends = array("Q", (match.start() for match in _END.finditer(self.buffer)))
        index = bisect_left(self._ends, stream.start)
        end = self._ends[index] if index < len(self._ends) else len(self.buffer)
        for line_end in b"\n\r":
            if end > stream.start and self.buffer[end - 1] == line_end:
                end -= 1
        return end

    def _behind_endstream(self, stream: Stream) -> int:
        end = self._stream_end(stream)
        keyword = ENDSTREAM.match(self.buffer, end)
        return keyword.end() if keyword else end
