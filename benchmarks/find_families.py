"""What does it cost to find a tag where one thing is made expensive? Against PDFium, MuPDF and rustpdf."""

from __future__ import annotations

from benchmarks.choice import Choice
from benchmarks.families import FAMILIES
from benchmarks.race import race
from benchmarks.table import head, line

LEAST = 1.0  # of PDFium's time, but for families that may be slow
SMALL = 2  # pages in the short form


def run(choice: Choice) -> None:
    """Print a line for each family and case, then those below PDFium."""
    peers = [engine.name for engine in choice.engines[1:]]
    print("\nfind, hard families: how many times our CPU time a peer takes (whole call from bytes)")
    print(head("family", peers), " hits")
    below: list[str] = []
    for family in FAMILIES:
        if not choice.wants(family.name):
            continue
        pages = min(SMALL, family.pages) if choice.quick else family.pages
        pdf = family.make(pages)
        for case in family.cases:
            result = race(choice.engines, pdf, case.tag, choice.pace, password=family.password)
            print(line(family.name, pages, case.kind, case.tag, result, peers), flush=True)
            ratio = result.ratio("PDFium")
            where = f"  {family.name}, {case.kind}: " + ("may stay below: " if family.may_be_slow else "")
            if result.ours.refusal:
                below.append(f"{where}refused ({result.ours.refusal})")
            elif ratio is not None and ratio < LEAST:
                below.append(f"{where}{ratio:.2f}x")
    print("\n".join(["below PDFium:", *below]) if below else "none is below PDFium")
