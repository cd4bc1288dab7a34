"""The travel time that says: there is no way."""

from typing import Final

# As in engines.routing; milliseconds from here on mean that there is no way.
UNREACHABLE: Final = 1_073_741_823
