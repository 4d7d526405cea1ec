"""Homes for keys: one backend, one file, an extra of that name where it needs a dependency."""
