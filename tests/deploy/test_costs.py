"""docs/deploy.md: its sums are right."""

import re
from decimal import Decimal
from pathlib import Path

README = (Path(__file__).parents[2] / "README.md").read_text()
PAGE = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text()
ROW = re.compile(r"^\|(?P<what>[^|]+)\|(?P<sum>[^|]*)\|(?P<month>[^|]+)\|$", re.MULTILINE)
CENT = Decimal("0.01")
# As the rows write them.
FACTORS = {"minutes": Decimal(1) / 60, "MB": Decimal(1) / 1_000_000}


def month(row):
    return Decimal(re.search(r"\$(\d+\.\d\d)", row["month"])[1])


def product(text):
    """The factors of a row, in hours and terabytes."""
    result = Decimal(1)
    for factor in text.strip().split(" x "):
        number, unit = re.match(r"\$?([\d.]+) ?(\w+)?", factor).groups()
        result *= Decimal(number) * FACTORS.get(unit, Decimal(1))
    return result


def rows():
    found = [row.groupdict() for row in ROW.finditer(PAGE) if "$" in row["month"]]
    return found[:-1], found[-1]


def test_each_price_a_month_is_the_product_beside_it():
    for row in rows()[0]:
        assert product(row["sum"]).quantize(CENT) == month(row), row["what"]


def test_the_last_row_is_the_sum():
    parts, together = rows()

    assert "together" in together["what"]
    assert sum(month(row) for row in parts) == month(together)


def test_without_the_crawler_the_sum_is_less_by_its_row():
    parts, together = rows()
    [crawler] = [month(row) for row in parts if "crawler" in row["what"]]

    less = month(together) - crawler
    assert f"Without it the sum is ${less}." in PAGE.replace("\n", " ")
    assert f"or ${less} [without the crawler]" in README
    assert f"| cost | ${crawler} a month | nothing |" in PAGE


def test_the_requests_of_a_year_of_dates_cost_what_the_page_says():
    [a_run, dates, runs, price, told] = re.search(
        r"(\d+) x (\d+) x (\d+) requests a month, at \$([\d.]+) per 1,000 \$(\d+\.\d\d)", PAGE
    ).groups()

    assert (int(a_run) * int(dates) * int(runs) * Decimal(price) / 1000).quantize(CENT) == Decimal(told)
    assert f"A needless year costs ${told} a month" in PAGE


def test_the_readme_names_the_same_sum():
    together = month(rows()[1])

    assert f"${together}" in README
