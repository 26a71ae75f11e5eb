"""WeChat as an outside service."""
