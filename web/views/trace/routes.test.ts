import { describe, expect, it } from 'vitest';
import { sampleDocuments } from '../../../samples/summarise.ts';
import { parseIp } from '../../base/ip.ts';
import type { TracePacket } from '../../kernel/packet.ts';
import { readPacket } from '../../kernel/packet-input.ts';
import { factsOf } from '../testing.ts';
import { FactTables } from './routes.ts';

const address = (text: string): number | bigint => {
  const parsed = parseIp(text);
  if (!parsed) throw new Error(text);
  return parsed.value;
};

const calico = factsOf(...sampleDocuments('six-writers').map(({ text }) => text));
const bare = factsOf('table inet t {\nchain in { type filter hook input priority 0; iifname "eth0" accept; }\n}\n');

function tables(packet: Record<string, string | number>, facts = calico): FactTables {
  const base = {
    family: 4,
    path: 'forward',
    proto: 'tcp',
    src: '10.244.226.68',
    dst: '192.0.2.10',
    iif: 'cali382dba89b87',
  };
  const read: TracePacket | null = readPacket({ ...base, ...packet }).packet;
  if (!read) throw new Error('no packet');
  return new FactTables(read, facts, packet['oif'] !== undefined);
}

describe('FactTables', () => {
  it('lead where the dump makes it likely, and say what they took for granted', () => {
    const routes = tables({});
    expect(routes.route(address('10.244.226.68'))).toEqual({ kind: 'out', device: 'cali382dba89b87' });
    expect(routes.route(address('10.244.152.131'))).toEqual({ kind: 'out', device: 'vxlan.calico' });
    expect(routes.route(address('192.0.2.10'))).toEqual({ kind: 'out', device: 'eth0' });
    expect([...routes.assumed]).toEqual([
      'cali382dba89b87 is assumed for 10.244.226.68: that pod’s name and the interface’s profiles agree.',
      'vxlan.calico is assumed for 10.244.152.131: pods of other nodes are behind it.',
      'eth0 is assumed for 192.0.2.10: it leads out.',
    ]);
  });

  it('follow the interface that the user names, and assume nothing then', () => {
    const routes = tables({ oif: 'eth9' });
    expect(routes.route(address('192.0.2.10'))).toEqual({ kind: 'out', device: 'eth9' });
    expect([...routes.assumed]).toEqual([]);
  });

  it('know the node’s own addresses, what is elsewhere, and what nobody can know', () => {
    const routes = tables({});
    expect(routes.isLocal(address('192.168.56.21'))).toBe(true);
    expect(routes.isLocal(address('127.0.0.1'))).toBe(true);
    expect(routes.isLocal(address('10.244.226.68'))).toBe(false);
    expect(routes.isLocal(address('198.51.100.99'))).toBeNull();
    expect(routes.route(address('192.168.56.21'))).toEqual({ kind: 'local' });
  });

  it('take the packet’s way for what it says of its addresses', () => {
    const to = tables({ path: 'input', dst: '198.51.100.50', src: '203.0.113.7', iif: 'eth0' }, bare);
    expect(to.isLocal(address('198.51.100.50'))).toBe(true);
    expect(to.isLocal(address('203.0.113.7'))).toBe(false);
    expect(to.firstAddress('eth0', 'ip')).toBe(address('198.51.100.50'));
    expect(to.firstAddress('eth1', 'ip')).toBeNull();
    const from = tables({ path: 'output', src: '198.51.100.50', dst: '203.0.113.7' }, bare);
    expect(from.isLocal(address('198.51.100.50'))).toBe(true);
  });

  it('give a source address where the dump has one', () => {
    const routes = tables({});
    expect(routes.sourceFor('eth0', address('192.0.2.10'), 'ip')).toBe(address('192.168.56.21'));
    expect(tables({}, bare).sourceFor('eth0', address('192.0.2.10'), 'ip')).toBeNull();
  });
});
