"""Cheap proofs that a page does not print a tag, from the fonts it selects and the bytes of its strings alone.

They err on one side only: what is called absent is absent. A page with anything that makes a proof doubtful (a font
that cannot be read, damage, a graphics state that selects a font) is not absent but unproved, and is searched.
"""

from __future__ import annotations

from collections.abc import Sequence

from esign_core.content.encodings import ligatures_with
from esign_core.content.glyphs import UNKNOWN, Font
from esign_core.content.guesses import usual_codes
from esign_core.content.page_strings import PageStrings, ShownBy
from esign_core.content.query import Query
from esign_core.content.shows import Show
from esign_core.content.strings import likely_font, may_hold_any
from esign_core.pdf.lexer import decode_name

_IN_MOST_LINES = 12  # of these letters one is in nearly every line
_LOOKS_IN_VAIN = 4  # at what is spelled on a page, more than half of all looks
_COMMON = "etaoinsrhldcumfpgwybvkxjqz"  # letters of European languages, the commonest first
_Codes = frozenset[bytes] | None  # None: too many to be looked for


class Absence:
    """Proofs for one document and query."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._looks = self._looks_in_vain = 0  # at what is spelled on a page
        self._needs = sorted(query.needs, key=_commonness, reverse=True)  # the rarest is missing most often
        self._rare = [needed for needed in self._needs if _commonness(needed) >= _IN_MOST_LINES]
        self._codes: dict[tuple[Font, frozenset[str]], _Codes] = {}
        self._guesses: dict[tuple[Font, frozenset[str]], frozenset[bytes]] = {}
        self._unknown: dict[tuple[Font, frozenset[str]], frozenset[bytes]] = {}
        self._of_any: dict[tuple[frozenset[Font], frozenset[str]], _Codes] = {}

    def is_proved(self, page: PageStrings) -> bool:
        """Does a page with these strings print the tag nowhere?

        First whatever font may show them, then, if that is not enough, by the font that does.
        """
        if not self._needs or page.streams is None:
            return False
        fonts = page.fonts
        if fonts is not None and any(self._is_written_nowhere(needed, fonts, page) for needed in self._needs):
            return True
        return self._is_not_shown(page) or self._is_spelled_nowhere(page)

    def _is_not_shown(self, page: PageStrings) -> bool:
        if all(self._seems_shown(needed, page) for needed in self._rare):  # then the closer look is mostly in vain
            return False
        selected = page.selected
        if selected is not None and any(self._is_selected_nowhere(needed, selected, page) for needed in self._rare):
            return True
        shown = page.by_font
        return shown is not None and any(self._is_shown_nowhere(needed, shown) for needed in self._rare)

    def _is_spelled_nowhere(self, page: PageStrings) -> bool:
        """Is the tag in nothing that is printed in one go, nor spread over several, wherever each of them stands?

        Not asked any more where most looks are in vain, since most pages print the tag."""
        if self._query.is_one_glyph or self._looks_in_vain > _LOOKS_IN_VAIN + self._looks // 2:
            return False
        self._looks += 1
        texts = self._texts(page.by_font)
        absent = texts is not None and not self._query.may_be_spelled(texts)
        self._looks_in_vain += not absent
        return absent

    def _texts(self, shown: Sequence[ShownBy] | None) -> list[str] | None:
        """All that is printed in one go; None where nobody knows that, or might guess at a character of the tag."""
        texts: list[str] = []
        for each in shown or ():
            found = each.texts()
            if found is None or (any(UNKNOWN in text for text in found) and self._may_be_guessed(each)):
                return None
            texts += found
        return None if shown is None else texts

    def _may_be_guessed(self, each: ShownBy) -> bool:
        return any(each.holds(code) for needed in self._needs for code in self._unknown_of(each.font, needed))

    def candidates(self, shows: Sequence[Show]) -> Sequence[Show]:
        """Those that may print a character which each line with the tag has to print."""
        if not self._rare:
            return shows
        rarest = self._rare[0]
        found: list[Show] = []
        for show in shows:
            codes = self._codes_of(show.setting.font, rarest)
            if codes is None or (codes and may_hold_any(show.operands, codes)):
                found.append(show)
        return found

    def guesses(self, shows: Sequence[Show]) -> Sequence[Show]:
        """Those that may print a character of the tag if codes of which nothing is known print what they look like."""
        if not self._needs:
            return shows
        return [show for show in shows if may_hold_any(show.operands, self._all_guesses(show.setting.font))]

    def _all_guesses(self, font: Font) -> frozenset[bytes]:
        return frozenset().union(*(self._guesses_of(font, needed) for needed in self._needs))

    def _is_written_nowhere(self, needed: frozenset[str], fonts: frozenset[Font], page: PageStrings) -> bool:
        key = (fonts, needed)
        if key not in self._of_any:
            each = [self._codes_of(font, needed) for font in fonts]
            missing = [usual_codes(character) for character in needed]  # of fonts that the resources lack
            guesses = frozenset().union(*missing, *(self._guesses_of(font, needed) for font in fonts))
            self._of_any[key] = None if None in each else guesses.union(*(codes or () for codes in each))
        codes = self._of_any[key]
        return codes is not None and not any(strings.may_hold(code) for strings in page.strings for code in codes)

    def _is_selected_nowhere(self, needed: frozenset[str], fonts: frozenset[Font], page: PageStrings) -> bool:
        """The same for the fonts that the page selects, with what is known of their codes."""
        each = [self._codes_of(font, needed) for font in fonts]
        if None in each:
            return False
        unknown = [self._unknown_of(font, needed) for font in fonts]
        codes = frozenset().union(*unknown, *(codes or () for codes in each))
        return not any(strings.may_hold(code) for strings in page.strings for code in codes)

    def _seems_shown(self, needed: frozenset[str], page: PageStrings) -> bool:
        codes = self._of_any.get((page.fonts, needed)) if page.fonts is not None else None
        for data, names in page.streams or ():
            for code in codes or ():
                name = likely_font(data, code)
                if name is not None and code in (self._codes_of(names.font(decode_name(name)), needed) or ()):
                    return True
        return False

    def _is_shown_nowhere(self, needed: frozenset[str], shown: Sequence[ShownBy]) -> bool:
        for each in shown:
            codes = self._codes_of(each.font, needed)
            if codes is None or any(map(each.holds, codes)):
                return False
            if any(map(each.holds, self._unknown_of(each.font, needed))):
                return False
        return True

    def _codes_of(self, font: Font, needed: frozenset[str]) -> _Codes:
        key = (font, needed)
        if key not in self._codes:
            found = [font.codes_of(character) for character in needed.union(*map(ligatures_with, needed))]
            self._codes[key] = None if None in found else frozenset().union(*(codes or () for codes in found))
        return self._codes[key]

    def _guesses_of(self, font: Font, needed: frozenset[str]) -> frozenset[bytes]:
        """Other codes, with which the tag would be a guess if nobody knows what they print."""
        key = (font, needed)
        if key not in self._guesses:
            guesses = frozenset().union(*map(font.guesses_of, needed))
            self._guesses[key] = guesses - (self._codes_of(font, needed) or frozenset())
        return self._guesses[key]

    def _unknown_of(self, font: Font, needed: frozenset[str]) -> frozenset[bytes]:
        """Those of them that the font says nothing of."""
        key = (font, needed)
        if key not in self._unknown:
            self._unknown[key] = frozenset(
                code for code in self._guesses_of(font, needed) if font.text(code) == UNKNOWN
            )
        return self._unknown[key]


def _commonness(characters: frozenset[str]) -> int:
    """0 for what stands in every line, high for what stands in few."""
    return min((_COMMON.find(character.lower()) % 99 for character in characters if character.isascii()), default=99)
