"""Cache, rate limiter and dialogs in Redis: every shop works without them, behind one resilient client."""
