"""How a package brings a way to pay: the entry points of the group `orbit.payment_gateways`."""
