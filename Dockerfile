# The image of every door. `docker run IMAGE` keeps a whole small shop in one process; docker-compose.yml
# starts the doors one by one. docs/deploying.md says how.

FROM python:3.11-slim-bookworm AS builder

# A machine behind a mirror names it with --build-arg; it stays in this stage.
ARG PIP_INDEX_URL

WORKDIR /build
RUN python -m venv /opt/orbit

# First what seldom changes, so that a change of ours doesn't fetch everything anew.
COPY requirements.lock ./
RUN /opt/orbit/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN /opt/orbit/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --no-deps --no-build-isolation --no-index .

# What only builds leaves again; pip says whether anything misses it, and goes last.
RUN /opt/orbit/bin/python -m pip uninstall --yes --quiet \
    editables hatchling packaging pathspec pluggy setuptools tomlkit trove-classifiers \
    && /opt/orbit/bin/python -m pip check \
    && /opt/orbit/bin/python -m pip uninstall --yes --quiet pip \
    && /opt/orbit/bin/python -c "import orbit_entry.process, orbit_entry.demo.environment"


FROM python:3.11-slim-bookworm

# Nobody installs anything here later, least of all an intruder.
RUN python -m pip uninstall --yes --quiet --root-user-action=ignore pip setuptools wheel \
    && groupadd --gid 10001 orbit \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/orbit --shell /usr/sbin/nologin orbit \
    && install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/orbit

COPY --from=builder /opt/orbit /opt/orbit

# Inside a container the loopback address would hide the web door from everybody else.
ENV PATH=/opt/orbit/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ORBIT_DATA_DIR=/var/lib/orbit \
    ORBIT_WEB_HOST=0.0.0.0

# The embedded database, when no other is named: books outlive their container even if nobody thought of a volume.
VOLUME /var/lib/orbit
WORKDIR /var/lib/orbit
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM

# aiogram alone takes seconds to load on a small machine, hence the start period.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; door = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('ORBIT_WEB_PORT') or 8080), timeout=4); door.request('GET', '/health/live'); sys.exit(door.getresponse().status != 200)"]

ENTRYPOINT ["orbit"]
CMD ["run"]
