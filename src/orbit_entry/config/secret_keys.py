"""The keys that seal what is secret in the database."""

from pydantic import BaseModel, Field, SecretStr, field_validator

from orbit_adapters.secret_box.secret_keys import read_keys


class SecretKeyFields(BaseModel):
    """What seals stored secrets. It is no part of any backup of the database."""

    secret_keys: SecretStr | None = Field(
        None,
        validation_alias="ORBIT_SECRET_KEYS",
        description="The keys that seal secrets in the database: the first one seals, all of them open. "
        "Without it one is kept beside the embedded database; with PostgreSQL make one: orbit secrets new",
        examples=["what-orbit-secrets-new-prints"],
    )

    @field_validator("secret_keys")
    @classmethod
    def _are_keys(cls, text: SecretStr | None) -> SecretStr | None:
        if text is not None:
            read_keys(text.get_secret_value())
        return text
