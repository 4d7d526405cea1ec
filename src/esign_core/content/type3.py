"""Type3 fonts, whose glyphs are content streams (ISO 32000-2, 9.6.4)."""

from __future__ import annotations

import re

from esign_core.content.glyphs import dictionary, stream_data
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Stream, Value

_LONGEST_BLANK = 200  # bytes of a stream, as stored, that is looked at: one that draws nothing is shorter
_PAINTS = rb"(?:^|[\s\])>])(?:[fFBbSs]\*?|sh|Do|EI|ID|Tj|TJ|'|\")(?=[\s/\[(<]|$)"


class Procedures:
    """The content streams of the glyphs, by name."""

    def __init__(self, file: PdfFile, value: Value) -> None:
        self._file = file
        self._streams = dictionary(file, value)

    def is_blank(self, name: str) -> bool:
        """Does the glyph of that name draw nothing? Nobody knows where the font has no glyphs at all."""
        if not self._streams:
            return False
        stream = self._file.resolve(self._streams.get(name))
        if not isinstance(stream, Stream):
            return True
        length = self._file.get(stream.entries, "Length")
        if not isinstance(length, int) or length > _LONGEST_BLANK:
            return False
        return re.search(_PAINTS, stream_data(self._file, stream)) is None
