"""Where a tag is printed: fonts, content streams, matching.

what a code prints        encodings, cmaps, truetype, postscript (sources), metrics (sizes); simple_encoding,
                          simple_font, composite_font, glyphs and fonts put them together
where it is printed       operators and inline_image (bytes to instructions), resources, trace (instructions to
                          runs), runs, lines (runs to text)
what is asked, answered   query, match, absence (cheap proofs that a page does not print it), reading_order,
                          page_search, search (the door)
"""
