"""The store of copies, as the settings say. Loading it loads the store's library: import it where a bucket is set."""

from orbit_adapters.backup.s3_store import S3Copies, S3Place
from orbit_domain.backup.copies import CopyFailed, CopyProblem
from orbit_entry.config.backup_copies import BackupCopyFields


def store_of(settings: BackupCopyFields) -> S3Copies:
    """The bucket of *settings*. Raises CopyFailed where none is set."""
    access, secret = settings.backup_s3_access_key, settings.backup_s3_secret_key
    if not settings.backup_s3_bucket or access is None or secret is None:
        raise CopyFailed(CopyProblem.MISSING, "ORBIT_BACKUP_S3_URL isn't set")
    return S3Copies(
        S3Place(
            bucket=settings.backup_s3_bucket,
            prefix=settings.backup_s3_prefix,
            endpoint=settings.backup_s3_endpoint or "",
            region=settings.backup_s3_region,
            access_key=access.get_secret_value(),
            secret_key=secret.get_secret_value(),
        )
    )
