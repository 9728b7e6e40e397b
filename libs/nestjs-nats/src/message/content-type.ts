import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Codec } from '../codec/codec.js';
import { jsonCodec } from '../codec/json.js';
import { HEADER } from './header-table.js';

/**
 * Gives the headers a payload of this codec travels with: none for JSON, which is what a message
 * without a `Content-Type` is taken for (docs/adr/0004-json-carries-no-content-type.md).
 */
export function contentTypeHeaders(codec: Codec): MsgHdrs | undefined {
  if (codec === jsonCodec) return undefined;
  const result = headers();
  result.set(HEADER.contentType, codec.contentType);
  return result;
}
