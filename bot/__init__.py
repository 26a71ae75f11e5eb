"""WeChat, HTTP, Redis, rq, the environment and the process."""
