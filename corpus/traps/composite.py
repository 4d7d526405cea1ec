"""Type0 fonts: Identity-H and V, predefined and embedded CMaps, and what each lets one know."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.traps.page import BLACK, HELVETICA, RED, Case, one_page, tounicode
from corpus.traps.programs import ORDER, descriptor, opentype, program, truetype
from corpus.traps.simple import UNICODES
from corpus.writer import Body, stream

SIGN, TEE, DEE, CROSS = (ORDER.index(name) for name in ("numbersign", "t", "d", "X"))


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _identity()
    yield from _predefined()
    yield from _embedded_cmaps()
    yield from _vertical()


def type0(encoding: str, cid: str = "31 0 R", rest: str = "") -> str:
    """A Type0 font's dictionary."""
    return f"<< /Type /Font /Subtype /Type0 /BaseFont /Bars /Encoding {encoding} /DescendantFonts [{cid}] {rest} >>"


def descendant(
    kind: str = "CIDFontType2", order: str = "Identity", rest: str = "/CIDToGIDMap /Identity", embedded: bool = True
) -> str:
    """A CID font's dictionary, every glyph 600 wide; its descriptor is object 32."""
    file = "/FontDescriptor 32 0 R" if embedded else "/FontDescriptor 35 0 R"
    return (
        f"<< /Type /Font /Subtype /{kind} /BaseFont /Bars /CIDSystemInfo << /Registry (Adobe) /Ordering ({order}) "
        f"/Supplement 0 >> /DW 600 {rest} {file} >>"
    )


def _printed(
    name: str,
    font: str,
    why: str,
    shown: str,
    *,
    objects: dict[int, Body],
    tag: str = "#",
    tags: int = 1,
    **more: object,
) -> Case:
    content = f"{RED} BT /F1 20 Tf 100 150 Td {shown} ET"
    return Case(name, one_page(content, fonts={"F1": font}, objects=objects), tags, why, tag, **more)  # type: ignore[arg-type]


def _bars(data: bytes | None = None, cid: str | None = None) -> dict[int, Body]:
    return {
        31: cid or descendant(),
        32: descriptor(4, "/FontFile2 33 0 R"),
        33: program(truetype(UNICODES) if data is None else data),
    }


def glyphs(*numbers: int) -> str:
    """Codes of two bytes, shown."""
    return "<" + "".join(f"{number:04X}" for number in numbers) + "> Tj"


def _identity() -> Iterator[Case]:
    said: dict[int, Body] = {
        30: tounicode(f"3 beginbfchar <{SIGN:04X}> <0023> <{TEE:04X}> <0074> <{DEE:04X}> <0064> endbfchar")
    }
    word = glyphs(SIGN, TEE, TEE, DEE)
    font = type0("/Identity-H", rest="/ToUnicode 30 0 R")
    yield _printed("raw_cid_tounicode", font, "Identity-H with ToUnicode", word, tag="#ttd", objects=said | _bars())
    bare = type0("/Identity-H")
    yield _printed("raw_cid_notounicode", bare, "Identity-H without ToUnicode: only the font's cmap tells", word,
                   tag="#ttd", objects=_bars())  # fmt: skip
    useless: dict[int, Body] = {30: tounicode("1 beginbfchar <0100> <0041> endbfchar")}
    yield _printed("raw_cid_useless", font, "a useless ToUnicode does not hide the font's cmap", word, tag="#ttd",
                   objects=useless | _bars())  # fmt: skip
    mapped = bytes(2 * 0x23) + bytes([0, CROSS])
    moved = _bars(cid=descendant(rest="/CIDToGIDMap 34 0 R"))
    yield _printed("raw_real_cidcode", bare, "Identity-H without ToUnicode: CID 0x23 prints a cross", glyphs(0x23),
                   tags=0, proof="other ink", objects=moved | {34: stream(mapped)})  # fmt: skip
    mapped = bytes(2 * 0x41) + bytes([0, SIGN])
    yield _printed(
        "raw_cid_map",
        bare,
        "a CIDToGIDMap leads to the number sign",
        glyphs(0x41),
        objects=moved | {34: stream(mapped)},
    )
    nameless = _bars(truetype(names=False))
    yield _printed("raw_cid_nothing", bare, "neither ToUnicode nor cmap: nobody knows, so no tag", glyphs(SIGN), tags=0,
                   objects=nameless, proof="policy")  # fmt: skip
    ascii_map = bytes(2 * 0x23) + bytes([0, SIGN])
    guess = _bars(truetype(names=False), descendant(rest="/CIDToGIDMap 34 0 R")) | {34: stream(ascii_map)}
    yield _printed("raw_guess", bare, "a code that looks like ASCII is a guess: left out", glyphs(0x23), tags=0,
                   objects=guess, proof="policy")  # fmt: skip
    yield _printed(
        "raw_guess_option", bare, "the option `guessed`", glyphs(0x23), objects=guess, options={"guessed": True}
    )
    opened: dict[int, Body] = {
        31: descendant("CIDFontType0", rest=""),
        32: descriptor(4, "/FontFile3 33 0 R"),
        33: program(opentype(UNICODES), "OpenType"),
    }
    yield _printed(
        "raw_cid_opentype", bare, "OpenType with CFF outlines, no ToUnicode", word, tag="#ttd", objects=opened
    )
    wide: dict[int, Body] = {30: tounicode(f"1 beginbfchar <{SIGN:04X}> <D83DDE00> endbfchar")}
    yield _printed(
        "raw_surrogates",
        font,
        "ToUnicode with a surrogate pair",
        glyphs(SIGN),
        tag="\U0001f600",
        objects=wide | _bars(),
    )
    kerned = f"[<{SIGN:04X}> 30 <{TEE:04X}> -20 <{TEE:04X}{DEE:04X}>] TJ"
    yield _printed(
        "raw_real_word", font, "Word: Identity-H with ToUnicode, kerned", kerned, tag="#ttd", objects=said | _bars()
    )
    w = _bars(cid=descendant(rest=f"/CIDToGIDMap /Identity /W [{SIGN} [600 500] {DEE} {DEE} 550]"))
    yield _printed("raw_cid_widths", font, "widths in both forms of /W", word, tag="#ttd", objects=said | w)


def _predefined() -> Iterator[Case]:
    for name, order, code in (
        ("GBK-EUC-H", "GB1", "23"),
        ("GBKp-EUC-H", "GB1", "23"),
        ("UniGB-UCS2-H", "GB1", "0023"),
        ("ETen-B5-H", "CNS1", "23"),
        ("UniCNS-UTF16-H", "CNS1", "0023"),
        ("90ms-RKSJ-H", "Japan1", "23"),
        ("UniJIS-UTF16-H", "Japan1", "0023"),
        ("KSCms-UHC-H", "Korea1", "23"),
        ("UniKS-UCS2-H", "Korea1", "0023"),
    ):
        objects: dict[int, Body] = {
            31: descendant("CIDFontType0", order, "", embedded=False),
            35: descriptor(6, base="STSong-Light"),
        }
        yield _printed(f"raw_predef_{name.replace('-', '_')}", type0(f"/{name}"), "a predefined CMap, not embedded",
                       f"<{code}> Tj", objects=objects)  # fmt: skip


def _cmap(body: str, more: str = "", entries: str = "") -> bytes:
    return stream(
        f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap {more}\n/CMapName /Bars def\n{body}\n"
        "endcmap end end",
        f"/Type /CMap /CMapName /Bars {entries}",
    )


def _embedded_cmaps() -> Iterator[Case]:
    font = type0("34 0 R")
    said: dict[int, Body] = {30: tounicode("1 beginbfchar <41> <0023> endbfchar")}
    one_byte = f"1 begincodespacerange <00> <FF> endcodespacerange\n1 begincidchar <41> {SIGN} endcidchar"
    yield _printed(
        "raw_cmap_embedded",
        font,
        "an embedded CMap with codes of one byte",
        "(A) Tj",
        objects=_bars() | {34: _cmap(one_byte)},
    )
    with_map = type0("34 0 R", rest="/ToUnicode 30 0 R")
    yield _printed(
        "raw_cmap_tounicode",
        with_map,
        "the same with ToUnicode",
        "(A) Tj",
        objects=said | _bars() | {34: _cmap(one_byte)},
    )
    mixed = (
        "2 begincodespacerange <00> <80> <8140> <FEFE> endcodespacerange\n"
        f"1 begincidchar <41> {TEE} endcidchar\n1 begincidrange <8140> <8141> {SIGN} endcidrange"
    )
    yield _printed(
        "raw_cmap_mixed",
        font,
        "codes of one and of two bytes",
        "<4181404141> Tj",
        tag="t#tt",
        objects=_bars() | {34: _cmap(mixed)},
    )
    base = _cmap("1 begincodespacerange <0000> <FFFF> endcodespacerange\n1 begincidrange <0000> <FFFF> 0 endcidrange")
    using = _cmap(f"1 begincidchar <0041> {SIGN} endcidchar", "/Base usecmap", "/UseCMap 36 0 R")
    yield _printed(
        "raw_cmap_usecmap",
        font,
        "a CMap that builds on another",
        glyphs(0x41, TEE),
        tag="#t",
        objects=_bars() | {34: using, 36: base},
    )


def _vertical() -> Iterator[Case]:
    said: dict[int, Body] = {
        30: tounicode(f"3 beginbfchar <{SIGN:04X}> <0023> <{TEE:04X}> <0074> <{DEE:04X}> <0064> endbfchar")
    }
    font = type0("/Identity-V", rest="/ToUnicode 30 0 R")
    yield _printed(
        "raw_vertical", font, "written downwards", glyphs(SIGN, TEE, TEE, DEE), tag="#ttd", objects=said | _bars()
    )
    yield _printed("raw_vertical_one", font, "one character, written downwards", glyphs(SIGN), objects=said | _bars())
    moved = _bars(cid=descendant(rest="/CIDToGIDMap /Identity /DW2 [500 -800]"))
    yield _printed(
        "raw_vertical_dw2",
        font,
        "written downwards with metrics of its own",
        glyphs(SIGN, TEE, DEE),
        tag="#td",
        objects=said | moved,
    )
    content = f"BT /F2 20 Tf 60 150 Td (ab) Tj /F1 20 Tf {RED} {glyphs(SIGN)} {BLACK} /F2 20 Tf 30 0 Td (cd) Tj ET"
    pdf = one_page(content, fonts={"F1": font, "F2": HELVETICA}, objects=said | _bars())
    yield Case("raw_vertical_mixed", pdf, 1, "a vertical font in a horizontal line")
    letters = " ".join(f"1 0 0 1 {x} 150 Tm {glyphs(number)}" for x, number in ((100, SIGN), (112, TEE), (124, DEE)))
    pdf = one_page(f"{RED} BT /F1 20 Tf {letters} ET", fonts={"F1": font}, objects=said | _bars())
    yield Case("raw_vertical_across", pdf, 1, "glyphs of a vertical font, placed side by side", "#td")
