"""Which moments of a video an answer rests on."""
