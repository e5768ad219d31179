# The image of every process role. `docker run IMAGE` runs a whole small shop in one process; docker-compose.yml
# runs a container for each role. docs/deploying.md describes both.

FROM python:3.11-slim-bookworm AS builder

# Set it with --build-arg to use a package mirror. It stays in this stage.
ARG PIP_INDEX_URL

WORKDIR /build
RUN python -m venv /opt/orbit

# First what seldom changes, so that a change of the code doesn't download the packages again.
COPY requirements.lock ./
RUN /opt/orbit/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN /opt/orbit/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --no-deps --no-build-isolation --no-index .

# Remove the build tools, check that no package needs them, and remove pip last.
RUN /opt/orbit/bin/python -m pip uninstall --yes --quiet \
    editables hatchling packaging pathspec pluggy setuptools tomlkit trove-classifiers \
    && /opt/orbit/bin/python -m pip check \
    && /opt/orbit/bin/python -m pip uninstall --yes --quiet pip \
    && /opt/orbit/bin/python -c "import orbit_entry.process, orbit_entry.demo.environment"


FROM python:3.11-slim-bookworm

# Nothing is installed in a running container, least of all by an intruder.
RUN python -m pip uninstall --yes --quiet --root-user-action=ignore pip setuptools wheel \
    && groupadd --gid 10001 orbit \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/orbit --shell /usr/sbin/nologin orbit \
    && install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/orbit /var/lib/orbit/backups

COPY --from=builder /opt/orbit /opt/orbit

# Inside a container no other machine reaches a web server on the loopback address.
ENV PATH=/opt/orbit/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ORBIT_DATA_DIR=/var/lib/orbit \
    ORBIT_WEB_HOST=0.0.0.0

# The embedded database, if no other is configured. It outlives its container even without a named volume.
VOLUME /var/lib/orbit
WORKDIR /var/lib/orbit
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM

# aiogram alone takes seconds to load on a small machine, hence the start period.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; server = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('ORBIT_WEB_PORT') or 8080), timeout=4); server.request('GET', '/health/live'); sys.exit(server.getresponse().status != 200)"]

ENTRYPOINT ["orbit"]
CMD ["run"]
