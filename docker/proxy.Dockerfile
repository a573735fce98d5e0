# syntax=docker/dockerfile:1
FROM node:26-bookworm-slim AS build
WORKDIR /signalbox
COPY . .
# The bootstrap installs pnpm and the dependencies and builds the console.
RUN npm run build

FROM node:26-bookworm-slim
ENV NODE_ENV=production
WORKDIR /signalbox
COPY --from=build /signalbox /signalbox
# The console is served from apps/web/dist and compiled code is cached below .runtime.
RUN mkdir /data && chown -R node:node /data /signalbox/.runtime
USER node
VOLUME /data
EXPOSE 5060/udp 5060/tcp 8060/tcp
ENV SIGNALBOX_DATA_DIR=/data \
    SIGNALBOX_LISTEN=udp:0.0.0.0:5060,tcp:0.0.0.0:5060 \
    SIGNALBOX_HTTP=0.0.0.0:8060
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8060/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/signalbox.mjs"]
