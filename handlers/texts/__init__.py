"""Every Chinese sentence the bot says."""
