import { describe, expect, it } from 'vitest';
import { generateKubeProxy } from '../../bench/generate.ts';
import { buildCost, buildCostChains, buildProgrammingCost } from '../../views/cost/build-cost.ts';
import { buildConversionText } from '../../views/cost/conversions.ts';
import { contextOf } from '../../views/testing.ts';
import { evaluationChart, linearAt, niceCeiling, reloadChart } from './charts.ts';
import { previewOf } from './preview.ts';
import { headline, reloadHeadline, reloadReason, seconds } from './words.ts';

const saved = contextOf(generateKubeProxy({ services: 40, endpoints: 2, format: 'iptables' }));
const listed = contextOf(generateKubeProxy({ services: 40, endpoints: 2, format: 'nft' }));
const NOTHING = contextOf('table ip t {\n\tchain c {\n\t}\n}\n');
const IPV4 = { family: 'ip', own: null } as const;

describe('the headline is the result', () => {
  it('where rules are compared one by one', () => {
    const answer = buildCost(saved, IPV4);
    const last = answer.packets.find(({ role }) => role === 'last');
    expect(headline(answer).title).toBe(
      `A new connection to the last Service evaluates ${last?.evaluated} rules. Verdict maps would make it ${last?.converted}.`,
    );
  });

  it('where Services are looked up', () => {
    expect(headline(buildCost(listed, IPV4)).title).toContain('cost no more than one.');
  });

  it('where few Services are compared one by one', () => {
    const few = buildCost(contextOf(generateKubeProxy({ services: 3, endpoints: 2, format: 'iptables' })), IPV4);
    expect(few.services).toBe(3);
    expect(few.curve?.subject.kind).not.toBe('services');
    expect(headline(few).title).not.toContain('look Services up');
  });

  it('ends where the last packet of the curve does', () => {
    const { curve, packets } = buildCost(saved, IPV4);
    expect(curve?.points.at(-1)?.evaluated).toBe(packets.find(({ role }) => role === 'last')?.evaluated);
  });

  it('where ipsets have the Services', () => {
    const set = ['10.96.0.1,tcp:443', '10.96.0.10,tcp:53', '10.96.0.10,udp:53', '10.96.7.7,tcp:80'];
    const context = contextOf(
      `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-SERVICES - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE --random-fully
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-SERVICES ! -s 10.244.0.0/16 -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ
-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT
COMMIT
`,
      `create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 65536\n${set.map((one) => `add KUBE-CLUSTER-IP ${one}\n`).join('')}`,
    );
    expect(headline(buildCost(context, IPV4)).title).toContain('Ipsets look Services up: 4 cost no more than one.');
  });

  it('where nothing is there', () => {
    const answer = buildCost(NOTHING, IPV4);
    expect(answer.packets.every(({ evaluated }) => evaluated === 0)).toBe(true);
    expect(headline(answer).title).toBe('None of these packets meets a rule.');
  });
});

describe('the curves', () => {
  it('put the dump on the line', () => {
    const { curve } = buildCost(saved, IPV4);
    if (!curve) throw new Error('no curve');
    expect(curve.mode).toBe('linear');
    const ring = evaluationChart(curve, 'kube-proxy').points.find(({ look }) => look === 'ring');
    expect(ring?.x).toBe(curve.count);
    expect(Math.abs((ring?.y ?? 0) - linearAt(curve, curve.count))).toBeLessThan(4);
  });

  it('are flat where Services are looked up', () => {
    const { curve } = buildCost(listed, IPV4);
    expect(curve?.mode).toBe('map');
    expect(curve && Math.max(...curve.points.map(({ evaluated }) => evaluated))).toBeLessThan(25);
  });

  it('place a reload inside of the axes', () => {
    for (const context of [saved, listed, NOTHING]) {
      const { x, y, points } = reloadChart(buildProgrammingCost(context));
      for (const point of points) {
        expect(point.x).toBeGreaterThanOrEqual(x.domain[0]);
        expect(point.x).toBeLessThanOrEqual(x.domain[1]);
        expect(point.y).toBeGreaterThanOrEqual(y.domain[0]);
      }
    }
  });

  it('end at round numbers', () => {
    expect([1, 11, 1140, 2900, 9903].map(niceCeiling)).toEqual([1, 12, 1200, 3000, 10_000]);
  });
});

it('says what drives a reload', () => {
  expect(reloadHeadline(buildProgrammingCost(saved))).toBe('A full reload takes iptables-restore under 0.1 s.');
  expect(reloadReason(buildProgrammingCost(listed))).toMatch(
    /anonymous sets and maps: too few to matter\. With thousands/,
  );
  expect(reloadReason(buildProgrammingCost(saved))).toMatch(
    /rules one by one: too few to matter\. Of tens of thousands/,
  );
  expect(seconds(27.8)).toBe('28 s');
  expect(seconds(1.44)).toBe('1.4 s');
});

it('shows of a long text what matters', () => {
  const [longest] = buildCostChains(saved);
  const chain = saved.analysis.ruleset.chains[longest?.chain ?? -1];
  if (!chain) throw new Error('no chain');
  const { text } = buildConversionText(saved, chain);
  const preview = previewOf(text);
  expect(preview.split('\n').length).toBeLessThan(40);
  expect(preview).toContain('vmap @KUBE-SERVICES-map');
  expect(preview).toMatch(/… \d+ elements more }/);
  expect(preview).toMatch(/… \d+ chains more/);
});
