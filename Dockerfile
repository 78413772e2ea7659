ARG NODE_IMAGE=node:24-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-fund --no-audit
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="catapa-sidecar" \
      org.opencontainers.image.description="Logs in to CATAPA for programs that cannot" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY LICENSE ./
RUN ln -s /app/dist/cli.js /usr/local/bin/catapa-sidecar && chmod 755 /app/dist/cli.js
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 8228
ENTRYPOINT ["node", "/app/dist/cli.js"]
CMD ["start"]
