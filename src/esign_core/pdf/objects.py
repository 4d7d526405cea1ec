"""A PDF file as objects that are loaded when asked for, each with its span and the section that lists it."""

from __future__ import annotations

import re
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

from esign_core.errors import PdfError
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.filters import decode, filters_of
from esign_core.pdf.lexer import SPACE, TOKEN_END, parse_value, skip_space
from esign_core.pdf.object_streams import ObjectStream
from esign_core.pdf.plain import parse_plain
from esign_core.pdf.values import Buffer, Dictionary, Pdf, Ref, Stream, Value, is_integer, view_of
from esign_core.pdf.xref import SEARCH_ONLY, Entry, Section, Xref

if TYPE_CHECKING:  # loaded when a file is encrypted
    from esign_core.pdf.security import Security

_HEADER = re.compile(rb"%PDF-(\d\.\d)")
_STARTXREF = re.compile(rb"startxref[\x00\t\n\x0c\r ]++(\d{1,19}+)(?!\d)")
_OBJECT = re.compile(
    SPACE + rb"(\d{1,10}+)" + SPACE + rb"(\d{1,10}+)" + SPACE + rb"(?<!\d)obj" + TOKEN_END + SPACE
)  # to where its value begins
_STREAM = re.compile(
    SPACE + rb"stream(?:\r\n|\n|\r)"
)  # \r alone is wrong (7.3.8.1), but old files have it and all viewers agree
ENDSTREAM = re.compile(rb"[\x00\t\n\x0c\r ]*+endstream" + TOKEN_END)
_ENDOBJ = re.compile(SPACE + rb"endobj" + TOKEN_END)
_WHITE = b"\x00\t\n\x0c\r "
_BEFORE_KEYWORD = _WHITE + b">]"  # what may stand in front of `endobj` and `stream` without being one word with it
_SHORT = 2048  # bytes of an object whose text is looked at without parsing it
_LONG = 65_536  # bytes of one that is read at once
_MAX_GENERATION = 65_535  # ISO 32000-2, 7.5.4
_TAIL = 4096  # bytes at the end searched for startxref; ISO 32000-1 readers look at the last 1024


class PdfObject(NamedTuple):
    """One indirect object.

    `start` and `end` span it in the file, from its number to behind `endobj`; of an object inside an object stream they
    span that stream, whose number is `container`. The value's own text is `source[value_start:value_end]`; of a stream
    it is the dictionary's. `section` counts from the newest cross-reference section, 0.
    """

    number: int
    generation: int
    value: Value
    start: int
    end: int
    section: int
    container: int | None
    source: Buffer
    value_start: int
    value_end: int


class PdfFile:
    """The objects of one document. A context manager: behind it the document's buffer is let go.

    Opening reads the header, the last `startxref` and one cross-reference section. PdfError names what cannot be read:
    EMPTY, NOT_A_PDF, TRUNCATED, XREF_DAMAGED, ENCRYPTION_UNSUPPORTED, ENCRYPTION_PUBLIC_KEY, ENCRYPTION_DAMAGED,
    NO_CATALOG, SYNTAX, OBJECT_MISPLACED, OBJECT_LOOP, OBJECTS_OVERLAP, OBJECT_STREAM_DAMAGED, STREAM_DAMAGED,
    FILTER_UNKNOWN, FILTER_DAMAGED. PasswordError where the document is encrypted and neither `password` nor the empty
    one opens it.

    Damage is refused here, for signing and verifying; `LenientFile` reads on, for finding.
    """

    lenient: ClassVar[bool] = False
    _stream_keyword: ClassVar[re.Pattern[bytes]] = _STREAM

    def __init__(self, pdf: Pdf, limits: Limits = DEFAULT_LIMITS, *, password: str | None = None) -> None:
        self.limits = limits
        self.buffer = view_of(pdf)
        self.version = ""
        self.startxref = 0
        self.decoded_bytes = 0
        self._objects: dict[int, PdfObject | None] = {}
        self._object_streams: dict[int, tuple[ObjectStream, PdfObject] | PdfError] = {}
        self._attempts = 4 * len(self.buffer)  # bytes that may be tried in vain as plain values
        self._loading: list[int] = []
        self._unparsed = len(self.buffer)  # bytes that no loaded object has taken yet
        self.security: Security | None = None  # of an encrypted document
        self._clear_text = 0  # number of the object that is not encrypted because it says how all others are
        try:
            self._start(password)
        except BaseException:  # whoever holds the traceback holds this object, and an mmap could not be closed
            self.buffer.release()
            raise

    def _start(self, password: str | None) -> None:
        if not self.buffer:
            raise PdfError("the document is empty: there are no bytes to read", code="EMPTY")
        header = _HEADER.match(self.buffer)
        if header is None:
            raise PdfError(
                "the file does not begin with %PDF-: it is not a PDF, or has bytes in front of it", code="NOT_A_PDF"
            )
        self.version = header[1].decode("ascii")
        self.startxref = _last_startxref(self.buffer)
        self.xref = Xref(self.buffer, self.startxref, self._read_xref_stream, self.limits)
        self._unlock(password)

    def _unlock(self, password: str | None) -> None:
        """The strings of the trailer and of the encryption dictionary itself are not encrypted (ISO 32000-2, 7.6.2)."""
        held = self.trailer.get("Encrypt")
        if held is None:
            return
        from esign_core.pdf.security import Security, resolved

        entries = self.resolve(held)
        if not isinstance(entries, dict):
            raise PdfError("the encryption dictionary is missing; the file is damaged", code="ENCRYPTION_DAMAGED")
        identifier = self.get(self.trailer, "ID")
        first = self.resolve(identifier[0]) if isinstance(identifier, list) and identifier else None
        found = first if isinstance(first, bytes) else b""
        self.security = Security(resolved(entries, self.resolve), found, password, lenient=self.lenient)
        self._clear_text = held.number if isinstance(held, Ref) else 0
        self._objects.clear()  # read without it
        self._object_streams.clear()

    @property
    def encrypted(self) -> bool:
        """Whether the document is encrypted; then it is open, with the password given or without one."""
        return self.security is not None

    @property
    def has_mac(self) -> bool:
        """Whether a message authentication code (ISO/TS 32004, clause 5) is to tell of any change."""
        encryption = self.get(self.trailer, "Encrypt")
        return "AuthCode" in self.trailer or (isinstance(encryption, dict) and "KDFSalt" in encryption)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the document's buffer go; nothing can be loaded afterwards."""
        self._objects.clear()
        self._object_streams.clear()
        self.xref.close()
        self.buffer.release()
        self.buffer = memoryview(b"")

    @property
    def trailer(self) -> Dictionary:
        """The newest section's trailer: the only one whose /Root counts (ISO 32000-2, 7.5.6)."""
        return self.xref.newest.trailer

    @property
    def catalog(self) -> tuple[Ref, Dictionary]:
        """The document catalog and its reference."""
        root = self.trailer.get("Root")
        value = self.resolve(root)
        if not isinstance(root, Ref) or not isinstance(value, dict):
            raise PdfError("the file has no document catalog (/Root); the file is damaged", code="NO_CATALOG")
        return root, value

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every cross-reference section of every revision, newest first."""
        return tuple(self.xref)

    @property
    def objects_read(self) -> int:
        return len(self._objects)

    def next_number(self) -> int:
        """The first object number no section uses; looks at every section, since /Size is wrong in some files."""
        highest = 0
        for section in self.xref:
            size = section.trailer.get("Size")
            highest = max(highest, size if is_integer(size) else 0)
            highest = max(highest, section.behind)
        return highest

    def resolve(self, value: Value) -> Value:
        """The value behind any number of references; None for one that leads nowhere. Bounded by Limits.hops."""
        hops = 0
        while type(value) is Ref:
            hops += 1
            if hops > self.limits.hops:
                self.limits.check("hops", hops)
            found = self.load(value)
            value = found.value if found else None
        return value

    def get(self, entries: Dictionary, key: str) -> Value:
        """A dictionary's value with references resolved; None when absent."""
        return self.resolve(entries.get(key))

    def load(self, ref: Ref) -> PdfObject | None:
        """The object, or None when the file has no such object (then it is null: ISO 32000-2, 7.3.10)."""
        number = ref.number
        if number == 0:  # the head of the free list (ISO 32000-2, 7.5.4)
            return None
        if number not in self._objects:
            if len(self._objects) >= self.limits.objects:
                self.limits.check("objects", len(self._objects) + 1)
            if number in self._loading:
                raise PdfError(f"object {number} is needed to read itself; the file is damaged", code="OBJECT_LOOP")
            self._loading.append(number)
            if len(self._loading) > self.limits.hops:
                self.limits.check("hops", len(self._loading))
            try:
                self._objects[number] = self._load(number)
            finally:
                self._loading.pop()
        found = self._objects[number]
        return found if found and found.generation == ref.generation else None

    def data(self, stream: Stream) -> bytes:
        """A stream's data through all its filters. PdfError for a filter that is unknown or fails."""
        return self._decoded(stream, None)

    def data_and_damage(self, stream: Stream) -> tuple[bytes, str | None]:
        """`data`, and what is wrong with it: of a `LenientFile` it may be incomplete."""
        return self.data(stream), None

    def _decoded(self, stream: Stream, damage: list[str] | None) -> bytes:
        filters = filters_of(stream.entries, self.resolve)
        data = bytes(self.raw_data(stream))
        if self.security:
            self._count_decoded(len(data))
            data = self.security.stream(data, stream.ref, stream.entries, filters)
        for name, parameters in filters:
            data = decode(data, name, parameters, self.limits.stream_bytes, damage)
            self._count_decoded(len(data))
        return data

    def pass_over(self, error: PdfError) -> None:
        """What is damaged here is refused, where a `LenientFile` goes on without it: raises `error`."""
        raise error

    def _count_decoded(self, count: int) -> None:
        self.decoded_bytes += count
        self.limits.check("decoded_bytes", self.decoded_bytes)

    def raw_data(self, stream: Stream) -> memoryview:
        """A stream's data as stored, a view of the file."""
        return self.buffer[stream.start : self._stream_end(stream)]

    # ---- loading

    def _load(self, number: int) -> PdfObject | None:
        self._spend(0)
        found = self.xref.find(number)
        if found is None or found[0].kind == "free":
            return None
        entry, section = found
        load = self._load_compressed if entry.kind == "compressed" else self._load_at
        item = load(number, entry, section)
        self._spend(item.value_end - item.value_start)
        return item

    def _spend(self, length: int) -> None:
        """Count the bytes that values took: those that do not overlap are together no longer than what they are in.

        Others could nest, each string in the next, and the work would grow with the square of the file.
        """
        self._unparsed -= length
        if self._unparsed < 0:
            raise PdfError("the file's objects overlap; the file is damaged", code="OBJECTS_OVERLAP")

    def _load_at(self, number: int, entry: Entry, section: int) -> PdfObject:
        item = self.object_at(entry.first, section)
        if item.number != number or item.generation != entry.second or entry.second > _MAX_GENERATION:
            raise PdfError(
                f"object {number} is not at byte {entry.first}, where it is said to be{SEARCH_ONLY}",
                code="OBJECT_MISPLACED",
            )
        if self.security and number != self._clear_text and isinstance(item.value, Stream | list | dict | bytes):
            return item._replace(value=self._decrypted(self.security, item))
        return item

    def _decrypted(self, security: Security, item: PdfObject) -> Value:
        ref = Ref(item.number, item.generation)
        if not isinstance(item.value, Stream):
            return security.strings(item.value, ref)
        if item.value.entries.get("Type") != "XRef":
            security.strings(item.value.entries, ref)
        return item.value

    def object_at(self, offset: int, section: int = 0) -> PdfObject:
        """The object that begins at `offset`, whatever the sections say about it. PdfError when none does."""
        match = _OBJECT.match(self.buffer, offset) if 0 <= offset < len(self.buffer) else None
        if match is None:
            raise PdfError(f"no object begins at byte {offset}{SEARCH_ONLY}", code="OBJECT_MISPLACED")
        number, generation = int(match[1]), int(match[2])
        value_start = match.end()
        value, value_end = self._value_at(value_start)
        end = value_end
        if type(value) is dict and (keyword := self._stream_keyword.match(self.buffer, end)):
            value = Stream(value, keyword.end(), Ref(number, generation))
            end = self._behind_endstream(value)
        end = self._behind_endobj(end, offset)
        return PdfObject(
            number, generation, value, match.start(1), end, section, None, self.buffer, value_start, value_end
        )

    def _stream_end(self, stream: Stream) -> int:
        length = self.get(stream.entries, "Length")
        if not is_integer(length) or not 0 <= length <= len(self.buffer) - stream.start:
            raise PdfError(
                f"the stream at byte {stream.start} has no usable /Length; the file is damaged", code="STREAM_DAMAGED"
            )
        return stream.start + length

    def _value_at(self, start: int) -> tuple[Value, int]:
        """The value that begins at `start`, and the offset behind it. An object without a value is null."""
        text, end, keyword = self._value_text(start, _SHORT)
        if end < 0 and keyword < 0 and len(text) == _SHORT and self._attempts >= 0:  # often a long list of widths
            text, end, keyword = self._value_text(start, _LONG)
            self._attempts -= len(text) if end < 0 and keyword < 0 else 0
        if (cut := keyword if keyword >= 0 else end) > 0 and text[cut - 1] in _BEFORE_KEYWORD:
            text = text[:cut].rstrip(_WHITE)
            if plain := self._plain(text):
                return plain[0], start + len(text)
        if end == 0 and _ENDOBJ.match(self.buffer, start):
            return None, start
        return parse_value(self.buffer, start, depth=self.limits.depth)

    def _value_text(self, start: int, size: int) -> tuple[bytes, int, int]:
        """The bytes there, and where `endobj` and, in front of it, `stream` are among them; -1: nowhere."""
        text = bytes(self.buffer[start : start + size])
        end = text.find(b"endobj")
        behind = end if end >= 0 else len(text)
        keyword = text.find(b"stream", 0, behind)
        while keyword > 0 and text[keyword - 1] not in _BEFORE_KEYWORD:  # in a name: /BitstreamVeraSans
            keyword = text.find(b"stream", keyword + 1, behind)
        return text, end, keyword

    def _plain(self, text: bytes) -> tuple[Value] | None:
        """As `parse_plain`, for as long as most attempts pay: objects that overlap could make each of them fail."""
        if self._attempts < 0:
            return None
        plain = parse_plain(text, self.limits.depth)
        if plain is None:
            self._attempts -= len(text)
        return plain

    def _behind_endobj(self, position: int, offset: int) -> int:
        keyword = _ENDOBJ.match(self.buffer, position)
        if keyword is None:
            raise PdfError(
                f"no endobj at byte {position} ends the object at byte {offset}; it is damaged", code="SYNTAX"
            )
        return keyword.end()

    def _behind_endstream(self, stream: Stream) -> int:
        keyword = ENDSTREAM.match(self.buffer, self._stream_end(stream))
        if keyword is None:
            raise PdfError(f"the stream at byte {stream.start} does not end where /Length says", code="STREAM_DAMAGED")
        return keyword.end()

    def _read_xref_stream(self, offset: int) -> tuple[Stream, bytes, int]:
        item = self.object_at(offset) if _OBJECT.match(self.buffer, offset) else None
        if item is None or not isinstance(item.value, Stream):
            raise PdfError(f"no cross-reference section at byte {offset}{SEARCH_ONLY}", code="XREF_DAMAGED")
        return item.value, self.data(item.value), item.end

    # ---- object streams (ISO 32000-2, 7.5.7)

    def _load_compressed(self, number: int, entry: Entry, section: int) -> PdfObject:
        container, index = entry.first, entry.second
        stream, holder = self._object_stream(container)
        if index >= len(stream.numbers) or stream.numbers[index] != number:
            raise PdfError(
                f"object {number} is not number {index} of object stream {container}; the file is damaged",
                code="OBJECT_MISPLACED",
            )
        start = skip_space(stream.data, stream.offsets[index])
        behind = stream.offsets[index + 1] if index + 1 < len(stream.offsets) else len(stream.data)
        text = stream.data[start:behind].rstrip(_WHITE) if behind - start <= _LONG else b""
        if plain := self._plain(text):
            value, end = plain[0], start + len(text)
        else:
            value, end = parse_value(stream.data, start, depth=self.limits.depth)
        return PdfObject(number, 0, value, holder.start, holder.end, section, container, stream.data, start, end)

    def _object_stream(self, container: int) -> tuple[ObjectStream, PdfObject]:
        """Read once. PdfError for one that is damaged."""
        if container not in self._object_streams:
            self._object_streams[container] = _bad_object_stream(container)  # and so it stays for one that needs itself
            try:
                self._object_streams[container] = self._read_object_stream(container)
            except PdfError as error:
                self._object_streams[container] = error
        known = self._object_streams[container]
        if isinstance(known, PdfError):
            raise PdfError(str(known), code=known.code)
        return known

    def _read_object_stream(self, container: int) -> tuple[ObjectStream, PdfObject]:
        found = self.xref.find(container)
        if found is None or found[0].kind != "offset":
            raise _bad_object_stream(container)
        item = self._load_at(container, *found)
        if not isinstance(item.value, Stream) or item.value.entries.get("Type") != "ObjStm":
            raise _bad_object_stream(container)
        data = self.data(item.value)
        count, first = self.get(item.value.entries, "N"), self.get(item.value.entries, "First")
        if not is_integer(count) or not is_integer(first):
            raise _bad_object_stream(container)
        self.limits.check("objects", count)
        stream = ObjectStream.parse(data, count, first, lenient=self.lenient)
        if stream is None:
            raise _bad_object_stream(container)
        self._unparsed += len(data)
        return stream, item


def _bad_object_stream(container: int) -> PdfError:
    return PdfError(f"object stream {container} cannot be read; the file is damaged", code="OBJECT_STREAM_DAMAGED")


def _last_startxref(buffer: memoryview) -> int:
    matches = list(_STARTXREF.finditer(buffer, max(0, len(buffer) - _TAIL)))
    if not matches:
        raise PdfError("the file has no startxref at its end" + SEARCH_ONLY, code="TRUNCATED")
    return int(matches[-1][1])
