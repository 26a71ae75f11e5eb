"""Conversations with customers (客户)."""
