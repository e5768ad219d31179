"""aiogram that is loaded without its validators is the same aiogram."""

import subprocess
import sys

# Every type and method of the Bot API with its fields. An address says nothing of a field.
FIELDS = """
import hashlib, re
from aiogram import methods, types
from pydantic import BaseModel

known = {name: value for part in (types, methods) for name, value in vars(part).items() if name in part.__all__}
models = {name: one for name, one in known.items() if isinstance(one, type) and issubclass(one, BaseModel)}
built = all(model.__pydantic_complete__ for model in models.values())
for model in models.values():
    model.model_rebuild()
shown = sorted(f"{name} {model.__pydantic_complete__} {model.model_fields}" for name, model in models.items())
digest = hashlib.sha256(re.sub(" at 0x[0-9a-f]+", "", "".join(shown)).encode()).hexdigest()
print(built, len(models), digest)
"""
LEAN = f"""
from orbit_entry.runtime.lean_aiogram import import_aiogram

import_aiogram()
from aiogram.methods import SendMessage
from aiogram.types import Poll, Update

chat = {{"id": 1, "type": "private"}}
update = Update.model_validate({{"update_id": 1, "message": {{"message_id": 2, "date": 3, "chat": chat}}}})
call = SendMessage(chat_id=update.message.chat.id, text="x")
print(Poll.__pydantic_complete__, call.chat_id)
{FIELDS}
"""


def test_every_type_is_the_same() -> None:
    """A validator is built when it is first used, from the same fields as aiogram builds it from by itself.

    Each in a process of its own: that of the tests has imported aiogram in one way or the other.
    """
    first, lean = _said(LEAN)
    (plain,) = _said(FIELDS)
    assert first == "False 1"
    assert plain.startswith("True ")
    assert lean == plain.replace("True", "False", 1)


def _said(program: str) -> list[str]:
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], check=True, env=environment, capture_output=True, text=True)
    return done.stdout.splitlines()
