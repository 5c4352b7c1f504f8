"""Certificates that nobody vouches for, for servers of the tests."""

import ssl
import subprocess
from pathlib import Path


def own_certificate(folder: Path, host: str) -> ssl.SSLContext:
    """Return the context of a server whose certificate for a host it signed itself."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
            *("-keyout", key, "-out", certificate, "-subj", f"/CN={host}"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
