import { expect, it } from '@jest/globals';
import { byOwner } from './owners.js';

const node = (id: number, url: string, functionName = 'f') => ({
  id,
  callFrame: { functionName, url, lineNumber: 0 },
});

it('sums up by package, Node and garbage, and leaves out what is no work', () => {
  const nodes = [
    node(1, 'file:///x/node_modules/@nats-io/nats-core/lib/parser.js'),
    node(2, 'file:///x/node_modules/rxjs/dist/cjs/index.js'),
    node(3, 'file:///x/libs/nestjs-nats/dist/esm/core/requester.js'),
    node(4, 'file:///x/libs/nestjs-nats/dist/esm/codec/json.js'),
    node(5, 'node:internal/encoding'),
    node(6, '', 'writeBuffer'),
    node(7, '', '(garbage collector)'),
    node(8, '', '(idle)'),
    node(9, 'file:///x/dist/bench/handled.js'),
    node(10, 'file:///x/node_modules/@nats-io/nats-core/lib/msg.js'),
  ];
  const samples = nodes.map(({ id }) => id);
  const timeDeltas = [64, 1, 32, 16, 4, 4, 3, 1_000, 2, 64];
  expect(byOwner({ nodes, samples, timeDeltas })).toEqual([
    { owner: '@nats-io/nats-core', selfUs: 128 },
    { owner: 'nestjs-nats', selfUs: 32 },
    { owner: 'nestjs-nats: JSON', selfUs: 16 },
    { owner: 'node', selfUs: 8 },
    { owner: 'garbage collection', selfUs: 3 },
    { owner: 'bench', selfUs: 2 },
    { owner: 'rxjs', selfUs: 1 },
  ]);
});
