"""What every process needs while it runs: logs, signals, retries, periodic jobs, the work signal."""
