"""The page in a real browser, without a network: it draws, complains of nothing, and follows a song."""

import pytest
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

DATES = {
    "2026-01-04": {"global": "a b c d e f", "us": "a c"},
    "2026-01-05": {"global": "b a c d f e", "us": "a c"},
    "2026-01-06": {"global": "b c a g d e", "us": "c x"},
}
pytestmark = pytest.mark.full
PHONE, WIDE = (390, 844), (1280, 900)
SECONDS = 60


@pytest.fixture
def opened(lake, report, browser):
    """Open the report in a window of a size, in light or dark."""

    def opened(size=WIDE, scheme="light", media="", charts=DATES, artists=()):
        lake.fill(charts, artists=artists)
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
        browser.get(report().as_uri())
        WebDriverWait(browser, SECONDS).until(lambda it: it.execute_script("return document.body.dataset.drawn"))
        return browser

    return opened


def pressed(browser):
    """The songs that the page follows, by its buttons."""
    buttons = browser.find_elements(By.CSS_SELECTOR, "button[aria-pressed=true]")
    return [button.get_attribute("data-follow") for button in buttons]


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_draws_every_figure_within_the_window_and_complains_of_nothing(opened, size, scheme):
    browser = opened(size, scheme)

    drawn = browser.find_elements(By.CSS_SELECTOR, "figure[data-figure] svg")
    assert len(drawn) == 4
    assert all(0 < svg.size["width"] <= size[0] for svg in drawn)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= size[0]
    assert browser.get_log("browser") == []


def test_light_and_dark_have_colours_of_their_own(opened):
    def colours(browser):
        script = (
            "const line = document.querySelector('[data-figure=bump] svg path[stroke]');"
            "return [getComputedStyle(document.body).backgroundColor, getComputedStyle(line).stroke]"
        )
        return browser.execute_script(script)

    light = colours(opened(scheme="light"))
    dark = colours(opened(scheme="dark"))

    assert light[0] == "rgb(255, 255, 255)"
    assert all(one != other for one, other in zip(light, dark, strict=True))


def test_it_begins_with_the_number_one(opened):
    browser = opened()

    assert pressed(browser) == ["b"]
    assert browser.find_element(By.ID, "story").text == (
        "Song b: 3 dates here, from 2 on 2026-01-04 to 1 on 2026-01-06, 1 at best."
    )


def centres(browser, song_id):
    """Where the points of a song lie in the window, by date."""
    script = (
        "return [...document.querySelectorAll('[data-figure=bump] .mark-symbol path')]"
        ".filter((it) => it.__data__.datum.song_id === arguments[0])"
        ".map((it) => [it.__data__.datum.chart_date, it.getBoundingClientRect()])"
        ".map(([day, box]) => [day, box.x + box.width / 2, box.y + box.height / 2])"
    )
    return {day: (x, y) for day, x, y in browser.execute_script(script, song_id)}


def test_a_click_on_a_line_between_two_dates_follows_its_song(opened):
    browser = opened()
    # Song d is fourth on both: its line is level.
    (left, y), (right, _) = (centres(browser, "d")[day] for day in ("2026-01-04", "2026-01-05"))

    actions = ActionBuilder(browser)
    actions.pointer_action.move_to_location(round((left + right) / 2), round(y)).click()
    actions.perform()

    assert pressed(browser) == ["d"]
    assert Select(browser.find_element(By.ID, "followed")).first_selected_option.text == "Song d, Artist d-artist"


def test_a_pointer_on_a_point_shows_song_date_and_position(opened):
    browser = opened()
    x, y = centres(browser, "g")["2026-01-06"]

    actions = ActionBuilder(browser)
    actions.pointer_action.move_to_location(round(x), round(y))
    actions.perform()

    tooltip = browser.find_element(By.ID, "vg-tooltip-element")
    WebDriverWait(browser, SECONDS).until(lambda it: tooltip.is_displayed())
    assert tooltip.text.split("\n")[0].endswith("Song g")
    assert "2026-01-06" in tooltip.text


def test_a_song_is_followed_by_keyboard_and_let_go(opened):
    browser = opened()
    button = browser.find_element(By.CSS_SELECTOR, "button[data-follow=a]")

    button.send_keys(Keys.ENTER)

    assert pressed(browser) == ["a"]
    assert browser.find_element(By.CSS_SELECTOR, "tr.followed").get_attribute("data-song") == "a"
    button.send_keys(Keys.SPACE)
    assert pressed(browser) == []
    assert browser.find_element(By.ID, "story").text == ""


def test_a_song_that_has_left_is_followed_by_the_list(opened):
    browser = opened()

    Select(browser.find_element(By.ID, "followed")).select_by_visible_text("Song f, Artist f-artist")

    assert browser.find_element(By.ID, "story").text == (
        "Song f: 2 dates here, from 6 on 2026-01-04 to 5 on 2026-01-05, 5 at best."
    )
    assert pressed(browser) == []


def test_print_is_dark_on_white_and_without_controls(opened):
    browser = opened(scheme="dark", media="print")

    assert browser.execute_script("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not browser.find_element(By.ID, "followed").is_displayed()
    assert not any(it.is_displayed() for it in browser.find_elements(By.CSS_SELECTOR, "button"))


def test_two_artists_of_one_name_have_a_bar_each_and_a_name_no_quote_breaks(opened):
    same = {"name": 'The "Same"'}
    artists = {"a-artist": same, "b-artist": same, "c-artist": {"name": None}}
    browser = opened(charts={"2026-01-06": {"global": "a b c"}}, artists=artists)

    presence = browser.find_element(By.CSS_SELECTOR, "[data-figure=presence]")
    labels = [it.text for it in presence.find_elements(By.CSS_SELECTOR, ".role-axis-label text") if it.text]
    # The axis of the numbers comes first.
    assert labels[-3:] == ['The "Same"', 'The "Same"', "c-artist"]
    bars = [it.size["width"] for it in presence.find_elements(By.CSS_SELECTOR, ".mark-rect.role-mark path")]
    assert len(bars) == 3
    assert max(bars) - min(bars) < 1


def test_a_single_date_draws_what_it_can_and_complains_of_nothing(opened):
    browser = opened(charts={"2026-01-06": {"global": "a b"}})

    drawn = browser.find_elements(By.CSS_SELECTOR, "figure[data-figure] svg")
    assert len(drawn) == 1
    assert browser.get_log("browser") == []
