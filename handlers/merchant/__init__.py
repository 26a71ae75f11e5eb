"""Conversations with the merchant and staff (商家)."""
