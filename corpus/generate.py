"""Make `corpus/files/` and `corpus/manifest.toml`: `python -m corpus.generate [NAME ...]`.

Without names, all files. Dates are fixed and identifiers derived, so the same tools give the same bytes (but for
`surat_pdfa.pdf`, whose colour profile holds a clock of its own). Every file is checked by qpdf, its size bounded, and
its tags are counted by Poppler. Needed: LibreOffice Writer, Chromium, pdfTeX with LaTeX, qpdf, MuPDF's mutool, Poppler,
fontconfig with Liberation and DejaVu fonts.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from corpus import forms, frames, revisions, tools

HERE = Path(__file__).parent
FILES = HERE / "files"
MANIFEST = HERE / "manifest.toml"
LARGEST = 120_000
HEAD = """\
# What is in corpus/files/, written by `python -m corpus.generate`; do not edit.
# `tags`: how often the newest revision prints a text. `origins`: for each page, where the baseline of its number sign
# starts on the page as a reader sees it (1/72 inch, origin upper left, y down).
# Licence: people, offices and texts are invented here. Embedded font subsets keep their own licences: Liberation and
# Computer Modern the SIL Open Font License, DejaVu that of Bitstream Vera.
"""


@dataclass(frozen=True)
class Entry:
    """One file: how it is made and what it is for."""

    name: str
    make: Callable[[], bytes]
    tool: str
    source: str
    exercises: str
    tags: dict[str, int] = field(default_factory=lambda: {"#": 1})
    pages: int = 1
    origins: Callable[[], list[tuple[float, float]]] | None = None


@cache
def letter() -> bytes:
    """The letter that the variants are made of."""
    return tools.libreoffice("surat.fodt")


def variant(name: str, exercises: str, *options: str) -> Entry:
    """The letter, rewritten by qpdf."""
    return Entry(name, lambda: tools.qpdf(letter(), *options), "qpdf", f"surat.pdf, {' '.join(options)}", exercises)


def framed(name: str, tree: Callable[[], frames.Node], exercises: str, pages: int) -> Entry:
    """Pages of corpus/frames.py."""
    return Entry(
        name,
        lambda: frames.build(tree())[0],
        "",
        "corpus/frames.py",
        exercises,
        {"#": pages},
        pages,
        lambda: frames.build(tree())[1],
    )


def form(name: str, make: Callable[[], bytes], exercises: str) -> Entry:
    """A page of corpus/forms.py."""
    return Entry(name, make, "", "corpus/forms.py", exercises)


def revised(name: str, make: Callable[[], bytes], exercises: str) -> Entry:
    """A page of corpus/revisions.py."""
    return Entry(name, make, "", "corpus/revisions.py", exercises)


PDFA = json.dumps({"SelectPdfVersion": {"type": "long", "value": "2"}})

ENTRIES = (
    Entry("surat.pdf", letter, "LibreOffice", "corpus/sources/surat.fodt",
          "an official letter: classic table, TrueType subsets, Flate; the demo's input"),
    Entry("surat_dua.pdf", lambda: tools.libreoffice("surat_dua.fodt"), "LibreOffice", "corpus/sources/surat_dua.fodt",
          "two signers side by side, in table cells", {"#": 1, "$": 1}),
    Entry("surat_pdfa.pdf", lambda: tools.libreoffice("surat.fodt", PDFA), "LibreOffice",
          "corpus/sources/surat.fodt, PDF/A-2b", "XMP metadata that claims PDF/A-2b, output intent, structure tree"),
    Entry("surat_tugas.pdf", lambda: tools.chromium("surat_tugas.html"), "Chromium", "corpus/sources/surat_tugas.html",
          "two pages by Skia: Type0 fonts, Identity-H with ToUnicode, flipped and scaled matrices, tagged",
          {"#": 1, "${ttd_1}": 1}, 2),
    Entry("surat_tex.pdf", lambda: tools.pdftex("surat_tex.tex"), "pdfTeX", "corpus/sources/surat_tex.tex",
          "xref stream, object streams, Type 1 subsets with their own encodings"),
    Entry("laporan.pdf", tools.canvas, "ReportLab", "corpus/tools.py",
          "three pages, tag on the last: classic table, WinAnsi, 8-bit TrueType subset, ASCII85 over Flate", pages=3),
    Entry("tabel.pdf", lambda: tools.libreoffice("tabel.fodt"), "LibreOffice", "corpus/sources/tabel.fodt",
          "tags in ruled table cells, one with double rules", {"#": 1, "$": 1}),
    Entry("tabel_html.pdf", lambda: tools.chromium("tabel_html.html"), "Chromium", "corpus/sources/tabel_html.html",
          "tags in table cells: collapsed and separate borders, dashed, one table without vertical rules",
          {"#": 1, "$": 1, "~": 1}),
    Entry("tabel_tex.pdf", lambda: tools.pdftex("tabel_tex.tex"), "pdfTeX", "corpus/sources/tabel_tex.tex",
          "tags in table cells, rules in pieces, one table without vertical rules", {"#": 1, "+": 1, "@": 1}),
    variant("surat_linearized.pdf", "linearized, two classic tables", "--linearize"),
    variant("surat_linearized_objstm.pdf", "linearized, xref streams and object streams",
            "--linearize", "--object-streams=generate"),
    variant("surat_objstm.pdf", "one xref stream with a predictor, object streams", "--object-streams=generate"),
    variant("surat_qdf.pdf", "streams without filters, lengths behind references, comments between objects",
            "--qdf", "--object-streams=disable"),
    Entry("surat_unknown_keys.pdf", lambda: tools.unknown_keys(letter()), "pikepdf", "surat.pdf",
          "unknown keys in catalog, page tree, page, resources, Info and trailer"),
    framed("frames.pdf", frames.frames,
           "Rotate, CropBox not at 0,0, UserUnit, inherited boxes and Rotate, MediaBox not at 0,0, text across a "
           "rotated page; a page tree of three and four levels", 16),
    framed("frames_odd.pdf", frames.odd_frames,
           "Rotate -90 and 450, boxes by other corners, inherited CropBox, odd numbers", 7),
    framed("frames_crop_beyond.pdf", frames.crop_beyond,
           "a CropBox larger than its MediaBox: PDFium and MuPDF cut it, Poppler shows the MediaBox", 1),
    form("form_direct.pdf", forms.direct, "AcroForm, Fields, DR and Annots direct; text fields of one and two widgets"),
    form("form_indirect.pdf", forms.indirect, "AcroForm, Fields, DR and Annots behind references"),
    form("form_empty.pdf", forms.empty_form, "AcroForm without fields, Annots an empty indirect array"),
    form("extensions_direct.pdf", forms.extensions_direct, "Extensions direct, with ADBE"),
    form("extensions_indirect.pdf", forms.extensions_indirect,
         "Extensions and entries behind references, one an array; version 2.0 in the catalog"),
    form("extensions_esic.pdf", forms.extensions_esic, "Extensions that name ESIC already"),
    revised("update_table_1.pdf", lambda: revisions.table(1), "classic tables, an update that replaces page content"),
    revised("update_table_2.pdf", lambda: revisions.table(2), "classic tables, two incremental updates"),
    revised("update_stream_1.pdf", lambda: revisions.streams(1), "xref streams, an object stream, one update"),
    revised("update_stream_2.pdf", lambda: revisions.streams(2), "xref streams, object streams in two revisions"),
    revised("update_freed.pdf", lambda: revisions.freed(False), "an update that frees an object"),
    revised("update_reused.pdf", lambda: revisions.freed(True), "a freed number used again with generation 1"),
    Entry("update_mupdf.pdf", lambda: tools.mupdf_update(letter()), "MuPDF", "surat.pdf, corpus/sources/note.js",
          "an incremental update by another writer, classic table"),
    Entry("update_mupdf_stream.pdf",
          lambda: tools.mupdf_update(tools.qpdf(letter(), "--object-streams=generate")), "MuPDF",
          "surat_objstm.pdf, corpus/sources/note.js", "an incremental update by another writer, xref stream"),
)  # fmt: skip


def check(entry: Entry, path: Path) -> None:
    """Refuse a file that qpdf complains about, that is too large or prints other tags than it should."""
    tools.run("qpdf", "--check", path)
    if path.stat().st_size >= LARGEST:
        raise SystemExit(f"{entry.name} has {path.stat().st_size} bytes; {LARGEST} are allowed")
    pages = int(tools.run("qpdf", "--show-npages", path))
    printed = tools.run("pdftotext", "-raw", path, "-")
    counted = {tag: printed.count(tag) for tag in entry.tags}
    if (pages, counted) != (entry.pages, entry.tags):
        raise SystemExit(f"{entry.name}: {pages} pages, {counted}; {entry.pages} pages, {entry.tags} expected")


def record(entry: Entry, data: bytes) -> dict[str, object]:
    """The manifest's row of a file."""
    row: dict[str, object] = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "pages": entry.pages,
        "tags": entry.tags,
        "exercises": entry.exercises,
        "generator": f"python -m corpus.generate {entry.name}",
        "tool": tools.version(entry.tool),
        "source": entry.source,
        "licence": "MIT",
    }
    if entry.origins:
        row["origins"] = entry.origins()
    return row


def toml(value: object) -> str:
    """A value in TOML: JSON, but for tables."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def main(names: list[str]) -> None:
    """Make the named files, or all, and write the manifest."""
    known = {entry.name for entry in ENTRIES}
    if wrong := sorted(set(names) - known):
        raise SystemExit(f"No such file: {', '.join(wrong)}. There are: {', '.join(sorted(known))}")
    rows = tomllib.loads(MANIFEST.read_text())["files"] if MANIFEST.exists() else {}
    FILES.mkdir(exist_ok=True)
    changed = 0
    for entry in ENTRIES:
        if names and entry.name not in names:
            continue
        data = entry.make()
        path = FILES / entry.name
        changed += not path.exists() or path.read_bytes() != data
        path.write_bytes(data)
        check(entry, path)
        rows[entry.name] = record(entry, data)
        print(f"{entry.name}: {len(data)} bytes")
    out = [HEAD]
    for entry in ENTRIES:
        if row := rows.get(entry.name):
            out.append(f'[files."{entry.name}"]')
            out.extend(f"{key} = {toml(value)}" for key, value in row.items())
            out.append("")
    MANIFEST.write_text("\n".join(out))
    print(f"corpus: {len(names) or len(ENTRIES)} files made, {changed} of them changed")


if __name__ == "__main__":
    main(sys.argv[1:])
