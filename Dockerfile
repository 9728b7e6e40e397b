# One image for each app of this workspace:
#   docker build --build-arg APP=agent --tag nestjs-nats-agent .
# docker compose builds those it needs.
# Apps: agent, saver, dashboard, chat, shop, shop-worker, flash-sale.

# a Debian image, not Alpine: the database driver comes with binaries for both, and the build is the same
FROM node:22-bookworm-slim AS build
WORKDIR /workspace
# first what changes seldom, so that the next build finds the dependencies in its cache
COPY package.json package-lock.json .npmrc ./
COPY libs/nestjs-nats/package.json libs/nestjs-nats/
COPY libs/app-kit/package.json libs/app-kit/
COPY test/packages/ test/packages/
RUN npm ci
COPY tsconfig.json nest-cli.json ./
COPY libs/ libs/
COPY apps/ apps/
ARG APP
RUN test -d "apps/$APP" && npm run build:lib && npx nest build "$APP"
# what is left is what runs
RUN npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /workspace
ARG APP
COPY --from=build /workspace/package.json ./
COPY --from=build /workspace/node_modules/ node_modules/
# node_modules links to them: they are workspaces
COPY --from=build /workspace/libs/nestjs-nats/package.json libs/nestjs-nats/
COPY --from=build /workspace/libs/nestjs-nats/dist/ libs/nestjs-nats/dist/
COPY --from=build /workspace/libs/app-kit/package.json libs/app-kit/
COPY --from=build /workspace/libs/app-kit/dist/ libs/app-kit/dist/
COPY --from=build /workspace/dist/apps/${APP}/ app/
# in a container every address is its own; ports are published by whoever runs it
ENV HOST=0.0.0.0
# the image's own user, without rights to anything here
USER node
# node itself is the process, not npm: it gets the signals, and ends in order on SIGTERM
CMD ["node", "app/main.js"]
