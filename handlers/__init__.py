"""What the bot says. Values in, values out."""
