"""The one call of the Bot API that the answer to a webhook may carry (docs/decisions/0073)."""

from contextvars import ContextVar

from pydantic_core import to_json


class WebhookReply:
    """Carries one call, which is taken until the answer is sent.

    Telegram performs it and says nothing of its outcome: it is for what may be lost. What comes later goes as a call of
    its own.
    """

    def __init__(self) -> None:
        self._body = b""
        self._is_sent = False

    def stop_spinner(self, tap_id: str) -> bool:
        """Whether the answer will stop the spinner of the tapped button *tap_id*, without a word."""
        if self._is_sent:
            return False
        self._body = self._body or to_json({"method": "answerCallbackQuery", "callback_query_id": tap_id})
        return True

    def body(self) -> bytes:
        """The body of the answer, which is sent now; perhaps an empty one."""
        self._is_sent = True
        return self._body


WEBHOOK_REPLY: ContextVar[WebhookReply | None] = ContextVar("webhook_reply", default=None)
"""The answer to the update in hand. None: it didn't come by a webhook."""
