"""Where a signature goes, on the command line: the options that `esign sign` and `esign place` share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from esign_core.cli.files import read_document
from esign_core.cli.options import grouped, to_numbers, to_occurrence, to_page, to_rect, to_view
from esign_core.errors import InputError, TagAmbiguous, TagNotFound

if TYPE_CHECKING:
    from esign_core.content.match import Found, TagMatch
    from esign_core.pdf.values import Pdf
    from esign_core.place.at import Occurrence
    from esign_core.place.placement import Placement

_WIDTH = 80.0  # 1/72 inch: 28 mm, at which a QR code of a link is read from paper
_PLACES = ("tag", "rect", "view", "corner", "field", "placement")
_ANCHORS = (
    "center", "top-left", "top", "top-right", "left", "right", "bottom-left", "bottom", "bottom-right",
)  # fmt: skip
_OF_TAG = ("occurrence", "beside", "gap", "anchor", "offset", "treatment", "cell", "padding")
_OF_AT_TAG = ("beside", "gap", "anchor", "offset", "treatment")  # named as the library names them
_WITH = {  # options that ask for one of these places
    **dict.fromkeys(_OF_TAG, ("tag", "placement")),
    "width": ("tag", "corner", "placement"),
    "height": ("tag", "corner", "placement"),
    "margin": ("corner",),
    "page": ("tag", "rect", "view", "corner"),
    "allow_overlap": ("tag", "rect", "view", "corner", "placement"),
}

place_options = grouped(
    click.option("--tag", help="Put the box on this printed text."),
    click.option("--occurrence", callback=to_occurrence, metavar="WHICH", help="only, first, last, or from 1."),
    click.option("--page", callback=to_page, metavar="N", help="From 1, or last."),
    click.option("--rect", callback=to_rect, metavar="X0,Y0,X1,Y1",
                 help="Put it here: corners in the page's own units, origin lower left."),
    click.option("--view", callback=to_view, metavar="X,Y,W,H",
                 help="Put it here on the page as seen: 1/72 inch, origin upper left."),
    click.option("--corner", type=click.Choice(_ANCHORS), metavar="ANCHOR",
                 help="In a corner (top-left), at an edge (top), or center."),
    click.option("--field", metavar="NAME", help="In this empty signature field, by its full name."),
    click.option("--placement", type=click.Path(allow_dash=True), metavar="JSON",
                 help="Put it where this file says: of esign place, or of esign find --json."),
    click.option("--beside", type=click.Choice(("above", "below", "left", "right")), help="Beside the tag, not on it."),
    click.option("--gap", type=float, help="Between the two.  [default: 0]"),
    click.option("--anchor", type=click.Choice(_ANCHORS), metavar="ANCHOR",
                 help="Point of it on the tag.  [default: center]"),
    click.option("--offset", callback=to_numbers(2, "RIGHT,DOWN"), metavar="RIGHT,DOWN", help="Then moved."),
    click.option("--cell", is_flag=True, default=None, help="Fill the table cell around the tag."),
    click.option("--padding", type=float, help="Inside of the cell.  [default: 2]"),
    click.option("--treatment", type=click.Choice(("leave", "cover", "erase")),
                 help="What becomes of the tag.  [default: leave]"),
    click.option("--width", type=float, help="Of the box, in 1/72 inch.  [default: 80]"),
    click.option("--height", type=float, help="Of the box.  [default: as the drawing's shape asks]"),
    click.option("--margin", type=float, help="Between --corner and the page's edges.  [default: 10]"),
    click.option("--allow-overlap", is_flag=True, default=None, help="Also over another signature field."),
)  # fmt: skip


def has_place(given: Mapping[str, Any]) -> bool:
    """Do the options name one?"""
    return any(given[name] is not None for name in _PLACES)


def check_place(given: Mapping[str, Any]) -> None:
    """UsageError for options that need each other, or exclude each other."""
    places = [name for name in _PLACES if given[name] is not None]
    if len(places) > 1:
        raise click.UsageError(f"--{places[0]} and --{places[1]} are two places: give one of them.")
    for name, needed in _WITH.items():
        if given[name] is not None and not set(places).intersection(needed):
            names = " or ".join(f"--{each}" for each in needed)
            raise click.UsageError(f"--{name.replace('_', '-')} belongs to {names}, which is not given.")
    if places and places[0] in ("rect", "view", "corner") and given["page"] is None:
        raise click.UsageError(f"--{places[0]} needs --page N.")
    if given["cell"] is None and given["padding"] is not None:
        raise click.UsageError("--padding belongs to --cell, which is not given.")
    for name in (*_OF_AT_TAG, "width", "height"):
        if given["cell"] and given[name] is not None:
            raise click.UsageError(f"--cell fills the cell: --{name} does not apply.")


def placement_of(pdf: Pdf, password: str | None, given: Mapping[str, Any]) -> Placement | None:
    """What the options say; None where they name no place."""
    import esign_core as es

    overlap: dict[str, Any] = {"allow_overlap": bool(given["allow_overlap"])}
    if given["tag"] is not None:
        pages = None if given["page"] is None else [given["page"]]
        return _at_tag(pdf, password, es.find_tags(pdf, given["tag"], pages=pages, password=password), given)
    if given["placement"] is not None:
        return _stored(pdf, password, given)
    if given["rect"] is not None:
        return es.at_rect(given["page"], given["rect"], **overlap)
    if given["view"] is not None:
        return es.at_view(given["page"], given["view"], **overlap)
    if given["field"] is not None:
        return es.at_field(given["field"])
    if given["corner"] is not None:
        width = _WIDTH if given["width"] is None else given["width"]
        margin = {} if given["margin"] is None else {"margin": given["margin"]}
        return es.at_corner(given["page"], given["corner"], width=width, height=given["height"], **margin, **overlap)
    return None


def _at_tag(pdf: Pdf, password: str | None, found: Found, given: Mapping[str, Any]) -> Placement:
    """As the library's `at_tag`, with messages that count from 1 and name the options."""
    import esign_core as es

    occurrence: Occurrence = "only" if given["occurrence"] is None else given["occurrence"]
    if found and isinstance(occurrence, int) and occurrence >= len(found):
        raise TagNotFound(f"{found.tag!r} is printed {len(found)} times: there is no --occurrence {occurrence + 1}")
    chosen = {name: given[name] for name in _OF_AT_TAG if given[name] is not None}
    width = _WIDTH if given["width"] is None else given["width"]
    overlap = bool(given["allow_overlap"])
    try:
        placement = es.at_tag(
            found, width=width, height=given["height"], occurrence=occurrence, allow_overlap=overlap, **chosen
        )
    except TagAmbiguous as error:
        pages = ", ".join(str(number) for number in sorted({match.page_index + 1 for match in found})[:10])
        message = (
            f"{found.tag!r} is printed {len(found)} times (page {pages}): choose one with --occurrence 1 to "
            f"{len(found)} or last; esign find lists them"
        )
        raise TagAmbiguous(message, matches=error.matches) from error
    if not given["cell"]:
        return placement
    index = occurrence if isinstance(occurrence, int) else -1 if occurrence == "last" else 0
    padding = {} if given["padding"] is None else {"padding": given["padding"]}
    return es.at_cell(pdf, found[index], password=password, allow_overlap=overlap, **padding)


def read_placement(name: str) -> Placement:
    """The placement in a JSON file, or on standard input for "-". InputError (PLACEMENT_JSON)."""
    import esign_core as es

    return es.Placement.from_json(_json(name))


def _json(name: str) -> Any:
    try:
        return json.loads(read_document(name))
    except (ValueError, RecursionError) as error:  # also what is no UTF-8, or too deep
        raise InputError(f"{name} is no JSON ({error})", code="PLACEMENT_JSON") from error


def _stored(pdf: Pdf, password: str | None, given: Mapping[str, Any]) -> Placement:
    """A placement, one match, or what `esign find --json` printed."""
    import esign_core as es

    value = _joined(_json(given["placement"]))
    if not isinstance(value, dict) or not ({"matches", "text"} & value.keys()):
        wrong = [name for name in (*_OF_TAG, "width", "height") if given[name] is not None]
        if wrong:
            raise click.UsageError(f"--{wrong[0]} belongs to a stored match; {given['placement']} is a placement.")
        return es.Placement.from_json(value)
    matches = value.get("matches", [value])
    stored = [es.TagMatch.from_json(each) for each in (matches if isinstance(matches, list) else [matches])]
    return _at_tag(pdf, password, _found(stored, str(value.get("tag", value.get("text", "")))), given)


def _joined(value: Any) -> Any:
    """What `esign find --json` printed of several tags, as if it were one search; anything else as it is."""
    answers = value.get("found") if isinstance(value, dict) else None
    if not isinstance(answers, list) or not all(
        isinstance(answer, dict) and isinstance(answer.get("matches"), list) for answer in answers
    ):
        return value
    tags = ", ".join(str(answer.get("tag")) for answer in answers)
    return {"tag": tags, "matches": [match for answer in answers for match in answer["matches"]]}


def _found(matches: list[TagMatch], tag: str) -> Found:
    import esign_core as es

    sha256 = matches[0].document_sha256 if matches else ""
    pages = len({match.page_index for match in matches})
    return es.Found(tag, sha256, pages, tuple(matches), (), ())
