"""Does the cost grow with the pages and no faster? The same kind of page 100, 200 and 400 times."""

from __future__ import annotations

from benchmarks import made
from benchmarks.choice import Choice
from benchmarks.race import race

NAME = "growth"
TAGS = ("~", "$", made.WORD)


def run(choice: Choice) -> None:
    """CPU ms a page for each engine and size, and the last to the first."""
    if not choice.wants(NAME):
        return
    sizes = (4, 8, 16) if choice.quick else (100, 200, 400)
    documents = {pages: made.reportlab_book(pages) for pages in sizes}
    print(f"\nfind, growth: CPU ms a page at {', '.join(map(str, sizes))} pages, last to first")
    for tag in TAGS:
        races = {pages: race(choice.engines, pdf, tag, choice.pace) for pages, pdf in documents.items()}
        for index, engine in enumerate(choice.engines):
            cost = [outcome.results[index].seconds * 1000 / pages for pages, outcome in races.items()]
            figures = " ".join(f"{each:8.3f}" for each in cost)
            print(f"  {tag:<8}{engine.name:<12}{figures}   {cost[-1] / cost[0]:5.2f}", flush=True)
