"""Conversations that anybody may have."""
