"""wxsim, wxgate and nginx as processes on free ports of loopback, and what tests ask of them."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("WXGATE_TEST_BIN", ROOT / ".build" / "debug"))
APPID, SECRET = "wx4f4bc4dec97d474b", "0123456789abcdef0123456789abcdef"
ADMIN_KEY = "a-key-for-the-tests-of-browsers"
# A debug build under load needs a few seconds; what takes longer than this is stuck.
START_SECONDS = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, data=None, headers=None, method=None):
    """Status and body; a status above 299 is no exception."""
    body = json.dumps(data).encode() if data is not None else None
    headers = {"Content-Type": "application/json"} | (headers or {})
    request = urllib.request.Request(url, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Program:
    """One process with its output in a file."""

    def __init__(self, command, log, url, environment=None):
        self.command, self.log, self.url = [str(part) for part in command], log, url
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("WXGATE_")} | (environment or {})
        self.process = None
        self.start()

    def start(self):
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(self.command, env=self.environment, stdout=output, stderr=output)
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                fetch(self.url)
                return
            assert self.process.poll() is None, f"{self.command[0]} ended: {pathlib.Path(self.log).read_text()[-2000:]}"
            time.sleep(0.05)
        raise AssertionError(f"{self.command[0]} does not answer at {self.url}")

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


class Site:
    """A gateway beside a simulated WeChat whose phone knows the gateway."""

    def __init__(self, folder, **settings):
        self.folder = pathlib.Path(folder)
        gate, admin, sim = free_port(), free_port(), free_port()
        self.gateway_url, self.admin_url = f"http://127.0.0.1:{gate}", f"http://127.0.0.1:{admin}"
        self.sim_url = f"http://127.0.0.1:{sim}"
        self.sim = Program(
            [BIN / "wxsim", "--listen", f"127.0.0.1:{sim}", "--gateway", self.gateway_url],
            self.folder / "wxsim.log", f"{self.sim_url}/sim/counters")
        try:
            self.gateway = Program([BIN / "wxgate"], self.folder / "wxgate.log", f"{self.gateway_url}/healthz", {
                "WXGATE_LISTEN": f"127.0.0.1:{gate}", "WXGATE_ADMIN_LISTEN": f"127.0.0.1:{admin}",
                "WXGATE_ADMIN_KEY": ADMIN_KEY, "WXGATE_APPID": APPID, "WXGATE_SECRET": SECRET,
                "WXGATE_WECHAT_URLS": self.sim_url, "WXGATE_DATA_DIR": str(self.folder / "data"),
                "WXGATE_SITE": "示例商店 Example Shop", "WXGATE_RATE_QR_PER_IP": "0", "WXGATE_LOG_LEVEL": "debug",
            } | settings)
        except BaseException:
            self.sim.stop()
            raise

    def stop(self):
        for program in (self.gateway, self.sim):
            if program.process.poll() is None:
                program.stop()

    def metric(self, name):
        """The sum of a metric's samples."""
        lines = fetch(f"{self.admin_url}/metrics")[1].splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((name + " ", name + "{")))


class Nginx:
    """nginx with one of `deploy/nginx/`, its three addresses replaced."""

    def __init__(self, folder, config, replacements, port):
        folder = pathlib.Path(folder)
        text = (ROOT / "deploy" / "nginx" / config).read_text()
        for old, new in replacements.items():
            assert old in text, f"{config} has no {old}"
            text = text.replace(old, new)
        temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                             ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/nginx.pid; worker_processes 1; error_log {folder}/nginx-error.log;\n"
            f"events {{ worker_connections 256; }}\nhttp {{ access_log off; {temporary}\n{text}\n}}\n")
        binary = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        self.url = f"http://127.0.0.1:{port}"
        self.program = Program([binary, "-p", folder, "-c", folder / "nginx.conf"], folder / "nginx.log",
                               f"{self.url}/login")

    def stop(self):
        self.program.stop()
