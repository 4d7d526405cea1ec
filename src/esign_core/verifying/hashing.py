"""All digests of one document in one pass: the document's own and that of every signature's covered bytes.

Signatures of one file share their beginning, so one running hash per algorithm goes through the file once and is forked
at each gap. Only what lies behind a gap is hashed again: for a file signed in revisions, twice the file at most.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from esign_core.algorithms import HASH_SIZES, finished
from esign_core.limits import Limits

DOCUMENT_HASH = "sha256"
HASHES = frozenset({"md5", "sha1", "sha224"}) | HASH_SIZES.keys()
"""What can be computed; whether it is secure enough is the policy's to say."""


class Covered(NamedTuple):
    """Bytes 0 to `gap_start` and `gap_end` to `end`, to be hashed with `hash` (a name that hashlib knows)."""

    hash: str
    gap_start: int
    gap_end: int
    end: int


class Digests(NamedTuple):
    """`document`: SHA-256 of the whole buffer; `covered`: the digest of each range; `bytes_hashed`: the work."""

    document: bytes
    covered: dict[Covered, bytes]
    bytes_hashed: int


def hash_once(buffer: memoryview, ranges: Iterable[Covered], limits: Limits) -> Digests:
    """Every digest asked for. LimitExceeded (hashed_bytes) before any work, when hostile ranges would cost too much."""
    by_hash: dict[str, list[Covered]] = {DOCUMENT_HASH: []}
    for covered in sorted(set(ranges)):
        by_hash.setdefault(covered.hash, []).append(covered)
    work = 0
    for name, wanted in by_hash.items():
        work += sum(covered.end - covered.gap_end for covered in wanted)
        work += 0 if name == DOCUMENT_HASH else wanted[-1].gap_start
    limits.check("hashed_bytes", work)  # the document's own digest is owed in any case
    found: dict[Covered, bytes] = {}
    document = b""
    for name, wanted in by_hash.items():
        running = hashlib.new(name)
        position = 0
        for covered in wanted:  # in the order of their gaps
            running.update(buffer[position : covered.gap_start])
            position = covered.gap_start
            fork = running.copy()
            fork.update(buffer[covered.gap_end : covered.end])
            found[covered] = finished(name, fork)
        if name == DOCUMENT_HASH:
            running.update(buffer[position:])
            document = running.digest()
    return Digests(document, found, len(buffer) + work)
