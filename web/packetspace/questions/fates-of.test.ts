import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPacket } from '../../kernel/packet-input.ts';
import { AssumedTables } from '../../kernel/routing.ts';
import { tracePacket } from '../../kernel/trace.ts';
import { linkRuleset } from '../../model/link.ts';
import { readDocument } from '../../parse/read.ts';
import { FALSE } from '../diagram/ref.ts';
import { PacketSpace } from '../packet-space.ts';
import { outcomeKey } from '../symbolic/outcomes.ts';
import { packetCube } from '../symbolic/packet-cube.ts';
import { randomFrom, randomPacket, randomSave } from '../symbolic/random-node.ts';
import { type AskedPackets, askedSet, fatesOfPackets } from './fates-of.ts';

const ANYTHING: AskedPackets = {
  src: null,
  dst: null,
  protocol: null,
  dport: null,
  iif: null,
  oif: null,
  state: null,
  addressed: null,
};

function spaceOf(text: string): PacketSpace {
  return new PacketSpace(linkRuleset(readDocument(0, 'node.save', text)));
}

/** What the sets say of one packet that is asked about: the keys of the ends it may come to. */
function endsInSets(space: PacketSpace, json: Readonly<Record<string, unknown>>, asked: AskedPackets) {
  const { packet } = readPacket(json);
  if (!packet) return null;
  const origin = packet.path === 'output' ? 'sent' : 'received';
  const own = space.family('ip');
  const run = space.run('ip', origin);
  const cube = packetCube(own.sets, packet, own.plan.conntrack.ip);
  if (!cube) return null;
  const set = askedSet(own, origin, asked);
  const isAsked = own.diagrams.andCube(set, cube) !== FALSE;
  const fates = fatesOfPackets(own, run, set);
  const found = fates.flatMap(({ deciders }) =>
    deciders.flatMap(({ end, packets }) => (own.diagrams.andCube(packets, cube) === FALSE ? [] : [outcomeKey(end)])),
  );
  const routing = new AssumedTables(packet, new Set(own.sets.locals));
  const traced = tracePacket(space.tracer, packet, { routing, maxBranches: 4096 });
  const expected = [...new Set(traced.courses.map(({ end }) => outcomeKey(end)))];
  return { isAsked, found: found.sort(), expected: expected.sort() };
}

describe('what becomes of packets', () => {
  it('is what the tracer says of each of them, and of no others', () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), (seed, exact) => {
        const random = randomFrom(seed);
        const space = spaceOf(randomSave(random));
        for (let i = 0; i < 8; i++) {
          const json = randomPacket(random);
          const { packet } = readPacket(json);
          if (!packet) continue;
          const dst = Number(packet.dst);
          // Half of the questions have the packet's own destination, the others one beside it.
          const asked = { ...ANYTHING, dst: [dst + (exact ? 0 : 1), dst + 1] as const, protocol: packet.protocol };
          const answer = endsInSets(space, json, asked);
          if (!answer) continue;
          expect(answer.isAsked).toBe(exact);
          expect(answer.found).toEqual(exact ? answer.expected : []);
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  const NODE = `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -s 10.8.0.0/24 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j REJECT
COMMIT
`;

  it('names who decides, the most packets first', () => {
    const space = spaceOf(NODE);
    const own = space.family('ip');
    const set = askedSet(own, 'received', { ...ANYTHING, addressed: 'node', state: 'new' });
    const fates = fatesOfPackets(own, space.run('ip', 'received'), set);
    const words = fates.map(({ kind, deciders }) => [kind, deciders.map(({ rule }) => rule?.index ?? 'policy')]);
    expect(Object.fromEntries(words)).toMatchObject({ dropped: ['policy'], rejected: [4] });
  });
});
