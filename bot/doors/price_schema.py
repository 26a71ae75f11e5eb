"""What a shop may ask at `/prices`: the published schema, and the way from it to the engine and back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, field_validator
from pydantic_core import PydanticCustomError

from bot.doors.schema import Buyer, Fen, Key, Part, PlacedBy, read, schema_of
from engine.money import Money
from engine.orders import events as heard
from engine.orders.facts import Payment
from engine.orders.intake import MOST_FEN, MOST_LINES
from engine.orders.quoting import Quote, Wanted


class WantedLine(Part):
    """One line of the cart, for its whole quantity."""

    sku: Key
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    amount: Fen = Field(description="Fen at retail for the whole quantity, after coupons, without shipping.")


class PriceQuestion(Part):
    """What this cart would cost this buyer now."""

    shop: Key | None = Field(None, description="May be left out while there is one shop.")
    buyer: Buyer
    placed_by: PlacedBy | None = None
    payment: Literal["wechat", "alipay", "balance", "own_transfer", "other"] | None = Field(
        None, description="If it is known already. own_transfer is 商家自行转账: retail."
    )
    lines: Annotated[list[WantedLine], Field(min_length=1, max_length=MOST_LINES)]

    @field_validator("lines")
    @classmethod
    def _a_sane_cart(cls, lines: list[WantedLine]) -> list[WantedLine]:
        if sum(line.amount for line in lines) > MOST_FEN:
            raise PydanticCustomError("too_much", f"amounts to more than {MOST_FEN} fen")
        return lines

    def asked(self) -> tuple[heard.Buyer, heard.PlacedBy, Payment, tuple[Wanted, ...]]:
        """For the engine."""
        return (
            self.buyer.known(),
            self.placed_by.known() if self.placed_by else heard.PlacedBy(),
            Payment(self.payment or "other"),
            tuple(Wanted(line.sku, line.quantity, Money(line.amount)) for line in self.lines),
        )


_QUESTION = TypeAdapter(PriceQuestion)


def parse(document: object) -> PriceQuestion:
    """The question that a JSON document asks. Raises Invalid, which names every field that is wrong."""
    return read(_QUESTION, document, tagged=False, whole="question")


def answer(quote: Quote) -> dict[str, Any]:
    """The prices as the shop reads them, line by line in the order in which it asked."""
    return {
        "basis": quote.basis.value,
        "amount": quote.amount.fen,
        "price": quote.price.fen,
        "level1_discount": (quote.amount - quote.price).fen,
        "lines": [
            {
                "sku": line.sku, "quantity": line.quantity, "amount": line.amount.fen, "price": line.price.fen,
                "level1_discount": line.level1_discount.fen,
            }
            for line in quote.lines
        ],
    }  # fmt: skip


def published() -> str:
    """The text of docs/prices.schema.json."""
    return schema_of(_QUESTION, "Prices", "The body of POST /prices. See prices.md.")
