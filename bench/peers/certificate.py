"""A certificate for loopback by a CA of its own, made by openssl(1): for benches that speak TLS."""
import os, subprocess

def make_certificate(folder):
    """Leaves ca.pem, up.pem and up.key in the folder."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=bench CA")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "up.key", "-out", "up.csr", "-subj", "/CN=localhost")
    with open(os.path.join(folder, "up.ext"), "w") as extensions:
        extensions.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "up.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "up.pem",
            "-days", "2", "-extfile", "up.ext")
