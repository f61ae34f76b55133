"""A visitor's ways through the login page, with a phone beside it."""
import base64
import http.server
import json
import signal
import threading

import pytest
from pages import LoginPage, Phone, Widget, console_errors, fetch_json, newest_scene, wait
from programs import APPID, Nginx, fetch, free_port
from selenium.webdriver.common.by import By

SESSION_COOKIE = "wxgate_session"


@pytest.fixture
def site(open_site):
    return open_site(WXGATE_QR_POOL="0")


def cookie(driver):
    return next((c for c in driver.get_cookies() if c["name"] == SESSION_COOKIE), None)


def test_a_visitor_logs_in_by_scanning_and_logs_out_again(site, open_browser, screenshot):
    desktop, pocket = open_browser(), open_browser(width=390, height=844)
    page = LoginPage(desktop, site.gateway_url).open()
    page.widget.until("waiting")
    phone = Phone(pocket, site.sim_url).be("小雨 Rainy")
    phone.scan_newest().until("scanned")
    assert "示例商店 Example Shop" in phone.find("#site").text
    screenshot(pocket, "phone-scanned")
    page.widget.until("scanned")
    assert "小雨 Rainy" in page.widget.find(".name").text
    phone.confirm().until("confirmed")
    page.until_logged_in()
    assert page.user == "小雨 Rainy"
    session = cookie(desktop)
    assert session["httpOnly"] and session["sameSite"] == "Lax" and session["path"] == "/"
    assert fetch(f"{site.gateway_url}/auth/check", headers={"Cookie": f"{SESSION_COOKIE}={session['value']}"})[0] == 200
    # A page that is opened anew knows its visitor.
    desktop.refresh()
    page.until_logged_in()
    page.log_out()
    page.widget.until("waiting")
    assert cookie(desktop) is None
    assert fetch(f"{site.gateway_url}/auth/check", headers={"Cookie": f"{SESSION_COOKIE}={session['value']}"})[0] == 401
    assert console_errors(desktop) == [] and console_errors(pocket) == []


def test_the_picture_on_the_screen_can_be_scanned(open_site, open_browser, tmp_path):
    site = open_site()
    desktop, pocket = open_browser(), open_browser(width=390, height=844)
    page = LoginPage(desktop, site.gateway_url).open()
    page.widget.until("waiting")
    phone = Phone(pocket, site.sim_url).be("Camera")
    # First the screen as a camera sees it, then the picture alone.
    seen = tmp_path / "screen.png"
    desktop.save_screenshot(str(seen))
    phone.scan_picture(seen).until("scanned")
    phone.cancel().until("cancelled")
    page.widget.until("cancelled").click("renew")
    page.widget.until("waiting")
    kind, data = page.widget.picture.split(",", 1)
    assert kind in ("data:image/png;base64", "data:image/jpeg;base64")
    alone = tmp_path / "code.png"
    alone.write_bytes(base64.b64decode(data))
    pocket.refresh()
    Phone(pocket, site.sim_url).be("Camera too").scan_picture(alone).until("scanned").confirm().until("confirmed")
    page.until_logged_in()


def test_a_cancelled_login_begins_anew_with_one_click(site, open_browser):
    desktop, pocket = open_browser(), open_browser(width=390, height=844)
    page = LoginPage(desktop, site.gateway_url).open()
    page.widget.until("waiting")
    first = page.widget.picture
    phone = Phone(pocket, site.sim_url).be("Hesitant")
    phone.scan_newest().until("scanned").cancel().until("cancelled")
    page.widget.until("cancelled")
    assert cookie(desktop) is None
    page.widget.click("renew")
    page.widget.until("waiting")
    assert page.widget.picture != first


def test_an_expired_code_is_renewed_three_times_and_then_waits_for_a_click(open_site, open_browser):
    site = open_site(WXGATE_QR_POOL="0", WXGATE_QR_TTL="1")
    desktop = open_browser()
    page = LoginPage(desktop, site.gateway_url).open()
    page.widget.until("expired")
    wait(desktop, lambda _: page.widget.find("[data-action=renew]").is_displayed(), "the button")
    codes = json.loads(fetch(f"{site.sim_url}/sim/wxacodes")[1])["codes"]
    assert len(codes) == 4, "the first code and three renewals"
    page.widget.click("renew")
    wait(desktop, lambda _: len(json.loads(fetch(f"{site.sim_url}/sim/wxacodes")[1])["codes"]) == 5, "a fifth code")


def test_a_tab_that_closes_frees_its_parked_poll(site, open_browser):
    desktop = open_browser()
    LoginPage(desktop, site.gateway_url).open().widget.until("waiting")
    wait(desktop, lambda _: site.metric("wxgate_parked_polls") == 1, "one parked poll")
    desktop.get("about:blank")
    wait(desktop, lambda _: site.metric("wxgate_parked_polls") == 0, "no parked poll")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_gateway_that_restarts_in_the_middle_is_waited_for(site, open_browser, how):
    desktop, pocket = open_browser(), open_browser(width=390, height=844)
    page = LoginPage(desktop, site.gateway_url).open()
    page.widget.until("waiting")
    first = page.widget.picture
    phone = Phone(pocket, site.sim_url).be("Patient")
    site.gateway.stop(how)
    page.widget.until("offline")
    site.gateway.start()
    page.widget.click("retry")
    page.widget.until("waiting")
    wait(desktop, lambda _: page.widget.picture != first, "another code")
    phone.scan_newest().until("scanned").confirm().until("confirmed")
    page.until_logged_in()
    assert page.user == "Patient"


def test_two_tabs_with_two_codes_do_not_disturb_each_other(site, open_browser):
    desktop, pocket = open_browser(), open_browser(width=390, height=844)
    one = LoginPage(desktop, site.gateway_url).open()
    one.widget.until("waiting")
    scene = newest_scene(site.sim_url)
    first = desktop.current_window_handle
    desktop.switch_to.new_window("window")
    other = LoginPage(desktop, site.gateway_url).open()
    other.widget.until("waiting")
    phone = Phone(pocket, site.sim_url).be("Twofold")
    phone.scan_newest().until("scanned").cancel().until("cancelled")
    other.widget.until("cancelled")
    desktop.switch_to.window(first)
    one.widget.until("waiting")
    pocket.refresh()
    Phone(pocket, site.sim_url).be("Twofold again").scan(scene).until("scanned").confirm().until("confirmed")
    one.until_logged_in()


def test_the_widget_follows_events_where_it_is_asked_to(site, open_browser):
    desktop, pocket = open_browser(), open_browser(width=390, height=844)
    page = LoginPage(desktop, site.gateway_url).open()
    page.widget.until("waiting")
    # A page of the gateway's own origin that mounts the widget by itself.
    desktop.execute_script(
        "document.getElementById('login').replaceChildren(); window.logins = [];"
        "WxGate.mount(document.getElementById('login'), {events: true, onLogin: login => window.logins.push(login)})")
    page.widget.until("waiting")
    wait(desktop, lambda _: site.metric("wxgate_parked_polls") >= 1, "an event stream")
    phone = Phone(pocket, site.sim_url).be("Eventful")
    phone.scan_newest().until("scanned")
    page.widget.until("scanned")
    phone.confirm().until("confirmed")
    logins = wait(desktop, lambda d: d.execute_script("return window.logins"), "onLogin")
    assert logins[0]["userInfo"]["nickName"] == "Eventful" and logins[0]["token"]
    assert cookie(desktop) is not None


def test_an_album_launch_is_refused_and_the_code_stays_good(site, open_browser, screenshot):
    desktop, pocket = open_browser(), open_browser(width=390, height=844)
    page = LoginPage(desktop, site.gateway_url).open()
    page.widget.until("waiting")
    phone = Phone(pocket, site.sim_url).be("Tricked").choose_launch("1013").scan_newest().until("refused")
    assert "launch_refused" in phone.find("#result-code").text
    screenshot(pocket, "phone-refused")
    assert page.widget.state == "waiting"
    phone.choose_launch("1047").scan_newest().until("scanned")
    page.widget.until("scanned")


def test_a_phone_gets_a_link_and_logs_in_with_it(site, open_browser, screenshot):
    pocket = open_browser(width=390, height=844, mobile=True)
    Phone(pocket, site.sim_url).be("Pocket")
    page = LoginPage(pocket, site.gateway_url).open()
    page.widget.until("waiting")
    screenshot(pocket, "login-link")
    link = page.widget.find("[data-action=open]").get_attribute("href")
    login = pocket.current_window_handle
    pocket.switch_to.new_window("window")
    phone = Phone(pocket, link.split("/phone")[0], link.split("/phone")[1])
    phone.until("scanned").confirm().until("confirmed")
    pocket.switch_to.window(login)
    page.until_logged_in()
    assert page.user == "Pocket"


def test_a_phone_gets_a_code_when_wechat_makes_no_more_links_today(open_site, open_browser):
    site = open_site()
    fetch(f"{site.sim_url}/sim/apps", {"appid": APPID, "links_per_day": 1})
    assert fetch(f"{site.gateway_url}/api/v1/qr", {"via": "link"})[0] == 201
    status, reply = fetch(f"{site.gateway_url}/api/v1/qr", {"via": "link"})
    assert (status, json.loads(reply)["errcode"]) == (429, 44993), reply
    pocket = open_browser(width=390, height=844, mobile=True)
    widget = LoginPage(pocket, site.gateway_url).open().widget.until("waiting")
    assert widget.picture.startswith("data:image/")
    assert "another phone" in widget.text


def test_a_page_behind_nginx_is_reached_by_scanning(open_site, open_browser, tmp_path):
    """auth_request, the login page and the way back, all under nginx's one name."""

    class Website(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = f"<h1>{self.headers['X-Wx-Openid']}</h1><p>{self.path} {self.headers['X-Wx-Channel']}</p>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    website = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Website)
    threading.Thread(target=website.serve_forever, daemon=True).start()
    site = open_site(WXGATE_QR_POOL="0", WXGATE_TRUSTED_PROXIES="127.0.0.1")
    port = free_port()
    nginx = Nginx(tmp_path, "wxgate-web.conf", {
        "server 127.0.0.1:8080;": f"server {site.gateway_url.removeprefix('http://')};",
        "server 127.0.0.1:3000;": f"server 127.0.0.1:{website.server_port};",
        "listen 127.0.0.1:80;": f"listen 127.0.0.1:{port};",
    }, port)
    try:
        desktop, pocket = open_browser(), open_browser(width=390, height=844)
        desktop.get(f"{nginx.url}/orders?page=2&sort=new")
        assert desktop.current_url.startswith(f"{nginx.url}/login?")
        LoginPage(desktop, nginx.url).widget.until("waiting")
        Phone(pocket, site.sim_url).be("Buyer").scan_newest().until("scanned").confirm().until("confirmed")
        wait(desktop, lambda d: d.current_url == f"{nginx.url}/orders?page=2&sort=new", "the page that was asked for")
        text = wait(desktop, lambda d: d.find_element(By.TAG_NAME, "p").text, "the page")
        assert text == "/orders?page=2&sort=new web"
        assert desktop.find_element(By.TAG_NAME, "h1").text.startswith("o")
        page = LoginPage(desktop, nginx.url).open().until_logged_in()
        page.log_out()
        page.widget.until("waiting")
        desktop.get(f"{nginx.url}/orders")
        assert desktop.current_url.startswith(f"{nginx.url}/login?")
    finally:
        nginx.stop()
        website.shutdown()


class Elsewhere:
    """A page of another origin that embeds the widget."""

    def __init__(self, gateway_url, port=0):
        page = (f'<!doctype html><meta charset="utf-8"><title>Elsewhere</title><div id="here"></div>'
                f'<script src="{gateway_url}/wxgate.js"></script><script>window.logins=[];window.errors=[];'
                f'WxGate.mount(document.getElementById("here"),{{onLogin:l=>logins.push(l),onError:e=>errors.push(e)}})'
                f'</script>').encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def test_a_listed_page_elsewhere_logs_its_visitors_in(open_site, open_browser):
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    site = open_site(WXGATE_QR_POOL="0", WXGATE_CORS_ORIGINS=origin)
    elsewhere = Elsewhere(site.gateway_url, port)
    desktop, pocket = open_browser(), open_browser(width=390, height=844)
    desktop.get(elsewhere.origin)
    Widget(desktop).until("waiting")
    phone = Phone(pocket, site.sim_url).be("Guest").scan_newest().until("scanned")
    assert phone.find("#site").text == origin.removeprefix("http://"), "the page that is named to the phone is the one that asked"
    phone.confirm().until("confirmed")
    logins = wait(desktop, lambda d: d.execute_script("return window.logins"), "onLogin")
    assert logins[0]["token"] and logins[0]["userInfo"]["nickName"] == "Guest"
    assert cookie(desktop) is None, "no cookie of the gateway's is left by a page elsewhere"
    elsewhere.server.shutdown()


def test_a_page_elsewhere_that_is_not_listed_gets_no_code(site, open_browser):
    elsewhere = Elsewhere(site.gateway_url)
    desktop = open_browser()
    desktop.get(elsewhere.origin)
    wait(desktop, lambda _: Widget(desktop).state in ("offline", "refused"), "a refusal")
    assert json.loads(fetch(f"{site.sim_url}/sim/wxacodes")[1])["codes"] == []
    elsewhere.server.shutdown()


def test_no_script_of_the_page_can_read_the_session(site, open_browser):
    desktop, pocket = open_browser(), open_browser(width=390, height=844)
    page = LoginPage(desktop, site.gateway_url).open()
    page.widget.until("waiting")
    Phone(pocket, site.sim_url).be("Private").scan_newest().until("scanned").confirm().until("confirmed")
    page.until_logged_in()
    assert desktop.execute_script("return document.cookie") == ""
    status, text = fetch_json(desktop, "/api/v1/wx/session")
    assert status == 200 and json.loads(text)["channel"] == "web"
    stored = desktop.execute_script("return JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert cookie(desktop)["value"] not in stored
