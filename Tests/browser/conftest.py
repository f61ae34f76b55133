"""A desktop's and a phone's browser, both headless Chromium, and the programs that they meet."""
import os
import pathlib
import shutil

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from programs import ROOT, Site

SCREENSHOTS = pathlib.Path(os.environ.get("WXGATE_TEST_SCREENSHOTS", ROOT / ".build" / "screenshots"))


def browser(language="en", width=1280, height=900, mobile=False, dark=False):
    """A browser of its own, with a fresh profile."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in [
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
        # No connection but those of the tests.
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
        "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        f"--lang={language}", f"--accept-lang={language}", f"--window-size={width},{height}",
    ]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_page_load_timeout(30)
    # A window is never narrower than some 500 pixels; what is laid out is.
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile})
    if dark:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    if mobile:
        driver.execute_cdp_cmd("Emulation.setUserAgentOverride", {
            "userAgent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
                         "Chrome/150.0.0.0 Mobile Safari/537.36",
            "userAgentMetadata": {"platform": "Android", "platformVersion": "14", "architecture": "",
                                  "model": "Pixel 8", "mobile": True}})
    return driver


@pytest.fixture
def open_browser():
    """Opens browsers that end with the test."""
    opened = []

    def open_one(**options):
        opened.append(browser(**options))
        return opened[-1]

    yield open_one
    for driver in opened:
        driver.quit()


@pytest.fixture
def open_site(tmp_path):
    """Starts a gateway and a simulator that end with the test."""
    started = []

    def start(**settings):
        folder = tmp_path / f"site{len(started)}"
        folder.mkdir()
        started.append(Site(folder, **settings))
        return started[-1]

    yield start
    for site in started:
        site.stop()


@pytest.fixture
def screenshot(request):
    """Keeps a picture of a page as build output."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def take(driver, name):
        driver.save_screenshot(str(SCREENSHOTS / f"{name}.png"))

    return take
