"""The page tree: every page in order with its inherited attributes and its frame (ISO 32000-2, 7.7.3)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from esign_core.document.cover import is_cover
from esign_core.document.inheritance import inherited
from esign_core.errors import PdfError, PlacementError
from esign_core.geometry import Page, Rect, Rotation
from esign_core.pdf.filters import filters_of
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Name, Ref, Stream, Value

_INHERITABLE = ("Resources", "MediaBox", "CropBox", "Rotate")  # ISO 32000-2, table 31
_KEPT = {"MediaBox": "media_box", "CropBox": "crop_box", "Rotate": "rotate", "UserUnit": "user_unit"}
_DEFAULT_BOX = Rect(0, 0, 612, 792)  # what PDFium, poppler and MuPDF show where /MediaBox is missing or empty
_DIRECT = Ref(0, 0)  # in place of the reference of a page that is no object of its own, which only finding accepts
_ROTATIONS: dict[int, Rotation] = {0: 0, 90: 90, 180: 180, 270: 270}


class PageNode(NamedTuple):
    """One page object: its reference, its dictionary with inherited attributes filled in, and its frame."""

    ref: Ref
    entries: Dictionary
    frame: Page


def pages(file: PdfFile) -> Iterator[PageNode]:
    """Every page in order, read as the caller goes; one that /Kids names twice is two pages, as viewers show it.

    PdfError (PAGE_TREE) where the tree is broken or could be read in two ways: a node must be what its /Type says, and
    its /Parent the node that lists it, since some viewers look for inherited attributes by /Parent, others by /Kids.
    Of a `LenientFile` the tree is read by /Kids alone, and a node that cannot be read is passed over.
    """
    complete: dict[Ref, Dictionary] = {}  # the pages seen, so that naming one again costs nothing
    branches: set[Ref] = set()
    levels: list[tuple[Iterator[Value], Ref | None, Dictionary]] = [(iter([file.catalog[1].get("Pages")]), None, {})]
    count = 0
    while levels:
        siblings, parent, above = levels[-1]
        for held in siblings:
            ref = held if isinstance(held, Ref) else _DIRECT
            try:
                node, kids = _node(file, held, parent)
                if kids is not None and ref in branches:
                    raise _broken(f"{_name(held)} is above itself")
                if kids is None and (ref is _DIRECT or ref not in complete):
                    complete[ref] = node | inherited(file, node, _INHERITABLE, above)
                frame = None if kids is not None else _frame(file, complete[ref], count)
            except PdfError as error:
                file.pass_over(error)
                continue
            if kids is not None:
                file.limits.check("page_tree_depth", len(levels))
                branches.add(ref)
                levels.append((iter(kids), ref, inherited(file, node, _INHERITABLE, above)))
                break
            if frame is not None:
                file.limits.check("pages", count + 1)
                yield PageNode(ref, complete[ref], frame)
                count += 1
        else:
            levels.pop()


def _node(file: PdfFile, held: Value, parent: Ref | None) -> tuple[Dictionary, list[Value] | None]:
    """One node of the tree and, of a branch, what is below it."""
    node = file.resolve(held)
    if not isinstance(node, dict):
        raise _broken(f"{_name(held)} is no node of it")
    if not file.lenient and (not isinstance(held, Ref) or (parent and node.get("Parent") != parent)):
        raise _broken(f"{_name(held)} is no node of it")
    kids, kind = file.get(node, "Kids"), file.get(node, "Type")
    if kind == "Page" and kids is not None and file.lenient and not (isinstance(kids, list) and kids):
        kids = None
    if kids is not None:
        if not isinstance(kids, list) or (kind == "Page" and not file.lenient):
            raise _broken(f"{_name(held)} is not one of its branches")
        return node, kids
    if kind == "Pages" or (parent is None and not file.lenient):
        raise _broken(f"{_name(held)} is a branch without /Kids")
    return node, None


def _name(ref: Value) -> str:
    return f"object {ref.number}" if isinstance(ref, Ref) else "a value that is no reference"


def _broken(why: str) -> PdfError:
    return PdfError(f"the page tree is broken: {why}; the file is damaged", code="PAGE_TREE")


def page_at(file: PdfFile, index: int) -> PageNode:
    """The page of that index, -1 the last. PlacementError (PAGE_OUT_OF_RANGE) when there is none."""
    found: PageNode | None = None
    count = 0
    for node in pages(file):
        count += 1
        if index in (-1, node.frame.index):
            found = node
        if index == node.frame.index:
            break
    if found is None:
        raise no_page(index, count)
    return found


def no_page(index: int, count: int) -> PlacementError:
    """The error for a page that a document of `count` pages does not have."""
    return PlacementError(
        f"there is no page {index + 1} (page_index {index}): the document has {count}", code="PAGE_OUT_OF_RANGE"
    )


def contents(file: PdfFile, page: PageNode) -> list[Stream]:
    """The page's content streams in order; what is no stream is passed over, as viewers do."""
    value = file.get(page.entries, "Contents")
    items = value if isinstance(value, list) else [value]
    return [stream for item in items if isinstance(stream := file.resolve(item), Stream)]


def content_refs(file: PdfFile, page: PageNode) -> list[Ref]:
    """The page's content streams as references, in order."""
    value = page.entries.get("Contents")
    held = file.resolve(value)
    items = held if isinstance(held, list) else [value]
    return [item for item in items if isinstance(item, Ref) and isinstance(file.resolve(item), Stream)]


def page_changes(before: PdfFile, after: PdfFile, index: int) -> list[str]:
    """What has changed of a page's boxes, rotation, unit and contents; `after` begins with all of `before`.

    Contents are the same when the same streams stand at the same bytes; what covers a part of them is no change.
    """
    old, new = page_at(before, index), page_at(after, index)
    changes = [
        f"{name}: {_written(getattr(old.frame, attribute))}, now {_written(getattr(new.frame, attribute))}"
        for name, attribute in _KEPT.items()
        if getattr(old.frame, attribute) != getattr(new.frame, attribute)
    ]
    spans, now = _content_spans(before, old), _content_spans(after, new)
    while len(now) >= len(spans) + 2 and is_cover(after.data(now[0][0]), after.data(now[-1][0])):
        now = now[1:-1]  # a tag was covered, or a look copied, when an earlier signer signed: all is where it was
    if spans != now:
        changes.append(f"contents: {len(spans)} streams, now {len(now)}, of which some have changed")
    return changes


def _written(value: object) -> str:
    if not isinstance(value, Rect):
        return f"{value}"
    return " ".join(f"{side:g}" for side in (value.x0, value.y0, value.x1, value.y1))


def _content_spans(file: PdfFile, page: PageNode) -> list[tuple[Stream, int, list[tuple[Name, Dictionary]]]]:
    """Each stream with the length of its data and its filters: both may be objects of their own and change alone."""
    return [
        (stream, len(file.raw_data(stream)), filters_of(stream.entries, file.resolve))
        for stream in contents(file, page)
    ]


def _frame(file: PdfFile, entries: Dictionary, index: int) -> Page:
    media, crop = (box(file, entries.get(key)) for key in ("MediaBox", "CropBox"))
    return frame_of(index, media, crop, file.get(entries, "Rotate"), file.get(entries, "UserUnit"))


def frame_of(index: int, media: Rect | None, crop: Rect | None, rotate: object, unit: object) -> Page:
    """The frame, as viewers have it, of what a page says or inherits; what makes no sense counts as absent."""
    media = media or _DEFAULT_BOX
    turned = int(rotate) % 360 if isinstance(rotate, (int, float)) and math.isfinite(rotate) else 0
    return Page(
        index=index,
        media_box=media,
        crop_box=(crop.intersection(media) if crop else None) or media,
        rotate=_ROTATIONS.get(turned, 0),
        user_unit=float(unit) if isinstance(unit, (int, float)) and math.isfinite(unit) and unit > 0 else 1.0,
    )


def box(file: PdfFile, value: Value) -> Rect | None:
    """A rectangle array (ISO 32000-2, 7.9.5) with its corners put in order; None when it is malformed or empty."""
    value = file.resolve(value)
    if not isinstance(value, list) or len(value) != 4:
        return None
    numbers = [file.resolve(item) for item in value]
    corners = [float(number) for number in numbers if isinstance(number, (int, float)) and math.isfinite(number)]
    if len(corners) != 4:
        return None
    x0, x1 = sorted(corners[::2])
    y0, y1 = sorted(corners[1::2])
    return Rect(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None
