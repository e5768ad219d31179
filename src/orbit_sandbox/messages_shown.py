"""What a customer has on the screen, for whoever plays one."""

from collections.abc import Iterator

from orbit_sandbox.telegram.world import BotApiWorld


def messages_of(world: BotApiWorld, customer_id: int) -> list[str]:
    """The texts of the bot's messages, newest first."""
    with world.lock:
        chat = world.chats.get(customer_id)
        messages = list(chat.messages.values()) if chat else []
        return [message.content.words.text for message in reversed(messages) if message.from_bot]


def buttons(world: BotApiWorld, customer_id: int, word: str) -> Iterator[tuple[int, str]]:
    """Callback buttons whose data are *word* or begin with it, as (message, data), newest message first."""
    with world.lock:
        chat = world.chats.get(customer_id)
        messages = list(chat.messages.values()) if chat else []
        found = [
            (message.id, key.data)
            for message in reversed(messages)
            for row in message.content.keyboard
            for key in row
            if key.kind == "callback" and (key.data == word or key.data.startswith(word))
        ]
    return iter(found)
