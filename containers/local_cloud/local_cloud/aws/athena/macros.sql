-- Trino's functions where DuckDB's of the same name, or the nearest, answer differently.
-- The types of the arguments choose among the definitions of one name, as in Trino.

-- A date plus days stays a date (DuckDB: a timestamp).
CREATE MACRO trino_plus
    (x DATE, step INTERVAL) AS CAST(x + step AS DATE),
    (x TIMESTAMP, step INTERVAL) AS x + step,
    (x TIMESTAMPTZ, step INTERVAL) AS x + step;
CREATE MACRO trino_date_trunc
    (unit, x DATE) AS CAST(date_trunc(unit, x) AS DATE),
    (unit, x TIMESTAMP) AS date_trunc(unit, x),
    (unit, x TIMESTAMPTZ) AS date_trunc(unit, x);
CREATE MACRO trino_sequence
    (first BIGINT, last BIGINT) AS generate_series(first, last),
    (first BIGINT, last BIGINT, step BIGINT) AS generate_series(first, last, step),
    (first DATE, last DATE) AS list_transform(generate_series(first, last, INTERVAL 1 DAY), LAMBDA d : CAST(d AS DATE)),
    (first DATE, last DATE, step INTERVAL) AS
        list_transform(generate_series(first, last, step), LAMBDA d : CAST(d AS DATE)),
    (first TIMESTAMP, last TIMESTAMP, step INTERVAL) AS generate_series(first, last, step);

-- Milliseconds, always three digits. Doubles as text (1.5E0) are refused where their type is known.
CREATE MACRO trino_varchar
    (x TIMESTAMP) AS strftime(x, '%Y-%m-%d %H:%M:%S.%g'),
    (x TIMESTAMPTZ) AS strftime(x, '%Y-%m-%d %H:%M:%S.%g UTC'),
    (x DATE) AS CAST(x AS VARCHAR),
    (x BIGINT) AS CAST(x AS VARCHAR),
    (x VARCHAR) AS x,
    (x BOOLEAN) AS CAST(x AS VARCHAR),
    (x UUID) AS CAST(x AS VARCHAR),
    (x DOUBLE) AS CAST(CAST('a double is written as in 1.5E0 by Athena, not so here' AS INTEGER) AS VARCHAR);

-- No match is NULL, not ''.
CREATE MACRO trino_regexp_extract(x, pattern, number) AS
    CASE WHEN regexp_matches(x, pattern) THEN regexp_extract(x, pattern, number) END;
CREATE MACRO trino_split_part(x, separator, number) AS string_split(x, separator)[number];

-- Order is kept, and NULL is an element.
CREATE MACRO trino_array_distinct(x) AS
    list_filter(x, LAMBDA each, place : list_position(x, each) = place);
CREATE MACRO trino_array_except(x, y) AS
    list_filter(trino_array_distinct(x), LAMBDA each : list_position(y, each) IS NULL);
CREATE MACRO trino_array_intersect(x, y) AS
    list_filter(trino_array_distinct(x), LAMBDA each : list_position(y, each) IS NOT NULL);
CREATE MACRO trino_array_union(x, y) AS trino_array_distinct(list_concat(x, y));
CREATE MACRO trino_array_position(x, sought) AS
    CASE WHEN x IS NOT NULL AND sought IS NOT NULL THEN CAST(coalesce(list_position(x, sought), 0) AS BIGINT) END;
CREATE MACRO trino_array_remove(x, removed) AS list_filter(x, LAMBDA each : each IS DISTINCT FROM removed);
-- Where an element is NULL, nobody knows.
CREATE MACRO trino_contains(x, sought) AS
    CASE WHEN list_contains(x, sought) THEN true WHEN x IS NOT NULL AND list_position(x, NULL) IS NULL THEN false END;
CREATE MACRO trino_array_max(x) AS CASE WHEN list_position(x, NULL) IS NULL THEN list_max(x) END;
CREATE MACRO trino_array_min(x) AS CASE WHEN list_position(x, NULL) IS NULL THEN list_min(x) END;
-- The third argument is a length, and a negative start counts from the end.
CREATE MACRO trino_slice(x, start, length) AS CASE
    WHEN start < 0 THEN list_slice(x, len(x) + start + 1, len(x) + start + length)
    ELSE list_slice(x, start, start + length - 1)
END;
-- An index out of bounds is an error (element_at is the lenient one). sqlglot counts from 0.
CREATE MACRO trino_subscript(x, place) AS
    x[CASE
        WHEN x IS NULL OR place BETWEEN 0 AND len(x) - 1 THEN place + 1
        ELSE CAST('Array subscript must be between 1 and the length of the array' AS INTEGER)
    END];
