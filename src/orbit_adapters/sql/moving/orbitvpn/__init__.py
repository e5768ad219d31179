"""What OrbitVPN v2 has left, brought into our tables. Facts about it: docs/moving.md."""
