"""A decimal column that both databases keep exactly: SQLite has no decimals and would round through floats."""

from decimal import Decimal

from sqlalchemy import BigInteger, TypeDecorator
from sqlalchemy.engine import Dialect

from riskctl.workflows.indicator import PLACES


class Exact(TypeDecorator[Decimal]):
    """A decimal of at most four places, stored as a whole number of ten-thousandths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = value.scaleb(PLACES)
        if scaled != scaled.to_integral_value():
            raise ValueError("a decimal of more than four places must not reach the database")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-PLACES)
