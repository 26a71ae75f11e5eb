"""Order facts, who is paid for them, and when."""
