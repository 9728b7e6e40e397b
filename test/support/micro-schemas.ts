import { z } from 'zod';

// The published schemas of the answers, io.nats.micro.v1.{ping,info,stats}_response, strictly: what
// they leave open is closed, so that nothing else goes over the wire.

const serviceName = z.string().regex(/^[a-zA-Z0-9_-]+$/);
const version = z
  .string()
  .regex(
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/,
  );
const texts = z.record(z.string(), z.string());
const count = z.int().min(0);

const identity = { name: serviceName, id: z.string().min(1), version, metadata: texts };
const endpoint = { name: serviceName, subject: z.string().min(1), queue_group: z.string() };

export const pingSchema = z.strictObject({
  type: z.literal('io.nats.micro.v1.ping_response'),
  ...identity,
});

export const infoSchema = z.strictObject({
  type: z.literal('io.nats.micro.v1.info_response'),
  ...identity,
  description: z.string(),
  endpoints: z.array(z.strictObject({ ...endpoint, metadata: texts })),
});

export const statsSchema = z.strictObject({
  type: z.literal('io.nats.micro.v1.stats_response'),
  ...identity,
  started: z.iso.datetime(),
  endpoints: z.array(
    z.strictObject({
      ...endpoint,
      num_requests: count,
      num_errors: count,
      last_error: z.string(),
      processing_time: count,
      average_processing_time: count,
    }),
  ),
});
