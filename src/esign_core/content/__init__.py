"""Where a tag is printed: fonts, content streams, matching.

what a code prints        fonts (the door), simple_font, composite_font, type3; glyphs (what a font answers)
  sources                 simple_encoding, encodings, standard_names, tounicode, cmaps, predefined_cmaps, ranges,
                          simple_program, cid_program, truetype, postscript, guesses
  sizes                   metrics, simple_metrics, cid_metrics, standard_widths
where it is printed       operators and inline_image (bytes to instructions), resources (what names stand for), marked
                          (layers, ActualText), trace (instructions to shows), shows (kept as written), runs (glyphs)
put together              lines (shows to lines of text), hits (lines to what is searched for)
what is asked, answered   query, unicode_forms, absence (cheap proofs that a page does not print it), match,
                          near_misses, reading_order, page_search, search (the door)
"""
