"""The frozen image-text models behind one small protocol: the bundled one, a local folder, the hub."""
