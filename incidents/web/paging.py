"""A list a page at a time that counts no further than anybody turns its pages: what is counted costs as much as what is read."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property


class PagesUpTo(Paginator):
    """The first `most` rows of a list; whoever looks for one further down narrows the list."""

    def __init__(self, rows, per_page: int, most: int = 1000):
        super().__init__(rows, per_page)
        self.most = most

    @cached_property
    def _counted(self) -> int:
        return self.object_list[: self.most + 1].count()

    @property
    def is_cut(self) -> bool:
        return self._counted > self.most

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.most)
