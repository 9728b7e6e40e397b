export { protobufCodec } from './protobuf-codec.js';
export { protobufBySubject, type ProtobufSubjectMap } from './protobuf-by-subject.js';
export type { ProtobufSchemas } from './schemas.js';
