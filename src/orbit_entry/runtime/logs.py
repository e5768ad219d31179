"""Logs as JSON lines on stderr, without secrets."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from orbit_entry.runtime.log_limit import LogLimit

_TOKEN_IN_TEXT = re.compile(r"(?<![0-9])[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")
_LINK = re.compile(r"/s/[A-Za-z0-9_-]{16,}")
_BEARER = re.compile(r"(?i)bearer\s+[A-Za-z0-9._~+/=-]+")


def start_logging(level: str) -> None:
    """Log from *level* on. Libraries log errors only: their lines hold request addresses, and these hold the token."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for handler in logging.getLogger().handlers:
        if not any(isinstance(one, LogLimit) for one in handler.filters):
            handler.addFilter(LogLimit())
    for noisy in ("httpx", "httpcore", "aiogram", "aiohttp", "uvicorn", "asyncio", "taskiq"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            scrub,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def scrub(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask everything that has the shape of a bot token, a bearer token or a subscription link."""
    return {name: scrubbed(value) if isinstance(value, str) else value for name, value in event.items()}


def scrubbed(text: str) -> str:
    """Return *text* with tokens masked."""
    return _BEARER.sub("bearer ***", _LINK.sub("/s/***", _TOKEN_IN_TEXT.sub("***", text)))
