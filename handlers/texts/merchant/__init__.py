"""What the merchant reads, a module for each of the rooms of `handlers/merchant`."""
