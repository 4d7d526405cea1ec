"""What qpdf, pikepdf, pyHanko and pypdf say a PDF holds, as plain values to compare with."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import warnings
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf.codec  # noqa: F401 - registers pdfdoc_pikepdf
import pypdf
from pyhanko.pdf_utils.generic import DecryptedObjectProxy, EncryptedObjAccess, IndirectObject, TextStringObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from esign_core.pdf.values import Name, Ref

Box = tuple[float, float, float, float]
Frame = tuple[Box, Box, int, float]  # MediaBox, CropBox within it, Rotate, UserUnit
Signature = tuple[str, tuple[int, ...], str]  # field, ByteRange, digest of /Contents; of an unsigned field (), ""

_LETTER: Box = (0, 0, 612, 792)
# qpdf 11 writes reals such as +01. as they are, which is no JSON
_REAL = re.compile(rb'(?m)^(\s*(?:"[^"\n]*": )?-?)\+?0*(\d+)(?:\.(\d*))?(,?)$')


def silence() -> None:
    """The peers grumble about damaged files in their logs; what counts here are their answers."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


@dataclass
class QpdfView:
    """One `qpdf --json`: every object as qpdf read it. `complaint` is empty where qpdf found nothing wrong."""

    path: Path
    complaint: str
    objects: dict[str, Any]
    pages: list[str]
    password: str = ""

    @classmethod
    def of(cls, path: Path, password: str = "") -> QpdfView:
        """Without objects and pages where qpdf gives up."""
        options = ("--json-key=pages", "--json-key=qpdf", "--json-stream-data=none", f"--password={password}")
        found = _json(*options, path)
        complaint = found["complaint"].replace(str(path), path.name).strip()
        if "qpdf" not in found:
            return cls(path, complaint or "qpdf failed", {}, [], password)
        objects = {key.removeprefix("obj:"): value for key, value in found["qpdf"][1].items()}
        return cls(path, complaint, objects, [page["object"] for page in found["pages"]], password)

    def resolve(self, value: Any) -> Any:
        """The value behind references; the dictionary of a stream."""
        for _ in range(32):
            if not (isinstance(value, str) and value in self.objects):
                return value
            found = self.objects[value]
            value = found["stream"]["dict"] if "stream" in found else found["value"]
        return None

    @cached_property
    def nulls(self) -> frozenset[str]:
        """References to nothing; qpdf leaves dictionary entries with such a value out, as it does null."""
        return frozenset(key for key, value in self.objects.items() if value == {"value": None}) | {"0 0 R"}

    def values(self) -> Iterator[tuple[str, Any]]:
        """Every object, the trailer included, but those of an earlier generation, which are free by now."""
        newest: dict[str, str] = {}
        for key in self.objects:
            number, _, generation = key.partition(" ")
            newest[number] = max(newest.get(number, ""), generation)
        for key, found in self.objects.items():
            number, _, generation = key.partition(" ")
            if (
                newest[number] == generation and key != "null"
            ):  # qpdf's own, for what it put in a broken trailer's place
                yield key, found["stream"]["dict"] if "stream" in found else found["value"]

    def same(self, ours: Any, theirs: Any) -> bool:
        """Whether a value of ours is the one that qpdf's JSON (version 2) spells."""
        if isinstance(ours, dict):
            kept = {"/" + key: value for key, value in ours.items() if value is not None}
            kept = {key: value for key, value in kept.items() if reference(value) not in self.nulls}
            if not isinstance(theirs, dict):
                return False
            spelled = {_raw(key): value for key, value in theirs.items()}
            return kept.keys() == spelled.keys() and all(self.same(kept[key], spelled[key]) for key in kept)
        if isinstance(ours, list):
            return isinstance(theirs, list) and len(ours) == len(theirs) and all(map(self.same, ours, theirs))
        if isinstance(ours, Ref):
            return bool(theirs == reference(ours)) or (ours.number == 0 and theirs is None)
        if isinstance(ours, Name):
            return isinstance(theirs, str) and _raw(theirs) == "/" + ours
        if isinstance(ours, bytes):
            return isinstance(theirs, str) and _same_string(ours, theirs)
        return type(ours) is type(theirs) and bool(ours == theirs)

    @cached_property
    def contents(self) -> list[list[str]]:
        """For each page the digests of its decoded content streams."""
        streams = [self._streams(page) for page in self.pages]
        wanted = sorted({number for page in streams for number in page})
        options = [f"--json-object={number.removesuffix(' R').replace(' ', ',')}" for number in wanted]
        options += ["--json-key=qpdf", "--json-stream-data=inline", f"--password={self.password}"]
        found = _json(*options, self.path)["qpdf"][1] if wanted else {}
        digests = {
            number: sha256(b64decode(found[f"obj:{number}"]["stream"].get("data", ""))).hexdigest() for number in wanted
        }
        return [[digests[number] for number in page] for page in streams]

    def _streams(self, page: str) -> list[str]:
        """The references to the streams among the items of a page's /Contents."""
        held = self.resolve(page).get("/Contents")
        items = self.resolve(held)
        items = items if isinstance(items, list) else [held]
        return [item for item in items if isinstance(item, str) and "stream" in self.objects.get(item, {})]

    @cached_property
    def frames(self) -> list[Frame]:
        return [self._frame(page) for page in self.pages]

    def _frame(self, page: str) -> Frame:
        node = self.resolve(page)
        media = self._box(self._inherited(node, "/MediaBox")) or _LETTER
        crop = _cut(self._box(self._inherited(node, "/CropBox")) or media, media) or media
        rotate = self._inherited(node, "/Rotate")
        turned = int(rotate) % 360 if isinstance(rotate, (int, float)) else 0
        unit = self.resolve(node.get("/UserUnit"))
        return (
            media,
            crop,
            turned if turned in (90, 180, 270) else 0,
            float(unit) if isinstance(unit, (int, float)) and unit > 0 else 1.0,
        )

    def _inherited(self, node: Any, key: str) -> Any:
        """By /Parent, as PDFium does; our reader goes by /Kids."""
        for _ in range(64):
            if not isinstance(node, dict):
                return None
            value = self.resolve(node.get(key))
            if value is not None:
                return value
            node = self.resolve(node.get("/Parent"))
        return None

    def _box(self, value: Any) -> Box | None:
        numbers = [self.resolve(item) for item in value] if isinstance(value, list) else []
        if len(numbers) != 4 or not all(isinstance(number, (int, float)) for number in numbers):
            return None
        (x0, x1), (y0, y1) = sorted(numbers[::2]), sorted(numbers[1::2])
        return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _json(*options: str | Path) -> dict[str, Any]:
    """What qpdf prints, with its warnings under "complaint"; without anything else where it gives up."""
    command = ["qpdf", "--json=2", "--decode-level=generalized", *map(str, options)]
    result = subprocess.run(command, capture_output=True, check=False)
    text = result.stdout if result.returncode != 2 else b"{}"
    found: dict[str, Any] = json.loads(_REAL.sub(_plain_number, text).decode("utf-8", "surrogateescape"))
    return found | {"complaint": result.stderr.decode("utf-8", "replace")}


def _plain_number(match: re.Match[bytes]) -> bytes:
    head, whole, fraction, comma = match.groups()
    return head + whole + (b"" if fraction is None else b"." + (fraction or b"0")) + comma


def reference(value: Any) -> str:
    """A reference as qpdf spells it; empty for any other value."""
    return f"{value.number} {value.generation} R" if isinstance(value, Ref) else ""


def _raw(name: str) -> str:
    """qpdf writes a name's bytes as they are, UTF-8 or not; ours are Latin-1 characters."""
    return name.encode("utf-8", "surrogateescape").decode("latin-1")


def _same_string(ours: bytes, theirs: str) -> bool:
    if theirs.startswith("b:"):
        return ours.hex() == theirs[2:]
    if ours.startswith((b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf")):
        try:
            return theirs == "u:" + ours.decode("utf-8-sig" if ours.startswith(b"\xef") else "utf-16")
        except UnicodeDecodeError:
            return theirs.startswith("u:")
    return theirs == "u:" + ours.decode("pdfdoc_pikepdf", "replace")


def _cut(box: Box, to: Box) -> Box | None:
    x0, y0, x1, y1 = max(box[0], to[0]), max(box[1], to[1]), min(box[2], to[2]), min(box[3], to[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def field_names(path: Path, password: str = "") -> set[str]:
    """By pypdf and qpdf: the full names of the terminal fields.

    Each overlooks some: pypdf takes an xref stream for a later object of that number, qpdf wants a widget on a page.
    """
    names = set(pypdf.PdfReader(path, password=password or None).get_fields() or {})
    told = _json("--json-key=acroform", f"--password={password}", path)
    names |= {field["fullname"] for field in told.get("acroform", {"fields": []})["fields"]}
    return {name for name in names if not any(other.startswith(name + ".") for other in names)}


def revisions(path: Path, password: str = "") -> list[set[int]]:
    """By pyHanko: the numbers of the objects each cross-reference section changes or frees, oldest first."""
    xrefs = _pyhanko(path, password).xrefs
    return [{ref.idnum for ref in xrefs.explicit_refs_in_revision(index)} for index in range(xrefs.total_revisions)]


def signatures(path: Path, password: str = "") -> list[Signature]:
    """By pyHanko: every signature field."""
    found: list[Signature] = []
    for name, value, _ in enumerate_sig_fields(_pyhanko(path, password)):
        value = value.get_object() if isinstance(value, IndirectObject) else value
        if value is None:
            found.append((name, (), ""))
            continue
        contents = value.raw_get("/Contents", decrypt=EncryptedObjAccess.RAW)  # it is not encrypted
        contents = contents.raw_object if isinstance(contents, DecryptedObjectProxy) else contents
        raw = contents.original_bytes if isinstance(contents, TextStringObject) else bytes(contents)
        found.append((name, tuple(map(int, value["/ByteRange"])), sha256(raw).hexdigest()))
    return found


def _pyhanko(path: Path, password: str) -> PdfFileReader:
    reader = PdfFileReader(io.BytesIO(path.read_bytes()), strict=False)
    if reader.encrypted:
        reader.decrypt(password)
    return reader
