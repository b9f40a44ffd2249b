# The images of Millrace: everything in one, with Redis and MongoDB (`docker build .`), and the
# application alone, for those who have engines (`docker build --target app .`).

# The application with its production packages. Optional ones are the programs of others for this
# platform, which are needed, and a Node.js, which is here already.
FROM node:24-bookworm-slim AS build
WORKDIR /millrace
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts \
  && rm -r node_modules/node-linux-* node_modules/.bin/node \
  # Types and source maps serve development alone, and are a third of the packages.
  && find node_modules -regex '.*\.\(map\|d\.[cm]?ts\)' -delete
COPY LICENSE millrace.mjs ./
COPY modules modules
COPY src src
# What builds the pages is not needed after.
RUN node modules/storefront/build.ts && rm -r node_modules/esbuild node_modules/@esbuild
# Whatever the rights of the checkout are, the image's user reads it.
RUN chmod -R go=rX .

# What starts the engines that no URL names, besides.
FROM build AS build-with-engines
COPY engines engines
RUN chmod -R go=rX engines

# A root file system for the application alone: Node.js, npm with the shell that it runs scripts by, the
# init, and the libraries that these and the packages load. The packages' records are what security scanners
# read.
FROM node:24-bookworm-slim AS root
RUN apt-get update && apt-get install -y --no-install-recommends tini
COPY --from=build /millrace/node_modules/@img /packages
WORKDIR /root-fs
RUN mkdir -p etc tmp usr/local/bin usr/local/lib/node_modules var/lib/dpkg/status.d \
  && chmod 1777 tmp && ln -s usr/bin bin \
  && for program in node tini sh env cat; do command -v "$program"; done >/tmp/programs \
  && find /packages -name '*.node' >>/tmp/programs \
  && xargs ldd </tmp/programs | grep -o '/[^ :]*' | grep -v ^/packages | sort -u \
  | xargs cp --parents -L -t . \
  && cp -a /usr/local/bin/npm usr/local/bin/ \
  && ln -s /millrace/millrace.mjs usr/local/bin/millrace \
  && cp -a /usr/local/lib/node_modules/npm usr/local/lib/node_modules/ \
  && cp -L --parents /etc/os-release . \
  && for package in libc6 libgcc-s1 libstdc++6 tini dash coreutils; do \
    dpkg -s "$package" >"var/lib/dpkg/status.d/$package"; \
  done \
  && echo 'millrace:x:10001:10001::/tmp:/bin/sh' >etc/passwd \
  && echo 'millrace:x:10001:' >etc/group

# MongoDB's own image, with Redis and the init.
FROM mongo:8.0 AS engines
RUN apt-get update \
  && apt-get install -y --no-install-recommends redis-server tini \
  && rm -rf /var/lib/apt/lists/* \
  # Its home is the one place that can be written where the root file system is read-only.
  && useradd --uid 10001 --home-dir /tmp --no-create-home millrace

# How both images run. There is no set-up step in them, which npm would run before its scripts.
FROM scratch AS settings
LABEL org.opencontainers.image.title="Millrace" \
  org.opencontainers.image.description="An event-driven commerce backend" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="0.1.0"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data MILLRACE_SETUP=off \
  NPM_CONFIG_IGNORE_SCRIPTS=true NPM_CONFIG_UPDATE_NOTIFIER=false
WORKDIR /millrace
EXPOSE 3000
# The init hands signals on, and reaps what the engines or `docker exec` leave behind.
ENTRYPOINT ["tini", "--"]
CMD ["node", "--max-semi-space-size=8", "millrace.mjs", "start"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "-e", \
  "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

FROM settings AS app
COPY --from=root /root-fs /
COPY --from=build /millrace /millrace
USER 10001:10001

# Copied, not built upon: MongoDB's image declares volumes within /data, which every container would
# get and leave behind.
FROM settings
COPY --from=engines / /
COPY --from=root /root-fs/usr/local /usr/local
RUN rm -rf /data && install -d -o 10001 -g 10001 /data
COPY --from=build-with-engines /millrace /millrace
USER 10001:10001
VOLUME /data
