/** Exceptions for interfaces and networks, the order of marks on a packet's way, and ports in words. */
import { describe, expect, it } from 'vitest';
import type { Chain, Rule } from '../model/ruleset.ts';
import { analyse } from '../pipeline.ts';
import { acceptedTraffic, coversInterface, networksMeet, trafficOf, widest } from './accepted-traffic.ts';
import { createScene, type Scene } from './context.ts';
import { portsMeet, portsOf, portWords } from './known/ports.ts';
import { createMarkOrder } from './mark-order.ts';

function sceneOf(text: string): Scene {
  return createScene(analyse([{ name: 'node.nft', text }]));
}

function chainOf(scene: Scene, name: string): Chain {
  return scene.chainsNamed(name)[0] as Chain;
}

const HOOK = 'type filter hook forward priority filter; policy drop;';

describe('acceptedTraffic', () => {
  const accepted = (rules: string, more = '') => {
    const scene = sceneOf(`table inet t {\n ${more}\n chain c { ${HOOK} ${rules} }\n}\n`);
    return [...acceptedTraffic(scene, chainOf(scene, 'c')).interfaces];
  };

  it('takes rules that test an interface and nothing that a new connection could fail', () => {
    expect(accepted('iifname "lxdbr0" accept;')).toEqual(['lxdbr0']);
    expect(accepted('iifname { "a0", "b*" } counter accept;')).toEqual(['a0', 'b*']);
    expect(accepted('iifname "docker0" oifname != "docker0" accept;')).toEqual(['docker0']);
    expect(accepted('meta nfproto ipv4 iifname "lxdbr0" accept;')).toEqual(['lxdbr0']);
  });

  it('does not take ports, states, ways out, loopback, refusals, and what stands behind the end', () => {
    expect(accepted('iifname "lxdbr0" tcp dport 53 accept;')).toEqual([]);
    expect(accepted('iifname "lxdbr0" ct state established accept;')).toEqual([]);
    expect(accepted('iifname "lan0" oifname "wan0" accept;')).toEqual([]);
    expect(accepted('iifname "lo" accept;')).toEqual([]);
    expect(accepted('iifname "lxdbr0" drop;')).toEqual([]);
    expect(accepted('drop; iifname "lxdbr0" accept;')).toEqual([]);
  });

  it('follows a zone to its end', () => {
    const zone = (end: string) => `chain deny { ip saddr 192.0.2.1 drop; }\n chain zone { jump deny; ${end}; }`;
    expect(accepted('iifname "docker0" goto zone;', zone('accept'))).toEqual(['docker0']);
    expect(accepted('iifname "docker0" goto zone;', zone('reject'))).toEqual([]);
  });
});

describe('networks and names', () => {
  it('compares prefixes and patterns', () => {
    const scene = sceneOf(
      `table inet t { chain c { ${HOOK} ip saddr 10.244.0.0/16 accept; ip daddr 10.244.3.0/24 accept; ip saddr 10.245.0.0/24 accept; } }\n`,
    );
    const [outer, inner, other] = trafficOf(scene, 'unknown').networks;
    if (!outer || !inner || !other) throw new Error('three networks');
    expect(networksMeet([inner], [outer])).toBe(true);
    expect(networksMeet([outer], [inner])).toBe(false);
    expect(networksMeet([other], [outer])).toBe(false);
    expect(coversInterface('cali*', 'cali1f2')).toBe(true);
    expect(coversInterface('cali1f2', 'cali*')).toBe(false);
    expect(widest(['cali1f2', 'eth0', 'cali*'])).toEqual(['cali*', 'eth0']);
  });
});

describe('createMarkOrder', () => {
  it('goes with the packet: hooks, priorities, rules; not between the ways in and out of the node', () => {
    const base = (name: string, hook: string, priority: number) =>
      `chain ${name} { type filter hook ${hook} priority ${priority}; meta mark set 1; meta mark set 2; }`;
    const scene = sceneOf(
      `table ip t { ${base('pre', 'prerouting', -150)} ${base('late', 'prerouting', 10)} ${base('fwd', 'forward', 0)} ${base('in', 'input', 0)} ${base('out', 'output', 0)} ${base('post', 'postrouting', 0)} chain unused { meta mark set 3; } }\n`,
    );
    const marks = createMarkOrder(scene);
    const rule = (name: string, index = 0) => chainOf(scene, name).rules[index] as Rule;
    const order = (a: string, b: string) => marks.before(rule(a), rule(b));
    expect([order('pre', 'late'), order('pre', 'fwd'), order('fwd', 'post'), order('out', 'post')]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([
      order('late', 'pre'),
      order('fwd', 'pre'),
      order('in', 'post'),
      order('fwd', 'in'),
      order('pre', 'out'),
    ]).toEqual([false, false, false, false, false]);
    expect([marks.before(rule('pre'), rule('pre', 1)), marks.before(rule('pre', 1), rule('pre'))]).toEqual([
      true,
      false,
    ]);
    expect([order('unused', 'pre'), order('pre', 'unused')]).toEqual([true, true]);
  });
});

describe('ports', () => {
  it('are read, compared and told', () => {
    const scene = sceneOf(
      `table ip t { chain c { ${HOOK} tcp dport { 443, 80 } accept; udp dport 8000-9000 accept; meta l4proto tcp th dport 8080 accept; ip saddr 192.0.2.1 accept; tcp dport != 22 accept; } }\n`,
    );
    const [web, udp, other, none, negated] = chainOf(scene, 'c').rules.map(portsOf);
    if (!web || !udp || !other) throw new Error('three rules with ports');
    expect([none, negated]).toEqual([null, null]);
    expect(portWords([web])).toBe('TCP ports 80 and 443');
    expect(portWords([web, udp])).toBe('TCP ports 80 and 443 and UDP ports 8000 to 9000');
    expect(portWords([other])).toBe('TCP port 8080');
    expect(portWords([])).toBe('');
    expect([portsMeet(udp, other), portsMeet({ ...other, protocol: '' }, udp), portsMeet(web, other)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});
