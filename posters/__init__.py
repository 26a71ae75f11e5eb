"""Pixels: a spec in, picture bytes out."""
