"""Importing modules that bring thousands of others."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from types import ModuleType


def import_large(name: str) -> ModuleType:
    """Import a module without looking for garbage among what it brings: all of it stays.

    Python's collector goes through everything again and again while the number of objects grows: a tenth of the time
    that PyTorch takes to import, a fifth with transformers. What was imported is not looked at later either.

    >>> import_large("json").__name__
    'json'
    """
    if name in sys.modules or not gc.isenabled():
        return import_module(name)
    gc.collect()  # what is garbage now would stay as well
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()
