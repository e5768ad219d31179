"""What a person has typed becomes HTML that Telegram takes, whatever stands in it."""

from datetime import UTC, datetime

from aiogram.types import Chat, Message, MessageEntity

from orbit_adapters.telegram.typed_markup import typed_html


def test_nothing_that_was_typed_ends_a_tag() -> None:
    """Tags are shown as typed; a quote in an address or in the name of a language stays inside its attribute."""
    entities = [
        MessageEntity(type="text_link", offset=0, length=4, url='https://a.b/?"><b>&'),
        MessageEntity(type="pre", offset=5, length=4, language='py"><b>'),
        MessageEntity(type="bold", offset=10, length=4),
    ]
    message = Message(
        message_id=1,
        date=datetime(2026, 11, 21, tzinfo=UTC),
        chat=Chat(id=1, type="private"),
        text="site x<y& <b>&",
        entities=entities,
    )
    assert typed_html(message) == (
        '<a href="https://a.b/?&quot;&gt;&lt;b&gt;&amp;">site</a> '
        '<pre><code class="language-py&quot;&gt;&lt;b&gt;">x&lt;y&amp;</code></pre> '
        "<b>&lt;b&gt;&amp;</b>"
    )
