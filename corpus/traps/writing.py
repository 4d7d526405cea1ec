"""How a tag may be written in a content stream: split, spaced, turned, painted and hidden."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.traps.page import BLACK, BLUE, RED, Case, one_page, text_at

TIMES = "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>"


def at(shown: str, size: float = 20, x: float = 100, y: float = 150) -> str:
    """Show operators from a place on."""
    return f"BT /F1 {size:g} Tf {x:g} {y:g} Td {shown} ET\n"


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _strings()
    yield from _splits()
    yield from _lines()
    yield from _gaps()
    yield from _state()
    yield from _matrices()
    yield from _painting()
    yield from _syntax()


def _one(name: str, content: str, why: str, tag: str = "#", tags: int = 1) -> Case:
    return Case(name, one_page(RED + content), tags, why, tag)


def _strings() -> Iterator[Case]:
    yield _one("raw_plain", at("(#) Tj"), "the simplest there is")
    yield _one("raw_word", at("(#ttd) Tj"), "a tag of several characters", "#ttd")
    yield _one("raw_braces", at("(${ttd_1}) Tj"), "a tag as templates have it", "${ttd_1}")
    yield _one("raw_brackets", at("([qr_bsre]) Tj"), "a tag as templates have it", "[qr_bsre]")
    yield _one("raw_dollar", at("($) Tj"), "one character", "$")
    for name, tag, width in (("raw_tilde", "~", 0.584), ("raw_caret", "^", 0.469)):
        box = (100, 150 - 60 * 0.207, 100 + 60 * width, 150 + 60 * 0.718)  # Helvetica's width, descent and ascent
        yield Case(name, one_page(RED + at(f"({tag}) Tj", 60)), 1, "one character, little ink", tag, boxes=(box,))
    yield _one("raw_hexstring", at("<23747464> Tj"), "a hexadecimal string", "#ttd")
    yield _one("raw_hexspace", at("<2 3 74\n74 6 4> Tj"), "white space inside a hexadecimal string", "#ttd")
    yield Case(
        "raw_hexodd", one_page(at(f"{BLACK} <23> Tj {RED} <5> Tj")), 1, "an odd hexadecimal digit: <5> is 0x50", "P"
    )
    yield _one("raw_octal", at(r"(\043t\164d) Tj"), "octal escapes", "#ttd")
    yield _one("raw_octal_short", at(r"(\43t) Tj"), "an octal escape of two digits", "#t")
    yield _one("raw_escapes", at("(\\#t\\\ntd) Tj"), "a useless backslash, and one at a line's end", "#ttd")
    yield _one("raw_parentheses", at("(#(t)td) Tj"), "balanced parentheses need no backslash", "#(t)td")
    yield _one("raw_squoteop", at("20 TL (#) '"), "the operator '")
    yield _one("raw_dquoteop", at('20 TL 5 2 (#ttd) "'), 'the operator " with spacings', "#ttd")


def _splits() -> Iterator[Case]:
    yield _one("raw_tj_kerning", at("[(#) -30 (t) 40 (t) -20 (d)] TJ"), "split by kerning", "#ttd")
    yield _one("raw_several_tj", at("(#) Tj (t) Tj (td) Tj"), "split over show operators", "#ttd")
    letters = "".join(f"BT /F1 20 Tf 1 0 0 1 {x} 150 Tm ({c}) Tj ET " for x, c in ((100, "#"), (111, "t"), (117, "d")))
    yield _one("raw_bt_per_glyph", letters, "a text object for each glyph, as Chromium writes", "#td")
    backwards = "".join(f"BT /F1 20 Tf {x} 150 Td ({c}) Tj ET " for x, c in ((117, "d"), (111, "t"), (100, "#")))
    yield _one("raw_backwards", backwards, "drawn from right to left: places decide, not the order", "#td")
    yield _one("raw_td_per_glyph", at("(#) Tj 11 0 Td (t) Tj 6 0 Td (d) Tj"), "a Td for each glyph", "#td")
    two = RED + "BT /F1 20 Tf 100 150 Td (#t) Tj /F2 20 Tf (td) Tj ET"
    yield Case(
        "raw_font_inside", one_page(two, fonts={"F1": _HELVETICA, "F2": TIMES}), 1, "the font changes inside", "#ttd"
    )
    sizes = RED + "BT /F1 20 Tf 100 150 Td (#t) Tj /F1 18 Tf (td) Tj ET"
    yield Case("raw_size_inside", one_page(sizes), 1, "the size changes inside", "#ttd")
    yield Case(
        "raw_split_colour",
        one_page(at(f"{BLACK} (Tanda: ) Tj {RED} (#t) Tj 0.9 0 0 rg (td) Tj {BLACK} ( disini) Tj")),
        1,
        "colour changes inside, words on both sides",
        "#ttd",
    )
    leading = at(f"{BLACK} (C) Tj {RED} [-3000 (#tt) -50 (d)] TJ")
    yield Case("raw_leading_shift", one_page(leading), 1, "a shift in front of the first glyph", "#ttd")
    clash = (
        f"{BLACK} BT /F1 20 Tf 100 150 Td (No) Tj ET {RED} BT /F1 20 Tf 130 150 Td (#) Tj ET "
        f"BT /F1 20 Tf 100 150 Td [-2055.6 (ttd)] TJ ET"
    )
    yield Case("raw_leading_shift_clash", one_page(clash), 1, "a run that seems to begin where others stand", "#ttd")


_HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def _lines() -> Iterator[Case]:
    yield _one("raw_tstar", at("18 TL (#) Tj T* 0 g (x) Tj"), "the operator T*")
    yield Case(
        "raw_TD", one_page(at(f"{BLACK} (x) Tj 0 -30 TD {RED} (#) Tj {BLACK} T* (y) Tj")), 1, "TD sets the leading"
    )
    yield Case(
        "raw_multi_linebreak",
        one_page(RED + at("24 TL (#t) Tj T* (td) Tj")),
        0,
        "broken over two lines: no tag, by policy",
        "#ttd",
        proof="policy",
    )
    yield Case(
        "raw_multi_overlap",
        one_page(at(f"{RED} (##) Tj {BLUE} (##) Tj")),
        2,
        "four signs hold the tag twice: occurrences do not overlap",
        "##",
    )
    order = f"{BLUE} {text_at(200, 150, '#', 20)} {RED} {text_at(100, 154, '#', 20)}"
    yield Case("raw_order_row", one_page(order), 2, "side by side, the right one drawn first and a little lower")
    order = f"{BLUE} {text_at(100, 80, '#', 20)} {RED} {text_at(200, 200, '#', 20)}"
    yield Case("raw_order_down", one_page(order), 2, "one below the other, the lower one drawn first")
    rise = at(f"{BLACK} (x) Tj 5 Ts {RED} (#ttd) Tj 0 Ts {BLACK} (y) Tj")
    yield Case("raw_rise", one_page(rise), 1, "raised as a whole", "#ttd")


def _gaps() -> Iterator[Case]:
    yield _one("raw_space_in_tag", at("(# ttd) Tj"), "a space in the tag", "# ttd")
    yield _one("raw_gapspace", at("[(#) -350 (ttd)] TJ"), "a space in the tag, written as a gap", "# ttd")
    for name, kern, why in (
        ("raw_gapnospace", 400, "a gap as wide as a space ends the tag"),
        ("raw_real_texgap", 333, "TeX writes spaces as gaps of a third of an em"),
        ("raw_real_texgap_tight", 184, "TeX makes them narrower in a tight line: 0.184 em (the Debian policy manual)"),
    ):
        yield Case(name, one_page(RED + at(f"[(#t) -{kern} (td)] TJ")), 0, why, "#ttd", proof="policy")
    apart = RED + text_at(100, 150, "att", 20) + text_at(128.5, 150, "det", 20)
    yield Case("raw_att_det", one_page(apart), 0, "`ttd` is not in `att det`", "ttd", proof="policy")
    apart = RED + at("(att det) Tj")
    yield Case("raw_att_det_space", one_page(apart), 0, "`ttd` is not in `att det`", "ttd", proof="policy")
    yield _one("raw_justified", at("2 Tc (#ttd) Tj"), "letter-spaced by 2 units", "#ttd")
    yield _one("raw_spaced_wide", at("6 Tc (#ttd) Tj"), "letter-spaced evenly by 0.3 em", "#ttd")
    yield _one("raw_spaced_tj", at("[(#) -250 (t) -250 (t) -250 (d)] TJ"), "letter-spaced by shifts", "#ttd")
    yield _one("raw_tightened", at("-1 Tc (#ttd) Tj"), "letters drawn together", "#ttd")
    yield _one("raw_word_spacing", at("10 Tw (# ttd) Tj"), "word spacing", "# ttd")
    layered = RED + text_at(100, 150, "#ttd", 20) + text_at(107, 150, "   ", 20)
    yield Case("raw_real_layeredspace", one_page(layered), 1, "spaces drawn over the letters of the word", "#ttd")
    between = RED + text_at(100, 150, "#t", 20) + text_at(116.68, 150, " ", 20) + text_at(116.68, 150, "td", 20)
    yield Case("raw_space_no_room", one_page(between), 1, "a space glyph between letters that touch", "#ttd")


def _state() -> Iterator[Case]:
    yield _one("raw_tz", at("50 Tz (#ttd) Tj"), "half as wide", "#ttd")
    yield _one("raw_tz_wide", at("200 Tz (#ttd) Tj"), "twice as wide", "#ttd")
    yield _one("raw_tz_mirror", at("-100 Tz (#ttd) Tj", x=200), "mirrored by a negative scale", "#ttd")
    yield _one("raw_ts", at("8 Ts (#) Tj"), "raised")
    yield _one(
        "raw_negsize",
        at("-20 Tf", 20).replace("-20 Tf", "/F1 -20 Tf (#ttd) Tj"),
        "a negative size: upside down",
        "#ttd",
    )
    flipped = "BT /F1 -20 Tf -1 0 0 -1 100 150 Tm (#ttd) Tj ET"
    yield _one("raw_negsize_upright", flipped, "a negative size, turned upright again", "#ttd")
    yield _one("raw_size_in_tm", "BT /F1 1 Tf 20 0 0 20 100 150 Tm (#ttd) Tj ET", "the size is in the matrix", "#ttd")
    yield _one("raw_small", at("(#) Tj", 2), "2 units high")
    yield _one("raw_large", at("(#) Tj", 250, 60, 60), "250 units high")
    state = "/ExtGState << /G << /Font [30 0 R 20] >> >>"
    content = RED + "/G gs BT 100 150 Td (#) Tj ET"
    pdf = one_page(content, fonts={}, resources=state, objects={30: _HELVETICA})
    yield Case("raw_gs_font", pdf, 1, "font and size from a graphics state dictionary")
    kept = RED + f"/F1 20 Tf q /F1 5 Tf Q {BLACK} BT 20 20 Td (x) Tj ET {RED} BT 100 150 Td (#) Tj ET"
    yield Case("raw_q_font", one_page(kept), 1, "q and Q keep the font")
    yield Case("raw_nosize", one_page(RED + at("(#) Tj", 0)), 0, "size 0: nothing is printed", proof="no ink")


def _matrices() -> Iterator[Case]:
    turned = {
        "raw_tm45": ".7071 .7071 -.7071 .7071 120 120",
        "raw_tm90": "0 1 -1 0 150 120",
        "raw_tm180": "-1 0 0 -1 200 150",
        "raw_tm270": "0 -1 1 0 150 200",
        "raw_slanted": "1 0 .4 1 100 150",
        "raw_mirrored": "-1 0 0 1 200 150",
        "raw_upside": "1 0 0 -1 100 150",
        "raw_stretched": "1 0 0 3 100 150",
    }
    for name, matrix in turned.items():
        yield _one(name, f"BT /F1 20 Tf {matrix} Tm (#ttd) Tj ET", f"text matrix {matrix}", "#ttd")
    yield _one("raw_tm45_single", f"BT /F1 20 Tf {turned['raw_tm45']} Tm (#) Tj ET", "one character at 45 degrees")
    letters = "".join(
        f"BT /F1 20 Tf 0 1 -1 0 150 {y} Tm ({c}) Tj ET " for y, c in ((120, "#"), (131.12, "t"), (136.68, "d"))
    )
    yield _one("raw_tm90_glyphs", letters, "upwards, a text object for each glyph", "#td")
    yield _one("raw_cm", f"q 2 0 0 2 0 0 cm {at('(#) Tj', 10, 50, 75)} Q", "scaled by cm")
    yield _one("raw_cm_nested", f"q 1 0 0 1 50 50 cm q .5 0 0 .5 10 10 cm {at('(#) Tj', 40)} Q Q", "cm in cm")
    skia = "q .75 0 0 -.75 0 300 cm q 1 0 0 1 0 0 cm BT /F1 1 Tf 26 0 0 -26 130 200 Tm (#t) Tj 1 0 0 1 0 0 Tm ET Q Q"
    yield _one("raw_real_chromium", skia, "Skia: the page flipped and scaled, the text flipped back", "#t")
    yield _one("raw_unbalq", f"q q 1 0 0 1 20 0 cm {at('(#) Tj')}", "q without Q")
    yield _one("raw_unbalQ", f"Q Q Q {at('(#) Tj')}", "Q without q")


def _painting() -> Iterator[Case]:
    for mode, why in ((1, "outlines"), (2, "filled outlines"), (5, "outlines that clip")):
        yield _one(f"raw_tr{mode}", at(f"{mode} Tr (#) Tj"), f"rendering mode {mode}: {why}")
    for mode in (3, 7):
        pdf = one_page(RED + at(f"{mode} Tr (#) Tj"))
        shown = one_page(RED + at("(#) Tj"))
        yield Case(f"raw_tr{mode}", pdf, 0, f"rendering mode {mode}: not painted", proof="no ink")
        yield Case(f"raw_tr{mode}_hidden", pdf, 1, "the option `hidden`", options={"hidden": True}, shown=shown)
    twice = at("(#ttd) Tj") + at("(#ttd) Tj", x=100.3)
    yield _one("raw_bold2", twice, "false bold: drawn twice 0.3 units apart is one tag", "#ttd")
    thrice = at("(#) Tj") + at("(#) Tj", x=100.2) + at("(#) Tj", y=150.2)
    yield _one("raw_bold3", thrice, "drawn three times")
    yield _one("raw_twice", at("(#) Tj") * 2, "drawn twice at the same place")
    seen = at("(#) Tj")
    yield Case(
        "raw_clipped",
        one_page(f"{RED} q 0 0 10 10 re W n {seen} Q"),
        1,
        "clipped away: counts, clipping is not looked at",
        shown=one_page(RED + seen),
    )
    yield Case(
        "raw_covered",
        one_page(f"{RED} {seen} 1 g 90 140 60 40 re f"),
        1,
        "painted over: counts, covering is not looked at",
        shown=one_page(RED + seen),
    )
    yield Case(
        "raw_white",
        one_page(f"1 g {seen}"),
        1,
        "white on white: counts, colour is not looked at",
        shown=one_page(RED + seen),
    )


def _syntax() -> Iterator[Case]:
    yield _one("raw_glued", "BT/F1 20 Tf 100 150 Td(#)Tj/F1 20 Tf<74>Tj ET", "no white space that is not needed", "#t")
    yield Case("raw_comment", one_page(f"{RED} % (#) Tj\n{at('(#) Tj')}"), 1, "a comment with a tag in it")
    yield Case("raw_in_comment", one_page(RED + at("% (#) Tj\n")), 0, "only a comment has the tag", proof="no ink")
    yield _one("raw_noET", "BT /F1 20 Tf 100 150 Td (#) Tj", "ET is missing")
    yield _one("raw_noBT", "/F1 20 Tf 1 0 0 1 100 150 cm (#) Tj", "no BT at all")
    yield _one("raw_numbers", "BT /F1 20. Tf +100 150.00 Td -.0 Tc (#) Tj ET", "numbers as 20. and -.0")
    yield _one("raw_unknown_ops", f"BX 1 2 foo (#) bar EX {at('(#) Tj')}", "operators nobody knows, between BX and EX")
    image = b"q 1 0 0 1 20 20 cm BI /W 4 /H 4 /BPC 8 /CS /G ID (#) Tj ET BT # #\nEI Q\n"
    yield Case(
        "raw_inline_image",
        one_page(image + (RED + at("(#) Tj")).encode()),
        1,
        "an inline image whose data look like text",
    )
    only = b"q 20 0 0 20 20 20 cm BI /W 4 /H 4 /BPC 8 /CS /G ID (#) Tj ET BT # #\nEI Q\n"
    yield Case("raw_in_image", one_page(only), 0, "only an inline image's data hold it", proof="no ink")
    torn = b"q 20 0 0 20 20 20 cm BI /W 4 /H 4 /BPC 8 /CS /G ID 12 EI 45 EI 890.\nEI Q\n"
    yield Case("raw_image_ei", one_page(torn + (RED + at("(#) Tj")).encode()), 1, "EI inside an inline image's data")
    filtered = b"q 20 0 0 20 20 20 cm BI /W 2 /H 2 /BPC 8 /CS /G /F /AHx ID 2823 2920>\nEI Q\n"
    yield Case(
        "raw_image_filter", one_page(filtered + (RED + at("(#) Tj")).encode()), 1, "an inline image with a filter"
    )
    marked = f"/P << /MCID 0 >> BDC {RED} {at('(#) Tj')} EMC /Span BMC {BLACK} {at('(x) Tj', y=100)} EMC"
    yield Case("raw_marked", one_page(marked), 1, "marked content")
