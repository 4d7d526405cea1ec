"""What was wrong with a document as a whole, as findings."""

from __future__ import annotations

from esign_core.finding import Finding
from esign_core.pdf.lenient import LenientFile


def damage_of(file: LenientFile) -> list[Finding]:
    """As far as it has been read by now."""
    rebuilt = [Finding.of("XREF_REBUILT", why=file.rebuilt)] if file.rebuilt else []
    return rebuilt + [Finding.of("DOCUMENT_DAMAGED", why=why) for why in file.damage]
