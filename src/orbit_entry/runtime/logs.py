"""Logs on stderr, one line for each event, without secrets: JSON for machines, or words for a console.

Every line names the piece of work that it belongs to (`request_id`), and the one that has asked for that (`cause`).
"""

import logging
import sys
from collections.abc import MutableMapping, Sequence
from typing import Any, Literal

import structlog
from structlog.typing import Processor

from orbit_adapters.tracing.request_id import request_cause, request_id
from orbit_entry.runtime.log_limit import LogLimit
from orbit_entry.runtime.scrubbing import scrubbed

LogFormat = Literal["json", "console"]


class _LibraryHandler(logging.StreamHandler[Any]):
    """Writes what libraries log. There is one in a process."""


def start_logging(level: str, log_format: LogFormat = "json", reporters: Sequence[Processor] = ()) -> None:
    """Log from *level* on. *reporters* see every event before it is written.

    Libraries log warnings, and the noisy ones errors only: their lines hold request addresses, and these the token.
    """
    # An exception is shown with its text and its lines of code, never with the values of its variables.
    ending: list[Processor] = [structlog.processors.format_exc_info, _renderer(log_format), _scrub]
    _log_libraries([_name_logger, *_common(), *reporters], ending)
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *_common(), *reporters, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def name_work(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say which piece of work *event* belongs to."""
    for name, known in (("request_id", request_id()), ("cause", request_cause())):
        if known is not None:
            event.setdefault(name, known)
    return event


def _common() -> list[Processor]:
    return [name_work, structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]


def _renderer(log_format: LogFormat) -> Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
    )


def _scrub(_: Any, __: str, line: Any) -> str:
    """The last step: whatever a value was, it is text now."""
    return scrubbed(line)


def _name_logger(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line of a library says which one it is from."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["logger"] = record.name
    return event


def _log_libraries(beginning: Sequence[Processor], ending: Sequence[Processor]) -> None:
    root = logging.getLogger()
    ours = next((one for one in root.handlers if isinstance(one, _LibraryHandler)), None)
    if ours is None:
        ours = _LibraryHandler(sys.stderr)
        ours.addFilter(LogLimit())
        root.addHandler(ours)
    root.setLevel(logging.WARNING)
    ours.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=list(beginning),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    for noisy in ("httpx", "httpcore", "aiogram", "aiohttp", "uvicorn", "asyncio", "taskiq"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
