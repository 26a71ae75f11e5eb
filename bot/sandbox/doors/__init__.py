"""HTTP in: WeChat's API, the control API, the page."""
