"""Pages of lists that only grow: counted and paged up to a bound, so that page 1 costs the same after ten years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST = 500  # nobody reads on to here; a filter narrows the list


if TYPE_CHECKING:
    AnyPaginator = Paginator[Any]
else:
    AnyPaginator = Paginator


class BoundedPaginator(AnyPaginator):
    """A paginator over at most MOST rows; `more` says that the list is longer.

    `count_by` is an order in which the rows are found cheaply, for counting them.
    """

    def __init__(self, rows: QuerySet[Any, Any], per_page: int, *, count_by: str) -> None:
        super().__init__(rows[:MOST], per_page)
        self.rows, self.count_by = rows, count_by

    @cached_property
    def _found(self) -> int:
        return self.rows.order_by(self.count_by).values("pk")[: MOST + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST)

    @property
    def more(self) -> bool:
        return self._found > MOST
