export {
  protobufBySubject,
  protobufCodec,
  type ProtobufSchemas,
  type ProtobufSubjectMap,
} from './protobuf-codec.js';
