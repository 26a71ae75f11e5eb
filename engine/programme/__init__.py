"""The programme's own rules: settings, products, groups, recruiting, promoters."""
