import pytest

from chart_extract import doctor
from local_cloud.spotify import own_playlist_id


@pytest.fixture
def laptop(spotify):
    """What a person's .env holds."""
    return {
        "SPOTIFY_CLIENT_ID": "stand-in-client",
        "SPOTIFY_CLIENT_SECRET": "stand-in-secret",
        "SPOTIFY_REFRESH_TOKEN": "stand-in-refresh-token",
        "SPOTIFY_CONSENTED_AT": "2026-11-01",
        "CHARTS": f"mine={own_playlist_id('global')}",
        "SPOTIFY_API_URL": spotify.api_url,
        "SPOTIFY_ACCOUNTS_URL": spotify.accounts_url,
    }


def test_all_is_well_is_exit_code_0(laptop, capsys):
    code = doctor.main(laptop)

    printed = capsys.readouterr().out
    assert code == 0
    assert "ok    chart mine: GET /playlists/" in printed
    assert printed.endswith("\nAn extraction would succeed.\n")


def test_a_wall_is_exit_code_1_and_tells_what_was_tried_what_came_back_what_it_means_and_what_to_do(laptop, capsys):
    code = doctor.main(laptop | {"CHARTS": f"mine={'0' * 22}"})

    lines = capsys.readouterr().out.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("fail"))
    assert code == 1
    assert lines[start] == f"fail  chart mine: GET /playlists/{'0' * 22} -> Spotify has no such playlist (404)"
    assert lines[start + 1].startswith("      means: It was deleted")
    assert lines[start + 2].startswith("      to do: Correct its id in CHARTS")
    assert lines[-1] == "An extraction would fail: 1 check did."


def test_settings_that_are_wrong_are_the_only_line(laptop, capsys):
    code = doctor.main(laptop | {"CHARTS": "narnia"})

    printed = capsys.readouterr().out
    assert code == 1
    assert printed.startswith("fail  settings: the environment -> CHARTS: narnia is not in charts.csv")
    assert "token" not in printed


def test_with_a_secret_it_looks_at_what_the_function_uses(laptop, s3, bucket, store_secret, capsys):
    on_aws = {"SPOTIFY_SECRET_ID": store_secret(refresh_token="stand-in-refresh-token"), "DATA_BUCKET": bucket}

    code = doctor.main({name: laptop[name] for name in ("CHARTS", "SPOTIFY_API_URL", "SPOTIFY_ACCOUNTS_URL")} | on_aws)

    printed = capsys.readouterr().out
    assert code == 0
    assert "ok    credentials: secret spotify-of-a-test" in printed
    assert f"ok    bucket: list s3://{bucket}/raw/" in printed


@pytest.mark.parametrize("charts", ["mine", "global"])
def test_no_secret_is_printed(laptop, spotify, capsys, charts):
    spotify.fail("forbidden")

    doctor.main(laptop if charts == "mine" else laptop | {"CHARTS": charts})

    printed = capsys.readouterr().out
    assert [it for it in ("stand-in-secret", "stand-in-refresh-token", "stand-in-client") if it in printed] == []
