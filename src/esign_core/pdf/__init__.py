"""The bounded, lazy PDF reader and the incremental writer: the only room that knows PDF syntax.

Reading: `lexer` (tokens to values), `filters` (streams to bytes), `xref` (where objects are), `objects` (the file).
Writing: `update` (one incremental update). Values are in `values`.
"""
