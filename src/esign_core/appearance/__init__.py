"""What a signature shows: drawings compiled once, usable at any size, in any number of documents and threads.

`drawing` holds `Appearance`, the compiled drawing, and how it is fitted into a box; `qr_code` makes one from a text;
`outline` turns modules into closed outlines, so that no seam can show between them.
"""

from __future__ import annotations

from esign_core.appearance.drawing import Appearance
from esign_core.appearance.qr_code import Correction, qr

__all__ = ["Appearance", "Correction", "qr"]
