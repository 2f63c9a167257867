"""The rows of `catalog.prices`, one module per kind of thing that is priced.

A block of text is one source; a line is a price and the regions that it holds in.
"""

from catalog.price_list.chips import chip_prices
from catalog.price_list.machines import machine_prices
from catalog.price_list.services import service_prices

COMPILED = "2026-11"
"""When the sources were last gone through."""

PRICES = (*machine_prices(), *chip_prices(), *service_prices())
