"""`esign find`: where tags are printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from esign_core.cli.failure import report_failure
from esign_core.cli.files import read_document
from esign_core.cli.options import password_option, to_pages
from esign_core.cli.passphrase import password_of
from esign_core.cli.terminal import console, harmless, print_json, print_lines
from esign_core.content.match import FORMS

if TYPE_CHECKING:
    from esign_core.content.match import Found, TagMatch
    from esign_core.finding import Finding

_JSON_VERSION = 1
_NOT_FOUND = 3
_LISTED = 10  # findings of a kind that are spelled out


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@click.argument("tags", metavar="TAG...", nargs=-1, required=True)
@click.option("--regex", is_flag=True, help="TAG is a regular expression (Python's), matched line by line.")
@click.option("--ignore-case", is_flag=True, help="Upper and lower case are the same.")
@click.option("--whole-word", is_flag=True, help="No letter, digit, mark or underscore joined to either end.")
@click.option(
    "--forms",
    type=click.Choice(FORMS),
    default="exact",
    show_default=True,
    help="Unicode: nfc takes equivalent characters for one, nfkc also those in full width, superscript ...",
)
@click.option("--hidden", is_flag=True, help="Also text that is not painted, as over scanned pages.")
@click.option("--outside", is_flag=True, help="Also text beyond the part of the page that is shown.")
@click.option("--layers-off", is_flag=True, help="Also text on layers that are off when the file is opened.")
@click.option("--actual-text", is_flag=True, help="Also text that replaces what is printed (ActualText).")
@click.option("--guessed", is_flag=True, help="Also codes that nothing explains, taken for ASCII.")
@click.option("--no-annotations", is_flag=True, help="Not what annotations and form fields show.")
@click.option(
    "--pages", "--page", multiple=True, callback=to_pages, metavar="PAGES", help="As 1-3,7,last; default: all."
)
@password_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def find(
    file: str,
    tags: tuple[str, ...],
    regex: bool,
    pages: list[int] | None,
    password_file: str | None,
    as_json: bool,
    **flags: Any,
) -> int:
    """Find where each TAG is printed in FILE, in reading order. Exits with 3 where one is not.

    Left and Top say where the tag begins on the page as a reader shows it, in 1/72 inch from its upper left corner. Box
    is the same place in the page's own units, as "esign sign --rect" takes it.

    \b
    Examples:
      esign find letter.pdf '#'
      esign find letter.pdf '#ttd1' '#ttd2' --json
      esign find letter.pdf --regex '\\$\\{ttd_[0-9]+\\}' --pages 1,last
    """
    pdf = read_document(file)
    password = password_of(pdf, file, password_file)
    answers = _search(pdf, tags, regex, {"pages": pages, "options": _options(**flags), "password": password})
    if as_json:
        shown = [_as_json(found) for found in answers]
        print_json(shown[0] if len(shown) == 1 else {"version": _JSON_VERSION, "found": shown})
    else:
        _report(answers)
    return 0 if all(answers) else _NOT_FOUND


def _options(ignore_case: bool, outside: bool, no_annotations: bool, **same: Any) -> Any:
    """Of the other flags the names are the library's."""
    import esign_core as es

    return es.TagOptions(case_sensitive=not ignore_case, outside_crop=outside, annotations=not no_annotations, **same)


def _search(pdf: bytes, tags: Sequence[str], regex: bool, how: dict[str, Any]) -> list[Found]:
    import esign_core as es

    if regex:
        return [es.find_tags(pdf, _pattern(tag), **how) for tag in tags]
    if len(tags) == 1:
        return [es.find_tags(pdf, tags[0], **how)]
    return list(es.find_all(pdf, tags, **how).values())


def _pattern(tag: str) -> re.Pattern[str]:
    try:
        return re.compile(tag)
    except re.error as error:
        raise click.BadParameter(f"{tag!r} is no regular expression ({error}).", param_hint="'TAG...'") from None


def _as_json(found: Found) -> dict[str, object]:
    """As in found.schema.json. Names, units and counting are the library's: page_index and ordinal count from 0, rect
    is in user space units, view_rect in 1/72 inch from the upper left of the page as seen."""
    return {
        "version": _JSON_VERSION,
        "tag": found.tag,
        "document_sha256": found.document_sha256,
        "pages_searched": found.pages_searched,
        "matches": [dict(match.to_json()) for match in found],
        "warnings": [finding.as_dict() for finding in found.warnings],
        "near_misses": [finding.as_dict() for finding in found.near_misses],
    }


# ---- for people


def _report(answers: Sequence[Found]) -> None:
    """A table for each tag that is printed, and for each other one an error, or the only one's raised."""
    from esign_core.place.at import tag_not_found

    if len(answers) == 1 and not answers[0]:
        raise tag_not_found(answers[0])
    for number, found in enumerate(answers):
        if not found:
            error = tag_not_found(found)
            report_failure(error.code, str(error), as_json=False)
            continue
        if len(answers) > 1:
            print_lines(*([""] if number else []), f"{found.tag}:")
        console().print(_table(found))
        noun = "match" if len(found) == 1 else "matches"
        print_lines(f"{len(found)} {noun}, pages searched: {found.pages_searched}")
        _name_the_odd(found)
        _print_findings(found.near_misses)
        _print_findings(found.warnings)


def _table(found: Found) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, show_edge=False, pad_edge=False)
    for heading in ("No.", "Page", "Left", "Top", "Font size"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Text", overflow="fold")
    table.add_column("Box", no_wrap=True)  # to be copied: it is never cut
    for number, match in enumerate(found, 1):
        seen, rect = match.view_rect, match.rect
        table.add_row(
            *(str(number), str(match.page_index + 1)),
            *(f"{seen.x:.1f}", f"{seen.y:.1f}", f"{match.font_size:.1f}"),
            harmless(match.text),
            ",".join(f"{side:.1f}" for side in (rect.x0, rect.y0, rect.x1, rect.y1)),
        )
    return table


def _name_the_odd(found: Found) -> None:
    """The matches that only options let in."""

    def numbers(chosen: Sequence[TagMatch]) -> str:
        return ", ".join(str(match.ordinal + 1) for match in chosen)

    if unseen := [match for match in found if not match.visible]:
        print_lines(f"not visible on the page: no. {numbers(unseen)}")
    if guessed := [match for match in found if match.evidence == "guess"]:
        print_lines(f"guessed: no. {numbers(guessed)}")


def _print_findings(findings: Sequence[Finding]) -> None:
    for finding in findings[:_LISTED]:
        print_lines(f"{finding.severity}: {finding.text['en']}", indent=2)
    if len(findings) > _LISTED:
        print_lines(f"... and {len(findings) - _LISTED} more; --json lists them all")
