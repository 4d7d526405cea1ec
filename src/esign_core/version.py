"""Which release this is, for whoever asks and for the signatures that name it."""

from __future__ import annotations

__version__ = "0.1.0"
