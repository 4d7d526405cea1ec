"""`python -m corpus fetch`: see `corpus.fetch`."""

from __future__ import annotations

import sys

from corpus.fetch import main

if __name__ == "__main__":
    if sys.argv[1:2] != ["fetch"]:
        sys.exit("usage: python -m corpus fetch [--into DIR]")
    sys.exit(main(sys.argv[2:]))
