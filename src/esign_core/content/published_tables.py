"""Tables that pdfminer.six carries in modules of their own, read without the rest of it.

To import its package takes longer, and more memory, than finding a tag in most documents: it asks for its own version.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from types import ModuleType


@cache
def published(name: str) -> ModuleType:
    """The module of this name in pdfminer.six, which must import nothing else of it. ImportError where it is not."""
    full_name = f"pdfminer.{name}"
    if full_name in sys.modules:
        return sys.modules[full_name]
    package = find_spec("pdfminer")
    for folder in (package and package.submodule_search_locations) or ():
        spec = spec_from_file_location(full_name, f"{folder}/{name}.py")
        if spec is not None and spec.loader is not None:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    raise ImportError("pdfminer.six is not installed: pip install pdfminer.six", name="pdfminer")
