# newscrawl in a container: Debian slim, without root, Chromium on request.
#
#   docker build -t newscrawl .
#   docker build -t newscrawl-chromium --build-arg CHROMIUM=yes .
#   docker run --rm -v "$PWD/data:/data" newscrawl crawl https://paper.example/ --limit 20
ARG PYTHON=3.13

FROM python:${PYTHON}-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:${PYTHON}-slim-bookworm
ARG EXTRAS=fast,parquet,postgresql,prometheus,reader,remote,xlsx
ARG CHROMIUM=
# hadolint ignore=DL3008
RUN if [ -n "$CHROMIUM" ]; then \
        apt-get update && apt-get install -y --no-install-recommends chromium && \
        rm -rf /var/lib/apt/lists/*; \
    fi
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir "$(echo /wheels/newscrawl-*.whl)[$EXTRAS]" && rm -r /wheels && \
    mkdir -p /usr/local/share/man/man1 && newscrawl man > /usr/local/share/man/man1/newscrawl.1 && \
    useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin newscrawl && \
    mkdir /data && chown newscrawl:newscrawl /data
USER 10001
WORKDIR /data
VOLUME /data
ENV NEWSCRAWL_ARCHIVE=/data/archives/news PYTHONUNBUFFERED=1
# Where `newscrawl watch -s NEWSCRAWL_METRICS_PORT=9410` tells Prometheus how it is doing.
EXPOSE 9410
ENTRYPOINT ["newscrawl"]
CMD ["--help"]
