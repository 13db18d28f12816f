import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateKubeProxy } from '../../bench/generate.ts';
import { worstVisits } from '../../cost/worst-case.ts';
import { chainIn, contextOf } from '../testing.ts';
import { buildCost, buildCostChains, buildProgrammingCost } from './build-cost.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', '..', 'samples');

function samples(): { name: string; texts: string[] }[] {
  return readdirSync(SAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'source')
    .map(({ name }) => ({
      name,
      texts: readdirSync(join(SAMPLES, name))
        .filter((file) => /\.(save|save6|nft|ipset)$/.test(file))
        .map((file) => readFileSync(join(SAMPLES, name, file), 'utf8')),
    }));
}

it.each(samples())('no packet of $name costs more than the worst case, nor more as sets and maps', ({ texts }) => {
  const context = contextOf(...texts);
  for (const family of ['ip', 'ip6'] as const) {
    const { packets, hooks } = buildCost(context, { family, own: null });
    expect(packets.length).toBeGreaterThan(0);
    for (const packet of packets) {
      expect(packet.converted).toBeLessThanOrEqual(packet.evaluated);
      expect(packet.least).toBeLessThanOrEqual(packet.evaluated);
      expect(packet.most).toBeGreaterThanOrEqual(packet.evaluated);
      for (const { hook, evaluated, owners } of packet.hooks) {
        expect(owners.reduce((sum, { rules }) => sum + rules, 0)).toBe(evaluated);
        const worst = hooks.find((one) => one.hook === hook)?.worst ?? 0;
        expect(evaluated, `${packet.id} at ${hook}`).toBeLessThanOrEqual(worst);
      }
    }
    for (const { best, worst, worstConverted, mean } of hooks) {
      expect(best ?? 0).toBeLessThanOrEqual(worst);
      expect(worstConverted).toBeLessThanOrEqual(worst);
      if (mean) expect(mean.packet).toBeLessThanOrEqual(mean.connection + 1e-9);
    }
  }
});

it.each(samples())('the worst case of $name is the jump graph’s', ({ texts }) => {
  const { ruleset, graph } = contextOf(...texts).analysis;
  for (const chain of ruleset.chains.filter(({ base }) => base)) {
    let sum = 0;
    for (const [id, times] of worstVisits(ruleset, graph, chain))
      sum += times * (ruleset.chains[id]?.rules.length ?? 0);
    expect(sum, chain.name).toBe(graph.worstCase(chain.id));
  }
});

it('counts each rule that a packet is compared with', () => {
  const rules = Array.from({ length: 9 }, (_, i) => `\t\tip saddr 198.51.100.${i + 1} drop\n`).join('');
  const context = contextOf(
    `table ip t {\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n${rules}\t\ttcp dport 80 accept\n\t}\n}\n`,
  );
  const form = {
    family: '4',
    path: 'input',
    src: '203.0.113.9',
    dst: '192.0.2.1',
    proto: 'tcp',
    dport: '80',
    iif: 'eth0',
  };
  const own = (more: object) => {
    const { packets } = buildCost(context, { family: 'ip', own: { form: { ...form, ...more }, pins: [] } });
    const found = packets.find(({ role }) => role === 'own');
    return found && [found.evaluated, found.converted];
  };
  expect(own({})).toEqual([10, 2]);
  expect(own({ src: '198.51.100.4' })).toEqual([4, 1]);
  expect(own({ dport: '81' })).toEqual([10, 2]);
  expect(buildCostChains(context)[0]).toMatchObject({
    rules: 10,
    after: 2,
    lookups: [{ kind: 'set', elements: 9, ends: 'drop' }],
  });
});

it('takes the mean from the counters', () => {
  // 100 packets: 40 end at the first rule, 30 in the chain, 10 of whose 40 come back; 30 meet the policy.
  const context = contextOf(`*filter
:INPUT ACCEPT [30:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:A - [0:0]
[40:0] -A INPUT -s 192.0.2.1/32 -j ACCEPT
[40:0] -A INPUT -p tcp -j A
[0:0] -A INPUT -s 192.0.2.3/32 -j DROP
[30:0] -A A -p tcp -m tcp --dport 80 -j ACCEPT
[0:0] -A A -s 192.0.2.2/32 -j DROP
COMMIT
`);
  const input = buildCost(context, { family: 'ip', own: null }).hooks.find(({ hook }) => hook === 'input');
  // Rules 1, 2, 3 see 100, 60, 30 packets; A's see 40 and 10.
  expect(input?.mean).toEqual({ connection: 2.4, packet: 2.4, packets: 100, chains: 1 });
  expect(input?.without).toBe('');
});

it('takes no counter in front of a condition for a mean', () => {
  const context = contextOf(`table ip t {
	chain input {
		type filter hook input priority filter; policy accept;
		counter packets 100 bytes 100 tcp dport 80 accept
		tcp dport 81 counter packets 10 bytes 100 accept
		counter packets 30 bytes 100 drop
	}
}
`);
  const input = buildCost(context, { family: 'ip', own: null }).hooks.find(({ hook }) => hook === 'input');
  expect(input?.mean).toBeNull();
  expect(input?.without).toBe('input of ip t');
});

it('adds up the chains of one device, not of all', () => {
  const chain = (name: string, device: string, rules: number): string =>
    `\tchain ${name} {\n\t\ttype filter hook ingress ${device} priority 0; policy accept;\n${Array.from(
      { length: rules },
      (_, at) => `\t\tip saddr 192.0.2.${at + 1} counter packets 0 bytes 0 drop\n`,
    ).join('')}\t\tcounter packets 10 bytes 100 accept\n\t}\n`;
  const context = contextOf(
    `table netdev t {\n${chain('a', 'device "eth0"', 1)}${chain('b', 'device "eth1"', 4)}${chain('c', 'devices = { "eth0", "eth2" }', 2)}}\n`,
  );
  const ingress = buildCost(context, { family: 'ip', own: null }).hooks.find(({ hook }) => hook === 'ingress');
  // eth0 has 2 + 3 rules, eth1 5, eth2 3.
  expect(ingress).toMatchObject({ chains: 3, worst: 5 });
});

it('finds one rule for each Service, whatever becomes of a few of them', () => {
  for (const sample of ['kube-proxy-1000', 'six-writers']) {
    const { curve } = buildCost(contextOf(...(samples().find(({ name }) => name === sample)?.texts ?? [])), {
      family: 'ip',
      own: null,
    });
    expect(curve?.mode, sample).toBe('linear');
    expect(curve?.slope, sample).toBeCloseTo(1, 2);
  }
});

it('makes up no mean without counters', () => {
  const context = contextOf(
    '*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A INPUT -s 192.0.2.1/32 -j ACCEPT\nCOMMIT\n',
  );
  const input = buildCost(context, { family: 'ip', own: null }).hooks.find(({ hook }) => hook === 'input');
  expect(input?.mean).toBeNull();
  expect(input?.without).toBe('INPUT of ip filter');
});

it('counts what there is to program', () => {
  const context = contextOf(generateKubeProxy({ services: 30, endpoints: 3, format: 'nft' }));
  const { total, loaders, owners } = buildProgrammingCost(context);
  const text = context.analysis.documents[0]?.text ?? '';
  expect(total.chains).toBe(text.match(/^\tchain /gm)?.length);
  expect(total.anonymousMaps).toBe(text.match(/vmap \{/g)?.length);
  expect(total.namedMaps).toBe(text.match(/^\tmap /gm)?.length);
  expect(loaders.map(({ loader }) => loader)).toEqual(['nft']);
  expect(owners.reduce((sum, { rules }) => sum + rules, 0)).toBe(total.rules);
  expect(chainIn(context, 'services').rules.length).toBeGreaterThan(0);
});
