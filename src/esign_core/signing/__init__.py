"""Making signatures: `steps` (prepare, complete), `drivers` (the key in between), over the update that `widget` and
`dictionary` write. `values` holds what goes in and comes out."""
