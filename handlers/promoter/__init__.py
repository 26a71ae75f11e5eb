"""Conversations with promoters (推广员)."""
