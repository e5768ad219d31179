"""A PostgreSQL of the tests, which they may stop, kill and restart."""

import asyncio
import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.servers.databases import fetch_value, terminate_backends
from tests.support.servers.server_discovery import Installation
from tests.support.servers.watchdog import ServerFailed, Watchdog, WatchedProcess, data_folder, eventually, free_port

_ROOM_BYTES = 1 << 30
_ATTEMPTS = 5
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    # Shared memory in files of the data folder, so that nothing outlives it even when the server is killed.
    "dynamic_shared_memory_type": "mmap",
    "shared_buffers": "64MB",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
}
# Nothing survives a power cut, and needn't; a killed process loses nothing even so.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresServer:
    """One server with its own data below `folder`, on a port of the kernel's choice, that dies with the tests.

    With *durable* it writes through to the disk, like in production. *settings* go on its command line.
    The port and the data survive `stop`, `kill9` and `restart`; `close` removes them.
    """

    def __init__(
        self,
        installation: Installation,
        *,
        durable: bool = False,
        settings: Mapping[str, str] | None = None,
        port: int = 0,
    ) -> None:
        self.installation = installation
        self._durable = durable
        self._settings = {**_SETTINGS, **({} if durable else _FAST), **(settings or {})}
        self.folder = Path(tempfile.mkdtemp(prefix="orbit-postgres-", dir=data_folder(_ROOM_BYTES)))
        self._data = self.folder / "data"
        # Not in memory, where many machines forbid execution.
        self._refuge = Path(tempfile.gettempdir()) / f"{self.folder.name}-binaries"
        self._watchdog = Watchdog(self.folder, self._refuge)
        self._process = WatchedProcess(self._watchdog, self.folder / "log")
        self._account = account()
        self._password = secrets.token_urlsafe(16)
        self._port = port

    @property
    def url(self) -> str:
        """The address of the database `postgres`, as Orbit's settings want it."""
        return f"postgresql+asyncpg://orbit:{self._password}@127.0.0.1:{self._port}/postgres"

    @property
    def pid(self) -> int:
        """The postmaster's process id, 0 when it doesn't run."""
        return self._process.pid

    async def start(self) -> None:
        """Start it, with a new data folder the first time, and wait until it answers. Raises ServerFailed."""
        if not self._data.exists():
            await asyncio.to_thread(self._make_data)
        # Another process may have taken the port meanwhile, or a backend of a killed server may still be ending.
        for _ in range(_ATTEMPTS):
            port = self._port or free_port()
            self._process.start(self._command(port), **self._account)
            if await eventually(lambda: self._is_ready() or not self.pid, timeout_s=60) and self.pid:
                self._port = port
                await self._check_identity()
                return
            await self._process.kill()
        raise ServerFailed(f"PostgreSQL in {self.installation.folder} did not start:\n{self._process.log_end()}")

    async def stop(self) -> None:
        """Stop it orderly: open transactions are rolled back, and what is committed is on disk."""
        self.resume()
        for number in (signal.SIGINT, signal.SIGQUIT):
            self._process.send_signal(number)
            if await self._process.gone(timeout_s=10):
                break
        await self._process.kill()

    async def kill9(self) -> None:
        """Kill the postmaster and all its backends at once, as a machine that loses its power would."""
        children = _children(self.pid)
        await self._process.kill()
        _signal(children, signal.SIGKILL)

    def pause(self) -> None:
        """Let it hang: open connections get no answer, and new ones aren't accepted."""
        self._process.send_signal(signal.SIGSTOP)
        _signal(_children(self.pid), signal.SIGSTOP)

    def resume(self) -> None:
        """End the pause: statements sent meanwhile are answered."""
        _signal(_children(self.pid), signal.SIGCONT)
        self._process.send_signal(signal.SIGCONT)

    async def restart(self) -> None:
        """Stop it if it runs, and start it on the same port with the same data. Raises ServerFailed."""
        await self.stop()
        await self.start()

    async def terminate_backends(self, database: str | None = None) -> int:
        """Cut every connection to *database*, or to all of them; how many there were."""
        return await terminate_backends(self.url, database)

    async def close(self) -> None:
        """Stop it and remove its files."""
        await self.stop()
        self._watchdog.dismiss()

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _make_data(self) -> None:
        password = self.folder / "password"
        password.write_text(self._password)
        if "user" in self._account:
            for path in (self.folder, password):
                os.chown(path, self._account["user"], self._account["group"])
        self.installation = within_reach(self.installation, self._account, self._refuge)
        initdb = str(self.installation.folder / "initdb")
        options = ["-D", str(self._data), "-U", "orbit", "-E", "UTF8"]
        # A password under MD5: SCRAM is made to be slow, and took nearly half of what a connection costs the server.
        options += ["--locale=C.UTF-8", "-A", "md5", f"--pwfile={password}", "--no-instructions"]
        if not self._durable:
            options.append("--no-sync")
        made = subprocess.run([initdb, *options], capture_output=True, text=True, check=False, **self._account)
        password.unlink()
        if made.returncode:
            raise ServerFailed(f"initdb in {self.installation.folder} failed:\n{made.stderr[-2000:]}")

    def _command(self, port: int) -> list[str | Path]:
        settings = {**self._settings, "port": str(port), "unix_socket_directories": str(self._data)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self.installation.folder / "postgres", "-D", self._data, *options]

    def _is_ready(self) -> bool:
        """Whether the server that we started, and no other on this data, is ready for connections."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    async def _check_identity(self) -> None:
        """Raise ServerFailed when another server answers on our port, before anything is done to it."""
        answered = await fetch_value(self.url, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")
        if answered != str(self.pid):
            raise ServerFailed(f"process {answered} answers on port {self._port}, not our {self.pid}")


def account() -> dict[str, Any]:
    """The options of `subprocess` for the account that PostgreSQL runs as: root is refused by it."""
    options: dict[str, Any] = {"env": _ENVIRONMENT, "cwd": "/"}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        options |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return options


def within_reach(found: Installation, account: Mapping[str, Any], refuge: Path) -> Installation:
    """*found*, or a copy of it below *refuge* when the account may not read it: in a private home, for example.

    Only a wheel is copied. Raises ServerFailed for anything else.
    """
    try:
        subprocess.run([found.folder / "postgres", "--version"], capture_output=True, check=True, **account)
    except PermissionError:
        if found.folder.parent.name != "pginstall":
            raise ServerFailed(
                f"The account `nobody`, which PostgreSQL must run as here, may not run {found.folder}/postgres. "
                "Next: run the tests as another user than root, or install PostgreSQL where every user may read it."
            ) from None
        package = found.folder.parents[1]
        refuge.mkdir(mode=0o755)
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.is_dir():  # The binaries look for their libraries beside their package.
                shutil.copytree(part, refuge / part.name)
        return replace(found, folder=refuge / found.folder.relative_to(package.parent))
    return found


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # It ended by itself, because its parent did, for example.
            os.kill(pid, number)


def _children(pid: int) -> list[int]:
    """The processes that *pid* started, on systems with /proc (Linux)."""
    found: list[int] = []
    if not pid:
        return found
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # It ended meanwhile.
            if status.read_text().rpartition(")")[2].split()[1] == str(pid):
                found.append(int(status.parent.name))
    return found
