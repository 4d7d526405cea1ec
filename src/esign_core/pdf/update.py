"""One incremental update (ISO 32000-2, 7.5.6): objects appended behind a file whose bytes stay as they are.

Nothing is re-serialised: a dictionary that must change is copied with its other bytes untouched, and the update's
cross-reference section has the form (table or stream) of the newest one in the file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esign_core.errors import InputError, PdfError
from esign_core.pdf.lexer import dictionary_spans, parse_value
from esign_core.pdf.objects import PdfFile, PdfObject
from esign_core.pdf.update_mark import mark
from esign_core.pdf.values import Buffer, Ref

if TYPE_CHECKING:  # loaded when a file is encrypted
    from esign_core.pdf.sealing import Seal

_MAX_NUMBER = 8_388_607  # object numbers, ISO 32000-1, annex C.2
_REGULAR = bytes(byte for byte in range(0x21, 0x7F) if byte not in b"()<>[]{}/%#")  # in a name as they are
_MAX_TABLE_OFFSET = 10**10  # ten digits in a table entry
_OWN_TRAILER_KEYS = frozenset(
    {
        "Size",
        "Prev",
        "XRefStm",
        "ID",
        "Type",
        "W",
        "Index",
        "Length",
        "Filter",
        "DecodeParms",
        "F",
        "FFilter",
        "FDecodeParms",
    }
)


class DictionaryEdit:
    """A dictionary's bytes with some values replaced or added, all others kept byte for byte."""

    def __init__(self, source: Buffer, start: int, *, depth: int = 200) -> None:
        spans, close, end = dictionary_spans(source, start, depth=depth)
        self._text = bytes(source[start:end])
        self._close = close - start
        self._spans = {key: (first - start, last - start) for key, (first, last) in spans.items()}
        self._changes: dict[str, bytes] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._changes or key in self._spans

    def raw(self, key: str) -> bytes | None:
        """A value as written; None when absent."""
        if key in self._changes:
            return self._changes[key]
        span = self._spans.get(key)
        return None if span is None else self._text[span[0] : span[1]]

    def set(self, key: str, raw: bytes) -> None:
        """Replace or add a value, given as PDF text. `key` needs no escapes."""
        self._changes[key] = raw

    def render(self) -> bytes:
        edits = [(*self._spans[key], b" " + raw) for key, raw in self._changes.items() if key in self._spans]
        added = b"".join(
            b"/%s %s" % (key.encode("ascii"), raw) for key, raw in self._changes.items() if key not in self._spans
        )
        result, position = [], 0
        for start, end, raw in sorted([*edits, (self._close, self._close, added)]):
            result += [self._text[position:start], raw]
            position = end
        return b"".join([*result, self._text[position:]])


@dataclass(frozen=True, slots=True)
class Appended:
    """The bytes to append, and where each object's body begins in them.

    `moved`: of an object whose strings were encrypted, behind which offsets of the body as it was put how many bytes
    came in.
    """

    data: bytes
    bodies: dict[int, int]
    moved: dict[int, tuple[tuple[int, int], ...]]

    def at(self, number: int, offset: int) -> int:
        """Where in `data` a byte of that object's body is, outside its strings; `offset`: in the body as it was put."""
        return self.bodies[number] + offset + sum(by for behind, by in self.moved.get(number, ()) if behind <= offset)


class UpdateWriter:
    """Collects changed and new objects of one update, then lays them out.

    An object is edited at most once: `edit` gives the same DictionaryEdit each time it is asked for. All text that goes
    in and out is plain: what belongs to an encrypted file is encrypted when it is laid out.
    """

    def __init__(self, file: PdfFile) -> None:
        if file.xref.newest.kind == "table" and len(file.buffer) >= _MAX_TABLE_OFFSET:
            raise _too_large()  # before anything is read or hashed in vain
        self._file = file
        self._next = file.next_number()
        self._bodies: dict[Ref, bytes] = {}
        self._edits: dict[Ref, DictionaryEdit] = {}
        self._seal: Seal | None = None
        if file.security is not None:
            from esign_core.pdf.sealing import Seal

            self._seal = Seal(file, file.security)

    def reserve(self) -> Ref:
        """The number of an object that does not exist yet."""
        if self._next > _MAX_NUMBER:
            raise PdfError("the file has no object numbers left; save it anew", code="NUMBERS_EXHAUSTED")
        ref = Ref(self._next, 0)
        self._next += 1
        return ref

    def put(self, ref: Ref, body: bytes) -> None:
        """The object's new value as PDF text; of a stream, `stream_body` writes it."""
        self._bodies[ref] = body

    def edit(self, ref: Ref) -> DictionaryEdit:
        """The object's dictionary, to be changed in place. PdfError when it is no dictionary."""
        if ref not in self._edits:
            found = self._object(ref)
            if not isinstance(found.value, dict):
                raise PdfError(f"object {ref.number} is not the dictionary it should be", code="NOT_A_DICTIONARY")
            self._edits[ref] = DictionaryEdit(self._text(found), 0, depth=self._file.limits.depth)
        return self._edits[ref]

    def append_to_array(self, owner: DictionaryEdit, key: str, item: bytes) -> None:
        """Add one item to an array value, wherever the array is: in the dictionary, or an object of its own."""
        raw = owner.raw(key)
        value = None if raw is None else self._parse(raw)
        if isinstance(value, Ref):
            found = self._file.load(value)
            if found and isinstance(found.value, list):
                text = self._bodies.get(value) or self._text(found)
                self.put(value, text[:-1] + b" " + item + b"]")
                return
            value = found.value if found else None
        if value is None:
            owner.set(key, b"[" + item + b"]")
        elif isinstance(value, list) and raw is not None:
            owner.set(key, raw.rstrip()[:-1] + b" " + item + b"]")
        else:
            raise PdfError(f"/{key} is not the array it should be; the file is damaged", code="NOT_AN_ARRAY")

    def finish(self, *, seed: bytes) -> Appended:
        """Lay the update out, behind its mark.

        The second half of /ID is a digest of `seed` and the update: no clock, no dice.
        """
        for ref, edit in self._edits.items():
            self._bodies[ref] = edit.render()
        moved = self._encrypt(self._seal) if self._seal else {}
        identifier = hashlib.sha256(b"\0".join([seed, *(body for _, body in sorted(self._bodies.items()))])).digest()[
            :16
        ]
        base = len(self._file.buffer)
        parts = [mark(self._file.buffer)]
        length, bodies, offsets = len(parts[0]), {}, {}
        for ref, body in sorted(self._bodies.items()):
            head = b"%d %d obj\n" % ref
            offsets[ref] = base + length
            bodies[ref.number] = length + len(head)
            parts += [head, body, b"\nendobj\n"]
            length += len(head) + len(body) + len(b"\nendobj\n")
        section = base + length
        if self._file.xref.newest.kind == "table":
            parts.append(self._table(offsets, identifier))
        else:
            own = self.reserve()
            parts.append(self._stream(own, offsets | {own: section}, identifier))
        parts.append(b"startxref\n%d\n%%%%EOF\n" % section)
        parts[0] = mark(self._file.buffer, sum(map(len, parts)))
        return Appended(b"".join(parts), bodies, moved)

    def _text(self, found: PdfObject) -> bytes:
        return self._seal.opened(found) if self._seal else bytes(found.source[found.value_start : found.value_end])

    def _encrypt(self, seal: Seal) -> dict[int, tuple[tuple[int, int], ...]]:
        """In place, and before /ID is made of it: that is for all to read."""
        moved = {}
        for ref, body in self._bodies.items():
            self._bodies[ref], moved[ref.number] = seal.sealed(ref, body)
        return moved

    def _object(self, ref: Ref) -> PdfObject:
        found = self._file.load(ref)
        if found is None:
            raise PdfError(
                f"object {ref.number} {ref.generation} is missing; the file is damaged", code="OBJECT_MISSING"
            )
        return found

    def _parse(self, raw: bytes) -> object:
        return parse_value(raw, 0, depth=self._file.limits.depth)[0]

    def _trailer(self, identifier: bytes) -> bytes:
        """Every entry of the newest trailer that is not this update's own, as written, then ours."""
        newest = self._file.xref.newest
        start = newest.trailer_start
        if newest.kind == "stream":
            start = self._file.object_at(newest.start).value_start
        spans, _, _ = dictionary_spans(self._file.buffer, start, depth=self._file.limits.depth)
        kept = {
            key: bytes(self._file.buffer[first:last])
            for key, (first, last) in spans.items()
            if key not in _OWN_TRAILER_KEYS
        }
        first = self._file.get(newest.trailer, "ID")
        permanent = self._file.resolve(first[0]) if isinstance(first, list) and first else None
        if not isinstance(permanent, bytes):  # it goes into the key of an encrypted file: there it stays empty
            permanent = b"" if self._seal else identifier
        text = b"".join(b"/%s %s" % (_name(key), raw) for key, raw in kept.items())
        return text + b"/ID[<%s><%s>]/Prev %d" % (
            permanent.hex().encode(),
            identifier.hex().encode(),
            self._file.startxref,
        )

    def _table(self, offsets: dict[Ref, int], identifier: bytes) -> bytes:
        if max(offsets.values(), default=0) >= _MAX_TABLE_OFFSET:
            raise _too_large()
        lines = [b"xref\n"]
        for run in _runs(sorted(offsets)):
            lines.append(b"%d %d\n" % (run[0].number, len(run)))
            lines += [b"%010d %05d n \n" % (offsets[ref], ref.generation) for ref in run]
        return b"".join(lines) + b"trailer\n<</Size %d%s>>\n" % (self._next, self._trailer(identifier))

    def _stream(self, own: Ref, offsets: dict[Ref, int], identifier: bytes) -> bytes:
        width = max(3, (max(offsets.values()).bit_length() + 7) // 8)
        rows = b"".join(
            b"\1" + offsets[ref].to_bytes(width, "big") + ref.generation.to_bytes(2, "big") for ref in sorted(offsets)
        )
        index = b" ".join(b"%d %d" % (run[0].number, len(run)) for run in _runs(sorted(offsets)))
        head = b"/Type/XRef/Size %d/W[1 %d 2]/Index[%s]" % (self._next, width, index)
        return b"%d %d obj\n" % own + stream_body(head + self._trailer(identifier), rows) + b"\nendobj\n"


def _too_large() -> PdfError:
    return PdfError(
        f"the file has {_MAX_TABLE_OFFSET} bytes or more, too many for a cross-reference table: save it with "
        "cross-reference streams",
        code="TOO_LARGE",
    )


def stream_body(entries: bytes, data: bytes) -> bytes:
    """A stream object's text from the entries of its dictionary (without /Length) and its data."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def literal(text: str) -> bytes:
    """A text string (ISO 32000-2, 7.9.2.2): printable ASCII as it is, anything else as UTF-16 with its mark.

    InputError (NOT_UNICODE) for half a surrogate pair.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        raw = text.encode("ascii")
    else:  # control characters mean something else in PDFDocEncoding
        try:
            raw = b"\xfe\xff" + text.encode("utf-16-be")
        except UnicodeEncodeError as error:
            raise InputError(f"{text!r} is not Unicode text: half of a surrogate pair", code="NOT_UNICODE") from error
    for special in (b"\\", b"(", b")"):
        raw = raw.replace(special, b"\\" + special)
    return b"(" + raw.replace(b"\r", b"\\r").replace(b"\n", b"\\n") + b")"


def real(value: float) -> bytes:
    """A number as short as it can be at a hundred-thousandth of a unit, never in exponential form."""
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    return b"0" if text in ("-0", "") else text.encode("ascii")


def _runs(refs: list[Ref]) -> list[list[Ref]]:
    """Consecutive object numbers together."""
    runs: list[list[Ref]] = []
    for ref in refs:
        if runs and runs[-1][-1].number + 1 == ref.number:
            runs[-1].append(ref)
        else:
            runs.append([ref])
    return runs


def _name(key: str) -> bytes:
    """A name without its slash, characters that need it escaped (ISO 32000-2, 7.3.5)."""
    raw = key.encode("latin-1")
    if not raw.translate(None, _REGULAR):
        return raw
    return b"".join(bytes((byte,)) if byte in _REGULAR else b"#%02X" % byte for byte in raw)
