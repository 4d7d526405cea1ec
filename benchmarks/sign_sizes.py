"""How near is a signature to the cost of its key and hash? Invisible PAdES B-B, RSA-2048, by size of the document."""

from __future__ import annotations

from benchmarks.choice import Choice
from benchmarks.sign_documents import (
    OURS,
    PYHANKO,
    RSA,
    RUSTPDF,
    SHA,
    jobs_on,
    many_objects,
    ten_pages,
    thousand_pages,
)
from benchmarks.timing import compare, target


def run(choice: Choice) -> None:
    """Each line with what it is to be. `--quick`: fewer pages, so that the lines say nothing."""
    rounds = 1 if choice.quick else 15
    pdf = ten_pages()
    found = compare(f"sign: 10 pages, {len(pdf):,} bytes", jobs_on(pdf), rounds=rounds, calls=20)
    target("times the RSA operation", found[OURS] / found[RSA], most=2)
    target("of ours in pyHanko's call", found[PYHANKO] / found[OURS], least=200)
    if RUSTPDF in found:
        target("of rustpdf's time", found[OURS] / found[RUSTPDF], most=1)

    pdf = ten_pages() if choice.quick else thousand_pages()
    found = compare(f"sign: 1 000 pages, {len(pdf):,} bytes", jobs_on(pdf), rounds=rounds, calls=3)
    target("of (3 x SHA-256 + 2 x RSA)", found[OURS] / (3 * found[SHA] + 2 * found[RSA]), most=1)

    pdf = many_objects(10 if choice.quick else 1000)
    found = compare(f"sign: 100 000 objects, {len(pdf):,} bytes", jobs_on(pdf), rounds=min(rounds, 7))
    target("times the SHA-256", found[OURS] / found[SHA], most=2)
