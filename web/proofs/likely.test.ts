import { describe, expect, test } from 'vitest';
import { sampleDocuments } from '../../samples/summarise.ts';
import { holds, parseIp, parseNetwork } from '../base/ip.ts';
import { createScene } from '../findings/context.ts';
import { hasValue } from '../kernel/value-set.ts';
import { analyse } from '../pipeline.ts';
import { likelyAddresses } from './likely.ts';
import { createProver, prove } from './prove.ts';

const sceneOf = (sample: string) => createScene(analyse(sampleDocuments(sample)));

describe('likely addresses', () => {
  test('are pods behind their interfaces, others behind the tunnel, containers behind the bridge', () => {
    const calico = likelyAddresses(sceneOf('tailscale-calico'), 'ip');
    const has = (name: string, address: string) => {
      const set = calico.neighbours.find(({ interfaces }) => hasValue(interfaces, name))?.addresses;
      const read = parseIp(address);
      return set !== undefined && read !== null && hasValue(set, read.value);
    };
    expect(has('cali71ff831e812', '10.244.226.74')).toBe(true);
    expect(has('cali71ff831e812', '192.168.1.10')).toBe(false);
    expect(has('tailscale0', '100.64.0.10')).toBe(true);
    expect(has('eth0', '10.244.226.74')).toBe(false);
    const docker = likelyAddresses(sceneOf('docker-ufw'), 'ip');
    expect(docker.neighbours.some(({ interfaces }) => hasValue(interfaces, 'docker0'))).toBe(true);
  });

  test('no host is both who sends and who is sent to, where an interface has several', () => {
    for (const sample of ['calico-iptables-nft', 'calico-nftables', 'tailscale-calico', 'six-writers']) {
      for (const { sources, destinations, addresses } of likelyAddresses(sceneOf(sample), 'ip').neighbours) {
        if (sources.kind !== 'numbers' || addresses.kind !== 'numbers' || addresses.ranges[0] === addresses.ranges[1])
          continue;
        for (const host of sources.ranges) expect(hasValue(destinations, host)).toBe(false);
      }
    }
  });

  test('are those of packets that prove an order, where sets leave the choice', () => {
    const analysis = analyse(sampleDocuments('calico-iptables-nft'));
    const steps = prove(createProver(analysis), analysis.findings);
    let step = steps.next();
    while (!step.done) step = steps.next();
    const pods = parseNetwork('10.244.0.0/16');
    if (!pods) throw new Error('no network');
    const packets = step.value.points.flatMap(({ witnesses }) => witnesses.map(({ packet }) => packet));
    expect(packets.length).toBeGreaterThan(2);
    for (const { iif, src } of packets) {
      const address = parseIp(String(src));
      const isPod = address !== null && holds(pods, address);
      expect([iif, src, isPod]).toEqual([iif, src, String(iif).startsWith('cali')]);
    }
  });
});
