"""What of Athena's SQL runs here: everything not named is refused, so that nothing is answered differently unnoticed.

Names are those of sqlglot's classes; functions that sqlglot has no class for stand under their own.
"""

from sqlglot import exp

_NODES = """
Add Alias All Any Between Boolean Bracket Column CTE Cube DataTypeParam Distinct Div DPipe EQ Escape
Except Fetch Filter From Group GroupingSets GT GTE Having Identifier IgnoreNulls In Intersect Interval Is Join
Lambda Lateral Like Limit LimitOptions Literal LT LTE Mod Mul Neg NEQ Not Null NullSafeEQ NullSafeNEQ Offset Order
Ordered Paren Rollup Select Star Sub Subquery Table TableAlias Tuple Union Values Var Where Window WindowSpec With
"""
_FUNCTIONS = """
Abs And AnyValue ApproxDistinct ApproxQuantile ArgMax ArgMin Array ArrayAgg ArrayContains ArrayDistinct ArrayExcept
ArrayFilter ArrayIntersect ArrayMax ArrayMin ArrayPosition ArrayRemove ArraySize ArraySlice ArraySort ArrayToString
Avg Case Cast Ceil Chr Coalesce Concat ConcatWs Corr Count CountIf CovarPop CovarSamp CumeDist CurrentDate
CurrentTimestamp Date DateAdd DateDiff DateTrunc Day DayOfMonth DayOfWeekIso DayOfYear DenseRank Exists Exp Extract
FirstValue Flatten Floor FromISO8601Date GenerateSeries Greatest GroupConcat Grouping Hour If
IsNan Lag LastDay LastValue Lead Least Length Ln Localtimestamp Log LogicalAnd LogicalOr Lower Max Min Minute Month
NthValue Ntile Nullif Or Pad PercentRank Pi Pow Quarter Rand Rank Reduce RegexpExtract RegexpLike RegexpReplace
Replace Reverse Round RowNumber Second Sign Split SplitPart Sqrt StartsWith Stddev StddevPop StddevSamp StrPosition
StrToTime Substring Sum TimeToStr TimeToUnix TimestampTrunc Transform Trim Trunc Try TryCast UnixToTime Unnest
Upper Uuid Variance VariancePop WeekOfYear Year
"""
_TYPES = "ARRAY BIGINT BOOLEAN DATE DECIMAL DOUBLE FLOAT INT SMALLINT TIMESTAMP TIMESTAMPTZ TINYINT VARCHAR"

# Where the class's name is not how SQL spells it.
SPELLED = {
    "DOT": "a name of so many parts",
    "MATCH RECOGNIZE": "MATCH_RECOGNIZE",
    "SLICE": "[from:to]",
    "TABLE SAMPLE": "TABLESAMPLE",
}

NODES = frozenset(_NODES.split())
FUNCTIONS = frozenset(_FUNCTIONS.split())
NAMED_FUNCTIONS = frozenset(("any_match", "all_match", "none_match", "array_union", "every"))
TYPES = frozenset(exp.DType[name] for name in _TYPES.split())
