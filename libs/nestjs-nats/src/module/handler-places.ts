import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { PATTERN_EXTRAS_METADATA, PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import { NatsStrategy } from '../server/nats.strategy.js';
import type { HandlerPlace } from '../server/places.js';

/**
 * Tells the strategy which method each pattern stands at, so that its errors can name it: what Nest
 * registers with a transport is a function without a name.
 */
@Injectable()
export class HandlerPlaces {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    strategy: NatsStrategy,
  ) {
    // not in a hook: an application that starts its microservices first has run none by then
    strategy.locateHandlers(this.find());
  }

  private find(): HandlerPlace[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, unknown>;
      return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
        const handler = prototype[method] as object;
        const patterns: unknown = Reflect.getMetadata(PATTERN_METADATA, handler);
        if (!Array.isArray(patterns)) return [];
        const extras: unknown = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, handler);
        const place = `${metatype.name}.${method}`;
        return patterns.map((pattern: unknown) => ({ pattern, place, extras }));
      });
    });
  }
}
