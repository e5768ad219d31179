"""The call that the answer to a webhook may name: Telegram makes it itself, which saves a request.

Its outcome isn't told, so it is for what nothing depends on. Source: core.telegram.org/bots/faq, "How can I make
requests in response to updates?".
"""

import json
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class WebhookReply:
    """What the update in hand is answered with; `body` is empty until a call is put into it."""

    body: bytes = b""

    def take(self, method: str, **values: str | None) -> bool:
        """Whether the call travels with the answer. Only one can."""
        if self.body:
            return False
        given = {name: value for name, value in values.items() if value is not None}
        self.body = json.dumps({"method": method, **given}, ensure_ascii=False).encode()
        return True


WEBHOOK_REPLY: ContextVar[WebhookReply | None] = ContextVar("webhook_reply", default=None)
"""The reply of the update in hand. None where updates are fetched, or where nobody will read one."""
