"""A page and a box, and what is to become of the tag: data that is stored, and resolved when signing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Literal, Self, TypeAlias

from esign_core.errors import InputError, PlacementError
from esign_core.finding import Json
from esign_core.geometry import Page, Rect, ViewRect
from esign_core.place.boxes import Box, CornerBox, FieldBox, FittedBox, PinnedBox

Treatment: TypeAlias = Literal["leave", "cover", "erase"]

TREATMENTS: tuple[Treatment, ...] = ("leave", "cover", "erase")
_JSON_VERSION = 1
_ROUNDING = 0.01  # 1/72 inch: what a box may stand over an edge, after arithmetic in two spaces
_SHA256 = re.compile("[0-9a-f]{64}")
_BOXES: Mapping[str, type[Box]] = MappingProxyType(
    {"rect": Rect, "pinned": PinnedBox, "corner": CornerBox, "fitted": FittedBox, "field": FieldBox}
)


@dataclass(frozen=True, slots=True)
class Placement:
    """A page and a box, resolved against the page when signing. Data only: made by the functions whose names begin
    with `at_`, and by `suggest_space`.

    `page_index` counts from 0; -1 is the last page; None with a field that is there, whose page the document knows.
    `box`: a /Rect as it stands, a box on the page as seen, or that of a field.
    `document_sha256` (hex) and `document_length` (bytes), both or neither: the placement is good for documents that
    begin with exactly these bytes, and whose page has kept its boxes, rotation and contents since.
    `treatment`: what becomes of the tag, which `tag_box` (user space units) and `tag_text` name. `allow_overlap`: may
    the box lie over another signature field?
    """

    page_index: int | None
    box: Box
    document_sha256: str | None = None
    document_length: int | None = None
    treatment: Treatment = "leave"
    tag_box: Rect | None = None
    tag_text: str | None = None
    allow_overlap: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.box, FieldBox):
            if self.page_index is not None or self.treatment != "leave":
                raise PlacementError("a field that is there has its page and no tag: use at_field", code="PAGE_INDEX")
        elif type(self.page_index) is not int or self.page_index < -1:
            raise PlacementError(
                f"page_index is a whole number counted from 0, or -1 for the last page; not {self.page_index!r}",
                code="PAGE_INDEX",
            )
        if self.treatment not in TREATMENTS:
            raise PlacementError(
                f"treatment is one of {', '.join(TREATMENTS)}; not {self.treatment!r}", code="TREATMENT"
            )
        if self.treatment != "leave" and None in (self.tag_box, self.tag_text, self.document_sha256):
            raise PlacementError(f"there is no tag to {self.treatment}: place the box with at_tag", code="TREATMENT")

    def resolve(self, page: Page, aspect: float | None, taken: Iterable[tuple[str, Rect]] = ()) -> Rect:
        """The /Rect on `page`, in user space units. `aspect`: width over height of the appearance; None without one.
        `taken`: names and boxes of the other signature fields on that page.

        PlacementError: code LARGER_THAN_PAGE, OFF_PAGE for a box that is not on the visible page in full, NO_HEIGHT
        where neither the placement nor an appearance gives a height, OVERLAP for one over another signature field.
        """
        if isinstance(self.box, FieldBox):
            raise PlacementError(f"where the field {self.box.name!r} is, its document says", code="FIELD_NAME")
        if isinstance(self.box, Rect):
            seen, rect = page.to_view(self.box), self.box
        else:
            seen = self.box.on(page, aspect)
            rect = page.to_user(seen)
        _require_on_page(page, seen)
        if not self.allow_overlap:
            _require_free(page, seen, taken)
        return rect

    def to_json(self) -> Json:
        """As JSON values, with a version; `from_json` is the way back."""
        value: dict[str, object] = {"version": _JSON_VERSION}
        if self.page_index is not None:
            value["page_index"] = self.page_index
        value[next(name for name, kind in _BOXES.items() if type(self.box) is kind)] = asdict(self.box)
        if self.document_sha256 is not None:
            value["document"] = {"sha256": self.document_sha256, "length": self.document_length}
        if self.tag_box is not None:
            value["tag"] = {"treatment": self.treatment, "box": asdict(self.tag_box), "text": self.tag_text}
        if self.allow_overlap:
            value["allow_overlap"] = True
        return value

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """InputError (code PLACEMENT_JSON) for a damaged value or an unknown version."""
        try:
            return cls._from_fields(**value)
        except (
            LookupError,
            TypeError,
            ValueError,
            OverflowError,
        ) as error:  # ValueError: also what the boxes themselves refuse
            raise InputError(
                f"this is no placement of version {_JSON_VERSION} ({error}): place the box again",
                code="PLACEMENT_JSON",
            ) from error

    @classmethod
    def _from_fields(
        cls,
        *,
        version: Any,
        page_index: Any = None,
        document: Any = None,
        tag: Any = None,
        allow_overlap: Any = False,
        **boxes: Any,
    ) -> Self:
        if version != _JSON_VERSION:
            raise ValueError(f"version {version!r}")
        if len(boxes) != 1:
            raise ValueError(f"it takes one box of {', '.join(_BOXES)}")
        if type(allow_overlap) is not bool:
            raise TypeError("allow_overlap is true or false")
        ((name, value),) = boxes.items()
        sha256, length = (None, None) if document is None else _document(**document)
        treated = {} if tag is None else _treated(**tag)
        return cls(page_index, _box(name, value), sha256, length, allow_overlap=allow_overlap, **treated)


def _box(name: str, value: Any) -> Box:
    if name == "fitted":
        return FittedBox(Rect(**value["rect"]))
    box = _BOXES[name](**value)
    if isinstance(box, PinnedBox) and not isinstance(box.keep_on_page, bool):
        raise TypeError("keep_on_page is true or false")
    return box


def _document(*, sha256: Any, length: Any) -> tuple[str, int]:
    if not _SHA256.fullmatch(sha256) or type(length) is not int or length < 0:
        raise ValueError("document takes sha256 in hex and length in bytes")
    return sha256, length


def _treated(*, treatment: Any, box: Any, text: Any) -> dict[str, Any]:
    if type(text) is not str:
        raise TypeError("the tag's text is a string")
    return {"treatment": treatment, "tag_box": Rect(**box), "tag_text": text}


def _require_on_page(page: Page, seen: ViewRect) -> None:
    right, bottom = seen.x + seen.width, seen.y + seen.height
    if seen.width > page.view_width + _ROUNDING or seen.height > page.view_height + _ROUNDING:
        raise PlacementError(
            f"a box of {seen.width:.2f} x {seen.height:.2f} is larger than page {page.index + 1}, which as seen is "
            f"{page.view_width:.2f} x {page.view_height:.2f}, in 1/72 inch: make it smaller",
            code="LARGER_THAN_PAGE",
        )
    if min(seen.x, seen.y) < -_ROUNDING or right > page.view_width + _ROUNDING or bottom > page.view_height + _ROUNDING:
        raise PlacementError(
            f"the box runs from {_corners(seen)}, in 1/72 inch from the upper left, but page {page.index + 1} as seen "
            f"is {page.view_width:.2f} x {page.view_height:.2f}: move the box or make it smaller",
            code="OFF_PAGE",
        )


def _require_free(page: Page, seen: ViewRect, taken: Iterable[tuple[str, Rect]]) -> None:
    for name, rect in taken:
        other = page.to_view(rect)
        across = min(seen.x + seen.width, other.x + other.width) - max(seen.x, other.x)
        down = min(seen.y + seen.height, other.y + other.height) - max(seen.y, other.y)
        if min(across, down) > _ROUNDING:
            raise PlacementError(
                f"the box runs from {_corners(seen)} and the signature field {name!r} from {_corners(other)}, in 1/72 "
                f"inch from the upper left of page {page.index + 1}: they share {across:.2f} x {down:.2f}; move the "
                "box, or pass allow_overlap=True",
                code="OVERLAP",
            )


def _corners(seen: ViewRect) -> str:
    return f"({seen.x:.2f}, {seen.y:.2f}) to ({seen.x + seen.width:.2f}, {seen.y + seen.height:.2f})"
