# feedsvc in a container: docker build -t feedsvc . && docker run -p 8000:8000 -e FEEDSVC_SITES=… feedsvc
# What is not built from wheels, feedgen alone, is built in a stage of its own, and its tools stay there.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/feedsvc
COPY requirements-build.txt requirements.txt ./
RUN /opt/feedsvc/bin/pip install --no-cache-dir --require-hashes -r requirements-build.txt \
 && /opt/feedsvc/bin/pip install --no-cache-dir --require-hashes --no-build-isolation -r requirements.txt
COPY pyproject.toml README.md ./
COPY feedsvc feedsvc
RUN /opt/feedsvc/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data feedsvc
COPY --from=build /opt/feedsvc /opt/feedsvc
ENV PATH=/opt/feedsvc/bin:$PATH PYTHONUNBUFFERED=1 PORT=8000
# SQLite lies here where no DATABASE_URL is set: mount a volume to keep it.
USER feedsvc
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:%s/readyz' % os.environ['PORT'], timeout=4)"]
# No shell between: the signal that stops the container reaches the service, which has ten seconds to end.
STOPSIGNAL SIGTERM
ENTRYPOINT ["feedsvc"]
CMD ["serve"]
