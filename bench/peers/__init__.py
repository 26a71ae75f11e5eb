"""What others do for the same message: served beside ours, each from its own environment."""
