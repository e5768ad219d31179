"""What is sealed is read by whoever has the key, for what it was sealed for, and by nobody else."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.secret_box.secret_box import BrokenSeal, SealedWithUnknownKey, SecretBox
from orbit_adapters.secret_box.secret_keys import KEY_BYTES, SecretKey, new_key, read_keys

OLD, NEW = SecretKey("old", b"o" * KEY_BYTES), SecretKey("new", b"n" * KEY_BYTES)
PURPOSE = "panel:fra:password"


@given(plain=st.binary(max_size=200), purpose=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_is_sealed_comes_back(plain: bytes, purpose: str) -> None:
    """Any bytes come back for their purpose; the same twice looks different; version and key stand in front."""
    box = SecretBox([NEW, OLD])
    first, second = box.seal(plain, purpose), box.seal(plain, purpose)
    assert first != second
    assert first.startswith("v1.new.")
    assert box.open(first, purpose) == box.open(second, purpose) == plain


def test_after_a_rotation_old_seals_open_and_new_ones_need_the_new_key() -> None:
    """The first key seals, all open; without its key a seal says which one is missing."""
    before, both, after = SecretBox([OLD]), SecretBox([NEW, OLD]), SecretBox([NEW])
    sealed = before.seal(b"secret", PURPOSE)
    assert both.open(sealed, PURPOSE) == b"secret"
    assert (both.is_current(sealed), both.is_current(both.seal(b"", PURPOSE))) == (False, True)
    with pytest.raises(SealedWithUnknownKey, match="'old'") as refused:
        after.open(sealed, PURPOSE)
    assert refused.value.key_id == "old"


def test_another_purpose_does_not_open_it() -> None:
    """A sealed value that somebody moves to another row or column is of no use there."""
    box = SecretBox([NEW])
    for other in ("", "panel:fra:token", "panel:ams:password", f"{PURPOSE}."):
        with pytest.raises(BrokenSeal):
            box.open(box.seal(b"secret", PURPOSE), other)


def test_no_changed_character_goes_unseen() -> None:
    """Whatever one character of the text becomes, nothing opens, and nothing else than a refusal comes out."""
    box = SecretBox([NEW, OLD])
    sealed = box.seal(b"secret", PURPOSE)
    for place, char in enumerate(sealed):
        for other in {"A", "B", "-", ".", "=", "\n", "é"} - {char}:
            with pytest.raises((BrokenSeal, SealedWithUnknownKey)):
                box.open(sealed[:place] + other + sealed[place + 1 :], PURPOSE)


def test_nothing_that_was_cut_or_never_sealed_opens() -> None:
    """Each beginning of a sealed text, plain words, and the seal of another key with the same name are refused."""
    box = SecretBox([NEW])
    sealed = box.seal(b"secret", PURPOSE)
    others = SecretBox([SecretKey("new", b"x" * KEY_BYTES)]).seal(b"secret", PURPOSE)
    for text in (*(sealed[:length] for length in range(len(sealed))), others, "password", "v2" + sealed[2:]):
        with pytest.raises(BrokenSeal):
            box.open(text, PURPOSE)


def test_a_new_key_seals_what_it_opens() -> None:
    """What the command prints is what the setting takes; two are never alike."""
    first, second = new_key(), new_key()
    (key,) = read_keys(first)
    assert read_keys(f"{first}, {second}\n")[0] == key
    assert first != second
    assert SecretBox([key]).open(SecretBox([key]).seal(b"x", PURPOSE), PURPOSE) == b"x"


def encoded(size: int) -> str:
    """So many bytes as the setting has them."""
    return base64.b64encode(b"canary"[:1] * size).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "canary",
        "canary:",
        f":{encoded(32)}",
        f"Canary:{encoded(32)}",
        f"canary:{encoded(31)}",
        f"canary:{encoded(33)}",
        f"canary:{encoded(32)}!",
        f"a:{encoded(32)},a:{encoded(32)}",
        f"{'a' * 33}:{encoded(32)}",
    ],
)
def test_keys_that_can_not_be_used_are_refused(text: str) -> None:
    """No name, no key, another size, two alike: refused without a word of what was given."""
    with pytest.raises(ValueError, match=r"names|isn't a list of keys") as refused:
        read_keys(text)
    assert "canary" not in f"{refused.value!r}{refused.value.__cause__!r}"


@pytest.mark.parametrize("shown", [repr, str, "{}".format])
def test_a_key_is_never_shown(shown: Callable[[object], str]) -> None:
    """Neither a key nor a box says what it holds."""
    assert shown(NEW) == "<SecretKey new>"
    assert "nnnn" not in shown(SecretBox([NEW]))


def test_a_box_needs_a_key() -> None:
    """Without a key nothing could be sealed."""
    with pytest.raises(ValueError, match="needs a key"):
        SecretBox([])
