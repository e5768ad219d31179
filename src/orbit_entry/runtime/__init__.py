"""What every process needs while it runs: logs, retries, periodic jobs, the work signal."""
