"""`orbit init` at a real terminal: what is secret isn't echoed, and Ctrl-C leaves nothing behind."""

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
from pathlib import Path

from tests.integration.entry.command import clean

_PATIENCE_S = 60
CTRL_C = b"\x03"


class Screen:
    """What the terminal shows. `seen` is all that was read of it."""

    def __init__(self, terminal: int) -> None:
        self.terminal = terminal
        self.seen = ""
        self._after = 0

    def until(self, words: str) -> None:
        """Read on until *words* are shown once more."""
        while (place := self.seen.find(words, self._after)) < 0:
            assert select.select([self.terminal], [], [], _PATIENCE_S)[0], self.seen
            self.seen += os.read(self.terminal, 4096).decode()
        self._after = place + len(words)


def until_unseen(terminal: int) -> None:
    """Return once the terminal echoes nothing."""
    while termios.tcgetattr(terminal)[3] & termios.ECHO:
        select.select([], [], [], 0.01)


def _take_terminal() -> None:
    """In the new process, before its program. A suite that was started in the background ignores Ctrl-C."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_secret_isn_t_echoed_and_ctrl_c_writes_nothing(tmp_path: Path) -> None:
    """A wrong token is refused unseen; Ctrl-C at the next question ends it, with nothing written."""
    ours, theirs = pty.openpty()
    ran = subprocess.Popen(
        [sys.executable, "-m", "orbit_entry", "init"], cwd=tmp_path, env=clean({}), stdin=theirs, stdout=theirs,
        stderr=theirs, start_new_session=True, preexec_fn=_take_terminal,
    )  # fmt: skip
    os.close(theirs)
    screen = Screen(ours)
    try:
        screen.until("compose)")
        os.write(ours, b"hand\n")
        screen.until("BotFather")
        until_unseen(ours)
        os.write(ours, b"canary-token\n")
        screen.until("That isn't a bot token")
        screen.until("BotFather")
        until_unseen(ours)
        os.write(ours, CTRL_C)
        screen.until("Nothing was written.")
        assert ran.wait(_PATIENCE_S) == 130
    finally:
        ran.kill()
        ran.wait()
        os.close(ours)
    assert "canary" not in screen.seen
    assert "Traceback" not in screen.seen
    assert list(tmp_path.iterdir()) == []
