"""The login page and the simulated phone as their users see them."""
import json

from programs import fetch
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

# Far above what anything takes, so that only what never comes fails.
WAIT_SECONDS = 20


def wait(driver, condition, what, seconds=WAIT_SECONDS):
    """Waits until a condition of the page holds; `what` tells whoever reads the failure."""
    waiter = WebDriverWait(driver, seconds, poll_frequency=0.05, ignored_exceptions=[StaleElementReferenceException])
    return waiter.until(condition, f"waited for: {what}")


def newest_scene(sim_url):
    """The scene of the code that WeChat has drawn last."""
    return json.loads(fetch(f"{sim_url}/sim/wxacodes")[1])["codes"][0]["scene"]


class Widget:
    """The widget in a page, wherever it is mounted."""

    def __init__(self, driver):
        self.driver = driver
        self.root = wait(driver, lambda d: d.find_element(By.CSS_SELECTOR, "[data-wxgate]").shadow_root, "the widget")

    def find(self, selector):
        return self.root.find_element(By.CSS_SELECTOR, selector)

    @property
    def state(self):
        return self.find(".gate").get_attribute("data-state")

    def until(self, state, seconds=WAIT_SECONDS):
        try:
            wait(self.driver, lambda _: self.state == state, state, seconds)
        except Exception as error:
            raise AssertionError(f"the widget is {self.state}, not {state}: {self.text}") from error
        return self

    @property
    def picture(self):
        return self.find("img.code").get_attribute("src")

    @property
    def text(self):
        return " / ".join(self.find(part).text for part in [".title", ".detail", ".status", ".time"])

    def click(self, action):
        button = self.find(f"[data-action={action}]")
        wait(self.driver, lambda _: button.is_displayed(), f"button {action}")
        button.click()


class LoginPage:
    """`/login`."""

    def __init__(self, driver, url, query=""):
        self.driver = driver
        self.url = f"{url}/login{query}"

    def open(self):
        self.driver.get(self.url)
        return self

    @property
    def widget(self):
        return Widget(self.driver)

    def until_logged_in(self):
        wait(self.driver, lambda d: d.find_element(By.ID, "logged-in").is_displayed(), "the logged-in panel")
        return self

    @property
    def user(self):
        return self.driver.find_element(By.ID, "user").text

    def log_out(self):
        self.driver.find_element(By.ID, "log-out").click()


class Phone:
    """wxsim's `/phone`."""

    def __init__(self, driver, url, query=""):
        self.driver = driver
        self.url = url
        driver.get(f"{url}/phone{query}")

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    @property
    def state(self):
        return self.find("#phone").get_attribute("data-state")

    def until(self, state):
        try:
            wait(self.driver, lambda _: self.state == state, state)
        except Exception as error:
            raise AssertionError(f"the phone is {self.state}, not {state}: {self.find('#result').text}") from error
        return self

    def be(self, nickname):
        """Makes a user and is that one."""
        self.find("#new-user").send_keys(nickname)
        self.find("#add-user").click()
        wait(self.driver, lambda d: nickname in Select(d.find_element(By.ID, "user")).first_selected_option.text,
             f"{nickname} to hold the phone")
        # Chosen before the profile is saved.
        return self.until("idle")

    def choose_launch(self, scene):
        Select(self.find("#launch-scene")).select_by_value(scene)
        return self

    def scan_newest(self):
        """Clicks the newest code; the one on the screen where the gateway keeps none in stock."""
        return self.scan(newest_scene(self.url))

    def scan(self, scene):
        """Clicks the code of a scene."""
        selector = f'#codes [data-scene="{scene}"]'
        wait(self.driver, lambda d: d.find_elements(By.CSS_SELECTOR, selector), "the code in the list")
        # The list is drawn anew now and then.
        wait(self.driver, lambda d: d.find_element(By.CSS_SELECTOR, selector).click() or True, "a click on the code")
        return self

    def scan_picture(self, path):
        """Holds the camera to a picture."""
        self.find("#picture").send_keys(str(path))
        return self

    def confirm(self):
        self.find("#confirm").click()
        return self

    def cancel(self):
        self.find("#cancel").click()
        return self


def console_errors(driver):
    """What the browser complained about, but for requests that were refused or never answered."""
    entries = driver.get_log("browser")
    return [e["message"] for e in entries if e["level"] == "SEVERE" and "Failed to load resource" not in e["message"]]


def layout(driver):
    """How wide the page wants to be beside how wide it is."""
    return driver.execute_script("return [document.documentElement.scrollWidth, innerWidth]")


def fetch_json(driver, path, **options):
    """What a script of the page gets of its own origin."""
    return driver.execute_async_script(
        "const [path, options, done] = arguments;"
        "fetch(path, options).then(async r => done([r.status, await r.text()]), e => done([0, String(e)]))",
        path, json.loads(json.dumps(options)))
