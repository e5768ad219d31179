"""A shop with its embedded database keeps its key beside it: made once, for its user alone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orbit_adapters.secret_box.secret_keys import UnusableKeyFile, kept_keys, new_key


def test_the_file_is_made_once_and_for_this_user_alone(tmp_path: Path) -> None:
    """The second look finds the first one's key, and nobody else may read it."""
    file = tmp_path / "data" / "secret_keys"
    first = kept_keys(file)
    assert kept_keys(file) == first
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [path.name for path in file.parent.iterdir()] == ["secret_keys"]


def test_processes_that_make_it_at_once_share_one_key(tmp_path: Path) -> None:
    """Whoever comes second takes what is there: otherwise one of them would seal for nobody."""
    file = tmp_path / "secret_keys"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: kept_keys(file), range(16)))
    assert found == {kept_keys(file)}


def test_older_keys_may_follow_the_first(tmp_path: Path) -> None:
    """A new key on a line before the older one is what a rotation writes there."""
    file = tmp_path / "secret_keys"
    file.write_text(f"{new_key()}\n{new_key()}\n")
    assert len({key.id for key in kept_keys(file)}) == 2


def test_a_file_that_can_not_be_used_is_named(tmp_path: Path) -> None:
    """A link, a folder, no text and no key are refused by the file's name; none of them is replaced by a new key."""
    link, folder, broken, empty = (tmp_path / name for name in ("link", "folder", "broken", "empty"))
    kept_keys(tmp_path / "other")
    link.symlink_to(tmp_path / "other")
    folder.mkdir()
    broken.write_bytes(b"canary:\xff")
    empty.touch()
    for file in (link, folder, broken, empty):
        with pytest.raises(UnusableKeyFile, match=file.name) as refused:
            kept_keys(file)
        assert "canary" not in repr(refused.value)
    assert empty.read_bytes() == b""
