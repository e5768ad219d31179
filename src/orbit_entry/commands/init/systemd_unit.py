"""The unit file with which systemd runs a shop: no rights beyond its own folders, and started again when it falls."""

import re
from pathlib import Path

from orbit_entry.config.process import NEEDS_OWNER

UNIT = "orbit.service"
_PLAIN = re.compile(r"/[A-Za-z0-9_./@+-]*", re.ASCII)
_TEXT = """\
[Unit]
Description=Orbit, a VPN shop in Telegram
Wants=network-online.target
After=network-online.target
# A database or a network that is away for an hour doesn't end the shop for good.
StartLimitIntervalSec=0

[Service]
Type=exec
User={user}
WorkingDirectory={folder}
ExecStart={program} run
Restart=on-failure
RestartSec=5
# So it ends when only its owner can mend it: a setting that is wrong, a token that Telegram refuses.
RestartPreventExitStatus={needs_owner}
# Orbit stops in under ten seconds.
TimeoutStopSec=20
LimitNOFILE=8192

UMask=0077
ReadWritePaths={writable}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
"""


def unit_text(*, user: str, folder: Path, program: Path, data: Path, backups: Path) -> str:
    """The unit of the shop in *folder*. Raises ValueError for a path that systemd would read differently.

    *backups* may be on a disk that is away: the shop sells without it, and says that nothing is backed up.
    """
    for path in (folder, program, data, backups):
        if _PLAIN.fullmatch(str(path)) is None:
            raise ValueError(f"the path {path} has characters that mean something else to systemd")
    writable = f"{data}" if backups.is_relative_to(data) else f"{data} -{backups}"
    return _TEXT.format(user=user, folder=folder, program=program, writable=writable, needs_owner=NEEDS_OWNER)
