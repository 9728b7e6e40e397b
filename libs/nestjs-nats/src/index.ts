// For applications.
export { NatsModule, type NatsModuleAsyncOptions } from './module/nats.module.js';
export type { NatsModuleOptions } from './module/options.js';
export { InjectNatsClient } from './module/inject-nats-client.js';
export { NatsStrategy } from './server/nats.strategy.js';
export type { NatsStrategyOptions, StrategySettings } from './server/options.js';
export type { StrategyCounters } from './server/counters.js';
export type { StrategyJetStreamSettings } from './server/consume/jetstream-settings.js';
export type { ServiceOptions } from './micro/service-options.js';
export type { EndpointOptions } from './micro/endpoint-options.js';
export { NatsExceptionFilter } from './server/nats-exception.filter.js';
export type {
  NatsBatchSubscriber,
  NatsStreamSubscriber,
  NatsSubscriber,
  RegisterOptions,
  Registration,
} from './server/registration.js';
export type {
  ConsumerInfo,
  HandlerInfo,
  NatsListenInfo,
  StreamInfo,
  SubscriptionInfo,
} from './server/listen-info.js';
export { planStreams, type PlanStreamsOptions, StreamsPlan } from './server/plan-streams.js';
export { NATS_TRANSPORT } from './decorators/transport-id.js';
export { NatsClient } from './client/nats.client.js';
export type { ClientSettings, NatsClientOptions, WhileDisconnected } from './client/options.js';
export type { RequestCounters } from './core/requester.js';
export type {
  BatchMessage,
  BatchPublishOptions,
  GatherOptions,
  PublishOptions,
  RequestOptions,
} from './client/call-options.js';
export {
  NatsDiscovery,
  type PingedService,
  type ServiceListing,
} from './client/discovery/nats-discovery.js';
export type {
  DiscoveryCallOptions,
  DiscoveryWait,
  NatsDiscoveryOptions,
} from './client/discovery/discovery-options.js';
export type { ServiceAnswers } from './client/discovery/ask-services.js';
export type {
  EndpointInfo,
  EndpointStats,
  ServiceIdentity,
  ServiceInfo,
  ServicePing,
  ServiceStats,
} from './micro/service-answers.js';
export { Subscribe, Respond } from './decorators/subscribe.decorator.js';
export { Consume } from './decorators/consume.decorator.js';
export { NatsParam } from './decorators/nats-param.decorator.js';
export type { NatsHandlerOptions } from './decorators/handler-options.js';
export { NatsRecord, NatsRecordBuilder } from './message/record.js';
export type { MessageOptions, RecordOptions } from './message/record.js';
export type { StreamOptions } from './message/stream-options.js';
export type { JetStreamOptions } from './jetstream/api/js-options.js';
export type { Provision, StreamDeclaration } from './jetstream/stream/stream-declaration.js';
export type {
  PlannedStream,
  StreamAction,
  StreamDiff,
  StreamPlan,
} from './jetstream/stream/stream-plan.js';
export type { BatchAck, PubAck } from './jetstream/publish/pub-ack.js';
export type { PublishRetryOptions } from './jetstream/publish/publish-retry.js';
export type { HeadersInput } from './message/headers.js';
export { NatsMessageContext } from './message/context.js';
export { NatsSharedConnection } from './connection/nats-shared-connection.js';
export { JetStreamContext } from './jetstream/consumer/jetstream-context.js';
export { JetStreamBatchContext } from './jetstream/consumer/jetstream-batch-context.js';
export type {
  BatchOptions,
  DeliverFrom,
  NatsConsumeOptions,
} from './jetstream/consumer/consume-options.js';
export { Durables, type DurablesOptions } from './jetstream/consumer/durables.js';
export type { ConsumerPause, DurableState } from './jetstream/consumer/consumer-admin.js';
export type { ConsumerPassThrough } from './jetstream/consumer/pass-through.js';
export type {
  ErrorMatch,
  RetryDelays,
  RetryOptions,
  RetryRule,
} from './jetstream/settlement/retry-policy.js';
export type { AttemptLogOptions } from './jetstream/settlement/attempt-log-options.js';
export type { DeadLetterOptions } from './jetstream/dead-letter/dead-letter-options.js';
export { DeadLetters, type DeadLettersOptions } from './jetstream/dead-letter/dead-letters.js';
export type { DeadLetter } from './jetstream/dead-letter/read-dead-letter.js';
export type {
  DeadLetterFilter,
  DeadLetterQuery,
} from './jetstream/dead-letter/dead-letter-filter.js';
export type {
  RedriveCounts,
  RedriveOptions,
  RedriveProgress,
} from './jetstream/dead-letter/redrive-all.js';
export type { NetConsumer } from './jetstream/dead-letter/max-deliveries-advisory.js';
export type { GiveUpReason } from './jetstream/settlement/settlement.js';
export type { StoredAt } from './jetstream/api/store.js';
export type { NatsConnectionOptions } from './connection/options.js';
export { token, tokenText } from './subject/token.js';
export type { ConnectionEvents, NatsStatus } from './connection/events.js';
export type { NatsEvent, NatsEvents } from './events/nats-events.js';
export type {
  DeadLetterEvent,
  DroppedEvent,
  HandledEvent,
  HandledOutcome,
  HandlingEvents,
  MessageFacts,
  OverdueEvent,
  RedeliveryEvent,
  SlowEvent,
} from './events/handling-events.js';
export type { NatsReadiness } from './connection/readiness.js';
export type { CredentialOptions } from './connection/credential-options.js';
export type { Secret } from './connection/secret.js';
export type { NatsTlsOptions } from './connection/tls-options.js';

// Errors.
export { isNatsTransportError, NatsTransportError } from './errors/transport-error.js';
export type { NatsErrorDetails } from './errors/transport-error.js';
export { NATS_ERROR_CODES, type NatsErrorCode } from './errors/codes.js';
export { isRemoteError, RemoteError, type RemoteErrorBody } from './errors/remote-error.js';
export {
  BatchFailure,
  type FailedItem,
  isBatchFailure,
  isRetryLater,
  isTerminate,
  RetryLater,
  Terminate,
} from './errors/handler-exceptions.js';

// For libraries on top of this one.
export type { NatsConnectionView } from './connection/connection-view.js';
export type {
  ClientParticipant,
  ConsumerState,
  HandlerLoad,
  NatsParticipant,
  StrategyParticipant,
} from './events/participant.js';
export type {
  MessageSettlement,
  NatsInterceptor,
  NatsOperation,
  ProcessOperation,
  PublishOperation,
  RequestOperation,
  SettlementListener,
} from './interceptor/interceptor.js';
export type { PacketDeserializer, PacketSerializer } from './message/nest-serializer.js';
export { HEADER } from './message/header-table.js';
export type { Codec } from './codec/codec.js';
export type { CodecName, CodecOption } from './codec/registry.js';
export { jsonCodecWith, type JsonCodecOptions, MAX_JSON_DEPTH } from './codec/json.js';
export { MAX_HEADER_BYTES, MAX_HEADER_LINES } from './message/header-limits.js';
export { compilePattern, type SubjectPattern } from './subject/pattern.js';
export { covers, filterFault, matches, overlap } from './subject/filter.js';
export { MAX_SUBJECT_BYTES, subjectFault } from './subject/subject.js';
