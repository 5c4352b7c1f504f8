"""Asks the Open Source Vulnerabilities database about every package that is locked."""

import re
import sys
from pathlib import Path

import httpx

PROJECT = Path(__file__).parents[2]

# A line of a lock file, such as `psycopg[binary]==3.3.9`: the name and the version.
LOCKED_PACKAGE = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^\s;\\]+)", re.MULTILINE
)

# Described at https://google.github.io/osv.dev/post-v1-querybatch
OSV = "https://api.osv.dev/v1/querybatch"

# Seconds in which the database has to answer.
TIMEOUT = 20.0


def vulnerabilities(lock_file: str, address: str = OSV) -> list[str]:
    """Return a line for each vulnerability of a package in a lock file.

    Raises httpx.HTTPError if the database does not answer.
    """
    packages = LOCKED_PACKAGE.findall(lock_file)
    queries = [
        {
            "package": {"name": name, "ecosystem": "PyPI"},
            "version": version,
        }
        for name, version in packages
    ]

    response = httpx.post(address, json={"queries": queries}, timeout=TIMEOUT)
    results = response.raise_for_status().json()["results"]

    return [
        f"{name} {version}: {vulnerability['id']}"
        for (name, version), result in zip(packages, results, strict=True)
        for vulnerability in result.get("vulns", [])
    ]


def main() -> None:
    """Print the vulnerabilities, and fail if there are any.

    Without a network the audit is skipped, which is printed and is no failure.
    """
    lock_file = (PROJECT / "requirements.txt").read_text()
    try:
        lines = vulnerabilities(lock_file)
    except httpx.HTTPError as error:
        reason = type(error).__name__
        sys.stdout.write(f"Dependency audit skipped: no answer ({reason}).\n")
        return

    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
