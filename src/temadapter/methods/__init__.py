"""Ways to answer with a frozen image-text model, one file each (docs/methods.md)."""
