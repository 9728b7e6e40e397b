// For applications.
export { NatsModule, type NatsModuleAsyncOptions } from './module/nats.module.js';
export type { NatsModuleOptions } from './module/options.js';
export { InjectNatsClient } from './module/inject-nats-client.js';
export { NatsStrategy } from './server/nats.strategy.js';
export type { NatsStrategyOptions } from './server/options.js';
export type { NatsListenInfo, SubscriptionInfo } from './server/listen-info.js';
export { NATS_TRANSPORT } from './server/transport-id.js';
export { NatsClient } from './client/nats.client.js';
export type { NatsClientOptions, PublishOptions, RequestOptions } from './client/options.js';
export { NatsMessageContext } from './message/context.js';
export type { NatsConnectionOptions } from './connection/options.js';
export type { NatsEvents, NatsStatus } from './connection/events.js';

// Errors.
export { isNatsTransportError, NatsTransportError } from './errors/transport-error.js';
export type { NatsErrorDetails } from './errors/transport-error.js';
export { NATS_ERROR_CODES, type NatsErrorCode } from './errors/codes.js';
export { isRemoteError, RemoteError, type RemoteErrorBody } from './errors/remote-error.js';

// For libraries on top of this one.
export type { Codec } from './codec/codec.js';
export type { CodecName, CodecOption } from './codec/registry.js';
export { MAX_JSON_DEPTH } from './codec/json.js';
export { SharedConnection } from './connection/shared-connection.js';
export { compilePattern, type SubjectPattern } from './subject/pattern.js';
export { filterFault, matches } from './subject/filter.js';
export { MAX_SUBJECT_BYTES, subjectFault } from './subject/subject.js';
