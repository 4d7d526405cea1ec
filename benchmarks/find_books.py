"""How long does it take to find a tag in a book of 100 to 4 000 pages? Against PDFium, MuPDF and rustpdf."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import pypdfium2

from benchmarks.books import ABSENT, EVERY_PAGE, FIFTEEN, ONE_PAGE, Case, books
from benchmarks.choice import Choice
from benchmarks.engines import Engine
from benchmarks.race import Race, race
from benchmarks.table import head, line

# What the ratios should be: the geometric mean over absent and one page, and the least for each line by case.
MEANS = {"PDFium": 4.0, "MuPDF": 4.0, "rustpdf": 1.2}
LEAST = {ABSENT: 2.0, ONE_PAGE: 2.0, EVERY_PAGE: 1.5, FIFTEEN: 1.0}
Ratios = dict[tuple[str, str], list[tuple[float, str]]]


def run(choice: Choice) -> None:
    """Print a line for each document and case, then what the ratios come to."""
    choice.say_who_is_missing()
    peers = [engine.name for engine in choice.engines[1:]]
    print("\nfind, books: how many times our CPU time a peer takes (whole call from bytes)")
    print(head("document", peers), " hits")
    ratios: Ratios = defaultdict(list)
    for book in books(small=choice.quick):
        if not choice.wants(book.name):
            continue
        pdf = book.load()
        if pdf is None:
            print(f"{book.name:<20}not here: {book.missing}")
            continue
        races: list[tuple[Case, Race]] = []
        for case in book.cases:
            result = race(choice.engines, pdf, case.tag, choice.pace)
            print(line(book.name, page_count(pdf), case.kind, case.tag, result, peers), flush=True)
            races.append((case, result))
        for name in peers:
            if any(result.misses(name) for _, result in races):
                print(f"{'':<20}{name} does not read the text of this document: left out of its means")
                continue
            for case, result in races:
                if (ratio := result.ratio(name)) is not None:
                    ratios[name, case.kind].append((ratio, f"{book.name} {case.tag}"))
    summarize(ratios, choice.engines)


def page_count(pdf: bytes) -> int:
    """As PDFium counts."""
    return len(pypdfium2.PdfDocument(pdf))


def summarize(ratios: Ratios, engines: Sequence[Engine]) -> None:
    """Geometric means and minima, against what they should be; each line that falls short."""
    short: list[str] = []
    for engine in engines[1:]:
        few = ratios[engine.name, ABSENT] + ratios[engine.name, ONE_PAGE]
        if few:
            mean = math.exp(sum(math.log(ratio) for ratio, _ in few) / len(few))
            wanted = MEANS.get(engine.name, 1.0)
            print(f"{engine.name}: geometric mean, absent and one page, {mean:.2f}x (should be {wanted}x)")
            if mean < wanted:
                short.append(f"{engine.name}: geometric mean {mean:.2f}x < {wanted}x")
        for kind, least in LEAST.items():
            lines = ratios[engine.name, kind]
            if lines:
                worst, where = min(lines)
                print(f"{engine.name}: {kind}, least {worst:.2f}x ({where})")
            if engine.name == "PDFium":
                short += [
                    f"{engine.name}: {kind}, {at} {ratio:.2f}x < {least}x" for ratio, at in lines if ratio < least
                ]
    print("\n".join(["falls short:", *(f"  {each}" for each in short)]) if short else "nothing falls short")
