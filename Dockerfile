# PaperPicks in a slim image: the first stage builds and installs, and the second has nothing
# to build or install with. docs/manual.md says how to run it.

FROM python:3.13-slim AS build

WORKDIR /src

# Packages first: they change less often than the code.
RUN python -m venv --without-pip /opt/paperpicks
COPY requirements.txt requirements-build.txt ./
RUN python -m pip install --no-cache-dir --require-hashes --requirement requirements-build.txt
RUN python -m pip --python /opt/paperpicks/bin/python install --no-cache-dir --require-hashes --requirement requirements.txt

COPY LICENSE MANIFEST.in README.md pyproject.toml setup.py ./
COPY bot bot
COPY migrations migrations
COPY recommender recommender
RUN python -m pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels .
RUN python -m pip --python /opt/paperpicks/bin/python install --no-cache-dir --no-deps --no-index /wheels/*.whl


FROM python:3.13-slim

RUN python -m pip uninstall --yes pip
RUN install --directory --owner 10001 --group 10001 --mode 700 /data
COPY --from=build /opt/paperpicks /opt/paperpicks

# Nothing but /data and /tmp is written to, so that the root may be read-only.
ENV PATH=/opt/paperpicks/bin:$PATH \
    HOME=/data \
    DATA_DIR=/data \
    MPLCONFIGDIR=/tmp/matplotlib \
    HEALTH_PORT=9464 \
    PYTHONUNBUFFERED=1

USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['HEALTH_PORT'] + '/healthz', timeout=5)"]

ENTRYPOINT ["paperpicks"]
CMD ["run"]
