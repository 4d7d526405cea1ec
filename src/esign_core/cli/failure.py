"""Errors as a person or a script sees them: a line or a JSON object, and an exit code."""

from __future__ import annotations

import sys

from esign_core.cli.terminal import one_line, print_json
from esign_core.errors import (
    CertificateUnfit,
    DocumentLocked,
    EsignError,
    InputError,
    LimitExceeded,
    MissingExtra,
    SignerError,
    SpaceExceeded,
    TimestampError,
    TransportError,
)

# The first class that fits decides; what fits none is a fault of ours.
_EXIT_CODES: tuple[tuple[type[EsignError], int], ...] = (
    (MissingExtra, 2),
    (InputError, 3),
    (LimitExceeded, 3),
    (DocumentLocked, 3),
    (SignerError, 4),
    (CertificateUnfit, 4),
    (TransportError, 5),
    (TimestampError, 5),
    (SpaceExceeded, 5),
)


def exit_code(error: EsignError) -> int:
    """What `esign` exits with after this error."""
    return next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), 1)


def failure(code: str, message: str) -> dict[str, object]:
    """An error as a JSON object."""
    return {"error": {"code": code, "message": message}}


def report_failure(code: str, message: str, *, as_json: bool) -> None:
    """One JSON document on standard output, or one line on standard error."""
    if as_json:
        print_json(failure(code, message))
    else:
        print(f"esign: {code}: {one_line(message)}", file=sys.stderr)
