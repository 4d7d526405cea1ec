"""What a document says of itself as an archive file."""

from __future__ import annotations

import re

from esign_core.errors import PdfError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Stream

_MOST_METADATA = 1024 * 1024  # bytes of XMP that are looked at; honest ones have 20 kB
_NAMESPACE = re.compile(r"""xmlns:([\w.-]{1,40})\s*=\s*["']http://www\.aiim\.org/pdfa/ns/id/["']""")
_CLAIMS = ("part", "conformance")


def pdfa_claim(file: PdfFile) -> str | None:
    """As "PDF/A-2B": what the XMP metadata say (ISO 19005-1, 6.7.11), as attributes or elements, whatever the prefix
    is."""
    try:
        stream = file.get(file.catalog[1], "Metadata")
        if not isinstance(stream, Stream):
            return None
        data, _ = file.data_and_damage(stream)
    except PdfError:
        return None
    text = data[:_MOST_METADATA].decode("utf-16" if data[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8", "replace")
    namespace = _NAMESPACE.search(text)
    if namespace is None:
        return None
    prefix = re.escape(namespace[1])
    said = [re.search(rf"""{prefix}:{key}(?:\s*=\s*["']|\s*>\s*)(\w{{1,2}})""", text) for key in _CLAIMS]
    part, conformance = (match[1] if match else "" for match in said)
    return f"PDF/A-{part}{conformance}" if part else None


def lacks_output_intent(file: PdfFile) -> bool:
    """Is it said to be PDF/A, with nothing that tells what its device colours look like (ISO 19005-2, 6.2.4.3)?"""
    return file.get(file.catalog[1], "OutputIntents") is None and pdfa_claim(file) is not None
