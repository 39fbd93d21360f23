from datetime import timedelta

import pytest

from chart_check.config import Charts, Config
from chart_check.errors import ConfigError

ENVIRONMENT = {
    "DATA_BUCKET": "charts",
    "CHARTS": "global, us=37i9dQZEVXbLRQDuF5jeBp",
    "DATABASE": "charts",
    "WORKGROUP": "checks",
    "MAX_CHART_AGE_HOURS": "26",
}


def test_the_settings_are_read_from_the_environment():
    config = Config.from_env(ENVIRONMENT)

    assert config == Config(
        "charts", Charts(("global", "us"), all_loaded=False), "charts", "checks", timedelta(hours=26)
    )


@pytest.mark.parametrize(
    ("text", "charts"),
    [
        ("all,mine=abc", Charts(("mine",), all_loaded=True)),
        ("none", Charts((), all_loaded=False)),
        ("all=abc", Charts(("all",), all_loaded=False)),
        ("x" * 64, Charts(("x" * 64,), all_loaded=False)),
    ],
)
def test_all_means_each_chart_that_was_loaded_none_no_chart_and_a_name_that_chart(text, charts):
    assert Charts.parse(text) == charts


@pytest.mark.parametrize("text", [",", "Global", "us;drop", "=abc", "x" * 65])
def test_what_extract_would_refuse_is_refused_here_too(text):
    with pytest.raises(ConfigError, match="CHARTS"):
        Charts.parse(text)


@pytest.mark.parametrize("hours", ["soon", "0", "-1", "nan", "inf", "1e300"])
def test_an_age_that_is_no_number_of_hours_is_named(hours):
    with pytest.raises(ConfigError, match=f"MAX_CHART_AGE_HOURS: '{hours}'"):
        Config.from_env(ENVIRONMENT | {"MAX_CHART_AGE_HOURS": hours})
