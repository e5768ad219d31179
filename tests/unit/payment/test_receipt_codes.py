"""The short form of a receipt's name, which stands in buttons that stay on phones."""

from orbit_domain.payment.receipt import receipt_code


def test_a_code_never_changes() -> None:
    """A button of an older version finds its receipt."""
    assert receipt_code("ton:mainnet:0:AB|17") == "550a316106d7606e"


def test_every_name_has_a_code() -> None:
    """Half of a surrogate pair, which no text encoding has a form for, is no error: a provider may send it."""
    assert receipt_code("\ud800|1") == "c7c37d5821987d4a"
    assert receipt_code("\ud800|1") != receipt_code("\ud800|2")
