"""How families of VPN panels plug in: what one brings, and how its connection is stored."""
