"""The page in both languages, both schemes and three widths: nothing overflows, nothing complains, pictures are kept."""
import pytest
from pages import LoginPage, Phone, console_errors, layout, wait

WIDTHS = [(320, 640), (390, 844), (1280, 900)]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_state_fits_and_speaks_the_visitors_language(open_site, open_browser, screenshot, language, dark):
    site = open_site(WXGATE_QR_POOL="0")
    desktop = open_browser(language=language, dark=dark)
    pocket = open_browser(width=390, height=844, language=language, dark=dark)
    page = LoginPage(desktop, site.gateway_url).open()
    phone = Phone(pocket, site.sim_url).be("小雨 Rainy")

    def look(state):
        for width, height in WIDTHS:
            desktop.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
            wanted, given = layout(desktop)
            assert wanted <= given, f"{state} is {wanted} wide at {width}"
            screenshot(desktop, f"login-{state}-{language}-{'dark' if dark else 'light'}-{width}")

    page.widget.until("waiting")
    assert ("微信" if language == "zh-CN" else "WeChat") in page.widget.find(".title").text
    assert desktop.execute_script("return document.documentElement.lang").startswith(language[:2])
    look("waiting")
    phone.scan_newest().until("scanned")
    page.widget.until("scanned")
    look("scanned")
    screenshot(pocket, f"phone-scanned-{language}-{'dark' if dark else 'light'}")
    wanted, given = layout(pocket)
    assert wanted <= given
    phone.cancel().until("cancelled")
    page.widget.until("cancelled")
    look("cancelled")
    page.widget.click("renew")
    page.widget.until("waiting")
    pocket.refresh()
    phone = Phone(pocket, site.sim_url).be("小雨 Rainy")
    phone.scan_newest().until("scanned").confirm().until("confirmed")
    page.until_logged_in()
    look("logged-in")
    page.log_out()
    page.widget.until("waiting")
    site.gateway.stop()
    page.widget.until("offline")
    look("offline")
    errors = [e for e in console_errors(desktop) if "ERR_" not in e]
    assert errors == []
