"""Ways to answer with a frozen image-text model, one file each (METHOD.md section 6)."""
