"""What stamina says of retried calls to other machines."""


def only_log_retries() -> None:
    """Log them, as by default. Where prometheus_client is installed stamina would load it and count there, unseen."""
    # Imported late, as the adapters that retry are.
    from stamina.instrumentation import StructlogOnRetryHook, set_on_retry_hooks

    set_on_retry_hooks([StructlogOnRetryHook])
