"""What several use cases do inside one transaction: functions over `tx`."""
