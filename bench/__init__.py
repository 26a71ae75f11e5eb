"""Measured on this machine, side by side: `make bench`."""
