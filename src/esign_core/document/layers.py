"""Optional content: which layers are off when a document is opened (ISO 32000-2, 8.11).

Where the standard leaves room, or viewers leave the standard, a layer is off where two of PDFium, poppler and MuPDF do
not draw it:

- Only groups that /OCProperties lists in /OCGs can be off, and only a dictionary of /Type /OCG, or of none, is a group.
- /OFF wins over /ON; /BaseState counts when it is OFF; /Intent and other configurations (/Configs) do not count.
- /Usage /View /ViewState wins over all of these, whether or not an event of /AS asks for it; /AS, and usage for
  printing, export or zoom, does not count.
- Of a membership dictionary a valid /VE counts, then /OCGs with /P. A single group in /OCGs is off when it is. Members
  that are no groups are left out; without any the content is on. Policies and operators that there are not: AnyOn, on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Self

from esign_core.errors import PdfError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Array, Dictionary, Name, Ref, Value

_DEEPEST = 32  # levels of a visibility expression, as in PDFium; what is deeper is on
_MOST_STEPS = 100_000  # members and operands looked at for one document; honest ones have some hundred layers

_POLICIES: dict[str, Callable[[list[bool]], bool]] = {  # table 97; the states of the groups: is the content off?
    "AllOn": lambda off: any(off),
    "AnyOn": lambda off: all(off),
    "AnyOff": lambda off: not any(off),
    "AllOff": lambda off: not all(off),
}


class Layers:
    """The layers of one document. `damage`: codes of what could not be read of them, which counts as on.

    `none`: there are no layers, and nothing is off.
    """

    def __init__(self, file: PdfFile, properties: Dictionary) -> None:
        self._file = file
        self.damage: dict[str, None] = {}
        default = file.get(properties, "D")
        default = default if isinstance(default, dict) else {}
        self._groups = self._refs(properties, "OCGs")
        self._on = self._refs(default, "ON")
        self._off = self._refs(default, "OFF")
        self._all_off = file.get(default, "BaseState") == "OFF"
        self.none = not self._groups
        self._known: dict[Ref, bool] = {}
        self._steps = 0

    @classmethod
    def read(cls, file: PdfFile) -> Self:
        """Never a PdfError for damage within /OCProperties; one for a file without a catalog."""
        entries = file.catalog[1]
        if "OCProperties" not in entries:
            return cls(file, {})
        try:
            properties = file.get(entries, "OCProperties")
            return cls(file, properties if isinstance(properties, dict) else {})
        except PdfError as error:
            layers = cls(file, {})
            layers.damage[error.code] = None
            return layers

    def is_off(self, properties: Value) -> bool:
        """Is content off that belongs to this group or membership dictionary?

        It is a value of /Properties in resources (8.11.3.2: marked content with the tag OC), or of /OC in an XObject or
        an annotation (8.11.3.3).
        """
        if self.none or not isinstance(properties, (Ref, dict)):
            return False
        if isinstance(properties, Ref) and properties in self._known:
            return self._known[properties]
        try:
            off = self._judge(properties)
        except PdfError as error:
            self.damage[error.code] = None
            off = False
        if isinstance(properties, Ref):
            self._known[properties] = off
        return off

    def _judge(self, properties: Ref | Dictionary) -> bool:
        entries = self._file.resolve(properties)
        if not isinstance(entries, dict):
            return False
        if self._file.get(entries, "Type") == "OCMD":
            return self._is_membership_off(entries)
        return isinstance(properties, Ref) and self._is_group_off(properties)

    def _refs(self, entries: Dictionary, key: str) -> frozenset[Ref]:
        value = self._file.get(entries, key)
        return frozenset(item for item in value if isinstance(item, Ref)) if isinstance(value, list) else frozenset()

    # ---- groups (8.11.2.1, 8.11.4)

    def _is_group(self, ref: Ref) -> bool:
        group = self._file.resolve(ref)
        return isinstance(group, dict) and self._file.get(group, "Type") in ("OCG", None)

    def _is_group_off(self, ref: Ref) -> bool:
        if ref not in self._groups or not self._is_group(ref):
            return False
        state = self._view_state(ref)
        if state in ("ON", "OFF"):
            return state == "OFF"
        return ref in self._off or (self._all_off and ref not in self._on)

    def _view_state(self, ref: Ref) -> Value:
        entries = self._file.resolve(ref)
        for key in ("Usage", "View"):
            entries = self._file.get(entries, key) if isinstance(entries, dict) else None
        return self._file.get(entries, "ViewState") if isinstance(entries, dict) else None

    # ---- membership (8.11.2.2)

    def _is_membership_off(self, entries: Dictionary) -> bool:
        expression = self._file.get(entries, "VE")
        if isinstance(expression, list):
            return not self._is_true(expression, 1)
        members = entries.get("OCGs")
        if isinstance(members, Ref) and self._is_group(members):
            return self._is_group_off(members)
        members = self._file.resolve(members)
        off = [self._is_group_off(ref) for ref in self._member_groups(members)] if isinstance(members, list) else []
        policy = self._file.get(entries, "P")
        is_off = _POLICIES.get(policy if isinstance(policy, Name) else "", _POLICIES["AnyOn"])
        return bool(off) and is_off(off)

    def _member_groups(self, members: Array) -> Iterator[Ref]:
        for member in members:
            self._step()
            if isinstance(member, Ref) and self._is_group(member):
                yield member

    def _is_true(self, expression: Value, depth: int) -> bool:
        """Of a visibility expression; what is none is true."""
        self._step()
        if isinstance(expression, Ref) and not isinstance(self._file.resolve(expression), list):
            return not self._is_group_off(expression)
        parts = self._file.resolve(expression)
        if not isinstance(parts, list) or not parts or depth > _DEEPEST:
            return True
        operator, *operands = parts
        match self._file.resolve(operator):
            case "And":
                return all(self._is_true(operand, depth + 1) for operand in operands)
            case "Or":
                return any(self._is_true(operand, depth + 1) for operand in operands)
            case "Not" if len(operands) == 1:
                return not self._is_true(operands[0], depth + 1)
        return True

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise PdfError("the layers of the document are tangled beyond what is looked at", code="LAYERS_TANGLED")
