"""Lists of any length by keyset: a page continues behind the last row of the one before, so the deepest costs what the first costs.

An ``Order`` is what one index gives in its own order. The address names the row at the edge (``?after=…``,
``?before=…``, ``?page=last``), never its values; an edge that is unknown, or out of the user's scope, is
page 1.
"""

from dataclasses import dataclass

from django.db.models import BooleanField, Expression, F, Func, Value

MOST_COUNTED = 10_000
PARAMETERS = ("after", "before", "page")


@dataclass(frozen=True)
class Order:
    """``keys`` are fields or expressions that are never NULL, together unique, and the columns of an index in its order.

    ``begins_with_scope``: the first key is the field by which the user's scope bounds the list.
    """

    name: str
    keys: tuple
    begins_with_scope: bool = False

    def expressions(self):
        """The keys as expressions."""
        return [key if isinstance(key, Expression) else F(key) for key in self.keys]

    def sorted(self, rows, *, is_falling=False):
        """``rows`` in this order."""
        return rows.order_by(*(key.desc() if is_falling else key.asc() for key in self.expressions()))

    def beyond(self, rows, edge, *, is_falling=False):
        """Those of ``rows`` that come after the ``edge``, the values of one row's keys."""
        rows = rows.filter(Beyond(self.expressions(), map(Value, edge), is_falling=is_falling))
        if self.begins_with_scope:  # else a scan backwards starts at the end of the scope, not at the edge
            rows = rows.filter(**{f"{self.keys[0]}__{'lte' if is_falling else 'gte'}": edge[0]})
        return rows

    def edge(self, rows, pk):
        """The values of the keys of one of ``rows``, or None when it is not among them."""
        found = list(rows.filter(pk=pk).order_by().values_list(*self.expressions())[:1])
        return found[0] if found else None


@dataclass(frozen=True)
class Count:
    """How many rows there are, as far as they were counted."""

    number: int
    is_capped: bool

    def text(self, unit):
        """136 户, or 1 万户以上."""
        return f"{self.number // 10_000} 万{unit}以上" if self.is_capped else f"{self.number} {unit}"


@dataclass(frozen=True)
class Slice:
    """One page of a list: its rows, the order they stand in, and whether there are rows before and after them."""

    rows: list
    order: Order
    is_falling: bool
    has_before: bool
    has_after: bool
    count: Count
    size: int
    orders: tuple
    unit: str = "条"

    @property
    def count_text(self):
        """How many rows the list has, in words."""
        return self.count.text(self.unit)


class Beyond(Func):
    """(a, b) > (x, y): a comparison of whole rows, which an index on (a, b) answers."""

    output_field = BooleanField()

    def __init__(self, keys, values, *, is_falling=False):
        self.operator = "<" if is_falling else ">"
        super().__init__(*keys, *values)

    def as_sql(self, compiler, connection, **context):
        compiled = [compiler.compile(expression) for expression in self.source_expressions]
        half = len(compiled) // 2
        left, right = (", ".join(sql for sql, _params in side) for side in (compiled[:half], compiled[half:]))
        return f"({left}) {self.operator} ({right})", [value for _sql, params in compiled for value in params]


def cut(rows, orders, parameters, *, size, among=None, unit="条"):
    """The Slice of the queryset ``rows`` that ``parameters`` (a request's GET) ask for; three statements at most, four at the edge.

    ``orders`` are the Orders it may stand in, the first by default. The edge is looked up in ``among``
    (the scoped queryset before it was filtered), so that a changed row is still a place in the list.
    """
    order, is_falling = _order(orders, parameters.get("sort", ""))
    found = _page(rows, order, is_falling, parameters, size, rows if among is None else among)
    page, has_before, has_after = found
    return Slice(page, order, is_falling, has_before, has_after, count(rows), size, tuple(orders), unit)


def count(rows, most=MOST_COUNTED):
    """How many rows, counted no further than ``most``."""
    counted = rows.order_by()[: most + 1].count()
    return Count(min(counted, most), counted > most)


def _order(orders, asked):
    is_falling = asked.startswith("-")
    chosen = next((order for order in orders if order.name == asked.removeprefix("-")), None)
    return (chosen, is_falling) if chosen else (orders[0], False)


def _page(rows, order, is_falling, parameters, size, among):
    """(rows, whether there are more before, whether there are more after)."""

    def read(edge=None, *, backwards=False):
        turned = is_falling != backwards
        wanted = order.beyond(rows, edge, is_falling=turned) if edge else rows
        found = list(order.sorted(wanted, is_falling=turned)[: size + 1])
        page, more = found[:size], len(found) > size
        return (page[::-1] if backwards else page), more

    if parameters.get("page") == "last":
        page, more = read(backwards=True)
        return page, more, False
    if edge := _edge(among, order, parameters.get("before", "")):
        page, more = read(edge, backwards=True)
        if more:
            return page, True, True
    elif edge := _edge(among, order, parameters.get("after", "")):
        page, more = read(edge)
        if page:
            return page, True, more
    page, more = read()
    return page, False, more


def _edge(among, order, asked):
    is_id = asked.isascii() and asked.isdigit() and len(asked) < 19
    return order.edge(among, int(asked)) if is_id else None
