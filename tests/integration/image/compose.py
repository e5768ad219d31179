"""A compose file, and the rules for it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from orbit_entry.config.problems import variables

OURS = "orbit-vpn"
_SECRETS = "/run/secrets/"
_STOP_S = 12
_WITH_PASSWORD = re.compile(r"://[^\s/@]*:[^\s/@]+@")
_SECRET_NAME = re.compile(r"PASSWORD|TOKEN|SECRET|API_KEY|DATABASE_URL|REDIS_URL|_AUTH$")
_INSISTED = re.compile(r"\$\{[A-Z_]+:\?[^}]+\}")
_BY_VARIABLE = {"REDIS_URL": "redis://:*@redis:6379/0", "REDISCLI_AUTH": "*"}
"""What carries the password of Redis, whose tools read no file of secrets. At the star stands a variable."""
Part = Mapping[str, Any]


def read_compose(file: Path) -> Part:
    """The whole compose *file*, anchors resolved. Raises yaml.YAMLError."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise yaml.YAMLError("a compose file is a mapping")
    return content


def is_ours(part: Part) -> bool:
    """Whether the part runs Orbit's own image."""
    return str(part.get("image", "")).partition(":")[0] == OURS


def known_settings() -> set[str]:
    """Every variable that Orbit reads, those that name a file included."""
    return {*variables(), *(f"{name}_FILE" for name in variables())}


def secret_settings() -> set[str]:
    """Every variable whose value is secret."""
    return {name for name, field in variables().items() if "SecretStr" in str(field.annotation)}


def insists(value: str) -> bool:
    """Whether compose refuses to start while a variable in *value* isn't set, and says the next step."""
    found = _INSISTED.findall(value)
    return bool(found) and all("Next: " in one for one in found)


def compose_faults(compose: Part) -> list[str]:
    """What is wrong with a compose file, each with the part's name. Empty when every rule holds."""
    parts = compose["services"]
    return [f"{name}: {fault}" for name, part in parts.items() for fault in _part_faults(part, compose)]


def _part_faults(part: Part, compose: Part) -> Iterator[str]:
    yield from _image_faults(str(part.get("image", "")))
    yield from _environment_faults(part, compose.get("secrets", {}))
    yield from _reach_faults(part)
    if not any(_has_health(one) for one in (part, *_awaited_healthy(part, compose["services"]))):
        yield "has no health check and waits for none"
    if part.get("restart") not in ("unless-stopped", "no"):
        yield "doesn't say whether it is started again"
    limits = part.get("deploy", {}).get("resources", {}).get("limits", {})
    if not {"cpus", "memory", "pids"} <= set(limits):
        yield "may take all of the machine"
    if "no-new-privileges:true" not in part.get("security_opt", []):
        yield "may gain privileges"
    if is_ours(part):
        yield from _own_faults(part)


def _own_faults(part: Part) -> Iterator[str]:
    if part.get("read_only") is not True or part.get("cap_drop") != ["ALL"]:
        yield "may write to its image, or keeps capabilities it doesn't need"
    if int(str(part.get("stop_grace_period", "0s")).removesuffix("s")) < _STOP_S:
        yield f"is killed sooner than {_STOP_S} s after it was asked to leave"
    strangers = sorted(set(part.get("environment", {})) - known_settings())
    if strangers:
        yield f"sets what isn't a setting: {', '.join(strangers)}"


def _image_faults(image: str) -> Iterator[str]:
    tag = image.rpartition("/")[2].partition(":")[2]
    if tag in ("", "latest") and "@sha256:" not in image:
        yield f"its image {image!r} isn't pinned by a tag"


def _environment_faults(part: Part, secrets: Part) -> Iterator[str]:
    for name, value in part.get("environment", {}).items():
        if name.endswith("_FILE"):
            secret = str(value).removeprefix(_SECRETS)
            if secret not in part.get("secrets", []) or "file" not in secrets.get(secret, {}):
                yield f"{name} names a secret that it isn't given"
        elif name in _BY_VARIABLE:
            if not insists(str(value)) or _INSISTED.sub("*", str(value)) != _BY_VARIABLE[name]:
                yield f"{name} has no password, or says it in plain sight: take it from a variable that must be set"
        elif name in secret_settings() or _SECRET_NAME.search(name) or _WITH_PASSWORD.search(str(value)):
            yield f"{name} says a secret in plain sight"
    if any(_WITH_PASSWORD.search(str(word)) for word in part.get("command", [])):
        yield "its command says a secret in plain sight"


def _reach_faults(part: Part) -> Iterator[str]:
    ports = [str(port) for port in part.get("ports", [])]
    if ports and not is_ours(part) and part.get("profiles") != ["sight"]:
        yield "a database's port is open to the machine"
    if not all(port.startswith("127.0.0.1:") for port in ports):
        yield "its port is open to the whole network: put a reverse proxy before it"


def _has_health(part: Part) -> bool:
    return "test" in part.get("healthcheck", {})


def _awaited_healthy(part: Part, parts: Part) -> list[Part]:
    awaited = part.get("depends_on", {})
    return [parts[name] for name, how in awaited.items() if how.get("condition") == "service_healthy"]
