import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { streamFaults } from './stream-faults.js';

const HOUR = 3_600_000_000_000;

describe('streamFaults', () => {
  it.each([
    [[]],
    [[{ name: 'ORDERS', subjects: ['orders.>'] }]],
    [[{ name: 'ORDERS', subjects: ['orders.*', 'billing.>'], description: undefined }]],
    [[{ name: 'JOBS', subjects: ['jobs.>'], retention: 'workqueue', max_msgs: 10, max_bytes: -1 }]],
    [[{ name: 'A', subjects: ['a'], max_age: HOUR, duplicate_window: HOUR, num_replicas: 3 }]],
    [[{ name: 'A', subjects: ['a'], max_age: 0, duplicate_window: 0, first_seq: 5 }]],
    [[{ name: 'A', subjects: ['>'], no_ack: true }]],
    [[{ name: 'A', subjects: ['$JS.EVENT.ADVISORY.>', '$KV.b.>'] }]],
    [[{ name: 'A', subjects: [], mirror: { name: 'B', domain: 'hub' } }]],
    [[{ name: 'A', mirror: { name: 'B', opt_start_seq: 7 } }]],
    [[{ name: 'A', sources: [{ name: 'B', filter_subject: 'x.*' }, { name: 'C' }] }]],
    [
      [
        {
          name: 'A',
          subjects: ['a.*'],
          metadata: { team: 'shop' },
          placement: { cluster: 'east', tags: ['ssd'] },
          republish: { src: '>', dest: 'copy.>' },
          subject_transform: { src: 'a.*', dest: 'b.{{wildcard(1)}}' },
          consumer_limits: { inactive_threshold: HOUR, max_ack_pending: 100 },
          discard: 'new',
          discard_new_per_subject: true,
          max_msgs_per_subject: 1,
        },
      ],
    ],
    [
      [
        { name: 'A', subjects: ['a.*'] },
        { name: 'B', subjects: ['b.*', 'a.*.c'] },
      ],
    ],
  ])('accepts %j', (streams) => {
    expect(streamFaults(streams)).toEqual([]);
  });

  it.each([
    ['ORDERS', ['streams: expected a list, got a value of type string']],
    [[null], ['streams[0]: expected an object, got null']],
    [[{ subjects: ['a'] }], ['streams[0].name: expected the name of the stream']],
    [[{ name: 'A' }], ['streams.A.subjects: expected at least one']],
    [[{ name: 'A', subjects: [] }], ['streams.A.subjects: expected at least one']],
    [[{ name: 'my.stream', subjects: ['a'] }], ['streams[0].name: it contains "." at position 2']],
    [
      [{ name: 'A', subjects: ['a b', 'c', '', 'd.>.e'] }],
      [
        'streams.A.subjects: "a b": it contains a space at position 1, "": it is empty, ' +
          '"d.>.e": the wildcard ">" stands before the last token',
      ],
    ],
    [
      [{ name: 'A', subjects: 'a' }],
      ['streams.A.subjects: expected a list, got a value of type string'],
    ],
    [[{ name: 'A', subjects: ['a.*', 'a.b'] }], ['streams.A.subjects: "a.b" overlaps with "a.*"']],
    [[{ name: 'A', subjects: ['a', 'a'] }], ['streams.A.subjects: "a" overlaps with "a"']],
    [
      [
        { name: 'A', subjects: ['a.*'] },
        { name: 'B', subjects: ['b', 'a.>'] },
        { name: 'A', subjects: ['c'] },
      ],
      [
        'streams.B.subjects: "a.>" overlaps with "a.*" of "A"; a subject belongs to one stream',
        'streams[2].name: "A" is declared already',
      ],
    ],
    [
      [{ name: 'A', subjects: ['>'] }],
      ['streams.A.subjects: ">" takes in "$JS.API.>", which are the server\'s own'],
    ],
    [
      [{ name: 'A', subjects: ['a'], maxAge: 60_000, max_mgs: 5, sealed: true }],
      [
        'streams.A.maxAge: NATS calls it max_age',
        'streams.A.max_mgs: there is no such setting',
        'streams.A.sealed: sealing ends a stream for good; do it with the NATS command line',
      ],
    ],
    [
      [{ name: 'A', subjects: ['a'], max_age: 60_000, duplicate_window: 1.5 }],
      [
        'streams.A.max_age: 60000 nanoseconds are only 60µs, and NATS wants at least 100ms; ' +
          'nanos(60000) makes nanoseconds of milliseconds',
        'streams.A.duplicate_window: expected nanoseconds, at least 0',
      ],
    ],
    [
      [{ name: 'A', subjects: ['a'], max_age: HOUR, duplicate_window: 2 * HOUR }],
      ['streams.A.duplicate_window: 2h is longer than max_age, 1h'],
    ],
    [
      [{ name: 'A', subjects: ['a'], retention: 'work', max_msgs: -2, num_replicas: 6, no_ack: 1 }],
      [
        "streams.A.retention: expected 'limits', 'interest' or 'workqueue'",
        'streams.A.max_msgs: expected a whole number, at least -1',
        'streams.A.num_replicas: expected a whole number from 1 to 5',
        'streams.A.no_ack: expected true or false, got a value of type number',
      ],
    ],
    [
      [
        {
          name: 'A',
          subjects: ['a'],
          mirror: { name: 'B' },
          sources: [{ name: 'C' }],
          first_seq: 2,
        },
      ],
      [
        'streams.A.subjects: a mirror has those of its origin; leave them out',
        'streams.A.sources: a mirror has one origin; leave them out',
        'streams.A.first_seq: a mirror has the sequences of its origin; leave it out',
      ],
    ],
    [
      [
        {
          name: 'A',
          sources: [
            { name: 'B', opt_start_seq: 1, opt_start_time: '2020-01-01T00:00:00Z' },
            { name: 'C', domain: 'hub', external: { api: '$JS.hub.API' } },
            { name: 'D', filter: 'x', opt_start_time: 'yesterday' },
          ],
        },
      ],
      [
        'streams.A.sources: 0: expected opt_start_seq or opt_start_time, got both, ' +
          '1: expected domain or external, got both, 2: filter: there is no such setting, ' +
          'opt_start_time: expected a time as Date.toISOString() gives it',
      ],
    ],
    [
      [{ name: 'A', subjects: ['a'], discard_new_per_subject: true }],
      [
        "streams.A.discard_new_per_subject: needs discard: 'new'",
        'streams.A.discard_new_per_subject: needs max_msgs_per_subject',
      ],
    ],
    [
      [{ name: 'A', subjects: ['a'], allow_rollup_hdrs: true, deny_purge: true }],
      ['streams.A.allow_rollup_hdrs: a rollup purges, which deny_purge forbids'],
    ],
    [
      [
        {
          name: 'A',
          subjects: ['a'],
          allow_msg_counter: true,
          retention: 'workqueue',
          allow_msg_ttl: true,
          allow_msg_schedules: true,
        },
      ],
      [
        "streams.A.allow_msg_counter: a stream of counters cannot have retention: 'workqueue'",
        "streams.A.allow_msg_counter: a stream of counters cannot have discard: 'new'",
        'streams.A.allow_msg_counter: a stream of counters cannot have allow_msg_ttl',
        'streams.A.allow_msg_counter: a stream of counters cannot have allow_msg_schedules',
      ],
    ],
    [
      [{ name: 'A', subjects: ['a'], metadata: { _nats: 'x', a: 1 }, description: 5 }],
      [
        'streams.A.metadata: "_nats": names that begin with "_nats" are NATS\'s own',
        'streams.A.description: expected text, got a value of type number',
      ],
    ],
    [
      [{ name: 'A', subjects: ['a'], metadata: ['x'], placement: 'east' }],
      [
        'streams.A.metadata: expected an object of texts, got an array',
        'streams.A.placement: expected an object, got a value of type string',
      ],
    ],
  ])('refuses %j', (streams, faults) => {
    expect(streamFaults(streams)).toEqual(faults);
  });

  it('says something about anything, without throwing', () => {
    const setting = fc.constantFrom('name', 'subjects', 'mirror', 'sources', 'max_age', 'metadata');
    const odd = fc.array(fc.dictionary(setting, fc.anything()));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), odd), (streams) => {
        for (const fault of streamFaults(streams)) expect(fault).toMatch(/^streams[^\n]*: /);
      }),
    );
  });
});
