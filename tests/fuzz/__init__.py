"""A seeded campaign of broken files, kills, full disks and attacks: `python -m fuzz` (docs/reliability.md)."""
