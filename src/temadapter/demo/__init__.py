"""The demo: the whole experiment in miniature, from drawing the videos to a report with pictures."""
