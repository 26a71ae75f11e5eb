"""The double-entry book (账本)."""
