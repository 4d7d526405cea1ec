"""Judging what others signed: the twin of `signing`.

`gather` turns bytes into `facts`, `judge` turns facts into an indication with all its reasons (ETSI EN 319 102-1),
`report` holds the result, `wording` says it in English and Indonesian; `verifier` is the public door over them.
`trust` reads anchors and outside evidence once per call, `hashing` reads the document once for all its digests.
"""
