"""Athena's SQL without tables: each construct with the answer that Trino's documentation gives, or its refusal."""

import contextlib
import datetime
import re
from decimal import Decimal
from pathlib import Path

import pytest

from local_cloud.aws.athena.engine import Engine
from local_cloud.aws.athena.errors import MalformedQueryError, QueryError
from local_cloud.aws.athena.execution import execute
from local_cloud.aws.athena.plan import plan
from local_cloud.aws.athena.scan import Scanned
from local_cloud.aws.athena.session import Session
from local_cloud.aws.athena.statement import read_statement
from local_cloud.aws.athena.stores import SavedStore
from local_cloud.aws.s3.objects import Location

EMPTY = SavedStore({"outputs": {"Database": "charts"}, "workgroup": {}, "tables": [], "partitions": {}}, Path())
PAGE = Path(__file__).parents[4] / "docs" / "athena.md"
LIMITS = re.findall(r"^\| `(SELECT .*)` \| `(SELECT .*)` \|$", PAGE.read_text(), re.MULTILINE)
# Every line of the page's two tables of statements.
BY_ATHENA, HERE = (
    re.findall(r"^\| `(.*?)` \| (.*?) ?\|$", it, re.MULTILINE) for it in PAGE.read_text().split("## ")[1:3]
)
DAY = datetime.date
MOMENT = datetime.datetime
NUMBERS = "(VALUES (1), (2), (4)) AS t (x)"
NULLS = "(VALUES (2), (NULL), (1)) AS t (x)"


@pytest.fixture(scope="module")
def engine():
    engine = Engine()
    yield engine
    engine.close()


def rows(engine, sql):
    with engine.run(plan(read_statement(sql, []).query, "charts", EMPTY), Scanned()) as result:
        return result.fetchall()


ONE_VALUE = [
    # Whole numbers divide to whole numbers, towards zero.
    ("7 / 2", 3),
    ("-7 / 2", -3),
    ("7 / 2e0", 3.5),
    ("7 % 3", 1),
    ("1.5 * 2", Decimal("3.0")),
    ("try(1 / 0)", None),
    ("try(CAST('x' AS integer))", None),
    ("try_cast('x' AS integer)", None),
    ("CAST(2.5e0 AS integer)", 3),
    ("round(2.345e0, 2)", 2.35),
    ("greatest(1, NULL)", None),
    ("least(3, 2)", 2),
    ("if(1 > 2, 3)", None),
    ("coalesce(NULL, 2)", 2),
    ("nullif(1, 1)", None),
    ("CASE 1 WHEN 1 THEN 'a' ELSE 'b' END", "a"),
    ("1 IS DISTINCT FROM NULL", True),
    ("'a' || NULL", None),
    ("concat('a', 'b', 'c')", "abc"),
    ("concat_ws(',', 'a', NULL, 'b')", "a,b"),
    # Text.
    ("substr('hello', 2, 3)", "ell"),
    ("lpad('7', 3, '0')", "007"),
    ("length('né')", 2),
    ("strpos('abc', 'c')", 3),
    ("split('a-b', '-')", ["a", "b"]),
    ("split_part('a,b', ',', 2)", "b"),
    ("split_part('a,b', ',', 3)", None),
    ("replace('aa', 'a', 'b')", "bb"),
    ("regexp_like('abc', '^a')", True),
    ("regexp_extract('abc', 'x')", None),
    ("regexp_extract('k=v', '(.)=(.)', 2)", "v"),
    ("regexp_replace('aXbX', 'X', '-')", "a-b-"),
    ("regexp_replace('ab', '(a)(b)', '$2$1')", "ba"),
    ("CAST(12 AS varchar)", "12"),
    ("CAST('abcdef' AS varchar(3))", "abc"),
    ("CAST(TIMESTAMP '2026-11-22 01:02:03' AS varchar)", "2026-11-22 01:02:03.000"),
    ("CAST(DATE '2026-11-22' AS varchar)", "2026-11-22"),
    ("upper('é') || lower('A')", "Éa"),
    ("reverse('abc')", "cba"),
    ("trim('  a ') || ltrim(' b') || rtrim('c ')", "abc"),
    ("starts_with('abc', 'ab')", True),
    ("chr(65)", "A"),
    ("'a_c' LIKE 'a!_%' ESCAPE '!'", True),
    ("length(CAST(uuid() AS varchar))", 36),
    # Dates stay dates.
    ("DATE '2026-01-31' + INTERVAL '1' MONTH", DAY(2026, 2, 28)),
    ("DATE '2026-03-01' - INTERVAL '1' DAY", DAY(2026, 2, 28)),
    ("date_add('day', -1, DATE '2026-01-01')", DAY(2025, 12, 31)),
    ("date_add('month', 1 + 1, DATE '2026-01-31')", DAY(2026, 3, 31)),
    ("date_add('hour', 2, TIMESTAMP '2026-01-01 23:00:00')", MOMENT(2026, 1, 2, 1)),
    ("date_trunc('month', DATE '2026-11-22')", DAY(2026, 11, 1)),
    ("date_trunc('week', TIMESTAMP '2026-11-22 10:00:00')", MOMENT(2026, 11, 16)),
    ("max(date_trunc('month', CAST('2026-11-22' AS date)))", DAY(2026, 11, 1)),
    # Whole units between, not boundaries crossed.
    ("date_diff('hour', TIMESTAMP '2026-01-01 10:59:00', TIMESTAMP '2026-01-01 11:01:00')", 0),
    ("date_diff('day', DATE '2026-02-27', DATE '2026-03-01')", 2),
    ("date_diff('week', DATE '2026-01-05', DATE '2026-01-18')", 1),
    ("day_of_week(DATE '2026-11-22')", 7),
    ("extract(DOW FROM DATE '2026-11-23')", 1),
    ("week(DATE '2026-11-22')", 47),
    ("last_day_of_month(DATE '2026-02-01')", DAY(2026, 2, 28)),
    ("date_format(TIMESTAMP '2026-11-02 03:04:05', '%Y-%m-%d %H:%i:%s %b %e %W')", "2026-11-02 03:04:05 Nov 2 Monday"),
    ("date_parse('02/11/2026', '%d/%m/%Y')", MOMENT(2026, 11, 2)),
    ("from_iso8601_date('2026-11-22')", DAY(2026, 11, 22)),
    ("to_unixtime(TIMESTAMP '1970-01-02 00:00:00')", 86400.0),
    ("current_date = CAST(now() AS date)", True),
    ("sequence(DATE '2026-01-30', DATE '2026-02-01')", [DAY(2026, 1, 30), DAY(2026, 1, 31), DAY(2026, 2, 1)]),
    ("date('2026-11-22') BETWEEN DATE '2026-11-22' AND DATE '2026-11-23'", True),
    ("year(DATE '2026-11-22') * 10000 + month(DATE '2026-11-22') * 100 + day(DATE '2026-11-22')", 20261122),
    ("quarter(DATE '2026-11-22') * 1000 + day_of_year(DATE '2026-11-22')", 4326),
    ("day_of_month(DATE '2026-11-22')", 22),
    ("hour(TIMESTAMP '2026-11-22 01:02:03') * 60 + minute(TIMESTAMP '2026-11-22 01:02:03')", 62),
    ("second(TIMESTAMP '2026-11-22 01:02:03')", 3),
    ("from_unixtime(0) = TIMESTAMP '1970-01-01 00:00:00'", True),
    ("localtimestamp > TIMESTAMP '2026-01-01 00:00:00'", True),
    # Numbers.
    ("abs(-2) + sign(-2)", 1),
    ("floor(2.7e0) + ceil(2.2e0) + truncate(-2.7e0)", 3.0),
    ("sqrt(4) + power(2, 3) + exp(0) + ln(1)", 11.0),
    ("log(2, 8) + log10(100) + log2(2)", 6.0),
    ("round(pi(), 2)", 3.14),
    ("is_nan(1e0)", False),
    ("rand() BETWEEN 0 AND 1", True),
    ("1 < 2 AND NOT 2 <= 1 AND (1 <> 2 OR 1 >= 2) AND 1 IS NOT NULL", True),
    ("1 IS NOT DISTINCT FROM NULL", False),
    # Arrays.
    ("ARRAY[5, 6][1]", 5),
    ("element_at(ARRAY[5, 6], 3)", None),
    ("cardinality(ARRAY[5, 6])", 2),
    ("contains(ARRAY['a'], 'a')", True),
    ("array_join(ARRAY['a', NULL, 'b'], '-')", "a-b"),
    ("array_distinct(ARRAY[3, 1, 3])", [3, 1]),
    ("array_position(ARRAY[5], 6)", 0),
    ("array_sort(ARRAY[2, NULL, 1])", [1, 2, None]),
    ("slice(ARRAY[1, 2, 3], 2, 1)", [2]),
    ("slice(ARRAY[1, 2, 3], -2, 2)", [2, 3]),
    ("array_max(ARRAY[1, 2]) + array_min(ARRAY[1, 2])", 3),
    ("array_max(ARRAY[1, NULL])", None),
    ("contains(ARRAY[1, NULL], 2)", None),
    ("contains(ARRAY[1, 3], 2)", False),
    ("array_remove(ARRAY[1, NULL, 2], 2)", [1, None]),
    ("flatten(ARRAY[ARRAY[1], ARRAY[2]])", [1, 2]),
    ("array_intersect(ARRAY[3, 1, 2], ARRAY[2, 3])", [3, 2]),
    ("array_union(ARRAY[2], ARRAY[1, 2])", [2, 1]),
    ("array_except(ARRAY[3, 2, 3, 1], ARRAY[2])", [3, 1]),
    ("filter(ARRAY[1, 2], x -> x > 1)", [2]),
    ("transform(ARRAY[1, 2], x -> x * 2)", [2, 4]),
    ("reduce(ARRAY[1, 2], 10, (s, x) -> s + x, s -> s)", 13),
    ("any_match(ARRAY[1, 2], x -> x > 1)", True),
    ("all_match(ARRAY[1, 2], x -> x > 1)", False),
    ("none_match(ARRAY[1, 2], x -> x > 2)", True),
    ("sequence(1, 5, 2)", [1, 3, 5]),
]


@pytest.mark.parametrize(("expression", "value"), ONE_VALUE)
def test_an_expression_has_trinos_value(engine, expression, value):
    found = rows(engine, f"SELECT {expression}")

    assert found == [(value,)]
    assert type(found[0][0]) is type(value)


QUERIES = [
    ("VALUES (1, 'a'), (2, 'b')", [(1, "a"), (2, "b")]),
    # NULLs come last in either direction.
    (f"SELECT x FROM {NULLS} ORDER BY x", [(1,), (2,), (None,)]),
    (f"SELECT x FROM {NULLS} ORDER BY x DESC", [(2,), (1,), (None,)]),
    (f"SELECT x FROM {NULLS} ORDER BY x DESC NULLS FIRST OFFSET 1 LIMIT 1", [(2,)]),
    (f"SELECT sum(x) / count(*), avg(x), count_if(x > 1) FROM {NUMBERS}", [(2, 7 / 3, 2)]),
    ("SELECT count_if(x), count_if(NOT x) FROM (VALUES (CAST(NULL AS boolean))) AS t (x)", [(0, 0)]),
    (f"SELECT x, count_if(x > 1) OVER (ORDER BY x) FROM {NUMBERS} ORDER BY x", [(1, 0), (2, 1), (4, 2)]),
    # Subscripts count from 1, whatever they are made of.
    (f"SELECT ARRAY[7, 8, 9, 6][x], element_at(ARRAY[7, 8], x) FROM {NUMBERS} ORDER BY x", [(7, 7), (8, 8), (6, None)]),
    (f"SELECT ARRAY[7, 8][ARRAY[2, 1][x]], ARRAY[7, 8][ARRAY[2, 1][1]] FROM {NUMBERS} WHERE x < 4", [(8, 8), (7, 8)]),
    (f"SELECT split('a-b-c', '-')[x + 1], ARRAY[7, 8, 9][CAST(x AS integer)] FROM {NUMBERS} WHERE x = 2", [("c", 8)]),
    (f"SELECT count_if(x > 1) FILTER (WHERE x < 4) FROM {NUMBERS}", [(1,)]),
    (f"SELECT count(*) FILTER (WHERE x > 1), sum(x) FILTER (WHERE x > 9) FROM {NUMBERS}", [(2, None)]),
    # The best row's value is NULL where it is NULL.
    ("SELECT max_by(a, b), min_by(a, b) FROM (VALUES ('p', 1), (NULL, 2)) AS t (a, b)", [(None, "p")]),
    (f"SELECT array_agg(x ORDER BY x DESC), bool_or(x > 3), approx_distinct(x) FROM {NUMBERS}", [([4, 2, 1], True, 3)]),
    ("SELECT listagg(a, '+') WITHIN GROUP (ORDER BY a DESC) FROM (VALUES ('p'), ('q')) AS t (a)", [("q+p",)]),
    (f"SELECT x + 1 AS y, count(*) FROM {NUMBERS} GROUP BY 1 HAVING sum(x) > 1 ORDER BY y", [(3, 1), (5, 1)]),
    (f"SELECT x, count(*) FROM {NUMBERS} GROUP BY ROLLUP (x) ORDER BY x", [(1, 1), (2, 1), (4, 1), (None, 3)]),
    (
        f"SELECT x, lag(x) OVER (ORDER BY x), sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW),"
        f" rank() OVER w FROM {NUMBERS} WINDOW w AS (ORDER BY x DESC) ORDER BY x",
        [(1, None, 1, 3), (2, 1, 3, 2), (4, 2, 6, 1)],
    ),
    (
        "SELECT a, x, n FROM (VALUES ('r', ARRAY['p', 'q'])) AS t (a, ids)"
        " CROSS JOIN UNNEST(ids) WITH ORDINALITY AS u (x, n) ORDER BY n",
        [("r", "p", 1), ("r", "q", 2)],
    ),
    (
        "SELECT d FROM UNNEST(sequence(DATE '2026-01-31', DATE '2026-02-01')) AS t (d)",
        [(DAY(2026, 1, 31),), (DAY(2026, 2, 1),)],
    ),
    (
        "SELECT ntile(2) OVER w, dense_rank() OVER w, percent_rank() OVER w, cume_dist() OVER w, row_number() OVER w,"
        " lead(x) OVER w, first_value(x) OVER w, last_value(x) OVER w, nth_value(x, 2) OVER w"
        f" FROM {NUMBERS} WINDOW w AS (ORDER BY x) ORDER BY x OFFSET 1 FETCH FIRST 1 ROW ONLY",
        [(1, 2, 0.5, 2 / 3, 2, 4, 1, 2, 2)],
    ),
    (f"SELECT lag(x) IGNORE NULLS OVER (ORDER BY x) FROM {NULLS} ORDER BY x", [(None,), (1,), (2,)]),
    (f"SELECT stddev(x), variance(x), stddev_pop(x), var_pop(x) FROM {NULLS}", [(0.5**0.5, 0.5, 0.5, 0.25)]),
    (
        f"SELECT stddev_samp(x) = stddev(x), corr(x, 2 * x), covar_pop(x, x), covar_samp(x, x) FROM {NULLS}",
        [(True, 1, 0.25, 0.5)],
    ),
    (
        "SELECT min(x), max(x), count(x), count(DISTINCT x), arbitrary(x), approx_percentile(x, 0.5)"
        f" FROM {NUMBERS} WHERE x = 2",
        [(2, 2, 1, 1, 2, 2)],
    ),
    (f"SELECT bool_and(x > 0), every(x > 1) FROM {NUMBERS}", [(True, False)]),
    (f"SELECT DISTINCT x > 1 FROM {NUMBERS} ORDER BY 1", [(False,), (True,)]),
    (f"SELECT x, grouping(x) FROM {NUMBERS} GROUP BY GROUPING SETS ((x), ()) ORDER BY 1 DESC LIMIT 1 ", [(4, 0)]),
    (f"SELECT x, count(*) FROM {NUMBERS} GROUP BY CUBE (x) ORDER BY x NULLS FIRST LIMIT 1", [(None, 3)]),
    (f"SELECT x FROM {NUMBERS} WHERE x = ANY (SELECT 2) OR x > ALL (SELECT 2)", [(2,), (4,)]),
    (f"SELECT x FROM {NUMBERS} INTERSECT SELECT 2", [(2,)]),
    ("WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT sum(n) FROM r", [(6,)]),
    (f"SELECT x FROM {NUMBERS} WHERE x IN (SELECT 2) AND EXISTS (SELECT 1 FROM {NUMBERS} WHERE t.x > 3)", [(2,)]),
    ("SELECT a.x FROM (VALUES (1)) AS a (x) JOIN (VALUES (1), (2)) AS b (x) USING (x)", [(1,)]),
    ("SELECT 1 EXCEPT SELECT 2 UNION ALL SELECT 3", [(1,), (3,)]),
    (f"SELECT max(CAST(x AS double)) / (SELECT count(*) FROM {NUMBERS}) FROM {NUMBERS}", [(4 / 3,)]),
    ("-- what for\nSELECT 1; -- done", [(1,)]),
    (f"SELECT x, n FROM {NUMBERS} CROSS JOIN LATERAL (SELECT t.x * 2 AS n) ORDER BY x", [(1, 2), (2, 4), (4, 8)]),
]


@pytest.mark.parametrize(("sql", "expected"), QUERIES)
def test_a_query_has_trinos_rows(engine, sql, expected):
    assert rows(engine, sql) == expected


FAILING = [
    ("SELECT 1 / 0", "DIVISION_BY_ZERO"),
    ("SELECT CAST('x' AS integer)", "INVALID_CAST_ARGUMENT"),
    ("SELECT 9223372036854775807 + 1", "NUMERIC_VALUE_OUT_OF_RANGE"),
    ("SELECT ARRAY[1, 2][3]", "INVALID_CAST_ARGUMENT"),
    # Types do not change by themselves.
    ("SELECT x FROM (VALUES ('2026-11-22')) AS t (x) WHERE x >= DATE '2026-11-01'", "TYPE_MISMATCH"),
    ("SELECT x FROM (VALUES ('1')) AS t (x) WHERE x IN (1, 2)", "TYPE_MISMATCH"),
    ("SELECT 'a' || 1", "TYPE_MISMATCH"),
    ("SELECT coalesce('a', 1)", "TYPE_MISMATCH"),
    ("SELECT CASE WHEN true THEN 'a' ELSE 1 END", "TYPE_MISMATCH"),
    ("SELECT 'a' UNION ALL SELECT 1", "TYPE_MISMATCH"),
    ("SELECT DATE '2026-01-02' + 1", "TYPE_MISMATCH"),
    ("SELECT 1 +\n (2 || 'b')", "TYPE_MISMATCH: line 2:5: Cannot apply operator: integer || varchar"),
    ("SELECT sum('a')", "FUNCTION_NOT_FOUND: Unexpected parameters (varchar) for function sum"),
    ("SELECT date_format('a', '%Y')", "FUNCTION_NOT_FOUND: Unexpected parameters (varchar, varchar) for"),
    (f"SELECT x, count(*) FROM {NUMBERS}", "EXPRESSION_NOT_AGGREGATE: 'x' must be an aggregate expression or appear"),
    ("SELECT x FROM (SELECT 1 AS x) AS t, (SELECT 2 AS x) AS u", "AMBIGUOUS_NAME: line 1:8: Column 'x' is ambiguous"),
    # A column's new name is known to ORDER BY alone.
    (f"SELECT x + 1 AS y FROM {NUMBERS} WHERE y > 1", "COLUMN_NOT_FOUND: line 1:62: Column 'y' cannot be resolved"),
    (f"SELECT x + 1 AS y, count(*) FROM {NUMBERS} GROUP BY y", "COLUMN_NOT_FOUND"),
    (f"SELECT x + 1 AS y, y + 1 AS z FROM {NUMBERS}", "COLUMN_NOT_FOUND"),
    # DuckDB's own.
    ("SELECT list_value(1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'list_value' not registered"),
    ("SELECT string_agg('a', ',')", "FUNCTION_NOT_FOUND"),
    ("SELECT CAST(1 AS string)", "TYPE_NOT_FOUND"),
    ("SELECT CAST(1 AS text)", "TYPE_NOT_FOUND"),
    # Known to differ, or not known not to; the page has more.
    ("SELECT 1,\n  Format('%d', 1)", "NOT_SUPPORTED: line 2:3: the function format (the local Athena cannot do this"),
    ("SELECT CAST(1 AS json)", "NOT_SUPPORTED: the type json (the local"),
    ("SELECT x['k'] FROM (VALUES (ARRAY[1])) AS t (x)", "NOT_SUPPORTED"),
    (f"SELECT * FROM {NUMBERS}, {NUMBERS}", "NOT_SUPPORTED: Alias already used: t (the local"),
]


@pytest.mark.parametrize(("sql", "reason"), FAILING)
def test_what_athena_refuses_or_this_cannot_do_fails_with_a_reason(engine, sql, reason):
    with pytest.raises(QueryError) as failed:
        rows(engine, sql)

    assert str(failed.value).startswith(reason)


MALFORMED = [
    "SELEC 1",
    "SELECT 1; SELECT 2",
    "SELECT a::int FROM t",
    "SELECT x FROM t WHERE x == 1",
    "SELECT * EXCLUDE (x) FROM t",
    "SELECT DISTINCT ON (x) x FROM t",
    "SELECT [1, 2]",
    "SELECT {'a': 1}",
    "SELECT 1 // 2",
    "FROM t SELECT x",
    "SELECT * FROM 'x.parquet'",
    "SELECT * FROM t LIMIT 1 OFFSET 1",
    "SELECT x FROM t QUALIFY row_number() OVER () = 1",
    "SELECT x FROM t GROUP BY ALL",
    "SELECT x FROM t SEMI JOIN u USING (x)",
    "GRANT SELECT ON t TO u",
    "TRUNCATE TABLE t",
]


@pytest.mark.parametrize("sql", MALFORMED)
def test_what_only_duckdb_would_read_is_no_statement(sql):
    with pytest.raises(MalformedQueryError):
        plan(read_statement(sql, []).query, "charts", EMPTY)


def test_the_page_lists_limits():
    assert min(len(LIMITS), len(HERE)) > 10


def refusal(sql):
    session = Session("1", "charts", Location("bucket", ""), Engine(), EMPTY, Scanned())
    with contextlib.closing(session.engine), pytest.raises((QueryError, MalformedQueryError)) as refused:
        execute(session, read_statement(sql, []))
    return str(refused.value)


@pytest.mark.parametrize(("sql", "answer"), BY_ATHENA)
def test_what_athena_refuses_too_is_refused_in_the_pages_words(sql, answer):
    assert f"`{refusal(sql)}`" == answer


@pytest.mark.parametrize("sql", [sql for sql, _instead in HERE])
def test_what_only_aws_runs_is_refused_as_a_local_limit(sql):
    assert refusal(sql).endswith("(the local Athena cannot do this, Athena on AWS can)")


@pytest.mark.parametrize(("refused", "instead"), LIMITS)
def test_what_the_page_calls_refused_is_refused_and_what_stands_beside_it_runs(engine, refused, instead):
    with pytest.raises(QueryError, match=r"(?s)NOT_SUPPORTED: .*\(the local Athena cannot do this, .* AWS can\)"):
        rows(engine, refused)

    assert rows(engine, instead)


def test_parameters_fill_the_question_marks_in_order():
    statement = read_statement("SELECT '?', ? FROM t WHERE x > ?", ["'a'", "-1"])

    assert statement.query == "SELECT '?', 'a' FROM t WHERE x > -1"


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [([], "expected 1 but found 0"), (["abc"], "strings need quotes: 'abc'"), (["(SELECT 1)"], "not a constant")],
)
def test_parameters_that_do_not_fit_are_refused(parameters, problem):
    with pytest.raises(MalformedQueryError, match=problem):
        read_statement("SELECT ?", parameters)
