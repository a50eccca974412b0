"""A text column that stands encrypted in the database."""

from sqlalchemy import LargeBinary, TypeDecorator
from sqlalchemy.engine import Dialect

from riskctl import crypto


class EncryptedText(TypeDecorator[str]):
    """Text under the field key (AES-GCM); cannot be searched, only read row by row."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else crypto.encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else crypto.decrypt(value)
