"""Which layers are off: held against what three viewers draw."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

import esign_core as es
from corpus.writer import Body, append, stream
from esign_core.document.layers import Layers
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Name, Ref
from tests.viewers import drawn

ON, OFF = 10, 11  # the groups that are on and off, if a test says nothing else


def document(properties: str, memberships: Mapping[str, str], objects: Mapping[int, Body] | None = None) -> bytes:
    """A page for each membership, with a black box that belongs to it: object 100, 102, ..."""
    body: dict[int, Body] = {
        1: f"<< /Type /Catalog /Pages 2 0 R {properties} >>",
        ON: "<< /Type /OCG /Name (on) >>",
        OFF: "<< /Type /OCG /Name (off) >>",
        **(objects or {}),
    }
    kids: list[str] = []
    for at, entries in enumerate(memberships.values()):
        number = 100 + 2 * at
        body[number] = entries
        body[number + 1] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 50 50] /Contents 3 0 R "
            f"/Resources << /Properties << /P {number} 0 R >> >> >>"
        )
        kids.append(f"{number + 1} 0 R")
    body[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    body[3] = stream("/OC /P BDC 10 10 20 20 re f EMC")
    return append(b"", dict(sorted(body.items())), trailer="/Root 1 0 R")


def configured(groups: str = "10 0 R 11 0 R", default: str = "/OFF [11 0 R]") -> str:
    return f"/OCProperties << /OCGs [{groups}] /D << {default} >> >>"


def off_to_us(pdf: bytes, count: int) -> list[bool]:
    with PdfFile(pdf) as file:
        layers = Layers.read(file)
        answer = [layers.is_off(Ref(100 + 2 * at, 0)) for at in range(count)]
        assert answer == [layers.is_off(Ref(100 + 2 * at, 0)) for at in range(count)]
        assert not layers.damage
    return answer


# ---- groups


GROUP = "<< /Type /OCG /Name (a) >>"


def used(usage: str) -> str:
    return f"<< /Type /OCG /Name (a) /Usage << {usage} >> >>"


# What the group is, what /D says of it (G), whether it is off, and the viewers that show the opposite.
GROUPS: dict[str, tuple[str, str, bool, set[str]]] = {
    "nothing said": (GROUP, "", False, set()),
    "off": (GROUP, "/OFF [G]", True, set()),
    "off and on": (GROUP, "/OFF [G] /ON [G]", True, set()),
    "on and off": (GROUP, "/ON [G] /OFF [G]", True, set()),
    "all off": (GROUP, "/BaseState /OFF", True, set()),
    "all off but this": (GROUP, "/BaseState /OFF /ON [G]", False, set()),
    "all off, on and off": (GROUP, "/BaseState /OFF /ON [G] /OFF [G]", True, set()),
    "unchanged": (GROUP, "/BaseState /Unchanged", False, set()),
    "unchanged, off": (GROUP, "/BaseState /Unchanged /OFF [G]", True, set()),
    "for design": ("<< /Type /OCG /Name (a) /Intent /Design >>", "/OFF [G]", True, {"pdfium"}),
    "for design and view": ("<< /Type /OCG /Name (a) /Intent [/Design /View] >>", "/OFF [G]", True, set()),
    "off in use": (used("/View << /ViewState /OFF >>"), "", True, {"poppler"}),
    "off in use, on": (used("/View << /ViewState /OFF >>"), "/ON [G]", True, {"poppler"}),
    "off in use and off": (used("/View << /ViewState /OFF >>"), "/OFF [G]", True, set()),
    "on in use, off": (used("/View << /ViewState /ON >>"), "/OFF [G]", False, {"poppler"}),
    "on in use, all off": (used("/View << /ViewState /ON >>"), "/BaseState /OFF", False, {"poppler"}),
    "on in use as an event asks": (
        used("/View << /ViewState /ON >>"),
        "/OFF [G] /AS [<< /Event /View /Category [/View] /OCGs [G] >>]",
        False,
        {"poppler"},
    ),
    "odd in use": (used("/View << /ViewState /Foo >>"), "", False, set()),
    "odd in use, off": (used("/View << /ViewState /Foo >>"), "/OFF [G]", True, {"pdfium"}),
    "a string in use": (used("/View << /ViewState (OFF) >>"), "", False, {"pdfium"}),
    "off in print": (used("/Print << /PrintState /OFF >>"), "", False, set()),
    "on in print": (used("/Print << /PrintState /ON >>"), "/OFF [G]", True, set()),
    "off in print as an event asks": (
        used("/Print << /PrintState /OFF >>"),
        "/AS [<< /Event /Print /Category [/Print] /OCGs [G] >>]",
        False,
        set(),
    ),
    "off in export": (used("/Export << /ExportState /OFF >>"), "", False, set()),
    "off when small": (
        used("/Zoom << /min 10 >>"),
        "/AS [<< /Event /View /Category [/Zoom] /OCGs [G] >>]",
        False,
        set(),
    ),
    "of no type": ("<< /Name (a) >>", "/OFF [G]", True, {"mupdf"}),
    "of another type": ("<< /Type /Foo /Name (a) >>", "/OFF [G]", False, {"poppler"}),
    "no dictionary": ("(a)", "/OFF [G]", False, set()),
}


@pytest.mark.parametrize("name", GROUPS)
def test_groups(name: str) -> None:
    """At least two of three viewers agree with us; which one does not is known."""
    entries, default, off, differs = GROUPS[name]
    pdf = document(configured("100 0 R", default.replace("[G]", "[100 0 R]")), {name: entries})
    assert off_to_us(pdf, 1) == [off]
    (inks,) = drawn(pdf)
    assert {viewer for viewer, ink in inks.items() if (ink is None) is not off} == differs
    assert len(differs) < 2


@pytest.mark.parametrize("groups", ["", "10 0 R", "[11 0 R]", "null", "(11)"])
def test_a_group_that_is_not_listed_is_on(groups: str) -> None:
    pdf = document(configured(groups, "/OFF [100 0 R] /BaseState /OFF"), {"": GROUP})
    assert off_to_us(pdf, 1) == [False]
    assert all(drawn(pdf)[0].values())


@pytest.mark.parametrize(
    "properties",
    [
        "",
        "/OCProperties << /OCGs [100 0 R] >>",
        "/OCProperties << /OCGs [100 0 R] /D null >>",
        "/OCProperties << /OCGs [100 0 R] /D [/OFF] >>",
        "/OCProperties << /OCGs [100 0 R] /D << /OFF 100 0 R >> >>",
        "/OCProperties << /OCGs [100 0 R] /D << /OFF [[100 0 R]] >> >>",
    ],
)
def test_nothing_is_off(properties: str) -> None:
    pdf = document(properties, {"": GROUP})
    assert off_to_us(pdf, 1) == [False]
    assert all(drawn(pdf)[0].values())


def test_without_layers_nothing_is_looked_at() -> None:
    with PdfFile(document("", {"": GROUP})) as file:
        assert Layers.read(file).none
        before = file.objects_read
        assert not Layers.read(file).is_off(Ref(100, 0))
        assert file.objects_read == before
    with PdfFile(document(configured(), {"": GROUP})) as file:
        assert not Layers.read(file).none


@pytest.mark.parametrize("value", [None, 1, True, b"x", Name("OC"), [Ref(11, 0)], {}, Ref(99, 0), Ref(3, 0)])
def test_what_is_no_membership(value: object) -> None:
    with PdfFile(document(configured(), {})) as file:
        assert not Layers.read(file).is_off(value)  # type: ignore[arg-type]


# ---- membership


def allowed(policy: str, groups: str) -> str:
    return f"/OCGs {groups.replace('on', '10 0 R').replace('off', '11 0 R')} /P /{policy}"


# Whether content of this membership dictionary is off. PDFium and poppler agree, but where it is said.
POLICIES: dict[str, tuple[str, bool]] = {
    f"{policy} {groups}": (allowed(policy, groups), off)
    for groups, answers in {
        #            AnyOn  AllOn  AnyOff AllOff
        "[on off]": (False, True, False, True),
        "[off on]": (False, True, False, True),
        "[off]": (True, True, False, False),
        "[on]": (False, False, True, True),
        "[on on]": (False, False, True, True),
        "[null off]": (True, True, False, False),
        "[null on]": (False, False, True, True),
        "on": (False, False, False, False),
        "off": (True, True, True, True),
    }.items()
    for policy, off in zip(("AnyOn", "AllOn", "AnyOff", "AllOff"), answers, strict=True)
    if groups != "on" or policy in ("AnyOn", "AllOn")  # of a single group PDFium ignores the policy, poppler does not
}
EXPRESSIONS: dict[str, tuple[str, bool]] = {
    "[/And on]": ("/VE [/And 10 0 R]", False),
    "[/And off]": ("/VE [/And 11 0 R]", True),
    "[/And off on]": ("/VE [/And 11 0 R 10 0 R]", True),
    "[/Or off on]": ("/VE [/Or 11 0 R 10 0 R]", False),
    "[/Or off]": ("/VE [/Or 11 0 R]", True),
    "[/Or]": ("/VE [/Or]", True),
    "[/Not off]": ("/VE [/Not 11 0 R]", False),
    "[/Not on]": ("/VE [/Not 10 0 R]", True),
    "[/Not [/Or off on]]": ("/VE [/Not [/Or 11 0 R 10 0 R]]", True),
    "[/And [/Not off] on]": ("/VE [/And [/Not 11 0 R] 10 0 R]", False),
    "by reference": ("/VE 20 0 R", True),
    "an expression wins over groups": ("/VE [/And 11 0 R] /OCGs 10 0 R", True),
    "and over policies": ("/VE [/Not 11 0 R] /OCGs [11 0 R] /P /AllOn", False),
    "null is none": ("/VE null /OCGs 11 0 R", True),
    "a group is none": ("/VE 10 0 R /OCGs 11 0 R", True),
    "of a group that is not listed": ("/VE [/And 21 0 R]", False),
    **{
        f"{depth} levels": (f"/VE {'[/Not ' * depth}[/Or 11 0 R]{']' * depth}", depth % 2 == 0)
        for depth in (1, 2, 30, 31)
    },
}
MEMBERSHIPS = POLICIES | EXPRESSIONS


@cache
def memberships() -> bytes:
    return document(
        configured(),
        {name: f"<< /Type /OCMD {entries} >>" for name, (entries, _) in MEMBERSHIPS.items()},
        {20: "[/Not 21 0 R]", 21: "[/Or 10 0 R]"},
    )


def test_memberships() -> None:
    off = [off for _, off in MEMBERSHIPS.values()]
    assert dict(zip(MEMBERSHIPS, off_to_us(memberships(), len(off)), strict=True)) == dict(
        zip(MEMBERSHIPS, off, strict=True)
    )


@pytest.mark.parametrize("viewer", ["pdfium", "poppler"])
def test_memberships_as_viewers_show_them(viewer: str) -> None:
    """MuPDF reads the policies otherwise, and no expressions."""
    inks = drawn(memberships())
    shown = {name: ink[viewer] is None for name, ink in zip(MEMBERSHIPS, inks, strict=True)}
    assert shown == {name: off for name, (_, off) in MEMBERSHIPS.items()}


@pytest.mark.parametrize(
    "entries",
    [
        "",
        *(
            f"/OCGs {groups} /P /{policy}"
            for groups in ("[]", "[null]", "[99 0 R (x)]")
            for policy in ("AnyOn", "AllOff")
        ),
        "/OCGs [10 0 R 11 0 R] /P /Foo",
        "/OCGs [10 0 R 11 0 R] /P (AllOn)",
        "/VE []",
        "/VE [/Foo 11 0 R]",
        "/VE [/Not]",
        "/VE [/Not 10 0 R 11 0 R]",
        "/VE [/And]",
        "/VE [/And null 10 0 R]",
        "/VE [/Or null 11 0 R]",
        "/VE [/Not [/Not null]]",
        "/VE 20 0 R",
    ],
)
def test_what_says_nothing_is_on(entries: str) -> None:
    pdf = document(configured(), {"": f"<< /Type /OCMD {entries} >>"}, {20: "[/And 20 0 R 10 0 R]"})
    assert off_to_us(pdf, 1) == [False]


def test_a_membership_within_a_dictionary() -> None:
    with PdfFile(document(configured(), {})) as file:
        layers = Layers.read(file)
        assert layers.is_off({"Type": Name("OCMD"), "OCGs": Ref(OFF, 0)})
        assert not layers.is_off({"Type": Name("OCMD"), "OCGs": Ref(ON, 0)})
        assert not layers.is_off({"Type": Name("OCG"), "Name": b"off"})  # a group is an object of its own


# ---- damage and hostile layers


def test_damaged_layers_are_on_and_named() -> None:
    pdf = document(configured(), {"": "<< /Type /OCMD"})
    with PdfFile(pdf) as file:
        layers = Layers.read(file)
        assert layers.is_off(Ref(OFF, 0))
        assert not layers.is_off(Ref(100, 0))
        assert list(layers.damage) == ["SYNTAX"]


@pytest.mark.parametrize(
    "properties", ["/OCProperties 20 0 R", "/OCProperties << /OCGs 20 0 R >>", "/OCProperties << /D 20 0 R >>"]
)
def test_damaged_properties_are_named(properties: str) -> None:
    with PdfFile(document(properties, {}, {20: "<< /D"})) as file:
        layers = Layers.read(file)
        assert layers.none and not layers.is_off(Ref(OFF, 0))
        assert list(layers.damage) == ["SYNTAX"]


def test_expressions_that_multiply_are_bounded() -> None:
    laughs: dict[int, Body] = {number: f"[/And {f'{number + 1} 0 R ' * 20}]" for number in range(20, 40)}
    pdf = document(configured(), {"": "<< /Type /OCMD /VE 20 0 R >>"}, {**laughs, 40: "[/And 10 0 R]"})
    with PdfFile(pdf) as file:
        layers = Layers.read(file)
        assert not layers.is_off(Ref(100, 0))
        assert list(layers.damage) == ["LAYERS_TANGLED"]


def test_long_lists_of_members_are_bounded() -> None:
    objects: dict[int, Body] = {20: "[" + "10 0 R " * 2000 + "]"}
    entries = {str(at): "<< /Type /OCMD /OCGs 20 0 R >>" for at in range(60)}
    with PdfFile(document(configured(), entries, objects)) as file:
        layers = Layers.read(file)
        assert not any(layers.is_off(Ref(100 + 2 * at, 0)) for at in range(60))
        assert list(layers.damage) == ["LAYERS_TANGLED"]


def test_layers_of_a_file_without_a_catalog() -> None:
    pdf = append(b"", {1: "<< >>"}, trailer="/Root 9 0 R")
    with PdfFile(pdf) as file, pytest.raises(es.PdfError):
        Layers.read(file)
