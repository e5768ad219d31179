"""Where the keys of stored secrets are: in the settings, or beside the embedded database."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from orbit_adapters.secret_box.secret_keys import new_key
from orbit_entry.config.reading import shop_settings
from orbit_entry.config.settings import Settings
from orbit_entry.demo.environment import sandbox_settings
from orbit_entry.runtime.failures import CannotStart
from orbit_entry.runtime.private_files import open_to_others
from orbit_entry.runtime.secret_box import open_secret_box
from orbit_sandbox.sandbox import Sandbox


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return shop_settings(sandbox_settings("http://127.0.0.1:9", Sandbox(), tmp_path, 5))


def test_an_embedded_shop_keeps_its_key_beside_its_database(settings: Settings, tmp_path: Path) -> None:
    """Made at the first need and found again; the doctor notices when others could read it."""
    sealed = open_secret_box(settings).seal(b"secret", "test")
    assert open_secret_box(settings).open(sealed, "test") == b"secret"
    file = tmp_path / "secret_keys"
    file.chmod(0o644)
    tmp_path.chmod(0o700)
    assert (file, "600") in list(open_to_others(tmp_path / "orbit.db", tmp_path))


def test_keys_of_the_settings_go_before_the_file(settings: Settings, tmp_path: Path) -> None:
    """All of them open, and no file is made."""
    first, second = new_key(), new_key()
    older = settings.model_copy(update={"secret_keys": SecretStr(second)})
    both = settings.model_copy(update={"secret_keys": SecretStr(f"{first},{second}")})
    assert open_secret_box(both).open(open_secret_box(older).seal(b"secret", "test"), "test") == b"secret"
    assert open_secret_box(both).key_id == first.partition(":")[0]
    assert not (tmp_path / "secret_keys").exists()


def test_a_shop_on_a_server_must_set_them(settings: Settings) -> None:
    """Its processes have no place in common but the database; the command that makes a key is named."""
    on_a_server = settings.model_copy(update={"database_url": SecretStr("postgresql://nobody@127.0.0.1:9/x")})
    with pytest.raises(CannotStart, match="ORBIT_SECRET_KEYS isn't set") as refused:
        open_secret_box(on_a_server)
    assert "orbit secrets new" in refused.value.next_step


def test_a_broken_file_is_named(settings: Settings, tmp_path: Path) -> None:
    """It isn't replaced: what it sealed would be lost."""
    (tmp_path / "secret_keys").write_text("canary")
    with pytest.raises(CannotStart, match="secret_keys holds no keys") as refused:
        open_secret_box(settings)
    assert "canary" not in str(refused.value)
