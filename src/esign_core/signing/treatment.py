"""What becomes of the tag in the revision that is signed: left, covered or erased (`Placement.treatment`).

Before the first signature a cover is page content, below every annotation. Behind one, page content is not to change
any more (ISO 32000-2, 12.8.2.2): then it is the ground of the signature's own appearance, and nothing is erased.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from esign_core.document import cover
from esign_core.document.pages import PageNode, content_refs, page_at
from esign_core.errors import DocumentLocked, PlacementError
from esign_core.geometry import Rect
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.update import UpdateWriter, stream_body
from esign_core.place.placement import Placement
from esign_core.signing.contents import draw_above, references
from esign_core.signing.target import Target

if TYPE_CHECKING:
    from esign_core.content.ink import Colour, PageInk
    from esign_core.content.paths import Corners


_RIM = 0.3  # user space units around the tag's box that are covered too: glyphs reach a hair beyond their widths


def treat(
    writer: UpdateWriter, file: PdfFile, target: Target, placement: Placement, password: str | None
) -> Colour | None:
    """Put into the update what the placement asks for; the colour of the appearance's ground, where that is the cover.

    PlacementError (COVER_GROUND, COVER_OUTSIDE, ERASE), DocumentLocked.
    """
    page, rect = target.page, target.rect
    if placement.treatment == "leave" or placement.tag_box is None or page is None or rect is None:
        return None
    tag, text = placement.tag_box, placement.tag_text or ""
    if placement.treatment == "erase":
        if target.signed:
            raise DocumentLocked(
                f"the signature in field {target.signed[0]!r} forbids any change of page contents: leave the tag, or "
                "cover it",
                field=target.signed[0],
            )
        _erase(writer, file, page, tag, text, password)
        return None
    from esign_core.content.ink_trace import page_ink  # fonts and all: only where a tag is covered

    with LenientFile(file.buffer, file.limits, password=password) as lenient:
        ink = page_ink(lenient, page_at(lenient, page.frame.index))
    if not target.signed:
        area = Rect(tag.x0 - _RIM, tag.y0 - _RIM, tag.x1 + _RIM, tag.y1 + _RIM)
        _cover_contents(writer, file, page, ink, area, _ground(ink, area, tag, text))
        return None
    if not (rect.x0 <= tag.x0 and rect.y0 <= tag.y0 and rect.x1 >= tag.x1 and rect.y1 >= tag.y1):
        raise PlacementError(
            f"the document is signed, so that only the signature's own box can cover the tag; but the box is "
            f"{_written(rect)} and the tag {_written(tag)}, in user space units: place the box over the tag",
            code="COVER_OUTSIDE",
        )
    return _ground(ink, rect, tag, text)


def _ground(ink: PageInk, box: Rect, tag: Rect, text: str) -> Colour:
    from esign_core.content.ground import ground_under

    found = ground_under(ink, _corners(box), _corners(tag), text)
    if found.obstacle is not None:
        raise PlacementError(
            f"the tag cannot be covered: in the box {_written(box)} (user space units) there is {found.obstacle}; "
            "leave the tag, or place the box beside it",
            code="COVER_GROUND",
        )
    return found.colour


def _erase(writer: UpdateWriter, file: PdfFile, page: PageNode, tag: Rect, text: str, password: str | None) -> None:
    """Streams anew, as objects of their own, in the place of those that print the tag: other pages may share these."""
    from esign_core.content.erase import without_tag

    with LenientFile(file.buffer, file.limits, password=password) as lenient:
        changed = without_tag(lenient, page_at(lenient, page.frame.index), tag, text)
    own = content_refs(file, page)
    for number, data in changed.items():
        own[number] = writer.reserve()
        writer.put(own[number], stream_body(b"/Filter/FlateDecode", zlib.compress(data)))
    writer.edit(page.ref).set("Contents", b"[%s]" % references(own))


def _cover_contents(
    writer: UpdateWriter, file: PdfFile, page: PageNode, ink: PageInk, area: Rect, colour: Colour
) -> None:
    """Contents around the page's own (ISO 32000-2, 7.8.2), which keeps its streams where they are."""
    if ink.open_states is None:
        raise PlacementError(
            "the tag cannot be covered: the page's contents restore more graphics states than they save, or leave "
            "marked content open; leave the tag",
            code="COVER_GROUND",
        )
    drawn = [cover.painted(colour, area)]
    draw_above(writer, page, references(content_refs(file, page)), ink.open_states, drawn)


def _corners(rect: Rect) -> Corners:
    return rect.x0, rect.y0, rect.x1, rect.y1


def _written(rect: Rect) -> str:
    return f"({rect.x0:.2f}, {rect.y0:.2f}) to ({rect.x1:.2f}, {rect.y1:.2f})"
