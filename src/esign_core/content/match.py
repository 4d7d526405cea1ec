"""What a search answers: the matches, and what could not be searched or came close."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self, TypeAlias, overload

from esign_core.errors import InputError
from esign_core.finding import Finding, Json
from esign_core.geometry import Rect, ViewRect

Evidence: TypeAlias = Literal["tounicode", "encoding", "font-program", "guess"]
Forms: TypeAlias = Literal["exact", "nfc", "nfkc"]

EVIDENCE: tuple[Evidence, ...] = ("tounicode", "encoding", "font-program", "guess")  # the strongest first
FORMS: tuple[Forms, ...] = ("exact", "nfc", "nfkc")  # the strictest first
_JSON_VERSION = 1
_SHA256 = r"[0-9a-f]{64}"


def weakest(found: Set[Evidence]) -> Evidence:
    """Of one or more."""
    return next(iter(found)) if len(found) == 1 else max(found, key=EVIDENCE.index)


@dataclass(frozen=True, slots=True)
class TagOptions:
    """What counts as a printed tag. The defaults: what a person sees on the page, character by character.

    `case_sensitive` (default True): `ttd` is not `TTD`. A regular expression brings its own case.
    `whole_word` (False): the tag stands alone, no letter, digit, mark or underscore joined to either end of it.
    `hidden` (False): text that is not painted (render modes 3 and 7, as over scanned pages) counts too. Off, since
    nobody sees where a signature on it would belong to.
    `outside_crop` (False): text beyond the part of the page that is shown counts too.
    `annotations` (True): what the annotations and form fields of a page show counts too, since viewers draw it.
    `layers_off` (False): text on layers (optional content) that are off when the document is opened counts too.
    `actual_text` (False): replacement text (/ActualText: ISO 32000-2, 14.9.4) counts where it says the tag and what is
    printed does not. Off, since nobody sees it.
    `guessed` (False): codes of which nothing says what they print count as the ASCII characters of the same number.
    Off, since such a guess is more often wrong than right. These matches have the evidence "guess".
    `forms` ("exact"): "nfc" takes canonically equivalent characters for one (é, and e with a combining accent), "nfkc"
    also compatible ones (＃ in full width and #, ² and 2): Unicode Standard Annex 15. Exact, since `#` and `＃` may
    stand for two different tags; the other forms are among the near misses.

    InputError (TAG_FORMS) for a form that is none of the three.
    """

    case_sensitive: bool = True
    whole_word: bool = False
    hidden: bool = False
    outside_crop: bool = False
    annotations: bool = True
    layers_off: bool = False
    actual_text: bool = False
    guessed: bool = False
    forms: Forms = "exact"

    def __post_init__(self) -> None:
        if self.forms not in FORMS:
            raise InputError(f"forms is one of {', '.join(FORMS)}; not {self.forms!r}", code="TAG_FORMS")


@dataclass(frozen=True, slots=True)
class TagMatch:
    """One printed occurrence.

    `rect` is in default user space, `view_rect` and `font_size` in 1/72 inch on the page as seen. `page_index` and
    `ordinal` (reading order over all matches of one search) count from 0. `visible`: painted, and on the part of the
    page that is shown. `evidence`: how the codes were known to print these characters; of several the weakest.

    A stored match is good for any document that begins with exactly the bytes searched (`document_sha256`, hex, and
    `document_length`) and whose page has kept its boxes, rotation and contents since.
    """

    document_sha256: str
    document_length: int
    page_index: int
    ordinal: int
    text: str
    rect: Rect
    view_rect: ViewRect
    font_size: float
    visible: bool
    evidence: Evidence

    def to_json(self) -> Json:
        """As JSON values, with a version; `from_json` is the way back."""
        return {"version": _JSON_VERSION} | asdict(self)

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """InputError (code MATCH_JSON) for a damaged value or an unknown version."""
        try:
            return cls._from_fields(**value)
        except (LookupError, TypeError, ValueError, OverflowError) as error:  # ValueError: also what the boxes refuse
            raise InputError(
                f"this is no match of version {_JSON_VERSION} ({error}): search the document again", code="MATCH_JSON"
            ) from error

    @classmethod
    def _from_fields(cls, *, version: Any, rect: Any, view_rect: Any, **fields: Any) -> Self:
        if version != _JSON_VERSION:
            raise ValueError(f"version {version!r}")
        match = cls(rect=Rect(**rect), view_rect=ViewRect(**view_rect), **fields)
        for name, kind in _FIELDS.items():
            if type(getattr(match, name)) not in kind:
                raise TypeError(f"{name} is {getattr(match, name)!r}")
        if not re.fullmatch(_SHA256, match.document_sha256) or match.evidence not in EVIDENCE:
            raise ValueError("document_sha256 is in hex, evidence one of " + ", ".join(EVIDENCE))
        if min(match.document_length, match.page_index, match.ordinal) < 0 or not 0 < match.font_size < float("inf"):
            raise ValueError("a number is out of range")
        return match


_FIELDS: dict[str, tuple[type, ...]] = {
    "document_sha256": (str,),
    "document_length": (int,),
    "page_index": (int,),
    "ordinal": (int,),
    "text": (str,),
    "font_size": (int, float),
    "visible": (bool,),
    "evidence": (str,),
}


@dataclass(frozen=True, slots=True)
class Found(Sequence[TagMatch]):
    """All matches in reading order; falsy when there is none. Finding nothing or many is an answer, not an error.

    `warnings` name what could not be searched, `near_misses` what came close (not all of it: a page that is proved to
    print no tag is not searched for more). `tag` is a regular expression's pattern.
    """

    tag: str
    document_sha256: str
    pages_searched: int
    matches: tuple[TagMatch, ...]
    warnings: tuple[Finding, ...]
    near_misses: tuple[Finding, ...]

    def __len__(self) -> int:
        return len(self.matches)

    @overload
    def __getitem__(self, index: int) -> TagMatch: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TagMatch]: ...
    def __getitem__(self, index: int | slice) -> TagMatch | Sequence[TagMatch]:
        return self.matches[index]
