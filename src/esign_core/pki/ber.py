"""BER (ITU-T X.690, 8) turned into what the DER reader takes: some signers write lengths that a marker ends."""

from __future__ import annotations

from esign_core.pki.der import (
    CONSTRUCTED,
    END_OF_CONTENTS,
    OCTET_STRING,
    SEGMENTED,
    after_tag,
    header,
    length_octets,
    tlv,
)


def to_definite(data: bytes) -> bytes:
    """`data`, one constructed value that `check_der` has passed, with definite lengths only and every OCTET STRING in
    one piece. What needs no change stays as it is encoded, byte for byte."""
    frames = [_Frame(b"", 0, len(data), False)]
    at = 0
    while True:
        frame = frames[-1]
        ended = frame.marked and data[at : at + 2] == END_OF_CONTENTS
        if ended or (at == frame.bound and not frame.marked):
            at += 2 if ended else 0
            frames.pop()
            frames[-1].add(frame, data[frame.start : at])
            if len(frames) == 1:
                return b"".join(frames[0].parts)
            continue
        tag, content, length = header(data, at, frame.bound)
        if tag & CONSTRUCTED:
            end = frame.bound if length is None else content + length
            frames.append(_Frame(data[at : after_tag(data, at)], at, end, length is None))
            at = content
        else:
            end = content + (length or 0)
            frame.parts.append(data[content if frame.segmented else at : end])
            at = end


class _Frame:
    """A constructed value on its way into definite form: its tag, its bounds, and what is inside so far."""

    __slots__ = ("bound", "changed", "head", "marked", "parts", "segmented", "start")

    def __init__(self, head: bytes, start: int, bound: int, marked: bool) -> None:
        self.head, self.start, self.bound, self.marked = head, start, bound, marked
        self.segmented = head == bytes((SEGMENTED,))
        self.changed = marked or self.segmented
        self.parts: list[bytes] = []

    def add(self, inner: _Frame, encoded: bytes) -> None:
        """`inner` is complete: keep it as `encoded` where nothing in it changed."""
        self.changed = self.changed or inner.changed
        if not inner.changed:
            self.parts.append(encoded)
        elif inner.segmented:
            whole = b"".join(inner.parts)
            self.parts.append(whole if self.segmented else tlv(OCTET_STRING, whole))
        else:
            self.parts += (inner.head, length_octets(sum(map(len, inner.parts))), *inner.parts)
