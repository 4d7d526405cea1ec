"""The terminal: `esign find`, `sign`, `verify`, `preview` (extra `cli`). Wall clock, files and colours live here."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """The console script `esign`. Exit codes are listed in `esign --help`."""
    try:
        import click  # noqa: F401 - only to say in one line what is missing
        import rich  # noqa: F401
    except ImportError:
        sys.stderr.write("esign: MISSING_EXTRA: the command line needs click and rich: pip install 'esign-core[cli]'\n")
        sys.exit(2)
    from esign_core.cli.app import run

    sys.exit(run(sys.argv[1:]))
