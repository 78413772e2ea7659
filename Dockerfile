# Another base, for example one of your own registry: --build-arg NODE_IMAGE=…
ARG NODE_IMAGE=node:24-trixie-slim@sha256:8ec5d7557396cfe32d21c3f9c13072355ceab22b584578ca4bb28af31120cffe

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Behind a proxy that opens TLS: docker build --secret id=npm-ca,src=your-ca.pem . The file does not get into any layer.
RUN --mount=type=secret,id=npm-ca \
    if [ -f /run/secrets/npm-ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/npm-ca; fi; \
    npm ci --ignore-scripts --no-fund --no-audit
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-fund --no-audit
COPY LICENSE ./
# What the program does not read stays out; licences stay in. All times are the same, so that the same sources give the
# same layer; SOURCE_DATE_EPOCH sets another time.
ARG SOURCE_DATE_EPOCH=0
RUN mkdir -p /image/app /image/usr/local/bin \
    && cp -a package.json LICENSE node_modules dist /image/app/ \
    && cd /image \
    && find app/node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \
         -o -iname 'readme*.md' -o -iname 'changelog*.md' -o -name '.package-lock.json' \) -delete \
    && find app/node_modules -type d \( -name test -o -name tests -o -name benchmark -o -name benchmarks -o -name .github \) \
         -prune -exec rm -rf {} + \
    && rm -rf app/node_modules/.bin \
    && find app -type d -empty -delete \
    && chmod -R u=rwX,go=rX app && chmod 755 app/dist/cli.js \
    && mkdir -p etc/ssl/certs \
    && ln -s /app/dist/cli.js usr/local/bin/catapa-sidecar \
    && find . -exec touch --no-dereference --date "@${SOURCE_DATE_EPOCH}" {} +

FROM ${NODE_IMAGE}
COPY --from=build /image/ /
ARG NODE_IMAGE
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="catapa-sidecar" \
      org.opencontainers.image.description="Logs in to CATAPA for programs that cannot" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="${NODE_IMAGE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The second tells the program that it runs in a container: it then says at start what a network of its own needs.
ENV NODE_ENV=production \
    container=oci
# By number, so that Kubernetes can see that it is not root. Any other number works too.
USER 1000:1000
EXPOSE 8228 8229
# Healthy means started and alive: a token may still be refused, and the answers then say so. `--ready` would ask for more.
HEALTHCHECK --interval=10s --timeout=5s --retries=3 --start-period=30s --start-interval=500ms \
    CMD ["catapa-sidecar", "healthcheck"]
# The default of Node 24 and later lets short-lived objects take 64 MB and more: much memory for no speed in a proxy.
ENTRYPOINT ["node", "--max-semi-space-size=4", "/app/dist/cli.js"]
CMD ["start"]
