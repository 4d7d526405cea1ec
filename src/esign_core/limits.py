"""Every bound on what hostile bytes may cost. Nothing is bounded by time: the same input always costs the same."""

from __future__ import annotations

from dataclasses import dataclass, fields

from esign_core.errors import InputError, LimitExceeded


@dataclass(frozen=True, slots=True)
class Limits:
    """Work allowed for one call. Every field is a whole number >= 1; its comment gives unit and source."""

    decoded_bytes: int = 256 * 1024 * 1024  # bytes out of all filters together; a scanned book of 500 pages needs 60 MB
    stream_bytes: int = (
        64 * 1024 * 1024
    )  # bytes out of one stream's filters; object streams and contents stay below 10 MB
    objects: int = 2_000_000  # objects loaded; ISO 32000-1, annex C allows 8 388 607 in a file
    depth: int = 200  # nesting of arrays and dictionaries; honest files stay below 30
    hops: int = 32  # references followed to reach one value
    sections: int = 2_000  # cross-reference sections; one for each save or signature
    pages: int = 100_000  # pages of one document
    page_tree_depth: int = 64  # levels of /Kids
    fields: int = 100_000  # form fields of one document
    annotations: int = 1_000_000  # annotations looked at, of all pages; 1 000 pages of an index have 100 000 links
    operators: int = 20_000_000  # content stream operators interpreted
    glyphs: int = 1_000_000  # glyphs that one page shows; the densest books have 10 000, maps 100 000
    form_depth: int = 16  # forms drawn inside forms
    line_length: int = 10_000  # characters of one line that a tag is matched against
    matches: int = 100_000  # occurrences of a tag
    signatures: int = 1_000  # signatures of one document
    cms_bytes: int = 4 * 1024 * 1024  # bytes of one /Contents; with long CRLs inside some reach 1 MB
    der_depth: int = 64  # nesting of one DER or BER value
    certificates: int = 500  # certificates considered for one signature
    path_length: int = 16  # certificates in one chain
    paths: int = 200  # issuers tried while one chain is built
    hashed_bytes: int = 8 * 1024**3  # bytes hashed for all signatures together; honest files need twice their size
    crl_bytes: int = 64 * 1024 * 1024  # bytes of one CRL; the largest public ones have 50 MB

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise InputError(f"limit {field.name} is a whole number >= 1, not {value!r}", code="LIMITS")

    def check(self, limit: str, found: int) -> None:
        """Raise LimitExceeded when `found` is over the limit of that name."""
        allowed: int = getattr(self, limit)
        if found > allowed:
            raise LimitExceeded(
                f"{limit}: {found} found, {allowed} allowed; refuse the input, or raise Limits({limit}=...) if trusted",
                limit=limit,
                allowed=allowed,
                found=found,
            )


DEFAULT_LIMITS = Limits()
