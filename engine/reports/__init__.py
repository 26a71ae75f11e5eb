"""What promoters and the merchant read."""
