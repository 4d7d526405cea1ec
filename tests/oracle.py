"""Our reader against its peers over a folder of PDFs: `python -m tests.oracle DIR`.

For every file: the page objects and their frames, every object's value, the decoded page contents (qpdf), the names of
the form's fields (pypdf, qpdf), the signature fields with what they hold and the objects of each revision (pyHanko). A
file agrees, or is refused by us with a code, or diverges. A refusal is right where qpdf complains as well.
Every other refusal or difference is a divergence: it stands in `divergences.toml` with its
reason, or it is new; and one that stands there but is not found any more has to go.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any

from esign_core.document.fields import fields
from esign_core.document.pages import PageNode, contents, pages
from esign_core.document.signatures import signature_fields
from esign_core.errors import EsignError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref, Stream
from tests import oracle_peers as peers

KNOWN = Path(__file__).with_name("divergences.toml")


@dataclass(frozen=True)
class Outcome:
    """One file compared. `refusal` is our code, `differences` what differs by kind; both empty where all agree."""

    name: str
    refusal: str
    complaint: str
    differences: dict[str, str]

    @property
    def divergences(self) -> frozenset[str]:
        """The kinds of divergence; a refusal's is its code."""
        if self.refusal:
            return frozenset() if self.complaint else frozenset({self.refusal})
        return frozenset(self.differences)

    def __str__(self) -> str:
        found = self.differences or {self.refusal: "refused"}
        return f"{self.name}: " + "; ".join(f"{kind}: {text}" for kind, text in found.items() if kind)


def compare(path: Path) -> Outcome:
    """One file: our answers beside the peers'."""
    theirs = peers.QpdfView.of(path)
    data = path.read_bytes()
    try:
        with PdfFile(data) as file:
            differences = dict(differences_of(file, theirs))
    except EsignError as error:
        return Outcome(path.name, error.code, theirs.complaint, {})
    return Outcome(path.name, "", theirs.complaint, differences)


def differences_of(file: PdfFile, theirs: peers.QpdfView) -> Iterator[tuple[str, str]]:
    """What differs between the file as we read it and what the peers say of the one that `theirs` is of, by kind."""
    nodes = list(pages(file))
    fields_found, signatures_found = {item.name for item in fields(file)} - {""}, _signatures(file)
    if not theirs.objects:
        yield "opened", f"we read it, and qpdf does not: {theirs.complaint[:200]}"
        return
    changed, freed = _numbers(file, used=True), _numbers(file, used=False)
    checks: list[tuple[str, Any, Callable[[], Any]]] = [
        ("pages", [peers.reference(node.ref) for node in nodes], lambda: theirs.pages),
        ("frames", [_frame(node) for node in nodes], lambda: theirs.frames),
        ("contents", [_contents(file, node) for node in nodes], lambda: theirs.contents),
        ("fields", fields_found, lambda: peers.field_names(theirs.path, theirs.password)),
        ("signatures", signatures_found, lambda: peers.signatures(theirs.path, theirs.password)),
        # pyHanko counts what a section frees as changed, though not all of it
        (
            "revisions",
            changed,
            lambda: [
                a - b for a, b in zip_longest(peers.revisions(theirs.path, theirs.password), freed, fillvalue=set())
            ],
        ),
    ]
    for kind, ours, ask in checks:
        try:
            expected = ask()
        except Exception as error:  # noqa: BLE001 - a peer that fails where qpdf is content is a difference, too
            if not theirs.complaint:
                yield kind, f"{ours} against {type(error).__name__}: {error}"
            continue
        if ours != expected:
            yield kind, f"{ours} against {expected}"
    found = [_object_difference(file, theirs, key, value) for key, value in theirs.values()]
    for kind in ("unread", "objects"):
        texts = [text for other, text in found if other == kind]
        if texts:
            yield kind, f"{len(texts)}, the first: {texts[0]}"


def _frame(node: PageNode) -> peers.Frame:
    media, crop = node.frame.media_box, node.frame.crop_box
    return (
        (media.x0, media.y0, media.x1, media.y1),
        (crop.x0, crop.y0, crop.x1, crop.y1),
        node.frame.rotate,
        node.frame.user_unit,
    )


def _contents(file: PdfFile, node: PageNode) -> list[str]:
    return [sha256(file.data(stream)).hexdigest() for stream in contents(file, node)]


def _numbers(file: PdfFile, *, used: bool) -> list[set[int]]:
    """The object numbers that each section puts to use or frees, oldest first."""
    return [
        {number for number, entry in section.entries() if (entry.kind != "free") is used}
        for section in reversed(file.sections)
    ]


def _signatures(file: PdfFile) -> list[peers.Signature]:
    return [
        (item.name, item.value.byte_range, sha256(item.value.contents).hexdigest())
        if item.value
        else (item.name, (), "")
        for item in signature_fields(file)
    ]


def _object_difference(file: PdfFile, theirs: peers.QpdfView, key: str, expected: Any) -> tuple[str, str]:
    """Kind and text; both empty when our object and qpdf's have the same value."""
    try:
        found = None if key == "trailer" else file.load(Ref(*map(int, key.split()[:2])))
    except EsignError as error:
        return ("", "") if theirs.complaint else ("unread", f"{key}: {error.code}")
    ours = file.trailer if key == "trailer" else found.value if found else None
    ours = ours.entries if isinstance(ours, Stream) else ours
    if ours is None and isinstance(expected, dict) and expected.get("/Type") == "/XRef":
        return "", ""  # qpdf lists the stream a section is in, even where no section does
    return ("", "") if theirs.same(ours, expected) else ("objects", f"{key}: {ours!r} against {expected!r}"[:400])


def known(section: str) -> dict[str, frozenset[str]]:
    """The divergences that stand in divergences.toml: for each file name the kinds expected."""
    entries = tomllib.loads(KNOWN.read_text()).get(section, {})
    return {name: frozenset(entry["differs"]) for name, entry in entries.items()}


def unexpected(outcome: Outcome, expected: frozenset[str]) -> str:
    """Empty when a file diverges just as expected."""
    if more := outcome.divergences - expected:
        return f"new divergence ({', '.join(sorted(more))}): {outcome}"
    if less := expected - outcome.divergences:
        return f"unexpected agreement ({', '.join(sorted(less))}) in {outcome.name}: take it out of {KNOWN.name}"
    return ""


def main(folder: str) -> int:
    """Compare every PDF in the folder, print what is unexpected and a table; 1 when anything is."""
    peers.silence()
    expected = known("corpus") | known("public")
    with ThreadPoolExecutor() as executor:
        outcomes = list(executor.map(compare, sorted(Path(folder).glob("**/*.pdf"))))
    surprises = [text for item in outcomes if (text := unexpected(item, expected.get(item.name, frozenset())))]
    diverging = [item for item in outcomes if item.divergences]
    refused = Counter(item.refusal for item in outcomes if item.refusal and not item.divergences)
    print(*surprises, sep="\n", end="\n\n" if surprises else "")
    print(f"{'files':<34}{len(outcomes):>5}")
    print(f"{'agree':<34}{len(outcomes) - len(diverging) - refused.total():>5}")
    for code, count in sorted(refused.items()):
        print(f"{'refused, ' + code:<34}{count:>5}")
    print(f"{'diverge, known':<34}{sum(item.name in expected for item in diverging):>5}")
    print(f"{'diverge, new':<34}{sum(item.name not in expected for item in diverging):>5}")
    return 1 if surprises or not outcomes else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Which folder? python -m tests.oracle DIR")
    sys.exit(main(sys.argv[1]))
